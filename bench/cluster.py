#!/usr/bin/env python3
"""Workers on several "machines": network namespaces, one PostgreSQL, thousands of hosts.

    sudo python3 bench/cluster.py [--build build] [--hosts 4000] [--seconds 40] [--workers 1,2,4] [--calm]

First the throughput with 1, 2 and 4 workers, each in a network namespace of its own: checks stored in a second, all
of pages that have changed. Then four workers, one of which is killed, and one cut off from the network for longer
than its leases and back: every version is stored exactly once, no host is fetched by two at once, what comes too
late is refused, and every host is visited. Needs root and iproute2. The sites are one server with a name for each
host, 30 ms an answer.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
sys.dont_write_bytecode = True
BRIDGE, ADDRESS = "stetbr0", "10.213.7.1"
LEASE = 12
SITES = r"""
import asyncio, sys, time
active, served, overlaps = {}, {}, []
def page(name, n):
    words = "cable ferry harbour council winter grain bridge river signal lantern market orchard".split()
    seed = sum(map(ord, name))
    rows = ["<p>%s.</p>" % " ".join(words[(seed + p * 5 + i * (i + 3)) % 12] for i in range(60)) for p in range(6)]
    rows.insert(2, "<p>The council counted %d lanterns along the river on that evening, it said.</p>" % n)
    return ("<!DOCTYPE html><html lang=en><head><title>Lanterns of %s</title></head><body><article><h1>Lanterns of %s"
            "</h1>%s</article></body></html>" % (name, name, "".join(rows))).encode()
