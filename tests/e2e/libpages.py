"""The pages of stet and an archive in which each of them has something to show.

The archive is made of the demo's three outlets, which are watched for a day of
its clock, and of the stories in tests/browser/stories, which are imported as
captures.  A new page needs a line in PAGES; tests/e2e/browser.py then looks at
it, and fails as long as a route of src/serve/routes.c has none.

A story file has a head of "key: value" lines, a blank line, paragraphs with
blank lines between ("## " begins a heading), and edits: a line "@ TIME what
happens" and steps.  Paragraphs are counted from 1; a step may go on in lines
that begin with white space.

    title: NEW TITLE (standfirst, byline)  replace N: OLD WORDS => NEW WORDS
    move N to M                            add N: TEXT  (it becomes paragraph N)
    split N AT: OLD WORDS => NEW WORDS     drop N
    join N        (with the next one)
"""
import contextlib
import glob
import html
import os
import re

from libe2e import PLAIN_CHECKS, START, TOP, Demo, Failed, Stet, http, iso, seconds

STORIES = os.path.join(TOP, "tests", "browser", "stories")
DAY = (0, 3 * 3600, 8 * 3600, 13 * 3600, 18 * 3600)  # when the demo's outlets are checked
SEEN_AGAIN = 13 * 60  # before an edit


class Page:
    """An address to look at; {names} in it stand for numbers and keys, see numbers_of()."""

    def __init__(self, name, route, address, status=200, text=""):
        self.name, self.route, self.address, self.status = name, route, address, status
        self.text = text  # is somewhere on it, so that no empty page passes

    def url(self, stet, numbers):
        return "http://127.0.0.1:%d%s" % (stet.port, self.address.format(**numbers))


DIFF = "/articles/{article}/diff/{number}/{other}"
EDIT = DIFF + "/edits/{edit}"
PAGES = [
    Page("home", "/", "/", text="Tollan bridge"),
    Page("sources", "/sources", "/sources", text="harbour-lantern"),
    Page("source", "/sources/{key}", "/sources/{courier}", text="Harbour Courier"),
    Page("source-imported", "/sources/{key}", "/sources/{lantern}", text="Tollan bridge"),
    Page("source-articles", "/sources/{key}/articles", "/sources/{lantern}/articles", text="regatta"),
    Page("articles", "/articles", "/articles", text="河湾大堤渗水"),
    Page("article", "/articles/{article}", "/articles/{bridge}", text="Up to 265 lorries"),
    Page("article-words", "/articles/{article}", "/articles/{words}", text="Once a year"),
    Page("article-arabic", "/articles/{article}", "/articles/{palms}", text="واحة الرمان"),
    Page("article-quiet", "/articles/{article}", "/articles/{quiet}", text="Fourteen crews"),
    Page("article-gone", "/articles/{article}", "/articles/{contract}", text="Gone from its address since"),
    Page("home-gone", "/", "/?kinds=gone,back", text="moved or withdrawn"),
    Page("history", "/articles/{article}/history", "/articles/{bridge}/history", text="265 lorries"),
    Page("history-chinese", "/articles/{article}/history", "/articles/{river}/history", text="防汛办公室"),
    Page("compare", "/articles/{article}/compare", "/articles/{bridge}/compare?a=1&b=3", text="Alva Brandt"),
    Page("version", "/articles/{article}/versions/{number}", "/articles/{bridge}/versions/2", text="have proof that"),
    Page("captures", "/articles/{article}/captures", "/articles/{bridge}/captures", text="the same until"),
    Page("capture", "/articles/{article}/captures/{moment}", "/articles/{bridge}/captures/{bridge_moment}",
         text="it can run no scripts"),
    Page("difference", DIFF, "/articles/{bridge}/diff/0/4", text="Up to 265"),
    Page("difference-side", DIFF, "/articles/{bridge}/diff/0/4?view=side", text="Up to 265"),
    Page("difference-inline", DIFF, "/articles/{bridge}/diff/0/4?view=inline", text="Up to 265"),
    Page("difference-folded", DIFF, "/articles/{bridge}/diff/0/1", text="16,500"),
    Page("difference-quotation", DIFF, "/articles/{bridge}/diff/1/2", text="until we have proof"),
    Page("difference-split", DIFF, "/articles/{bridge}/diff/2/3", text="Correction:"),
    Page("difference-chinese", DIFF, "/articles/{river}/diff/0/2", text="居民有序转移"),
    Page("difference-arabic", DIFF, "/articles/{palms}/diff/0/2", text="في الوقت المناسب"),
    Page("difference-words", DIFF, "/articles/{words}/diff/0/1", text="isoleucyl"),
    Page("difference-back", DIFF, "/articles/{bridge}/diff/4/0", text="More than 240"),
    Page("difference-figures", DIFF, "/articles/{bridge}/diff/0/4?kinds=figure,quotation", text="Up to 265"),
    Page("edit", EDIT, "/articles/{bridge}/diff/0/4/edits/{bridge_edit}", text="Permanent address"),
    Page("edit-arabic", EDIT, "/articles/{palms}/diff/0/2/edits/{palms_edit}", text="Permanent address"),
    Page("search", "/search", "/search?q=bridge", text="Tollan"),
    Page("search-changes", "/search", "/search?q=removed:%22more+than+240%22+added:265", text="all versions"),
    Page("search-earlier", "/search", "/search?q=%22more+than+240%22&earlier=1", text="taken out"),
    Page("search-empty", "/search", "/search"),
    Page("search-nothing", "/search", "/search?q=zeppelin", text="No article"),
    Page("status", "/status", "/status", text="404"),
    Page("error-404", None, "/nothing/is/here", status=404, text="Error 404"),
    Page("error-400", None, "/search?page=x", status=400, text="Error 400"),
]
# What a browser shows no page of our own for.
OTHER_ROUTES = ("ATOM", "JSON", "PICTURE", "ASSET", "HUB", "MEMENTO")


