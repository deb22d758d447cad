/*
 * TimeGates and captures: see memento.h.
 *
 * find_article is the one place where an address that somebody asks for becomes
 * an article, and where one that may not be shown is refused.  It tries the
 * address in the forms in which it may have been kept, the one that was meant most
 * likely first; all are exact look-ups.
 *
 * Limits: a Link header is at most MOST_LINK bytes long if it can be, since front
 * servers refuse longer ones; what then is left out is the way to neighbours, not
 * to the TimeMap.
 */
#include "serve/memento.h"

#include "archive/takedown.h"
#include "url/url.h"

#define MOST_FORMS 8
#define MOST_LINK 3000

/* ---- addresses ------------------------------------------------------------ */

static bool is_web(struct str s)
{
	return str_starts_nocase(s, STR("http:")) || str_starts_nocase(s, STR("https:"));
}

/* Undoes percent-encoding of these bytes; of all if there are none. */
static struct str unescape(struct arena *a, struct str s, const char *these)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int byte = str_percent(s, i);
		bool undo = byte >= 0 && (!these || (byte && strchr(these, byte)));
		p[n++] = undo ? (char)byte : s.p[i];
		i += undo ? 2 : 0;
	}
	p[n] = '\0';
	return str_of(p, n);
}

/* "https:/x" and "https:x" as "https://x": front servers drop slashes. */
static struct str with_slashes(struct arena *a, struct str s)
{
	struct str scheme, rest;

	if (!is_web(s))
		return s;
	str_cut(s, ':', &scheme, &rest);
	while (rest.n && rest.p[0] == '/')
		rest = str_sub(rest, 1, rest.n);
	return ARENA_JOIN(a, scheme, STR("://"), rest);
}

static struct str other_scheme(struct arena *a, struct str s)
{
	bool tls = str_starts_nocase(s, STR("https:"));
	return ARENA_JOIN(a, tls ? STR("http") : STR("https"), str_sub(s, tls ? 5 : 4, s.n));
}

/* What may have been meant, as whole addresses. */
static size_t forms_of(struct arena *a, struct str asked, struct str forms[MOST_FORMS])
{
	size_t n = 0;

	if (str_starts_nocase(asked, STR("http%3A")) || str_starts_nocase(asked, STR("https%3A")))
		asked = unescape(a, asked, NULL);
	forms[n++] = with_slashes(a, asked);
	if (is_web(asked)) {
		forms[n++] = other_scheme(a, forms[0]);
		/* What browsers encode in our links, and sites need not. */
		struct str odd = unescape(a, forms[0], " \"<>\\^`{|}");
		if (odd.n != forms[0].n)
			forms[n++] = odd;
		return n;
	}
	forms[n++] = ARENA_JOIN(a, STR("https://"), asked);
	forms[n++] = ARENA_JOIN(a, STR("http://"), asked);
	return n;
}

