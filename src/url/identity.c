/*
 * One form for all addresses of one page: see url_identity in url.h.
 *
 * Parameters keep their order and their spelling.  Empty ones go ("a=1&&b=2"),
 * and a "?" that has nothing behind it any more goes too.
 */
#include "base/buf.h"
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

bool url_identity(struct arena *a, struct str s, struct str *out)
{
	struct url u, page;
	struct err e;

	if (!url_parse(a, s, NULL, &u, &e))
		return false;
	if (url_unwrap(a, &u, &page))
		u = page;
	size_t mark = str_find_byte(u.href, '?');
	if (mark == STR_NPOS) {
		*out = u.href;
		return true;
	}
	struct buf b = BUF_INIT(MAX_URL_BYTES);
	struct str rest = u.query, parameter;
	bool any = false;

	buf_str(&b, str_sub(u.href, 0, mark));
	while (rest.n) {
		str_cut(rest, '&', &parameter, &rest);
		if (parameter.n == 0 || is_tracking(parameter))
			continue;
		buf_byte(&b, any ? '&' : '?');
		buf_str(&b, parameter);
		any = true;
	}
	*out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return true;
}