def routes():
    """Kind and address of each line in the table of src/serve/routes.c."""
    with open(os.path.join(TOP, "src", "serve", "routes.c"), encoding="utf-8") as f:
        table = f.read().partition("serve_routes[] = {")[2].partition("\n};")[0]
    return re.findall(r'^\s*(\w+)\(\s*"([^"]*)"', table, re.M)


# ---- stories ----------------------------------------------------------------

class Story:
    def __init__(self, path):
        self.name = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as f:
            head, _, rest = f.read().partition("\n\n")
        body, *edits = re.split(r"^@ ", rest, flags=re.M)
        self.fields = dict(line.split(": ", 1) for line in head.splitlines())
        self.url = self.fields["url"]
        self.paragraphs = [" ".join(p.split()) for p in body.split("\n\n") if p.strip()]
        self.times = [seconds(self.fields["published"])]
        self.pages = [self.page()]
        for edit in edits:
            lines = re.sub(r"\n\s+", " ", edit.strip()).splitlines()
            self.times.append(seconds(lines[0].split()[0]))
            for step in lines[1:]:
                self.change(step)
            self.pages.append(self.page())

    def change(self, step):
        word, _, rest = step.partition(" ")
        if word.rstrip(":") in ("title", "standfirst", "byline"):
            self.fields[word.rstrip(":")] = rest
            return
        where, _, text = rest.partition(": ")
        numbers = [int(n) - 1 for n in re.findall(r"\d+", where)]
        if not numbers or not STEPS.get(word):
            raise Failed("%s: this step cannot be read: %s" % (self.name, step))
        STEPS[word](self, numbers, text)

    def replace(self, numbers, text):
        old, _, new = text.partition(" => ")
        if old not in self.paragraphs[numbers[0]]:
            raise Failed("%s: paragraph %d does not have: %s" % (self.name, numbers[0] + 1, old))
        self.paragraphs[numbers[0]] = self.paragraphs[numbers[0]].replace(old, new, 1)

    def move(self, numbers, _):
        self.paragraphs.insert(numbers[1], self.paragraphs.pop(numbers[0]))

    def add(self, numbers, text):
        self.paragraphs.insert(numbers[0], text)

    def drop(self, numbers, _):
        del self.paragraphs[numbers[0]]

    def join(self, numbers, _):
        self.paragraphs[numbers[0]] += " " + self.paragraphs.pop(numbers[0] + 1)

    def page(self):
        f = {name: html.escape(value) for name, value in self.fields.items()}
        lines = ["<h2>%s</h2>" % html.escape(p[3:]) if p.startswith("## ") else "<p>%s</p>" % html.escape(p)
                 for p in self.paragraphs]
        return """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title} - {outlet}</title>
<meta property="og:site_name" content="{outlet}"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="{published}"><link rel="canonical" href="{url}"></head>
<body><header><a href="/">{outlet}</a></header><main><article><h1>{title}</h1>
<p class="standfirst">{standfirst}</p><p class="byline">{byline}</p>
<div class="article-body">
{body}
</div></article></main></body></html>
""".format(body="\n".join(lines), **f)

    def captures(self):
        """Times and pages: each version when it came, and again shortly before it went."""
        for i, page in enumerate(self.pages):
            yield self.times[i], page
            if i + 1 < len(self.pages):
                yield self.times[i + 1] - SEEN_AGAIN, page


