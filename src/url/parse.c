/*
 * The addresses of the program: what the URL Standard's parser (standard.h)
 * makes of a text, if it is one that we would fetch.
 *
 * Fragments are cut off at the start: they never reach a server.
 *
 * Limits: no other schemes, no user names or passwords, MAX_URL_BYTES before
 * and after.
 */
#include "url/standard.h"
#include "url/url.h"

static unsigned port_of(const struct standard_url *s)
{
	return (unsigned)(s->port < 0 ? standard_port(s->scheme) : s->port);
}

/* What url_parse made, as the parser knows it; borrows from u. */
static struct standard_url base_of(const struct url *u)
{
	return (struct standard_url){
		.scheme = u->scheme,
		.host = u->host,
		.has_host = true,
		.port = (int)u->port == standard_port(u->scheme) ? -1 : (int)u->port,
		.path = u->path,
		.query = u->query,
		.has_query = str_find_byte(u->href, '?') != STR_NPOS,
	};
}

static const char *refuse(const struct standard_url *s)
{
	if (!str_eq(s->scheme, STR("http")) && !str_eq(s->scheme, STR("https")))
		return "only http and https are followed";
	if (s->username.n || s->password.n)
		return "user names in addresses are not accepted";
	return NULL;
}

static struct str part(struct str href, size_t end, size_t n)
{
	return str_sub(href, end - n, end);
}

bool url_parse(struct arena *a, struct str s, const struct url *base, struct url *out, struct err *e)
{
	struct standard_url standard_base = base ? base_of(base) : (struct standard_url){ 0 }, u;
	struct str text = standard_trim(s);

	text = str_sub(text, 0, str_find_byte(text, '#'));
	if (text.n > 2 * MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "the address is longer than %zu bytes", MAX_URL_BYTES);
	const char *wrong = standard_parse(a, text, base ? &standard_base : NULL, &u);
	wrong = wrong ? wrong : refuse(&u);
	if (wrong)
		return err_set(e, ERR_FORMAT, "\"%.*s\" is not an address for us: %s", text.n > 200 ? 200 : (int)text.n,
		               text.n ? text.p : "", wrong);
	struct str href = standard_write(a, &u, false);
	if (href.n > MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "the address is longer than %zu bytes", MAX_URL_BYTES);
	size_t path_end = href.n - u.query.n - u.has_query;
	*out = (struct url){
		.href = href,
		.scheme = str_sub(href, 0, u.scheme.n),
		.host = str_sub(href, u.scheme.n + 3, u.scheme.n + 3 + u.host.n),
		.port = port_of(&u),
		.path = part(href, path_end, u.path.n),
		.query = part(href, href.n, u.query.n),
	};
	return true;
}
