#!/usr/bin/env python3
"""The demo's day once more, with the archive in PostgreSQL.

What is expected of it is what demo.py expects of a file.
"""
# time limit: 900
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import demo
from libe2e import check, check_equal, skip_all, wait_until
from libpostgres import Postgres, find_programs

SECRET = "sesame"
server = None


def the_archive_is_whole():
    check("no damages" in demo.stet.run("verify"), "stet verify found damages")


def search_finds_a_story():
    found = demo.stet.api("/api/v1/search?q=%22Skarra+Line%22")
    check(found["total"] >= 1, "nothing was found")


def a_server_that_was_away_is_used_again():
    server.stop()
    server.start()
    wait_until(demo.stet.answers, 60, "the web interface answers again")


def the_archive_moves_to_a_file_and_back_as_it_is():
    stet = demo.stet
    file, other = os.path.join(stet.folder, "moved.db"), server.url("back")
    kept, exports = stet.archive, []
    try:
        stet.run("move", kept, file)
        stet.run("move", file, other)
        for archive in (kept, file, other):
            stet.archive = archive
            check("no damages" in stet.run("verify"), "stet verify found damages")
            exports.append(stet.run("export"))
    finally:
        stet.archive = kept
    check(exports[0] == exports[1] == exports[2] and exports[0], "the exports differ")
    check_equal(subprocess.run(stet.command("move", kept, file), capture_output=True).returncode, 2,
                "the exit status where there is an archive already")


def a_password_is_in_no_message_and_on_no_page():
    stet = demo.stet
    kept, stet.archive = stet.archive, stet.archive.replace("tester@", "tester:%s@" % SECRET)
    try:
        said = stet.run("status") + stet.run("verify")
    finally:
        stet.archive = kept
    check_equal(SECRET in said, False, "whether the password was said")


def main():
    global server
    if not find_programs():
        skip_all("PostgreSQL is not installed")
    server = Postgres()
    made = demo.Stet

    class AtServer(made):
        def __init__(self, *args):
            super().__init__(*args)
            self.archive = server.url("demo")

    demo.Stet = AtServer
    demo.MORE = [the_archive_is_whole, search_finds_a_story, a_server_that_was_away_is_used_again,
                 the_archive_moves_to_a_file_and_back_as_it_is, a_password_is_in_no_message_and_on_no_page]
    try:
        return demo.main()
    finally:
        server.clean_up()


if __name__ == "__main__":
    sys.exit(main())
