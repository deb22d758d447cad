/*
 * A page: see page.h, and inner.h for the way through this folder.
 *
 * Hidden elements are left out at first; a page that has nothing to show
 * without them (its script would have unveiled the text) is looked at again
 * with them.
 */
#include "page/page.h"

#include <string.h>

#include "base/wire.h"
#include "page/inner.h"
#include "page/lines.h"
#include "text/charset.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_EXPLAINED_TEXT 200
#define TOO_LITTLE 400 /* weight of text below which hidden text is worth a look */

const char *page_kind_name(enum page_kind k)
{
	static const char *const names[PAGE_KINDS] = {
		[PAGE_ARTICLE] = "article", [PAGE_LIVE_BLOG] = "live blog", [PAGE_INDEX] = "index",
		[PAGE_VIDEO] = "video",     [PAGE_GALLERY] = "gallery",     [PAGE_PAYWALL] = "paywall",
		[PAGE_CONSENT] = "consent", [PAGE_BOT_WALL] = "bot wall",   [PAGE_SOFT_404] = "soft 404",
		[PAGE_EMPTY] = "empty",
	};
	return k < PAGE_KINDS ? names[k] : "?";
}

bool page_kind_has_versions(enum page_kind k)
{
	return k == PAGE_ARTICLE || k == PAGE_LIVE_BLOG;
}

/* "en_GB" to "en-gb"; empty if it is no tag. */
static struct str language_tag(struct arena *a, struct str s)
{
	size_t end = str_find_byte(s, ',');

	s = str_trim(str_sub(s, 0, end));
	if (s.n < 2 || s.n > 35)
		return STR_NONE;
	char *out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		out[i] = s.p[i] == '_' ? '-' : char_lower(s.p[i]);
		if (!char_is_alnum(out[i]) && out[i] != '-')
			return STR_NONE;
	}
	return str_of(out, s.n);
}

/* The language that a script gives away, for pages that do not say. */
static struct str language_of_script(const struct article *a)
{
	size_t han = 0, kana = 0, hangul = 0, bengali = 0, thai = 0, letters = 0;

	for (size_t k = 0; k < a->nblocks && letters < 2000; k++)
		for (size_t i = 0; i < a->blocks[k].text.n; letters++) {
			uint32_t c = utf8_next(a->blocks[k].text, &i);
			kana += c >= 0x3040 && c < 0x3100;
			han += c >= 0x4e00 && c < 0xa000;
			hangul += c >= 0xac00 && c < 0xd7a4;
			bengali += c >= 0x980 && c < 0xa00;
			thai += c >= 0xe00 && c < 0xe80;
		}
	return kana * 10 > letters     ? STR("ja")
	       : han * 3 > letters     ? STR("zh")
	       : hangul * 3 > letters  ? STR("ko")
	       : bengali * 3 > letters ? STR("bn")
	       : thai * 3 > letters    ? STR("th")
	                               : STR_NONE;
}

/* Scan, candidates, title, blocks: into *out, whose article is made anew. */
static void find_body(struct arena *a, const struct html *h, const struct page_ask *ask, const struct meta *m,
                      const struct rule_marks *marks, bool keep_hidden, struct scan *s, struct body *body,
                      struct page *out)
{
	struct candidates c;

	scan_page(a, h, ask->url, marks, keep_hidden, s);
	body_weigh(s);
	struct judge *judge = lines_judge_alone(s, m);
	body_find(s, m, &c);
	*body = (struct body){ .node = c.node };
	title_settle(s, m, body, &out->article);
	body_blocks(s, m, judge, &c, ask->explain, body, out);
	standfirst_settle(s, m, body, &out->article);
}

/* Hidden text is looked at only where there is too little without. */
static void choose_body(struct arena *a, const struct html *h, const struct page_ask *ask, const struct meta *m,
                        const struct rule_marks *marks, struct scan *s, struct body *body, struct page *out)
{
	struct page unveiled = { 0 };
	struct scan all;
	struct body found;

	find_body(a, h, ask, m, marks, false, s, body, out);
	if (body->paragraphs >= TOO_LITTLE || !s->hid)
		return;
	find_body(a, h, ask, m, marks, true, &all, &found, &unveiled);
	if (found.paragraphs < 2 * body->paragraphs + TOO_LITTLE)
		return;
	*s = all;
	*body = found;
	*out = unveiled;
}

/* What a rule says of names and dates stands for what the page says of itself. */
static void overrule(const struct rule_marks *marks, struct meta *m)
{
	struct str found;
	struct date d;

	if (marks->byline.n) {
		m->authors[0] = marks->byline;
		m->nauthors = 1;
		m->authors_are_people = false;
	}
	if (date_parse(marks->published, &d))
		m->ld_published = marks->published;
	else if (date_find(marks->published, &d, &found))
		m->ld_published = found;
}

/* "aside.related > p.more" */
static struct str place_of(struct arena *a, const struct html *h, uint32_t node)
{
	struct str place = STR_NONE;

