#!/usr/bin/env python3
"""An invented outlet with boxes, teasers and cards in its articles: only edits make versions.

Thirty articles in one template are captured three times.  Between captures cards, teasers and quotations of the
day rotate inside the text, a box stands in all of them, a story's background in some; every fifth article is edited.
A second outlet has no furniture, and an edit of every kind that is easily taken for furniture.
"""
# time limit: 120
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import libe2e
from libe2e import STET, check, check_equal, run_tests, skip_without_programs

WHO = ("ferry company", "harbour master", "town council", "school board", "fire brigade", "museum", "county court",
       "builders' union", "bus company", "water board", "oyster farmers", "hospital", "library", "rowing club")
SAID = ("said on Tuesday that it would", "announced that it will", "promised in a letter to", "refuses for now to",
        "has until the end of May to", "was asked by the mayor to", "decided last night to", "no longer wants to")
WHAT = ("close the old pier", "pay for the new roof", "sell two of its boats", "repair the northern bridge",
        "open the hall again", "move into the former brewery", "raise the fares by a tenth", "hire eleven drivers",
        "dredge the inner basin", "publish the report in full", "plant trees along the quay", "end the strike")
WHY = ("because the money was never found", "after a winter of storms", "although nobody had asked for it",
       "as its neighbours had hoped", "unless the county objects", "which surprised even its friends",
       "before the guests of summer arrive", "for the first time since the flood", "at a cost that it keeps to itself")
NAMES = ("Lind", "Marten", "Ravn", "Okafor", "Keller", "Brandt", "Soto", "Varga")
BACKGROUND = ("The old pier was closed in March after a crane had fallen into the basin, and a commission of three has "
              "been looking into the accident ever since.")
BOX = ("Our newsroom has no owner with interests and no shareholders to please. What we find out we publish.",
       "If you can, please help us to go on with a small sum each month.")
NOTE = "This article was amended on 3 January to correct a name."
ARTICLES, CAPTURES = 30, 3
KINDS = ("caption added", "caption replaced", "word in a caption", "subhead replaced", "word in a subhead",
         "item added", "word in an item", "figure in an item", "short paragraph replaced", "short paragraph removed",
         "correction added", "quotation added", "figure in a paragraph", "figure in a table", "name in a paragraph")


class Writer:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def sentence(self):
        pick = self.r.choice
        s = "The %s %s %s %s." % (pick(WHO), pick(SAID), pick(WHAT), pick(WHY))
        return s if self.r.random() < 0.6 else s + " %s, who has seen %d of these, shrugged." % (
            pick(NAMES), self.r.randint(2, 40))

    def paragraph(self):
        return " ".join(self.sentence() for _ in range(self.r.randint(1, 3)))

    def headline(self):
        return "%s to %s" % (self.r.choice(WHO).capitalize(), self.r.choice(WHAT))


def page(title, body):
    return ("<!DOCTYPE html><html lang=en><head><title>%s | Courier</title><meta property='og:type' content='article'>"
            "<meta property='og:title' content='%s'></head><body><header><nav><a href=/>Home</a> <a href=/n>News</a>"
            "</nav></header><main><article class=story><h1>%s</h1><div class=body>%s</div></article></main>"
            "<footer>Courier</footer></body></html>" % (title, title, title, "\n".join(body)))


class Captures:
    """A WARC, and which capture of which article was edited."""
    def __init__(self, path, host):
        self.path, self.host, self.edited = path, host, set()
        self.f = open(path, "wb")

    def url(self, article):
        return "https://%s/news/%d-story-of-the-day" % (self.host, article)

    def add(self, article, capture, html):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
        head = ("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2025-01-%02dT%02d:%02d:00Z\r\n"
                "WARC-Record-ID: <urn:x:%d-%d>\r\nContent-Type: application/http; msgtype=response\r\n"
                "Content-Length: %d\r\n\r\n" % (self.url(article), capture + 1, article // 60, article % 60, article,
                                                capture, len(http)))
        self.f.write(head.encode() + http + b"\r\n\r\n")

    def close(self):
        self.f.close()


def churning(path):
    w, out = Writer(11), Captures(path, "www.courier.example")
    articles = [(w.headline(), [w.paragraph() for _ in range(w.r.randint(7, 14))]) for _ in range(ARTICLES)]
    for article, (_, paragraphs) in enumerate(articles):
        if article % 4 == 0:
            paragraphs.insert(3, BACKGROUND)
    for capture in range(CAPTURES):
        for article, (title, paragraphs) in enumerate(articles):
            if capture and w.r.random() < 0.2:
                where = w.r.randrange(len(paragraphs))
                paragraphs[where] += " " + w.sentence()
                if w.r.random() < 0.5:
                    paragraphs[-1] += " "
                out.edited.add((article, capture))
            furniture = {
                1: "<div class=c8f><div class=k2><p class=k3>%s</p><p class=k4>%s</p></div></div>" % (
                    w.headline(), w.sentence()),
                2: "<p class=x9>%s</p>" % w.headline(),
                len(paragraphs) - 3: "<div class=n7>%s</div>" % "".join("<p>%s</p>" % p for p in BOX),
                len(paragraphs) - 2: "<div class=q1><p>%s</p></div>" % w.sentence(),
            }
            body = []
            for i, p in enumerate(paragraphs):
                body.append("<p>%s</p>" % p.strip())
                body.append(furniture.get(i, ""))
            out.add(article, capture, page(title, body))
    out.close()
    return out


