#!/usr/bin/env python3
# time limit: 300
# it mostly waits
"""Captured pages: whether they can be asked for as RFC 7089 has it, and what one that is hostile can do.

The rules of the RFC are asked over HTTP here; the test programs ask the same of single functions (tests/memento.c), and
with $STET_TEST_DATA a checker that is not ours asks as well.  The hostile page tries everything that a page can try to
get away; each trick has a port of its own, and a single connection to it is a failure.  That the tricks work where
nothing stops them is looked at first.  What needs Chromium is skipped where there is none.
"""
import contextlib
import html
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
from libbrowser import Browser, Missing, find_chromium
from libe2e import (START, Failed, Skipped, Stet, check, check_equal, free_port, run_tests, seconds,
                    skip_without_programs)
from libpages import read_stories, warc_of, warc_record

HOSTILE = "http://hostile.localhost/dock"
SECONDS = 2.5  # to get away

stet = apart = port = traps = hostile_at = None
stories = {}


class Clock:
    """What Stet asks of a demo."""
    speed = 0

    @staticmethod
    def now():
        return seconds(START)


# ---- the hostile page -------------------------------------------------------

class Trap:
    """A port at which nobody may ring."""
    def __init__(self, name):
        self.rings = []  # what was sent in each connection
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(50)
        self.url = "http://127.0.0.1:%d/%s" % (self.socket.getsockname()[1], name)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            connection, _ = self.socket.accept()
            ring = [b""]
            self.rings.append(ring)
            threading.Thread(target=self.hear, args=(connection, ring), daemon=True).start()

    @staticmethod
    def hear(connection, ring):
        connection.settimeout(SECONDS)
        with connection, contextlib.suppress(OSError):
            ring[0] = connection.recv(1000)


# What a page may try by itself; {} is where it wants to go.
TRICKS = {
    "script": '<script>new Image().src = "{}"</script>',
    "script-src": '<script src="{}"></script>',
    "fetch": '<script>fetch("{}", {{mode: "no-cors"}})</script>',
    "refresh": '<meta http-equiv="refresh" content="1;url={}">',
    "img": '<img src="{}" alt="">',
    "srcset": '<img srcset="{} 1x" alt="">',
    "onerror": '<img src="/nothing.png" onerror="new Image().src=\'{}\'" alt="">',
    "svg": '<svg width="9" height="9"><image href="{}" width="9" height="9"></image></svg>',
    "poster": '<video poster="{}"></video>',
    "video": '<video src="{}" preload="auto"></video>',
    "input": '<input type="image" src="{}" alt="x">',
    "background": '<table background="{}"><tr><td>x</td></tr></table>',
    "css-url": '<style>.u {{ background: url("{}") }}</style><p class="u">u</p>',
    "css-import": '<style>@import "{}";</style>',
    "css-attribute": '<p style="background: url({})">x</p>',
    "font": '<style>@font-face {{ font-family: f; src: url("{}") }} .f {{ font-family: f }}</style><p class="f">f</p>',
    "stylesheet": '<link rel="stylesheet" href="{}">',
    "preconnect": '<link rel="preconnect" href="{}">',
    "preconnect-odd": '<LiNk/rel="preconn&#101;ct"href="{}">',
    "prefetch": '<link rel="prefetch" href="{}">',
    "preload": '<link rel="preload" as="image" href="{}">',
    "modulepreload": '<link rel="modulepreload" href="{}">',
    "iframe": '<iframe src="{}"></iframe>',
    "srcdoc": '<iframe srcdoc="&lt;img src={}&gt;"></iframe>',
    "object": '<object data="{}" type="text/html"></object>',
    "embed": '<embed src="{}" type="text/html">',
    "top": '<script>setTimeout(() => {{ top.location = "{}" }}, 1000)</script>',
    "submit": '<form id="s" action="{}" method="post"></form><script>setTimeout(() => s.submit(), 1000)</script>',
}
LEADING_AWAY = ("refresh", "top", "submit")

