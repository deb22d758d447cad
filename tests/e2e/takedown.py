#!/usr/bin/env python3
"""Articles that are hidden, held and erased: what readers, programs and the file itself still say of them.

The archive is imported from the stories of the browser test and served; STET_TEST_ARCHIVE may name another one than a
file, as takedown_postgres.py does.
"""
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
from libe2e import STET, check, check_equal, free_port, http, run_stet, run_tests, skip_without_programs, wait_until
from libpages import read_stories, warc_of

folder = tempfile.TemporaryDirectory(prefix="stet-takedown-")
ARCHIVE = os.environ.get("STET_TEST_ARCHIVE") or os.path.join(folder.name, "stet.db")
WARC = os.path.join(folder.name, "stories.warc")
port = free_port()
REASON = "order 7 of the court of Tollan"
LISTS = ["/", "/?all=1", "/articles", "/sources", "/sources/harbour-lantern", "/sources/harbour-lantern/articles",
         "/search?q=lorries", "/search?q=lorries&earlier=1", "/search?q=added:265", "/feed.atom",
         "/sources/harbour-lantern/feed.atom", "/search.atom?q=lorries", "/api/v1/articles",
         "/api/v1/changes", "/api/v1/search?q=lorries", "/status", "/api/v1/status"]


def stet(*args, status=0):
    p = run_stet(ARCHIVE, *args, status=status)
    return (p.stdout + p.stderr).decode()


def get(path):
    return http("GET", "http://127.0.0.1:%d%s" % (port, path))


def exported(what):
    return [line for line in stet("export", "--what", what).splitlines() if line]


def numbers():
    return {json.loads(line)["url"]: json.loads(line)["version"]["article"] for line in exported("versions")}


def pages_of(article):
    base = "/articles/%d" % article
    return [base, base + "/history", base + "/compare?a=0&b=1", base + "/versions/0", base + "/diff/0/1",
            base + "/feed.atom", base + "/captures", "/timemap/link/" + bridge_url, "/timegate/" + bridge_url,
            "/api/v1/articles/%d" % article, "/api/v1/articles/%d/versions/0" % article,
            "/api/v1/articles/%d/diff/0/1" % article]


def the_lists_tell_of_it_before():
    told = [path for path in LISTS if "tollan-bridge" in get(path)[1] or "Tollan bridge" in get(path)[1]]
    check({"/", "/articles", "/search?q=lorries", "/api/v1/articles", "/api/v1/changes"} <= set(told),
          "only these tell of the bridge: %s" % told)
    for path in pages_of(bridge):
        check_equal(get(path)[0], 200, "the status of " + path)


def what_is_hidden_is_shown_nowhere():
    stet("hide", "--reason", REASON, str(bridge))
    for path in LISTS:
        status, text = get(path)
        check_equal(status, 200, "the status of " + path)
        check("tollan-bridge" not in text and "Tollan bridge" not in text, "%s tells of it" % path)
    for path in pages_of(bridge):
        status, text = get(path)
        check_equal(status, 451, "the status of " + path)
        check(REASON in text, "%s does not say why" % path)
        check("lorries" not in text, "%s shows its text" % path)
    status, _ = get("/search?q=" + urllib.parse.quote(bridge_url, safe=""))
    check(status in (200, 303, 451), "the search for its address answers %d" % status)
    for what in ("versions", "changes", "edits", "articles", "removals"):
        check(not [line for line in exported(what) if "tollan-bridge" in line], "export --what %s tells of it" % what)
    check("hidden" in stet("show", str(bridge), status=3), "show does not say that it is hidden")
    check("hidden" in stet("diff", str(bridge), status=3), "diff does not say that it is hidden")
    check("hidden" in stet("log", bridge_url, status=3), "log does not say that it is hidden")
    check("Tollan" not in stet("search", "lorries"), "search finds it")
    check_equal(json.loads(stet("hide", "--json"))[0]["reason"], REASON, "the reason in the list")
    check_equal(json.loads(stet("verify", "--json"))["damages"], [], "the damages")


def what_is_lifted_is_shown_again():
    check("which article" in stet("hide", "--lift", status=2), "it lifts something that was not named")
    check("which article" in stet("hold", "--reason", "x", status=2), "it holds something that was not named")
    stet("hide", "--lift", str(bridge))
    the_lists_tell_of_it_before()
    check_equal(names(exported("versions")), names(before), "what is exported")
    row = json.loads(stet("hide", "--json"))[0]
    check(row["until"] and row["reason"] == REASON, "the list forgot that it was hidden")
    check("is not hidden" in stet("hide", "--lift", str(bridge), status=2), "it can be lifted twice")


