#!/usr/bin/env python3
"""Writes files as C arrays: embed.py OUTPUT INPUT...

"style.css" becomes "static const unsigned char asset_style_css[]".
"""
import os
import re
import sys

with open(sys.argv[1], "w", encoding="ascii") as out:
    for path in sys.argv[2:]:
        name = re.sub(r"[^A-Za-z0-9]", "_", os.path.basename(path))
        with open(path, "rb") as f:
            data = f.read()
        out.write(f"static const unsigned char asset_{name}[] = {{\n")
        for i in range(0, len(data), 16):
            out.write("\t" + ", ".join(str(b) for b in data[i : i + 16]) + ",\n")
        out.write("};\n")
