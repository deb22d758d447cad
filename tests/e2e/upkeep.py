#!/usr/bin/env python3
"""What an operator does to an archive: packs it, copies it, breaks it, looks through it and mends it.

The archive is imported from the stories of the browser test; what it says is
compared as `stet export` and `stet show --raw` write it.
"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
from libe2e import STET, check, check_equal, run_stet, run_tests, skip_without_programs, wait_until
from libpages import read_stories, warc_of

folder = tempfile.TemporaryDirectory(prefix="stet-upkeep-")
ARCHIVE = os.path.join(folder.name, "stet.db")
COPY = os.path.join(folder.name, "copy.db")


def stet(*args, archive=ARCHIVE, status=0):
    p = run_stet(archive, *args, status=status, cwd=folder.name)
    return (p.stdout if status == 0 else p.stdout + p.stderr).decode()


def all_of(archive=ARCHIVE):
    """Everything that was captured and read: captured bytes by version, and all exports."""
    rows = [json.loads(line)["version"] for line in stet("export", archive=archive).splitlines()]
    said = [stet("export", "--what", what, archive=archive) for what in ("versions", "changes", "checks", "edits")]
    pages = [stet("show", "--raw", "%d/%d" % (r["article"], r["version"]), archive=archive) for r in rows]
    return said, pages


def sql(text, archive=ARCHIVE):
    with sqlite3.connect(archive) as db:
        db.executescript(text)
    db.close()


def number(text, archive=ARCHIVE):
    with sqlite3.connect(archive) as db:
        n = db.execute(text).fetchone()[0]
    db.close()
    return n


def verify(*args, archive=ARCHIVE, status=0):
    return json.loads(stet("verify", "--json", *args, archive=archive, status=status).splitlines()[0])


def kinds(found):
    return sorted({d["kind"] for d in found["damages"]})


def what_is_packed_reads_the_same_and_needs_less_room():
    loose = number("SELECT sum(length(packed)) FROM blobs") + number("SELECT sum(length(packed)) FROM texts")
    done = json.loads(stet("pack", "--all", "--json"))
    check_equal(done["damaged"], 0, "the number of damaged pieces")
    check_equal(number("SELECT count(*) FROM blobs WHERE pack IS NULL"), 0, "the number of loose blobs")
    check(done["packed_bytes"] < loose, "%d bytes are %d now" % (loose, done["packed_bytes"]))
    check_equal(all_of(), before, "what the archive says")
    check("nothing to pack" in stet("pack", "--all"), "it packs what is packed")


def a_whole_archive_has_no_damages():
    found = verify()
    check_equal(found["damages"], [], "the list of damages")
    check_equal(found["pages"], number("SELECT count(*) FROM blobs"), "the number of pages looked at")
    check_equal(found["texts"], number("SELECT count(*) FROM texts"), "the number of texts looked at")


def a_copy_is_the_same_archive():
    stet("backup", COPY)
    stet("backup", "here.db")
    check_equal(all_of(os.path.join(folder.name, "here.db")), before, "what a copy without a folder in its name says")
    check_equal(os.stat(COPY).st_mode & 0o777, 0o600, "the mode of the copy")
    check_equal(all_of(COPY), before, "what the copy says")
    check_equal(verify(archive=COPY)["damages"], [], "the damages of the copy")


def a_copy_can_be_taken_while_others_write():
    stop = threading.Event()

    def write():
        db = sqlite3.connect(ARCHIVE, timeout=20)
        n = 0
        while not stop.is_set():
            n += 1
            with db:
                db.execute("INSERT INTO facts VALUES ('left', ?) ON CONFLICT (name) DO UPDATE SET value = ?", (n, n))
                db.execute("INSERT INTO facts VALUES ('right', ?) ON CONFLICT (name) DO UPDATE SET value = ?", (n, n))
        db.execute("DELETE FROM facts WHERE name IN ('left', 'right')")
        db.commit()
        db.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(10):
            stet("backup", COPY)
            check_equal(number("SELECT count(DISTINCT value) <= 1 FROM facts WHERE name IN ('left', 'right')", COPY), 1,
                        "whether the copy is of one moment")
    finally:
        stop.set()
        writer.join()
    check_equal(verify(archive=COPY)["damages"], [], "the damages of the copy")


def a_copy_does_not_take_over_the_journal_of_another():
    stet("backup", COPY)
    # Whoever writes and dies leaves a journal.
    subprocess.run([sys.executable, "-c", "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
                    " db.execute(\"INSERT INTO facts VALUES ('left', 'behind')\"); db.commit(); os._exit(0)", COPY],
                   check=True)
    check(os.path.getsize(COPY + "-wal") > 0, "there is no journal")
    stet("backup", COPY)
    check_equal(number("SELECT count(*) FROM facts WHERE name = 'left'", COPY), 0, "what the copy has of the other")
    check_equal(all_of(COPY), before, "what the copy says")


def a_copy_leaves_alone_what_is_in_use():
    check("is the archive itself" in stet("backup", ARCHIVE, status=2), "it does not say why")
    db = sqlite3.connect(COPY)
    db.execute("SELECT count(*) FROM facts").fetchone()
    check("is in use" in stet("backup", COPY, status=4), "it does not say why")
    db.close()
    stet("backup", COPY)


def a_copy_leaves_other_files_alone():
    other = os.path.join(folder.name, "letter.txt")
    with open(other, "w", encoding="ascii") as f:
        f.write("Dear editor")
    check("is not an archive" in stet("backup", other, status=2), "it does not say why")
    with open(other, encoding="ascii") as f:
        check_equal(f.read(), "Dear editor", "the other file")
    check(not [n for n in os.listdir(folder.name) if n.endswith(".part")], "a part was left")


def what_is_derived_is_mended_from_the_pages():
    sql("UPDATE packs SET packed = zeroblob(40) WHERE what = 'texts';"
        "UPDATE tallies SET n = n + 1 WHERE what = 'versions';"
        "DELETE FROM search_forms WHERE article = (SELECT min(article) FROM search_forms);")
    found = verify(status=1)
    check_equal(kinds(found), ["search", "tallies", "text"], "the kinds of damages")
    check_equal(sum(d["kind"] == "text" for d in found["damages"]), number("SELECT count(*) FROM texts"),
                "the number of damaged texts")
    check_equal(verify("--repair")["damages"], [], "the damages after the repair")
    check_equal(all_of(), before, "what the archive says")
    check("bridge" in stet("search", "bridge"), "the word index finds nothing")


def pages_are_mended_from_a_copy():
    stet("backup", COPY)
    sql("UPDATE packs SET packed = substr(packed, 1, length(packed) / 2) WHERE what = 'pages'")
    lost = [d for d in verify(status=1)["damages"] if d["kind"] == "page"]
    check(lost, "no page is damaged")
    check(all(d["article"] or "feed" in d["what"] for d in lost), "a damage does not name its article")
    left = verify("--repair", status=1)
    check_equal(len(left["damages"]), len(lost), "what a repair without a copy leaves")
    check_equal(verify("--from", COPY)["damages"], [], "the damages after the repair")
    check_equal(all_of(), before, "what the archive says")
    stet("pack", "--all")
    check_equal(all_of(), before, "what the archive says when it is packed again")


def other_bytes_are_never_taken_for_a_page():
    stet("backup", COPY)
    sql("UPDATE packs SET packed = zeroblob(10) WHERE what = 'pages'")
    sql("UPDATE packs SET packed = zeroblob(10) WHERE what = 'pages'", COPY)
    check(verify("--from", COPY, status=1)["damages"], "what is damaged in both was mended")
    shutil.copy(KEPT, ARCHIVE)


def a_broken_file_is_said_to_be_broken():
    broken = os.path.join(folder.name, "broken.db")
    stet("backup", broken)
    with open(broken, "r+b") as f:
        f.seek(8192 * 20)
        f.write(bytes(8192 * 3))
    found = verify(archive=broken, status=1)
    check("file" in kinds(found), "the file is not said to be damaged: %s" % found)


class Wide:
    """A page of 100 kB, captured sixty times with other teasers around it."""
    url = "https://www.harbour-lantern.example/news/a-wide-page"

    def captures(self):
        sentence = ("The quay was swept on Monday, and on Tuesday it was swept again, as the council had said it "
                    "would be until the end of the summer.")
        for i in range(60):
            teasers = "".join('<li><a href="/news/%d">Teaser %d of the day, which is number %d</a></li>' % (n, n, n * i)
                              for n in range(i, i + 1200))
            yield 1755000000 + i * 600, (
                "<html><head><title>A wide page</title></head><body><ul>%s</ul><article><h1>A wide page</h1>%s"
                "</article></body></html>") % (teasers, ("<p>%s</p>" % sentence) * 6)


def a_watcher_packs_what_is_old_by_itself():
    wide = os.path.join(folder.name, "wide.warc")
    with open(wide, "wb") as f:
        f.write(warc_of([Wide()]))
    other = os.path.join(folder.name, "wide.db")
    stet("import", wide, archive=other)
    check(number("SELECT sum(size) FROM blobs", other) > 4194304, "the pages do not fill a pack")
    said = all_of(other)
    run = subprocess.Popen([STET, "--archive", other, "--config", os.devnull, "run", "--listen", "127.0.0.1:0",
                            "-o", "fetch.contact=test@example.org"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: number("SELECT count(*) FROM packs", other) > 0, 30, "a pack is made")
    finally:
        run.terminate()
        run.wait(30)
    check_equal(all_of(other), said, "what the archive says")
    check_equal(verify(archive=other)["damages"], [], "the damages")


skip_without_programs(STET)
with open(os.path.join(folder.name, "stories.warc"), "wb") as warc:
    warc.write(warc_of(read_stories()))
stet("import", warc.name)
before = all_of()
KEPT = os.path.join(folder.name, "kept.db")
stet("backup", KEPT)
status = run_tests([what_is_packed_reads_the_same_and_needs_less_room, a_whole_archive_has_no_damages,
                    a_copy_is_the_same_archive, a_copy_can_be_taken_while_others_write,
                    a_copy_does_not_take_over_the_journal_of_another, a_copy_leaves_alone_what_is_in_use,
                    a_copy_leaves_other_files_alone, what_is_derived_is_mended_from_the_pages,
                    pages_are_mended_from_a_copy, other_bytes_are_never_taken_for_a_page,
                    a_broken_file_is_said_to_be_broken, a_watcher_packs_what_is_old_by_itself])
folder.cleanup()
sys.exit(status)
