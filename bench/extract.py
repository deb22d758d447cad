#!/usr/bin/env python3
"""extract: how many pages a CPU second turns into articles, beside other programs, in the same run.

A folder holds pages/ID.html and, if the results are to be scored too, truth.jsonl: one object a line with "id", "url",
"text" (paragraphs between line breaks) and perhaps "paras" (the paragraphs that must be there) and "optional" (those
that may). Every program gets the same list of pages on its standard input, PATH[TAB URL] a line, and prints one JSON
object with "text" a line.

Measured of each program: user and system time of its process (os.wait4), so its start counts as well; its peak of
resident memory; from these pages and megabytes a CPU second. Quick programs run --rounds times, and the best counts;
one that needs more than ten CPU seconds runs once.

  words       F1 of the bag of words, lower case, each East Asian character a word; mean over pages
  paragraphs  F1 of whole paragraphs, equal but for white space, Unicode form and kinds of quotation marks; mean

To run it:

  ninja -C build
  python3 -m venv /tmp/peers && /tmp/peers/bin/pip install trafilatura && /tmp/peers/bin/pip install readability-lxml
  (cd bench/peers && go build -o /tmp/peers/go-peer .)
  bench/extract.py [FOLDER] --python /tmp/peers/bin/python --go /tmp/peers/go-peer

FOLDER is $STET_TEST_DATA/extract if it is not given. A peer that is not there is skipped, and the table says so.
--least and --most choose pages by their size in kB: with 120 and 260, the usual page of a large news site.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

WORD = re.compile(r'[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+')
QUOTES = str.maketrans({'‘': "'", '’': "'", '“': '"', '”': '"', '«': '"', '»': '"', '„': '"', '–': '-'})
LONG_SECONDS = 10


def peer_trafilatura():
    import trafilatura
    return lambda page, url: trafilatura.extract(page, url=url or None, include_comments=False) or ''


def peer_readability():
    from lxml import html
    from readability import Document

    def extract(page, url):
        try:
            summary = html.fromstring(Document(page.decode('utf-8', 'replace'), url=url or None).summary())
        except Exception:  # it gives up on some pages
            return ''
        found = summary.xpath('//p|//h2|//h3|//h4|//li|//blockquote|//pre')
        return '\n'.join(' '.join(block.text_content().split()) for block in found)
    return extract


PYTHON_PEERS = {'trafilatura': peer_trafilatura, 'readability-lxml': peer_readability}


def be_peer(name):
    """The process that is measured: one of the Python peers over the list on standard input."""
    extract = PYTHON_PEERS[name]()
    for line in sys.stdin:
        path, _, url = line.rstrip('\n').partition('\t')
        with open(path, 'rb') as f:
            page = f.read()
        print(json.dumps({'text': extract(page, url)}), flush=True)


def run_once(command, listing, out):
    """CPU seconds and peak memory in MB; None if it failed."""
    with open(listing, 'rb') as stdin, open(out, 'wb') as stdout:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    return None if status else (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(command, listing, out, rounds):
    best = None
    for _ in range(rounds):
        now = run_once(command, listing, out)
        if now is None:
            return None
        best = now if best is None else min(best, now)
        if now[0] > LONG_SECONDS:
            break
    return best


def is_there(command):
    if not shutil.which(command[0]):
        return False
    if len(command) > 2 and command[2] == '--peer':
        module = {'trafilatura': 'trafilatura', 'readability-lxml': 'readability'}[command[3]]
        return subprocess.run([command[0], '-c', f'import {module}'], capture_output=True).returncode == 0
    return True


def choose(folder, least, most):
    """Paths and addresses, without keeping the truth in memory: a child's peak begins with its parent's."""
    addresses, chosen = {}, []
    truth = os.path.join(folder, 'truth.jsonl')
    if os.path.exists(truth):
        with open(truth, encoding='utf-8') as f:
            for line in f:
                page = json.loads(line)
                addresses[page['id']] = page.get('url') or ''
    for name in sorted(os.listdir(os.path.join(folder, 'pages'))):
        path = os.path.join(folder, 'pages', name)
        page = name.removesuffix('.html')
        if least * 1000 <= os.path.getsize(path) <= most * 1000 and (page in addresses or not addresses):
            chosen.append((page, path, addresses.get(page, '')))
    return chosen


def f1(common, found, wanted):
    if not found or not wanted:
        return float(not found and not wanted)
    return 2 * common / (found + wanted)


def count(things):
    counted = {}
    for thing in things:
        counted[thing] = counted.get(thing, 0) + 1
    return counted


def common(a, b):
    return sum(min(n, b.get(thing, 0)) for thing, n in a.items())


def paragraphs(texts):
    import unicodedata
    clean = (' '.join(unicodedata.normalize('NFC', text).translate(QUOTES).split()) for text in texts)
    return [text for text in clean if text]


def scores(folder, chosen, out):
    """Mean F1 of words and of paragraphs, or None where nothing is known."""
    truth, words, paras = {}, [], []
    path = os.path.join(folder, 'truth.jsonl')
    if not os.path.exists(path):
        return None, None
    with open(path, encoding='utf-8') as f:
        for line in f:
            page = json.loads(line)
            truth[page['id']] = page
    with open(out, encoding='utf-8', errors='replace') as f:
        for (page, _, _), line in zip(chosen, f):
            said, known = json.loads(line).get('text') or '', truth[page]
            if known.get('text') is not None:
                a, b = WORD.findall(said.lower()), WORD.findall(known['text'].lower())
                words.append(f1(common(count(a), count(b)), len(a), len(b)))
            if known.get('paras'):
                free = set(paragraphs(known.get('optional') or []))
                a = [text for text in paragraphs(said.split('\n')) if text not in free]
                b = [text for text in paragraphs(known['paras']) if text not in free]
                paras.append(f1(common(count(a), count(b)), len(a), len(b)))
    return tuple(sum(x) / len(x) if x else None for x in (words, paras))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', nargs='?')
    parser.add_argument('--stet', default='build/stet')
    parser.add_argument('--python', default=sys.executable, help='an interpreter that has the Python peers')
    parser.add_argument('--go', default='bench/peers/peer', help='the Go peers, built')
    parser.add_argument('--least', type=float, default=0, metavar='KB')
    parser.add_argument('--most', type=float, default=1e9, metavar='KB')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--peer', help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        return be_peer(args.peer)
    folder = args.folder or (os.environ.get('STET_TEST_DATA') and os.environ['STET_TEST_DATA'] + '/extract')
    if not folder or not os.path.isdir(os.path.join(folder, 'pages')):
        sys.exit('extract: name a folder with pages/, or set STET_TEST_DATA')
    chosen = choose(folder, args.least, args.most)
    if not chosen:
        sys.exit('extract: no page of that size')
    megabytes = sum(os.path.getsize(path) for _, path, _ in chosen) / 1e6
    programs = {'stet': [args.stet, 'extract', '--batch']}
    for name in PYTHON_PEERS:
        programs[name] = [args.python, os.path.abspath(__file__), '--peer', name]
    for name in ('trafilatura', 'readability'):
        programs['go-' + name] = [args.go, name]
    print(f'{len(chosen)} pages, {megabytes:.1f} MB, {1000 * megabytes / len(chosen):.0f} kB a page')
    with tempfile.TemporaryDirectory() as scratch:
        listing = os.path.join(scratch, 'list')
        with open(listing, 'w', encoding='utf-8') as f:
            f.writelines(f'{path}\t{url}\n' if url else path + '\n' for _, path, url in chosen)
        measured = {}
        for name, command in programs.items():
            there = is_there(command)
            measured[name] = measure(command, listing, os.path.join(scratch, name), args.rounds) if there else None
            if measured[name] is None:
                print(f'{name:18} skipped: {"it failed" if there else "it is not here"}')
        print(f'{"":18}{"pages/s":>9}{"MB/s":>8}{"peak MB":>9}{"stet is":>10}{"words":>8}{"paragraphs":>12}')
        for name, result in measured.items():
            if result is None:
                continue
            ratio = f'{result[0] / measured["stet"][0]:.1f} x' if measured['stet'] else ''
            figures = ''.join(f'{x:>{n}.3f}' if x is not None else f'{"-":>{n}}' for x, n in
                              zip(scores(folder, chosen, os.path.join(scratch, name)), (8, 12)))
            print(f'{name:18}{len(chosen) / result[0]:9.1f}{megabytes / result[0]:8.1f}{result[1]:9.1f}{ratio:>10}'
                  + figures)


if __name__ == '__main__':
    main()
