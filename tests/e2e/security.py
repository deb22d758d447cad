#!/usr/bin/env python3
# time limit: 280
# it mostly waits
"""What a hostile site can do to stet, and what stet's processes can do at all.

The hostile server below stands on loopback addresses of a network of its own
(unshare), of which one counts as public; the others are watched, and nobody may
come there.  Where no such network can be made these tests are skipped.  With
$STET_TEST_DATA a larger collection of attacks is tried as well.
"""
import glob
import gzip
import json
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

from libe2e import (BUILD, STET, TOP, Failed, Skipped, check, check_equal, free_port, run_tests, skip_without_programs,
                    wait_until)

PUBLIC, DNS = "198.51.99.10", "198.51.99.53"  # ordinary public space
INSIDE = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254"]
# It is an article, with a date; without one, the same page at many addresses would be taken for a wall.
PAGE = ("<!DOCTYPE html><html lang=en><head><title>Ferry leaves earlier</title>"
        "<meta property='article:published_time' content='2025-08-11T06:00:00Z'></head><body><article>"
        "<h1>Ferry leaves earlier</h1><p>The first boat leaves at six in the morning from now on, the harbour office "
        "said on Monday, and the last one at eleven at night.</p><p>Passengers with bicycles have to be at the gate a "
        "quarter of an hour before, the office added in its notice.</p></article></body></html>").encode()
folder = None


# ---- the hostile site, in a network of its own -------------------------------

def answer(body, status="200 OK", fields=""):
    return ("HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n%s"
            "\r\n" % (status, len(body), fields)).encode() + body


def moved(where):
    return answer(b"", "302 Found", "Location: %s\r\n" % where)


def flood(send, head, part):
    send(head)
    while True:
        send(part)


