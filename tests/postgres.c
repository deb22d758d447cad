/* A PostgreSQL server of the tests' own: see postgres.h. */
#include "postgres.h"

#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char programs[256], folder[64], data[96], server_url[256];
static pid_t server;

/* The newest that is installed. */
static bool find_programs(void)
{
	glob_t found;
	bool any = glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0 && found.gl_pathc > 0;

	if (any) {
		snprintf(programs, sizeof programs, "%s", found.gl_pathv[found.gl_pathc - 1]);
		*strrchr(programs, '/') = '\0';
	}
	globfree(&found);
	return any;
}

/* PostgreSQL does not run for root. */
static void become_nobody(void)
{
	struct passwd *p = getpwnam("postgres");

	if (!p)
		p = getpwnam("nobody");
	if (geteuid() != 0 || !p)
		return;
	if (setgroups(0, NULL) != 0 || setgid(p->pw_gid) != 0 || setuid(p->pw_uid) != 0)
		_exit(126);
}

static pid_t start(char *const *argv)
{
	char path[320];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(path, sizeof path, "%s/%s", programs, argv[0]);
	become_nobody();
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	if (chdir("/") != 0 || !freopen("/dev/null", "w", stdout))
		_exit(126);
	char log[128];
	snprintf(log, sizeof log, "%s/log", folder);
	if (!freopen(log, "a", stderr))
		_exit(126);
	execv(path, argv);
	_exit(127);
}

static void remove_all(void)
{
	char command[160];

	test_postgres_stop();
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (*folder && system(command) != 0)
		fprintf(stderr, "%s could not be removed\n", folder);
}

void test_postgres_stop(void)
{
	if (server <= 0)
		return;
	kill(server, SIGINT);
	waitpid(server, NULL, 0);
	server = 0;
}

void test_postgres_start(void)
{
	char *const argv[] = { "postgres",
		               "-D",
		               data,
		               "-k",
		               folder,
		               "-c",
		               "listen_addresses=",
		               "-c",
		               "fsync=off",
		               "-c",
		               "max_connections=60",
		               "-c",
		               "shared_buffers=32MB",
		               "-c",
		               "log_min_messages=fatal",
		               NULL };
	const struct timespec pause = { .tv_nsec = 20000000 };

	server = start(argv);
	for (int i = 0; i < 500 && PQping(server_url) != PQPING_OK; i++)
		nanosleep(&pause, NULL);
}

static bool make_server(const char **why)
{
	struct passwd *p = getpwnam("postgres");
	int status;

	*why = "PostgreSQL is not installed";
	if (!find_programs())
		return false;
	*why = "PostgreSQL does not start here";
	snprintf(folder, sizeof folder, "/tmp/stet-pg-XXXXXX");
	if (!mkdtemp(folder))
		return false;
	if (!p)
		p = getpwnam("nobody");
	if (geteuid() == 0 && p && chown(folder, p->pw_uid, p->pw_gid) != 0)
		return false;
	atexit(remove_all);
	snprintf(data, sizeof data, "%s/data", folder);
	snprintf(server_url, sizeof server_url, "postgresql:///postgres?host=%s&user=tester", folder);
	char *const argv[] = { "initdb",           "-D", data,   "-U", "tester", "-A", "trust", "--no-sync",
		               "--locale=C.UTF-8", "-E", "UTF8", NULL };
	if (waitpid(start(argv), &status, 0) < 0 || status != 0)
		return false;
	test_postgres_start();
	return PQping(server_url) == PQPING_OK;
}

const char *test_postgres(const char **why)
{
	static char urls[16][300];
	static int count, state; /* 0: not tried, 1: runs, -1: does not */
	static const char *reason;
	char sql[64];

	if (state == 0)
		state = make_server(&reason) ? 1 : -1;
	*why = reason;
	if (state < 0)
		return NULL;
	char *url = urls[++count % 16];
	PGconn *c = PQconnectdb(server_url);
	snprintf(sql, sizeof sql, "CREATE SCHEMA t%d", count);
	PGresult *r = PQexec(c, sql);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	PQfinish(c);
	*why = "the server made no schema";
	snprintf(url, sizeof urls[0], "%s&options=-csearch_path%%3Dt%d", server_url, count);
	return ok ? url : NULL;
}