STEPS = {"replace": Story.replace, "split": Story.replace, "move": Story.move, "add": Story.add, "drop": Story.drop,
         "join": Story.join}


def read_stories():
    return [Story(path) for path in sorted(glob.glob(os.path.join(STORIES, "*.txt")))]


def warc_record(url, at, body, content_type="text/html; charset=utf-8"):
    """A capture as WARC 1.0 has it."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % content_type.encode()
    return ("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\n"
            "Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % (
                url, iso(at), len(answer) + len(body))).encode() + answer + body + b"\r\n\r\n"


def warc_of(stories):
    return b"".join(warc_record(story.url, at, page.encode()) for story in stories for at, page in story.captures())


# ---- the archive ------------------------------------------------------------

def fill(stet, demo):
    stories = read_stories()
    warc = os.path.join(stet.folder, "stories.warc")
    with open(warc, "wb") as f:
        f.write(warc_of(stories))
    stet.run("watch", *demo.feeds())
    stet.run("watch", demo.url("harbour-courier", "/news/nobody-wrote-this"))
    for offset in DAY:
        demo.set_time(seconds(START) + offset)
        stet.run("check")
    stet.run("import", warc)
    return stories


def numbers_of(stet, stories):
    """What the {names} in addresses stand for."""
    articles = stet.articles()
    numbers = {}
    for story in stories:
        if story.url not in articles:
            raise Failed("the story %s is not in the archive; there are:\n%s" % (story.name, "\n".join(articles)))
        article = articles[story.url]
        if article["versions"] != len(story.pages):
            raise Failed("the story %s has %d versions, not %d" % (story.name, article["versions"], len(story.pages)))
        numbers[story.name] = article["article"]
        numbers["lantern"] = article["source"] if "lantern" in story.url else numbers.get("lantern")
    for name, versions in (("bridge", "0/4"), ("palms", "0/2")):
        _, page = http("GET", "http://127.0.0.1:%d/articles/%s/diff/%s" % (stet.port, numbers[name], versions))
        numbers[name + "_edit"] = re.search(r"/edits/([0-9a-f]{12})", page)[1]
    _, page = http("GET", "http://127.0.0.1:%d/articles/%s/captures" % (stet.port, numbers["bridge"]))
    numbers["bridge_moment"] = re.search(r"/captures/([0-9]{14})", page)[1]
    numbers["contract"] = next(a["article"] for url, a in articles.items() if "harbour-contract" in url)
    numbers["courier"] = next(a["source"] for url, a in articles.items() if "harbour-courier" in url)
    return numbers


@contextlib.contextmanager
def served_archive():
    """A running stet with the archive filled: (stet, numbers), for Page.url()."""
    demo = Demo(speed=0)
    try:
        stet = Stet(demo, dict(PLAIN_CHECKS, **{"fetch.host_pause": "1"}))
        try:
            stories = fill(stet, demo)
            stet.start()
            yield stet, numbers_of(stet, stories)
        finally:
            stet.clean_up()
    finally:
        demo.stop()
