#!/usr/bin/env python3
"""Kills stet at random moments while it watches the demo, and starts it again.

What the API has shown once was acknowledged and must be there for ever after;
and what was fetched before the kill must not be fetched again before its time.
The moments are drawn from $STET_TEST_SEED (printed; default: another each time).
"""
# time limit: 600
# it mostly waits
import json
import os
import random
import sys
import time

sys.dont_write_bytecode = True
from libe2e import PLAIN_CHECKS, Demo, Stet, check, check_equal, run_tests, seconds, skip_without_programs

SPEED = 300             # 20 minutes of the demo are 4 seconds
PERIOD = 20 * 60
KILLS = 12
# The demo's time that may pass between a lease and its request, and by which
# the clocks of two lives may differ; 2 real seconds.
TOLERANCE = 10 * 60

demo = stet = None
acknowledged = {}       # (article, version) to identity
seed = int(os.environ.get("STET_TEST_SEED") or time.time_ns() % 1000000)


def look():
    """Notes everything that the API shows, and checks it against before."""
    for a in stet.articles().values():
        for v in stet.api("/api/v1/articles/%d" % a["article"])["versions"]:
            key = (a["article"], v["version"])
            check_equal(v["identity"], acknowledged.setdefault(key, v["identity"]), "version %d/%d" % key)


def missing(shown):
    return sorted(set(acknowledged) - set(shown))


def it_is_killed_at_random_moments_and_loses_nothing():
    moments = random.Random(seed)
    stet.run("watch", *demo.feeds())
    for _ in range(KILLS):
        stet.start()
        end = time.monotonic() + moments.uniform(0.1, 4)
        shown = {(a["article"], n) for a in stet.articles().values() for n in range(a["versions"])}
        check_equal(missing(shown), [], "what was acknowledged and is gone")
        while True:
            look()
            if time.monotonic() >= end:
                break
            time.sleep(0.1)
        stet.kill()
    check(len(acknowledged) >= 11, "only %d versions were seen at all" % len(acknowledged))


def it_goes_on_after_the_last_kill():
    before = len(demo.requests())
    stet.start()
    end = time.monotonic() + 60
    while len(demo.requests()) <= before + 3:
        check(time.monotonic() < end, "nothing is fetched any more:\n" + stet.said())
        time.sleep(0.1)
    look()
    stet.stop()


def the_command_line_shows_what_was_acknowledged():
    changes = json.loads(stet.run("log", "--json", "--number", "0"))["changes"]
    listed = {(c["article"], c["version"]) for c in changes}
    wanted = {key for key in acknowledged if key[1] > 0}
    check_equal(sorted(wanted - listed), [], "changes that the log does not list")


def no_article_was_fetched_before_its_time():
    last = {}
    for r in demo.requests():
        path = r["path"].partition("?")[0]
        if path in ("/robots.txt", "/feed.xml", "/atom", "/feed.json"):
            continue
        key, t = r["host"] + path, seconds(r["time"])
        if key in last:
            check(t - last[key] >= PERIOD - TOLERANCE, "%s was fetched again after %d seconds of its clock" % (
                key, t - last[key]))
        last[key] = t
    check(len(last) >= 9, "only %d articles were fetched" % len(last))


def main():
    global demo, stet
    skip_without_programs()
    print("# STET_TEST_SEED=%d" % seed)
    demo = Demo(SPEED)
    stet = Stet(demo, dict(PLAIN_CHECKS, **{"fetch.host_pause": "20"}))
    try:
        return run_tests([
            it_is_killed_at_random_moments_and_loses_nothing,
            it_goes_on_after_the_last_kill,
            the_command_line_shows_what_was_acknowledged,
            no_article_was_fetched_before_its_time,
        ])
    finally:
        stet.clean_up()
        demo.stop()


if __name__ == "__main__":
    sys.exit(main())