# What a reader may be made to click upon; they stand beside each other at the upper edge.
CLICKS = {
    "javascript": '<a href="javascript:void(document.title=\'taken\',new Image().src=\'{}\')">x</a>',
    "form": '<form action="{}"><button>x</button></form>',
    "blank": '<a href="{}" target="_blank">x</a>',
    "download": '<a href="data:text/html,x" download="x.html">x</a>',
    "ping": '<a href="#here" ping="{}">x</a>',
}
STORAGE = """(() => { const said = [];
    for (const look of [() => localStorage.length, () => sessionStorage.length, () => document.cookie])
        try { look(); said.push("readable") } catch (e) { said.push(e.name) }
    said.push(self.origin, document.title);
    return said; })()"""
SERVICE_WORKER = """(async () => { try {
    await navigator.serviceWorker.register(location.pathname); return "registered" }
    catch (e) { return e.name } })()"""


def hostile_page(tricks=TRICKS):
    """An article, so that its captures are kept, with what it tries."""
    words = "".join("<p>%s</p>" % line for line in (
        "The floating dock was towed out at six in the morning, and the harbour office said on Monday that it would "
        "stay outside the mole until the inspectors had been on board.",
        "Two tugs from Northgate kept it in place while the wind turned, the office added in its notice to the crews.",
        "The last inspection, four years ago, had found nothing that would have kept the dock from working."))
    tries = "".join(TRICKS[name].format(traps[name].url) for name in tricks)
    place = '<div id="%s" style="position: fixed; top: 0; left: %dpx; width: 90px; font: 40px/40px serif">'
    clicks = "".join((place % (name, 100 * i)) + click.format(traps[name].url) + "</div>"
                     for i, (name, click) in enumerate(CLICKS.items()))
    return """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Dock towed out</title>
<meta property="article:published_time" content="2025-08-11T06:00:00Z">
<meta http-equiv="Content-Security-Policy" content="default-src * data: 'unsafe-inline' 'unsafe-eval'">
<meta http-equiv="x-dns-prefetch-control" content="on"><meta name="referrer" content="unsafe-url">
<base href="%s/"></head><body onload="document.title = 'taken'"><article><h1>Dock towed out</h1>%s</article>
<script>document.title = "taken"; try { opener.location = "%s" } catch (e) {}</script>
<p style="color: rgb(1, 2, 3)" id="own">Its own colour</p>%s%s</body></html>""" % (
        traps["base"].url, words, traps["opener"].url, clicks, tries)


@contextlib.contextmanager
def plainly_served(page):
    """As a site would serve it."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode() if self.path == "/" else b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "http://127.0.0.1:%d/" % server.server_port
    finally:
        server.shutdown()
        server.server_close()


def rang():
    return sorted(name for name, trap in traps.items() if trap.rings)


def was_told():
    """Where more came than a connection: a browser may open one when a link is pressed, whatever comes of it."""
    return sorted(name for name, trap in traps.items() if any(ring[0] for ring in trap.rings))


def forget():
    for trap in traps.values():
        trap.rings.clear()


def give_time(tab):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        tab.value("1")
        time.sleep(0.1)


# ---- asking -----------------------------------------------------------------

def ask(path, method="GET", host=None, **headers):
    """Status, headers in small letters, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers=dict({"Host": host or "127.0.0.1:%d" % port}, **headers))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body


# Sentences of ours in the sets in which they may have been written.
ENCODED = {
    "shift_jis": "港の浮きドックは月曜日の朝六時に沖へ曳かれ、検査官が乗り込むまで防波堤の外にとどまると港湾局は発表した。",
    "gb18030": "港务局周一表示，浮船坞清晨六点被拖出港口，在检查员登船之前将一直停在防波堤外。",
    "koi8-r": "Плавучий док вывели из гавани в шесть утра, и он останется за молом до прихода инспекторов.",
    "windows-1252": "Das Dock wurde um sechs Uhr früh geschleppt, es bleibt über Nacht draußen.",
}


