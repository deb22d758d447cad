#!/usr/bin/env python3
"""cycle: what one round of checks costs, in CPU seconds.

A loopback server holds 200 article pages of 93 kB. Everything is fetched and kept once; then 20 articles are edited
and one round is measured: 200 checks, 20 new versions, everything kept and indexed. Three kinds of site:

  validators   the site honours ETag and Last-Modified: 180 answers are 304
  plain        it does not: 200 full answers, 180 with the bytes of last time
  churning     it does not, and the furniture around the article differs at every fetch: all 200 must be read

Peers run on the same pages in the same run where they are installed: curl (a bare fetch) and urlwatch. CPU time is user
and system time of the process and all its children, the median of the given number of rounds.

  bench/cycle.py [--stet build/stet] [--pages 200] [--edited 20] [--rounds 5]
"""
import argparse, http.server, os, random, resource, shutil, statistics, subprocess, sys, tempfile, threading

WORDS = ("council harbour ferry budget minister hospital river museum stadium teachers drought reservoir election "
         "committee report engineers bridge market inquiry spokeswoman company ministry figures residents plan night "
         "coast valley railway strike agreement court lawyers police witnesses investors prices winter storm island "
         "bakery orchard festival mayor deputies fishermen schools").split()


class Site:
    """Pages that are edited on demand."""

    def __init__(self, pages, size):
        self.size, self.mode, self.fetches, self.requests = size, 'validators', 0, 0
        self.articles = [self.make(random.Random(i)) for i in range(pages)]

    def sentence(self, rnd):
        words = [rnd.choice(WORDS) for _ in range(rnd.randint(9, 22))]
        return ' '.join(words).capitalize() + '.'

    def make(self, rnd):
        paragraphs = [' '.join(self.sentence(rnd) for _ in range(rnd.randint(2, 4))) for _ in range(14)]
        return {'title': self.sentence(rnd)[:60].rstrip('. '), 'paragraphs': paragraphs, 'edits': 0}

    def edit(self, count, rnd):
        for i in rnd.sample(range(len(self.articles)), count):
            article = self.articles[i]
            article['edits'] += 1
            at = rnd.randrange(len(article['paragraphs']))
            article['paragraphs'][at] = self.sentence(rnd) + ' ' + article['paragraphs'][at]

    def furniture(self, rnd, room):
        out, size = [], 0
        while size < room:
            text = self.sentence(rnd)
            link, picture, word = rnd.randrange(10**6), rnd.randrange(10**6), rnd.choice(WORDS)
            item = (f'<li class="teaser card card--small"><a href="/news/{link}" data-id="{rnd.randrange(10**9)}">'
                    f'<img src="/img/{picture}.jpg" alt="" loading="lazy"><span class="kicker">{word}</span>'
                    f'<span class="headline">{text}</span></a></li>\n')
            out.append(item)
            size += len(item)
        return ''.join(out)

    def page(self, number):
        article = self.articles[number]
        self.fetches += 1
        rnd = random.Random(self.fetches if self.mode == 'churning' else number)
        body = '\n'.join(f'<p>{p}</p>' for p in article['paragraphs'])
        title = article['title']
        core = (f'<article class="story"><h1>{title}</h1><p class="byline">By Ines Carrow</p>'
                f'<time datetime="2026-03-01T08:00:00Z">1 March 2026</time>\n'
                f'<div class="story-body">{body}</div></article>')
        room = self.size - len(core) - 900
        half = self.furniture(rnd, room // 2)
        return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - Bench Courier</title>'
                f'<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>'
                f'<header><nav><ul>{half}</ul></nav></header><main>{core}</main><aside><h2>More stories</h2><ul>'
                f'{self.furniture(rnd, room - len(half))}</ul></aside><footer>Bench Courier</footer></body></html>'
                ).encode()

    def feed(self, base):
        items = ''.join(f'<item><title>{a["title"]}</title><link>{base}/story/{i}</link><guid>{i}</guid></item>'
                        for i, a in enumerate(self.articles))
        return (f'<rss version="2.0"><channel><title>Bench Courier</title><link>{base}/</link>{items}'
                f'</channel></rss>').encode()


