#!/usr/bin/env python3
"""What takedown.py expects of a file, of an archive at a server; then what is hidden, erased and packed moves to a file
and back.
"""
# time limit: 400
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from libe2e import STET, Failed, check, check_equal, run_tests, skip_all, skip_without_programs
from libpostgres import Postgres, find_programs

skip_without_programs(STET)
if not find_programs():
    skip_all("PostgreSQL is not installed")
server = Postgres()
folder = tempfile.TemporaryDirectory(prefix="stet-takedown-")
ARCHIVE = server.url("stories")
WHAT = ("versions", "changes", "checks", "edits", "articles", "removals")


def stet(archive, *args):
    p = subprocess.run([STET, "--archive", archive, "--config", os.devnull, *args], stdin=subprocess.DEVNULL,
                       capture_output=True, text=True, timeout=120)
    if p.returncode:
        raise Failed("stet %s: status %d\n%s" % (" ".join(args), p.returncode, p.stderr))
    return p.stdout


def what_is_taken_down_at_a_server_is_gone():
    here = os.path.dirname(os.path.abspath(__file__))
    p = subprocess.run([sys.executable, os.path.join(here, "takedown.py")], capture_output=True, text=True,
                       env=dict(os.environ, STET_TEST_ARCHIVE=ARCHIVE))
    check(p.returncode == 0 and "not ok" not in p.stdout and "ok 7" in p.stdout, p.stdout + p.stderr)


def all_of(archive):
    said = [stet(archive, "export", "--what", what) for what in WHAT] + [stet(archive, "hide", "--json")]
    rows = [json.loads(line)["version"] for line in said[0].splitlines()]
    said += [stet(archive, "show", "--raw", "%d/%d" % (r["article"], r["version"])) for r in rows]
    found = [stet(archive, "search", "--json", query) for query in ("regatta", "removed:the", "version:all boats")]
    check("no damages" in stet(archive, "verify"), "stet verify found damages")
    return said + found, rows


def must_say(archive, before, what):
    """As before; what differs first is shown."""
    texts = all_of(archive)[0]
    check_equal(len(texts), len(before), "the number of parts")
    for i, (now, then) in enumerate(zip(texts, before)):
        at = next((k for k, pair in enumerate(zip(now, then)) if pair[0] != pair[1]), min(len(now), len(then)))
        check(now == then, "%s, part %d: ...%s... was ...%s..." % (
            what, i, now[at - 20:at + 60], then[at - 20:at + 60]))


def packs_and_takedowns_move_to_a_file_and_back():
    before, rows = all_of(ARCHIVE)
    hidden = rows[0]["article"]
    stet(ARCHIVE, "hide", "--reason", "order 8", str(hidden))
    before, rows = all_of(ARCHIVE)
    check(rows and hidden not in [r["article"] for r in rows], "what is hidden is exported")
    packs = server.sql("SELECT id, source, what, size FROM packs ORDER BY id", "stories")
    check(packs, "there are no packs")
    file, back = os.path.join(folder.name, "moved.db"), server.url("back")
    stet(ARCHIVE, "move", ARCHIVE, file)
    must_say(file, before, "what the file says")
    stet(file, "move", file, back)
    must_say(back, before, "what the server says again")
    check_equal(server.sql("SELECT id, source, what, size FROM packs ORDER BY id", "back"), packs, "the packs")
    stet(back, "hide", "--lift", str(hidden))
    check(hidden in [r["article"] for r in all_of(back)[1]], "what is lifted is not exported")


try:
    status = run_tests([what_is_taken_down_at_a_server_is_gone, packs_and_takedowns_move_to_a_file_and_back])
finally:
    folder.cleanup()
    server.clean_up()
sys.exit(status)
