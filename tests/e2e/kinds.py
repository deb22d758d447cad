#!/usr/bin/env python3
"""Edits are named as a person names them, measured on pairs that no rule was tuned on.

The labels are tests/cases/kinds/held.tsv; what precision and recall mean says tools/score-kinds, which finds the texts
in STET_TEST_DATA and asks tests/stet-relate of the build.
"""
# time limit: 300
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from libe2e import BUILD, STET, TOP, Failed, check, run_tests

RELATE = os.path.join(BUILD, "tests", "stet-relate")
FOUND = .95  # of the labelled pairs must be found in the data, else the figures say little

# Kind: the precision and the recall that must not be lost.  A kind with few labels has none: one edit would decide.
FLOORS = {
    "headline": (0, 0),
    "figure": (0, 0),
    "quotation": (0, 0),
    "name": (0, 0),
    "place": (0, 0),
    "time": (0, 0),
    "attribution": (0, 0),
    "hedge": (0, 0),
    "addition": (0, 0),
    "removal": (0, 0),
    "wording": (0, 0),
    "typography": (0, 0),
}

table = {}


def score():
    command = [os.path.join(TOP, "tools", "score-kinds"), "--half", "held", "--json", "--build", BUILD]
    p = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if p.returncode:
        raise Failed(p.stderr.strip())
    return json.loads(p.stdout)["held"]


def the_labelled_texts_are_found():
    table.update(score())
    print("# %d pairs, %d edits, %d pairs not found; first kind right in %.3f" % (
        table["pairs"], table["edits"], table["lost"], table["main"]))
    for kind, row in table["kinds"].items():
        print("# %-12s labelled %3d, given %3d, precision %.3f, recall %.3f, F1 %.3f" % (
            kind, row["labelled"], row["given"], row["precision"], row["recall"], row["f1"]))
    check(table["pairs"] >= FOUND * (table["pairs"] + table["lost"]), "%d pairs are lost" % table["lost"])


def each_kind_stays_above_its_floor():
    below = []
    for kind, floors in FLOORS.items():
        row = table["kinds"][kind]
        for what, floor in zip(("precision", "recall"), floors):
            if row[what] < floor:
                below.append("%s of %s is %.3f, not %.3f" % (what, kind, row[what], floor))
    check(not below, "; ".join(below))


if not os.environ.get("STET_TEST_DATA"):
    print("1..0 # SKIP STET_TEST_DATA does not say where the labelled texts are")
    sys.exit(0)
for program in (STET, RELATE):
    if not os.path.exists(program):
        print("1..0 # SKIP %s is not built" % os.path.relpath(program, TOP))
        sys.exit(0)
if subprocess.run([RELATE, "kinds"], input=b"", capture_output=True).returncode:
    print("1..0 # SKIP stet-relate does not name edits yet")
    sys.exit(0)
sys.exit(run_tests([the_labelled_texts_are_found, each_kind_stays_above_its_floor]))
