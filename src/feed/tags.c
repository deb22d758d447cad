/*
 * Tags that match.
 *
 * A parser that forgives tags which do not match has to guess what they mean,
 * and guesses that everything behind an unclosed <b> in a summary is part of
 * that summary.  Here it is known what a feed is: an end tag closes whatever is
 * still open inside its element, an end tag of nothing goes, an item ends where
 * the next one begins, and a title ends where another element of an item
 * begins.  So the parser gets tags that match, with attributes in quotation
 * marks.
 *
 * Limits: MAX_ATTRIBUTES on a tag, each once; elements deeper than MAX_OPEN lose their tags and keep their text.
 */
#include "feed/mender.h"

#define MAX_ATTRIBUTES 64

static bool is_one_of(struct str name, const char *const *names)
{
	for (; *names; names++)
		if (str_eq_nocase(name, str_from(*names)))
			return true;
	return false;
}

void mend_close(struct mender *m, size_t down_to)
{
	if (m->nopen > down_to)
		m->inside = 0;
	while (m->nopen > down_to) {
		struct str name = m->open[--m->nopen];
		buf_puts(&m->out, "</");
		buf_str(&m->out, name);
		buf_byte(&m->out, '>');
	}
}

/* One more than the index of the innermost open element of that name, or 0. */
static size_t find_open(const struct mender *m, struct str name)
{
	size_t k = m->nopen;

	while (k && !str_eq_nocase(m->open[k - 1], name))
		k--;
	return k;
}

/* At s.p[i] == '<': the length of the tag, or 0 if it does not end.  A tag whose
 * quotation mark is missing ends at the first ">". */
static size_t tag_length(struct str s, size_t i)
{
	char quote = 0;

	for (size_t k = i + 1; k < s.n; k++) {
		char c = s.p[k];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && (s.p[k - 1] == '=' || char_is_space(s.p[k - 1])))
			quote = c;
		else if (c == '>')
			return k + 1 - i;
	}
	size_t end = str_find_byte(str_sub(s, i, s.n), '>');
	return end == STR_NPOS ? 0 : end + 1;
}

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && (char_is_alnum(s.p[n]) || s.p[n] == '_' || s.p[n] == ':' || s.p[n] == '-' || s.p[n] == '.' ||
	                   (unsigned char)s.p[n] >= 0x80))
		n++;
	return n;
}

static size_t skip_spaces(const struct mender *m, size_t i, size_t end)
{
	while (i < end && char_is_space(m->s.p[i]))
		i++;
	return i;
}

static void put_value(struct mender *m, size_t from, size_t to)
{
	buf_puts(&m->out, "=\"");
	for (m->i = from; m->i < to;) {
		char c = m->s.p[m->i];
		if (c == '&') {
			mend_ampersand(m);
		} else if (c == '<' || c == '"') {
			buf_puts(&m->out, c == '<' ? "&lt;" : "&quot;");
			m->i++;
		} else {
			mend_char(m);
		}
	}
	buf_byte(&m->out, '"');
}

/* The value behind a "=" at from; returns what is behind it. */
static size_t take_value(struct mender *m, size_t from, size_t end)
{
	size_t i = skip_spaces(m, from, end), to = i;
	char quote = i < end ? m->s.p[i] : ' ';

	if (quote == '"' || quote == '\'') {
		size_t n = str_find_byte(str_sub(m->s, i + 1, end), quote);
		to = n == STR_NPOS ? end : i + 1 + n;
		put_value(m, i + 1, to);
		return to < end ? to + 1 : end;
	}
	m->bozo = true;
	while (to < end && !char_is_space(m->s.p[to]))
		to++;
	put_value(m, i, to);
	return to;
}

static bool is_new(struct str *seen, size_t *nseen, struct str name)
{
	for (size_t i = 0; i < *nseen; i++)
		if (str_eq(seen[i], name))
			return false;
	if (*nseen == MAX_ATTRIBUTES)
		return false;
	seen[(*nseen)++] = name;
	return true;
}

