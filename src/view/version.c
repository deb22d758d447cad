/* One version of an article: its text, and where it comes from. */
#include "view/load.h"
#include "view/parts.h"

struct version_page {
	struct article_row row;
	struct version version;
	struct article text;
	struct provenance provenance;
	bool captured; /* the page that brought it can be looked at */
};

static bool look_for_capture(struct view *v, struct version_page *p, struct err *e)
{
	struct captured x;
	when at = p->provenance.check.id ? p->provenance.check.at : WHEN_NONE;

	p->captured = at != WHEN_NONE && archive_capture_at(v->archive, v->arena, p->row.id, STR_NONE, at, &x, e);
	return p->captured || at == WHEN_NONE || e->kind == ERR_NOT_FOUND;
}

static bool load_page(struct view *v, struct version_page *p, struct err *e)
{
	int64_t id = v->args.article, number = v->args.number;

	if (!archive_article(v->archive, v->arena, id, &p->row, e) ||
	    !archive_version(v->archive, v->arena, id, number, &p->version, e) ||
	    !archive_version_text(v->archive, v->arena, id, number, &p->text, e)) {
		if (e->kind == ERR_NOT_FOUND)
			err_set(e, ERR_NOT_FOUND, "there is no version %lld of article %lld", (long long)number,
			        (long long)id);
		return false;
	}
	return load_provenance(v, &p->version, &p->provenance, e) && look_for_capture(v, p, e);
}

static void put_version_link(struct html *h, const struct version_page *p, int64_t number, const char *rel)
{
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)p->row.id, (long long)number);
	html_attr(h, "rel", rel);
	html_printf(h, "Version %lld", (long long)number);
	html_close(h, "a");
}

static void put_steps(struct html *h, const struct version_page *p)
{
	int64_t n = p->version.number;

	if (p->row.versions < 2)
		return;
	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Versions");
	if (n > 0)
		put_version_link(h, p, n - 1, "prev");
	if (n > 0) {
		html_open(h, "a");
		part_change_href(h, p->row.id, n);
		html_puts(h, "What changed here");
		html_close(h, "a");
	}
	if (n + 1 < p->row.versions)
		put_version_link(h, p, n + 1, "next");
	html_close(h, "nav");
}

static void put_term(struct html *h, const char *term)
{
	html_element_z(h, "dt", NULL, term);
	html_open(h, "dd");
}

static void put_capture(struct html *h, struct view *v, const struct version_page *p)
{
	char hex[SHA256_TEXT];

	put_term(h, "Capture");
	if (p->captured) {
		part_capture_link(h, p->row.id, p->provenance.check.at, "the page as it was captured on ");
		html_puts(h, ", ");
	}
	html_text(h, bytes_text(v->arena, p->provenance.body_bytes));
	html_puts(h, ", SHA-256 ");
	html_element_z(h, "code", "hash", sha256_hex(&p->provenance.body, hex));
	html_close(h, "dd");
}

static void put_check(struct html *h, struct view *v, const struct version_page *page)
{
	const struct provenance *p = &page->provenance;
	const struct check *c = &p->check;

	put_term(h, "Check");
	part_time(h, c->at);
	html_puts(h, ", ");
	html_text(h, c->outcome);
	if (c->status)
		html_printf(h, ", HTTP status %d", c->status);
	if (c->origin.n && !str_eq(c->origin, STR("live"))) {
		html_puts(h, ", from ");
		part_foreign(h, "bdi", NULL, STR_NONE, c->origin);
	}
	html_close(h, "dd");
	if (c->url.n && !str_eq(c->url, page->row.url)) {
		put_term(h, "Brought by");
		part_original(h, c->url, STR_NONE);
		html_close(h, "dd");
	}
	if (p->body_bytes)
		put_capture(h, v, page);
}

