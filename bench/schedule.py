#!/usr/bin/env python3
"""schedule: what each policy would have seen of histories of edits, set by set.

Runs bench-schedule (see its head for what is counted and how) over

  headlines   real: items of news feeds whose headline or summary changed, with the times of the snapshots
  NPR, Ars    real: items of two feeds in a WARC file whose text changed; capture times are upper bounds
  invented    not real: edits as a Poisson process whose rate decays, most articles never edited

and, of the headlines, over variants that show what is owed to the form of the data: edits spread evenly over the time
in which they may have been made; articles that are never edited mixed in; only the later half of each source's time,
by what was learned in the earlier; and, apart from the others because these histories were made from the feeds, with
the feed as a hint.

  bench/schedule.py [--data FOLDER] [--bench build/bench/bench-schedule] [--sources]

FOLDER ($STET_TEST_DATA) holds headlines.jsonl.gz and revisions-dev.warc.gz; without it only the invented set is run.
"""
import argparse, gzip, hashlib, json, os, subprocess, sys, tempfile
from urllib.parse import urlsplit


def records(path):
    """(headers, block) of the response records of a WARC file."""
    with gzip.open(path) as f:
        while line := f.readline():
            if not line.startswith(b'WARC/'):
                continue
            headers = {}
            while line := f.readline().strip():
                name, _, value = line.partition(b':')
                headers[name.strip().lower().decode()] = value.strip().decode()
            block = f.read(int(headers.get('content-length', 0)))
            if headers.get('warc-type') == 'response':
                yield headers, block


def histories_of_warc(path, sites):
    """Lines as bench-schedule reads them: a version is a capture with another body than the one before."""
    captures = {}
    for headers, block in records(path):
        address = headers['warc-target-uri'].strip('<>')
        site = urlsplit(address).netloc.removeprefix('www.')
        if site in sites:
            body = hashlib.sha256(block.partition(b'\r\n\r\n')[2]).digest()
            captures.setdefault((site, address.replace('://www.', '://')), []).append((headers['warc-date'], body))
    for (site, address), seen in sorted(captures.items()):
        versions = []
        for at, body in sorted(seen):
            if not versions or versions[-1][1] != body:
                versions.append((at, body))
        yield json.dumps({'source': site, 'url': address, 'versions': [{'first_seen': at} for at, _ in versions]})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', default=os.environ.get('STET_TEST_DATA'))
    parser.add_argument('--bench', default='build/bench/bench-schedule')
    parser.add_argument('--sources', action='store_true', help='a table of sources with each set')
    args = parser.parse_args()

    def run(title, *options):
        print(f'## {title}\n', flush=True)
        more = ['--sources'] if args.sources else []
        if subprocess.run([args.bench, *more, *options]).returncode:
            sys.exit(1)
        print()

    with tempfile.TemporaryDirectory() as folder:
        if args.data:
            headlines = os.path.join(args.data, 'headlines.jsonl.gz')
            feeds = os.path.join(folder, 'feeds.jsonl')
            with open(feeds, 'w') as f:
                for line in histories_of_warc(os.path.join(args.data, 'revisions-dev.warc.gz'),
                                              ('npr.org', 'arstechnica.com')):
                    f.write(line + '\n')
            run('headlines (real)', headlines)
            run('headlines (real), the later half of each source\'s time', '--later-half', headlines)
            run('NPR and Ars Technica (real; times are upper bounds)', feeds)
            run('headlines, edits spread over the time between two snapshots', '--spread', '1', headlines)
            run('headlines, as many articles that are never edited mixed in (these invented)', '--quiet', '1',
                headlines)
            run('headlines, spread, three articles that are never edited to each', '--spread', '1', '--quiet', '3',
                headlines)
            run('headlines with the feed as a hint: what the histories were made from, no claim', '--hints', headlines)
        else:
            print('no data: the real histories are left out\n')
        run('invented', '--invented')


if __name__ == '__main__':
    main()
