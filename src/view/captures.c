/*
 * What was captured of an article: the list, newest first, and the page that
 * shows one capture in a frame, with what is to be known of it above.
 *
 * The frame's address is that of the capture itself (serve/memento.h), which is
 * sent so that it can do nothing; the frame forbids it a second time.
 */
#include <stdlib.h>

#include "view/capture.h"
#include "view/load.h"
#include "view/parts.h"

#define ROWS 100

struct captures_page {
	struct view *v;
	struct article_row row;
	struct capture *list; /* in order of time */
	size_t n;
};

static bool load_list(struct view *v, struct captures_page *p, struct err *e)
{
	*p = (struct captures_page){ .v = v };
	if (archive_article(v->archive, v->arena, v->args.article, &p->row, e))
		return archive_captures(v->archive, v->arena, p->row.id, &p->list, &p->n, e);
	return e->kind == ERR_NOT_FOUND &&
	       err_set(e, ERR_NOT_FOUND, "there is no article %lld", (long long)v->args.article);
}

static void put_head(struct html *h, const struct captures_page *p, const char *words)
{
	html_open(h, "p");
	html_attr(h, "class", "kicker");
	html_puts(h, words);
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld", (long long)p->row.id);
	html_puts(h, "this article");
	html_close(h, "a");
	html_puts(h, " from ");
	part_source_link(h, p->row.source_key, "source");
	html_close(h, "p");
	part_foreign(h, "h1", NULL, p->row.language, part_title(p->row.title));
}

/* ---- the list ------------------------------------------------------------- */

/* The version that came with a capture, if one did. */
static void put_version(struct html *h, const struct version *versions, size_t n, const struct capture *c)
{
	for (size_t i = 0; i < n; i++)
		if (versions[i].check == c->check) {
			html_puts(h, " · brought ");
			html_open(h, "a");
			html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)versions[i].article,
			                 (long long)versions[i].number);
			html_printf(h, "version %lld", (long long)versions[i].number);
			html_close(h, "a");
			return;
		}
}

static bool put_row(struct html *h, const struct captures_page *p, const struct capture *c,
                    const struct version *versions, size_t nversions, struct err *e)
{
	struct captured x;

	if (!archive_capture_at(p->v->archive, p->v->arena, p->row.id, p->row.url, c->at, &x, e))
		return false;
	html_open(h, "li");
	part_capture_link(h, p->row.id, c->at, "");
	if (c->last != c->at) {
		html_puts(h, ", the same until ");
		part_time(h, c->last);
	}
	put_version(h, versions, nversions, c);
	if (!str_eq(x.url, p->row.url)) {
		html_puts(h, " · ");
		part_original(h, x.url, STR_NONE);
	}
	html_close(h, "li");
	return true;
}

static void put_map_link(struct html *h, const struct captures_page *p, const char *form, const char *words)
{
	struct str uri = capture_uri(p->v->arena, p->row.url);

	html_open(h, "a");
	html_attr_printf(h, "href", "/timemap/%s/%.*s", form, STR_ARG(uri));
	html_puts(h, words);
	html_close(h, "a");
}

static void put_note(struct html *h, const struct captures_page *p)
{
	html_element_z(h, "p", "note",
	               "The pages as they came, each with the time at which it first looked exactly so. "
	               "Walls and errors are not among them, nor pages that ask not to be kept.");
	html_open(h, "p");
	html_attr(h, "class", "note");
	html_puts(h, "For programs (RFC 7089): the TimeMap in ");
	put_map_link(h, p, "link", "link format");
	html_puts(h, " and in ");
	put_map_link(h, p, "json", "JSON");
	html_puts(h, ".");
	html_close(h, "p");
}

static bool put_list(struct html *h, const struct captures_page *p, size_t end, struct err *e)
{
	struct version *versions;
	size_t nversions, from = end > ROWS ? end - ROWS : 0;
	char digits[WHEN_TEXT];

	if (!archive_versions(p->v->archive, p->v->arena, p->row.id, &versions, &nversions, e))
		return false;
	html_open(h, "ol");
	html_attr(h, "class", "captures");
	html_attr(h, "reversed", "reversed");
	html_attr_int(h, "start", (int64_t)end);
	for (size_t i = end; i-- > from;)
		if (!put_row(h, p, &p->list[i], versions, nversions, e))
			return false;
	html_close(h, "ol");
	part_pager(h, p->v, from ? str_from(when_digits(p->list[from].at, digits)) : STR_NONE, "Older captures",
	           "Newest captures");
	return true;
}

