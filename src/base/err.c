/* Errors: see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void make_printable(char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x20 || c == 0x7f)
			*s = '?';
	}
}

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;
	char text[MAX_SENTENCE_BYTES];

	/* Formatted aside first: an argument may point into e->text. */
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	make_printable(text);
	e->kind = kind;
	memcpy(e->text, text, sizeof text);
	return false;
}

bool err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;
	char before[MAX_SENTENCE_BYTES];

	va_start(ap, fmt);
	vsnprintf(before, sizeof before, fmt, ap);
	va_end(ap);
	return err_set(e, e->kind, "%s: %s", before, e->text);
}

void err_clear(struct err *e)
{
	e->kind = ERR_NONE;
	e->text[0] = '\0';
}

int err_exit_status(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
		return 2;
	case ERR_NOT_FOUND:
	case ERR_HIDDEN:
		return 3;
	case ERR_BUSY:
	case ERR_FULL:
		return 4;
	default:
		return 1;
	}
}
