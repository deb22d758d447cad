#!/usr/bin/env python3
"""A week of real news, fetched by the daemon on a fast clock: no request that robots.txt forbids, and none too soon.

Captures (third-party, found through STET_TEST_DATA) are served by newsstand as sites that live; this test stands before
it as one host an outlet, gives each a robots.txt, and writes down every request. Without the data it is skipped; what
manners.py checks needs none.

  week.py [--days N] [--seconds N]     how much time of theirs (7) in how much of ours (45)
"""
# time limit: 240
# it mostly waits
import collections
import datetime
import gzip
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import libe2e
from libe2e import check, run_tests, skip_all, skip_without_programs

DATA = os.environ.get("STET_TEST_DATA", "")
PAUSE = 0.2
BUDGET = 40
SLOW_HOST_DELAY = 1.0
# Real addresses have figures in them; this forbids a good part.
ROBOTS = "User-agent: *\nDisallow: /\n\nUser-agent: Stet\nDisallow: /*3*3\n"


def is_forbidden(path):
    return path.count("3") >= 2


def number(name, standard):
    return float(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else standard


DAYS, SECONDS = number("--days", 7), number("--seconds", 45)
SPEED = DAYS * 86400 / SECONDS


def busiest_week(warc):
    """The days with the most captures of pages, and the outlets that have them."""
    days, hosts = collections.Counter(), collections.defaultdict(collections.Counter)
    with gzip.open(warc, "rb") as f:
        date = uri = None
        for line in f:
            if line.startswith(b"WARC-Date:"):
                date = line[10:].strip().decode()[:10]
            elif line.startswith(b"WARC-Target-URI:"):
                uri = line[16:].strip().decode()
            elif line.startswith(b"HTTP/1") and date and uri and "://" in uri:
                days[date] += 1
                hosts[date][uri.split("/")[2]] += 1
                date = uri = None
    add = lambda day, n: (datetime.date.fromisoformat(day) + datetime.timedelta(days=n)).isoformat()
    week = max(days, key=lambda day: sum(days[add(day, i)] for i in range(int(DAYS))))
    outlets = collections.Counter()
    for i in range(int(DAYS)):
        outlets += hosts[add(week, i)]
    return week, [name for name, _ in outlets.most_common(12)]


class Front(libe2e.Hosts):
    """Every outlet as OUTLET.localhost, before a newsstand."""

    def __init__(self, warc, start):
        stand = os.path.join(DATA, "..", "tools", "newsstand")
        self.process = subprocess.Popen([stand, warc, "--port", "0", "--speed", str(SPEED), "--start",
                                         start + "T00:00:00Z"], stderr=subprocess.PIPE)
        self.base = self.process.stderr.readline().decode().split(" at ")[1].strip().rstrip("/")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.slow = ""
        super().__init__(start + "T00:00:00Z", SPEED)

    def answer(self, handler, outlet):
        came = time.monotonic()
        status, headers, body = self.fetch(outlet, handler)
        with self.lock:
            self.log.append((outlet, handler.path, came, status))
        handler.send_response(status)
        for name in ("Content-Type", "ETag", "Last-Modified"):
            if headers.get(name):
                handler.send_header(name, headers[name])
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def fetch(self, outlet, handler):
        if handler.path == "/robots.txt":
            delay = "Crawl-delay: %g\n" % SLOW_HOST_DELAY if outlet == self.slow else ""
            return 200, {"Content-Type": "text/plain"}, (ROBOTS + delay).encode()
        path = "/feed/%s.xml" % outlet if handler.path == "/stand.xml" else "/%s%s" % (outlet, handler.path)
        request = urllib.request.Request(self.base + path, headers={
            name: handler.headers[name] for name in ("If-None-Match", "If-Modified-Since") if name in handler.headers})
        try:
            with libe2e.DIRECT.open(request, timeout=20) as answer:
                body = answer.read()
                if handler.path == "/stand.xml":
                    here = self.url(outlet, "").encode()
                    body = body.replace(("%s/%s" % (self.base, outlet)).encode(), here)
                return answer.status, answer.headers, body
        except urllib.error.HTTPError as e:
            return e.code, e.headers, b"" if e.code == 304 else e.read()

    def stop(self):
        super().stop()
        self.process.terminate()
        self.process.wait()


def a_week_of_real_news_is_fetched_with_good_manners():
    warc = os.path.join(DATA, "revisions-dev.warc.gz")
    start, outlets = busiest_week(warc)
    front = Front(warc, start)
    front.slow = outlets[0]
    stet = libe2e.Stet(front, {"fetch.host_pause": str(int(PAUSE * 1000)), "fetch.host_budget": str(BUDGET),
                              "feed.interval": "2h", "feed.least": "2h"})
    try:
        stet.run("watch", *[front.url(outlet, "/stand.xml") for outlet in outlets])
        stet.start()
        time.sleep(max(0, SECONDS - (time.monotonic() - front.began)))
        articles = len(stet.articles())
        stet.stop()
        db = sqlite3.connect("file:%s?mode=ro" % stet.archive, uri=True)
        refused, = db.execute("SELECT count(*) FROM targets WHERE last_outcome = 'robots.txt forbids'").fetchone()
        db.close()
        check(refused > 0, "no rule was ever needed")
    finally:
        stet.clean_up()
        front.stop()
    judge(front, outlets, articles)


def judge(front, outlets, articles):
    by_host = collections.defaultdict(list)
    for outlet, path, at, status in sorted(front.log, key=lambda row: row[2]):
        by_host[outlet].append((path, at, status))
    statuses = collections.Counter(row[3] for row in front.log)
    print("# %d requests to %d hosts, %s, %d articles" % (len(front.log), len(by_host), dict(statuses), articles))
    check(len(by_host) == len(outlets) and articles > 10 and statuses[304] > 10, "too little was fetched")
    for outlet, rows in by_host.items():
        check(rows[0][0] == "/robots.txt", "%s was not asked for its rules first" % outlet)
        forbidden = [path for path, _, _ in rows if is_forbidden(path)]
        check(not forbidden, "%s: fetched what is forbidden: %r" % (outlet, forbidden[:5]))
        least = SLOW_HOST_DELAY if outlet == front.slow else PAUSE
        gaps = [b[1] - a[1] for a, b in zip(rows[1:], rows[2:])]
        check(not gaps or min(gaps) >= least - 0.005, "%s: a pause of %.3f s" % (outlet, min(gaps, default=0)))
        days = collections.Counter(int((front.start + (at - front.began) * SPEED) // 86400) for _, at, _ in rows)
        # A request may be sent on one day and arrive on the next: a second of ours is hours of theirs.
        check(max(days.values()) <= BUDGET + 1, "%s: %d requests in a day" % (outlet, max(days.values())))


if __name__ == "__main__":
    if not DATA:
        skip_all("STET_TEST_DATA is not set")
    skip_without_programs(libe2e.STET)
    sys.exit(run_tests([a_week_of_real_news_is_fetched_with_good_manners]))
