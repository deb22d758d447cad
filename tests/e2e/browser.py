#!/usr/bin/env python3
"""Looks at every page of stet in a real browser.

The pages and the archive behind them are in libpages.py, the browser is in
libbrowser.py.  A check is a function of a Page and a Tab that yields one
sentence for each thing that is wrong; CHECKS says on which pages it is made:

    def steps_from_edit_to_edit(page, tab):
        yield from show(page, tab)
        tab.press("j")
        if not tab.value('document.activeElement.matches("[id^=e]")'):
            yield "j does not lead to an edit"

Skipped, with the reason, where there is no Chromium; without npm the checks
are made without axe-core.
"""
# time limit: 600
import contextlib
import itertools
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
from libbrowser import Browser, Missing, find_chromium, read_axe
from libe2e import TOP, Skipped, check, http, run_tests, skip_all, skip_without_programs
from libpages import DIFF, OTHER_ROUTES, PAGES, Page, routes, served_archive

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
PAPER = 718  # pixels between the margins of a sheet of A4
SHOWN = 5    # sentences of a check that failed

stet = numbers = axe = None
links = set()  # of all pages

# Loaded into each page that is looked at; names begin with "look".
HELPERS = r"""
function lookVisible(e) { return e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0; }
function lookName(e) {
    return "<" + e.tagName.toLowerCase() + (e.className && e.className.trim ? " class=" + e.className : "") + "> " +
        (e.textContent || e.value || e.name || "").trim().slice(0, 60);
}
// Text nodes that a reader can come to: shown, or folded in <details>. Controls and what is said to screen readers
// as it happens are left out: these only scripts can offer.
function lookTexts(root) {
    const texts = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement, text = walker.currentNode.data.replace(/\s+/g, " ").trim();
        if (!text || e.closest("button, select, script, style, template, noscript, [aria-live], [role=status]"))
            continue;
        if (lookVisible(e) || e.closest("details:not([open])")) texts.push(text);
    }
    return texts;
}
function lookStops() {
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
    return [...all].filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && lookVisible(e) &&
        !(e.type === "radio" && !e.checked && document.querySelector(`input[name="${e.name}"]:checked`)));
}
function lookFocusIsShown(e) {
    return [e, ...(e.labels || []), e.parentElement, e.nextElementSibling].some(x => {
        const style = x && getComputedStyle(x);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
}
function lookIsInWindow(e) {
    return [...e.getClientRects()].some(r => r.width + r.height > 0 && r.bottom >= 0 && r.right >= 0 &&
        r.top < innerHeight && r.left < innerWidth);
}
true
"""

WIDER = """(() => {
    const limit = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= limit) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(e => lookVisible(e) &&
        e.getBoundingClientRect().right > limit + 1 && !e.closest(".scroll"));
    return ["the page is " + document.documentElement.scrollWidth + " pixels wide, not " + limit + ": " +
        wide.slice(-2).map(lookName).join("; ")];
})()"""

# A screen reader has to be told in which language it reads, and a browser which letters to take; or that nobody knows.
LANGUAGE = r"""(() => {
    const wrong = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
        const lang = /\p{Script=Arabic}/u.test(text) ? "ar" : /\p{Script=Han}/u.test(text) ? "zh" : "";
        const said = (e.closest("[lang]") || {lang: ""}).lang.split("-")[0];
        if (lang && said !== lang && said !== "und" && lookVisible(e))
            wrong.push("this is said to be " + said + ": " + lookName(e));
    }
    return wrong;
})()"""

