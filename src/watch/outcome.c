/* Outcomes of checks: see outcome.h. */
#include "watch/outcome.h"

#include "url/url.h"

#define LANGUAGE_FOLDER 6 /* bytes of "/de-at": the first page of an edition */

enum outcome outcome_of_fetch(enum fetch_result r)
{
	static const enum outcome outcomes[FETCH_RESULTS] = {
		[FETCH_OK] = OUTCOME_UNCHANGED,
		[FETCH_NOT_MODIFIED] = OUTCOME_NOT_MODIFIED,
		[FETCH_NOT_FOUND] = OUTCOME_NOT_FOUND,
		[FETCH_GONE] = OUTCOME_GONE,
		[FETCH_REFUSED] = OUTCOME_REFUSED,
		[FETCH_ASKED_TO_WAIT] = OUTCOME_ASKED_TO_WAIT,
		[FETCH_SERVER_ERROR] = OUTCOME_SERVER_ERROR,
		[FETCH_REDIRECT_LOOP] = OUTCOME_REDIRECT_LOOP,
		[FETCH_UNREACHABLE] = OUTCOME_UNREACHABLE,
		[FETCH_PRIVATE] = OUTCOME_PRIVATE,
		[FETCH_BAD_TLS] = OUTCOME_BAD_TLS,
		[FETCH_TOO_SLOW] = OUTCOME_TOO_SLOW,
		[FETCH_TOO_LARGE] = OUTCOME_TOO_LARGE,
		[FETCH_BAD_ANSWER] = OUTCOME_BAD_ANSWER,
	};
	return outcomes[r];
}

enum outcome outcome_of_page(enum page_kind k)
{
	static const enum outcome outcomes[PAGE_KINDS] = {
		[PAGE_ARTICLE] = OUTCOME_ARTICLE,   [PAGE_LIVE_BLOG] = OUTCOME_LIVE_BLOG,
		[PAGE_INDEX] = OUTCOME_INDEX,       [PAGE_VIDEO] = OUTCOME_VIDEO,
		[PAGE_GALLERY] = OUTCOME_GALLERY,   [PAGE_PAYWALL] = OUTCOME_PAYWALL,
		[PAGE_CONSENT] = OUTCOME_CONSENT,   [PAGE_BOT_WALL] = OUTCOME_BOT_WALL,
		[PAGE_SOFT_404] = OUTCOME_SOFT_404, [PAGE_EMPTY] = OUTCOME_EMPTY,
	};
	return outcomes[k];
}

/* ---- redirects ----------------------------------------------------------- */

/* Names of hosts and of folders of those who ask for something first. */
static const struct gate {
	enum outcome outcome;
	const char *label;  /* a whole label of the host name; NULL: none */
	const char *folder; /* a whole part of the path, in lower case */
} gates[] = {
	{ OUTCOME_CONSENT, "consent", "consent" },     { OUTCOME_CONSENT, "cmp", "cookiewall" },
	{ OUTCOME_CONSENT, "privacy", "cookie-wall" }, { OUTCOME_CONSENT, "myprivacy", "privacy-gate" },
	{ OUTCOME_CONSENT, "gdpr", "collectconsent" }, { OUTCOME_LOGIN_WALL, "login", "login" },
	{ OUTCOME_LOGIN_WALL, "signin", "signin" },    { OUTCOME_LOGIN_WALL, "accounts", "sign-in" },
	{ OUTCOME_LOGIN_WALL, "account", "log-in" },   { OUTCOME_LOGIN_WALL, "auth", "sso" },
	{ OUTCOME_LOGIN_WALL, "sso", "anmelden" },     { OUTCOME_LOGIN_WALL, NULL, "connexion" },
	{ OUTCOME_LOGIN_WALL, NULL, "inloggen" },      { OUTCOME_LOGIN_WALL, NULL, "accedi" },
};

/* Is it one of the parts between these bytes? */
static bool has_part(struct str s, char between, const char *part)
{
	struct str one;
	bool more = part != NULL;

	while (more) {
		more = str_cut(s, between, &one, &s);
		if (str_eq_nocase(one, str_from(part)))
			return true;
	}
	return false;
}

static bool leads_through(const struct gate *g, const struct url *asked, const struct url *got)
{
	return (has_part(got->host, '.', g->label) && !has_part(asked->host, '.', g->label)) ||
	       (has_part(got->path, '/', g->folder) && !has_part(asked->path, '/', g->folder));
}

/* "/news" for "/news/" and "/news/index.html". */
static struct str folder_of(struct str path)
{
	struct str indexes[] = { STR("index.html"), STR("index.htm"), STR("index.php") };

	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++)
		if (str_ends(path, indexes[i]))
			path.n -= indexes[i].n;
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

static bool is_above(struct str folder, struct str path)
{
	return folder.n < path.n && str_starts(path, folder) && path.p[folder.n] == '/';
}

bool outcome_of_redirect(struct arena *a, struct str asked, struct str got, enum page_kind kind, enum outcome *out)
{
	struct url from, to;
	struct err ignored;

	if (!url_parse(a, asked, NULL, &from, &ignored) || !url_parse(a, got, NULL, &to, &ignored))
		return false;
	for (size_t i = 0; i < sizeof gates / sizeof *gates; i++)
		if (leads_through(&gates[i], &from, &to)) {
			*out = gates[i].outcome;
			return true;
		}
	struct str was = folder_of(from.path), is = folder_of(to.path);
	bool home = to.query.n == 0 && (is.n == 0 || (is.n <= LANGUAGE_FOLDER && is_above(is, was)));
	if (was.n == 0 || !(home || kind == PAGE_INDEX))
		return false;
	*out = OUTCOME_REDIRECTED_HOME;
	return true;
}
