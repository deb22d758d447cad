#!/usr/bin/env python3
"""Watching gives the same versions as importing.

Real captures (third-party, found through STET_TEST_DATA) are imported from their WARC; the same captures are then
served over HTTP on a clock of their own and watched, with the program's clock set to the same times. The versions of
every page must be the same: their number, their texts, and the times at which they were first and last seen.

  newsstand.py [--pages N | --all]     how many of the full news pages (default 25), or every capture; prints TAP
"""
import gzip, hashlib, json, os, signal, sqlite3, subprocess, sys, tempfile, time, urllib.request
from urllib.parse import quote, urlsplit

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STET = os.environ.get('STET', os.path.join(os.environ.get('STET_BUILD_ROOT', os.path.join(ROOT, 'build')), 'stet'))
DATA = os.environ.get('STET_TEST_DATA', '')
SMALL = ('arstechnica.com', 'npr.org', 'christiandailyreporter.com', 'gov.scot', 'feeds.', 'rss.', 'ft.com')


def captures(path):
    with gzip.open(path, 'rb') as f:
        while line := f.readline():
            if not line.startswith(b'WARC/'):
                continue
            head = {}
            while (line := f.readline()) not in (b'\r\n', b'\n', b''):
                key, _, value = line.decode().partition(':')
                head[key.lower()] = value.strip()
            f.read(int(head['content-length']))
            if head['warc-type'] == 'response' and '://' in head['warc-target-uri']:
                yield head['warc-date'], head['warc-target-uri']


def stet(archive, command, *args):
    result = subprocess.run([STET, command, '--archive', archive, *args], capture_output=True)
    if result.returncode != 0:
        raise SystemExit(f'Bail out! stet {command}: {result.stderr.decode()}')
    return result.stdout


def versions(archive, key_of):
    """{page: [(text, first seen, last seen), ...]} from the export."""
    pages = {}
    for line in stet(archive, 'export', '--what', 'versions').splitlines():
        row = json.loads(line)
        v = row['version']
        text = json.dumps([row['text'][k] for k in ('title', 'standfirst', 'bylines', 'blocks')], sort_keys=True)
        pages.setdefault(key_of(row['url']), []).append(
            (v['version'], hashlib.sha256(text.encode()).hexdigest()[:12], v['first_seen'], v['last_seen']))
    return {page: sorted(list_) for page, list_ in pages.items()}


def taught(archive, key_of):
    """Pages of which something was left out because of what other pages of their source taught."""
    db = sqlite3.connect(f'file:{archive}?mode=ro', uri=True)
    rows = db.execute('SELECT DISTINCT a.url FROM left_out JOIN checks c ON c.id = left_out.check_id'
                      ' JOIN targets t ON t.id = c.target JOIN articles a ON a.id = t.article')
    return {key_of(url) for url, in rows}


def reads_otherwise(archive, page, addresses):
    """Whether the page is another article at the one address than at the other: links within a site, and the
    address itself, tell something of it."""
    raw = stet(archive, 'show', '--raw', 'https://' + page)
    texts = [subprocess.run([STET, 'extract', '--json', '--url', address, '-'], input=raw, capture_output=True,
                            check=True).stdout for address in addresses]
    return json.loads(texts[0])['text']['blocks'] != json.loads(texts[1])['text']['blocks']


def choose(all_captures):
    """Every n-th of the full news pages with more than one capture, with all its captures."""
    if '--all' in sys.argv:
        return all_captures
    count = int(sys.argv[sys.argv.index('--pages') + 1]) if '--pages' in sys.argv else 25
    urls = [u for _, u in all_captures if not any(s in u for s in SMALL)]
    pages = sorted(u for u in set(urls) if urls.count(u) > 1)
    chosen = set(pages[::max(1, len(pages) // count)])
    return [(t, u) for t, u in all_captures if u in chosen]


def main():
    if not DATA:
        print('1..0 # SKIP STET_TEST_DATA is not set')
        return
    warc = os.path.join(DATA, 'revisions-dev.warc.gz')
    stand = os.path.join(DATA, '..', 'tools', 'newsstand')
    wanted = choose(sorted(captures(warc), key=lambda c: c[0]))
    with tempfile.TemporaryDirectory() as folder:
        imported, watched = os.path.join(folder, 'imported.db'), os.path.join(folder, 'watched.db')
        first = json.loads(stet(imported, 'import', '--json', warc))
        again = json.loads(stet(imported, 'import', '--json', warc))
        print(f'# import: {first}')
        ok = first['bad'] == 0 and first['added'] == first['records']
        print(('ok' if ok else 'not ok') + ' 1 - every capture is imported')
        ok = again['added'] == 0 and again['versions'] == 0 and again['known'] == first['records']
        print(('ok' if ok else 'not ok') + ' 2 - importing twice adds nothing')

        server = subprocess.Popen([stand, warc, '--port', '0'], stderr=subprocess.PIPE)
        try:
            base = server.stderr.readline().decode().split(' at ')[1].strip().rstrip('/')
            options = ('-o', 'fetch.allow_private=yes', '-o', 'fetch.host_pause=0', '--clock-speed', '0')
            known = set()
            for at, url in wanted:
                clock = at if 'T' in at else at + 'T00:00:00Z'
                urllib.request.urlopen(urllib.request.Request(base + '/clock', data=clock.encode()))
                parts = urlsplit(url)
                address = f'{base}/{parts.netloc}{parts.path or "/"}' + ('?' + parts.query if parts.query else '')
                if url not in known:
                    stet(watched, 'watch', *options, '--clock-start', clock, address)
                    known.add(url)
                stet(watched, 'check', *options, '--clock-start', clock, address)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()

        def page_of_watched(url):
            host, _, rest = url[len(base) + 1:].partition('/')
            return host + '/' + rest

        def page_of_imported(url):
            return url.partition('://')[2]

        a, b = versions(imported, page_of_imported), versions(watched, page_of_watched)
        pages = sorted({page_of_imported(u) for _, u in wanted} & set(a) | set(b))
        # Served from one address all outlets are one source, which teaches other things than each by itself.
        differently = taught(imported, page_of_imported) | taught(watched, page_of_watched)
        for versions_of in (a, b):
            for page in differently & set(versions_of):
                versions_of[page] = [(number, 'taught', *seen) for number, _, *seen in versions_of[page]]
        print(f'# {len(differently & set(pages))} pages of which only the times are compared')
        different = [p for p in pages if a.get(p) != b.get(p)]
        moved = [p for p in different if p in a and p in b and
                 [(n, *seen) for n, _, *seen in a[p]] == [(n, *seen) for n, _, *seen in b[p]] and
                 reads_otherwise(imported, p, ('https://' + p, f'{base}/{p}'))]
        print(f'# {len(moved)} pages that read otherwise at another address')
        different = [p for p in different if p not in moved]
        for page in different[:10]:
            print(f'# {page}\n#   imported {a.get(page)}\n#   watched  {b.get(page)}')
        print(f'# {len(wanted)} captures, {len(pages)} pages with versions, {len(different)} differ')
        print(('not ok' if different or not pages else 'ok') + ' 3 - watching gives the versions that importing gives')
    print('1..3')


main()
