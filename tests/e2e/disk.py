#!/usr/bin/env python3
"""A disk that fills up: fetching waits, says so, loses nothing, and goes on when there is room.

The archive lies on a disk of 300 MB in memory, which needs root.
"""
# time limit: 300
# it mostly waits
import json
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from libe2e import Demo, Stet, check, check_equal, http, run_tests, skip_all, skip_without_programs, wait_until

SPEED = 600  # an hour of the demo is 6 seconds
MB = 1000 * 1000
disk = tempfile.mkdtemp(prefix="stet-disk-")
filler = os.path.join(disk, "filler")


def room():
    st = os.statvfs(disk)
    return st.f_bavail * st.f_frsize


def fill(left):
    with open(filler, "ab") as f:
        os.posix_fallocate(f.fileno(), f.tell(), room() - left)


def fill_to_the_last_byte():
    file = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while True:
            os.write(file, bytes(4096))
    except OSError:
        pass
    os.close(file)


def status_page():
    return http("GET", "http://127.0.0.1:%d/status" % stet.port)[1]


def requests():
    return len(demo.requests())


def it_watches_while_there_is_room():
    stet.run("watch", *demo.feeds())
    stet.start()
    wait_until(lambda: len(stet.articles()) >= 3, 30, "three articles")
    check("nearly full" not in status_page(), "the status speaks of a full disk")


def nothing_is_fetched_when_there_is_little_room():
    fill(60 * MB)
    wait_until(lambda: "nearly full" in status_page(), 20, "the status page says that the disk is nearly full")
    time.sleep(2)  # what was on its way
    before = requests()
    time.sleep(5)  # fifty minutes of the demo: feeds are due
    check_equal(requests(), before, "the number of requests")
    check("left: nothing is fetched" in stet.said(), "the log does not say it:\n" + stet.said())
    check_equal(stet.api("/api/v1/status")["status"]["room_bytes"] < 134217728, True, "whether the API tells of it")
    p = subprocess.run(stet.command("check"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    check_equal(p.returncode, 4, "the status of stet check")


def it_goes_on_when_there_is_room():
    os.remove(filler)
    before = requests()
    wait_until(lambda: requests() > before, 30, "it fetches again")
    wait_until(lambda: "nearly full" not in status_page(), 20, "the status page is quiet")


def a_disk_without_a_byte_loses_nothing():
    shown = {(a["article"], n) for a in stet.articles().values() for n in range(a["versions"])}
    fill_to_the_last_byte()
    time.sleep(6)
    check_equal(http("GET", "http://127.0.0.1:%d/" % stet.port)[0], 200, "the status of the pages")
    os.remove(filler)
    before = requests()
    wait_until(lambda: requests() > before, 90, "it fetches again")
    now = {(a["article"], n) for a in stet.articles().values() for n in range(a["versions"])}
    check_equal(sorted(shown - now), [], "what was shown and is gone")
    check_equal(stet.stop(), 0, "the exit status")
    check_equal(json.loads(stet.run("verify", "--json"))["damages"], [], "the damages")


skip_without_programs()
if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300M", "tmpfs", disk],
                                       capture_output=True).returncode:
    os.rmdir(disk)
    skip_all("a disk of its own cannot be mounted here")
demo = Demo(SPEED)
stet = Stet(demo, {"fetch.host_pause": "0"})
stet.archive = os.path.join(disk, "stet.db")
try:
    status = run_tests([it_watches_while_there_is_room, nothing_is_fetched_when_there_is_little_room,
                        it_goes_on_when_there_is_room, a_disk_without_a_byte_loses_nothing])
finally:
    stet.clean_up()
    demo.stop()
    subprocess.run(["umount", "-l", disk], check=False)
    os.rmdir(disk)
sys.exit(status)
