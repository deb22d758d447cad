/*
 * robots.txt: see robots.h.
 *
 * Parsing is one pass over lines.  A run of user-agent lines opens a group;
 * the first rule ends the run.  Two answers grow side by side: the rules of
 * the groups that name us, and those of the groups for everybody, which count
 * only if no group names us.  Common misspellings of the field names are read
 * as what was meant, and so is a field without its colon.
 *
 * Paths and patterns are brought into one spelling before they are compared
 * (RFC 9309, 2.2.2): bytes that addresses do not carry as they are become
 * percent-encoded, unreserved ones are decoded, hexadecimal digits are upper
 * case.  A "*" or "$" of a path, or a "$" inside a pattern, is percent-encoded
 * too, so that only the special ones are left bare.
 *
 * Matching looks for the pieces between the stars one after the other, each as
 * far to the left as it goes: linear in path and pattern, whatever they are.
 *
 * Crawl-delay is no part of the RFC; it belongs to the user-agent lines right
 * above it, which it does not keep from sharing the rules that follow.
 */
#include "net/robots.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/wire.h"

enum field { FIELD_OTHER, FIELD_AGENT, FIELD_ALLOW, FIELD_DISALLOW, FIELD_DELAY, FIELD_SITEMAP };

static const struct {
	const char *name;
	enum field field;
} FIELDS[] = {
	{ "user-agent", FIELD_AGENT },  { "useragent", FIELD_AGENT },   { "user agent", FIELD_AGENT },
	{ "allow", FIELD_ALLOW },       { "disallow", FIELD_DISALLOW }, { "dissallow", FIELD_DISALLOW },
	{ "dissalow", FIELD_DISALLOW }, { "disalow", FIELD_DISALLOW },  { "diasllow", FIELD_DISALLOW },
	{ "disallaw", FIELD_DISALLOW }, { "crawl-delay", FIELD_DELAY }, { "crawldelay", FIELD_DELAY },
	{ "sitemap", FIELD_SITEMAP },   { "site-map", FIELD_SITEMAP },
};

#define HOPS 5
#define LONGEST_CRAWL_DELAY 60.0

/* A growing list of rules and the delay that goes with it. */
struct group {
	struct robots_rule *rules;
	size_t n, cap;
	double delay;
	bool seen;        /* some user-agent line named it */
	bool takes_rules; /* the lines that come now are for it */
	bool takes_delay;
};

struct parser {
	struct arena *arena;
	struct str token;
	struct group ours, everybody;
	bool rules_began, delay_began; /* the run of user-agent lines is over for these */
	struct str *sitemaps;
	size_t nsitemaps, sitemaps_cap;
};

/* -- one spelling for paths ------------------------------------------------ */

static bool is_unreserved(unsigned char c)
{
	return c < 0x80 && (char_is_alnum((char)c) || (c && strchr("-._~", c)));
}

static bool is_reserved(unsigned char c)
{
	return c && c < 0x80 && strchr(":/?#[]@!$&'()*+,;=%", c);
}

/* out has room for three times s.  In a pattern "*" anywhere and "$" at the
 * end keep their meaning. */
static size_t spell(struct str s, bool pattern, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool special = pattern && (c == '*' || (c == '$' && i + 1 == s.n));
		int byte = str_percent(s, i);
		bool coded = byte >= 0;
		if (coded) {
			c = (unsigned char)byte;
			i += 2;
		}
		bool bare = is_unreserved(c) || (!coded && is_reserved(c) && c != '*' && c != '$');
		if (bare || special)
			out[n++] = (char)c;
		else
			n = (size_t)(str_put_percent(out + n, c) - out);
	}
	return n;
}

/* -- parsing --------------------------------------------------------------- */