def what_is_held_is_neither_hidden_nor_erased():
    stet("hold", "--reason", "a letter", str(bridge))
    check("is held" in stet("hide", str(bridge), status=2), "hide does not say that it is held")
    check("is held" in stet("erase", "--yes", str(bridge), status=2), "erase does not say that it is held")
    check("is held" in stet("erase", str(bridge), status=2), "erase asks whether it may do what it may not")
    check_equal(get(pages_of(bridge)[0])[0], 200, "the status of its page")
    stet("hold", "--lift", str(bridge))


def nothing_is_erased_without_being_asked_twice():
    check("--yes" in stet("erase", str(bridge), status=2), "it does not name the option")
    check_equal(names(exported("versions")), names(before), "what is exported")


def names(lines):
    """What is exported in short: for messages that can be read."""
    return [(v["article"], v["version"], v["identity"]) for v in (json.loads(line)["version"] for line in lines)]


def others():
    return [line for line in before if json.loads(line)["version"]["article"] != bridge]


def raw(article, versions):
    return [stet("show", "--raw", "%d/%d" % (article, n)) for n in range(versions)]


def what_is_erased_is_gone_from_the_file():
    stet("pack", "--all")
    kept = raw(regatta, 1)
    done = json.loads(stet("erase", "--json", "--reason", "asked for by its author", "--yes", str(bridge)))
    check(done["versions"] > 3 and done["blobs"] >= done["versions"] and done["bytes"] > 1000, "%s" % done)
    check_equal(names(exported("versions")), names(others()), "what is left")
    check_equal(raw(regatta, 1), kept, "the bytes of another page")
    check_equal(json.loads(stet("verify", "--json"))["damages"], [], "the damages")
    for path in pages_of(bridge):
        status, text = get(path)
        check_equal(status, 451, "the status of " + path)
        check("asked for by its author" in text, "%s does not say why" % path)
    for name in os.listdir(folder.name):
        if not name.startswith("stet.db"):
            continue
        with open(os.path.join(folder.name, name), "rb") as f:
            file = f.read()
        for word in (b"Tollan bridge", b"lorries", b"Alva Brandt"):
            check(word.lower() not in file.lower(), "%s still holds %r" % (name, word))


def what_was_erased_does_not_come_back():
    stet("import", WARC)
    check_equal(names(exported("versions")), names(others()), "what is left after another import")
    check("was erased" in stet("watch", bridge_url, status=3), "it can be watched again")
    stet("rebuild")
    stet("pack", "--all", "--harder", "--level", "15")
    check_equal(len(exported("versions")), len(others()), "the number of versions after a rebuild")
    check_equal(json.loads(stet("verify", "--json"))["damages"], [], "the damages")
    check("was erased" in stet("hide", str(bridge), status=2), "it can be hidden")
    check("was erased" in stet("erase", str(bridge), status=2), "it can be erased twice")
    check("is not hidden" in stet("hide", "--lift", str(bridge), status=2), "it can be lifted")


skip_without_programs(STET)
with open(WARC, "wb") as f:
    f.write(warc_of(read_stories()))
stet("import", WARC)
found = numbers()
bridge_url = [url for url in found if "tollan-bridge" in url][0]
bridge = found[bridge_url]
regatta = [n for url, n in found.items() if "regatta" in url][0]
before = exported("versions")
server = subprocess.Popen([STET, "--archive", ARCHIVE, "--config", os.devnull, "run", "--listen",
                           "127.0.0.1:%d" % port, "-o", "fetch.contact=test@example.org"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answers():
    try:
        return get("/api/v1/status")[0] == 200
    except OSError:
        return False


try:
    wait_until(answers, 60, "the web interface answers")
    status = run_tests([the_lists_tell_of_it_before, what_is_hidden_is_shown_nowhere, what_is_lifted_is_shown_again,
                        what_is_held_is_neither_hidden_nor_erased, nothing_is_erased_without_being_asked_twice,
                        what_is_erased_is_gone_from_the_file, what_was_erased_does_not_come_back])
finally:
    server.terminate()
    server.wait(30)
    folder.cleanup()
sys.exit(status)
