/* Writing sheets: see sheet.h. */
#include "sheet.h"

#include <stdarg.h>

#include "outlet.h"

unsigned sheet_random(struct sheet *s, unsigned below)
{
	/* xorshift64* */
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (unsigned)((s->random * UINT64_C(2685821657736338717)) >> 33) % below;
}

struct str sheet_origin(const struct sheet *s)
{
	return arena_printf(s->arena, "http://%s.localhost:%u", s->outlet->host, s->port);
}

static void put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_byte(out, s.p[i]);
		}
}

static void put_one(struct sheet *s, char what, va_list *ap)
{
	char text[WHEN_TEXT];

	switch (what) {
	case 't':
		put_escaped(s->out, va_arg(*ap, struct str));
		break;
	case 'r':
		buf_str(s->out, va_arg(*ap, struct str));
		break;
	case 'd':
		buf_printf(s->out, "%d", va_arg(*ap, int));
		break;
	case 'x':
		buf_printf(s->out, "%08x", sheet_random(s, 0x7fffffff));
		break;
	case 'w':
		buf_puts(s->out, when_iso(va_arg(*ap, when), text));
		break;
	case 'h':
		buf_puts(s->out, when_human(va_arg(*ap, when), text));
		break;
	case 'a':
		buf_puts(s->out, when_length(s->now - va_arg(*ap, when), text));
		break;
	default:
		buf_byte(s->out, what);
	}
}

void sheet_put(struct sheet *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (const char *p = fmt; *p; p++)
		if (*p == '%' && p[1])
			put_one(s, *++p, &ap);
		else
			buf_byte(s->out, *p);
	va_end(ap);
}
