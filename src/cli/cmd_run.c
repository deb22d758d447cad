/*
 * stet run: the main job, until it is told to stop.
 *
 * A supervisor starts two processes, each with no more than it needs, and
 * starts one again that died, after a pause that grows while it keeps dying (a
 * full disk, say); the other goes on meanwhile:
 *
 *   watch   fetches, and writes the archive; has a starter of readers
 *   serve   the web interface; only reads the archive
 *
 * All of them are in jail (jail/jail.h), the supervisor before it starts the
 * others.  A child tells through a pipe that it is ready, or why it cannot be.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/contact.h"
#include "jail/jail.h"
#include "net/fetch.h"
#include "reader/reader.h"
#include "serve/serve.h"
#include "url/url.h"
#include "watch/watch.h"

extern const struct command cmd_run;

/* A child that died is started again after a pause that doubles, until it has
 * lived for a while. */
#define FIRST_PAUSE_MS 1000
#define LONGEST_PAUSE_MS 60000
#define LIVED_MS 300000
#define PATIENCE_MS 3000 /* for children to end by themselves */

static volatile bool stop;

/* What a child tells when it is ready: an error, or how it can be reached. */
struct ready {
	struct err err;
	unsigned port;
};

struct role {
	const char *name;
	bool (*main)(struct context *c, int ready, struct err *e);
	pid_t pid; /* 0: does not run */
	int64_t started_ms;
	int64_t pause_ms; /* before the next start */
	int64_t due_ms;   /* pid 0: when it is started again */
};

static void on_signal(int signal_number)
{
	(void)signal_number;
	stop = true;
}

static void tell_ready(int fd, const struct ready *r)
{
	ssize_t n = write(fd, r, sizeof *r);
	(void)n;
	close(fd);
}

/* ---- the children --------------------------------------------------------- */

static const char *folder_of(const char *path, struct arena *a)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : arena_cstr(a, str_of(path, (size_t)(slash - path)));
}

/* From the web interface to the watcher: what hubs of feeds tell. */
static int news[2];

