/*
 * One form for all addresses of one page: see url_identity and url_clean in
 * url.h.
 *
 * Parameters keep their order and their spelling.  Empty ones go ("a=1&&b=2"),
 * and a "?" that has nothing behind it any more goes too.
 */
#include "base/buf.h"
#include "url/standard.h"
#include "url/tracking.h"
#include "url/url.h"

static bool name_matches(struct str name, struct str pattern)
{
	if (str_ends(pattern, STR("*")))
		return str_starts_nocase(name, str_sub(pattern, 0, pattern.n - 1));
	return str_eq_nocase(name, pattern);
}

static bool is_tracking(struct str parameter)
{
	struct str name, value;

	str_cut(parameter, '=', &name, &value);
	/* A second "?" where "&" was meant, as careless share buttons write it. */
	if (str_starts(name, STR("?")))
		name = str_sub(name, 1, name.n);
	else if (str_starts_nocase(name, STR("%3f")))
		name = str_sub(name, 3, name.n);
	for (size_t i = 0; i < sizeof TRACKING_NAMES / sizeof *TRACKING_NAMES; i++)
		if (name_matches(name, str_from(TRACKING_NAMES[i])))
			return true;
	return false;
}

/* The parameters that stay, with "?" before the first. */
static struct str without_tracking(struct arena *a, struct str query)
{
	struct buf b = BUF_INIT(query.n + 2);
	struct str parameter;

	while (query.n) {
		str_cut(query, '&', &parameter, &query);
		if (parameter.n == 0 || is_tracking(parameter))
			continue;
		buf_byte(&b, b.n ? '&' : '?');
		buf_str(&b, parameter);
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

bool url_identity(struct arena *a, struct str s, struct str *out)
{
	struct url u, page;
	struct err e;

	if (!url_parse(a, s, NULL, &u, &e))
		return false;
	if (url_unwrap(a, &u, &page))
		u = page;
	size_t mark = str_find_byte(u.href, '?');
	*out = mark == STR_NPOS ? u.href : ARENA_JOIN(a, str_sub(u.href, 0, mark), without_tracking(a, u.query));
	return true;
}

bool url_clean(struct arena *a, struct str s, struct str *out)
{
	struct standard_url u;
	struct str text = standard_trim(s), directive;

	if (text.n > 2 * MAX_URL_BYTES || standard_parse(a, text, NULL, &u))
		return false;
	str_cut(u.fragment, '&', &directive, &(struct str){ 0 });
	if (str_starts(u.fragment, STR(":~:")) || is_tracking(directive))
		u.fragment = STR_NONE;
	struct str fragment = u.fragment.n ? ARENA_JOIN(a, STR("#"), u.fragment) : STR_NONE;
	struct str query = without_tracking(a, u.query);
	u.has_query = query.n > 0;
	u.query = str_sub(query, 1, query.n);
	if (!url_normal(a, standard_write(a, &u, false), out))
		return false;
	*out = ARENA_JOIN(a, *out, fragment);
	return true;
}
