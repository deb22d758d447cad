#!/usr/bin/env python3
"""Pages that churn make no versions; pages that were edited do.

Real captures (third-party, found through STET_TEST_DATA) are imported into a fresh archive.  For pairs of consecutive
captures a person has said what became of the page (tests/cases/churn.tsv, its head says how); here stands what the
program made of them, read from the archive's checks and sightings.

  churn.py [--list]       with a line for every labelled pair; prints TAP
"""
import calendar
import collections
import gzip
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
import libe2e
from libe2e import TOP, Failed, check, check_equal, iso, run_tests, skip_all, skip_without_programs

DATA = os.environ.get("STET_TEST_DATA", "")
WARC = os.path.join(DATA, "revisions-dev.warc.gz")
LABELS = os.path.join(TOP, "tests", "cases", "churn.tsv")
STET = libe2e.STET if os.path.exists(libe2e.STET) else os.path.join(TOP, "build", "stet")
WRAPPED = ("arstechnica.com", "npr.org")  # here only items of feeds in a wrapper of the collection's making
SEEN = ("new version", "unchanged", "went back")  # outcomes of a check that saw the article

# Pairs that are read wrongly, and why; each must be wrong still.
KNOWN = {"40c45741afff": "a list of links to shops, with prices, is taken for teasers"}

Pair = collections.namedtuple("Pair", "page first second label note")
Capture = collections.namedtuple("Capture", "at outcome version")  # version None: not read as an article

labels = []  # of Pair
pages = {}  # key of a page: its captures in order of time
full_pages = set()  # keys: news pages as a site sent them


def key_of(url):
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def seconds(text):
    """WARC-Date, of which some are days."""
    return calendar.timegm(time.strptime(text[:19].rstrip("Z"), "%Y-%m-%dT%H:%M:%S" if "T" in text else "%Y-%m-%d"))


def read_labels():
    with open(LABELS, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    for row in rows:
        check_equal(len(row), 5, "the number of fields of %r" % row)
        pair = Pair(row[0], seconds(row[1]), seconds(row[2]), row[3], row[4])
        check(pair.label in ("edit", "same", "block", "unsure"), "the label of %r" % row)
        labels.append(pair)


def urls_in_warc():
    with gzip.open(WARC, "rb") as f:
        for line in f:
            m = re.match(rb"WARC-Target-URI: *(\S.*?)\s*$", line)
            if m:
                yield m.group(1).decode()


def read_archive(path):
    """Every page: what each check of it came to, and the version that was seen then."""
    db = sqlite3.connect("file:%s?mode=ro" % urllib.parse.quote(path), uri=True)
    runs = collections.defaultdict(list)
    for article, number, first, last in db.execute("SELECT article, number, first, last FROM sightings"):
        runs[article].append((first, last, number))
    by_url = collections.defaultdict(list)
    for url, article, at, outcome in db.execute(
            "SELECT t.url, t.article, c.at, n.name FROM checks c JOIN targets t ON t.id = c.target"
            " JOIN names n ON n.id = c.outcome ORDER BY c.at, c.id"):
        version = None
        if outcome in SEEN:
            version = [number for first, last, number in runs[article] if first <= at <= last][0]
        by_url[url].append(Capture(at, outcome, version))
    db.close()
    for url in set(urls_in_warc()):
        found = by_url.get(url) or by_url.get(urllib.parse.quote(url, safe=":/?#[]@!$&'()*+,;=%~"))
        if not found:
            continue
        pages[key_of(url)] = found
        host = urllib.parse.urlsplit(url).hostname or ""
        if not host.endswith(WRAPPED) and any(c.outcome != "listed" for c in found):
            full_pages.add(key_of(url))


def make_archive():
    with tempfile.TemporaryDirectory(prefix="stet-churn-") as folder:
        path = os.path.join(folder, "stet.db")
        p = subprocess.run([STET, "import", "--archive", path, "--json", WARC], capture_output=True, text=True)
        check(p.returncode == 0, "stet import: " + p.stderr)
        check_equal(json.loads(p.stdout)["bad"], 0, "the number of records that could not be imported")
        read_archive(path)


def captures_of(pair):
    found = {c.at: c for c in pages.get(pair.page, [])}
    check(pair.first in found and pair.second in found, "%s has no captures at %s and %s" % (
        pair.page, iso(pair.first), iso(pair.second)))
    return found[pair.first], found[pair.second]


def wrong(pair):
    """What is wrong with the versions of a labelled pair, or None."""
    a, b = captures_of(pair)
    if pair.label == "edit":
        if a.version is None or b.version is None:
            return "not read as an article (%s, %s)" % (a.outcome, b.outcome)
        return None if a.version != b.version else "the same version"
    if pair.label == "block":
        which = pair.note.partition(":")[0]
        check(which in ("first", "second", "both"), "the note of a block begins with %r" % which)
        walls = {"first": [a], "second": [b], "both": [a, b]}[which]
        other = b if which == "first" else a
        if any(w.version is not None and (which == "both" or w.version != other.version) for w in walls):
            return "what is no article made a version"
        return None
    if pair.label == "same" and a.version is not None and b.version is not None and a.version != b.version:
        return "a false version"
    return None


def judge(chosen, what):
    """Fails with every pair of these labels that is wrong."""
    pairs = [p for p in labels if p.label in chosen]
    check(pairs, "there are no pairs with these labels")
    lines = []
    for p in pairs:
        fault = wrong(p)
        line = "%s %s %s %s: %s (%s)" % (p.page, iso(p.first), iso(p.second), p.label, fault or "right", p.note)
        if (p.page in KNOWN) != bool(fault):
            lines.append(line)
        elif fault:
            print("# known: %s; %s" % (line, KNOWN[p.page]))
        elif "--list" in sys.argv:
            print("# " + line)
    summary = "%d of %d labelled pairs: %s" % (len(lines), len(pairs), what)
    if lines:
        raise Failed("\n".join([summary] + lines))
    print("# " + summary)


# ---- the tests --------------------------------------------------------------

def the_captures_are_imported():
    read_labels()
    make_archive()
    full = [(a, b) for key in full_pages for a, b in zip(pages[key], pages[key][1:])]
    both = [(a, b) for a, b in full if a.version is not None and b.version is not None]
    print("# %d pairs of consecutive captures of full pages; in %d both were read as articles; %d made a version, "
          "%d of these by going back to an earlier one" % (
              len(full), len(both), sum(a.version != b.version for a, b in both),
              sum(b.outcome == "went back" for _, b in both)))
    print("# labelled: " + ", ".join("%d %s" % (n, label) for label, n in
                                     collections.Counter(p.label for p in labels).most_common()))
    for p in labels:
        a, b = captures_of(p)
        if p.label == "same" and (a.version is None or b.version is None):
            print("# %s is not read as an article (%s, %s)" % (p.page, a.outcome, b.outcome))


def no_false_versions():
    judge(("same", "block"), "false versions")


def no_true_edit_missed():
    judge(("edit",), "true edits missed")


if not DATA:
    skip_all("STET_TEST_DATA is not set")
skip_without_programs(STET)
sys.exit(run_tests([the_captures_are_imported, no_false_versions, no_true_edit_missed]))
