/*
 * One spelling for addresses that mean the same by RFC 3986, section 6, and by
 * what crawlers agree on: see url_normal in url.h.
 *
 * The URL Standard's parser has done case, dots, ports and what must be
 * encoded.  Here "%41" becomes "A" where the letter needs no encoding, "%c2"
 * becomes "%C2", a "%" that encodes nothing becomes "%25", several slashes
 * become one, and parameters stand in the order of their names, those of one
 * name as they stood; one without a name goes, and an empty value loses its
 * "=".
 */
#include <stdlib.h>

#include "base/buf.h"
#include "url/standard.h"
#include "url/url.h"

static bool is_unreserved(int c)
{
	return c > 0 && c < 0x80 && (char_is_alnum((char)c) || strchr("-._~", c));
}

static void put_normal(struct buf *b, struct str s, const char *encode)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		int byte = str_percent(s, i);
		bool coded = byte >= 0;
		if (coded)
			i += 2;
		else
			byte = (unsigned char)c;
		if (coded ? is_unreserved(byte) : c != '%' && !strchr(encode, c))
			buf_byte(b, (char)byte);
		else
			buf_printf(b, "%%%02X", (unsigned)byte);
	}
}

static struct str normal_path(struct arena *a, struct str path)
{
	struct buf b = BUF_INIT(3 * path.n + 1);

	for (size_t i = 0; i < path.n;) {
		size_t end = i;
		while (end < path.n && path.p[end] != '/')
			end++;
		put_normal(&b, str_sub(path, i, end), "");
		if (end < path.n)
			buf_byte(&b, '/');
		while (end < path.n && path.p[end] == '/')
			end++;
		i = end;
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

struct parameter {
	struct str name, value;
	size_t order;
};

static int by_name(const void *a, const void *b)
{
	const struct parameter *x = a, *y = b;
	int c = str_cmp(x->name, y->name);
	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static size_t split_query(struct arena *a, struct str query, struct parameter **out)
{
	struct str one;
	size_t n = 0, most = 1;

	for (size_t i = 0; i < query.n; i++)
		most += query.p[i] == '&';
	struct parameter *list = ARENA_ARRAY(a, struct parameter, most);
	while (query.n) {
		str_cut(query, '&', &one, &query);
		str_cut(one, '=', &list[n].name, &list[n].value);
		list[n].order = n;
		n += list[n].name.n > 0;
	}
	*out = list;
	return n;
}

static struct str normal_query(struct arena *a, struct str query)
{
	struct parameter *list;
	struct buf b = BUF_INIT(3 * query.n + 1);
	size_t n = split_query(a, query, &list);

	if (n)
		qsort(list, n, sizeof *list, by_name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(&b, '&');
		put_normal(&b, list[i].name, "[]");
		if (list[i].value.n)
			buf_byte(&b, '=');
		put_normal(&b, list[i].value, "[]");
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

bool url_normal(struct arena *a, struct str s, struct str *out)
{
	struct standard_url u;
	struct str text = standard_trim(s);

	text = str_sub(text, 0, str_find_byte(text, '#'));
	if (text.n > 2 * MAX_URL_BYTES || standard_parse(a, text, NULL, &u))
		return false;
	if (!u.opaque)
		u.path = normal_path(a, u.path);
	u.query = normal_query(a, u.query);
	u.has_query = u.query.n > 0;
	*out = standard_write(a, &u, false);
	return out->n <= MAX_URL_BYTES;
}