	for (int up = 0; node && up < 2; up++, node = h->nodes[node].parent) {
		const struct html_node *n = &h->nodes[node];
		struct str class = meta_clip(html_attribute(h, node, "class"), 40);
		struct str name = n->tag == TAG_OTHER ? n->name : str_from(html_tag_name(n->tag));
		place = arena_printf(a, "%.*s%s%.*s%s%.*s", STR_ARG(name), class.n ? "." : "", STR_ARG(class),
		                     place.n ? " > " : "", STR_ARG(place));
	}
	return text_normal(a, place);
}

/* Puts what the rule did before the other lines: they follow the page. */
static void explain_rule(struct arena *a, const struct html *h, const struct rule_marks *marks, struct page *out)
{
	struct page_line *lines = ARENA_ARRAY(a, struct page_line, marks->nunmatched + marks->ndropped + out->nlines);
	size_t n = 0;

	for (size_t i = 0; i < marks->nunmatched; i++)
		lines[n++] = (struct page_line){ .reason = STR("rule without a match"), .text = marks->unmatched[i] };
	for (size_t i = 0; i < marks->ndropped && n < MAX_EXPLAINED_LINES; i++) {
		struct str text = html_node_text(a, h, marks->dropped[i]);
		if (text.n)
			lines[n++] = (struct page_line){ .reason = STR("rule drop"),
				                         .place = place_of(a, h, marks->dropped[i]),
				                         .text = meta_clip(text, MAX_EXPLAINED_TEXT) };
	}
	for (size_t i = 0; i < out->nlines && n < MAX_EXPLAINED_LINES; i++)
		lines[n++] = out->lines[i];
	out->lines = lines;
	out->nlines = n;
}

/* A feed or sitemap that came in the place of a page. */
static bool is_xml_list(struct str bytes)
{
	static const struct str roots[] = { STR("<rss"), STR("<feed"), STR("<rdf:RDF"), STR("<urlset"),
		                            STR("<sitemapindex") };
	struct str head = str_trim(str_sub(bytes, 0, 1000));

	if (str_starts(head, STR("\xef\xbb\xbf")))
		head = str_sub(head, 3, head.n);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (str_starts(head, roots[i]) || (str_starts(head, STR("<?xml")) && str_has(head, roots[i])))
			return true;
	return false;
}

/* ---- what is no page ----------------------------------------------------- */

#define NOISE_BYTES (64 * KIB) /* looked at */
#define NOISE 50               /* one control character in so many bytes; random ones have one in ten */
#define GARBLED 10             /* one character that could not be decoded in so many */
#define GARBLED_LEAST 20

/* Control characters in at most 255 bytes; without branches, so that it is done for many at once. */
static uint8_t count_controls(const char *p, size_t n)
{
	uint8_t count = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i], from_tab = (unsigned char)(c - '\t');
		count = (uint8_t)(count + ((c < ' ') & (c != 0x1b) & (from_tab > '\r' - '\t'))); /* ESC: ISO-2022 */
	}
	return count;
}

static bool is_noise(struct str bytes)
{
	const size_t step = 240;
	size_t n = 0;

	bytes = str_sub(bytes, 0, NOISE_BYTES);
	for (size_t i = 0; i < bytes.n; i += step)
		n += count_controls(bytes.p + i, bytes.n - i < step ? bytes.n - i : step);
	return n * NOISE > bytes.n;
}

static bool is_json(struct str bytes, struct str content_type)
{
	bytes = str_trim(bytes);
	return bytes.n && (bytes.p[0] == '{' || bytes.p[0] == '[') &&
	       str_find_nocase(content_type, STR("json")) != STR_NPOS;
}

static bool is_wide(const struct page_ask *ask)
{
	return str_starts(str_from(charset_of_html(ask->bytes, ask->content_type)), STR("utf-16"));
}

/* Every byte means something in some charset: without a look at them a picture
 * is an article of one paragraph. */
static bool refuse_what_is_no_page(const struct page_ask *ask, struct err *e)
{
	if (str_starts(ask->bytes, STR("%PDF-")) || (is_noise(ask->bytes) && !is_wide(ask)))
		return err_set(e, ERR_FORMAT, "the bytes are those of a file of another kind, not of a page");
	if (is_json(ask->bytes, ask->content_type))
		return err_set(e, ERR_FORMAT, "the answer is data in JSON, not a page");
	return true;
}

static bool refuse_what_is_garbled(const struct scan *s, const char *charset, struct err *e)
{
	size_t bad = 0, all = 0;

	for (size_t i = 0; i < s->text.n; i++) {
		const char *at = memchr(s->text.p + i, '\xef', s->text.n - i);
		if (!at)
			break;
		i = (size_t)(at - s->text.p);
		bad += str_starts(str_sub(s->text, i, s->text.n), STR("\xef\xbf\xbd"));
	}
	for (size_t i = 0; i < s->text.n && bad >= GARBLED_LEAST; i++)
		all += ((unsigned char)s->text.p[i] & 0xc0) != 0x80;
	if (bad < GARBLED_LEAST || bad * GARBLED < all)
		return true;
	return err_set(e, ERR_FORMAT, "%zu of %zu characters of the page are none in %s", bad, all, charset);
}

