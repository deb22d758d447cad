/*
 * A buffer that grows up to the maximum it was given.
 *
 * Errors stick: a put that would pass the maximum stores nothing and sets
 * full, and all later puts do nothing.  The writer looks once, at the end:
 *
 *     struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
 *     buf_puts(&b, "...");
 *     if (b.full) ...
 *     buf_free(&b);
 */
#ifndef STET_BASE_BUF_H
#define STET_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	bool full;
};

#define BUF_INIT(maximum) ((struct buf){ .max = (maximum) })

void buf_free(struct buf *b);  /* back to empty with the same maximum */
void buf_reset(struct buf *b); /* empty, keeps its memory */
void buf_put(struct buf *b, const void *p, size_t n);
void buf_byte(struct buf *b, char c);
void buf_str(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *z);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
void buf_utf8(struct buf *b, uint32_t codepoint);

/* Room for n more bytes behind the end, or NULL (and full) when that passes
 * the maximum.  buf_commit counts what was written there. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

struct str buf_view(const struct buf *b); /* borrowed until the next put */
const char *buf_cstr(struct buf *b);      /* NUL-terminated, borrowed likewise */

#endif