bool view_captures(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct captures_page p;
	when before = WHEN_NONE;

	if (v->args.before.n && !when_parse_digits(v->args.before, &before))
		return err_set(e, ERR_USAGE, "\"before\" is not a place in this list");
	if (!load_list(v, &p, e))
		return false;
	struct frame frame = { .title = arena_printf(v->arena, "Captures: %.*s", STR_ARG(part_title(p.row.title))) };
	frame_begin(&h, v, &frame);
	put_head(&h, &p, "Captured pages of ");
	put_note(&h, &p);
	if (p.n == 0)
		html_element_z(&h, "p", "note", "No page of this article was kept.");
	else if (!put_list(&h, &p, before == WHEN_NONE ? p.n : captures_before(p.list, p.n, before), e))
		return false;
	frame_end(&h, v);
	return true;
}

/* ---- one capture ---------------------------------------------------------- */

static void put_from(struct html *h, const struct captured *x)
{
	html_open(h, "p");
	html_attr(h, "class", "when");
	html_puts(h, "Captured ");
	part_time(h, x->at);
	html_puts(h, " from ");
	part_original(h, x->asked, STR_NONE);
	if (!str_eq(x->asked, x->url)) {
		html_puts(h, ", which led to ");
		part_original(h, x->url, STR_NONE);
	}
	html_close(h, "p");
}

static void put_steps(struct html *h, const struct captures_page *p, when at)
{
	size_t before = captures_before(p->list, p->n, at), after = before;

	while (after < p->n && p->list[after].at <= at)
		after++;
	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Captures");
	if (before)
		part_capture_link(h, p->row.id, p->list[before - 1].at, "Before: ");
	if (after < p->n)
		part_capture_link(h, p->row.id, p->list[after].at, "After: ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/captures", (long long)p->row.id);
	if (p->n > 1)
		html_printf(h, "All %zu captures", p->n);
	else
		html_puts(h, "The only capture");
	html_close(h, "a");
	html_close(h, "nav");
}

static struct str capture_address(struct view *v, const struct captured *x, struct str flavour)
{
	struct str uri = capture_uri(v->arena, x->asked);

	return ARENA_JOIN(v->arena, v->captures, capture_path(v->arena, x->at, flavour, uri));
}

static void put_frame(struct html *h, struct view *v, const struct captured *x)
{
	struct str shown = capture_address(v, x, STR_NONE);

	html_open(h, "p");
	html_attr(h, "class", "note");
	html_puts(h, "Here it can run no scripts, send nothing and load nothing: pictures, styles and fonts that were "
	             "files of their own are missing, so it may look bare. ");
	html_open(h, "a");
	html_attr_str(h, "href", shown);
	html_puts(h, "Without this frame");
	html_close(h, "a");
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_str(h, "href", capture_address(v, x, CAPTURE_RAW));
	html_puts(h, "The bytes as they came, as a file");
	html_close(h, "a");
	html_close(h, "p");
	html_open(h, "iframe");
	html_attr(h, "class", "captured");
	html_attr(h, "title", "The page as it was captured");
	html_attr(h, "sandbox", "");
	html_attr(h, "referrerpolicy", "no-referrer");
	html_attr_str(h, "src", shown);
	html_close(h, "iframe");
}

bool view_capture(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct captures_page p;
	struct captured x;
	char human[WHEN_TEXT];
	when at;

	if (!load_list(v, &p, e))
		return false;
	bool is_time = when_parse_digits(v->args.moment, &at);
	bool found = is_time && archive_capture_at(v->archive, v->arena, p.row.id, p.row.url, at, &x, e);
	if (!found && is_time && e->kind != ERR_NOT_FOUND)
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "article %lld was not captured at exactly this time",
		               (long long)p.row.id);
	struct frame frame = { .title = arena_printf(v->arena, "Captured %s: %.*s", when_human(at, human),
		                                     STR_ARG(part_title(p.row.title))),
		               .class = "wide" };
	frame_begin(&h, v, &frame);
	put_head(&h, &p, "Captured page of ");
	put_from(&h, &x);
	put_steps(&h, &p, at);
	put_frame(&h, v, &x);
	frame_end(&h, v);
	return true;
}