def encoded_page(words):
    published = '<meta property="article:published_time" content="2025-08-11T06:00:00Z">'
    return "<html><head><title>%s</title>%s</head><body><article><h1>%s</h1>%s</article></body></html>" % (
        words[:20], published, words[:20], 3 * ("<p>%s</p>" % words))


def encoded_url(name):
    return "http://encoded.localhost/" + name


def times_of(story):
    """When a story first looked as it did, each time."""
    return stories[story].times


def digits(t):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(t))


def capture_of(story, t):
    return "/memento/%s/%s" % (digits(t), stories[story].url)


# ---- the rules --------------------------------------------------------------

def each_version_of_a_story_is_a_capture():
    times = times_of("bridge")
    _, headers, body = ask("/timemap/json/" + stories["bridge"].url)
    check_equal(headers["content-type"], "application/json", "the type of the TimeMap")
    listed = [m["uri"] for m in json.loads(body)["mementos"]["list"]]
    check_equal(listed, ["http://127.0.0.1:%d%s" % (port, capture_of("bridge", t)) for t in times], "the TimeMap")
    for t, page in zip(times, stories["bridge"].pages):
        status, headers, body = ask(capture_of("bridge", t))
        check_equal(status, 200, "the status of a capture")
        check_equal(body.decode(), page.replace("<link", "<x-link"), "what is looked at")
        check_equal(headers["memento-datetime"], formatdate(t, usegmt=True), "Memento-Datetime")
        _, headers, body = ask(capture_of("bridge", t).replace(digits(t), digits(t) + "id_"))
        check_equal(body.decode(), page, "the bytes as they came")
        check(headers["content-disposition"].startswith("attachment"), "they are no file")


def a_capture_in_another_character_set_comes_as_text():
    for name, words in ENCODED.items():
        page = encoded_page(words)
        path = "/memento/%s/%s" % (digits(hostile_at), encoded_url(name))
        status, headers, body = ask(path)
        check_equal((status, headers["content-type"]), (200, "text/html; charset=utf-8"), name)
        check_equal(body.decode(), page, name)
        _, headers, body = ask(path.replace(digits(hostile_at), digits(hostile_at) + "id_"))
        check_equal((headers["content-type"], body), ("text/html; charset=" + name, page.encode(name)), name)


def a_timegate_chooses_by_time():
    times = times_of("bridge")
    for t, want in [(t, t) for t in times] + [(times[0] - 10 ** 8, times[0]), (times[-1] + 10 ** 8, times[-1]),
                                              (times[1] + 1, times[1])]:
        status, headers, _ = ask("/timegate/" + stories["bridge"].url,
                                 **{"Accept-Datetime": formatdate(t, usegmt=True)})
        check_equal(status, 302, "the status of the TimeGate")
        check(headers["location"].endswith(capture_of("bridge", want)), "it leads to " + headers["location"])
        check("accept-datetime" in headers["vary"].lower(), "Vary is " + headers["vary"])
    status, headers, body = ask("/timegate/" + stories["bridge"].url, "HEAD")
    check_equal((status, body), (302, b""), "the answer to HEAD")
    for accept, status in (("last summer", 400), ("2025-01-01T00:00:00Z", 400), ("", 302)):
        check_equal(ask("/timegate/" + stories["bridge"].url, **{"Accept-Datetime": accept})[0], status,
                    "the status for %r" % accept)
    check_equal(ask("/timegate/https://never.captured.invalid/")[0], 404, "the status for an unknown address")


def a_checker_that_is_not_ours_finds_nothing():
    tool = os.path.join(os.environ.get("STET_TEST_DATA", ""), "conform", "tools", "memento", "memento_check.py")
    if not os.path.exists(tool):
        raise Skipped("$STET_TEST_DATA has no conform/tools/memento")
    here = "http://127.0.0.1:%d" % port
    for name in ("bridge", "river", "palms"):
        p = subprocess.run([sys.executable, tool, "--timegate", here + "/timegate/{uri}", "--timemap",
                            here + "/timemap/link/{uri}", "--uri", stories[name].url], capture_output=True, text=True,
                           timeout=120)
        wrong = [line for line in p.stdout.splitlines() if not line.startswith("ok")]
        check_equal((p.returncode, wrong), (0, ["0 MUST failures"]), name + ": what it says")