PLACES = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute("href").slice(1))
    .filter(place => place && !document.getElementById(decodeURIComponent(place))).map(p => "it has no place #" + p)"""

LINKS = """[...document.querySelectorAll('[href]:not([href^="#"])')]
    .map(e => new URL(e.getAttribute("href"), location.href).href)"""

# What has the focus: its number among the stops, whether it is seen, its name.
FOCUS = """(() => {
    const e = document.activeElement, n = window.lookedStops.indexOf(e);
    const scrolls = e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight || e.matches("iframe");
    return [n, lookFocusIsShown(e), lookIsInWindow(e), lookName(e), n < 0 && e !== document.body && scrolls];
})()"""

NOT_ON_PAPER = """[...document.querySelectorAll("nav, form, button, input, select, .skip, [role=search]")]
    .filter(lookVisible).map(e => "on paper there is " + lookName(e))"""

CUT = """(() => {
    const wrong = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, parent = node.parentElement;
        if (!node.data.trim() || !lookVisible(parent)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        if (box.left < -1 || box.right > innerWidth + 1) wrong.push("beyond the paper: " + node.data.slice(0, 60));
        for (let e = parent; e && e !== document.body; e = e.parentElement) {
            const style = getComputedStyle(e), frame = e.getBoundingClientRect();
            const cuts = style.overflowX !== "visible" || style.overflowY !== "visible";
            if (cuts && (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.left < frame.left - 1))
                wrong.push("cut off by " + lookName(e) + ": " + node.data.slice(0, 60));
        }
    }
    return wrong;
})()"""

UNPRINTED = """(() => {
    // What is folded is not printed, nor a second layout of the same row.
    const isInOther = e => {
        const cell = e.closest(".both, .old, .new"), other = cell && (cell.matches(".both") ? ".old, .new" : ".both");
        return cell && !lookVisible(cell) && [...cell.parentElement.querySelectorAll(other)].some(lookVisible);
    };
    const marks = [...document.querySelectorAll("main ins, main del")].filter(e => !e.closest("details:not([open])") &&
        !isInOther(e));
    const shown = new Set(marks.filter(lookVisible).map(e => e.textContent));
    const plain = marks.filter(lookVisible).filter(e => !getComputedStyle(e).textDecorationLine.match(
        e.tagName === "INS" ? /underline/ : /line-through/));
    return [...marks.filter(e => !shown.has(e.textContent)).map(e => "not printed: " + lookName(e)),
        ...plain.map(e => "only its colour tells it apart: " + lookName(e))];
})()"""


def show(page, tab, **look):
    """Opens it, or goes on with it where it is open; yields what is wrong whatever the check."""
    tab.look(**look)
    url = page.url(stet, numbers)
    if tab.shows(url):
        return
    status = tab.open(url)
    if status != page.status:
        yield "the status is %d, not %d" % (status, page.status)
    tab.value(HELPERS)
    if page.text not in tab.value("document.body.textContent"):
        yield "it does not say: " + page.text


# ---- checks -----------------------------------------------------------------

def can_be_read_by_everybody(width):
    def look(page, tab):
        yield from show(page, tab, width=width)
        for wrong in (WIDER, LANGUAGE, PLACES):
            yield from tab.value(wrong)
        links.update(tab.value(LINKS))
        for scheme in SCHEMES if axe else ():
            tab.look(width=width, scheme=scheme)
            for wrong in tab.axe(axe):
                yield "%s: %s" % (scheme, wrong)
        yield from tab.problems
    look.__name__ = "can be read by everybody, %d pixels wide, light and dark" % width
    return look


def says_the_same_without_scripts(page, tab):
    texts = []
    for scripts in (True, False):
        yield from show(page, tab, scripts=scripts)
        yield from tab.problems
        texts.append(tab.value("lookTexts(document.body)"))
    for one, other, how in ((texts[0], texts[1], "without"), (texts[1], texts[0], "with")):
        for text in one:
            if text not in other:
                yield "%s scripts it does not say: %s" % (how, text)


def can_be_walked_with_the_Tab_key(page, tab):
    yield from show(page, tab)
    stops = tab.value("(window.lookedStops = lookStops()).map(lookName)")
    walked = []
    for _ in range(2 * len(stops)):
        if len(walked) == len(stops):
            break
        tab.press("Tab")
        number, is_shown, is_in_window, name, only_scrolls = tab.value(FOCUS)
        if only_scrolls:
            continue  # the browser itself stops where something can be scrolled
        walked.append(name)
        if number >= 0 and not is_shown:
            yield "the focus is not seen on " + name
        if number >= 0 and not is_in_window:
            yield "the focus is outside the window, on " + name
    for want, got in itertools.zip_longest(stops, walked):
        if want != got:
            yield "Tab leads to %s and not to %s" % (got, want)
            break
    yield from skip_to_the_content(tab)
    yield from tab.problems


def skip_to_the_content(tab):
    if not tab.value('(e => (e.focus(), e.matches("a[href^=\\"#\\"]")))(window.lookedStops[0])'):
        yield "the first link does not lead to the content"
        return
    tab.press("Enter")
    tab.press("Tab")
    if tab.value('!!document.querySelector("main a[href]") && !document.activeElement.closest("main")'):
        yield "after the content was skipped to, Tab leads to " + tab.value("lookName(document.activeElement)")


def can_be_printed(page, tab):
    yield from show(page, tab, width=PAPER, media="print")
    for wrong in (NOT_ON_PAPER, WIDER, CUT, UNPRINTED):
        yield from tab.value(wrong)
    tab.look(width=PAPER, media="print", scheme="dark")
    if tab.value("getComputedStyle(document.body).backgroundColor") not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"):
        yield "the paper is dark"


def every_page(page):
    return True


def differences(page):
    return page.route == DIFF


# A check and the pages on which it is made. They go on with the same open page where they can: opening one anew is
# what takes time.
CHECKS = [(can_be_read_by_everybody(width), every_page) for width in WIDTHS] + [
    (can_be_printed, differences),
    (says_the_same_without_scripts, every_page),
    (can_be_walked_with_the_Tab_key, every_page),
]


def no_route_was_forgotten():
    table = routes()
    check(len(table) > 10, "the table of src/serve/routes.c cannot be read")
    looked_at = {p.route for p in PAGES if p.route}
    for kind, address in table:
        check(kind in OTHER_ROUTES or address in looked_at, "libpages.py has no page for %s" % address)
    for address in looked_at:
        check(address in [a for _, a in table], "libpages.py has %s, which is no route" % address)


def no_link_leads_nowhere():
    here = "http://127.0.0.1:%d/" % stet.port
    wrong = []
    for url in sorted({link.partition("#")[0] for link in links}):
        if url.startswith(here):
            status, _ = http("GET", url)
            if status != 200:
                wrong.append("%s: status %d" % (url, status))
    check(len(links) > 50, "the pages have hardly any links")
    check(not wrong, "\n".join(wrong[:SHOWN]))


def checks_object_to_a_broken_page(tab):
    """Each of the sentences above can be had."""
    def test():
        with open(os.path.join(TOP, "tests", "browser", "broken.html"), "rb") as f:
            content = f.read()
        with served_page(content) as port:
            page = Page("broken", None, "", text="A broken page")
            page.url = lambda *_: "http://127.0.0.1:%d/" % port
            for look, sentences in BROKEN.items():
                found = list(look(page, tab))
                for sentence in sentences:
                    if axe or not sentence.startswith(SCHEMES):
                        check(any(sentence in f for f in found), "%s: no word of: %s\nonly: %s" % (
                            look.__name__, sentence, "\n".join(found)))
    test.__name__ = "each check objects to a broken page"
    return test


@contextlib.contextmanager
def served_page(content):
    """A server that knows one page."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content if found else b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


