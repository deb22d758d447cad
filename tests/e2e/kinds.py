#!/usr/bin/env python3
"""Edits are named as a person names them, measured on pairs that no rule was tuned on.

The labels are tests/cases/kinds/held.tsv; what precision and recall mean says tools/score-kinds, which finds the texts
in STET_TEST_DATA and asks tests/stet-relate of the build.  The labels and the measure are tested without.
"""
# time limit: 300
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from libe2e import BUILD, STET, TOP, Failed, Skipped, check, check_equal, run_tests

TOOL = os.path.join(TOP, "tools", "score-kinds")
RELATE = os.path.join(BUILD, "tests", "stet-relate")
FOUND = .95  # of the labelled pairs must be found in the data, else the figures say little

# Kind: the precision and the recall that must not be lost.  A kind with few labels has none: one edit would decide.
FLOORS = {
    "headline": (0.98, 0.98),
    "figure": (0.89, 0.90),
    "quotation": (0.92, 0.94),
    "name": (0.65, 0.79),
    "place": (0.80, 0.60),
    "time": (0.89, 0.82),
    "attribution": (0.75, 0.80),
    "hedge": (0.92, 0.85),
    "addition": (0.74, 0.92),
    "removal": (0.79, 0.88),
    "wording": (0.92, 0.79),
    "typography": (0.93, 0.73),
}

table = {}


def load_tool():
    loader = importlib.machinery.SourceFileLoader("score_kinds", TOOL)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("score_kinds", loader))
    loader.exec_module(module)
    return module


score_kinds = load_tool()
Edit = score_kinds.Edit


def skip_where_nothing_can_be_scored():
    if not os.environ.get("STET_TEST_DATA"):
        raise Skipped("STET_TEST_DATA does not say where the labelled texts are")
    for program in (STET, RELATE):
        if not os.path.exists(program):
            raise Skipped("%s is not built" % os.path.relpath(program, TOP))


# ---- labels and measure -----------------------------------------------------

def labels_are_whole_and_a_page_is_in_one_half():
    halves = {half: score_kinds.read_labels(half) for half in ("dev", "held")}
    pages = {half: {p.page for p in pairs} for half, pairs in halves.items()}
    check_equal(sorted(pages["dev"] & pages["held"]), [], "pages in both halves")
    for pair in halves["dev"] + halves["held"]:
        where = "a label of %s, %s" % (pair.old, pair.new)
        for edit in pair.edits:
            check(score_kinds.length(edit.old, edit.new) > 0, where + " is empty")
            ranks = [score_kinds.KINDS.index(k) for k in edit.kinds]
            check(ranks == sorted(set(ranks)), where + " has kinds out of order")
            check(len(ranks) == 1 or not set(edit.kinds) & score_kinds.WEAK or pair.unit != "block",
                  where + " has a weak kind beside another")
        if pair.unit != "block":
            check(len(pair.edits) == 1 and pair.edits[0].old[0] == 0, where + " is no whole " + pair.unit)
        for a, b in zip(pair.edits, pair.edits[1:]):
            check(a.old[1] <= b.old[0] and a.new[1] <= b.new[0] or {"addition", "removal"} & {a.kinds[0], b.kinds[0]},
                  where + " overlaps the next")


# What was labelled, what was answered, and what the score of figure, wording and place is then: labelled, found, given,
# right.  The edits of labels: "twelve" to "at least 15", "boats" to "ships", and a sentence that was added.
LABELS = [Edit((10, 16), (10, 21), ("figure",)), Edit((20, 25), (25, 30), ("wording",)),
          Edit((40, 40), (45, 90), ("addition",))]
MEASURED = [
    ("the same", LABELS, {"figure": (1, 1, 1, 1), "wording": (1, 1, 1, 1)}),
    ("nothing", [], {"figure": (1, 0, 0, 0), "wording": (1, 0, 0, 0)}),
    ("both kinds swapped", [LABELS[0]._replace(kinds=("place",)), LABELS[1]._replace(kinds=("figure",))],
     {"figure": (1, 0, 1, 0), "wording": (1, 0, 0, 0), "place": (0, 0, 1, 0)}),
    ("cut finer", [Edit((10, 10), (10, 18), ("wording",)), Edit((10, 16), (19, 21), ("figure",))],
     {"figure": (1, 1, 1, 1), "wording": (1, 0, 0, 0)}),
    ("where nothing changed", [Edit((30, 34), (35, 39), ("figure",))], {"figure": (1, 0, 1, 0)}),
    ("a figure in a new sentence", [Edit((40, 40), (50, 52), ("figure",))], {"figure": (1, 0, 0, 0)}),
    ("the neighbour is hardly touched", [Edit((16, 22), (21, 26), ("figure",))], {"figure": (1, 0, 1, 0)}),
]


def the_measure_counts_as_it_says():
    pair = score_kinds.Pair("courier", "page", "block", "old", "new", LABELS)
    for what, answer, wanted in MEASURED:
        s = score_kinds.Score()
        s.add(pair, answer)
        for kind, counts in wanted.items():
            check_equal((s.labels[kind], s.found[kind], s.given[kind], s.right[kind]), counts, "%s: %s" % (what, kind))


# ---- the program ------------------------------------------------------------

def score():
    command = [TOOL, "--half", "held", "--json", "--build", BUILD]
    p = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if p.returncode:
        raise Failed(p.stderr.strip())
    return json.loads(p.stdout)["held"]


def the_labelled_texts_are_found():
    skip_where_nothing_can_be_scored()
    table.update(score())
    print("# %d pairs with %d edits, %d given; %d pairs not found; first kind right in %.3f" % (
        table["pairs"], table["edits"], table["answered"], table["lost"], table["main"]))
    for kind, row in table["kinds"].items():
        print("# %-12s labelled %3d, given %3d, precision %.3f, recall %.3f, F1 %.3f" % (
            kind, row["labelled"], row["given"], row["precision"], row["recall"], row["f1"]))
    check(table["pairs"] >= FOUND * (table["pairs"] + table["lost"]), "%d pairs are lost" % table["lost"])


def each_kind_stays_above_its_floor():
    skip_where_nothing_can_be_scored()
    check(table, "there is no score")
    below = []
    for kind, floors in FLOORS.items():
        for what, floor in zip(("precision", "recall"), floors):
            value = table["kinds"][kind][what]
            if value < floor:
                below.append("%s of %s is %.3f, not %.3f" % (what, kind, value, floor))
    check(not below, "; ".join(below))


sys.exit(run_tests([labels_are_whole_and_a_page_is_in_one_half, the_measure_counts_as_it_says,
                    the_labelled_texts_are_found, each_kind_stays_above_its_floor]))
