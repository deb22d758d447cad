/*
 * The routes, and how a path and a query are read: see routes.h.
 *
 * To add a page: write its view function, add a line here and one to
 * docs/http-api.md (a test compares the two).
 */
#include "serve/routes.h"

#include <string.h>

#define EDIT_DIGITS 12 /* of an edit's name */

#define PAGE(path, function, grain, live, about)                                                                       \
	{                                                                                                              \
		"GET", path, ROUTE_PAGE, function, NULL, grain, live, about                                            \
	}
#define ATOM(path, function, about)                                                                                    \
	{                                                                                                              \
		"GET", path, ROUTE_ATOM, function, NULL, 0, false, about                                               \
	}
#define JSON(path, function, grain, about)                                                                             \
	{                                                                                                              \
		"GET", path, ROUTE_JSON, function, NULL, grain, false, about                                           \
	}
#define PICTURE(path, kind, function, about)                                                                           \
	{                                                                                                              \
		"GET", path, kind, function, NULL, 0, false, about                                                     \
	}
#define ASSET(path, name, about)                                                                                       \
	{                                                                                                              \
		"GET", path, ROUTE_ASSET, NULL, name, 0, false, about                                                  \
	}

#define HUB(path, about)                                                                                               \
	{                                                                                                              \
		"POST", path, ROUTE_HUB, NULL, NULL, 0, false, about                                                   \
	}

#define FRAME(path, function, about)                                                                                   \
	{                                                                                                              \
		"GET", path, ROUTE_FRAME, function, NULL, 0, false, about                                              \
	}
#define MEMENTO(path, kind, about)                                                                                     \
	{                                                                                                              \
		"GET", path, kind, NULL, NULL, 0, false, about                                                         \
	}

const struct route serve_routes[] = {
	PAGE("/", view_home, 0, true, "The latest changes of all sources."),
	PAGE("/sources", view_sources, 0, false, "The list of sources."),
	PAGE("/sources/{key}", view_source, 60, true, "A source: its feeds and its latest changes."),
	PAGE("/sources/{key}/articles", view_articles, 0, false, "The articles of a source, newest first."),
	PAGE("/articles", view_articles, 0, false, "All articles, newest first."),
	PAGE("/articles/{article}", view_article, 60, true, "An article: its versions, its state, its latest text."),
	PAGE("/articles/{article}/compare", view_compare, 0, false, "Leads to the difference of versions a= and b=."),
	PAGE("/articles/{article}/versions/{number}", view_version, 0, false,
	     "The text of one version and its provenance."),
	PAGE("/articles/{article}/diff/{number}/{other}", view_diff, 0, false, "The difference of any two versions."),
	PAGE("/articles/{article}/history", view_history, 0, false,
	     "Every sentence an article ever had, with the versions that brought and removed it."),
	PAGE("/articles/{article}/diff/{number}/{other}/edits/{edit}", view_edit, 0, false, "One edit, for good."),
	PICTURE("/articles/{article}/diff/{number}/{other}/edits/{edit}.svg", ROUTE_SVG, view_edit_svg,
	        "The card of an edit, as a drawing."),
	PICTURE("/articles/{article}/diff/{number}/{other}/edits/{edit}.png", ROUTE_PNG, view_edit_png,
	        "The card of an edit, as a picture of 1200 by 630."),
	PAGE("/articles/{article}/captures", view_captures, 0, false, "When the pages of an article were captured."),
	FRAME("/articles/{article}/captures/{moment}", view_capture, "One captured page, in a frame."),
	PAGE("/search", view_search, 0, false, "Search, or the way from an address to its article."),
	PAGE("/status", view_status, 60, true, "What is checked, what waits, what fails and why."),
	ATOM("/feed.atom", view_feed, "Atom feed of all changes."),
	ATOM("/sources/{key}/feed.atom", view_feed, "Atom feed of the changes of a source."),
	ATOM("/articles/{article}/feed.atom", view_feed_article, "Atom feed of the changes of an article."),
	ATOM("/search.atom", view_feed_search,
	     "Atom feed of the changes of articles that a search finds, or of the changes it finds (`q=removed:...`)."),
	JSON("/api/v1/changes", view_api_changes, 0, "The latest changes."),
	JSON("/api/v1/sources", view_api_sources, 0, "The list of sources."),
	JSON("/api/v1/sources/{key}", view_api_source, 0, "A source, what is watched of it, its latest changes."),
	JSON("/api/v1/articles", view_api_articles, 0, "Articles, newest first."),
	JSON("/api/v1/articles/{article}", view_api_article, 0, "An article with its versions, changes and sightings."),
	JSON("/api/v1/articles/{article}/versions/{number}", view_api_version, 0,
	     "The text of one version and its provenance."),
	JSON("/api/v1/articles/{article}/diff/{number}/{other}", view_api_diff, 0,
	     "The aligned rows of any two versions."),
	JSON("/api/v1/articles/{article}/history", view_api_history, 0,
	     "Every sentence an article ever had, with the versions that brought, changed and removed it."),
	JSON("/api/v1/search", view_api_search, 0,
	     "Articles that a search finds, best first, or changes, newest first."),
	JSON("/api/v1/status", view_api_status, 1, "Counts, what waits, the latest checks that failed."),
	MEMENTO("/timegate/{uri}", ROUTE_GATE, "Leads to the capture of an address that is nearest to a time."),
	MEMENTO("/timemap/link/{uri}", ROUTE_MAP_LINK, "All captures of an address, in link format."),
	MEMENTO("/timemap/json/{uri}", ROUTE_MAP_JSON, "All captures of an address, in JSON."),
	MEMENTO("/memento/{moment}/{uri}", ROUTE_CAPTURE, "An address as it was captured at a time."),
	ASSET("/style.css", "style.css", "The style sheet."),
	ASSET("/diff.js", "diff.js", "Keys that step from edit to edit; every page is whole without it."),
	ASSET("/favicon.svg", "favicon.svg", "The icon."),
	ASSET("/robots.txt", "robots.txt", "Asks search engines to stay away."),
	HUB("/hub/{secret}", "Where a WebSub hub confirms a subscription, and tells that a feed has something new."),
};
const size_t serve_nroutes = sizeof serve_routes / sizeof *serve_routes;

