#!/usr/bin/env python3
"""Captures go out to the formats of web archives, and come in from them and from other trackers.

All files are made here, of our own stories.  What stet writes is read by programs that are not ours, where they are at
hand; else the test is skipped and says so:

    warcio, cdxj-indexer, wacz   on the PATH, or in the folder $STET_ARCHIVE_TOOLS (pip install them)
    jwarc                        $STET_JWARC or /usr/share/java/jwarc.jar (Maven: org.netpreserve:jwarc), with Java
    warcio.js                    from npm, with the version and hash of tests/archives/package-lock.json
"""
# time limit: 600
import base64
import gzip
import hashlib
import io
import json
import os
import re
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

sys.dont_write_bytecode = True
from libbrowser import Missing, install_npm_packages
from libe2e import BUILD, STET, TOP, Skipped, check, check_equal, run_stet, run_tests, skip_without_programs

FOLDER = tempfile.mkdtemp(prefix="stet-archives-")
WHAT = ("versions", "articles", "changes", "removals")
HARBOUR = "https://www.harbour.example/news/ferry"
LANTERN = "https://lantern.example/2024/02/bridge"


def path(name):
    return os.path.join(FOLDER, name)


# ---- stories ------------------------------------------------------------------

def ferry(boats, harbour="Tollan"):
    return ["%s adds boats on Sunday" % harbour,
            "The ferry between %s and the islands will sail %s times on Sunday instead of four times, the harbour "
            "office said on Friday." % (harbour, boats),
            "Islanders had asked for more boats since the spring, when the last bridge to the western shore was closed "
            "to lorries and the queues at the quay grew longer every week.",
            "A single ticket will cost the same as before, and children under seven will still travel without one."]


def bridge(weeks):
    return ["Bridge at Marrow stays closed",
            "The bridge at Marrow will stay closed for another %s weeks because divers found more cracks in the second "
            "pillar, the council said." % weeks,
            "Lorries are sent by the valley road, which is twice as long and was never built for them, said the owner "
            "of the quarry above the village.",
            "The council will hear the engineers again on the first Monday of the month."]


def page(story, furniture=""):
    title, paragraphs = story[0], story[1:]
    return ("<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>%s</title></head><body><nav>Home News</nav>"
            "<article><h1>%s</h1>%s</article><footer>%s</footer></body></html>" %
            (title, title, "".join("<p>%s</p>" % p for p in paragraphs), furniture)).encode()


# ---- WARC files of others ------------------------------------------------------

def sha1(payload):
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()


def record(kind, date, uri, block, version="1.1", **fields):
    head = ["WARC/%s" % version, "WARC-Type: %s" % kind, "WARC-Date: %s" % date, "WARC-Target-URI: %s" % uri,
            "WARC-Record-ID: <urn:uuid:%s>" % hashlib.md5(repr((kind, date, uri)).encode()).hexdigest()]
    head += ["%s: %s" % (name.replace("_", "-"), value) for name, value in fields.items()]
    head += ["Content-Length: %d" % len(block), "", ""]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def answer(body, status="200 OK", **fields):
    fields.setdefault("Content_Type", "text/html; charset=utf-8")
    lines = ["HTTP/1.1 " + status]
    lines += ["%s: %s" % (name.replace("_", "-"), value) for name, value in fields.items()]
    return "\r\n".join(lines + ["", ""]).encode() + body


def response(date, uri, body, status="200 OK", version="1.1", digest=None, **fields):
    return record("response", date, uri, answer(body, status, **fields), version,
                  Content_Type="application/http; msgtype=response",
                  **({"WARC_Payload_Digest": digest} if digest else {}))


