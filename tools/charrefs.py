#!/usr/bin/env python3
"""Writes the named character references of the HTML Standard as rows of a C table: charrefs.py OUTPUT

Sorted by bytes. Python knows them (html.entities.html5), with and without the semicolon.
"""
import sys
from html.entities import html5

with open(sys.argv[1], "w", encoding="ascii") as out:
    for name in sorted(html5):
        first, second = (list(map(ord, html5[name])) + [0])[:2]
        out.write(f'{{ "{name}", {first:#x}, {second:#x} }},\n')