/* *article is 0 if it is no address of one. */
static bool look_up(struct archive *ar, struct arena *a, struct str url, int64_t *article, struct err *e)
{
	struct target t;

	*article = 0;
	if (archive_article_by_url(ar, a, url, article, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	if (archive_target_by_url(ar, a, url, &t, e))
		*article = t.article;
	return *article || e->kind == ERR_NOT_FOUND;
}

/* Also the address by which we shall speak of it: as it was asked for, in one spelling. */
static bool find_article(struct archive *ar, struct arena *a, struct str asked, struct str *uri, int64_t *article,
                         struct err *e)
{
	struct str forms[MOST_FORMS], identity;
	size_t n = forms_of(a, asked, forms);
	struct url u;

	for (size_t i = 0; i < n; i++) {
		if (!look_up(ar, a, forms[i], article, e))
			return false;
		if (!*article && url_identity(a, forms[i], &identity) && !look_up(ar, a, identity, article, e))
			return false;
		if (!*article)
			continue;
		struct str said = is_web(forms[0]) ? forms[0] : forms[i];
		*uri = capture_uri(a, url_parse(a, said, NULL, &u, e) ? u.href : said);
		return archive_takedown_check(ar, *article, e);
	}
	return err_set(e, ERR_NOT_FOUND, "the archive has no article at %.*s", forms[0].n > 200 ? 200 : (int)forms[0].n,
	               forms[0].p);
}

/* ---- which capture -------------------------------------------------------- */

/* Of two as near the later one. */
static size_t nearest(const struct memento_set *s, when at)
{
	size_t i = captures_before(s->list, s->n, at);

	if (i == s->n)
		return s->n - 1;
	return i && at - s->list[i - 1].at < s->list[i].at - at ? i - 1 : i;
}

/* RFC 7089, 2.1.1: an RFC 1123 date and nothing else. */
static bool read_accepted(struct str text, when *at, struct err *e)
{
	char again[WHEN_TEXT];

	if (when_parse_http(text, at) && str_eq(text, str_from(when_http(*at, again))))
		return true;
	return err_set(e, ERR_USAGE, "Accept-Datetime takes a time such as \"Mon, 07 Oct 2024 01:53:09 GMT\"");
}

/* ---- the Link header ------------------------------------------------------ */

/* prev and next are numbers in the list, or NONE. */
#define NONE SIZE_MAX

static void put_neighbours(const struct memento_set *s, size_t prev, size_t next, struct buf *out)
{
	const size_t wanted[] = { 0, prev, next, s->n - 1 };
	char at[WHEN_TEXT];
	size_t last = NONE;

	for (size_t k = 0; k < 4; k++) {
		size_t i = wanted[k];
		if (i == NONE || i == last)
			continue;
		last = i;
		struct str path = capture_path(s->arena, s->list[i].at, STR_NONE, s->uri);
		buf_printf(out, ", <%.*s%.*s>; rel=\"%s%s%s%smemento\"; datetime=\"%s\"", STR_ARG(s->call->captures),
		           STR_ARG(path), i == 0 ? "first " : "", i == prev ? "prev " : "", i == next ? "next " : "",
		           i + 1 == s->n ? "last " : "", when_http(s->list[i].at, at));
	}
}

static struct str make_link(const struct memento_set *s, size_t prev, size_t next)
{
	struct str map = memento_map(s, ROUTE_MAP_LINK), gate = memento_gate(s), all, least;
	char from[WHEN_TEXT], until[WHEN_TEXT];
	struct buf b = BUF_INIT(8 * MAX_URL_BYTES);

	buf_printf(&b, "<%.*s>; rel=\"original\", <%.*s>; rel=\"timegate\", ", STR_ARG(s->uri), STR_ARG(gate));
	buf_printf(&b, "<%.*s>; rel=\"timemap\"; type=\"application/link-format\"; from=\"%s\"; until=\"%s\"",
	           STR_ARG(map), when_http(s->list[0].at, from), when_http(s->list[s->n - 1].at, until));
	least = arena_str(s->arena, buf_view(&b));
	put_neighbours(s, prev, next, &b);
	all = b.full || b.n > MOST_LINK ? least : arena_str(s->arena, buf_view(&b));
	buf_free(&b);
	return all;
}

static struct str link_around(const struct memento_set *s, when at)
{
	size_t before = captures_before(s->list, s->n, at);
	size_t after = before + (before < s->n && s->list[before].at == at);

	return make_link(s, before ? before - 1 : NONE, after < s->n ? after : NONE);
}

/* ---- answers -------------------------------------------------------------- */

static bool lead_to(const struct memento_set *s, when at, struct str flavour, struct memento_reply *reply)
{
	reply->location = ARENA_JOIN(s->arena, s->call->captures, capture_path(s->arena, at, flavour, s->uri));
	reply->link = link_around(s, at);
	return true;
}

static bool answer_gate(const struct memento_set *s, struct memento_reply *reply, struct err *e)
{
	struct str accepted = str_trim(s->call->accept_datetime);
	when at = s->list[s->n - 1].at;

	if (accepted.n && !read_accepted(accepted, &at, e))
		return false;
	return lead_to(s, s->list[nearest(s, at)].at, STR_NONE, reply);
}

static bool answer_map(const struct memento_set *s, when begins, struct buf *body, struct memento_reply *reply,
                       struct err *e)
{
	size_t from = begins == WHEN_NONE ? 0 : captures_before(s->list, s->n, begins);

	if (from == s->n)
		return err_set(e, ERR_NOT_FOUND, "nothing was captured since");
	memento_write_map(s, from, body);
	reply->shown.content_type =
	        s->call->kind == ROUTE_MAP_JSON ? STR("application/json") : STR("application/link-format");
	return true;
}

static bool answer_capture(struct archive *ar, const struct memento_set *s, struct buf *body,
                           struct memento_reply *reply, struct err *e)
{
	struct str moment = s->call->moment, flavour = str_ends(moment, CAPTURE_RAW) ? CAPTURE_RAW : STR_NONE;
	struct str digits = str_sub(moment, 0, moment.n - flavour.n), bytes;
	struct captured x;
	when at;

	if (!when_parse_digits(digits, &at))
		return err_set(e, ERR_USAGE, "a capture is named by a time such as 20241007015309");
	bool found = digits.n == WHEN_DIGITS && archive_capture_at(ar, s->arena, s->article, s->uri, at, &x, e);
	if (!found && digits.n == WHEN_DIGITS && e->kind != ERR_NOT_FOUND)
		return false;
	if (!found)
		return lead_to(s, s->list[nearest(s, at)].at, flavour, reply);
	if (!archive_blob(ar, s->arena, x.body, &bytes, e))
		return false;
	capture_show(s->arena, bytes, x.content_type, flavour.n > 0, body, &reply->shown);
	reply->at = at;
	reply->link = link_around(s, at);
	return true;
}

/* "20241007015309/http..." names a page of a TimeMap. */
static struct str take_begin(struct str uri, when *begins)
{
	struct str first, rest;

	if (str_cut(uri, '/', &first, &rest) && first.n == WHEN_DIGITS && when_parse_digits(first, begins))
		return rest;
	*begins = WHEN_NONE;
	return uri;
}

bool memento_hear(struct archive *ar, struct arena *a, const struct memento_call *call, struct buf *body,
                  struct memento_reply *reply, struct err *e)
{
	struct memento_set s = { .call = call, .arena = a };
	bool maps = call->kind == ROUTE_MAP_LINK || call->kind == ROUTE_MAP_JSON;
	struct str asked = call->uri;
	when begins = WHEN_NONE;

	*reply = (struct memento_reply){ .at = WHEN_NONE };
	if (maps)
		asked = take_begin(asked, &begins);
	if (!find_article(ar, a, asked, &s.uri, &s.article, e) || !archive_captures(ar, a, s.article, &s.list, &s.n, e))
		return false;
	if (s.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no page of this article was kept");
	if (maps)
		return answer_map(&s, begins, body, reply, e);
	return call->kind == ROUTE_GATE ? answer_gate(&s, reply, e) : answer_capture(ar, &s, body, reply, e);
}