static void add_rule(struct parser *p, struct group *g, bool allow, struct str path)
{
	if (!g->takes_rules)
		return;
	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 16;
		struct robots_rule *rules = ARENA_ARRAY(p->arena, struct robots_rule, cap);
		if (g->n)
			memcpy(rules, g->rules, g->n * sizeof *rules);
		g->rules = rules, g->cap = cap;
	}
	g->rules[g->n++] = (struct robots_rule){ allow, path };
}

/* Allowing a folder's index page allows the folder's own address. */
static void add_folder_of_index(struct parser *p, struct str path)
{
	size_t slash = path.n;

	while (slash && path.p[slash - 1] != '/')
		slash--;
	if (slash == 0 || !str_starts(str_sub(path, slash, path.n), STR("index.htm")))
		return;
	path = arena_printf(p->arena, "%.*s$", (int)slash, path.p);
	add_rule(p, &p->ours, true, path);
	add_rule(p, &p->everybody, true, path);
}

static void take_rule(struct parser *p, bool allow, struct str value)
{
	p->rules_began = p->delay_began = true;
	if (value.n == 0 || !(p->ours.takes_rules || p->everybody.takes_rules))
		return;
	char *path = arena_alloc(p->arena, 3 * value.n);
	struct str pattern = str_of(path, spell(value, true, path));
	add_rule(p, &p->ours, allow, pattern);
	add_rule(p, &p->everybody, allow, pattern);
	if (allow)
		add_folder_of_index(p, pattern);
}

/* The word before a version: "stet/1.0 (...)". */
static struct str word_of(struct str s)
{
	size_t n = 0;
	while (n < s.n && !char_is_space(s.p[n]) && s.p[n] != '/')
		n++;
	return str_sub(s, 0, n);
}

static bool is_name_byte(char c)
{
	return char_is_alpha(c) || (unsigned char)c >= 0x80 || memchr("-_*", c, 3);
}

/* The product token of a user-agent line: letters, "-" and "_" (RFC 9309,
 * 2.2.1), so that "stet2.0" means us; letters of any script; and "stet*", as
 * people write who think that it needs the star. */
static struct str product_of(struct str value)
{
	size_t n = 0;
	while (n < value.n && is_name_byte(value.p[n]))
		n++;
	while (n > 1 && value.p[n - 1] == '*')
		n--;
	return n ? str_sub(value, 0, n) : word_of(value);
}

/* The same where digits stand inside the name, as the RFC does not have it:
 * "Harvest4News".  Digits at its end are a version, unless the line is the name
 * of the one who asks and nothing else. */
static struct str product_with_digits(struct str value)
{
	size_t n = 0;
	for (size_t i = 0; i < value.n && (is_name_byte(value.p[i]) || char_is_digit(value.p[i])); i++)
		n = char_is_digit(value.p[i]) ? n : i + 1;
	return str_sub(value, 0, n);
}

static bool means(struct str name, struct str token)
{
	return name.n && str_eq_nocase(name, token);
}

static void take_agent(struct parser *p, struct str value)
{
	struct str product = product_of(value);

	if (p->rules_began)
		p->ours.takes_rules = p->everybody.takes_rules = p->rules_began = false;
	if (p->delay_began)
		p->ours.takes_delay = p->everybody.takes_delay = p->delay_began = false;
	bool us = means(product, p->token) || means(product_with_digits(value), p->token) || means(value, p->token);
	struct group *g = str_eq(product, STR("*")) ? &p->everybody : us ? &p->ours : NULL;
	if (g)
		g->seen = g->takes_rules = g->takes_delay = true;
}

/* Digits with at most one point. */
static bool read_seconds(struct str s, double *out)
{
	double value = 0, unit = 1;
	bool point = false, any = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (!char_is_digit(s.p[i]) || i > 15)
			return false;
		value = value * 10 + (s.p[i] - '0');
		unit = point ? unit * 10 : unit;
		any = true;
	}
	*out = value / unit;
	return any;
}

