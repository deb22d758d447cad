#!/usr/bin/env python3
"""Four workers share an archive in PostgreSQL, and two of them come to grief.

A hundred hosts have an article each that changes all the time. One worker is
killed, another is stopped until its leases are over and goes on then. No host
may be fetched by two at once, each version is stored once, and what comes too
late is not stored.
"""
# time limit: 600
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from libe2e import (START, STET, Hosts, Stet, check, check_equal, run_tests, skip_all, skip_without_programs,
                    wait_until)
from libpostgres import Postgres, find_programs

HOSTS = 100
WORKERS = 4
LEASE = 6
WORDS = "cable ferry harbour council winter grain bridge river signal lantern market orchard".split()

server = hosts = None
workers = []
overlaps, served = [], {}


def page(name, number):
    """One text for each number, long enough to be an article."""
    rows = []
    for p in range(6):
        words = [WORDS[(hash_of(name) + number * (p == 1) + p * 5 + i * (i + 3)) % len(WORDS)] for i in range(60)]
        rows.append("<p>%s.</p>" % " ".join(words).capitalize())
    rows.insert(2, "<p>The council counted %d lanterns along the river on that evening, it said.</p>" % number)
    return ("<!DOCTYPE html><html lang=en><head><title>Lanterns of %s</title></head><body><article>"
            "<h1>Lanterns of %s</h1>%s</article></body></html>" % (name, name, "".join(rows)))


def hash_of(name):
    return sum(map(ord, name))


class Town(Hosts):
    def __init__(self):
        super().__init__(START)
        self.active = {}

    def answer(self, handler, name):
        with self.lock:
            self.active[name] = self.active.get(name, 0) + 1
            if self.active[name] > 1:
                overlaps.append(name)
        try:
            time.sleep(0.05)
            self.say(handler, name)
        finally:
            with self.lock:
                self.active[name] -= 1

    def say(self, handler, name):
        if handler.path == "/robots.txt":
            status, body = 404, b""
        else:
            with self.lock:
                served.setdefault(name, []).append(time.monotonic())
                number = len(served[name])
            status, body = 200, page(name, number).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def settings():
    return {"fetch.host_pause": "200", "run.lease": "%ds" % LEASE, "article.interval": "2s", "article.growth": "1",
            "article.policy": "newssniffer", "article.least": "1s"}


class Clock:
    """What Stet asks of a demo: this one's clock is the real one."""
    speed = 1

    def now(self):
        return time.time()


def start_worker(n, archive):
    w = Stet(Clock(), settings())
    w.archive = archive
    command = [STET, "--archive", archive, "--config", os.devnull]
    for name, value in w.settings.items():
        command += ["-o", "%s=%s" % (name, value)]
    env = dict(os.environ, XDG_DATA_HOME=w.folder)
    w.daemon = subprocess.Popen(command + ["run", "--no-web"], stdin=subprocess.DEVNULL, stdout=w.log, stderr=w.log,
                                start_new_session=True, env=env)
    return w


def checks():
    return int(server.sql("SELECT count(*) FROM checks", "town")[0][0])


def they_share_the_work():
    global workers
    archive = server.url("town")
    first = Stet(Clock(), settings())
    first.archive = archive
    first.run("watch", *[hosts.url("town%d" % i, "/story/lanterns-of-the-river-%d" % i) for i in range(HOSTS)])
    first.clean_up()
    workers = [start_worker(n, archive) for n in range(WORKERS)]
    wait_until(lambda: checks() > 4 * HOSTS, 180, "four checks of each host")
    seen = set()

    def all_have_leased():
        seen.update(r[0] for r in server.sql("SELECT DISTINCT leased_by FROM hosts WHERE leased_by IS NOT NULL",
                                             "town"))
        return len(seen) == WORKERS
    wait_until(all_have_leased, 180, "every worker has hosts")


def processes_of(worker):
    """All of one `stet run`."""
    group = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getpgid(int(pid)) == worker.daemon.pid:
                group.append(pid)
        except OSError:
            pass
    return group