def story(w):
    return {"title": w.headline(), "text": [w.paragraph() for _ in range(w.r.randint(8, 14))],
            "caption": "People of the %s wait at the quay on Monday morning, in the rain." % w.r.choice(WHO),
            "second caption": "",
            "subhead": "What the %s wants from %s" % (w.r.choice(WHO), w.r.choice(NAMES)),
            "items": ["Dredging: %d million" % w.r.randint(3, 40), w.sentence(), w.sentence()],
            "short": "%s and %s did not answer." % tuple(w.r.sample(NAMES, 2)), "quote": "", "note": "",
            "rows": [(name, w.r.randint(100, 9000)) for name in ("Quay", "Old town", "Island", "Farms")]}


def edited(s, kind, w):
    s = dict(s, text=list(s["text"]), items=list(s["items"]), rows=list(s["rows"]))
    if kind == "caption added":
        s["second caption"] = "Gulls wait for the first boat of the day, which is late, says %s." % w.r.choice(NAMES)
    elif kind == "caption replaced":
        s["caption"] = "Nobody on the pier: a picture of last week"
    elif kind == "word in a caption":
        s["caption"] = s["caption"].replace("Monday", "Tuesday")
    elif kind == "subhead replaced":
        s["subhead"] = "A question of money"
    elif kind == "word in a subhead":
        s["subhead"] = s["subhead"].replace("wants", "fears")
    elif kind == "item added":
        s["items"].append("A study of the oyster beds")
    elif kind == "word in an item":
        s["items"][1] = s["items"][1].replace("The ", "The same ", 1)
    elif kind == "figure in an item":
        s["items"][0] = "Dredging: %d million" % w.r.randint(41, 80)
    elif kind == "short paragraph replaced":
        s["short"] = "He denied it."
    elif kind == "short paragraph removed":
        s["short"] = ""
    elif kind == "correction added":
        s["note"] = NOTE
    elif kind == "quotation added":
        s["quote"] = "We were promised a study, and what we got was a brochure"
    elif kind == "figure in a paragraph":
        s["text"][3] += " It cost %d crowns." % w.r.randint(10, 99)
    elif kind == "figure in a table":
        s["rows"][2] = (s["rows"][2][0], s["rows"][2][1] + 1)
    elif kind == "name in a paragraph":
        s["text"][6] = s["text"][6].replace("The ", "Mayor Ravn says that the ", 1)
    return s


def page_of_story(s):
    body = ["<figure><img src=/a.jpg><figcaption>%s</figcaption></figure>" % s["caption"]]
    for i, p in enumerate(s["text"]):
        body.append("<p>%s</p>" % p)
        if i == 1 and s["quote"]:
            body.append("<blockquote><p>%s</p></blockquote>" % s["quote"])
        if i == 2 and s["second caption"]:
            body.append("<figure><img src=/b.jpg><figcaption>%s</figcaption></figure>" % s["second caption"])
        if i == 2:
            body.append("<h2>%s</h2>" % s["subhead"])
        if i == 3:
            body.append("<ul>%s</ul>" % "".join("<li>%s</li>" % x for x in s["items"]))
        if i == 4 and s["short"]:
            body.append("<p>%s</p>" % s["short"])
        if i == 5:
            body.append("<table><tr><th>District</th><th>Votes</th></tr>%s</table>" % "".join(
                "<tr><td>%s</td><td>%d</td></tr>" % row for row in s["rows"]))
    if s["note"]:
        body.append("<p><em>%s</em></p>" % s["note"])
    return page(s["title"], body)


def editing(path):
    w, out = Writer(12), Captures(path, "www.gazette.example")
    stories = [story(w) for _ in range(4 * len(KINDS))]
    for capture in range(2):
        for article, s in enumerate(stories):
            if capture:
                s = edited(s, KINDS[article % len(KINDS)], w)
                out.edited.add((article, capture))
            out.add(article, capture, page_of_story(s))
    out.close()
    return out


# ---- what became of it ------------------------------------------------------

folder = tempfile.TemporaryDirectory(prefix="stet-furniture-")
ARCHIVE = os.path.join(folder.name, "stet.db")


def stet(*args, archive=ARCHIVE):
    p = subprocess.run([STET, *args, "--archive", archive], capture_output=True, text=True)
    check_equal((p.returncode, p.stderr), (0, ""), "what `stet %s` says" % " ".join(args))
    return p.stdout