bool page_read(struct arena *a, const struct page_ask *ask, struct page *out, struct err *e)
{
	struct html h;
	struct meta m;
	struct scan s;
	struct body body;
	struct rule_marks marks = { 0 };
	struct article *article = &out->article;

	*out = (struct page){ 0 };
	if (!refuse_what_is_no_page(ask, e) || !html_parse(a, ask->bytes, ask->content_type, &h, e))
		return false;
	meta_read(a, &h, &m);
	if (ask->rules.n && !rules_mark(ask->rules, &h, a, &marks, e))
		return false;
	overrule(&marks, &m);
	choose_body(a, &h, ask, &m, ask->rules.n ? &marks : NULL, &s, &body, out);
	if (!refuse_what_is_garbled(&s, h.charset, e))
		return false;
	names_settle(&s, &m, &body, out);
	dates_settle(&s, &m, &body, out);
	article->language = language_tag(a, m.language);
	if (!article->language.n)
		article->language = language_of_script(article);
	article->section = str_sub(m.section, 0, 200);
	out->charset = str_from(h.charset);
	out->site_name = m.site_name;
	out->noarchive = m.noarchive;
	out->canonical = m.canonical;
	out->kind = is_xml_list(ask->bytes) ? PAGE_INDEX : kind_of(&s, &m, &body, out);
	links_read(&s, out);
	if (ask->explain)
		explain_rule(a, &h, &marks, out);
	return true;
}

static void encode_links(const struct page_link *links, size_t n, struct buf *out)
{
	wire_put_u64(out, n);
	for (size_t i = 0; i < n; i++) {
		wire_put_str(out, links[i].url);
		wire_put_str(out, links[i].text);
	}
}

static struct page_link *decode_links(struct wire *w, struct arena *a, size_t max, size_t *n)
{
	*n = wire_count(w, max);
	struct page_link *links = ARENA_ARRAY(a, struct page_link, *n);

	for (size_t i = 0; i < *n; i++) {
		links[i].url = wire_str(w);
		links[i].text = wire_str(w);
	}
	return links;
}

static void encode_lines(const struct page *p, struct buf *out)
{
	for (size_t i = 0; i < p->article.nblocks; i++) {
		wire_put_u64(out, p->traits[i].place);
		wire_put_i64(out, p->traits[i].score);
	}
	wire_put_u64(out, p->nlines);
	for (size_t i = 0; i < p->nlines; i++) {
		const struct page_line *l = &p->lines[i];
		wire_put_u64(out, l->kept);
		wire_put_u64(out, l->kind);
		wire_put_i64(out, l->score);
		wire_put_str(out, l->reason);
		wire_put_str(out, l->place);
		wire_put_str(out, l->text);
	}
}

static bool decode_lines(struct wire *w, struct arena *a, struct page *out)
{
	out->traits = ARENA_ARRAY(a, struct page_trait, out->article.nblocks);
	for (size_t i = 0; i < out->article.nblocks; i++) {
		out->traits[i].place = wire_u64(w);
		out->traits[i].score = (int32_t)wire_i64(w);
	}
	out->nlines = wire_count(w, MAX_EXPLAINED_LINES);
	out->lines = ARENA_ARRAY(a, struct page_line, out->nlines);
	for (size_t i = 0; i < out->nlines; i++) {
		struct page_line *l = &out->lines[i];
		l->kept = wire_u64(w) != 0;
		uint64_t kind = wire_u64(w);
		if (kind >= BLOCK_KINDS)
			return false;
		l->kind = (enum block_kind)kind;
		l->score = (int32_t)wire_i64(w);
		l->reason = wire_str(w);
		l->place = wire_str(w);
		l->text = wire_str(w);
	}
	return true;
}

void page_encode(const struct page *p, struct buf *out)
{
	struct buf article = BUF_INIT(MAX_WIRE_BYTES);

	wire_put_u64(out, p->kind);
	wire_put_str(out, p->charset);
	wire_put_str(out, p->canonical);
	wire_put_str(out, p->site_name);
	wire_put_u64(out, p->noarchive);
	article_encode(&p->article, &article);
	wire_put_str(out, buf_view(&article));
	buf_free(&article);
	encode_links(p->feeds, p->nfeeds, out);
	encode_links(p->links, p->nlinks, out);
	encode_lines(p, out);
}

bool page_decode(struct str message, struct arena *a, struct page *out)
{
	struct wire w = WIRE_INIT(message);

	*out = (struct page){ 0 };
	uint64_t kind = wire_u64(&w);
	if (kind >= PAGE_KINDS)
		return false;
	out->kind = (enum page_kind)kind;
	out->charset = wire_str(&w);
	out->canonical = wire_str(&w);
	out->site_name = wire_str(&w);
	out->noarchive = wire_u64(&w) != 0;
	if (!article_decode(wire_str(&w), a, &out->article))
		return false;
	out->feeds = decode_links(&w, a, MAX_FEED_LINKS, &out->nfeeds);
	out->links = decode_links(&w, a, MAX_PAGE_LINKS, &out->nlinks);
	return decode_lines(&w, a, out) && wire_done(&w);
}
