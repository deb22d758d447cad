/*
 * What commands write: colour, the pager, and the end of the reader.
 *
 * SIGPIPE is ignored in the whole program; instead a write that fails is
 * remembered here, and long output looks at output_broken.  All text goes
 * through text_printable, because most of it was written by strangers.
 *
 * The pager runs as "sh -c PAGER", as other programs do it, and only when its
 * first word can be found; otherwise output goes to the terminal as it is.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "text/norm.h"

/* Standard output is one for the whole process, and so is this. */
static struct {
	int failed;  /* errno of the first write that failed */
	pid_t pager; /* 0: none runs */
	size_t width;
	bool width_known;
	struct arena *scratch;
} out;

/* ---- the pager ---------------------------------------------------------- */

static bool can_run(const char *command)
{
	struct str rest = str_from(getenv("PATH")), folder, word, ignored;
	char path[4096];

	str_cut(str_trim(str_from(command)), ' ', &word, &ignored);
	if (str_find_byte(word, '/') != STR_NPOS) {
		snprintf(path, sizeof path, "%.*s", STR_ARG(word));
		return access(path, X_OK) == 0;
	}
	while (rest.n) {
		str_cut(rest, ':', &folder, &rest);
		snprintf(path, sizeof path, "%.*s/%.*s", STR_ARG(folder), STR_ARG(word));
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static const char *choose_pager(void)
{
	static const char *const variables[] = { "STET_PAGER", "PAGER" };

	for (size_t i = 0; i < 2; i++) {
		const char *value = getenv(variables[i]);
		if (value)
			return *value && strcmp(value, "cat") != 0 && can_run(value) ? value : NULL;
	}
	return can_run("less") ? "less -FRX" : NULL;
}

static _Noreturn void run_pager(const char *pager, int from)
{
	dup2(from, STDIN_FILENO);
	signal(SIGPIPE, SIG_DFL);
	setenv("LESS", "FRX", 0); /* for a pager that is plain "less" */
	setenv("LESSCHARSET", "utf-8", 0);
	execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(127);
}

void output_begin(struct context *c)
{
	int ends[2];
	const char *pager = c->pager ? choose_pager() : NULL;

	output_width();
	c->pager = false;
	if (!pager || out.pager || pipe(ends) < 0)
		return;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		close(ends[1]);
		run_pager(pager, ends[0]);
	}
	close(ends[0]);
	if (child > 0 && dup2(ends[1], STDOUT_FILENO) >= 0)
		out.pager = child;
	close(ends[1]);
}

void output_end(struct context *c)
{
	(void)c;
	if (fflush(stdout) != 0 && !out.failed)
		out.failed = errno ? errno : EIO;
	if (out.pager) {
		/* The pager sees the end of its input only when this is closed. */
		close(STDOUT_FILENO);
		while (waitpid(out.pager, NULL, 0) < 0 && errno == EINTR)
			;
		out.pager = 0;
	}
	arena_free(out.scratch);
	out.scratch = NULL;
}

bool output_broken(void)
{
	return out.failed != 0;
}

bool output_result(struct err *e)
{
	if (!out.failed || out.failed == EPIPE)
		return true;
	return err_set(e, out.failed == ENOSPC ? ERR_FULL : ERR_IO, "cannot write the output: %s",
	               strerror(out.failed));
}

size_t output_width(void)
{
	struct winsize size;
	int64_t columns;

	if (out.width_known)
		return out.width;
	out.width_known = true;
	if (str_to_i64(str_from(getenv("COLUMNS")), &columns) && columns >= 20 && columns <= 1000)
		out.width = (size_t)columns;
	else if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		out.width = size.ws_col;
	/* Longer lines are hard to read. */
	if (out.width > 100)
		out.width = 100;
	return out.width;
}

/* ---- text --------------------------------------------------------------- */

static void write_bytes(const char *p, size_t n)
{
	if (!n || out.failed)
		return;
	errno = 0;
	if (fwrite(p, 1, n, stdout) != n)
		out.failed = errno ? errno : EIO;
}

void output_raw(struct str s)
{
	write_bytes(s.p, s.n);
}

static const char *const codes[] = {
	[COLOR_NONE] = "",          [COLOR_BOLD] = "\033[1m",    [COLOR_DIM] = "\033[2m",   [COLOR_RED] = "\033[31m",
	[COLOR_GREEN] = "\033[32m", [COLOR_YELLOW] = "\033[33m", [COLOR_BLUE] = "\033[34m", [COLOR_CYAN] = "\033[36m",
};

void output_text(const struct context *c, enum color color, struct str s)
{
	bool dressed = c->color && color != COLOR_NONE;

	if (!out.scratch)
		out.scratch = arena_new();
	s = text_printable(out.scratch, s);
	/* A colour ends with its line: pagers forget it there. */
	for (struct str line; s.n;) {
		bool ends = str_cut(s, '\n', &line, &s);
		if (line.n && dressed)
			write_bytes(codes[color], strlen(codes[color]));
		write_bytes(line.p, line.n);
		if (line.n && dressed)
			write_bytes("\033[m", 3);
		if (ends)
			write_bytes("\n", 1);
	}
	arena_reset(out.scratch);
}

void output_printf(const struct context *c, enum color color, const char *fmt, ...)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	output_text(c, color, buf_view(&b));
	buf_free(&b);
}

void output_json(struct buf *b)
{
	write_bytes(b->p, b->n);
	write_bytes("\n", 1);
	buf_reset(b);
}