static void take_delay(struct parser *p, struct str value)
{
	double seconds;

	p->delay_began = true;
	if (!read_seconds(value, &seconds))
		return;
	if (p->ours.takes_delay && seconds > p->ours.delay)
		p->ours.delay = seconds;
	if (p->everybody.takes_delay && seconds > p->everybody.delay)
		p->everybody.delay = seconds;
}

static void take_sitemap(struct parser *p, struct str value)
{
	if (value.n == 0 || value.n > MAX_URL_BYTES)
		return;
	if (p->nsitemaps == p->sitemaps_cap) {
		size_t cap = p->sitemaps_cap ? 2 * p->sitemaps_cap : 8;
		struct str *sitemaps = ARENA_ARRAY(p->arena, struct str, cap);
		if (p->nsitemaps)
			memcpy(sitemaps, p->sitemaps, p->nsitemaps * sizeof *sitemaps);
		p->sitemaps = sitemaps, p->sitemaps_cap = cap;
	}
	p->sitemaps[p->nsitemaps++] = arena_str(p->arena, value);
}

/* "name: value", or "name value" when that is all there is on the line. */
static bool split_line(struct str line, struct str *name, struct str *value)
{
	if (str_cut(line, ':', name, value)) {
		*name = str_trim(*name);
		*value = str_trim(*value);
		return true;
	}
	line = str_trim(line);
	size_t end = 0;
	while (end < line.n && !char_is_space(line.p[end]))
		end++;
	*name = str_sub(line, 0, end);
	*value = str_trim(str_sub(line, end, line.n));
	for (size_t i = 0; i < value->n; i++)
		if (char_is_space(value->p[i]))
			return false;
	return value->n > 0;
}

static void take_line(struct parser *p, struct str line)
{
	struct str name, value, comment;
	enum field field = FIELD_OTHER;

	str_cut(line, '#', &line, &comment);
	if (!split_line(line, &name, &value))
		return;
	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
		if (str_eq_nocase(name, str_from(FIELDS[i].name)))
			field = FIELDS[i].field;
	switch (field) {
	case FIELD_AGENT:
		take_agent(p, value);
		break;
	case FIELD_ALLOW:
	case FIELD_DISALLOW:
		take_rule(p, field == FIELD_ALLOW, value);
		break;
	case FIELD_DELAY:
		take_delay(p, value);
		break;
	case FIELD_SITEMAP:
		take_sitemap(p, value);
		break;
	case FIELD_OTHER:
		break;
	}
}

/* Lines end with CR, LF or both; an empty line between is nothing. */
static bool next_line(struct str *rest, struct str *line)
{
	size_t n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	*line = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n + 1, rest->n);
	return true;
}

void robots_parse(struct arena *a, struct str bytes, struct str token, struct robots *out)
{
	struct parser p = { .arena = a, .token = word_of(token), .ours.delay = -1, .everybody.delay = -1 };
	struct str line;
	size_t mark = 0;

	if (bytes.n > MAX_ROBOTS_BYTES) {
		bytes.n = MAX_ROBOTS_BYTES; /* and no half of a rule */
		while (bytes.n && bytes.p[bytes.n - 1] != '\n' && bytes.p[bytes.n - 1] != '\r')
			bytes.n--;
	}
	while (mark < 3 && mark < bytes.n && bytes.p[mark] == "\xef\xbb\xbf"[mark])
		mark++; /* a byte order mark, or the rest of one */
	bytes = str_sub(bytes, mark, bytes.n);
	while (next_line(&bytes, &line))
		take_line(&p, line);

	const struct group *g = p.ours.seen ? &p.ours : &p.everybody;
	*out = (struct robots){
		.rules = g->rules,
		.nrules = g->n,
		.crawl_delay = g->delay,
		.sitemaps = p.sitemaps,
		.nsitemaps = p.nsitemaps,
	};
}

/* -- matching -------------------------------------------------------------- */