def query(sql, archive=ARCHIVE):
    db = sqlite3.connect("file:%s?mode=ro" % archive, uri=True)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def versions(out, archive=ARCHIVE):
    """(article, capture) of each version but the first of an article."""
    numbers = {out.url(n): n for n in range(100)}
    rows = query("SELECT a.url, v.number, strftime('%d', v.first_seen, 'unixepoch') FROM versions v"
                 " JOIN articles a ON a.id = v.article", archive)
    return {(numbers[url], int(day) - 1) for url, number, day in rows if number and url in numbers}


def text_of(article, version):
    data = json.loads(stet("show", "--json", "%d/%d" % (number_of(churn.url(article)), version)))
    return [b["text"] for b in data["text"]["blocks"]]


def number_of(url):
    return query("SELECT id FROM articles WHERE url = '%s'" % url)[0][0]


def only_edits_make_versions():
    stet("import", churn.path)
    check_equal(sorted(versions(churn) - churn.edited), [], "false versions")
    check_equal(sorted(churn.edited - versions(churn)), [], "edits that were missed")


def every_kind_of_edit_makes_a_version():
    stet("import", edits.path)
    missed = sorted({KINDS[article % len(KINDS)] for article, _ in edits.edited - versions(edits)})
    check_equal(missed, [], "the kinds of edits that were missed")


def what_was_learned_is_listed():
    listed = json.loads(stet("sources", "courier", "--furniture", "--json"))["furniture"]
    samples = [f["sample"] for f in listed if f["in_force"]]
    for line in BOX:
        check(line in samples, "%r is not listed as furniture: %r" % (line, samples))
    check(any(f["rule"] == "churns" and f["in_force"] for f in listed), "no place is listed that churns")
    check(BACKGROUND not in samples, "the background of a story is taken for furniture")
    others = json.loads(stet("sources", "gazette", "--furniture", "--json"))["furniture"]
    check_equal([f["sample"] for f in others if f["in_force"]], [], "the furniture of the outlet without any")


def the_text_holds_the_article_and_nothing_else():
    last = text_of(ARTICLES - 2, 0)  # 28: with background, captured when the furniture was known
    check(BACKGROUND in last, "the background is missing in %r" % last)
    for line in BOX:
        check(line not in last, "%r is in the text" % line)
    checks = stet("show", "--checks", str(number_of(churn.url(ARTICLES - 2))))
    check("left out: " in checks and "repeats" in checks, "the rule is not recorded with the check:\n" + checks)


def learned_late_it_makes_no_difference():
    """An article that was stored with the box and edited later does not show the box as removed."""
    early = [(article, capture) for article, capture in churn.edited if article < 6]
    check(early, "no early article was edited")
    for article, _ in early:
        for line in BOX:
            check(line not in text_of(article, 0), "%r is still in version 0 of article %d" % (line, article))


def a_person_overrules_it():
    listed = json.loads(stet("sources", "courier", "--furniture", "--json"))["furniture"]
    box = [f["id"] for f in listed if f["sample"] == BOX[0]][0]
    stet("sources", "courier", "--keep", str(box))
    stet("rebuild")
    check(BOX[0] in text_of(ARTICLES - 2, 0), "what a person wants to keep is left out")
    check(BOX[1] not in text_of(ARTICLES - 2, 0), "what nobody said anything of is not left out")
    check_equal(sorted(versions(churn) ^ churn.edited), [], "versions that are not edits, or edits without version")
    news = query("SELECT count(*) FROM changes WHERE remade IS NOT NULL")
    check_equal(news, [(0,)], "the number of changes that only the rebuild found")
    check(query("SELECT count(*) FROM versions WHERE remade IS NOT NULL")[0][0] > 0, "no version is marked as remade")


def killed_and_begun_again_it_is_the_same():
    path, whole = (os.path.join(folder.name, name) for name in ("killed.db", "whole.db"))
    stet("import", churn.path, archive=whole)
    for i in range(4):
        p = subprocess.Popen([STET, "import", "--archive", path, churn.path], stdout=subprocess.DEVNULL)
        time.sleep(0.03 + 0.03 * i)
        p.send_signal(signal.SIGKILL)
        p.wait()
    stet("import", churn.path, archive=path)
    check_equal(query("PRAGMA integrity_check", path), [("ok",)], "the state of the archive")
    learned = "SELECT rule, hash, articles, of, since FROM furniture ORDER BY rule, hash"
    check_equal(query(learned, path), query(learned, whole), "what was learned")
    check_equal(versions(churn, path), versions(churn, whole), "the versions")


skip_without_programs(STET)
churn = churning(os.path.join(folder.name, "churn.warc"))
edits = editing(os.path.join(folder.name, "edits.warc"))
sys.exit(run_tests([only_edits_make_versions, every_kind_of_edit_makes_a_version, what_was_learned_is_listed,
                    the_text_holds_the_article_and_nothing_else, learned_late_it_makes_no_difference,
                    killed_and_begun_again_it_is_the_same, a_person_overrules_it]))