def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def captures():
    """Two articles: versions, sightings, one that went away; a feed beside them."""
    feed = (b"<?xml version='1.0'?><rss version='2.0'><channel><title>Harbour</title><link>https://www.harbour.example/"
            b"</link><description>News</description><item><title>Ferry</title><link>" + HARBOUR.encode() +
            b"</link></item></channel></rss>")
    packed = gzip.compress(page(ferry("seven")), mtime=0)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    return [
        record("warcinfo", "2024-02-01T00:00:00Z", "x:info", b"software: something else\r\n"),
        response("2024-02-01T09:00:00Z", HARBOUR, page(ferry("six"))),
        response("2024-02-01T10:00:00Z", HARBOUR, page(ferry("six"))),
        response("2024-02-01T12:00:00Z", HARBOUR, chunks, Content_Encoding="gzip", Transfer_Encoding="chunked",
                 ETag='"seven"'),
        response("2024-02-01T15:00:00Z", HARBOUR, page(ferry("six")), X_Odd="a\x01b"),
        response("2024-02-02T09:00:00Z", LANTERN, page(bridge("two")), Content_Length="12"),
        response("2024-02-02T12:00:00Z", LANTERN, page(bridge("six"))),
        response("2024-02-03T12:00:00Z", LANTERN, b"gone", "404 Not Found"),
        response("2024-02-04T12:00:00Z", LANTERN, b"gone", "404 Not Found"),
        response("2024-02-05T12:00:00Z", LANTERN, b"gone", "410 Gone"),
        record("revisit", "2024-02-01T18:00:00Z", HARBOUR, b"HTTP/1.1 304 Not Modified\r\n\r\n",
               WARC_Profile="http://netpreserve.org/warc/1.1/revisit/server-not-modified"),
        record("response", "2024-02-01T08:00:00Z", "https://www.harbour.example/feed.xml",
               b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n" + feed),
    ]


# ---- running --------------------------------------------------------------------

def stet(archive, *args, input=b"", ok=True):
    return run_stet(path(archive), *args, status=0 if ok else None, input=input)


def take(archive, *files, **more):
    return json.loads(stet(archive, "import", "--json", *files, **more).stdout)


def rows(archive, what):
    return [json.loads(line) for line in stet(archive, "export", "--what", what).stdout.splitlines()]


def texts(archive):
    """Of each article: title, first and last seen of its versions."""
    found = {}
    for row in rows(archive, "versions"):
        v = row["version"]
        found.setdefault(row["url"], []).append((v["title"], v["first_seen"], v["last_seen"]))
    return found


def once(make):
    made = []
    return lambda: made[0] if made else made.append(make()) or made[0]


@once
def original():
    """The archive that all exports are made of."""
    report = take("original.db", write("captures.warc.gz", b"".join(gzip.compress(r) for r in captures())))
    check_equal((report["added"], report["bad"], report["unresolved"]), (11, 0, 0), "what was imported")
    check_equal(report["versions"], 4, "versions")
    return "original.db"


@once
def exports():
    name = original()
    stet(name, "export", "--warc", "--cdxj", "--output", path("out.warc.gz"))
    stet(name, "export", "--warc", "--zstd", "--output", path("out.warc.zst"))
    stet(name, "export", "--wacz", "--output", path("out.wacz"))
    check(not [f for f in os.listdir(FOLDER) if f.endswith(".part")], "a .part file is left")
    return [path("out.warc.gz"), path("out.warc.zst"), path("out.wacz")]


def members(data):
    """Plain bytes of each gzip member, with its place."""
    at = 0
    while at < len(data):
        z = zlib.decompressobj(31)
        plain = z.decompress(data[at:]) + z.flush()
        length = len(data) - at - len(z.unused_data)
        yield at, length, plain
        at += length


def parse(plain):
    head, _, rest = plain.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    return lines[0], fields, rest[:int(fields["Content-Length"])]


# ---- tests: out and back -----------------------------------------------------------

def what_goes_out_comes_back_the_same():
    for number, file in enumerate(exports()):
        back = "back-%d.db" % number
        report = take(back, file)
        check_equal((report["bad"], report["unresolved"]), (0, 0), "bad and unresolved of " + file)
        for what in WHAT:
            check_equal(rows(back, what), rows(original(), what), "%s of %s" % (what, os.path.basename(file)))
        again = take(back, file)
        check_equal((again["added"], again["versions"]), (0, 0), "what a second import adds")


def the_same_archive_gives_the_same_file():
    with open(exports()[0], "rb") as f:
        first = [parse(plain) for _, _, plain in members(f.read())]
    stet(original(), "export", "--warc", "--output", path("second.warc.gz"))
    with open(path("second.warc.gz"), "rb") as f:
        second = [parse(plain) for _, _, plain in members(f.read())]
    for a, b in zip(first[1:], second[1:]):
        a[1].pop("WARC-Warcinfo-ID"), b[1].pop("WARC-Warcinfo-ID")
        check_equal(a, b, "a record")
    check_equal(len(first), len(second), "the number of records")


def records_hold_what_they_say():
    kinds, ids = {}, set()
    with open(exports()[0], "rb") as f:
        data = f.read()
    for _, _, plain in members(data):
        version, fields, block = parse(plain)
        check_equal(version, "WARC/1.1", "the version")
        check(fields["WARC-Record-ID"] not in ids, "two records have one name")
        ids.add(fields["WARC-Record-ID"])
        kinds[fields["WARC-Type"]] = kinds.get(fields["WARC-Type"], 0) + 1
        check_equal(fields["WARC-Block-Digest"], "sha256:" + hashlib.sha256(block).hexdigest(), "the block's digest")
        if fields["WARC-Type"] == "response":
            head, _, payload = block.partition(b"\r\n\r\n")
            check_equal(fields["WARC-Payload-Digest"], "sha256:" + hashlib.sha256(payload).hexdigest(), "the digest")
            lengths = re.findall(rb"(?im)^content-length: (\d+)", head)
            check("WARC-Truncated" in fields or lengths == [b"%d" % len(payload)], "the length does not fit: %r" % head)
            check(not re.search(rb"(?im)^(content|transfer)-encoding:", head), "an encoding stands there still")
            check(not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", head), "a control character stands in a head")
        if fields["WARC-Type"] == "revisit":
            check(fields["WARC-Refers-To"] in ids and fields["WARC-Refers-To-Date"], "a revisit refers to nothing")
    check_equal(kinds, {"warcinfo": 1, "response": 8, "revisit": 3, "metadata": 11}, "the records")
    check(b"X-Archive-Orig-Content-Encoding: gzip" in b"".join(p for _, _, p in members(data)),
          "the original encoding is not told")


def the_index_leads_to_the_records():
    with open(exports()[0], "rb") as f:
        data = f.read()
    with open(exports()[0] + ".cdxj") as f:
        lines = f.read().splitlines()
    check_equal(lines, sorted(lines), "the index")
    check_equal(len(lines), 11, "the number of lines")
    for line in lines:
        key, time, rest = line.split(" ", 2)
        o = json.loads(rest)
        plain = gzip.decompress(data[int(o["offset"]):int(o["offset"]) + int(o["length"])])
        fields = parse(plain)[1]
        check_equal((fields["WARC-Target-URI"], fields["WARC-Payload-Digest"]), (o["url"], o["digest"]), line)
        check_equal(re.sub(r"\D", "", fields["WARC-Date"]), time, line)
        check(key.startswith(("example,harbour)/", "example,lantern)/")), "the key " + key)


def an_export_can_be_of_one_article():
    stet(original(), "export", "--warc", "--output", path("one.warc.gz"), LANTERN)
    take("one.db", path("one.warc.gz"))
    check_equal(list(texts("one.db")), [LANTERN], "the articles")
    p = stet(original(), "export", "--warc", "--what", "edits", "--output", path("no"), ok=False)
    check_equal(p.returncode, 2, "the status of a command that makes no sense")


# ---- tests: programs that are not ours ------------------------------------------------

def tool(name):
    found = shutil.which(name, path=os.environ.get("STET_ARCHIVE_TOOLS") or None) or shutil.which(name)
    if not found:
        raise Skipped("%s is not on this machine (pip install %s)" % (name, name))
    return found


def run_tool(*command):
    p = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER)
    check(p.returncode == 0, "%s: %s%s" % (command[0], p.stdout[-2000:], p.stderr[-2000:]))
    return p.stdout


def plain_of_zstd():
    if not shutil.which("zstd"):
        raise Skipped("zstd is not on this machine")
    run_tool("zstd", "-qdf", exports()[1], "-o", path("plain.warc"))
    return path("plain.warc")


def warcio_accepts_the_warc():
    said = run_tool(tool("warcio"), "check", "-v", exports()[0])
    check_equal(said.count("digest pass"), 20, "the number of records whose digests are right")  # all but revisits


def warcio_accepts_the_warc_in_zstd():
    run_tool(tool("warcio"), "check", plain_of_zstd())


def jwarc_accepts_the_warc():
    jar = os.environ.get("STET_JWARC") or "/usr/share/java/jwarc.jar"
    if not os.path.exists(jar) or not shutil.which("java"):
        raise Skipped("jwarc is not on this machine (its jar in $STET_JWARC, and java)")
    run_tool("java", "-jar", jar, "validate", exports()[0])
    check_equal(len(run_tool("java", "-jar", jar, "ls", exports()[0]).splitlines()), 23, "the records it lists")


def wacz_accepts_the_wacz():
    check("is valid" in run_tool(tool("wacz"), "validate", "-f", exports()[2]), "it does not say that it is valid")


def cdxj_indexer_makes_the_same_index():
    theirs = run_tool(tool("cdxj-indexer"), "-s", "out.warc.gz").splitlines()
    with open(exports()[0] + ".cdxj") as f:
        ours = f.read().splitlines()
    wanted = [(line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in theirs]
    got = [(line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in ours]
    check_equal(len(got), len(wanted), "the number of lines")
    for field in ("url", "mime", "status", "digest", "offset", "length", "filename"):
        # A revisit without a head has no status for them; we know it.
        there = [i for i, (_, o) in enumerate(wanted) if field in o]
        check(len(there) > 9, "they tell no " + field)
        check_equal([(got[i][0], got[i][1].get(field)) for i in there],
                    [(wanted[i][0], wanted[i][1][field]) for i in there], "the index's " + field)


def warcio_js_reads_the_warc():
    folder = os.path.join(BUILD, "archives")
    program = os.path.join(folder, "node_modules", ".bin", "warcio")
    if not os.path.exists(program):
        try:
            install_npm_packages(os.path.join(TOP, "tests", "archives"), folder)
        except Missing as why:
            raise Skipped(str(why)) from None
    said = run_tool("node", program, "cdx-index", exports()[0]).splitlines()
    with open(exports()[0] + ".cdxj") as f:
        ours = [json.loads(line.split(" ", 2)[2]) for line in f]
    theirs = [json.loads(line[line.index("{"):]) for line in said]
    check_equal(sorted((o["url"], int(o["offset"])) for o in theirs),
                sorted((o["url"], int(o["offset"])) for o in ours), "what it lists")


# ---- tests: WARC files of others ---------------------------------------------------------

def old_forms_and_all_packings_are_read():
    body = page(ferry("six"))
    raw = zlib.compressobj(wbits=-15)
    deflated = raw.compress(page(bridge("two"))) + raw.flush()
    data = (response("2009-05-01T09:00:00Z", "<%s>" % HARBOUR, body, version="0.18") +
            response("2012-05-01T09:00:00.123456Z", HARBOUR, zlib.compress(page(ferry("seven"))), version="1.0",
                     Content_Encoding="deflate") +
            response("2013-05", LANTERN, deflated, Content_Encoding="deflate"))
    report = take("old.db", write("old.warc", data))
    check_equal((report["added"], report["bad"]), (3, 0), "added and bad")
    check_equal([v[1] for v in texts("old.db")[HARBOUR]], ["2009-05-01T09:00:00Z", "2012-05-01T09:00:00Z"], "the times")
    check_equal(len(texts("old.db")[LANTERN]), 1, "versions")
    take("old-packed.db", write("old.any", gzip.compress(data)))
    check_equal(texts("old-packed.db"), texts("old.db"), "what one member gives")


def revisits_get_the_body_they_name():
    six, seven = page(ferry("six")), page(ferry("seven"))
    data = [response("2024-01-01T00:00:00Z", HARBOUR, six, digest=sha1(six)),
            response("2024-01-02T00:00:00Z", HARBOUR, seven, digest=sha1(seven)),
            # by digest alone; by address and date; of the body that was last; of nothing known
            record("revisit", "2024-01-03T00:00:00Z", HARBOUR, answer(b""), WARC_Payload_Digest=sha1(six)),
            record("revisit", "2024-01-04T00:00:00Z", HARBOUR, b"", WARC_Refers_To_Target_URI=HARBOUR,
                   WARC_Refers_To_Date="2024-01-02T00:00:00Z", WARC_Payload_Digest="sha1:OTHER"),
            record("revisit", "2024-01-05T00:00:00Z", HARBOUR, answer(b""), WARC_Payload_Digest=sha1(b"unknown"))]
    report = take("revisits.db", write("revisits.warc.gz", b"".join(map(gzip.compress, data))))
    check_equal((report["added"], report["unresolved"], report["versions"]), (4, 1, 2), "added, unresolved, versions")
    article = rows("revisits.db", "articles")[0]
    check_equal(article["flips"], 2, "times it went back")
    later = [record("revisit", "2024-01-09T00:00:00Z", HARBOUR, answer(b""), WARC_Payload_Digest=sha1(seven))]
    report = take("revisits.db", write("later.warc.gz", gzip.compress(later[0])))
    check_equal((report["added"], report["unresolved"]), (1, 0), "of another file")


def an_import_goes_on_where_it_was():
    noise = [response("2024-01-01T%02d:%02d:00Z" % (i // 60, i % 60), "https://www.harbour.example/picture-%d" % i,
                      os.urandom(3000), Content_Type="image/png") for i in range(60)]
    data = [response("2024-01-01T00:00:00Z", HARBOUR, page(ferry("six")))] + noise + [
        response("2024-01-03T00:00:00Z", HARBOUR, page(ferry("seven"))),
        response("2024-01-02T00:00:00Z", HARBOUR, page(ferry("five")))]
    packed = list(map(gzip.compress, data))
    for form, parts in (("plain", data), ("gzip", packed)):
        name, first = "resumed-%s.db" % form, b"".join(parts[:-2])
        report = take(name, write("growing.warc", first))
        check_equal((report["added"], report["skipped"]), (1, 60), "of the first part")
        report = take(name, write("growing.warc", first + b"".join(parts[-2:])))
        check_equal((report["added"], report["known"], report["skipped"]), (2, 1, 0), "of the rest")
        check_equal([v[1][:10] for v in texts(name)[HARBOUR]], ["2024-01-01", "2024-01-02", "2024-01-03"], "the order")
        report = take(name, path("growing.warc"), "--again")
        check_equal((report["added"], report["known"], report["skipped"]), (0, 3, 60), "from the front again")


def bad_records_are_named_and_passed_over():
    good = response("2024-01-01T00:00:00Z", HARBOUR, page(ferry("six")))
    bad = [response("soon", LANTERN, b"x"),
           response("2024-01-01T00:00:00Z", LANTERN, b"x").replace(b"HTTP/1.1 200", b"no word here"),
           response("2024-01-01T00:00:00Z", LANTERN, b"\x1f\x8bbroken", Content_Encoding="gzip")]
    report = take("bad.db", write("bad.warc.gz", b"".join(map(gzip.compress, bad[:1] + [good] + bad[1:]))))
    check_equal((report["added"], report["bad"], len(report["bad_ones"])), (1, 3, 3), "added and bad")
    check("bad.warc.gz, the record at byte 0: it has no date" in report["bad_ones"][0], report["bad_ones"][0])
    packed = gzip.compress(good)
    broken = packed[:len(packed) // 2] + b"\xff\x00\xff" + packed[len(packed) // 2 + 3:]
    report = take("bad2.db", write("bad2.warc.gz", broken + gzip.compress(bad[0]) + packed))
    check_equal((report["added"], report["bad"]), (1, 2), "added and bad")
    p = stet("bad3.db", "import", write("noise.bin", bytes(range(256)) * 40), ok=False)
    check(p.returncode == 1 and b"nothing that can be imported" in p.stderr, "of noise: %r" % p.stderr)


def millions_of_tiny_records_need_no_memory():
    tiny = gzip.compress(record("metadata", "2024-01-01T00:00:00Z", "x:y", b"a: b\r\n"))
    name = write("tiny.warc.gz", tiny * 200000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report = take("tiny.db", name)
    check_equal((report["skipped"], report["bad"]), (200000, 0), "records")
    grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before
    check("asan" in os.environ.get("ASAN_OPTIONS", "") or grown < 60000, "it grew by %d kB" % grown)


# ---- tests: WACZ, CDX ---------------------------------------------------------------------

def a_wacz_of_others_is_read():
    warc = b"".join(map(gzip.compress, captures()))
    with zipfile.ZipFile(path("theirs.wacz"), "w") as z:
        z.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n')
        z.writestr("archive/data.warc.gz", warc, compress_type=zipfile.ZIP_DEFLATED)
        z.writestr("archive/../../../x.warc.gz", gzip.compress(
            response("2024-03-01T00:00:00Z", LANTERN, page(bridge("nine")))))
        z.writestr("elsewhere/no.warc.gz", gzip.compress(response("2024-03-02T00:00:00Z", HARBOUR, page(ferry("no")))))
    report = take("theirs.db", path("theirs.wacz"))
    check_equal((report["added"], report["bad"], report["versions"]), (12, 0, 5), "added, bad, versions")
    with open(path("theirs.wacz"), "rb") as f:
        whole = f.read()
    p = stet("cut.db", "import", write("cut.wacz", whole[:-30]), ok=False)
    check(p.returncode == 1 and b"ends like no zip" in p.stderr, "of a zip that is cut off: %r" % p.stderr)
    lying = bytearray(whole)
    at = lying.rindex(b"PK\x01\x02")
    lying[at + 42:at + 46] = struct.pack("<I", len(whole) - 3)
    report = take("lying.db", write("lying.wacz", bytes(lying)))
    check_equal(report["bad"], 1, "entries that lie outside the file")


def an_index_with_its_files_is_read():
    os.makedirs(path("cdx/archive"), exist_ok=True)
    parts, lines, at = [], [" CDX N b a m s k r M S V g"], 0
    for i, r in enumerate(captures()[1:4]):
        packed = gzip.compress(r)
        parts.append(packed)
        lines.append("example,harbour)/news/ferry 2024020109%02d00 %s text/html 200 DIGEST - - %d %d "
                     "far/away/one.warc.gz" % (i, HARBOUR, len(packed), at))
        at += len(packed)
    lines.append("example,lantern)/x 20240201090000 %s text/html 200 DIGEST - - 10 3 far/away/other.warc.gz" % LANTERN)
    write("cdx/archive/one.warc.gz", b"".join(parts))
    report = take("cdx.db", write("cdx/index.cdx", ("\n".join(lines) + "\n").encode()))
    check_equal((report["added"], report["bad"], report["versions"]), (3, 1, 2), "added, bad, versions")
    check("other.warc.gz, which is not beside it" in report["bad_ones"][0], report["bad_ones"][0])
    os.makedirs(path("ours"), exist_ok=True)
    shutil.copy(exports()[0], path("ours/out.warc.gz"))
    shutil.copy(exports()[0] + ".cdxj", path("ours/out.cdxj"))
    take("cdxj.db", path("ours/out.cdxj"))
    check_equal(texts("cdxj.db"), texts(original()), "what our own index gives")


def an_index_with_page_files_is_read():
    six, seven = page(ferry("six")), page(ferry("seven"))
    letters = [sha1(b)[5:] for b in (six, seven)]
    for time, body in (("20240101000000", six), ("20240102000000", seven)):
        os.makedirs(path("way/%s/www.harbour.example/news" % time), exist_ok=True)
        write("way/%s/www.harbour.example/news/ferry" % time, body)
    line = "example,harbour)/news/ferry %s " + HARBOUR + " %s %s %s 1234"
    lines = [line % ("20240101000000", "text/html", "200", letters[0]),
             line % ("20240102000000", "text/html", "200", letters[1]),
             line % ("20240103000000", "warc/revisit", "-", letters[0]),
             line % ("20240104000000", "text/html", "200", "UNKNOWN"),
             line % ("20240105000000", "text/html", "301", letters[0]),
             line % ("20240106000000", "text/html", "404", "X"),
             "example,harbour)/../../etc/passwd 20240106000000 ../../../../etc/passwd text/html 200 Y 12",
             "no line at all"]
    report = take("way.db", write("way/index.cdx", ("\n".join(lines) + "\n").encode()))
    check_equal((report["added"], report["versions"], report["unresolved"], report["bad"]), (4, 2, 2, 1),
                "added, versions, unresolved, bad")


# ---- tests: other trackers -----------------------------------------------------------------

def fields_of(date, byline, story):
    return "\n".join([date, story[0], byline, *["\n" + p for p in story[1:]], ""])


def git(folder, *args, date=None):
    env = dict(os.environ, GIT_AUTHOR_NAME="n", GIT_AUTHOR_EMAIL="n@example.org", GIT_COMMITTER_NAME="n",
               GIT_COMMITTER_EMAIL="n@example.org", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
    if date:
        env.update(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    p = subprocess.run(["git", "-C", folder, *args], env=env, capture_output=True)
    check(p.returncode == 0, "git %s: %s" % (args, p.stderr))
    return p.stdout


def a_newsdiffs_repository_is_read():
    if not shutil.which("git"):
        raise Skipped("git is not on this machine")
    folder = path("articles")
    os.makedirs(os.path.join(folder, "www.harbour.example/news"))
    os.makedirs(os.path.join(folder, "lantern.example"))
    git(folder, "init", "-q")
    name, head = "www.harbour.example/news/ferry", ("March 1, 2013", "By Anna Lund and Jo Marsh")
    other = fields_of("", "", bridge("two")).strip()
    commits = [(name, fields_of(*head, ferry("six")), "2013-03-01T10:00:00+0100", "Adding file"),
               ("lantern.example/br\u00fccke", other, "2013-03-01T11:00:00Z", "Adding file"),
               (name, fields_of(*head, ferry("seven")), "2013-03-01T12:00:00Z", "Change to"),
               (name, "reformatted", "2013-03-01T13:00:00Z", "Reformat"),
               (name, fields_of(*head, ferry("six")), "2013-03-01T14:00:00Z", "Change to"),
               ("README.txt", "no article", "2013-03-01T15:00:00Z", "Adding file")]
    for name, text, date, message in commits:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)
        git(folder, "add", name)
        git(folder, "commit", "-q", "-m", "%s %s" % (message, name), date=date)
    report = take("newsdiffs.db", folder)
    check_equal((report["added"], report["versions"], report["bad"]), (4, 3, 0), "added, versions, bad")
    check_equal(take("newsdiffs.db", folder)["added"], 0, "what a second import adds")
    found = {row["url"]: row for row in rows("newsdiffs.db", "versions")}
    row = found["http://www.harbour.example/news/ferry"]
    check_equal(row["text"]["bylines"], ["Anna Lund", "Jo Marsh"], "the names")
    check_equal(texts("newsdiffs.db")["http://www.harbour.example/news/ferry"][0],
                ("Tollan adds boats on Sunday", "2013-03-01T09:00:00Z", "2013-03-01T09:00:00Z"), "the first version")
    check_equal([a["flips"] for a in rows("newsdiffs.db", "articles")], [1, 0], "times it went back")
    check_equal(len([b for b in row["text"]["blocks"]]), 3, "the paragraphs")
    check(any("br%C3%BCcke" in url for url in found), "the quoted path: %s" % list(found))
    stream = git(folder, "fast-export", "HEAD")
    report = take("stream.db", "-", input=stream)
    check_equal(texts("stream.db"), texts("newsdiffs.db"), "what the stream gives")
    report = take("cut-stream.db", write("cut.export", stream[:len(stream) // 2]))
    check(report["bad"] == 1 and report["added"] >= 1, "of a stream that breaks off: %s" % report)
    stet("newsdiffs.db", "export", "--warc", "--output", path("newsdiffs.warc.gz"))
    take("newsdiffs-back.db", path("newsdiffs.warc.gz"))
    for what in WHAT:
        check_equal(rows("newsdiffs-back.db", what), rows("newsdiffs.db", what), what + " by way of WARC")


def markup(story):
    return "".join("<p>%s</p>" % p.replace("&", "&amp;") for p in story[1:])


def rows_of_newsedits_and_diffengine_are_read():
    with sqlite3.connect(path("newsedits.db3")) as db:
        db.execute("CREATE TABLE entryversion (id INT, entry_id INT, version INT, num_versions INT, title TEXT, "
                   "created TEXT, url TEXT, summary TEXT)")
        for version, boats in enumerate(("six", "seven", "seven & a half")):
            db.execute("INSERT INTO entryversion VALUES (?, 7, ?, 3, ?, ?, ?, ?)",
                       (version, version, ferry(boats)[0], "2019-05-0%d 10:00:00.5" % (version + 1), HARBOUR,
                        markup(ferry(boats)) + "<p>The caf&eacute; on board &#8211; with fish &lt;&nbsp;5 marks "
                        "&ndash; stays open, said Ren&#xe9;e Holm & her sister.</p>"))
        db.execute("INSERT INTO entryversion VALUES (9, 8, 0, 1, 'No text', '2019-05-01', 'http://x.example/', '')")
    report = take("newsedits.db", path("newsedits.db3"))
    check_equal((report["added"], report["versions"], report["bad"]), (3, 3, 1), "added, versions, bad")
    check_equal([v[1] for v in texts("newsedits.db")[HARBOUR]], ["2019-05-0%dT10:00:00Z" % i for i in (1, 2, 3)],
                "the times")
    last = rows("newsedits.db", "versions")[-1]
    check("seven & a half" in json.dumps(last["text"]), "the entity stands there still")
    check("The caf\u00e9 on board \u2013 with fish < 5 marks \u2013 stays open, said Ren\u00e9e Holm & her sister."
          in json.dumps(last["text"], ensure_ascii=False), "other references stand there still: %s" % last["text"])
    check_equal(take("newsedits.db", path("newsedits.db3"))["added"], 0, "what a second import adds")
    with sqlite3.connect(path("engine.db3")) as db:
        db.execute("CREATE TABLE entryversion (id INTEGER, title TEXT, url TEXT, summary TEXT, created INT, "
                   "archive_url TEXT, entry_id INT)")
        db.execute("INSERT INTO entryversion VALUES (1, ?, ?, ?, 1556704800, NULL, 1)",
                   (bridge("two")[0], LANTERN, "\n".join(bridge("two")[1:])))
    check_equal(take("engine.db", path("engine.db3"))["versions"], 1, "versions of diffengine")
    with sqlite3.connect(path("hostile.db3")) as db:
        db.execute("CREATE VIEW entryversion AS WITH RECURSIVE n (url) AS (SELECT 1 UNION ALL SELECT url + 1 FROM n) "
                   "SELECT url, url AS title, url AS summary, url AS created FROM n")
    p = stet("hostile.db", "import", path("hostile.db3"), ok=False)
    check(p.returncode == 1 and b"without a table of versions" in p.stderr, "of a view: %r" % p.stderr)


skip_without_programs(STET)
try:
    status = run_tests([
        what_goes_out_comes_back_the_same, the_same_archive_gives_the_same_file, records_hold_what_they_say,
        the_index_leads_to_the_records, an_export_can_be_of_one_article, warcio_accepts_the_warc,
        warcio_accepts_the_warc_in_zstd, jwarc_accepts_the_warc, wacz_accepts_the_wacz,
        cdxj_indexer_makes_the_same_index, warcio_js_reads_the_warc, old_forms_and_all_packings_are_read,
        revisits_get_the_body_they_name,
        an_import_goes_on_where_it_was, bad_records_are_named_and_passed_over, millions_of_tiny_records_need_no_memory,
        a_wacz_of_others_is_read, an_index_with_its_files_is_read, an_index_with_page_files_is_read,
        a_newsdiffs_repository_is_read, rows_of_newsedits_and_diffengine_are_read])
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
sys.exit(status)