def leases_of(worker):
    names = [r[0] for r in server.sql("SELECT leased_by FROM hosts WHERE leased_by IS NOT NULL", "town")]
    pids = processes_of(worker)
    return sum(name.split()[1] in pids for name in names)


def stop_in_the_middle(worker):
    os.killpg(worker.daemon.pid, signal.SIGSTOP)
    if leases_of(worker) >= 5:
        return True
    os.killpg(worker.daemon.pid, signal.SIGCONT)
    return False


def whole_log(worker):
    with open(worker.log.name, encoding="utf-8", errors="replace") as f:
        return f.read()


def one_is_killed_and_one_is_stopped():
    workers[0].kill()
    wait_until(lambda: stop_in_the_middle(workers[1]), 90, "it is stopped while it has leases")
    time.sleep(LEASE + 3)
    before = checks()
    wait_until(lambda: checks() > before + 2 * HOSTS, 180, "the others go on")


def every_host_is_visited_again():
    now = time.monotonic()
    wait_until(lambda: all(served["town%d" % i][-1] > now for i in range(HOSTS)), 180 + LEASE, "a visit to every host")


def what_comes_too_late_is_not_stored():
    os.killpg(workers[1].daemon.pid, signal.SIGCONT)
    # If it was stopped in a transaction, the server has given that up and cut it off.
    said = ("the lease of", "is over", "idle-in-transaction")
    wait_until(lambda: any(text in whole_log(workers[1]) for text in said), 90, "it notices that its leases are over")
    time.sleep(3)


def no_host_was_fetched_by_two_at_once():
    check_equal(overlaps, [], "hosts with two requests at a time")


def every_version_was_stored_once():
    for w in workers[1:]:
        check_equal(w.stop(), 0, "the exit status")
    twice = server.sql("SELECT article, count(*) FROM versions GROUP BY article, identity HAVING count(*) > 1", "town")
    check_equal(twice, [], "versions stored twice")
    check_equal(server.sql("SELECT count(*) FROM versions v WHERE NOT EXISTS (SELECT 1 FROM newest n WHERE"
                           " n.article = v.article AND v.number < n.versions)", "town"), [["0"]],
                "versions beyond the last")
    check_equal(server.sql("SELECT count(*) FROM (SELECT article FROM versions GROUP BY article"
                           " HAVING count(*) <> max(number) + 1) AS odd", "town"), [["0"]], "articles with gaps")
    check_equal(server.sql("SELECT count(*) FROM articles", "town"), [[str(HOSTS)]], "the number of articles")
    # Each page had a number of its own, so a check that was stored is a version.
    check_equal(server.sql("SELECT (SELECT count(*) FROM checks WHERE body IS NOT NULL) ="
                           " (SELECT count(*) FROM versions)", "town"), [["t"]], "a version for each answer")


def the_archive_is_whole():
    s = Stet(Clock(), settings())
    s.archive = workers[2].archive
    check("no damages" in s.run("verify"), "stet verify found damages")
    s.clean_up()


def main():
    global server, hosts
    skip_without_programs(STET)
    if not find_programs():
        skip_all("PostgreSQL is not installed")
    server, hosts = Postgres(), Town()
    try:
        return run_tests([
            they_share_the_work,
            one_is_killed_and_one_is_stopped,
            every_host_is_visited_again,
            what_comes_too_late_is_not_stored,
            no_host_was_fetched_by_two_at_once,
            every_version_was_stored_once,
            the_archive_is_whole,
        ])
    finally:
        for n, w in enumerate(workers):
            if os.environ.get("STET_SHOW"):
                print("# worker %d\n%s" % (n, whole_log(w)))
            if w.daemon:
                os.killpg(w.daemon.pid, signal.SIGCONT)
            w.clean_up()
        hosts.stop()
        server.clean_up()


if __name__ == "__main__":
    sys.exit(main())
