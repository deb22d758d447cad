#!/usr/bin/env python3
"""What sites see of us: stet against a server with many names that writes down every request.

Names below .localhost are this machine, and each is a host of its own to stet.
"""
# time limit: 240
# it mostly waits
import collections
import json
import os
import pty
import sqlite3
import sys
import threading
import time
import urllib.parse

import libe2e
from libe2e import check, check_equal, run_tests, skip_without_programs, wait_until

Asked = collections.namedtuple("Asked", "host path at headers")
ARTICLE = ("<!DOCTYPE html><html lang=en><head><title>{0}</title></head><body><article><h1>{0}</h1>"
           "<p>The harbour board said on Monday that the old crane would stay where it is, at least until the "
           "spring, because nobody had offered to take it down for less than the board has.</p>"
           "<p>\"It leans, but it has leaned for thirty years,\" said Oona Brandt, who keeps the boats "
           "below it. The board will look at it again in April.</p></article></body></html>")


class Site(libe2e.Hosts):
    """Answers by (name, path); everything else is 404, so that without an answer there is no robots.txt."""

    def __init__(self, start, speed):
        super().__init__(start, speed)
        self.answers = {}

    def answer(self, request, name):
        if request.command == "POST":
            body = request.rfile.read(int(request.headers["Content-Length"]))
            request.form = dict(urllib.parse.parse_qsl(body.decode()))  # read by who answers
        with self.lock:
            self.log.append(Asked(name, request.path, time.monotonic(), dict(request.headers)))
        answer = self.answers.get((name, request.path), self.answers.get((name, "*"), 404))
        if callable(answer):
            answer = answer(request)
        status, headers, body = (answer, {}, "") if isinstance(answer, int) else answer
        body = body.encode()
        request.send_response(status)
        for key, value in headers.items():
            request.send_header(key, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def put(self, name, path, status, body="", **headers):
        self.answers[name, path] = (status, {k.replace("_", "-"): v for k, v in headers.items()}, body)

    def article(self, name, path, title="The old crane stays"):
        self.put(name, path, 200, ARTICLE.format(title), Content_Type="text/html")

    def feed(self, name, inside=""):
        self.put(name, "/feed.xml", 200, '<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title>%s</feed>'
                 % inside, Content_Type="application/atom+xml")

    def feed_of_stories(self, name, count):
        for i in range(count):
            self.article(name, "/%d" % i, "Story %d" % i)
        self.feed(name, "".join("<entry><title>Story %d</title><link href='%s'/></entry>"
                                % (i, self.url(name, "/%d" % i)) for i in range(count)))

    def moved(self, name, path, to, status=302):
        self.put(name, path, status, Location=to)

    def robots(self, name, text, **headers):
        self.put(name, "/robots.txt", 200, text, Content_Type="text/plain", **headers)

    def asked(self, name=None):
        with self.lock:
            return [a for a in self.log if name in (None, a.host)]

    def paths(self, name):
        return [a.path for a in self.asked(name)]


class Visit:
    """A site and a stet that looks at it, both gone at the end."""

    def __init__(self, speed=1, start="2025-08-14T06:00:00Z", **settings):
        self.site = Site(start, speed)
        settings = {k.replace("__", "."): v for k, v in settings.items()}
        self.stet = libe2e.Stet(self.site, dict({"fetch.host_pause": "0"}, **settings))

    def __enter__(self):
        return self.site, self.stet

    def __exit__(self, *args):
        self.stet.clean_up()
        self.site.stop()


def outcomes(stet, url):
    text = stet.run("sources", "--json", "harbour")
    return {t["url"]: t["last_outcome"] for t in json.loads(text)["watched"]}.get(url)


def redirects_ask_the_robots_txt_of_where_they_lead():
    with Visit() as (site, stet):
        site.moved("harbour", "/story", site.url("meadow", "/moved"))
        site.moved("meadow", "/moved", site.url("quay", "/story"))
        site.robots("quay", "User-agent: *\nDisallow: /private\n")
        site.article("quay", "/story")
        stet.run("watch", site.url("harbour", "/story"))
        stet.run("check")
        check_equal([(a.host, a.path) for a in site.asked()],
                    [("harbour", "/robots.txt"), ("harbour", "/story"), ("meadow", "/robots.txt"),
                     ("meadow", "/moved"), ("quay", "/robots.txt"), ("quay", "/story")], "the requests")
        check_equal(outcomes(stet, site.url("harbour", "/story")), "new version", "the outcome")


def a_redirect_into_what_is_disallowed_is_not_followed():
    with Visit() as (site, stet):
        site.moved("harbour", "/a", site.url("meadow", "/private/a"))
        site.moved("harbour", "/b", "/private/b")
        site.robots("meadow", "User-agent: *\nDisallow: /private\n")
        site.robots("harbour", "User-agent: stet\nDisallow: /private\n")
        for path in ("/a", "/b"):
            stet.run("watch", site.url("harbour", path))
        stet.run("check")
        check(not [a for a in site.asked() if a.path.startswith("/private")], "it was fetched: %r" % site.asked())
        for path in ("/a", "/b"):
            check_equal(outcomes(stet, site.url("harbour", path)), "robots.txt forbids", "the outcome of " + path)


def redirects_end_and_count_over_hosts():
    with Visit() as (site, stet):
        site.moved("harbour", "/a", site.url("meadow", "/a"))
        site.moved("meadow", "/a", site.url("harbour", "/a"))
        stet.run("watch", site.url("harbour", "/a"))
        stet.run("check")
        check_equal(outcomes(stet, site.url("harbour", "/a")), "redirect loop", "the outcome")
        check_equal(len([a for a in site.asked() if a.path == "/a"]), 9, "the requests")


def validators_go_only_to_the_address_that_gave_them():
    with Visit() as (site, stet):
        site.moved("harbour", "/a", site.url("meadow", "/a"))
        site.put("meadow", "/a", 200, ARTICLE.format("Crane"), ETag='"odd one"', Content_Type="text/html")
        stet.run("watch", site.url("harbour", "/a"))
        stet.run("check")
        stet.run("check", site.url("harbour", "/a"))
        site.article("harbour", "/a")
        stet.run("check", site.url("harbour", "/a"))
        check(not [a for a in site.asked("harbour") if "If-None-Match" in a.headers], "a validator went elsewhere")
        check_equal([a.headers.get("If-None-Match") for a in site.asked("meadow")[1:]], [None, '"odd one"'],
                    "the validators where the redirect led")


def pages_that_may_not_be_kept_are_asked_for_conditionally_too():
    with Visit() as (site, stet):
        def story(handler):
            if handler.headers.get("If-None-Match") == '"1"':
                return 304, {"ETag": '"1"'}, ""
            return 200, {"ETag": '"1"', "Content-Type": "text/html"}, ARTICLE.format("Crane").replace(
                "<title>", "<meta name=robots content=noarchive><title>")
        site.answers["harbour", "/a"] = story
        stet.run("watch", "--source", "harbour", site.url("harbour", "/a"))
        for _ in range(3):
            stet.run("check", site.url("harbour", "/a"))
            seen = outcomes(stet, site.url("harbour", "/a"))
        asked = [a.headers.get("If-None-Match") for a in site.asked("harbour") if a.path == "/a"]
        check_equal(asked, [None, '"1"', '"1"'], "the validators")
        check_equal(seen, "not modified", "the outcome")


def robots_txt_may_be_redirected_five_times_and_to_other_hosts():
    with Visit() as (site, stet):
        for i in range(5):
            site.moved("h%d" % i, "/robots.txt", site.url("h%d" % (i + 1), "/robots.txt"))
        site.robots("h5", "User-agent: *\nDisallow: /private\n")
        site.article("h0", "/open")
        site.article("h0", "/private")
        for path in ("/open", "/private"):
            stet.run("watch", "--source", "harbour", site.url("h0", path))
        stet.run("check")
        check_equal(site.paths("h0"), ["/robots.txt", "/open"], "the requests to the first host")
        # One more is as if there were none.
        site.moved("far", "/robots.txt", site.url("h0", "/robots.txt"))
        site.article("far", "/private")
        stet.run("watch", "--source", "harbour", site.url("far", "/private"))
        stet.run("check")
        check_equal(site.paths("far"), ["/robots.txt", "/private"], "the requests to the farther host")


def robots_txt_that_lies_elsewhere_waits_for_the_pause_there():
    with Visit() as (site, stet):
        site.robots("quay", "User-agent: *\nCrawl-delay: 1\n")
        for name in ("quay", "h0", "h1"):
            site.article(name, "/a")
            stet.run("watch", "--source", "harbour", site.url(name, "/a"))
        for name in ("h0", "h1"):
            site.moved(name, "/robots.txt", site.url("quay", "/rules"))
        site.put("quay", "/rules", 200, "User-agent: *\nDisallow: /private\n", Content_Type="text/plain")
        stet.run("check", site.url("quay", "/a"))
        stet.run("check")
        at = [a.at for a in site.asked("quay") if a.path == "/rules"]
        check_equal(len(at), 2, "the requests for rules")
        check(at[1] - at[0] >= 0.99, "the second came after %.2f s" % (at[1] - at[0]))
        check_equal([site.paths(name)[-1] for name in ("h0", "h1")], ["/a", "/a"], "what was asked after that")


def robots_txt_that_lies_elsewhere_is_not_asked_for_there_beyond_the_budget():
    with Visit(fetch__host_budget="3") as (site, stet):
        site.article("quay", "/a")
        stet.run("watch", "--source", "harbour", site.url("quay", "/a"))
        stet.run("check")
        for i in range(3):
            site.moved("h%d" % i, "/robots.txt", site.url("quay", "/rules"))
            site.article("h%d" % i, "/a")
            stet.run("watch", "--source", "harbour", site.url("h%d" % i, "/a"))
        stet.run("check")
        check_equal(site.paths("quay"), ["/robots.txt", "/a", "/rules"], "the requests of the day")
        outcome = [outcomes(stet, site.url("h%d" % i, "/a")) for i in range(3)]
        check_equal(sorted(outcome), ["asked to wait", "asked to wait", "new version"], "the outcomes")


def where_robots_txt_lies_a_wish_to_be_left_alone_is_heard():
    with Visit() as (site, stet):
        site.put("quay", "/rules", 429, Retry_After="3600")
        for i in range(2):
            site.moved("h%d" % i, "/robots.txt", site.url("quay", "/rules"))
            stet.run("watch", "--source", "harbour", *[site.url("h%d" % i, "/%d" % k) for k in range(20)])
        stet.start()
        wait_until(lambda: site.asked("quay"), 20, "the request for rules")
        time.sleep(3)
        check_equal(site.paths("quay"), ["/rules"], "requests before and after the refusal")
        check_equal([site.paths("h%d" % i) for i in range(2)], [["/robots.txt"]] * 2, "requests to the others")


def a_robots_txt_that_fails_forbids_everything_for_thirty_days():
    with Visit() as (site, stet):
        site.put("harbour", "/robots.txt", 500)
        site.article("harbour", "/a")
        stet.run("watch", site.url("harbour", "/a"))
        stet.run("check")
        stet.run("check", site.url("harbour", "/a"))
        check_equal(site.paths("harbour"), ["/robots.txt"], "the requests of the first half hour")
        for day in range(1, 31):
            site.began = time.monotonic() - day * 86400 + 600
            stet.run("check", site.url("harbour", "/a"))
        check("/a" not in site.paths("harbour"), "it was fetched before 30 days had gone by")
        site.began = time.monotonic() - 31 * 86400
        stet.run("check", site.url("harbour", "/a"))
        check_equal(site.paths("harbour")[-2:], ["/robots.txt", "/a"], "the last requests")


def robots_txt_is_kept_for_a_day_or_as_it_says():
    with Visit() as (site, stet):
        site.robots("harbour", "User-agent: *\nDisallow: /x\n")
        site.robots("meadow", "User-agent: *\nDisallow: /x\n", Cache_Control="public, max-age=3600")
        for name in ("harbour", "meadow"):
            site.article(name, "/a")
            stet.run("watch", "--source", "harbour", site.url(name, "/a"))
        for hours in (0, 0.9, 1.1, 23, 25):
            site.began = time.monotonic() - hours * 3600
            stet.run("check", site.url("harbour", "/a"), site.url("meadow", "/a"))
        check_equal(site.paths("harbour").count("/robots.txt"), 2, "robots.txt of the one")
        check_equal(site.paths("meadow").count("/robots.txt"), 4, "robots.txt of the other")


def a_host_that_refuses_is_left_alone_ever_longer_and_after_a_restart():
    with Visit() as (site, stet):
        site.put("harbour", "*", 503)
        site.put("harbour", "/robots.txt", 404)
        for i in range(20):
            stet.run("watch", site.url("harbour", "/%d" % i))
        stet.start()
        wait_until(lambda: len(site.asked("harbour")) >= 2, 20, "the first request")
        time.sleep(3)
        check_equal(len(site.asked("harbour")), 2, "requests before and after the refusal")
        site.put("meadow", "*", 429, Retry_After="3600")
        site.put("meadow", "/robots.txt", 404)
        stet.run("watch", "--source", "harbour", *[site.url("meadow", "/%d" % i) for i in range(3)])
        wait_until(lambda: len(site.asked("meadow")) >= 2, 20, "a request to the other")
        time.sleep(1)
        check_equal(stet.stop(), 0, "the status of stet run")
        stet.run("check", site.url("meadow", "/2"))
        stet.start()
        time.sleep(2)
        check_equal(len(site.asked("meadow")), 2, "requests to the other, after a restart")


def a_budget_of_a_day_is_kept_and_the_rest_waits():
    with Visit(fetch__host_budget="5") as (site, stet):
        for i in range(12):
            site.article("harbour", "/%d" % i, "Story %d" % i)
            stet.run("watch", site.url("harbour", "/%d" % i))
        stet.start()
        wait_until(lambda: len(site.asked("harbour")) >= 5, 20, "the requests of the day")
        time.sleep(2)
        check_equal(len(site.asked("harbour")), 5, "requests of the day, robots.txt included")
        stet.stop()
        stet.start()
        time.sleep(1.5)
        check_equal(len(site.asked("harbour")), 5, "requests of the day after a restart")
        due = stet.api("/api/v1/status")["status"]["next_due"]
        check(due < "2025-08-16", "the next is due %s" % due)


def the_requests_of_a_day_are_spread_over_its_hours():
    # A second is an hour and a half.
    with Visit(speed=5400, start="2025-08-14T00:00:00Z", fetch__host_budget="80", feed__interval="2h",
               feed__least="2h", article__interval="5m", article__growth="1") as (site, stet):
        site.feed_of_stories("harbour", 60)
        stet.run("watch", site.url("harbour", "/feed.xml"))
        stet.start()
        began = site.began
        hour = lambda a: (a.at - began) * site.speed / 3600
        wait_until(lambda: site.now() - site.start > 24 * 3600, 40, "the end of the day")
        asked = [a for a in site.asked("harbour") if hour(a) < 23.5]
        check(len(asked) <= 81, "%d requests in a day" % len(asked))
        for first in range(0, 24, 4):
            part = [a for a in asked if first <= hour(a) < first + 4]
            check(len(part) >= 5, "%d requests from %d:00 to %d:00" % (len(part), first, first + 4))
        lists = [hour(a) for a in asked if a.path == "/feed.xml"]
        gaps = [b - a for a, b in zip(lists, lists[1:])]
        check(lists and max(gaps + [23.5 - lists[-1]]) < 6, "the feed was asked for at %r" % lists)


def http_and_https_of_a_name_have_one_budget():
    for restart in (False, True):
        with Visit(fetch__host_budget="5") as (site, stet):
            # Nobody speaks TLS there, but each try is a request.
            secure = site.url("harbour", "/a").replace("http:", "https:")
            stet.run("watch", "--source", "harbour", secure)
            if restart:
                stet.run("check", secure)
            for i in range(12):
                site.article("harbour", "/%d" % i, "Story %d" % i)
                stet.run("watch", "--source", "harbour", site.url("harbour", "/%d" % i))
            stet.start()
            wait_until(lambda: len(site.asked("harbour")) >= 4, 20, "the requests of the day")
            time.sleep(2)
            days = json.loads(stet.run("sources", "--json", "harbour"))["traffic"]
            check_equal(sum(d["requests"] for d in days), 5, "the requests of the day")


def a_feed_is_looked_at_however_many_articles_wait():
    with Visit(start="2025-08-14T23:50:00Z", fetch__host_pause="200", feed__interval="3s", feed__least="3s",
               fetch__host_budget="60") as (site, stet):
        site.feed_of_stories("harbour", 200)
        stet.run("watch", site.url("harbour", "/feed.xml"))
        stet.start()
        feeds = lambda: site.paths("harbour").count("/feed.xml")
        wait_until(lambda: feeds() >= 3, 20, "the feed was looked at again")
        check(len(site.asked("harbour")) < 56, "the articles were not through by then")
        wait_until(lambda: len(site.asked("harbour")) >= 58, 30, "a tenth of the day is left for the feed")
        check_equal(site.paths("harbour")[-2:], ["/feed.xml"] * 2, "what was asked at last")


def hosts_that_want_long_pauses_keep_nobody_else_waiting():
    with Visit() as (site, stet):
        addresses = []
        for host in range(130):
            name = "slow%d" % host
            site.robots(name, "User-agent: *\nCrawl-delay: 60\n")
            for i in range(9):
                site.article(name, "/%d" % i, "Story %d of %d" % (i, host))
                addresses.append(site.url(name, "/%d" % i))
        stet.run("watch", "--source", "slow", *addresses)
        time.sleep(1.1)
        site.article("harbour", "/story")
        stet.run("watch", site.url("harbour", "/story"))
        stet.start()
        wait_until(lambda: "/story" in site.paths("harbour"), 15, "the host behind them was asked")


def slow_hosts_keep_nobody_else_waiting():
    with Visit(fetch__host_pause="1000", fetch__connections="300") as (site, stet):
        def slow(status, headers):
            def answer(handler):
                time.sleep(3)
                return status, headers, ARTICLE.format("Slow")
            return answer
        addresses = []
        for host in range(130):
            site.answers["slow%d" % host, "*"] = slow(200, {"Content-Type": "text/html"})
            site.answers["slow%d" % host, "/robots.txt"] = slow(404, {})
            addresses += [site.url("slow%d" % host, "/%d" % i) for i in range(9)]
        stet.run("watch", "--source", "slow", *addresses)
        stet.start()
        wait_until(lambda: len(set(a.host for a in site.asked() if a.path != "/robots.txt")) == 130, 40,
                   "the slow hosts were asked for articles")
        site.article("harbour", "/story")
        stet.run("watch", site.url("harbour", "/story"))
        wait_until(lambda: "/story" in site.paths("harbour"), 15, "the host that came later was asked")


def nothing_is_fetched_in_quiet_hours():
    # Six seconds of the day's clock are 10 minutes.
    with Visit(speed=100, fetch__quiet="06:05-06:25", fetch__host_pause="500",
               article__interval="1m", article__growth="1") as (site, stet):
        for i in range(30):
            site.article("harbour", "/%d" % i, "Story %d" % i)
            stet.run("watch", site.url("harbour", "/%d" % i))
        site.began = time.monotonic()
        stet.start()
        at = lambda a: (a.at - site.began) * site.speed / 60
        wait_until(lambda: [a for a in site.asked() if at(a) > 26], 60, "requests after the quiet hours")
        quiet = [a for a in site.asked() if 5.5 < at(a) < 24.9]
        check(not quiet, "asked in quiet hours: %r" % [(a.path, round(at(a), 2)) for a in quiet])
        check([a for a in site.asked() if at(a) < 5], "nothing was asked before")


def a_slow_host_is_asked_more_slowly():
    with Visit(fetch__host_pause="50") as (site, stet):
        def slow(handler):
            time.sleep(0.2)
            return 200, {"Content-Type": "text/html"}, ARTICLE.format("Slow")
        for i in range(4):
            site.answers["harbour", "/%d" % i] = slow
            site.article("meadow", "/%d" % i)
            stet.run("watch", "--source", "harbour", site.url("harbour", "/%d" % i), site.url("meadow", "/%d" % i))
        stet.run("check")
        gaps = {name: [b.at - a.at for a, b in zip(site.asked(name), site.asked(name)[1:])]
                for name in ("harbour", "meadow")}
        check(min(gaps["meadow"]) >= 0.049, "gaps of the fast one: %r" % gaps["meadow"])
        check(gaps["harbour"][-1] >= 0.7, "gaps of the slow one: %r" % gaps["harbour"])


def a_crawl_delay_holds_between_the_hops_of_a_redirect():
    with Visit() as (site, stet):
        site.robots("harbour", "User-agent: *\nCrawl-delay: 1\n")
        site.moved("harbour", "/a", site.url("harbour", "/b"))
        site.article("harbour", "/b")
        stet.run("watch", site.url("harbour", "/a"))
        stet.run("check")
        first, second = [a.at for a in site.asked("harbour") if a.path in ("/a", "/b")]
        check(second - first >= 0.99, "the second hop came after %.2f s" % (second - first))


def a_crawl_delay_goes_with_the_host_to_whoever_visits_it_next():
    with Visit() as (site, stet):
        site.robots("harbour", "User-agent: *\nCrawl-delay: 3600\n")
        site.article("harbour", "/a")
        stet.run("watch", site.url("harbour", "/a"))
        db = sqlite3.connect("file:%s?mode=ro" % urllib.parse.quote(stet.archive), uri=True)
        one = lambda sql: db.execute(sql).fetchone()[0]
        stet.start()
        wait_until(lambda: one("SELECT count(*) FROM robots"), 20, "the rules are kept")
        stet.stop()
        left = one("SELECT max(pause_until) FROM hosts") - time.time() * 1000
        check(40000 < left <= 60000, "its pause goes on for %d ms" % left)
        db.close()


def a_clock_that_stood_ahead_keeps_nothing_from_being_checked():
    with Visit(feed__interval="1h") as (site, stet):
        now = site.start
        for path in ("/a", "/b"):
            site.article("harbour", path)
        stet.run("watch", "--source", "harbour", site.url("harbour", "/a"))
        site.start = now + 365 * 86400
        stet.run("watch", "--source", "harbour", site.url("harbour", "/b"))
        stet.run("check")
        asked = len(site.asked("harbour"))
        site.start = now
        stet.start()
        due = lambda: stet.api("/api/v1/status")["status"]["next_due"]
        wait_until(lambda: due() < libe2e.iso(now + 86400), 10, "what was checked is due today")
        check_equal(len(site.asked("harbour")), asked, "requests until it is due")
        check_equal(stet.said().count("the clock was ahead"), 1, "lines in the log")
        stet.stop()
        stet.start()
        time.sleep(1)
        check_equal(stet.said().count("the clock was ahead"), 1, "lines in the log after a restart")


def traffic_is_told_by_day():
    with Visit() as (site, stet):
        def story(handler):
            if handler.headers.get("If-None-Match") == '"1"':
                return 304, {"ETag": '"1"'}, ""
            return 200, {"ETag": '"1"', "Content-Type": "text/html"}, ARTICLE.format("Crane")
        site.answers["harbour", "/a"] = story
        stet.run("watch", site.url("harbour", "/a"))
        stet.run("check")
        for _ in range(3):
            stet.run("check", site.url("harbour", "/a"))
        days = json.loads(stet.run("sources", "--json", "harbour"))["traffic"]
        check_equal([(d["day"], d["requests"], d["not_modified"], d["failed"]) for d in days],
                    [("2025-08-14", 5, 3, 0)], "the traffic")
        text = stet.run("sources", "harbour")
        check("\n  14 Aug 2025          5            60 %        0 " in text, "stet sources says:\n" + text)
        stet.start()
        status, page = libe2e.http("GET", "http://127.0.0.1:%d/sources/harbour" % stet.port)
        check("5 requests today" in page and "60 %" in page, "the page of the source lacks it")
        check_equal(stet.api("/api/v1/sources/harbour")["traffic"], days, "the same from the web interface")


def at_a_terminal(stet, command, said):
    """Runs a command in a terminal of its own, where somebody types; what it wrote."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    os.write(fd, said.encode())
    out = b""
    while True:
        try:
            more = os.read(fd, 4096)
        except OSError:
            break
        if not more:
            break
        out += more
    check_equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, "the status of " + " ".join(command))
    return out.decode("utf-8", "replace")


def a_person_is_asked_once_for_a_contact():
    question = "Your e-mail or web address"
    with Visit(fetch__contact="") as (site, stet):
        site.article("harbour", "/a")
        stet.run("watch", site.url("harbour", "/a"))  # not a terminal: nobody is asked
        out = at_a_terminal(stet, stet.command("watch", site.url("harbour", "/a")), "?!\nharbour@watch.example\n")
        check_equal(out.count(question), 2, "questions, with one answer that is none")
        out = at_a_terminal(stet, stet.command("watch", site.url("harbour", "/a")), "")
        check(question not in out, "asked again")
        stet.run("check")
        agents = {a.headers["User-Agent"] for a in site.asked()}
        check(len(agents) == 1 and "+harbour@watch.example)" in agents.pop(), "User-Agent: %r" % agents)
    with Visit(fetch__contact="") as (site, stet):
        out = at_a_terminal(stet, stet.command("watch", site.url("harbour", "/a")), "\n")
        check("Requests will carry none" in out, "it says: " + out)
        out = at_a_terminal(stet, stet.command("watch", site.url("harbour", "/b")), "")
        check(question not in out, "asked again after an empty answer")


def a_hub_subscribes_us_and_what_it_tells_is_looked_at_now():
    with Visit() as (site, stet):
        port = libe2e.free_port()
        feed, hub = site.url("harbour", "/feed.xml"), site.url("hub", "/hub")
        stet.settings["serve.base_url"] = "http://127.0.0.1:%d" % port
        site.feed("harbour", '<link rel="hub" href="%s"/><link rel="self" href="%s"/>' % (hub, feed))
        subscriptions, answers = [], []

        def verify(form):
            answers.append(libe2e.http("GET", form["hub.callback"] + "?" + urllib.parse.urlencode({
                "hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "the-crane-leans",
                "hub.lease_seconds": "864000"})))

        def subscribe(request):
            subscriptions.append(request.form)
            threading.Thread(target=verify, args=(request.form,)).start()
            return 202, {}, ""

        site.answers["hub", "/hub"] = subscribe
        stet.run("watch", feed)
        stet.run("check")
        stet.start(port)
        wait_until(lambda: answers, 20, "the hub was asked and made sure")
        check_equal(answers[0], (200, "the-crane-leans"), "what the hub was answered")
        form = subscriptions[0]
        check_equal((form["hub.mode"], form["hub.topic"]), ("subscribe", feed), "what the hub was asked for")
        looks = len([a for a in site.asked("harbour") if a.path == "/feed.xml"])
        status, _ = libe2e.http("POST", form["hub.callback"])
        check_equal(status, 202, "the answer to what the hub tells")
        wait_until(lambda: len([a for a in site.asked("harbour") if a.path == "/feed.xml"]) > looks, 20,
                   "the feed was looked at")
        check_equal(libe2e.http("POST", form["hub.callback"][:-4] + "0000")[0], 404, "a stranger's word")
        check_equal(len(subscriptions), 1, "subscriptions asked for")


def many_feeds_of_one_hub_are_no_reason_to_fall_over():
    """The hub is asked again and again with a pause; the end comes while most of the feeds still wait."""
    with Visit() as (site, stet):
        stet.settings["serve.base_url"] = "http://127.0.0.1:9"
        stet.settings["fetch.host_pause"] = "1500"
        hub = site.url("hub", "/hub")
        site.put("hub", "/hub", 202)
        for name in ("harbour", "crane", "quay", "pier"):
            site.feed(name, '<link rel="hub" href="%s"/>' % hub)
            stet.run("watch", site.url(name, "/feed.xml"))
        stet.run("check")
        stet.start()
        wait_until(lambda: site.asked("hub"), 20, "the hub was asked")
        time.sleep(0.2)
        check_equal(stet.stop(), 0, "the status at the end")
        check(len(site.asked("hub")) < 4, "none waited at the end")
        check("signal" not in stet.said(), "a process died:\n" + stet.said())


def no_hub_is_asked_in_quiet_hours():
    with Visit(fetch__quiet="05:00-07:00") as (site, stet):
        stet.settings["serve.base_url"] = "http://127.0.0.1:9"
        site.put("hub", "/hub", 202)
        site.feed("harbour", '<link rel="hub" href="%s"/>' % site.url("hub", "/hub"))
        stet.run("watch", site.url("harbour", "/feed.xml"))
        stet.run("check")
        stet.start()
        time.sleep(1)
        check_equal(stet.stop(), 0, "the status at the end")
        check_equal(site.paths("hub"), [], "what the hub was asked")


if __name__ == "__main__":
    skip_without_programs(libe2e.STET)
    sys.exit(run_tests([
        redirects_ask_the_robots_txt_of_where_they_lead,
        a_redirect_into_what_is_disallowed_is_not_followed,
        redirects_end_and_count_over_hosts,
        validators_go_only_to_the_address_that_gave_them,
        pages_that_may_not_be_kept_are_asked_for_conditionally_too,
        robots_txt_may_be_redirected_five_times_and_to_other_hosts,
        robots_txt_that_lies_elsewhere_waits_for_the_pause_there,
        robots_txt_that_lies_elsewhere_is_not_asked_for_there_beyond_the_budget,
        where_robots_txt_lies_a_wish_to_be_left_alone_is_heard,
        a_robots_txt_that_fails_forbids_everything_for_thirty_days,
        robots_txt_is_kept_for_a_day_or_as_it_says,
        a_host_that_refuses_is_left_alone_ever_longer_and_after_a_restart,
        a_budget_of_a_day_is_kept_and_the_rest_waits,
        the_requests_of_a_day_are_spread_over_its_hours,
        http_and_https_of_a_name_have_one_budget,
        a_feed_is_looked_at_however_many_articles_wait,
        hosts_that_want_long_pauses_keep_nobody_else_waiting,
        slow_hosts_keep_nobody_else_waiting,
        nothing_is_fetched_in_quiet_hours,
        a_slow_host_is_asked_more_slowly,
        a_crawl_delay_holds_between_the_hops_of_a_redirect,
        a_crawl_delay_goes_with_the_host_to_whoever_visits_it_next,
        a_clock_that_stood_ahead_keeps_nothing_from_being_checked,
        traffic_is_told_by_day,
        a_person_is_asked_once_for_a_contact,
        a_hub_subscribes_us_and_what_it_tells_is_looked_at_now,
        many_feeds_of_one_hub_are_no_reason_to_fall_over,
        no_hub_is_asked_in_quiet_hours,
    ]))