static bool watch_main(struct context *c, int ready, struct err *e)
{
	struct archive *ar;
	struct watcher *w = NULL;
	struct watch_config config = { .settings = &c->settings, .clock = &c->clock, .news = news[0] };

	close(news[1]);
	if (!reader_start_apart(e) || !archive_open(c->archive_path, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = watcher_new(ar, &config, &w, e) &&
	          jail_enter_watch(folder_of(c->local_path, c->arena), fetcher_ca_file(), e);
	if (ok) {
		tell_ready(ready, &(struct ready){ 0 });
		ok = watcher_run(w, &stop, e);
	}
	watcher_free(w);
	archive_close(ar);
	return ok;
}

static bool serve_main(struct context *c, int ready, struct err *e)
{
	struct server *server;
	struct serve_config config = {
		.archive_path = c->archive_path,
		.listen = c->settings.listen,
		.news = news[1],
		.site = { .name = str_from(c->settings.site_name),
		          .base_url = str_from(c->settings.base_url),
		          .captures = str_from(c->settings.captures),
		          .clock = &c->clock },
	};
	sigset_t all;
	int signal_number;

	close(news[0]);
	/* Its threads are to take no signals: this one waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	if (!serve_listen(&config, &server, e))
		return false;
	if (!jail_enter_serve(folder_of(c->local_path, c->arena), e) || !serve_begin(server, e)) {
		serve_stop(server);
		return false;
	}
	tell_ready(ready, &(struct ready){ .port = serve_port(server) });
	do
		sigwait(&all, &signal_number);
	while (signal_number != SIGTERM && signal_number != SIGINT);
	serve_stop(server);
	return true;
}

static _Noreturn void child_main(struct context *c, const struct role *role, int ready)
{
	struct ready answer = { 0 };
	struct sigaction act = { .sa_handler = on_signal };
	sigset_t none;
	char name[16];

	snprintf(name, sizeof name, "stet-%s", role->name);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	signal(SIGHUP, SIG_IGN); /* the supervisor tells when to end */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (role->main(c, ready, &answer.err))
		_exit(0);
	log_error("%s: %s", role->name, answer.err.text);
	tell_ready(ready, &answer);
	_exit(err_exit_status(answer.err.kind));
}

/* ---- the supervisor ------------------------------------------------------- */

static bool start(struct context *c, struct role *role, struct ready *answer, struct err *e)
{
	int pipes[2];

	if (pipe(pipes) != 0)
		return err_set(e, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	role->pid = fork();
	if (role->pid < 0) {
		close(pipes[0]);
		close(pipes[1]);
		role->pid = 0;
		return err_set(e, ERR_IO, "cannot start the process \"%s\": %s", role->name, strerror(errno));
	}
	if (role->pid == 0) {
		close(pipes[0]);
		child_main(c, role, pipes[1]);
	}
	close(pipes[1]);
	role->started_ms = clock_monotonic_ms();
	ssize_t n = read(pipes[0], answer, sizeof *answer);
	close(pipes[0]);
	if (n != (ssize_t)sizeof *answer)
		return err_set(e, ERR_INTERNAL, "the process \"%s\" ended before it was ready", role->name);
	if (answer->err.kind != ERR_NONE) {
		*e = answer->err;
		return false;
	}
	return true;
}

/* A crash on the way out is one, too. */
static void tell_crash(const struct role *role, int status)
{
	if (WIFSIGNALED(status))
		log_warning("the process \"%s\" ended with signal %d when it was to stop", role->name,
		            WTERMSIG(status));
}

/* What was acknowledged survives a kill, so whoever dawdles is killed. */
static void end_all(struct role *roles, size_t n)
{
	int64_t until = clock_monotonic_ms() + PATIENCE_MS;

	for (size_t i = 0; i < n; i++)
		if (roles[i].pid > 0)
			kill(roles[i].pid, SIGTERM);
	for (size_t i = 0; i < n; i++) {
		int status = 0;
		while (roles[i].pid > 0 && waitpid(roles[i].pid, &status, WNOHANG) == 0) {
			if (clock_monotonic_ms() > until)
				kill(roles[i].pid, SIGKILL);
			struct timespec pause = { .tv_nsec = 10000000 };
			nanosleep(&pause, NULL);
		}
		if (roles[i].pid > 0)
			tell_crash(&roles[i], status);
	}
}

static void plan_restart(struct role *role)
{
	int64_t now = clock_monotonic_ms();

	if (now - role->started_ms > LIVED_MS || role->pause_ms == 0)
		role->pause_ms = FIRST_PAUSE_MS;
	else if (role->pause_ms < LONGEST_PAUSE_MS)
		role->pause_ms = role->pause_ms * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : role->pause_ms * 2;
	role->due_ms = now + role->pause_ms;
	role->pid = 0;
}

static void note_dead(struct role *roles, size_t n)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < n; i++) {
			if (roles[i].pid != pid)
				continue;
			plan_restart(&roles[i]);
			log_warning("the process \"%s\" ended with %s %d; it is started again in %lld s", roles[i].name,
			            WIFSIGNALED(status) ? "signal" : "status",
			            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			            (long long)(roles[i].pause_ms / 1000));
		}
	}
}

static void start_due(struct context *c, struct role *roles, size_t n)
{
	struct ready answer;
	struct err e;

	for (size_t i = 0; i < n; i++) {
		if (roles[i].pid || clock_monotonic_ms() < roles[i].due_ms)
			continue;
		if (!start(c, &roles[i], &answer, &e)) {
			if (roles[i].pid > 0)
				waitpid(roles[i].pid, NULL, 0);
			plan_restart(&roles[i]);
		}
	}
}

static void awaited_signals(sigset_t *set)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(set, signals[i]);
}

static void supervise(struct context *c, struct role *roles, size_t n)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t awaited;

	awaited_signals(&awaited);
	for (;;) {
		int signal_number = sigtimedwait(&awaited, NULL, &second);
		if (signal_number > 0 && signal_number != SIGCHLD)
			return;
		note_dead(roles, n);
		start_due(c, roles, n);
	}
}

static void say_address(struct context *c, unsigned port)
{
	const char *listen = c->settings.listen, *colon = strrchr(listen, ':');
	int host = colon ? (int)(colon - listen) : (int)strlen(listen);

	output_printf(c, COLOR_BOLD, "stet: the web interface is at http://%.*s:%u/\n", host, listen, port);
	fflush(stdout);
}

static bool start_all(struct context *c, struct role *roles, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct ready answer;
		if (!start(c, &roles[i], &answer, e))
			return false;
		if (answer.port)
			say_address(c, answer.port);
	}
	return true;
}

/* Said in words before SQLite says "unable to open database file". */
static bool check_rights(const struct context *c, const char *folder, struct err *e)
{
	const struct passwd *p = getpwuid(geteuid());
	const char *denied = access(folder, W_OK | X_OK) != 0 && errno != ENOENT ? folder : NULL;

	if (!denied && access(c->local_path, R_OK | W_OK) != 0 && errno != ENOENT)
		denied = c->local_path;
	if (!denied)
		return true;
	const char *user = p ? p->pw_name : "this user";
	return err_set(e, ERR_IO, "%s may not write in %s: give it to that user (chown -R %s %s)", user, denied, user,
	               folder);
}

