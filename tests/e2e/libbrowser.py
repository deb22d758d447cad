"""A real browser for the tests: Debian's Chromium, driven over a pipe.

Chromium speaks the DevTools protocol (JSON messages, each ended by a zero byte)
on its file descriptors 3 and 4; there is no port, and when this program dies
the pipe closes and Chromium ends.  It runs without a window, with a profile of
its own in a temporary folder, and can reach addresses of this machine only.

    with Browser() as browser:
        tab = browser.tab
        tab.look(width=390, scheme="dark")     # how the next pages are looked at
        tab.open("http://127.0.0.1:8080/")
        tab.press("Tab")
        print(tab.value("document.activeElement.textContent"))
        print(tab.problems)                    # what went wrong since open()

axe-core comes from npm, with the version and the hash of
tests/browser/package-lock.json, into the folder of the build.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import urllib.parse

from libe2e import BUILD, TOP, Failed

CHROMIUM = ("chromium", "chromium-headless-shell")
FLAGS = """--headless --remote-debugging-pipe --disable-gpu --in-process-gpu --disable-dev-shm-usage --no-first-run
    --no-default-browser-check --disable-background-networking --disable-component-update --disable-sync
    --disable-default-apps --disable-extensions --disable-domain-reliability --disable-quic --mute-audio
    --hide-scrollbars --force-color-profile=srgb --proxy-server=http://127.0.0.1:9
    --proxy-bypass-list=127.0.0.1""".split()
ANSWER_SECONDS = 60
NPM_SECONDS = 90
HEIGHTS = {True: 844, False: 900}  # of a narrow screen, of a wide one

# key: code, number, text
KEYS = {
    "Tab": ("Tab", 9, ""), "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), " ": ("Space", 32, " "),
    "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowUp": ("ArrowUp", 38, ""), "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowDown": ("ArrowDown", 40, ""), "Home": ("Home", 36, ""), "End": ("End", 35, ""),
}
SHIFT = 8


class Missing(Exception):
    """Something that this machine does not have; the text says what and why."""


def find_chromium():
    for name in CHROMIUM:
        path = shutil.which(name)
        if path:
            return path
    raise Missing("there is no chromium on this machine (apt-get install chromium)")


def read_axe():
    """The source of axe-core; npm fetches it once for a build folder."""
    wanted = os.path.join(TOP, "tests", "browser")
    folder = os.path.join(BUILD, "browser")
    axe = os.path.join(folder, "node_modules", "axe-core", "axe.min.js")
    with open(os.path.join(wanted, "package-lock.json"), encoding="utf-8") as f:
        lock = f.read()
    mark = os.path.join(folder, "installed.json")
    if not os.path.exists(axe) or not os.path.exists(mark) or open(mark, encoding="utf-8").read() != lock:
        install_npm_packages(wanted, folder)
        with open(mark, "w", encoding="utf-8") as f:
            f.write(lock)
    with open(axe, encoding="utf-8") as f:
        return f.read()


def install_npm_packages(wanted, folder):
    if not shutil.which("npm"):
        raise Missing("axe-core is not there, and no npm to fetch it (apt-get install npm)")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(wanted, name), folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    try:
        p = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           timeout=NPM_SECONDS)
    except subprocess.TimeoutExpired:
        raise Missing("axe-core cannot be fetched: npm did not end within %d seconds" % NPM_SECONDS) from None
    if p.returncode:
        said = [line for line in p.stderr.splitlines() if "error" in line.lower()] or ["status %d" % p.returncode]
        raise Missing("axe-core cannot be fetched: " + said[0])


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="stet-browser-")
        self.process, self.buffer, self.last = None, b"", 0
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        try:
            self.start()
            self.tab = Tab(self)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.stop()

    def start(self):
        flags = FLAGS + ["--user-data-dir=" + os.path.join(self.folder, "profile")]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        env = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder, XDG_CACHE_HOME=self.folder)
        # The shell moves the two pipes to the descriptors where Chromium looks for them.
        move = 'exec "$@" 3<&0 4>&1 </dev/null >&2'
        self.process = subprocess.Popen(["sh", "-c", move, "sh", find_chromium()] + flags, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, env=env)

    def stop(self):
        """Harmless when it has ended already."""
        if self.process:
            try:
                self.process.stdin.write(b'{"id":0,"method":"Browser.close"}\0')
                self.process.stdin.close()
            except OSError:
                pass
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")[-2000:]

    def read_message(self, end):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Failed("the browser did not answer within %d seconds" % ANSWER_SECONDS)
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                raise Failed("the browser has ended:\n" + self.said())
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, on_event=None, **params):
        """One command and its result; events that come in between go to on_event."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\0")
            self.process.stdin.flush()
        except OSError:
            raise Failed("the browser has ended:\n" + self.said()) from None
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = self.read_message(end)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise Failed("%s: %s" % (method, answer["error"].get("message")))
                return answer["result"]
            if "method" in answer and on_event:
                on_event(answer)


