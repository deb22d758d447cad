#!/usr/bin/env python3
"""Drives the demo's day through stet, one check every 20 minutes of its clock.

Both clocks stand during a step: the demo is set to the next time, and "stet
check" looks at what is due then.  So every edit is seen, and exactly those
versions may come that the stories tell of: page furniture is another at each
request and must not count.
"""
# time limit: 900
# it mostly waits
import os
import re
import sys

sys.dont_write_bytecode = True
from libe2e import (PLAIN_CHECKS, START, TOP, Demo, Stet, check, check_equal, http, run_tests, seconds,
                    skip_without_programs)

STEP = 20 * 60
STEPS = 72 + 3  # a day and an hour
PAUSE_MS = 30

# How many versions each article has at the end of the day.
EXPECTED = {
    ("harbour-courier", "/business/skarra-line-accounts"): 5,
    ("harbour-courier", "/sport/athletic-stadium-loan"): 4,
    ("harbour-courier", "/news/skarra-cable-cut"): 1,
    ("harbour-courier", "/news/marlock-election-live"): 6,
    ("upland-gazette", "/2025/08/14/hollin-water-drought-order"): 4,
    ("upland-gazette", "/2025/08/14/fellside-queen-adela-merger"): 4,
    ("upland-gazette", "/2025/08/14/school-bus-seven"): 2,
    ("upland-gazette", "/2025/08/14/mountain-rescue-funds"): 2,
    ("meridian-post", "/culture/varrow-horse-ownership"): 4,
    ("meridian-post", "/world/skarra-islands-cable"): 3,
    ("meridian-post", "/politics/harbour-contract-brother"): 2,
}
FURNITURE = re.compile(r"read also|most read|advertisement|morning letter|\d comments|sign up|min read|\d views|"
                       r"published:|hear, hear|semicolon|gutterfree|mattress", re.I)

demo = stet = None
MORE = []  # what another test has to say of it
articles = {}


def article_at(host, path):
    a = articles.get(demo.url(host, path))
    check(a, "%s%s is not known" % (host, path))
    return a


def texts_of(host, path):
    a = article_at(host, path)
    return [stet.api("/api/v1/articles/%d/versions/%d" % (a["article"], n))["text"] for n in range(a["versions"])]


def diff_of(host, path, older):
    a = article_at(host, path)
    return stet.api("/api/v1/articles/%d/diff/%d/%d" % (a["article"], older, older + 1))["diff"]


def read_stories():
    """Address to title and paragraphs as they are at first."""
    folder = os.path.join(TOP, "demo", "stories")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            head, _, rest = f.read().partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        body = re.split(r"^@", rest, maxsplit=1, flags=re.M)[0]
        paragraphs = [re.sub(r"^(## |> )", "", " ".join(p.split())) for p in re.split(r"\n\s*\n", body) if p.strip()]
        yield fields["outlet"], fields["path"], fields["title"], paragraphs


def the_day_is_played():
    global articles
    stet.run("watch", *demo.feeds())
    for step in range(STEPS):
        demo.set_time(seconds(START) + step * STEP)
        stet.run("check")
    stet.start()
    articles = stet.articles()
    check(articles, "no article was found:\n" + stet.said())


def each_article_is_known_once_under_its_own_address():
    check_equal(sorted(articles), sorted(demo.url(*key) for key in EXPECTED), "the list of addresses")


def exactly_the_versions_of_the_stories_came():
    got = {key: article_at(*key)["versions"] for key in EXPECTED}
    check_equal(got, EXPECTED, "the number of versions")


def first_versions_have_the_words_of_the_stories_and_no_others():
    for host, path, title, paragraphs in read_stories():
        if (host, path) not in EXPECTED:
            continue
        text = texts_of(host, path)[0]
        check_equal(text["title"], title, "the title of " + path)
        got = [b["text"] for b in text["blocks"]]
        for p in got:
            check(p in paragraphs, "%s: this is not in the story: %s" % (path, p))
        for p in paragraphs:
            check(p in got, "%s: this is missing: %s" % (path, p))
        check(got == paragraphs, "%s: the paragraphs are not in the order of the story" % path)


def no_furniture_is_in_any_version():
    for key in EXPECTED:
        for text in texts_of(*key):
            for block in text["blocks"]:
                check(not FURNITURE.search(block["text"]), "%s: %s" % (key[1], block["text"]))


def a_softened_headline_is_seen():
    diff = diff_of("harbour-courier", "/business/skarra-line-accounts", 0)
    check_equal(diff["title_changed"], True, "title_changed")
    title = [e for e in diff["edits"] if e["kind"] == "headline"][0]
    check_equal((title["removed"], title["added"]), ("Skarra Line on the brink as losses swallow winter fares",
                                                     "Skarra Line reports a loss after a winter of storms"), "title")
    check("headline" in diff["kinds"] and diff["weight"] >= 0.3, "it does not matter: %s" % diff["why"])