BROKEN = {
    CHECKS[1][0]: ("the page is 1008 pixels wide, not 390", "light: html-has-lang", "dark: color-contrast",
                   "the console has: a script complains", "a script failed: ReferenceError",
                   "a request to another host: http://www.elsewhere.example/pixel.png",
                   "a request failed: http://www.elsewhere.example/pixel.png", "/missing.png answers with 404",
                   "this is said to be en: <p> 河湾", "it has no place #nowhere"),
    says_the_same_without_scripts: ("without scripts it does not say: Only with scripts",
                                    "with scripts it does not say: Only without scripts"),
    can_be_walked_with_the_Tab_key: ("the focus is not seen on <a class=unseen> No outline",
                                     "Tab leads to <a> First, but it stands here and not to <a> Navigation",
                                     "the first link does not lead to the content"),
    can_be_printed: ("on paper there is <nav>", "the page is 1008 pixels wide", "cut off by <p class=narrow>",
                     "not printed: <del class=unprinted> went",
                     "only its colour tells it apart: <ins class=plain> came", "beyond the paper: A line"),
}


def as_test(page, look, tab):
    def test():
        wrong = list(dict.fromkeys(look(page, tab)))
        more = ["and %d more" % (len(wrong) - SHOWN)] if len(wrong) > SHOWN else []
        check(not wrong, "\n".join(wrong[:SHOWN] + more))
    test.__name__ = "%s: %s" % (page.name, look.__name__)
    return test


def axe_core_looks_too():
    if not axe:
        raise Skipped("the pages are looked at without it: %s" % no_axe)


def main():
    global stet, numbers, axe, no_axe
    skip_without_programs()
    tests = [no_route_was_forgotten, axe_core_looks_too]
    try:
        find_chromium()
    except Missing as e:
        skip_all(e)
    try:
        axe = read_axe()
    except Missing as e:
        no_axe = e
    with served_archive() as (stet, numbers), Browser() as browser:
        tests.append(checks_object_to_a_broken_page(browser.tab))
        tests += [as_test(page, look, browser.tab) for page in PAGES for look, wanted in CHECKS if wanted(page)]
        tests.append(no_link_leads_nowhere)
        return run_tests(tests)


if __name__ == "__main__":
    sys.exit(main())
