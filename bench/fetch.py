#!/usr/bin/env python3
"""What a check costs: the whole program against a loopback server that is very many hosts.

Three measurements, each with the daemon ("stet run --no-web"), CPU time user and system of all its processes:

  unchanged   ARTICLES due on HOSTS hosts, each answered 304: checks a CPU second, and memory
  changed     pages of 93 kB that are another one at every fetch: pages a CPU second through the whole pipeline
  lease       taking what is due from the archive with all of them due, without fetching

Pauses between requests are off, for they cost nothing but time. curl, where installed, fetches the same addresses bare.

  bench/fetch.py [--build build-release] [--articles 1000000] [--hosts 20000] [--seconds 20]
"""
import argparse, collections, json, os, resource, signal, socket, subprocess, sys, tempfile, time, urllib.request

TICK = os.sysconf('SC_CLK_TCK')


def family(pid):
    """The process and all its descendants."""
    children = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/stat') as f:
                    children.setdefault(int(f.read().rsplit(')', 1)[1].split()[1]), []).append(int(name))
            except OSError:
                pass
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu(pid):
    """Seconds of the family, with those of children that have ended."""
    total = 0
    for p in family(pid):
        try:
            with open(f'/proc/{p}/stat') as f:
                total += sum(map(int, f.read().rsplit(')', 1)[1].split()[11:15]))
        except OSError:
            pass
    return total / TICK


def memory(pid):
    """MB of the family, shared pages shared out."""
    total = 0
    for p in family(pid):
        try:
            with open(f'/proc/{p}/smaps_rollup') as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith('Pss:'))
        except OSError:
            pass
    return total / 1024


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, tool):
        self.port = free_port()
        self.process = subprocess.Popen([tool, 'serve', str(self.port)])
        for _ in range(100):
            try:
                self.count()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit('fetch: the server does not answer')

    def count(self):
        with urllib.request.urlopen(f'http://127.0.0.1:{self.port}/_count') as f:
            return json.load(f)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def watch(stet, archive, server, kind, seconds, warm_up, options):
    """Checks, CPU seconds, real seconds and MB of a daemon that has warmed up."""
    command = [stet, 'run', '--no-web', '--archive', archive, '--config', os.devnull]
    for option in ('fetch.allow_private=yes', 'fetch.host_pause=0', 'fetch.host_budget=0', *options):
        command += ['-o', option]
    daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        late = time.monotonic() + 120
        while server.count()[kind] < warm_up:
            if daemon.poll() is not None or time.monotonic() > late:
                sys.exit('fetch: stet run has ended, or does nothing')
            time.sleep(0.1)
        began, checks, spent, most = time.monotonic(), server.count()[kind], cpu(daemon.pid), 0
        while time.monotonic() - began < seconds:
            time.sleep(0.5)
            most = max(most, memory(daemon.pid))
        return (server.count()[kind] - checks, cpu(daemon.pid) - spent, time.monotonic() - began, most)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()


def tell(name, result):
    checks, spent, real, mb = result
    print(f'{name:12} {checks / spent:7.0f} a CPU second   {spent / checks * 1e6:6.0f} us each   {checks} in '
          f'{real:.0f} s   {mb:.0f} MB', flush=True)


def look_at_outcomes(stet, archive):
    """The whole way is measured only where pages were read as articles."""
    lines = subprocess.run([stet, 'export', '--archive', archive, '--config', os.devnull, '--what', 'checks'],
                           stdout=subprocess.PIPE, check=True).stdout.splitlines()
    found = collections.Counter(json.loads(line)['outcome'] for line in lines)
    if found['new version'] < 0.99 * len(lines):
        sys.exit(f'fetch: the changed pages were not read as articles: {dict(found)}')


def bare_curl(server, hosts, path, folder, count=20000):
    config = os.path.join(folder, 'urls')
    with open(config, 'w') as f:
        for i in range(count):
            n = i % hosts + 257
            f.write(f'url = "http://127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}:{server.port}/{path}/{i}"\n'
                    'output = "/dev/null"\n')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        subprocess.run(['curl', '-s', '-H', 'If-None-Match: "first-edition"', '-K', config], check=True)
    except (OSError, subprocess.CalledProcessError):
        print('curl: skipped, not here')
        return
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f'  curl, bare {count / spent:7.0f} a CPU second   {spent / count * 1e6:6.0f} us each', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default='build-release')
    parser.add_argument('--articles', type=int, default=1000000)
    parser.add_argument('--hosts', type=int, default=20000)
    parser.add_argument('--seconds', type=float, default=20)
    parser.add_argument('--only', choices=('unchanged', 'changed', 'lease'))
    parser.add_argument('--keep', help='folder for the archives, which are used again if they are there')
    args = parser.parse_args()
    stet, tool = os.path.join(args.build, 'stet'), os.path.join(args.build, 'bench', 'bench-fetch')
    server = Server(tool)

    def filled(folder, name, articles, hosts, kind):
        """Addresses carry the port of the server, so one that is kept is served on it again."""
        nonlocal server
        path, note = os.path.join(folder, name + '.db'), os.path.join(folder, name + '.port')
        if os.path.exists(note):
            server.stop()
            with open(note) as f:
                server.port = int(f.read())
            server.process = subprocess.Popen([tool, 'serve', str(server.port)])
            time.sleep(0.5)
            return path
        began = time.monotonic()
        now = int(time.time()) - 3600
        subprocess.run([tool, 'fill', path, str(articles), str(hosts), str(server.port), kind, str(now)], check=True)
        with open(note, 'w') as f:
            f.write(str(server.port))
        print(f'# {name}: {articles} articles on {hosts} hosts, {os.path.getsize(path) >> 20} MB, filled in '
              f'{time.monotonic() - began:.0f} s', flush=True)
        return path

    with tempfile.TemporaryDirectory() as folder:
        folder = args.keep or folder
        os.makedirs(folder, exist_ok=True)
        if args.only in (None, 'unchanged', 'lease'):
            archive = filled(folder, 'same', args.articles, args.hosts, 'same')
        if args.only in (None, 'unchanged'):
            tell('unchanged', watch(stet, archive, server, 'same', args.seconds, 2000,
                                    ('article.interval=1h', 'article.growth=1')))
            bare_curl(server, args.hosts, 'same', folder)
        if args.only in (None, 'lease'):
            print('lease        ', end='', flush=True)
            subprocess.run([tool, 'lease', archive, str(int(time.time())), '50'], check=True)
        if args.only in (None, 'changed'):
            archive = filled(folder, 'new', 2000, 2000, 'new')
            tell('changed', watch(stet, archive, server, 'new', args.seconds, 4000,
                                  ('article.interval=1s', 'article.growth=1', 'article.least=1s')))
            look_at_outcomes(stet, archive)
            bare_curl(server, 2000, 'new', folder, 2000)
    server.stop()


if __name__ == '__main__':
    main()