def frame(kind, flags, stream, payload=b""):
    """RFC 9113, section 4.1."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


DATA, HEADERS, RESET, SETTINGS, PING, CONTINUATION = 0, 1, 3, 4, 6, 9
STATUS_200 = b"\x88"  # RFC 7541, appendix A


def unasked_frames(send):
    """Frames of HTTP/2 where HTTP/1 was spoken: no answer at all."""
    flood(send, frame(PING, 0, 0, b"12345678"), frame(PING, 0, 0, b"12345678") * 500)


def answer_frames(send, receive):
    """Whatever is asked for, the page."""
    data = b""
    while True:
        while len(data) < 9 or len(data) < 9 + int.from_bytes(data[:3], "big"):
            data += receive()
        kind, stream = data[3], int.from_bytes(data[5:9], "big")
        data = data[9 + int.from_bytes(data[:3], "big"):]
        if kind == HEADERS:
            send(frame(HEADERS, 4, stream, STATUS_200) + frame(DATA, 1, stream, PAGE))
        elif kind == SETTINGS:
            send(frame(SETTINGS, 1, 0))


# Over TLS with a certificate that is good, by the first part of the name.
FRAMES = {
    "good": None,
    "pings": lambda send: flood(send, b"", frame(PING, 0, 0, b"12345678") * 500),
    "settings": lambda send: flood(send, b"", frame(SETTINGS, 0, 0) * 500),
    "continued": lambda send: flood(send, frame(HEADERS, 0, 1, STATUS_200),
                                    frame(CONTINUATION, 0, 1, b"\0\1a\1b" * 99)),
    "empty": lambda send: flood(send, frame(HEADERS, 4, 1, STATUS_200), frame(DATA, 0, 1) * 500),
    "padded": lambda send: flood(send, frame(HEADERS, 4, 1, STATUS_200), frame(DATA, 8, 1, b"\xff" + b"\0" * 255) * 99),
    "reset": lambda send: flood(send, b"", frame(RESET, 0, 1, b"\0\0\0\x08") * 500),
    "nonsense": lambda send: flood(send, b"", b"HTTP/1.1 200 OK\r\n\r\n"),
}


def slowly(send, data, pause):
    for byte in data:
        send(bytes([byte]))
        time.sleep(pause)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
ENCODED = "Content-Encoding: %s\r\n"

# Path: what is sent, or a function that sends. The second: whether the page is had in the end.
PATHS = {
    "/page": (answer(PAGE), True),
    "/hints-and-page": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20 + answer(PAGE), True),
    "/hints-for-ever": (lambda send: flood(send, b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50), False),
    "/switches": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + b"x" * 99, False),
    "/trailers": (CHUNKED + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\nETag: \"late\"\r\nSet-Cookie: a=b\r\n\r\n", True),
    "/trailers-for-ever": (lambda send: flood(send, CHUNKED + b"5\r\nferry\r\n0\r\n", b"X: y\r\n" * 500), False),
    "/extension-for-ever": (lambda send: flood(send, CHUNKED + b"5;", b"e" * 65536), False),
    "/tiny-chunks-for-ever": (lambda send: flood(send, CHUNKED, b"1;%s\r\nx\r\n" % (b"e" * 60) * 500), False),
    "/members": (GZIPPED + b"".join(gzip.compress(PAGE[i:i + 40]) for i in range(0, len(PAGE), 40)), True),
    "/members-for-ever": (lambda send: flood(send, GZIPPED, gzip.compress(b"") * 1000), False),
    "/bomb": (GZIPPED + gzip.compress(b"<p>" + b"A" * (200 << 20)), False),
    "/brotli": (answer(b"\x0b\x02\x80ferry\x03", fields=ENCODED % "br"), False),
    "/zstd": (answer(b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", fields=ENCODED % "zstd"), False),
    "/deflate": (answer(b"x\x9cKK-*\xaa\x04\x00\x06f\x02\x2f", fields=ENCODED % "deflate"), False),
    "/twice": (answer(gzip.compress(gzip.compress(PAGE)), fields=ENCODED % "gzip, gzip"), False),
    "/long": (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nferry and much more", None),
    "/short": (b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\nConnection: close\r\n\r\nferry", False),
    "/both-lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + CHUNKED[17:] + b"5\r\nferry\r\n0\r\n\r\n", None),
    "/frames": (unasked_frames, False),
    "/header-without-end": (lambda send: flood(send, b"HTTP/1.1 200 OK\r\nX: ", b"h" * 65536), False),
    "/slow-head": (lambda send: slowly(send, b"HTTP/1.1 200 OK\r\nX: " + b"h" * 999, 0.5), False),
    "/to-inside": (moved("http://127.0.0.1/inside"), False),
    "/to-name-inside": (moved("http://inside.test/"), False),
    "/to-https-of-inside": (moved("https://10.0.0.5/"), False),
    "/to-mapped": (moved("http://[::ffff:7f00:1]/"), False),
    "/to-number": (moved("http://2130706433/"), False),
    "/to-scoped": (moved("http://[fe80::1%25lo]/"), False),
    "/to-mail": (moved("http://site.test:25/"), False),
    "/to-redis": (moved("http://site.test:6379/"), False),
    "/to-user": (moved("http://user:word@127.0.0.1/"), False),
    "/to-own-user": (moved("http://user:word@site.test/page"), None),
    "/to-backslash": (moved("http:\\\\127.0.0.1\\"), False),
    "/to-file": (moved("file:///etc/passwd"), False),
    "/to-relative-inside": (moved("//169.254.169.254/latest/"), False),
    "/to-bad-certificate": (moved("https://site.test/page"), False),
    "/to-silent-tls": (moved("https://site.test:8443/page"), False),
    "/zigzag": (moved("http://other.test/zigzag"), False),
    "/refresh": (answer(PAGE, fields="Refresh: 0;url=http://127.0.0.1/refresh\r\n"), True),
    "/alternative": (answer(PAGE, fields='Alt-Svc: h2="127.0.0.1:80"; ma=9999\r\n'
                            "Strict-Transport-Security: max-age=9999; includeSubDomains\r\n"), True),
    "/cookie": (answer(PAGE, fields="Set-Cookie: spy=1; Path=/\r\n"), True),
    "/meta": (answer(PAGE.replace(b"<title>", b"<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>"
                                  b"<link rel=canonical href='http://127.0.0.1/c'><title>")), True),
}
# These take as long as the client lets them: each has a host of its own.
HOSTS = {"/slow-head": "slow.test", "/to-silent-tls": "silent.test"}
NAMES = {"site.test": [PUBLIC], "slow.test": [PUBLIC], "silent.test": [PUBLIC], "other.test": [PUBLIC],
         "inside.test": ["10.0.0.5"], **{name + ".two.test": [PUBLIC] for name in FRAMES},
         "both.test": ["127.0.0.1", PUBLIC, "10.0.0.5", "192.168.1.1"], "mapped.test": ["::ffff:127.0.0.1"]}


def serve_one(connection, note):
    sent = [0]

    def send(data):
        connection.sendall(data)
        sent[0] += len(data)

    request = b""
    try:
        connection.settimeout(60)
        while b"\r\n\r\n" not in request and len(request) < 65536:
            more = connection.recv(65536)
            if not more:
                break
            request += more
        path = request.split(b" ")[1].decode("latin-1") if request.count(b" ") > 1 else ""
        what = (answer(b"User-agent: *\nAllow: /\n") if path == "/robots.txt" else
                PATHS.get(path, (answer(b"", "404 Not Found"), False))[0])
        if callable(what):
            what(send)
        else:
            send(what)
        connection.shutdown(socket.SHUT_WR)
    except (OSError, IndexError):
        pass
    finally:
        connection.close()
        note("served", {"request": request.decode("latin-1"), "sent": sent[0]})


def serve_frames(connection, name, note):
    sent = [0]

    def send(data):
        connection.sendall(data)
        sent[0] += len(data)

    def receive():
        data = connection.recv(65536)
        if not data:
            raise OSError("it has gone")
        return data

    try:
        data = b""
        while len(data) < 24:  # the preface
            data += connection.recv(24 - len(data))
        send(frame(SETTINGS, 0, 0))
        what = FRAMES.get(name)
        if what:
            what(send)
        answer_frames(send, receive)
    except OSError:
        pass
    finally:
        connection.close()
        note("served", {"request": "frames: " + name, "sent": sent[0]})


def serve(address, port, handler):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    s.listen(64)

    def loop():
        while True:
            threading.Thread(target=handler, args=(s.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


def serve_names():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((DNS, 53))

    def loop():
        while True:
            data, peer = s.recvfrom(4096)
            labels, at = [], 12
            while data[at]:
                labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1").lower())
                at += 1 + data[at]
            kind = struct.unpack(">H", data[at + 1:at + 3])[0]
            family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
            known = NAMES.get(".".join(labels))
            found = [a for a in known or () if (":" in a) == (kind == 28)] if family else []
            records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, 4 if kind == 1 else 16) +
                               socket.inet_pton(family, a) for a in found)
            s.sendto(data[:2] + (b"\x84\x00" if known else b"\x84\x03") + b"\0\1" + struct.pack(">H", len(found)) +
                     b"\0\0\0\0" + data[12:at + 5] + records, peer)

    threading.Thread(target=loop, daemon=True).start()


def serve_hostile_site(folder):
    """In the new network, until it is killed."""
    def note(what, data):
        with open(os.path.join(folder, what), "a", encoding="utf-8") as f:
            f.write(json.dumps(data) + "\n")

    def note_visit(connection):
        note("visited", {"at": connection.getsockname()})
        connection.close()

    def context_of(name, alternative):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out",
                        name + ".pem", "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + alternative],
                       cwd=folder, check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key"))
        return context

    bad, good = context_of("bad", "elsewhere.test"), context_of("good", "*.two.test")
    good.set_alpn_protocols(["h2"])

    def choose(tls, name, _):
        tls.asked_for = name or ""
        if tls.asked_for.endswith(".two.test"):
            tls.context = good

    bad.sni_callback = choose

    def serve_tls(connection):
        try:
            connection.settimeout(30)
            tls = bad.wrap_socket(connection, server_side=True)
            if tls.selected_alpn_protocol() == "h2":
                serve_frames(tls, tls.asked_for.split(".")[0], note)
            else:
                serve_one(tls, note)
        except OSError:
            connection.close()

    serve_names()
    for port in (25, 6379):
        serve(PUBLIC, port, note_visit)
    for address in INSIDE:
        for port in (80, 443):
            serve(address, port, note_visit)
    serve(PUBLIC, 443, serve_tls)
    serve(PUBLIC, 8443, lambda connection: time.sleep(1000))
    serve(PUBLIC, 80, lambda connection: serve_one(connection, note))
    note("ready", {})
    signal.pause()


INTO_NETWORK = """set -e
ip link set lo up
for a in %s; do ip addr add $a/32 dev lo 2>/dev/null || true; done
printf 'nameserver %s\\noptions timeout:1 attempts:1\\n' >"$0/resolv.conf"
mount --bind "$0/resolv.conf" "$(readlink -f /etc/resolv.conf)"
printf '127.0.0.1 localhost\\n' >"$0/hosts"
mount --bind "$0/hosts" /etc/hosts
exec "$@"
""" % (" ".join([PUBLIC, DNS] + INSIDE[1:]), DNS)


class Network:
    """A network of its own with the hostile site in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="stet-security-")
        os.chmod(self.folder, 0o755)
        self.process = subprocess.Popen(
            ["unshare", "-n", "-m", "sh", "-c", INTO_NETWORK, self.folder, sys.executable, os.path.abspath(__file__),
             "--serve", self.folder], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            wait_until(lambda: os.path.exists(os.path.join(self.folder, "ready")) or
                       self.process.poll() is not None, 30, "the hostile site listens")
            check(self.process.poll() is None, "no network of its own")
        except Failed:
            self.stop()
            raise

    def inside(self, *command):
        return ["nsenter", "-t", str(self.process.pid), "-n", "-m", "--wd=" + os.getcwd()] + list(command)

    def notes(self, what):
        try:
            with open(os.path.join(self.folder, what), encoding="utf-8") as f:
                return [json.loads(line) for line in f]
        except FileNotFoundError:
            return []

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


network = None


def stet(*args, **environment):
    archive = os.path.join(folder, "stet.db")
    env = dict(os.environ, **environment)
    return subprocess.run(network.inside(STET, "--archive", archive, "--config", os.devnull,
                                         "-o", "fetch.host_pause=0", *args),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, env=env)


# ---- tests --------------------------------------------------------------------

def url_of(path):
    return "http://%s%s" % (HOSTS.get(path, "site.test"), path)


def forget_archive():
    for path in glob.glob(os.path.join(folder, "stet.db*")):
        (shutil.rmtree if os.path.isdir(path) else os.unlink)(path)


def no_answer_harms_it_and_each_has_an_outcome():
    forget_archive()
    stet("watch", "http://both.test/page", "http://mapped.test/page", *[url_of(path) for path in PATHS])
    begin = time.monotonic()
    p = stet("check")
    check_equal(p.returncode, 0, "the status of stet check, which says " + p.stderr[-2000:])
    check(time.monotonic() - begin < 120, "it took %d s" % (time.monotonic() - begin))
    check_equal(network.notes("visited"), [], "what was visited inside")
    checks = [json.loads(line) for line in stet("export", "--what", "checks").stdout.splitlines()]
    last = {c["target"]["url"]: c for c in checks}
    for path, (_, had) in PATHS.items():
        found = last.get(url_of(path))
        check(found, "there is no check of %s among %s" % (path, sorted(last)[:5]))
        good = found["outcome"] in ("new version", "same", "seen before")
        check(had is None or good == had, "%s is \"%s\" (%s)" % (path, found["outcome"], found.get("detail")))


def frames_do_no_harm_either():
    forget_archive()
    good = {"SSL_CERT_FILE": os.path.join(network.folder, "good.pem")}
    stet("watch", *["https://%s.two.test/page" % name for name in FRAMES])
    p = stet("check", **good)
    check_equal(p.returncode, 0, "the status of stet check, which says " + p.stderr[-2000:])
    checks = [json.loads(line) for line in stet("export", "--what", "checks").stdout.splitlines()]
    last = {c["target"]["url"]: (c["outcome"], c["detail"]) for c in checks}
    for name in FRAMES:
        outcome, detail = last["https://%s.two.test/page" % name]
        check((outcome == "new version") == (name == "good"), "%s is \"%s\" (%s)" % (name, outcome, detail))


def it_takes_little_from_a_flood():
    largest = max(network.notes("served"), key=lambda s: s["sent"])
    check(largest["sent"] < 48 << 20, "%s took %d bytes" % (largest["request"][:60], largest["sent"]))


def nothing_that_was_not_asked_for_is_sent():
    for served in network.notes("served"):
        request = served["request"]
        fields = {line.split(":")[0].lower() for line in request.split("\r\n")[1:] if ":" in line}
        check(fields <= {"host", "user-agent", "accept", "accept-encoding", "if-none-match", "if-modified-since"},
              "a request has the fields %s" % sorted(fields))
        check("user:word" not in request and "spy" not in request, "a secret is in %r" % request[:200])


def proxies_and_netrc_are_not_used():
    with open(os.path.join(folder, ".netrc"), "w", encoding="ascii") as f:
        f.write("default login user password word\n")
    proxy = "http://127.0.0.1:80"
    p = stet("extract", "http://site.test/page", HOME=folder, http_proxy=proxy, https_proxy=proxy, all_proxy=proxy,
             HTTP_PROXY=proxy, ALL_PROXY=proxy)
    check_equal(p.returncode, 0, "the status of stet extract, which says " + p.stderr)
    check("Ferry leaves earlier" in p.stdout, "it read " + p.stdout[:200])
    check_equal(network.notes("visited"), [], "what was visited inside")
    check("authorization" not in network.notes("served")[-1]["request"].lower(), "a password was sent")


def pids_of(root):
    found = [root]
    for task in glob.glob("/proc/%d/task/*/children" % root):
        with open(task, encoding="ascii") as f:
            for pid in f.read().split():
                found += pids_of(int(pid))
    return found


class Daemon:
    """stet run, with an archive of its own."""

    def __init__(self, *options, prefix=(), owner=None):
        self.folder = tempfile.mkdtemp(prefix="stet-daemon-")
        self.archive = os.path.join(self.folder, "stet.db")
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.port = free_port()
        if owner is not None:
            subprocess.run(["chown", "-R", str(owner), self.folder], check=True)
        self.process = subprocess.Popen(
            list(prefix) + [STET, "--archive", self.archive, "--config", os.devnull, "-o", "fetch.contact=a@b.example",
                            "run", "--listen", "127.0.0.1:%d" % self.port] + list(options),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        try:
            wait_until(self.is_up, 60, "the daemon is up")
        except Failed as e:
            text = self.said()
            self.stop()
            raise Failed("%s\n%s" % (e, text)) from None

    def pid(self):
        """Of the supervisor, which may be below nsenter."""
        for pid in pids_of(self.process.pid):
            with open("/proc/%d/comm" % pid, encoding="ascii") as f:
                if f.read().strip() == "stet":
                    return pid
        return 0

    def named(self, name):
        for pid in pids_of(self.process.pid):
            try:
                with open("/proc/%d/comm" % pid, encoding="ascii") as f:
                    if f.read().strip() == name:
                        return pid
            except OSError:
                pass
        return 0

    def is_up(self):
        """Both have closed the pipe by which they say that they are ready; the one between them stays."""
        check(self.process.poll() is None, "it has ended")
        pids = [self.named("stet-watch"), self.named("stet-serve")]
        return all(pids) and all(sum(self.target(fd).startswith("pipe:") for fd in glob.glob("/proc/%d/fd/*" % pid))
                                 == 1 for pid in pids)

    @staticmethod
    def target(link):
        try:
            return os.readlink(link)
        except OSError:
            return ""

    def said(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as f:
            return f.read()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def audit(daemon, user):
    """What the kernel says of each process."""
    names = []
    for pid in pids_of(daemon.pid()):
        with open("/proc/%d/status" % pid, encoding="utf-8") as f:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
        name = "%s (%d)" % (status["Name"], pid)
        names.append(status["Name"])
        check_equal(status["Seccomp"], "2", "the filter of " + name)
        check_equal(status["NoNewPrivs"], "1", "no_new_privs of " + name)
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            check_equal(int(status[kind], 16), 0, "%s of %s" % (kind, name))
        check_equal(set(status["Uid"].split()), {str(user)}, "the user of " + name)
        check_equal(status["Umask"], "0077", "the umask of " + name)
        with open("/proc/%d/limits" % pid, encoding="ascii") as f:
            check(re.search(r"^Max core file size +0 +0 ", f.read(), re.M), name + " may leave a core")
        with open("/proc/%d/maps" % pid, encoding="utf-8") as f:
            check(not re.search(r"^\S+ .wx", f.read(), re.M), name + " has writable code")
    check_equal(sorted(names), ["stet", "stet-reader", "stet-serve", "stet-starter", "stet-watch"], "the processes")


def with_daemon(use, *args, **kwargs):
    daemon = Daemon(*args, **kwargs)
    try:
        use(daemon)
    finally:
        daemon.stop()


def every_process_is_locked_up():
    with_daemon(lambda d: audit(d, os.getuid()))


def started_by_root_it_becomes_the_user_it_is_told():
    nobody = pwd.getpwnam("nobody").pw_uid
    with_daemon(lambda d: audit(d, nobody), "--user", "nobody", owner=nobody)


def started_by_root_it_becomes_the_owner_of_the_folder():
    nobody = pwd.getpwnam("nobody").pw_uid

    def use(daemon):
        audit(daemon, nobody)
        check("as root" not in daemon.said(), "it warns: " + daemon.said())

    with_daemon(use, owner=nobody)


def a_user_who_may_not_write_there_is_told_what_to_do():
    p = subprocess.run([STET, "--archive", os.path.join(folder, "x.db"), "--config", os.devnull, "run", "--user",
                        "nobody"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    check_equal(p.returncode, 1, "the status")
    check("chown -R nobody" in p.stderr, "it says " + p.stderr)


def processes_that_are_killed_come_back():
    def use(daemon):
        for name in ("stet-reader", "stet-starter"):  # nobody misses them before the next document
            os.kill(daemon.named(name), signal.SIGKILL)
        for name in ("stet-watch", "stet-serve"):
            old = daemon.named(name)
            os.kill(old, signal.SIGKILL)
            wait_until(lambda: daemon.named(name) not in (0, old) and daemon.named("stet-reader"), 60,
                       "%s is back; the log:\n%s" % (name, daemon.said()))
        audit(daemon, os.getuid())

    with_daemon(use)


def what_killed_a_reader_is_kept_aside_and_told():
    def use(daemon):
        reader = daemon.named("stet-reader")
        os.kill(reader, signal.SIGSTOP)
        asked = len(network.notes("served"))
        subprocess.run([STET, "--archive", daemon.archive, "--config", os.devnull, "watch", "http://site.test/page"],
                       check=True, stdout=subprocess.DEVNULL)
        wait_until(lambda: len(network.notes("served")) > asked, 60, "robots.txt is asked for")
        time.sleep(0.5)  # the answer is on its way to the reader, which does not move
        os.kill(reader, signal.SIGKILL)
        wait_until(lambda: "kept aside" in daemon.said(), 30, "the log tells; it says:\n" + daemon.said())
        kept = glob.glob(daemon.archive + "-aside/*")
        check_equal(sorted(os.path.splitext(k)[1] for k in kept), [".bytes", ".txt"], "what is kept")
        for path in kept:
            check_equal(os.stat(path).st_mode & 0o777, 0o600, "the mode of " + path)
        p = subprocess.run([STET, "--archive", daemon.archive, "--config", os.devnull, "status"], capture_output=True,
                           text=True, timeout=60)
        check("1 document that a reader did not survive" in p.stdout, "stet status says " + p.stdout)

    with_daemon(use, prefix=network.inside())


def the_collection_of_attacks_does_no_harm():
    tool = os.path.join(os.environ["STET_TEST_DATA"], "conform", "tools", "netlab")
    script = os.path.join(folder, "fetch")
    with open(script, "w", encoding="ascii") as f:
        f.write("""#!/bin/sh
d=$(mktemp -d); trap 'rm -rf $d' EXIT
stet="%s --archive $d/a.db --config /dev/null -o fetch.host_pause=0"
$stet watch "$1" && $stet check && $stet status | grep -q '(200)'
""" % STET)
    os.chmod(script, 0o755)
    lab = tempfile.mkdtemp(prefix="stet-lab-")
    failed = []
    for only in ("ssrf-redir-0*", "ssrf-dns-*", "ssrf-multi*", "ssrf-rebind*[01]", "scheme-redir-[fg]*", "res-h*",
                 "res-chunk*", "res-e*", "tls-*", "feed-x*", "sitemap-s*", "robots-r[4h]*"):
        p = subprocess.run(["sh", os.path.join(tool, "netlab.sh"), sys.executable, os.path.join(tool, "attack.py"),
                            "--fetch", script + " {url}", "--only", only], capture_output=True, text=True, timeout=240,
                           stdin=subprocess.DEVNULL, env=dict(os.environ, LAB=lab))
        failed += [line for line in p.stdout.splitlines() if " FAIL " in line and "exit 1, want 0" not in line]
        check("scenarios pass" in p.stdout, "%s: %s" % (only, p.stderr[-500:]))
    shutil.rmtree(lab, ignore_errors=True)
    check(not failed, "\n".join(failed))


def skipping(test, why):
    def skipped():
        raise Skipped(why)

    skipped.__name__ = test.__name__
    return skipped


def main():
    global folder, network
    skip_without_programs(STET)
    with open(os.path.join(BUILD, "meson-info", "intro-buildoptions.json"), encoding="utf-8") as f:
        sanitized = any(o["name"] == "b_sanitize" and o["value"] != "none" for o in json.load(f))
    anybody = [] if sanitized else [every_process_is_locked_up, processes_that_are_killed_come_back]
    as_root = [a_user_who_may_not_write_there_is_told_what_to_do]
    if not sanitized:
        as_root += [started_by_root_it_becomes_the_user_it_is_told, started_by_root_it_becomes_the_owner_of_the_folder]
    in_network = [no_answer_harms_it_and_each_has_an_outcome, frames_do_no_harm_either, it_takes_little_from_a_flood,
                  nothing_that_was_not_asked_for_is_sent, proxies_and_netrc_are_not_used]
    if not sanitized:
        in_network.append(what_killed_a_reader_is_kept_aside_and_told)
    tests, skipped = list(anybody), []
    folder = tempfile.mkdtemp(prefix="stet-security-")
    try:
        if os.getuid() == 0:
            tests += as_root
        else:
            skipped += [(t, "only root can become another user") for t in as_root]
        try:
            network = Network()
            tests += in_network
            if os.environ.get("STET_TEST_DATA") and not sanitized:
                tests.append(the_collection_of_attacks_does_no_harm)
        except (Failed, OSError) as e:
            skipped += [(t, str(e)) for t in in_network]
        return run_tests(tests + [skipping(*s) for s in skipped])
    finally:
        if network:
            network.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve_hostile_site(sys.argv[2])
    else:
        sys.exit(main())
