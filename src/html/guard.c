/*
 * A look at markup before the parser sees it: see guard.h.
 *
 * A small imitation of the tree builder: the stack of open elements by name
 * alone.  It knows void elements, the contents of which are text, and which
 * tags close which (a <p> at the next block, an <li> at the next <li>, cells
 * and rows in their table), so that careless but ordinary pages pass.  The
 * estimate of nodes counts, beside the tags, the open formatting elements that
 * a block makes the parser repeat.
 */
#include "html/guard.h"

#include <string.h>

#include "html/html.h"

/* An attribute takes two bytes and an element three: so few hold no flood, and
 * what is absurd in another way html.c sees at the parser's own stack. */
#define LARGE_BYTES (512 * KIB)

enum {
	VOID = 1, /* has no content */
	RAW = 2,  /* its content is text up to its end tag */
	CLOSES_P = 4,
	FORMATTING = 8, /* repeated inside blocks when left open */
	BARRIER = 16,   /* an end tag inside does not close what is outside */
	IMPLIES = 32,   /* closes what the table implied says */
};

static const unsigned char traits[TAG_COUNT] = {
	[TAG_META] = VOID,
	[TAG_LINK] = VOID,
	[TAG_BASE] = VOID,
	[TAG_BR] = VOID,
	[TAG_HR] = VOID | CLOSES_P,
	[TAG_IMG] = VOID,
	[TAG_INPUT] = VOID,
	[TAG_SOURCE] = VOID,
	[TAG_TRACK] = VOID,
	[TAG_EMBED] = VOID,
	[TAG_WBR] = VOID,
	[TAG_SCRIPT] = RAW,
	[TAG_STYLE] = RAW,
	[TAG_TITLE] = RAW,
	[TAG_TEXTAREA] = RAW,
	[TAG_IFRAME] = RAW,
	[TAG_ARTICLE] = CLOSES_P,
	[TAG_SECTION] = CLOSES_P,
	[TAG_MAIN] = CLOSES_P,
	[TAG_ASIDE] = CLOSES_P,
	[TAG_NAV] = CLOSES_P,
	[TAG_HEADER] = CLOSES_P,
	[TAG_FOOTER] = CLOSES_P,
	[TAG_ADDRESS] = CLOSES_P,
	[TAG_DIV] = CLOSES_P,
	[TAG_P] = CLOSES_P,
	[TAG_PRE] = CLOSES_P,
	[TAG_BLOCKQUOTE] = CLOSES_P,
	[TAG_H1] = CLOSES_P,
	[TAG_H2] = CLOSES_P,
	[TAG_H3] = CLOSES_P,
	[TAG_H4] = CLOSES_P,
	[TAG_H5] = CLOSES_P,
	[TAG_H6] = CLOSES_P,
	[TAG_UL] = CLOSES_P | BARRIER,
	[TAG_OL] = CLOSES_P | BARRIER,
	[TAG_LI] = CLOSES_P | IMPLIES,
	[TAG_DL] = CLOSES_P | BARRIER,
	[TAG_DT] = CLOSES_P | IMPLIES,
	[TAG_DD] = CLOSES_P | IMPLIES,
	[TAG_FIGURE] = CLOSES_P,
	[TAG_FIGCAPTION] = CLOSES_P,
	[TAG_FORM] = CLOSES_P,
	[TAG_FIELDSET] = CLOSES_P,
	[TAG_DETAILS] = CLOSES_P,
	[TAG_SUMMARY] = CLOSES_P,
	[TAG_CENTER] = CLOSES_P,
	[TAG_MENU] = CLOSES_P | BARRIER,
	[TAG_A] = FORMATTING,
	[TAG_B] = FORMATTING,
	[TAG_I] = FORMATTING,
	[TAG_U] = FORMATTING,
	[TAG_S] = FORMATTING,
	[TAG_EM] = FORMATTING,
	[TAG_STRONG] = FORMATTING,
	[TAG_SMALL] = FORMATTING,
	[TAG_CODE] = FORMATTING,
	[TAG_FONT] = FORMATTING,
	[TAG_TABLE] = BARRIER,
	[TAG_TD] = BARRIER | IMPLIES,
	[TAG_TH] = BARRIER | IMPLIES,
	[TAG_CAPTION] = BARRIER,
	[TAG_OBJECT] = BARRIER,
	[TAG_TEMPLATE] = BARRIER,
	[TAG_SVG] = BARRIER,
	[TAG_MATH] = BARRIER,
	[TAG_BUTTON] = BARRIER,
	[TAG_TFOOT] = IMPLIES,
	[TAG_THEAD] = IMPLIES,
	[TAG_TBODY] = IMPLIES,
	[TAG_TR] = IMPLIES,
	[TAG_OPTION] = IMPLIES,
};

