#!/usr/bin/env python3
"""Cuts stet-storing short in every way there is, and looks whether all that it acknowledged is there.

Kills are done here. Power cuts, calls that fail and allocations that fail are made by the tools in
$STET_TEST_DATA/conform/tools/crash, with fuse3, strace and a C compiler; what is not at hand is skipped. How often each
is done is small here; for long runs set STET_CRASH_TIMES, by which all numbers are multiplied.
"""
# time limit: 600
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from libe2e import BUILD, Skipped, check, check_equal, run_tests, skip_without_programs

STORING = os.path.join(BUILD, "tests", "stet-storing")
TOOLS = os.path.join(os.environ.get("STET_TEST_DATA", ""), "conform", "tools", "crash")
TIMES = int(os.environ.get("STET_CRASH_TIMES") or 1)
seed = int(os.environ.get("STET_TEST_SEED") or time.time_ns() % 1000000)
folder = tempfile.TemporaryDirectory(prefix="stet-crash-")


def tool(name, *programs):
    path = os.path.join(TOOLS, name)
    if not os.environ.get("STET_TEST_DATA") or not os.path.exists(path):
        raise Skipped("STET_TEST_DATA has no %s" % name)
    for program in programs:
        if not shutil.which(program):
            raise Skipped("%s is not installed" % program)
    return path


def compiled(name, *flags):
    source, out = tool(name, "cc"), os.path.join(folder.name, name.replace(".c", ""))
    done = subprocess.run(["cc", "-O2", "-o", out, source, *flags], capture_output=True, text=True)
    if done.returncode:
        raise Skipped("%s cannot be compiled: %s" % (name, done.stderr.strip().splitlines()[0]))
    return out


def has_sanitizer():
    return "libasan" in subprocess.run(["ldd", STORING], capture_output=True, text=True).stdout


def run_tool(*command):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    check_equal(done.returncode, 0, "the status of the tool, which says:\n%s\n" % (done.stdout + done.stderr)[-2000:])
    return done.stdout


LIVES = 25  # of one archive; a look at all of it stands between each two


def kill_some(at, moments, lives):
    acks = at + ".acks"
    os.mkdir(at)
    for _ in range(lives):
        p = subprocess.Popen([STORING, "work", at], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        got = []
        reading = threading.Thread(target=lambda: got.extend(p.stdout))
        reading.start()
        time.sleep(moments.uniform(0.02, 0.6))
        check(p.poll() is None, "it ended by itself: " + (p.stderr.read() if p.poll() is not None else ""))
        p.send_signal(signal.SIGKILL)
        p.wait()
        reading.join()
        p.stdout.close()
        p.stderr.close()
        with open(acks, "a", encoding="ascii") as f:
            f.write("".join(line[4:] for line in got if line.startswith("ACK ") and line.endswith("\n")))
        done = subprocess.run([STORING, "check", at, acks], capture_output=True, text=True)
        check_equal(done.returncode, 0, "the status of the look (seed %d), which says:\n%s\n" % (
            seed, done.stdout + done.stderr))
    with open(acks, encoding="ascii") as f:
        return len(f.readlines())


def kills_lose_nothing():
    moments = random.Random(seed)
    acknowledged = 0
    for i in range(0, 20 * TIMES, LIVES):
        acknowledged += kill_some(os.path.join(folder.name, "kills%d" % i), moments, min(LIVES, 20 * TIMES - i))
    check(acknowledged > 20 * TIMES, "almost nothing was acknowledged")


def power_cuts_lose_nothing():
    cut = tool("powercut.py", "fusermount3", "pkg-config")
    if not os.path.exists("/dev/fuse") or os.geteuid() != 0:
        raise Skipped("a file system of our own cannot be mounted here")
    flags = subprocess.run(["pkg-config", "fuse3", "--cflags", "--libs"], capture_output=True, text=True).stdout.split()
    program = compiled("wlogfs.c", *flags)
    # The tool looks for its file system beside itself.
    own = os.path.join(folder.name, "powercut.py")
    shutil.copy(cut, own)
    check(os.path.exists(program), "there is no file system")
    said = run_tool(own, "--work", STORING + " work {dir} 60", "--check", STORING + " check {dir} {acks}",
                    "--cuts", str(40 * TIMES), "--seed", str(seed))
    check(re.search(r": 0 unsound", said), said)


def calls_that_fail_lose_nothing():
    sweep = tool("faultsweep.py", "strace")
    if has_sanitizer():
        raise Skipped("the leak checker does not run under strace")
    said = run_tool(sweep, "--cmd", STORING + " work {dir} 8", "--check", STORING + " check {dir} {acks}",
                    "--sys", "pwrite64,fsync,fdatasync,openat,ftruncate,unlink,close,read,pread64",
                    "--err", "EIO,ENOSPC,EINTR,EMFILE", "--max", str(40 * TIMES), "--step", "5")
    check(re.search(r"[1-9]\d* injected runs, 0 bad", said), said)


def allocations_that_fail_end_with_a_sentence():
    if has_sanitizer():
        raise Skipped("the address sanitizer has an allocator of its own")
    library = compiled("oomfail.c", "-shared", "-fPIC", "-ldl")
    moments = random.Random(seed)
    at = os.path.join(folder.name, "memory")
    for n in list(range(1, 60 * TIMES, 3)) + [moments.randrange(60, 20000) for _ in range(30 * TIMES)]:
        shutil.rmtree(at, ignore_errors=True)
        os.mkdir(at)
        env = dict(os.environ, LD_PRELOAD=library, OOM_AT=str(n), OOM_PERSIST=str(n % 2))
        p = subprocess.run([STORING, "work", at, "6"], capture_output=True, text=True, env=env, timeout=60)
        check(p.returncode >= 0, "allocation %d: signal %d" % (n, -p.returncode))
        check(p.returncode == 0 or p.stderr.strip(), "allocation %d: no sentence" % n)
        with open(at + ".acks", "w", encoding="ascii") as f:
            f.write("".join(line[4:] for line in p.stdout.splitlines(True) if line.startswith("ACK ")))
        done = subprocess.run([STORING, "check", at, at + ".acks"], capture_output=True, text=True)
        check_equal(done.returncode, 0, "allocation %d: the status of the look, which says %s" % (
            n, done.stdout + done.stderr))


skip_without_programs(STORING)
status = run_tests([kills_lose_nothing, power_cuts_lose_nothing, calls_that_fail_lose_nothing,
                    allocations_that_fail_end_with_a_sentence])
folder.cleanup()
sys.exit(status)