static bool make_archive(struct context *c, struct err *e)
{
	struct archive *ar;

	if (!context_archive(c, ARCHIVE_CREATE, &ar, e))
		return false;
	bool ok = context_option(c, &cmd_run, "no-watch") || contact_settle(c, ar, true, e);
	archive_close(ar); /* no handle crosses a fork */
	return ok;
}

/* Who we are, the archive, and the jail that all the others are in, too. */
static bool prepare(struct context *c, struct err *e)
{
	if (!c->archive_path)
		return make_archive(c, e); /* which says why there is none */
	const char *folder = folder_of(c->local_path, c->arena);
	if (archive_is_at_server(c->archive_path)) {
		jail_allow_server();
		if (!file_make_folders(c->local_path, e))
			return false;
	}
	return jail_become(c->settings.user, folder, e) && check_rights(c, folder, e) && make_archive(c, e) &&
	       jail_enter_supervisor(folder, e);
}

/* Captured pages are apart only if browsers take both addresses for two origins. */
static bool settle_captures(struct context *c, struct err *e)
{
	struct str given = str_from(c->settings.captures), base = str_from(c->settings.base_url);
	struct url u, pages;
	struct err unused;

	if (given.n == 0)
		return true;
	if (!url_parse(c->arena, given, NULL, &u, &unused) || !str_eq(u.path, STR("/")) ||
	    str_find_byte(u.href, '?') != STR_NPOS)
		return err_set(e, ERR_USAGE,
		               "serve.captures takes an address without a path, such as "
		               "https://captures.example.org, not \"%.80s\"",
		               c->settings.captures);
	if (!url_parse(c->arena, base, NULL, &pages, &unused))
		return err_set(e, ERR_USAGE,
		               "serve.captures needs serve.base_url, the address of the pages themselves");
	if (str_eq(url_origin(u.href), url_origin(pages.href)))
		return err_set(e, ERR_USAGE,
		               "serve.captures is to be another host name or port than that of serve.base_url");
	struct str origin = str_sub(u.href, 0, u.href.n - 1);
	return settings_set(&c->settings, "serve.captures", arena_cstr(c->arena, origin), e);
}

static bool run(struct context *c, struct err *e)
{
	struct role roles[2];
	size_t n = 0;
	sigset_t blocked;
	const char *listen = context_option(c, &cmd_run, "listen"), *user = context_option(c, &cmd_run, "user");

	if (context_option(c, &cmd_run, "allow-private"))
		c->settings.allow_private = true;
	if (listen && !settings_set(&c->settings, "serve.listen", listen, e))
		return false;
	if (user && !settings_set(&c->settings, "run.user", user, e))
		return false;
	if (!settle_captures(c, e))
		return false;
	if (!context_option(c, &cmd_run, "no-web"))
		roles[n++] = (struct role){ .name = "serve", .main = serve_main };
	if (!context_option(c, &cmd_run, "no-watch"))
		roles[n++] = (struct role){ .name = "watch", .main = watch_main };
	if (n == 0)
		return err_set(e, ERR_USAGE, "with both --no-web and --no-watch there is nothing to run");
	if (!prepare(c, e))
		return false;
	if (pipe2(news, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_set(e, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	awaited_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	bool ok = start_all(c, roles, n, e);
	if (ok)
		supervise(c, roles, n);
	end_all(roles, n);
	return ok;
}

const struct command cmd_run = {
	.name = "run",
	.summary = "watch what is to be watched and show it in a browser, until stopped",
	.usage = "[OPTION]...",
	.about = "Checks every watched address when it is due, keeps what changed, and serves the web interface on the "
		 "address of the setting serve.listen, which is a loopback address unless set otherwise. The archive "
		 "is made if there is none. Ctrl-C or SIGTERM ends it; what was acknowledged is never lost, however "
		 "it ends.",
	.examples = "stet run\n"
		    "stet run --listen 127.0.0.1:9000\n"
		    "stet run --no-watch    # only show what is in the archive",
	.options = {
		{ "listen", 'l', "ADDRESS:PORT", "where the web interface listens; port 0 takes a free one" },
		{ "user", 'u', "NAME", "who it becomes when root starts it; without one, the owner of the archive's folder" },
		{ "allow-private", 0, NULL, "also fetch from loopback, private and link-local addresses" },
		{ "no-web", 0, NULL, "only watch, without the web interface" },
		{ "no-watch", 0, NULL, "only the web interface, without fetching anything" },
	},
	.least = 0,
	.most = 0,
	.run = run,
};
