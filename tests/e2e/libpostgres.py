"""A PostgreSQL server of a test's own.

It lives in a temporary folder, belongs to an unprivileged user, listens on the
loopback address only, and ends with the test.
"""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile

from libe2e import Failed, free_port, wait_until


def find_programs():
    """The folder of the newest that is installed, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


class Postgres:
    def __init__(self, address="127.0.0.1"):
        self.programs = find_programs()
        self.folder = tempfile.mkdtemp(prefix="stet-pg-")
        self.address = address
        self.port = free_port()
        self.user = None
        if os.geteuid() == 0:  # PostgreSQL does not run for root
            names = {u.pw_name: u for u in pwd.getpwall()}
            self.user = names.get("postgres") or names["nobody"]
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = os.path.join(self.folder, "data")
        self.log = open(os.path.join(self.folder, "log"), "w", encoding="utf-8")
        made = self.popen("initdb", "-D", self.data, "-U", "tester", "-A", "trust", "--no-sync", "--locale=C.UTF-8",
                          "-E", "UTF8")
        if made.wait(120):
            raise Failed("initdb failed: " + open(self.log.name, encoding="utf-8").read())
        with open(os.path.join(self.data, "pg_hba.conf"), "a", encoding="utf-8") as f:
            f.write("host all all samenet trust\n")
        self.server = None
        self.start()

    def popen(self, name, *args):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.Popen([os.path.join(self.programs, name)] + list(args), cwd="/", stdin=subprocess.DEVNULL,
                                stdout=self.log, stderr=self.log, **who)

    def start(self):
        self.server = self.popen("postgres", "-D", self.data, "-k", self.folder, "-p", str(self.port),
                                 "-c", "listen_addresses=" + self.address, "-c", "max_connections=100",
                                 "-c", "log_min_messages=fatal")
        ready = [os.path.join(self.programs, "pg_isready"), "-q", "-h", self.folder, "-p", str(self.port)]
        wait_until(lambda: subprocess.call(ready) == 0, 30, "PostgreSQL is ready")

    def url(self, database):
        """The address of a new, empty archive."""
        self.sql("CREATE DATABASE " + database, "postgres")
        return "postgresql://tester@%s:%d/%s" % (self.address, self.port, database)

    def sql(self, text, database):
        """The rows of a query, as lists of texts."""
        p = subprocess.run([os.path.join(self.programs, "psql"), "-X", "-q", "-A", "-t", "-h", self.folder,
                            "-p", str(self.port), "-U", "tester", "-d", database, "-c", text],
                           capture_output=True, text=True, timeout=60)
        if p.returncode:
            raise Failed("%s: %s" % (text, p.stderr))
        return [line.split("|") for line in p.stdout.splitlines()]

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(30)
            self.server = None

    def clean_up(self):
        self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