/* A start tag closes open elements of these names, looking no further than a barrier of these. */
static const struct implied {
	enum tag start, closes[4], until[4];
} implied[] = {
	{ TAG_LI, { TAG_LI }, { TAG_UL, TAG_OL, TAG_MENU } },
	{ TAG_DT, { TAG_DT, TAG_DD }, { TAG_DL } },
	{ TAG_DD, { TAG_DT, TAG_DD }, { TAG_DL } },
	{ TAG_OPTION, { TAG_OPTION }, { TAG_SELECT } },
	{ TAG_TD, { TAG_TD, TAG_TH, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_TH, { TAG_TD, TAG_TH, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_TR, { TAG_TR, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_TBODY, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_THEAD, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
	{ TAG_TFOOT, { TAG_TBODY, TAG_THEAD, TAG_TFOOT, TAG_CAPTION }, { TAG_TABLE } },
};

struct guard {
	struct str s;
	size_t i;
	uint16_t stack[MAX_HTML_DEPTH + 1]; /* tags; unknown names are TAG_COUNT and a hash */
	unsigned depth, formatting;
	size_t nodes, attributes;
};

static uint16_t name_id(struct str name, enum tag *tag)
{
	unsigned hash = 5381;

	*tag = html_tag(name);
	if (*tag != TAG_OTHER)
		return (uint16_t)*tag;
	for (size_t i = 0; i < name.n; i++)
		hash = hash * 33 + (unsigned char)name.p[i];
	return (uint16_t)(TAG_COUNT + hash % 60000);
}

static bool is_one_of(uint16_t id, const enum tag set[4])
{
	for (int i = 0; i < 4 && set[i]; i++)
		if (id == set[i])
			return true;
	return false;
}

static void pop_to(struct guard *g, unsigned depth)
{
	while (g->depth > depth) {
		uint16_t id = g->stack[--g->depth];
		if (id < TAG_COUNT && (traits[id] & FORMATTING) && g->formatting)
			g->formatting--;
	}
}

static void close_implied(struct guard *g, enum tag tag)
{
	for (size_t k = 0; k < sizeof(implied) / sizeof(implied[0]); k++) {
		if (implied[k].start != tag)
			continue;
		for (unsigned d = g->depth; d--;) {
			if (is_one_of(g->stack[d], implied[k].until))
				return;
			if (is_one_of(g->stack[d], implied[k].closes)) {
				pop_to(g, d);
				return;
			}
		}
	}
}

/* An open <p> with nothing but inline elements inside ends where a block begins. */
static void close_p(struct guard *g)
{
	for (unsigned d = g->depth; d--;) {
		uint16_t id = g->stack[d];
		if (id == TAG_P) {
			pop_to(g, d);
			return;
		}
		if (id < TAG_COUNT && (traits[id] & (CLOSES_P | BARRIER)))
			return;
	}
}

static void see_end(struct guard *g, uint16_t id)
{
	bool is_table_part = id == TAG_TABLE || id == TAG_TR || id == TAG_TD || id == TAG_TH || id == TAG_TBODY;

	for (unsigned d = g->depth; d--;) {
		uint16_t open = g->stack[d];
		if (open == id) {
			pop_to(g, d);
			return;
		}
		if (open == TAG_TABLE || (!is_table_part && open < TAG_COUNT && (traits[open] & BARRIER) &&
		                          open != TAG_UL && open != TAG_OL && open != TAG_DL))
			return;
	}
}

/* Bytes that end a name in a tag. */
static const bool ends_name[256] = {
	[' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, ['/'] = 1, ['>'] = 1
};
static const bool ends_attribute[256] = {
	[' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, ['/'] = 1, ['>'] = 1, ['='] = 1
};

/* The first byte behind from that ends a name, or the end. */
static size_t name_end(struct str s, size_t from, const bool ends[256])
{
	while (from < s.n && !ends[(unsigned char)s.p[from]])
		from++;
	return from;
}

/* Past the attributes of the tag at g->i; how many there were. */
static unsigned skip_attributes(struct guard *g, bool *closed)
{
	struct str s = g->s;
	unsigned count = 0;

	*closed = false;
	while (g->i < s.n && s.p[g->i] != '>') {
		char c = s.p[g->i];
		if (char_is_space(c) || c == '/') {
			*closed = c == '/';
			g->i++;
			continue;
		}
		count++;
		*closed = false;
		g->i = name_end(s, g->i + 1, ends_attribute); /* it may begin with "=" */
		size_t after = g->i;
		while (after < s.n && char_is_space(s.p[after]))
			after++;
		if (after >= s.n || s.p[after] != '=')
			continue;
		g->i = after + 1;
		while (g->i < s.n && char_is_space(s.p[g->i]))
			g->i++;
		char quote = g->i < s.n ? s.p[g->i] : 0;
		if (quote == '"' || quote == '\'') {
			const char *end = memchr(s.p + g->i + 1, quote, s.n - g->i - 1);
			g->i = end ? (size_t)(end - s.p) + 1 : s.n;
		} else {
			while (g->i < s.n && !char_is_space(s.p[g->i]) && s.p[g->i] != '>')
				g->i++;
		}
	}
	if (g->i < s.n)
		g->i++;
	return count;
}

/* To the end tag of a raw text element. */
static void skip_raw(struct guard *g, struct str name)
{
	while (g->i < g->s.n) {
		const char *at = memchr(g->s.p + g->i, '<', g->s.n - g->i);
		if (!at)
			break;
		g->i = (size_t)(at - g->s.p);
		struct str rest = str_sub(g->s, g->i + 2, g->s.n);
		if (g->i + 1 < g->s.n && at[1] == '/' && str_starts_nocase(rest, name))
			return;
		g->i++;
	}
	g->i = g->s.n;
}

static bool see_start(struct guard *g, struct str name, struct err *e)
{
	enum tag tag;
	uint16_t id = name_id(name, &tag);
	bool closed;
	unsigned attributes = skip_attributes(g, &closed);
	unsigned char trait = traits[tag];

	if (attributes > MAX_HTML_ATTRIBUTES)
		return err_set(e, ERR_LIMIT, "one tag of the page has %u attributes, more than %d", attributes,
		               MAX_HTML_ATTRIBUTES);
	g->nodes += trait & CLOSES_P ? 1 + g->formatting : 1;
	g->attributes += attributes;
	if (g->attributes > MAX_HTML_NODES)
		return err_set(e, ERR_LIMIT, "the page has more than %d attributes", MAX_HTML_NODES);
	if (g->nodes > MAX_HTML_NODES)
		return err_set(e, ERR_LIMIT, "the page has more than %d elements", MAX_HTML_NODES);
	if (trait & RAW)
		skip_raw(g, name);
	if ((trait & (VOID | RAW)) || (closed && tag == TAG_OTHER))
		return true;
	if (trait & CLOSES_P)
		close_p(g);
	if (trait & IMPLIES)
		close_implied(g, tag);
	if (tag == TAG_A) /* a second <a> ends the first */
		see_end(g, TAG_A);
	if (g->depth >= MAX_HTML_DEPTH)
		return err_set(e, ERR_LIMIT, "elements of the page are nested more than %d deep", MAX_HTML_DEPTH);
	g->stack[g->depth++] = id;
	g->formatting += (trait & FORMATTING) != 0;
	return true;
}

static struct str take_name(struct guard *g, size_t from, char lower[64])
{
	g->i = name_end(g->s, from, ends_name);
	size_t n = g->i - from < 64 ? g->i - from : 64;
	for (size_t i = 0; i < n; i++)
		lower[i] = char_lower(g->s.p[from + i]);
	return str_of(lower, n);
}

bool html_guard(struct str s, struct err *e)
{
	if (s.n <= LARGE_BYTES)
		return true;
	struct guard g = { .s = s };
	char lower[64];
	bool closed;
	enum tag tag;

	while (g.i < s.n) {
		const char *at = memchr(s.p + g.i, '<', s.n - g.i);
		if (!at)
			break;
		g.i = (size_t)(at - s.p) + 1;
		if (g.i >= s.n)
			break;
		if (char_is_alpha(s.p[g.i])) {
			if (!see_start(&g, take_name(&g, g.i, lower), e))
				return false;
		} else if (s.p[g.i] == '/' && g.i + 1 < s.n && char_is_alpha(s.p[g.i + 1])) {
			uint16_t id = name_id(take_name(&g, g.i + 1, lower), &tag);
			if (skip_attributes(&g, &closed) > MAX_HTML_ATTRIBUTES)
				return err_set(e, ERR_LIMIT, "an end tag of the page has more than %d attributes",
				               MAX_HTML_ATTRIBUTES);
			see_end(&g, id);
		} else if (str_starts(str_sub(s, g.i, s.n), STR("!--"))) {
			size_t end = str_find(str_sub(s, g.i + 1, s.n), STR("-->"));
			g.i = end == STR_NPOS ? s.n : g.i + 1 + end;
		}
	}
	return true;
}