def captures_have_an_origin_of_their_own_if_it_is_wanted():
    with served({"serve.base_url": "http://127.0.0.1:{port}", "serve.captures": "http://localhost:{port}"}):
        path = capture_of("bridge", times_of("bridge")[0])
        there = "localhost:%d" % port
        status, headers, _ = ask(path)
        check_equal((status, headers["location"]), (302, "http://" + there + path), "the answer on the pages' origin")
        check_equal(ask(path, host=there)[0], 200, "the status there")
        for other in ("/", "/articles", "/status", "/style.css", "/api/v1/articles"):
            check_equal(ask(other)[0], 200, "the status of " + other)
            check_equal(ask(other, host=there)[0], 404, "the status of %s there" % other)


def a_setting_that_keeps_nothing_apart_is_refused():
    for base, captures in (("", "http://localhost:1"), ("http://a.example", "http://a.example:80"),
                           ("http://a.example", "http://b.example/x"), ("http://a.example", "b.example"),
                           ("http://a.example", "http://b.example/;x"), ("http://a.example", "ftp://b.example")):
        p = subprocess.run(stet.command("run", "-o", "serve.base_url=" + base, "-o", "serve.captures=" + captures),
                           capture_output=True, text=True, timeout=60)
        check(p.returncode != 0 and "serve.captures" in p.stderr, "%r is taken: %s" % (captures, p.stderr))


# ---- the hostile page, looked at --------------------------------------------

def tab():
    return browser().tab


def browser():
    if not browser.one:
        try:
            find_chromium()
        except Missing as e:
            raise Skipped(e) from None
        browser.one = Browser()
    return browser.one


browser.one = None


def the_tricks_work_where_nothing_stops_them():
    one = tab()
    forget()
    staying = [name for name in TRICKS if name not in LEADING_AWAY]
    for tricks in (staying, *([name] for name in LEADING_AWAY)):
        with plainly_served(hostile_page(tricks).replace('<base href="%s/">' % traps["base"].url, "")) as url:
            one.open(url)
            with contextlib.suppress(Failed):  # the page is gone
                give_time(one)
    missing = set(TRICKS) - set(rang())
    check(not missing, "these tricks do nothing anywhere: " + ", ".join(sorted(missing)))


def a_hostile_capture_does_nothing():
    look_at_hostile("http://127.0.0.1:%d/memento/%s/%s" % (port, digits(hostile_at), HOSTILE), alone=True)


def nor_in_its_frame(captures=None):
    article = stet.articles()[HOSTILE]["article"]
    here = "http://127.0.0.1:%d" % port
    look_at_hostile("%s/articles/%d/captures/%s" % (here, article, digits(hostile_at)), alone=False,
                    captures=captures or here)


def nor_on_an_origin_of_its_own():
    with served({"serve.base_url": "http://127.0.0.1:{port}", "serve.captures": "http://localhost:{port}"}):
        look_at_hostile("http://localhost:%d/memento/%s/%s" % (port, digits(hostile_at), HOSTILE), alone=True)
        nor_in_its_frame("http://localhost:%d" % port)


def frames_of(one):
    """The addresses of the frames that came, whichever process has them."""
    inside = one.call("Page.getFrameTree")["frameTree"].get("childFrames", [])
    outside = browser().call("Target.getTargets")["targetInfos"]
    return [f["frame"]["url"] for f in inside if "unreachableUrl" not in f["frame"]] + [
        t["url"] for t in outside if t["type"] == "iframe"]


