/* The log: see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/when.h"

#define MAX_LINE (4 * KIB)

static enum log_level least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
	least_level = least;
}

/* Control characters, those of one byte beyond ASCII too, and what turns the
 * direction of writing: signs that a terminal obeys. */
static bool is_obeyed(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void make_harmless(char *text, size_t n)
{
	struct str s = str_of(text, n);
	size_t at = 0;

	for (size_t from = 0; from < n; from = at) {
		uint32_t c = utf8_next(s, &at);
		if (is_obeyed(c) || c == 0xfffd) /* also what is no UTF-8 */
			memset(text + from, '?', at - from);
	}
}

/* Written anew once a second. */
static const char *time_text(void)
{
	static _Thread_local char text[WHEN_TEXT];
	static _Thread_local when of = WHEN_NONE;
	when now = (when)time(NULL);

	if (now != of)
		when_iso(now, text);
	of = now;
	return text;
}

static void write_line(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const names[] = { "error: ", "warning: ", "", "debug: " };
	char text[MAX_LINE];

	if (level > least_level)
		return;
	int n = snprintf(text, sizeof text, "%s %s", time_text(), names[level]);
	int m = vsnprintf(text + n, sizeof text - (size_t)n - 1, fmt, ap);
	size_t end = (size_t)n + (m < 0 ? 0 : (size_t)m);
	if (end > sizeof text - 2)
		end = sizeof text - 2;
	make_harmless(text, end);
	text[end++] = '\n';
	/* One write a line: lines of several processes do not mix. */
	ssize_t done = write(STDERR_FILENO, text, end);
	(void)done;
}

#define DEFINE_LEVEL(name, level)                                                                                      \
	void name(const char *fmt, ...)                                                                                \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, fmt);                                                                                     \
		write_line(level, fmt, ap);                                                                            \
		va_end(ap);                                                                                            \
	}

DEFINE_LEVEL(log_error, LOG_ERROR)
DEFINE_LEVEL(log_warning, LOG_WARNING)
DEFINE_LEVEL(log_info, LOG_INFO)
DEFINE_LEVEL(log_debug, LOG_DEBUG)
