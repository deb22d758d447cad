#!/usr/bin/env python3
"""changes: how many pairs of versions are compared a CPU second, beside the peers.

FILE has one pair a line, {"old": [sentence], "new": [sentence]}. Each program compares the same pairs in the same run:

  stet        sentences aligned, moves, splits and merges found, words compared, edits named and weighed
  git         git diff --no-index --word-diff over two folders in one process: words, no moves, no sentences
  wikidiff2   MediaWiki's engine (Debian's php-wikidiff2), side by side with words and moved paragraphs

CPU time is user and system time; for git and wikidiff2 what an empty run costs is taken off. A peer that is not
installed is left out with a line.

  bench/changes.py FILE [--bench build-release/bench/bench-changes] [--times 10]
"""
import argparse, os, resource, shutil, subprocess, sys, tempfile

PHP = r"""
[$folder, $times] = [$argv[1], (int)$argv[2]];
$pairs = [];
for ($i = 0; file_exists("$folder/old/$i"); $i++)
    $pairs[] = [file_get_contents("$folder/old/$i"), file_get_contents("$folder/new/$i")];
$bytes = 0;
for ($t = 0; $t < $times; $t++)
    foreach ($pairs as [$a, $b])
        $bytes += strlen(wikidiff2_do_diff($a, $b, 2));
echo count($pairs), "\n";
"""


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_git(folder, pairs):
    if not shutil.which('git'):
        return None
    empty = tempfile.mkdtemp()
    for side in 'old', 'new':
        os.mkdir(os.path.join(empty, side))
    command = ['git', '-c', 'core.pager=cat', 'diff', '--no-index', '--word-diff']
    took = min(cpu(command + [os.path.join(folder, 'old'), os.path.join(folder, 'new')]) for _ in range(5))
    took -= min(cpu(command + [os.path.join(empty, 'old'), os.path.join(empty, 'new')]) for _ in range(5))
    shutil.rmtree(empty)
    return pairs / max(took, 1e-6)


def of_wikidiff2(folder, pairs):
    php = shutil.which("php")
    if not php or b"wikidiff2" not in subprocess.run([php, "-m"], stdout=subprocess.PIPE).stdout:
        return None
    took = cpu(['php', '-r', PHP, '--', folder, '3']) - cpu(['php', '-r', PHP, '--', folder, '0'])
    return 3 * pairs / max(took, 1e-6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('file')
    parser.add_argument('--bench', default='build-release/bench/bench-changes')
    parser.add_argument('--times', type=int, default=10)
    args = parser.parse_args()

    said = subprocess.run([args.bench, args.file, str(args.times)], stdout=subprocess.PIPE, check=True).stdout.decode()
    print('stet       ' + said.strip())
    ours = float(said.split(' pairs a second')[0].split()[-1])
    pairs = int(said.split()[0])
    folder = tempfile.mkdtemp()
    for side in 'old', 'new':
        os.mkdir(os.path.join(folder, side))
    subprocess.run([args.bench, args.file, '--write', folder], check=True)
    for name, rate in ('git', of_git(folder, pairs)), ('wikidiff2', of_wikidiff2(folder, pairs)):
        if rate is None:
            print(f'{name:10} left out: it is not installed')
        else:
            print(f'{name:10} {rate:.0f} pairs a second; stet does {ours / rate:.2f} times as many')
    shutil.rmtree(folder)
    return 0


if __name__ == '__main__':
    sys.exit(main())
