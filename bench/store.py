#!/usr/bin/env python3
"""store: bytes a capture, and what they cost, beside the ways in which others keep pages.

  bench/store.py [--stet build/stet] FILE.warc.gz

All responses of the WARC are kept in each way in turn, in the order in which they came:

  stet import        the archive as it is filled: deltas and full copies; with the texts of all versions
  stet pack          the same after "stet pack --all", at each --level
  git gc             a file for each address, a commit for each capture, then "git gc --aggressive"; no texts
  zstd -19 delta     each body as a delta to the one before it of the same address (zstd --patch-from); no texts
  gzip -9            each body alone, equal ones once: a WARC with revisit records; no texts

Bytes of stet are those of bodies, headers and texts; indexes and what lists need are told apart. CPU is user and system
time of the processes; that of "stet import" reads and compares all pages, too. Needs Debian's git and zstd.
"""
import argparse, gzip, hashlib, os, resource, shutil, sqlite3, subprocess, sys, tempfile


def cpu():
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def timed(command, **more):
    before = cpu()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    if done.returncode:
        sys.exit(f'{command[0]}: {done.stderr.decode(errors="replace").strip()}')
    return cpu() - before


def responses(path):
    """(address, body) of each response, as a small reader of our own sees the file."""
    with gzip.open(path) as f:
        while True:
            line = f.readline()
            if not line:
                return
            if not line.startswith(b'WARC/'):
                continue
            head = {}
            while (line := f.readline().strip()):
                name, _, value = line.partition(b':')
                head[name.lower()] = value.strip()
            block = f.read(int(head[b'content-length']))
            if head[b'warc-type'] == b'response':
                body = block.partition(b'\r\n\r\n')[2]
                if body:
                    yield head[b'warc-target-uri'].decode('utf-8', 'replace'), body


def keep_git(captures, folder):
    subprocess.run(['git', 'init', '-q', folder], check=True)
    before = cpu()
    names = {}
    with subprocess.Popen(['git', '-C', folder, 'fast-import', '--quiet'], stdin=subprocess.PIPE) as git:
        for i, (url, body) in enumerate(captures):
            name = names.setdefault(url, len(names))
            git.stdin.write(b'commit refs/heads/main\ncommitter a <a@example.org> %d +0000\ndata 0\n'
                            b'M 100644 inline page-%d\ndata %d\n' % (10**9 + i, name, len(body)) + body + b'\n')
    taken = cpu() - before + timed(['git', '-C', folder, 'gc', '--aggressive', '--quiet'])
    packs = os.path.join(folder, '.git/objects/pack')
    return sum(os.path.getsize(os.path.join(packs, n)) for n in os.listdir(packs) if n.endswith('.pack')), taken


def keep_deltas(captures, folder):
    total, before, last = 0, cpu(), {}
    for i, (url, body) in enumerate(captures):
        path, out = os.path.join(folder, f'{i}'), os.path.join(folder, 'out')
        with open(path, 'wb') as f:
            f.write(body)
        base = [f'--patch-from={last[url]}'] if url in last else []
        subprocess.run(['zstd', '-q', '-f', '-19', '--single-thread', '--long=27', *base, path, '-o', out], check=True,
                       stderr=subprocess.DEVNULL)
        total += os.path.getsize(out)
        if url in last:
            os.remove(last[url])
        last[url] = path
    return total, cpu() - before


def keep_gzip(captures, _):
    seen, total, before = set(), 0, resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _, body in captures:
        digest = hashlib.sha256(body).digest()
        if digest not in seen:
            seen.add(digest)
            total += len(gzip.compress(body, 9))
    return total, resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def kept(archive):
    with sqlite3.connect(f'file:{archive}?mode=ro', uri=True) as db:
        of = lambda sql: db.execute(sql).fetchone()[0] or 0
        return (of('SELECT sum(length(packed)) FROM blobs') +
                of("SELECT sum(length(packed)) FROM packs WHERE what = 'pages'"),
                of('SELECT sum(length(packed)) FROM texts') +
                of("SELECT sum(length(packed)) FROM packs WHERE what = 'texts'"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('file')
    parser.add_argument('--stet', default='build/stet')
    parser.add_argument('--levels', default='9,12,17,19')
    args = parser.parse_args()
    missing = [p for p in ('git', 'zstd') if not shutil.which(p)]
    captures = list(responses(args.file))
    n = len(captures)
    print(f'{n} captures of {len(set(u for u, _ in captures))} addresses, {sum(len(b) for _, b in captures):,} bytes\n')
    with tempfile.TemporaryDirectory(prefix='bench-store-') as folder:
        peers = {}
        for name, keep, needs in (('git gc --aggressive', keep_git, 'git'), ('zstd -19 delta', keep_deltas, 'zstd'),
                                  ('gzip -9, revisits', keep_gzip, '')):
            if needs in missing:
                print(f'{name}: skipped, {needs} is not installed')
                continue
            sub = tempfile.mkdtemp(dir=folder)
            peers[name] = keep(captures, sub)
            shutil.rmtree(sub)
        git = peers.get('git gc --aggressive', (0, 0))[0]
        print(f'{"":28}{"bytes a capture":>18}{"bodies":>9}{"texts":>8}{"CPU s":>9}{"of git":>9}')

        def line(name, pages, texts, seconds):
            ratio = f'{(pages + texts) / git:9.3f}' if git else ''
            print(f'{name:28}{(pages + texts) / n:18,.0f}{pages / n:9,.0f}{texts / n:8,.0f}{seconds:9.1f}{ratio}')

        for name, (total, seconds) in peers.items():
            line(name, total, 0, seconds)
        archive = os.path.join(folder, 'stet.db')
        imported = timed([args.stet, '--archive', archive, 'import', args.file])
        line('stet import', *kept(archive), imported)
        for level in args.levels.split(','):
            copy = os.path.join(folder, f'{level}.db')
            shutil.copy(archive, copy)
            line(f'stet pack --level {level}', *kept_after(args.stet, copy, level))


def kept_after(stet, archive, level):
    seconds = timed([stet, '--archive', archive, 'pack', '--all', '--level', level])
    return (*kept(archive), seconds)


if __name__ == '__main__':
    main()
