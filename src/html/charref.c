/*
 * Character references: see charref.h.
 *
 * Names stand in a table that the build makes (tools/charrefs.py), and are
 * found by their hash: first all letters and digits with the semicolon behind
 * them, then, of the few names that need none, the longest.
 *
 * What a reference stands for is never more than a quarter longer than itself:
 * of the names "&nGt;" and "&nLt;" gain most, one byte on five.
 */
#include "html/charref.h"

#include <pthread.h>
#include <string.h>

#include "base/hash.h"

#define LONGEST_NAME 32 /* with its semicolon */
#define LONGEST_BARE 6  /* of those without */
#define SHORTEST_NAME 2

struct charref {
	char name[LONGEST_NAME + 1]; /* without "&" */
	uint32_t first, second;
};
static const struct charref charrefs[] = {
#include "html/charrefs.inc"
};
#define CHARREFS (sizeof(charrefs) / sizeof(charrefs[0]))

/* What 0x80 to 0x9f mean in a reference by number: windows-1252; 0 stays. */
static const uint16_t c1_controls[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* Names by their hash, as index + 1. */
#define SLOTS 8192
static uint16_t slots[SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(void)
{
	for (size_t i = 0; i < CHARREFS; i++) {
		size_t slot = hash_quick(str_from(charrefs[i].name)) % SLOTS;
		while (slots[slot])
			slot = (slot + 1) % SLOTS;
		slots[slot] = (uint16_t)(i + 1);
	}
}

static const struct charref *find_name(struct str name)
{
	for (size_t slot = hash_quick(name) % SLOTS; slots[slot]; slot = (slot + 1) % SLOTS) {
		const struct charref *c = &charrefs[slots[slot] - 1];
		if (!memcmp(c->name, name.p, name.n) && !c->name[name.n])
			return c;
	}
	return NULL;
}

/* The longest name that s begins with; its length, or 0. */
static size_t longest_name(struct str s, const struct charref **found)
{
	size_t n = 0;

	pthread_once(&once, fill);
	while (n < s.n && n < LONGEST_NAME && char_is_alnum(s.p[n]))
		n++;
	*found = n < s.n && n < LONGEST_NAME && s.p[n] == ';' ? find_name(str_sub(s, 0, n + 1)) : NULL;
	if (*found)
		return n + 1;
	for (n = n < LONGEST_BARE ? n : LONGEST_BARE; n >= SHORTEST_NAME; n--)
		if ((*found = find_name(str_sub(s, 0, n))))
			return n;
	return 0;
}

static size_t put_named(char *out, struct str s, bool in_attribute, size_t *taken)
{
	const struct charref *found = NULL;

	if (str_starts(s, STR("amp;"))) { /* nearly all of them in addresses */
		*taken = 4;
		*out = '&';
		return 1;
	}
	size_t length = longest_name(s, &found);

	if (!length)
		return 0;
	char next = length < s.n ? s.p[length] : '\0';
	if (in_attribute && s.p[length - 1] != ';' && (next == '=' || char_is_alnum(next)))
		return 0;
	*taken = length;
	size_t n = utf8_put(found->first, out);
	return found->second ? n + utf8_put(found->second, out + n) : n;
}

/* s is what stands behind "&#". */
static size_t put_number(char *out, struct str s, size_t *taken)
{
	bool hex = s.n && (s.p[0] == 'x' || s.p[0] == 'X');
	int base = hex ? 16 : 10;
	size_t i = hex, begin = i;
	uint32_t c = 0;

	for (int v; i < s.n && (v = char_hex(s.p[i])) >= 0 && v < base; i++)
		c = c > 0x10ffff ? c : c * (uint32_t)base + (uint32_t)v;
	if (i == begin)
		return 0;
	*taken = i + (i < s.n && s.p[i] == ';');
	if (!c || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	else if (c >= 0x80 && c <= 0x9f && c1_controls[c - 0x80])
		c = c1_controls[c - 0x80];
	return utf8_put(c, out);
}

struct str charref_decode(struct arena *a, struct str s, bool in_attribute)
{
	size_t i = str_find_byte(s, '&'), n = 0, room = s.n + s.n / 4 + 8;

	if (i == STR_NPOS)
		return s;
	char *out = arena_alloc(a, room);
	for (size_t from = 0;;) {
		size_t taken = 0;
		memcpy(out + n, s.p + from, i - from);
		n += i - from;
		if (i == s.n)
			break;
		struct str rest = str_sub(s, i + 1, s.n);
		if (rest.n && rest.p[0] == '#')
			n += put_number(out + n, str_sub(rest, 1, rest.n), &taken), taken += taken != 0;
		else
			n += put_named(out + n, rest, in_attribute, &taken);
		if (!taken)
			out[n++] = '&';
		from = i + 1 + taken;
		const char *next = from < s.n ? memchr(s.p + from, '&', s.n - from) : NULL;
		i = next ? (size_t)(next - s.p) : s.n;
	}
	arena_trim(a, out, room, n);
	return str_of(out, n);
}