def look_at_hostile(url, alone, captures=None):
    one = tab()
    tell_secrets(one)
    forget()
    targets = count_targets()
    check_equal(one.open(url), 200, "the status")
    give_time(one)
    check_equal(rang(), [], "who was called without a click")
    check_equal(one.value("location.href"), url, "where the reader is")
    if alone:
        check_equal(one.value("document.querySelector('#own') && getComputedStyle(own).color"), "rgb(1, 2, 3)",
                    "its own style")
        check_equal(one.value(STORAGE), ["SecurityError"] * 3 + ["null", "Dock towed out"], "what it can read")
        check(one.value(SERVICE_WORKER) != "registered", "it has a service worker")
    else:
        check_equal(one.value("document.querySelector('iframe').contentDocument"), None, "what our page has of it")
        check_equal(frames_of(one), ["%s/memento/%s/%s" % (captures, digits(hostile_at), HOSTILE)], "what it frames")
        check("taken" not in one.value("document.title"), "our title was changed")
        check(one.value("document.querySelector('iframe').getBoundingClientRect().height > 300"), "there is no frame")
    for name in CLICKS:
        click_on(one, name, alone)
    give_time(one)
    check_equal(was_told(), [], "who was told something when it was clicked upon")
    check_equal(one.value("location.href.split('#')[0]"), url, "where the reader is after clicks")
    check_equal(count_targets(), targets, "how many windows there are")


def tell_secrets(one):
    """Something to be read on our origin."""
    one.open("http://127.0.0.1:%d/status" % port)
    one.value("localStorage.secret = document.cookie = 'secret=1'")


def count_targets():
    found = browser().call("Target.getTargets")["targetInfos"]
    return len([t for t in found if t["type"] in ("page", "service_worker", "background_page")])


def click_on(one, name, alone):
    """On the link or button of a trick; in the frame it is where it stands on the page."""
    if alone:
        one.click("#%s a, #%s button" % (name, name))
        return
    x, y = one.value("""(() => { const f = document.querySelector("iframe"); f.scrollIntoView();
        const r = f.getBoundingClientRect(); return [r.x, r.y]; })()""")
    for kind in ("mousePressed", "mouseReleased"):
        one.call("Input.dispatchMouseEvent", type=kind, x=x + 100 * list(CLICKS).index(name) + 12, y=y + 22,
                 button="left", clickCount=1)


# ---- the archive ------------------------------------------------------------

@contextlib.contextmanager
def served(settings):
    """stet, started again with other settings for a while."""
    global port
    before, kept = port, dict(stet.settings)
    stet.stop()
    port = free_port()
    stet.settings.update({name: value.format(port=port) for name, value in settings.items()})
    try:
        stet.start(port)
        yield
    finally:
        stet.stop()
        stet.settings = kept
        port = before
        stet.start(port)


def fill():
    global hostile_at
    for story in read_stories():
        stories[story.name] = story
    hostile_at = seconds(START) - 3600
    warc = os.path.join(stet.folder, "captures.warc")
    with open(warc, "wb") as f:
        f.write(warc_of(stories.values()) + warc_record(HOSTILE, hostile_at, hostile_page().encode()))
        for name, words in ENCODED.items():
            f.write(warc_record(encoded_url(name), hostile_at, encoded_page(words).encode(name),
                                "text/html; charset=" + name))
    stet.run("import", warc)


def main():
    global stet, port, traps
    skip_without_programs()
    traps = {name: Trap(name) for name in [*TRICKS, *CLICKS, "base", "opener"]}
    stet = Stet(Clock, {})
    try:
        fill()
        port = free_port()
        stet.start(port)
        return run_tests([each_version_of_a_story_is_a_capture,
                          a_capture_in_another_character_set_comes_as_text, a_timegate_chooses_by_time,
                          a_checker_that_is_not_ours_finds_nothing,
                          captures_have_an_origin_of_their_own_if_it_is_wanted,
                          a_setting_that_keeps_nothing_apart_is_refused, the_tricks_work_where_nothing_stops_them,
                          a_hostile_capture_does_nothing, nor_in_its_frame, nor_on_an_origin_of_its_own])
    finally:
        if browser.one:
            browser.one.stop()
        stet.clean_up()


if __name__ == "__main__":
    sys.exit(main())
