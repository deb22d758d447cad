"""What the end-to-end tests share: TAP, the demo, and stet as processes.

The folder of the build is $STET_BUILD_ROOT; tests/run sets it.
"""
import calendar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("STET_BUILD_ROOT") or os.path.join(TOP, "build-check")
STET = os.path.join(BUILD, "stet")
DEMO = os.path.join(BUILD, "demo", "stet-demo")
START = "2025-08-14T06:00:00Z"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "STET_ARCHIVE"):
    os.environ.pop(name, None)


# ---- TAP --------------------------------------------------------------------

class Failed(Exception):
    pass


class Skipped(Exception):
    """What a test raises that cannot be run here; it says why."""


def check(condition, message):
    if not condition:
        raise Failed(message)


def check_equal(got, want, what):
    if got != want:
        raise Failed("%s is %r, not %r" % (what, got, want))


def run_tests(tests):
    """Runs functions; the name of each is its sentence. The exit status."""
    failed = 0
    print("1..%d" % len(tests), flush=True)
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print("ok %d - %s" % (number, name), flush=True)
        except Skipped as e:
            print("ok %d - %s # SKIP %s" % (number, name, e), flush=True)
        except Exception as e:
            failed += 1
            text = str(e) if isinstance(e, Failed) else traceback.format_exc()
            for line in text.splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0


def skip_all(why):
    print("1..0 # SKIP %s" % why)
    sys.exit(0)


def skip_without_programs(*programs):
    """Ends the test unless these are built; without names, stet and the demo."""
    for program in programs or (STET, DEMO):
        if not os.path.exists(program):
            skip_all("%s is not built" % os.path.relpath(program, TOP))


# ---- time -------------------------------------------------------------------

def seconds(text):
    """RFC 3339 in UTC to seconds."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def iso(t):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))


def wait_until(condition, limit, what):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise Failed("%s: not within %d seconds" % (what, limit))


# ---- processes --------------------------------------------------------------

def http(method, url):
    """Status and body; names below .localhost are this machine."""
    host, _, path = url[len("http://"):].partition("/")
    name, _, port = host.partition(":")
    request = urllib.request.Request("http://127.0.0.1:%s/%s" % (port, path), method=method, headers={"Host": host})
    try:
        with DIRECT.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode("utf-8", "replace")


def run_stet(archive, *args, status=0, input=b"", cwd=None):
    """A command on an archive that no demo fills; the finished process. status None: whatever it is."""
    p = subprocess.run([STET, "--archive", archive, "--config", os.devnull, *args], input=input, capture_output=True,
                       timeout=300, cwd=cwd)
    if status is not None and p.returncode != status:
        raise Failed("stet %s: status %d, not %d\n%s" % (" ".join(args), p.returncode, status,
                                                         p.stderr.decode("utf-8", "replace")))
    return p


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Demo:
    def __init__(self, speed):
        self.process = subprocess.Popen([DEMO, "--start", START, "--speed", str(speed), "--quiet"],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        check(line.startswith("listening on 127.0.0.1:"), "stet-demo says %r" % line)
        self.port = int(line.rsplit(":", 1)[1])
        self.speed = speed

    def url(self, host, path):
        return "http://%s.localhost:%d%s" % (host, self.port, path)

    def feeds(self):
        return [self.url("harbour-courier", "/feed.xml"), self.url("upland-gazette", "/atom"),
                self.url("meridian-post", "/feed.json")]

    def now(self):
        return seconds(json.loads(http("GET", self.url("demo", "/_clock"))[1])["time"])

    def set_time(self, t):
        status, _ = http("POST", self.url("demo", "/_clock?time=" + iso(t)))
        check_equal(status, 200, "the answer to the demo's clock being set")

    def requests(self):
        return [json.loads(line) for line in http("GET", self.url("demo", "/_requests"))[1].splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Hosts:
    """A server of names below .localhost, each a host of its own to stet, with a clock for it as Demo has one.

    Whoever makes one of it says in answer(handler, name) what is answered; a request is in the log only if that puts
    it there.
    """

    def __init__(self, start, speed=1):
        self.start, self.speed, self.began = seconds(start), speed, time.monotonic()
        self.log, self.lock = [], threading.Lock()
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def log_message(self, *args):
                pass

            def do_GET(self):
                hosts.answer(self, self.headers["Host"].split(":")[0].removesuffix(".localhost"))

            do_POST = do_GET

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, request, address):
                pass  # stet was stopped in the middle of it

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def now(self):
        return self.start + (time.monotonic() - self.began) * self.speed

    def url(self, name, path):
        return "http://%s.localhost:%d%s" % (name, self.server.server_port, path)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


# Articles are checked every 20 minutes, whatever is learned of them.
PLAIN_CHECKS = {"article.interval": "20m", "article.growth": "1", "article.policy": "newssniffer"}


class Stet:
    """stet with an archive of its own and the clock of a demo."""

    def __init__(self, demo, settings):
        self.demo = demo
        self.settings = dict({"fetch.allow_private": "yes", "fetch.contact": "test@example.org"}, **settings)
        self.folder = tempfile.mkdtemp(prefix="stet-e2e-")
        self.archive = os.path.join(self.folder, "stet.db")
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8", errors="replace")
        self.daemon = None
        self.port = 0

    def command(self, *args):
        command = [STET, "--archive", self.archive, "--config", os.devnull,
                   "--clock-start", iso(self.demo.now()), "--clock-speed", str(self.demo.speed)]
        for name, value in self.settings.items():
            command += ["-o", "%s=%s" % (name, value)]
        return command + list(args)

    def run(self, *args):
        """A command that is to succeed; its standard output."""
        p = subprocess.run(self.command(*args), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        if p.returncode:
            raise Failed("stet %s: status %d\n%s" % (" ".join(args), p.returncode, p.stderr))
        return p.stdout

    def start(self, port=None):
        self.port = port or free_port()
        self.daemon = subprocess.Popen(self.command("run", "--listen", "127.0.0.1:%d" % self.port),
                                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                       start_new_session=True)
        wait_until(self.answers, 60, "the web interface answers")

    def answers(self):
        check(self.daemon.poll() is None, "stet run has ended:\n" + self.said())
        try:
            return http("GET", "http://127.0.0.1:%d/api/v1/status" % self.port)[0] == 200
        except OSError:
            return False

    def said(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-4000:]

    def kill(self):
        """Like a power cut for all its processes."""
        os.killpg(self.daemon.pid, signal.SIGKILL)
        self.daemon.wait()
        self.daemon = None

    def stop(self):
        status = None
        if self.daemon:
            self.daemon.terminate()
            status = self.daemon.wait(30)
            self.daemon = None
        return status

    def clean_up(self):
        if self.daemon:
            self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def api(self, path):
        status, body = http("GET", "http://127.0.0.1:%d%s" % (self.port, path))
        check_equal(status, 200, "the status of " + path)
        return json.loads(body)

    def articles(self):
        """All articles, by address."""
        found, path = {}, "/api/v1/articles"
        while path:
            page = self.api(path)
            for a in page["articles"]:
                found[a["url"]] = a
            path = page.get("next")
            if path and path.startswith("http"):
                path = "/" + path.split("/", 3)[3]
        return found