static bool matches(struct str path, struct str pattern)
{
	bool to_the_end = str_ends(pattern, STR("$"));
	struct str rest = to_the_end ? str_sub(pattern, 0, pattern.n - 1) : pattern, piece;
	bool more = str_cut(rest, '*', &piece, &rest);

	if (!str_starts(path, piece))
		return false;
	path = str_sub(path, piece.n, path.n);
	if (!more)
		return !to_the_end || path.n == 0;
	while (more) {
		more = str_cut(rest, '*', &piece, &rest);
		if (!more && to_the_end)
			return str_ends(path, piece);
		size_t at = str_find(path, piece);
		if (at == STR_NPOS)
			return false;
		path = str_sub(path, at + piece.n, path.n);
	}
	return true;
}

bool robots_allows(const struct robots *r, struct str path)
{
	const struct robots_rule *best = NULL;

	char *spelled = mem_alloc(3 * path.n);
	struct str s = str_of(spelled, spell(path, false, spelled));
	for (size_t i = 0; i < r->nrules; i++) {
		const struct robots_rule *rule = &r->rules[i];
		bool longer = !best || rule->path.n > best->path.n ||
		              (rule->path.n == best->path.n && rule->allow && !best->allow);
		if (longer && matches(s, rule->path))
			best = rule;
	}
	free(spelled);
	return !best || best->allow;
}

/* -- asking for it --------------------------------------------------------- */

struct fetch_request robots_request(struct arena *a, struct str origin)
{
	return (struct fetch_request){ .url = arena_printf(a, "%.*s/robots.txt", STR_ARG(origin)),
		                       .accept = STR("text/plain, */*;q=0.1"),
		                       .max_bytes = MAX_ROBOTS_BYTES,
		                       .beginning = true,
		                       .max_hops = HOPS };
}

bool robots_are_absent(enum fetch_result result, int status)
{
	return status == 204 || (status >= 400 && status < 500 && status != 429) || result == FETCH_REDIRECT_LOOP;
}

int64_t robots_pause_ms(double crawl_delay, int64_t least_ms)
{
	double asked = 1000 * (crawl_delay < LONGEST_CRAWL_DELAY ? crawl_delay : LONGEST_CRAWL_DELAY);
	return asked > (double)least_ms ? (int64_t)asked : least_ms;
}

/* -- between processes ----------------------------------------------------- */

void robots_encode(const struct robots *r, struct buf *out)
{
	wire_put_u64(out, r->nrules);
	for (size_t i = 0; i < r->nrules; i++) {
		wire_put_u64(out, r->rules[i].allow);
		wire_put_str(out, r->rules[i].path);
	}
	wire_put_i64(out, r->crawl_delay < 0 ? -1 : (int64_t)(r->crawl_delay * 1000 + 0.5));
	wire_put_u64(out, r->nsitemaps);
	for (size_t i = 0; i < r->nsitemaps; i++)
		wire_put_str(out, r->sitemaps[i]);
}

bool robots_decode(struct str message, struct arena *a, struct robots *out)
{
	struct wire w = WIRE_INIT(message);
	struct robots r = { 0 };

	r.nrules = wire_count(&w, MAX_ROBOTS_BYTES);
	r.rules = ARENA_ARRAY(a, struct robots_rule, r.nrules);
	for (size_t i = 0; i < r.nrules; i++) {
		r.rules[i].allow = wire_u64(&w) != 0;
		r.rules[i].path = arena_str(a, wire_str(&w));
	}
	int64_t delay = wire_i64(&w);
	r.crawl_delay = delay < 0 ? -1 : (double)delay / 1000;
	r.nsitemaps = wire_count(&w, MAX_ROBOTS_BYTES);
	r.sitemaps = ARENA_ARRAY(a, struct str, r.nsitemaps);
	for (size_t i = 0; i < r.nsitemaps; i++)
		r.sitemaps[i] = arena_str(a, wire_str(&w));
	if (!wire_done(&w))
		return false;
	*out = r;
	return true;
}
