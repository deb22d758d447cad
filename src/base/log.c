/* The log: see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
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

static void write_line(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const names[] = { "error: ", "warning: ", "", "debug: " };
	char at[WHEN_TEXT], text[MAX_LINE];

	if (level > least_level)
		return;
	int n = snprintf(text, sizeof text, "%s %s", when_iso((when)time(NULL), at), names[level]);
	int m = vsnprintf(text + n, sizeof text - (size_t)n - 1, fmt, ap);
	size_t end = (size_t)n + (m < 0 ? 0 : (size_t)m);
	if (end > sizeof text - 2)
		end = sizeof text - 2;
	for (size_t i = 0; i < end; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
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