async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ", 2)[1]
            name = head.lower().split("\r\nhost: ")[1].split("\r\n")[0].split(":")[0]
            if path == "/_report":
                body = ("%d %d\n%s" % (sum(served.values()), len(overlaps), " ".join(overlaps))).encode()
                status = "200 OK"
            else:
                active[name] = active.get(name, 0) + 1
                if active[name] > 1: overlaps.append(name)
                await asyncio.sleep(0.03)
                active[name] -= 1
                status, body = "404 Not Found", b""
                if path != "/robots.txt":
                    served[name] = served.get(name, 0) + 1
                    status, body = "200 OK", page(name, served[name])
            writer.write(("HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                          % (status, len(body))).encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, sys.argv[1], int(sys.argv[2]), backlog=1000)
    await server.serve_forever()
asyncio.run(main())
"""


def ip(*args):
    subprocess.run(("ip",) + args, check=True)


def make_network(n):
    ip("link", "add", BRIDGE, "type", "bridge")
    ip("addr", "add", ADDRESS + "/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")
    for i in range(n):
        ip("netns", "add", "stet%d" % i)
        ip("link", "add", "stetv%d" % i, "type", "veth", "peer", "name", "eth0", "netns", "stet%d" % i)
        ip("link", "set", "stetv%d" % i, "master", BRIDGE, "up")
        ip("-n", "stet%d" % i, "addr", "add", "10.213.7.%d/24" % (10 + i), "dev", "eth0")
        ip("-n", "stet%d" % i, "link", "set", "eth0", "up")
        ip("-n", "stet%d" % i, "link", "set", "lo", "up")


def remove_network(n):
    for i in range(n):
        subprocess.run(["ip", "netns", "del", "stet%d" % i], stderr=subprocess.DEVNULL)
    subprocess.run(["ip", "link", "del", BRIDGE], stderr=subprocess.DEVNULL)


class Bench:
    def __init__(self, args):
        from libpostgres import Postgres
        self.args, self.stet = args, os.path.abspath(os.path.join(args.build, "stet"))
        self.pg = Postgres(ADDRESS)
        self.folder = os.path.join("/tmp", "stet-cluster-%d" % os.getpid())
        os.makedirs(self.folder, exist_ok=True)
        self.workers = []

    def url(self, i):
        return "http://town%d.test:8090/story/lanterns-of-the-river-%d" % (i, i)

    def names(self):
        """Each namespace knows the hosts by a file of its own."""
        lines = "127.0.0.1 localhost\n" + "".join("%s town%d.test\n" % (ADDRESS, i) for i in range(self.args.hosts))
        for i in range(4):
            os.makedirs("/etc/netns/stet%d" % i, exist_ok=True)
            with open("/etc/netns/stet%d/hosts" % i, "w", encoding="ascii") as f:
                f.write(lines)

    def command(self, archive, *args):
        settings = {"fetch.host_pause": "200", "run.lease": "%ds" % LEASE, "article.interval": "2s",
                    "article.growth": "1", "article.policy": "newssniffer", "article.least": "1s",
                    "fetch.allow_private": "yes", "fetch.contact": "bench@example.org"}
        command = [self.stet, "--archive", archive, "--config", os.devnull]
        for name, value in settings.items():
            command += ["-o", "%s=%s" % (name, value)]
        return command + list(args)

    def fresh(self, name):
        archive = self.pg.url(name)
        urls = [self.url(i) for i in range(self.args.hosts)]
        for i in range(0, len(urls), 1000):
            subprocess.run(self.command(archive, "watch", *urls[i:i + 1000]), check=True, stdout=subprocess.DEVNULL)
        self.sites = subprocess.Popen([sys.executable, "-c", SITES, ADDRESS, "8090"])
        time.sleep(0.5)
        return archive

    def start(self, archive, n):
        for i in range(n):
            log = open(os.path.join(self.folder, "log%d" % i), "w", encoding="utf-8")
            env = dict(os.environ, XDG_DATA_HOME=os.path.join(self.folder, "data%d" % i))
            self.workers.append(subprocess.Popen(
                ["ip", "netns", "exec", "stet%d" % i] + self.command(archive, "run", "--no-web"), env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True))

    def stop(self):
        for w in self.workers:
            if w.poll() is None:
                os.killpg(w.pid, signal.SIGTERM)
        for w in self.workers:
            try:
                w.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(w.pid, signal.SIGKILL)
        self.workers = []

    def report(self):
        import urllib.request
        text = urllib.request.urlopen("http://%s:8090/_report" % ADDRESS, timeout=10).read().decode()
        first, _, names = text.partition("\n")
        return [int(x) for x in first.split()], names.split()

    def count(self, base, what="checks"):
        return int(self.pg.sql("SELECT count(*) FROM " + what, base)[0][0])

    def end_sites(self):
        self.sites.kill()
        self.sites.wait()

    def throughput(self, n):
        base = "speed%d" % n
        archive = self.fresh(base)
        self.start(archive, n)
        time.sleep(8)
        before, began = self.count(base), time.monotonic()
        time.sleep(self.args.seconds)
        rate = (self.count(base) - before) / (time.monotonic() - began)
        (_, overlaps), _ = self.report()
        self.stop()
        self.end_sites()
        print("%d worker%s  %7.1f checks stored a second, %d hosts fetched by two at once" % (
            n, "s" if n > 1 else " ", rate, overlaps), flush=True)

    def visited(self):
        return int(self.pg.sql("SELECT count(DISTINCT target) FROM checks", "trouble")[0][0])

    def trouble(self):
        archive = self.fresh("trouble")
        self.start(archive, 4)
        time.sleep(15)
        os.killpg(self.workers[0].pid, signal.SIGKILL)
        ip("-n", "stet1", "link", "set", "eth0", "down")
        time.sleep(LEASE * 3)
        ip("-n", "stet1", "link", "set", "eth0", "up")
        began = time.monotonic()
        while time.monotonic() < began + self.args.seconds or (
                self.visited() < self.args.hosts and time.monotonic() < began + self.args.patience):
            time.sleep(2)
        took = time.monotonic() - began
        (_, overlaps), names = self.report()
        self.stop()
        self.end_sites()
        twice = self.pg.sql("SELECT article FROM versions GROUP BY article, identity HAVING count(*) > 1", "trouble")
        gaps = self.pg.sql("SELECT article FROM versions GROUP BY article HAVING count(*) <> max(number) + 1",
                           "trouble")
        visited = self.visited()
        refused = sum("not stored" in line for i in range(4)
                      for line in open(os.path.join(self.folder, "log%d" % i), encoding="utf-8", errors="replace"))
        print("trouble: %d checks of %d hosts of %d, %d versions; %d s after the last of it" % (
            self.count("trouble"), visited, self.args.hosts, self.count("trouble", "versions"), took))
        print("         stored twice: %d, gaps: %d, late writes refused: %d" % (len(twice), len(gaps), refused))
        print("         hosts fetched by two at once: %d %s" % (overlaps, " ".join(names[:5])), flush=True)
        return not twice and not gaps and not overlaps and visited == self.args.hosts


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", default=os.path.join(TOP, "build"))
    p.add_argument("--hosts", type=int, default=4000)
    p.add_argument("--seconds", type=int, default=40)
    p.add_argument("--patience", type=int, default=600, help="seconds until every host must have been visited")
    p.add_argument("--workers", default="1,2,4")
    p.add_argument("--calm", action="store_true", help="only the throughput")
    args = p.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench/cluster.py makes network namespaces, for which it must be root")
    os.environ["STET_BUILD_ROOT"] = os.path.abspath(args.build)
    remove_network(4)
    make_network(4)
    b = None
    try:
        b = Bench(args)
        b.names()
        for n in [int(x) for x in args.workers.split(",") if x]:
            b.throughput(n)
        return 0 if args.calm or b.trouble() else 1
    finally:
        if b:
            b.stop()
            b.pg.clean_up()
        for i in range(4):
            subprocess.run(["rm", "-rf", "/etc/netns/stet%d" % i])
        remove_network(4)


if __name__ == "__main__":
    sys.exit(main())