/* ---- paths -------------------------------------------------------------- */

static bool read_number(struct str s, int64_t *out)
{
	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_digit(s.p[i]))
			return false;
	return str_to_i64(s, out);
}

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.')
			return false;
	return s.n > 0 && s.n <= 64;
}

/* So many hexadecimal digits, in small letters. */
static bool is_hex(struct str s, size_t digits)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return s.n == digits;
}

static bool read_edit(struct str name, struct str part, struct view_args *args)
{
	struct str ending = str_sub(name, strlen("{edit}"), name.n);

	if (!str_ends(part, ending))
		return false;
	args->edit = str_sub(part, 0, part.n - ending.n);
	return is_hex(args->edit, EDIT_DIGITS);
}

static bool read_name(struct str name, struct str part, struct view_args *args)
{
	if (str_starts(name, STR("{edit}")))
		return read_edit(name, part, args);
	if (str_eq(name, STR("{key}"))) {
		args->key = part;
		return is_key(part);
	}
	if (str_eq(name, STR("{secret}"))) {
		args->secret = part;
		return is_hex(part, HUB_SECRET_DIGITS);
	}
	if (str_eq(name, STR("{moment}"))) {
		args->moment = part;
		return part.n >= 4 && char_is_digit(part.p[0]);
	}
	if (str_eq(name, STR("{article}")))
		return read_number(part, &args->article);
	if (str_eq(name, STR("{number}")))
		return read_number(part, &args->number);
	return read_number(part, &args->other);
}

static bool match(struct str pattern, struct str path, struct view_args *args)
{
	bool more = true;

	while (more) {
		struct str want, part;
		if (str_eq(pattern, STR("{uri}"))) {
			args->uri = path;
			return path.n > 0;
		}
		more = str_cut(pattern, '/', &want, &pattern);
		if (str_cut(path, '/', &part, &path) != more)
			return false;
		bool fits = str_starts(want, STR("{")) ? read_name(want, part, args) : str_eq(want, part);
		if (!fits)
			return false;
	}
	return true;
}

const struct route *route_find(struct str path)
{
	struct view_args names = { 0 };

	for (size_t i = 0; i < serve_nroutes; i++)
		if (match(str_from(serve_routes[i].pattern), path, &names))
			return &serve_routes[i];
	return NULL;
}

bool route_takes_post(const struct route *route)
{
	return route && strcmp(route->method, "POST") == 0;
}

void route_read(const struct route *route, struct str path, struct view_args *args)
{
	(void)match(str_from(route->pattern), path, args);
}

/* ---- queries ------------------------------------------------------------ */

static bool decode(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			p[n++] = s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		int byte = str_percent(s, i);
		if (byte < 0)
			return false;
		p[n++] = (char)byte;
		i += 2;
	}
	*out = str_of(p, n);
	return true;
}

static bool read_value(struct str name, struct str value, struct view_args *args, struct err *e)
{
	const struct {
		const char *name;
		struct str *text;
		int64_t *number, *flag;
	} known[] = {
		{ .name = "q", .text = &args->query },         { .name = "source", .text = &args->source },
		{ .name = "before", .text = &args->before },   { .name = "view", .text = &args->mode },
		{ .name = "page", .number = &args->page },     { .name = "live", .number = &args->live },
		{ .name = "a", .number = &args->number },      { .name = "b", .number = &args->other },
		{ .name = "kinds", .text = &args->kinds },     { .name = "matters", .flag = &args->matters },
		{ .name = "earlier", .flag = &args->earlier }, { .name = "folded", .flag = &args->folded },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!str_eq(name, str_from(known[i].name)))
			continue;
		int64_t *number = known[i].flag ? known[i].flag : known[i].number;
		if (known[i].text)
			*known[i].text = value;
		else if (!read_number(value, number))
			return err_set(e, ERR_USAGE, "\"%s\" is a number", known[i].name);
		if (known[i].flag && *number > 1)
			return err_set(e, ERR_USAGE, "\"%s\" is 1, or left out", known[i].name);
	}
	return true;
}

bool query_value(struct arena *a, struct str query, const char *name, struct str *out)
{
	while (query.n) {
		struct str pair, this, value;
		str_cut(query, '&', &pair, &query);
		str_cut(pair, '=', &this, &value);
		if (str_eq(this, str_from(name)))
			return decode(a, value, out);
	}
	return false;
}

bool query_read(struct arena *a, struct str query, struct view_args *args, struct err *e)
{
	while (query.n) {
		struct str pair, name, value;
		str_cut(query, '&', &pair, &query);
		str_cut(pair, '=', &name, &value);
		if (!decode(a, name, &name) || !decode(a, value, &value))
			return err_set(e, ERR_USAGE, "a percent sign in the query is not followed by two digits");
		if (value.n > MAX_QUERY_BYTES)
			return err_set(e, ERR_USAGE, "a value in the query is longer than %d bytes", MAX_QUERY_BYTES);
		if (!utf8_valid(value) || str_find_byte(value, '\0') != STR_NPOS)
			return err_set(e, ERR_USAGE, "the query is not text in UTF-8");
		if (!read_value(name, value, args, e))
			return false;
	}
	return true;
}