def handler(site):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def log_message(self, *args):
            pass

        def setup(self):
            super().setup()
            self.connection.setsockopt(6, 1, 1)  # TCP_NODELAY

        def answer(self, code, body=b'', ctype='text/html; charset=utf-8', extra=()):
            head = [f'HTTP/1.1 {code} X', f'Content-Type: {ctype}', f'Content-Length: {len(body)}']
            head += [f'{k}: {v}' for k, v in extra]
            self.wfile.write(('\r\n'.join(head) + '\r\n\r\n').encode() + body)

        def do_GET(self):
            site.requests += 1
            base = f'http://127.0.0.1:{self.server.server_port}'
            if self.path == '/feed.xml':
                return self.answer(200, site.feed(base), 'application/rss+xml')
            if not self.path.startswith('/story/'):
                return self.answer(404, b'no')
            number = int(self.path[7:])
            tag = f'"{number}-{site.articles[number]["edits"]}"'
            if site.mode == 'validators':
                if self.headers.get('If-None-Match') == tag:
                    return self.answer(304, extra=[('ETag', tag)])
                return self.answer(200, site.page(number), extra=[('ETag', tag)])
            self.answer(200, site.page(number))
    return Handler


def cpu_of(command, quiet=True, env=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(command, stdout=subprocess.DEVNULL if quiet else None, stderr=subprocess.PIPE, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f'cycle: {command[0]} ended with {result.returncode}: {result.stderr.decode(errors="replace")[-400:]}')
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def bench_stet(args, site, base, mode, folder):
    archive = os.path.join(folder, f'{mode}.db')
    stet = [args.stet]
    common = ['--archive', archive, '-o', 'fetch.allow_private=yes', '-o', 'fetch.host_pause=0']
    site.mode = mode
    subprocess.run(stet + ['watch', *common, f'{base}/feed.xml'], check=True, stdout=subprocess.DEVNULL)
    first = cpu_of(stet + ['check', *common])
    times, rnd = [], random.Random(7)
    for _ in range(args.rounds):
        site.edit(args.edited, rnd)
        before = site.requests
        times.append(cpu_of(stet + ['check', *common, '--all']))
        if site.requests - before < args.pages:
            sys.exit(f'cycle: only {site.requests - before} requests were made in a round')
    return first, statistics.median(times), os.path.getsize(archive)


def bench_curl(args, site, base, folder):
    site.mode = 'plain'
    urls = [f'{base}/story/{i}' for i in range(args.pages)]
    config = os.path.join(folder, 'urls')
    with open(config, 'w') as f:
        f.writelines(f'url = "{u}"\noutput = "/dev/null"\n' for u in urls)
    return statistics.median(cpu_of(['curl', '-s', '-K', config]) for _ in range(args.rounds))


def bench_urlwatch(args, site, base, mode, folder):
    tool = shutil.which('urlwatch')
    if not tool:
        return None
    site.mode = mode
    home = os.path.join(folder, 'urlwatch-' + mode)
    os.makedirs(home)
    with open(os.path.join(home, 'urls.yaml'), 'w') as f:
        f.write('---\n'.join(f'name: s{i}\nurl: {base}/story/{i}\nfilter:\n  - css: article\n  - html2text\n'
                             for i in range(args.pages)))
    command = [tool, '--urls', f'{home}/urls.yaml', '--config', f'{home}/config.yaml', '--cache', f'{home}/cache.db']
    with open(f'{home}/config.yaml', 'w') as f:
        f.write('display: {}\nreport:\n  stdout: {enabled: true, color: false}\n')
    cpu_of(command)
    times, rnd = [], random.Random(7)
    for _ in range(args.rounds):
        site.edit(args.edited, rnd)
        times.append(cpu_of(command))
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--stet', default='build-release/stet')
    parser.add_argument('--pages', type=int, default=200)
    parser.add_argument('--edited', type=int, default=20)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--size', type=int, default=93000)
    args = parser.parse_args()
    site = Site(args.pages, args.size)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler(site))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f'http://127.0.0.1:{server.server_port}'
    print(f'{args.pages} pages of {len(site.page(0))} bytes, {args.edited} edited; '
          f'CPU seconds, median of {args.rounds} rounds')
    with tempfile.TemporaryDirectory() as folder:
        bare = bench_curl(args, site, base, folder)
        print(f'{"curl, bare fetch":24} {bare:7.3f}')
        for mode in ('validators', 'plain', 'churning'):
            first, cycle, size = bench_stet(args, site, base, mode, folder)
            line = (f'{"stet, " + mode:24} {cycle:7.3f}   {cycle / bare:5.1f} x bare   first round {first:.3f}'
                    f'   archive {size} bytes')
            peer = bench_urlwatch(args, site, base, mode, folder)
            line += f'   urlwatch {peer:.3f} = {peer / cycle:.1f} x stet' if peer else '   urlwatch: skipped, not here'
            print(line)


if __name__ == '__main__':
    main()
