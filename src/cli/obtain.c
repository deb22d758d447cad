/*
 * One document: see obtain.h.
 *
 * Nothing is kept: robots.txt is asked for each time, at every host that a
 * redirect leads to as well, and what it forbids is an error here.
 */
#include "cli/obtain.h"

#include "base/file.h"
#include "net/fetch.h"
#include "url/url.h"
#include "watch/watch.h"

static when fetcher_clock(void *arg)
{
	return clock_now(arg);
}

static bool parse_address(struct context *c, const char *address, struct url *out, struct err *e)
{
	return url_parse(c->arena, str_from(address), NULL, out, e) ||
	       err_set(e, ERR_USAGE, "\"%.200s\" is no whole address, such as https://www.example.com/story", address);
}

static bool ask(struct context *c, struct fetcher *f, const struct fetch_request *request, struct fetch_answer *out,
                struct err *e)
{
	fetcher_add(f, request);
	while (!fetcher_take(f, c->arena, out))
		if (!fetcher_wait(f, NULL, 0, -1, e))
			return false;
	return true;
}

/* RFC 9309, 2.3.1: its redirects are followed wherever they lead; 4xx means that
 * there are no rules, silence that nothing may be fetched. */
static bool ask_robots(struct context *c, struct fetcher *f, struct reader *r, struct str origin, struct robots *rules,
                       struct err *e)
{
	struct fetch_request request = robots_request(c->arena, origin);
	struct fetch_answer answer;
	struct document doc = { 0 };

	*rules = ROBOTS_NONE;
	do {
		if (!ask(c, f, &request, &answer, e))
			return false;
		if (answer.result == FETCH_REDIRECTED)
			request = fetch_follow(&request, &answer);
	} while (answer.result == FETCH_REDIRECTED);
	if (robots_are_absent(answer.result, answer.status))
		return true;
	if (answer.result == FETCH_OK) {
		const struct read_job job = { .as = READ_ROBOTS, .url = request.url, .bytes = answer.body };
		reader_read(r, &job, c->arena, &doc);
	}
	if (doc.kind != DOCUMENT_ROBOTS)
		return err_set(e, ERR_NET, "%.*s could not be had, so the page was not asked for: %.*s",
		               STR_ARG(request.url), STR_ARG(answer.sentence.n ? answer.sentence : doc.sentence));
	*rules = doc.robots;
	return true;
}

/* One request, if the rules of its host allow it; *of is the origin whose rules are known. */
static bool ask_politely(struct context *c, struct fetcher *f, struct reader *r, struct fetch_request *request,
                         struct str *of, struct robots *rules, struct fetch_answer *answer, struct err *e)
{
	struct url u;

	if (!url_parse(c->arena, request->url, NULL, &u, e))
		return false;
	struct str origin = url_origin(u.href), path = str_sub(u.href, origin.n, u.href.n);
	if (!str_eq(origin, *of) && !ask_robots(c, f, r, origin, rules, e))
		return false;
	*of = origin;
	if (!robots_allows(rules, path.n ? path : STR("/")))
		return err_set(e, ERR_NET, "the robots.txt of %.*s asks us not to fetch this address%s%.*s",
		               STR_ARG(u.host), request->trail.hops ? ", to which a redirect led: " : "",
		               STR_ARG(request->trail.hops ? u.href : STR_NONE));
	request->delay_ms = robots_pause_ms(rules->crawl_delay, c->settings.host_pause);
	return ask(c, f, request, answer, e);
}

static bool fetch_with(struct context *c, struct fetcher *f, struct reader *r, const struct url *u,
                       struct obtained *out, struct err *e)
{
	struct robots rules;
	struct str of = STR_NONE;
	struct fetch_answer answer;
	struct fetch_request request = {
		.url = u->href,
		.accept = STR("text/html, application/xhtml+xml, */*;q=0.5"),
	};

	do {
		if (!ask_politely(c, f, r, &request, &of, &rules, &answer, e))
			return false;
		if (answer.result == FETCH_REDIRECTED)
			request = fetch_follow(&request, &answer);
	} while (answer.result == FETCH_REDIRECTED);
	if (answer.result != FETCH_OK)
		return err_set(e, ERR_NET, "%.*s: %s%s%.*s", STR_ARG(u->href), fetch_result_name(answer.result),
		               answer.sentence.n ? ": " : "", STR_ARG(answer.sentence));
	*out = (struct obtained){ .url = answer.url, .bytes = answer.body, .content_type = answer.content_type };
	return true;
}

static bool obtain_from_web(struct context *c, struct reader *r, const char *address, struct obtained *out,
                            struct err *e)
{
	struct fetcher *f;
	struct url u;
	const struct fetch_config config = {
		.user_agent = watch_user_agent(&c->settings, c->arena),
		.allow_private = c->settings.allow_private,
		.max_connections = 1,
		.pause_ms = c->settings.host_pause,
		.now = fetcher_clock,
		.now_arg = &c->clock,
	};

	if (!parse_address(c, address, &u, e) || !fetcher_new(&config, &f, e))
		return false;
	bool ok = fetch_with(c, f, r, &u, out, e);
	fetcher_free(f);
	return ok;
}

bool obtain(struct context *c, struct reader *r, const char *operand, const char *url, struct obtained *out,
            struct err *e)
{
	struct buf bytes = BUF_INIT(MAX_BODY_BYTES);
	struct url u = { 0 };

	if (str_has(str_from(operand), STR("://"))) {
		if (url)
			return err_set(e, ERR_USAGE, "--url says where a file was found; \"%.200s\" is no file",
			               operand);
		return obtain_from_web(c, r, operand, out, e);
	}
	if (url && !parse_address(c, url, &u, e))
		return false;
	bool ok = file_read(operand, &bytes, e);
	if (ok)
		*out = (struct obtained){ .url = u.href, .bytes = arena_str(c->arena, buf_view(&bytes)) };
	buf_free(&bytes);
	return ok;
}