/* What stood on the page and is not taken for the article. */
static void put_left_out(struct html *h, struct view *v, const struct provenance *p, struct str source)
{
	if (p->nleft_out == 0)
		return;
	put_term(h, "Left out");
	html_text(h, count_text(v->arena, (int64_t)p->nleft_out, "line", "lines"));
	html_puts(h, " as furniture: ");
	for (size_t i = 0; i < p->nleft_out; i++) {
		const struct furniture *f = &p->left_out_by[i];
		html_puts(h, i ? "; " : "");
		if (f->sample.n)
			part_foreign(h, "q", NULL, STR_NONE, f->sample);
		html_puts(h, f->sample.n ? ", " : "");
		html_puts(h, p->left_out[i].doubtful        ? "doubtful"
		             : f->rule == FURNITURE_REPEATS ? "repeats in other articles"
		                                            : "stands where the text keeps changing");
	}
	html_puts(h, " (");
	html_open(h, "a");
	html_attr_printf(h, "href", "/sources/%.*s#furniture", STR_ARG(source));
	html_puts(h, "what this source has taught");
	html_close(h, "a");
	html_puts(h, ")");
	html_close(h, "dd");
}

static void put_provenance(struct html *h, struct view *v, const struct version_page *p)
{
	char hex[SHA256_TEXT];

	html_open(h, "section");
	html_attr(h, "class", "provenance");
	html_element_z(h, "h2", NULL, "Where this text comes from");
	html_open(h, "dl");
	html_attr(h, "class", "facts");
	put_term(h, "Original");
	part_original(h, p->row.url, STR_NONE);
	html_close(h, "dd");
	if (p->provenance.check.id)
		put_check(h, v, p);
	put_left_out(h, v, &p->provenance, p->row.source_key);
	if (p->version.remade) {
		put_term(h, "Read anew");
		part_time(h, p->version.remade);
		html_puts(h, ", from the same page, by a program that reads better");
		html_close(h, "dd");
	}
	put_term(h, "Identity of the text");
	html_element_z(h, "code", "hash", sha256_hex(&p->version.identity, hex));
	html_close(h, "dd");
	html_close(h, "dl");
	html_close(h, "section");
}

static void put_seen(struct html *h, struct view *v, const struct version *x)
{
	html_open(h, "p");
	html_attr(h, "class", "when");
	html_puts(h, "Appeared ");
	part_window(h, x->before, x->first_seen, x->later, WHEN_NONE);
	if (x->last_seen != WHEN_NONE) {
		html_puts(h, "; last seen ");
		part_time(h, x->last_seen);
	}
	html_puts(h, " · ");
	html_text(h, count_text(v->arena, x->words, "word", "words"));
	html_close(h, "p");
}

bool view_version(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct version_page p;

	if (!load_page(v, &p, e))
		return false;
	struct str title = part_title(p.text.title);
	struct frame frame = { .title = arena_printf(v->arena, "Version %lld: %.*s", (long long)p.version.number,
		                                     STR_ARG(title)) };
	frame_begin(&h, v, &frame);
	html_open(&h, "p");
	html_attr(&h, "class", "kicker");
	html_printf(&h, "Version %lld%s of ", (long long)p.version.number,
	            p.version.number + 1 == p.row.versions ? ", the latest,"
	            : p.version.number == 0                ? ", the first,"
	                                                   : "");
	html_open(&h, "a");
	html_attr_printf(&h, "href", "/articles/%lld", (long long)p.row.id);
	html_puts(&h, "this article");
	html_close(&h, "a");
	html_puts(&h, " from ");
	part_source_link(&h, p.row.source_key, "source");
	html_close(&h, "p");
	part_foreign(&h, "h1", NULL, p.text.language, title);
	put_seen(&h, v, &p.version);
	put_steps(&h, &p);
	html_open(&h, "article");
	if (p.text.standfirst.n)
		part_foreign(&h, "p", "standfirst", p.text.language, p.text.standfirst);
	part_byline(&h, &p.text);
	part_text(&h, &p.text, 2);
	html_close(&h, "article");
	put_provenance(&h, v, &p);
	frame_end(&h, v);
	return true;
}