def a_corrected_figure_is_seen():
    diff = diff_of("harbour-courier", "/business/skarra-line-accounts", 1)
    check_equal([(e["kind"], e["removed"], e["added"]) for e in diff["edits"]], [("figure", "41", "14")], "the edits")
    check(diff["weight"] >= 0.3, "it does not matter: %s" % diff["why"])


def a_correction_notice_is_seen_as_added():
    diff = diff_of("harbour-courier", "/business/skarra-line-accounts", 2)
    changed = [o for o in diff["operations"] if o["kind"] != "same"]
    check_equal({o["kind"] for o in changed}, {"added"}, "what changed")
    check(changed[0]["new_text"].startswith("Correction:"), changed[0]["new_text"])
    check("correction" in diff["natures"] and "correction" in diff["kinds"], "it is not named: %s" % diff["kinds"])


def a_moved_paragraph_is_seen_as_moved():
    diff = diff_of("upland-gazette", "/2025/08/14/hollin-water-drought-order", 0)
    check(diff["sentences"]["moved"] >= 1, "nothing moved")
    check_equal(tuple(diff["sentences"][k] for k in ("added", "removed", "edited")), (0, 0, 0), "other changes")


def a_page_that_flips_between_caches_has_two_versions():
    a = article_at("upland-gazette", "/2025/08/14/mountain-rescue-funds")
    check(a["flips"] >= 2, "%d flips" % a["flips"])
    changes = [c for c in stet.api("/api/v1/changes")["changes"] if c["article"] == a["article"]]
    check_equal(len(changes), 1, "the number of changes")


def a_deleted_article_keeps_its_versions():
    a = article_at("meridian-post", "/politics/harbour-contract-brother")
    check_equal(a["state"], "gone", "its state")
    gone = [c for c in stet.api("/api/v1/changes?kinds=gone,back")["changes"]]
    check_equal([(c["event"], c["article"], c["outcome"]) for c in gone], [("gone", a["article"], "gone")],
                "what is told of removals")
    check(gone[0]["before"] < gone[0]["since"] < gone[0]["confirmed"], "the times of %r" % gone[0])
    check_equal(len(texts_of("meridian-post", "/politics/harbour-contract-brother")), 2, "the texts kept")


def robots_txt_is_asked_first_and_obeyed():
    first = {}
    for r in demo.requests():
        first.setdefault(r["host"], r["path"])
        check(not r["path"].startswith("/members"), "%s%s was fetched" % (r["host"], r["path"]))
    check_equal(set(first.values()), {"/robots.txt"}, "the first path of each host")


def no_host_was_asked_faster_than_the_pause():
    # Within one step, which is one process: the demo's clock stands during it.
    last = {}
    for r in demo.requests():
        key = (r["host"], r["time"])
        if key in last:
            check(r["real_ms"] - last[key] >= PAUSE_MS - 2, "%s: %d ms after the one before" % (
                r["path"], r["real_ms"] - last[key]))
        last[key] = r["real_ms"]


def conditional_requests_spare_bodies():
    for host in ("harbour-courier", "meridian-post"):
        spared = [r for r in demo.requests() if r["host"].startswith(host) and r["status"] == 304]
        check(len(spared) > 100, "%s: %d answers 304" % (host, len(spared)))


def requests_are_honest_about_who_asks():
    agents = {r["user_agent"] for r in demo.requests()}
    check(len(agents) == 1 and "stet" in agents.pop(), "user agents: %r" % agents)


def pages_for_people_show_the_changes():
    status, home = http("GET", "http://127.0.0.1:%d/" % stet.port)
    check_equal(status, 200, "the status of the home page")
    check("Tillotson wins Marlock by 61 votes" in home, "the latest change is not on the home page")
    for key in EXPECTED:
        page = article_at(*key)["page"]
        check_equal(http("GET", "http://127.0.0.1:%d%s" % (stet.port, page))[0], 200, "the status of " + page)


def it_ends_when_told():
    check_equal(stet.stop(), 0, "the exit status")


def main():
    global demo, stet
    skip_without_programs()
    demo = Demo(speed=0)
    stet = Stet(demo, dict(PLAIN_CHECKS, **{"fetch.host_pause": str(PAUSE_MS)}))
    try:
        return run_tests([
            the_day_is_played,
            each_article_is_known_once_under_its_own_address,
            exactly_the_versions_of_the_stories_came,
            first_versions_have_the_words_of_the_stories_and_no_others,
            no_furniture_is_in_any_version,
            a_softened_headline_is_seen,
            a_corrected_figure_is_seen,
            a_correction_notice_is_seen_as_added,
            a_moved_paragraph_is_seen_as_moved,
            a_page_that_flips_between_caches_has_two_versions,
            a_deleted_article_keeps_its_versions,
            robots_txt_is_asked_first_and_obeyed,
            no_host_was_asked_faster_than_the_pause,
            conditional_requests_spare_bodies,
            requests_are_honest_about_who_asks,
            pages_for_people_show_the_changes,
        ] + MORE + [it_ends_when_told])
    finally:
        stet.clean_up()
        demo.stop()


if __name__ == "__main__":
    sys.exit(main())