class Tab:
    """One tab.  problems has a sentence for each thing that went wrong since open()."""

    def __init__(self, browser):
        self.browser, self.session = browser, None
        self.problems, self.requests, self.loaded, self.status, self.loader = [], {}, set(), 0, None
        self.home, self.width, self.has_scripts, self.opened = "", 0, True, None
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.look()

    def call(self, method, **params):
        return self.browser.call(method, self.session, self.on_event, **params)

    # ---- how it looks -------------------------------------------------------

    def look(self, width=1280, scheme="light", media="screen", scripts=True):
        """How pages are looked at from now on; scripts count from the next open()."""
        self.width, self.has_scripts = width, scripts
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHTS[width < 500], deviceScaleFactor=1,
                  mobile=False)
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": n, "value": v} for n, v in features.items()])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)

    def open(self, url):
        """Opens a page and waits until it is loaded; its HTTP status."""
        self.problems, self.requests, self.loaded, self.status = [], {}, set(), 0
        self.opened = (url, self.has_scripts)
        self.home = urllib.parse.urlsplit(url).netloc
        self.loader = None
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise Failed("%s: %s" % (url, result["errorText"]))
        self.loader = result.get("loaderId")
        end = time.monotonic() + ANSWER_SECONDS
        while self.loader not in self.loaded:
            self.on_event(self.browser.read_message(end))
        return self.status

    def shows(self, url):
        """Whether the page is open already, with or without scripts as now wanted."""
        return self.opened == (url, self.has_scripts)

    # ---- what it does -------------------------------------------------------

    def value(self, expression):
        """The value of a JavaScript expression in the page, also without scripts; a promise is awaited."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise Failed("in the page: " + details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def press(self, key, shift=False):
        """A key by its name in KEYS, or a character: "j"."""
        code, number, text = KEYS.get(key) or ("Key" + key.upper() if key.isalpha() else "", ord(key.upper()), key)
        common = dict(key=key, code=code, windowsVirtualKeyCode=number, modifiers=SHIFT if shift else 0)
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector):
        """With the mouse, in the middle of the first element that matches."""
        where = self.value("""(() => { const e = document.querySelector(%s); if (!e) return null;
            e.scrollIntoView({block: "center"}); const r = e.getClientRects()[0];
            return [r.x + r.width / 2, r.y + r.height / 2]; })()""" % json.dumps(selector))
        if not where:
            raise Failed("there is no %s to click on" % selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    def screenshot(self, path, whole=True, height=None):
        """A PNG of the whole page, or of what the window shows."""
        params = {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            params = {"captureBeyondViewport": True, "clip": {
                "x": 0, "y": 0, "width": self.width, "height": min(size["height"], height or 8000), "scale": 1}}
        data = self.call("Page.captureScreenshot", format="png", **params)["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def axe(self, source):
        """What axe-core objects to: sentences."""
        if not self.value("'axe' in window"):
            self.value(source + "; true")
        found = self.value("""axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => [
            v.id, v.help, v.nodes.map(n => n.target.join(" ") + " in " + n.html.slice(0, 160))]))""")
        return ["%s: %s: %d times, as %s" % (rule, text, len(nodes), "; ".join(nodes[:3]))
                for rule, text, nodes in found]

    # ---- what goes wrong ----------------------------------------------------

    def on_event(self, event):
        handler = HANDLERS.get(event.get("method"))
        if handler and event.get("sessionId") == self.session:
            handler(self, event["params"])

    def on_lifecycle(self, p):
        if p["name"] == "load":
            self.loaded.add(p["loaderId"])

    def on_request(self, p):
        url = p["request"]["url"]
        self.requests[p["requestId"]] = url
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.home:
            self.problems.append("a request to another host: " + url)

    def on_response(self, p):
        status = p["response"]["status"]
        if p["type"] == "Document":
            self.status = status
        elif status >= 400:
            self.problems.append("%s answers with %d" % (p["response"]["url"], status))

    def on_failure(self, p):
        if not p.get("canceled"):
            self.problems.append("a request failed: %s: %s" % (self.requests.get(p["requestId"]), p["errorText"]))

    def on_exception(self, p):
        details = p["exceptionDetails"]
        self.problems.append("a script failed: " + details.get("exception", {}).get("description", details["text"]))

    def on_console(self, p):
        if p["type"] in ("error", "warning", "assert"):
            self.problems.append("the console has: " + " ".join(str(a.get("value")) for a in p["args"]))

    def on_log(self, p):
        entry = p["entry"]
        # What the network did is seen by the handlers above, and an error page is one on purpose.
        if entry["level"] in ("error", "warning") and entry["source"] != "network":
            self.problems.append("the console has: " + entry["text"])

    def on_crash(self, p):
        raise Failed("the page crashed the browser")


HANDLERS = {
    "Page.lifecycleEvent": Tab.on_lifecycle,
    "Network.requestWillBeSent": Tab.on_request,
    "Network.responseReceived": Tab.on_response,
    "Network.loadingFailed": Tab.on_failure,
    "Runtime.exceptionThrown": Tab.on_exception,
    "Runtime.consoleAPICalled": Tab.on_console,
    "Log.entryAdded": Tab.on_log,
    "Inspector.targetCrashed": Tab.on_crash,
}