/* Attributes between i and end, which is where the tag's ">" or "/>" is.  Those
 * that XML does not allow are written and taken back. */
static void put_attributes(struct mender *m, size_t i, size_t end)
{
	struct str seen[MAX_ATTRIBUTES];
	size_t nseen = 0;

	while ((i = skip_spaces(m, i, end)) < end) {
		struct str rest = str_sub(m->s, i, end);
		size_t n = name_length(rest), before = m->out.n;
		bool good = n && !char_is_digit(rest.p[0]) && rest.p[0] != '-' && rest.p[0] != '.' &&
		            is_new(seen, &nseen, str_sub(rest, 0, n));
		buf_byte(&m->out, ' ');
		buf_str(&m->out, str_sub(rest, 0, n));
		i = skip_spaces(m, i + (n ? n : 1), end);
		if (n && i < end && m->s.p[i] == '=') {
			i = take_value(m, i + 1, end);
		} else {
			m->bozo = true;
			put_value(m, i, i);
		}
		m->bozo |= !good;
		if (!good && !m->out.full)
			m->out.n = before;
	}
}

/* What has to be closed before an element of this name begins. */
static void close_before(struct mender *m, struct str name)
{
	static const char *const items[] = { "item", "entry", NULL };
	static const char *const short_ones[] = { "title", "link",    "guid",       "pubdate",
		                                  "id",    "dc:date", "dc:creator", NULL };
	static const char *const of_item[] = {
		"title",       "link",    "guid",      "pubdate", "description",     "category",
		"comments",    "author",  "enclosure", "source",  "content:encoded", "dc:creator",
		"dc:date",     "summary", "content",   "id",      "updated",         "published",
		"media:group", "item",    "entry",     NULL
	};
	size_t keep = m->nopen;

	if (m->is_sitemap)
		return;
	if (keep && is_one_of(m->open[keep - 1], short_ones) && is_one_of(name, of_item))
		keep--;
	if (is_one_of(name, items) && find_open(m, name))
		keep = find_open(m, name) - 1;
	m->bozo |= keep < m->nopen;
	mend_close(m, keep);
}

static void put_start(struct mender *m, struct str name, size_t attributes, size_t end)
{
	bool empty = m->s.p[end - 1] == '/' && end > attributes;

	close_before(m, name);
	if (m->nopen == MAX_OPEN) {
		m->too_deep += !empty;
		m->bozo = true;
		return;
	}
	buf_byte(&m->out, '<');
	buf_str(&m->out, name);
	put_attributes(m, attributes, empty ? end - 1 : end);
	buf_puts(&m->out, empty ? "/>" : ">");
	if (!empty) {
		m->open[m->nopen++] = name;
		m->inside = m->out.n;
	}
}

static void put_end(struct mender *m, struct str name)
{
	size_t k = find_open(m, name);

	m->bozo |= k != m->nopen;
	if (m->too_deep && k != m->nopen)
		m->too_deep--;
	else if (k)
		mend_close(m, k - 1);
}

void mend_cut(struct mender *m)
{
	static const char *const addresses[] = { "loc", "link", "guid", "id", NULL };

	if (m->inside && is_one_of(m->open[m->nopen - 1], addresses) && !m->out.full)
		m->out.n = m->inside;
}

bool mend_tag(struct mender *m)
{
	size_t length = tag_length(m->s, m->i), behind = m->i + length;
	bool closes = m->i + 1 < m->s.n && m->s.p[m->i + 1] == '/';
	size_t from = m->i + (closes ? 2 : 1);

	if (length == 0)
		return false;
	size_t to = from + name_length(str_sub(m->s, from, behind - 1));
	struct str name = str_sub(m->s, from, to);
	if (closes)
		put_end(m, name);
	else
		put_start(m, name, to, behind - 1);
	m->i = behind;
	return true;
}
