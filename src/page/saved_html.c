/*
 * A saved revision page of News Sniffer: see saved.h.
 *
 * It is read by its structure and its words: a table one of whose rows says
 * "Version N" twice; above it the sentences about source and dates; below the
 * versions a row with their titles, one with their times, and then a row of
 * two cells for each pair of paragraphs.
 */
#include <string.h>

#include "html/html.h"
#include "page/saved_inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define MOST_NODES 200 /* of a sentence above the table or its row of heads */
#define HEAD_NODES 8   /* of one head */

/* The text below a node without elements of kind leave. */
static struct str text_without(struct arena *a, const struct html *h, uint32_t node, enum tag leave)
{
	struct buf b = BUF_INIT(MAX_ARTICLE_BYTES);
	uint32_t i = node + 1;

	while (i < h->nodes[node].end) {
		enum tag t = h->nodes[i].tag;
		if (t == leave || t == TAG_SCRIPT || t == TAG_STYLE) {
			i = h->nodes[i].end;
			continue;
		}
		if (t == TAG_NONE)
			buf_str(&b, h->nodes[i].text);
		else if (t == TAG_BR || t == TAG_P || t == TAG_DIV)
			buf_byte(&b, ' ');
		i++;
	}
	struct str s = text_normal(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* The first descendant with the tag, or 0. */
static uint32_t find_tag(const struct html *h, uint32_t node, enum tag t)
{
	for (uint32_t i = node + 1; i < h->nodes[node].end; i++)
		if (h->nodes[i].tag == t)
			return i;
	return 0;
}

static when time_in(const struct html *h, uint32_t node)
{
	uint32_t t = find_tag(h, node, TAG_TIME);
	struct date d;

	return t && date_parse(html_attribute(h, t, "datetime"), &d) ? d.at : WHEN_NONE;
}

/* The cells of a row, at most two. */
static unsigned find_cells(const struct html *h, uint32_t row, uint32_t cells[2])
{
	unsigned n = 0;

	for (uint32_t i = row + 1; i < h->nodes[row].end && n < 2;) {
		bool cell = h->nodes[i].tag == TAG_TD || h->nodes[i].tag == TAG_TH;
		if (cell)
			cells[n++] = i;
		i = cell ? h->nodes[i].end : i + 1;
	}
	return n;
}

/* The row that says "Version 0" and "Version 1", or 0. */
static uint32_t find_heads(struct arena *a, const struct html *h, int64_t numbers[2])
{
	for (uint32_t i = 1; i < h->nnodes; i++) {
		uint32_t cells[2];
		if (h->nodes[i].tag != TAG_TR || h->nodes[i].end - i > MOST_NODES || find_cells(h, i, cells) < 2 ||
		    h->nodes[cells[0]].end - cells[0] > HEAD_NODES || h->nodes[cells[1]].end - cells[1] > HEAD_NODES)
			continue;
		numbers[0] = saved_version_number(html_node_text(a, h, cells[0]));
		numbers[1] = saved_version_number(html_node_text(a, h, cells[1]));
		if (numbers[0] >= 0 && numbers[1] >= 0)
			return i;
	}
	return 0;
}

/* What is said above the table. */
static void read_top(struct arena *a, const struct html *h, uint32_t heads, struct saved *out)
{
	for (uint32_t i = 1; i < heads; i++) {
		if (h->nodes[i].tag != TAG_P || h->nodes[i].end - i > MOST_NODES)
			continue;
		struct str text = html_node_text(a, h, i);
		if (out->first_seen == WHEN_NONE && str_has(text, STR("from the source")))
			out->first_seen = time_in(h, i);
		uint32_t link = str_has(text, STR("original source")) ? find_tag(h, i, TAG_A) : 0;
		struct str href = link ? text_normal(a, html_attribute(h, link, "href")) : STR_NONE;
		if (!out->url.n && (str_starts(href, STR("http://")) || str_starts(href, STR("https://"))) &&
		    href.n <= MAX_URL_BYTES)
			out->url = href;
		saved_read_head(text, out);
		i = h->nodes[i].end - 1;
	}
}

struct columns {
	struct str titles[2];
	struct saved_lines lines[2];
};

static bool is_heading_row(const struct html *h, const uint32_t *cells, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (h->nodes[cells[i]].tag != TAG_TH)
			return false;
	return n > 0;
}

/* A row of times: "17 June 2014 10:00", "(about 2 hours later)". */
static bool read_times(struct arena *a, const struct html *h, const uint32_t *cells, unsigned n, struct saved *out)
{
	bool found = false;

	for (unsigned i = 0; i < n; i++) {
		struct str text = html_node_text(a, h, cells[i]);
		struct date d;
		int64_t later = text.n < 160 ? saved_later(text) : -1;
		when at = text.n < 160 ? time_in(h, cells[i]) : WHEN_NONE;
		if (at == WHEN_NONE && text.n < 80 && date_parse(text, &d))
			at = d.at;
		if (at != WHEN_NONE)
			out->versions[i].seen = at;
		if (later >= 0 && i == 1)
			out->versions[1].later = later;
		found |= at != WHEN_NONE || later >= 0;
	}
	return found;
}

static void read_row(struct arena *a, const struct html *h, uint32_t row, struct saved *out, struct columns *c)
{
	uint32_t cells[2];
	unsigned n = find_cells(h, row, cells);
	bool began = c->lines[0].n || c->lines[1].n;

	if (!c->titles[0].n && !began && is_heading_row(h, cells, n)) {
		c->titles[0] = text_without(a, h, cells[0], TAG_INS);
		c->titles[1] = text_without(a, h, cells[n - 1], TAG_DEL);
		return;
	}
	if (!began && read_times(a, h, cells, n, out))
		return;
	for (unsigned i = 0; i < n; i++) {
		struct str text = text_without(a, h, cells[i], i ? TAG_DEL : TAG_INS);
		if (text.n)
			c->lines[i].at[c->lines[i].n++] = text;
	}
}

bool saved_read_html(struct arena *a, struct str bytes, struct saved *out, struct err *e)
{
	struct html h;
	struct columns c = { 0 };
	int64_t numbers[2];
	uint32_t rows = 0;

	if (!html_parse(a, bytes, STR_NONE, &h, e))
		return false;
	uint32_t heads = find_heads(a, &h, numbers);
	if (!heads)
		return err_set(e, ERR_FORMAT, "the page is no saved revision page: it has no table of two versions");
	*out = (struct saved){ .first_seen = WHEN_NONE, .nversions = 2 };
	for (int i = 0; i < 2; i++)
		out->versions[i] = (struct saved_version){ .number = numbers[i], .seen = WHEN_NONE, .later = -1 };
	read_top(a, &h, heads, out);
	uint32_t table = heads;
	while (table && h.nodes[table].tag != TAG_TABLE)
		table = h.nodes[table].parent;
	for (uint32_t i = heads; i < h.nodes[table].end; i++)
		rows += h.nodes[i].tag == TAG_TR;
	for (int i = 0; i < 2; i++)
		c.lines[i].at = ARENA_ARRAY(a, struct str, rows);
	for (uint32_t i = h.nodes[heads].end; i < h.nodes[table].end;) {
		bool row = h.nodes[i].tag == TAG_TR;
		if (row)
			read_row(a, &h, i, out, &c);
		i = row ? h.nodes[i].end : i + 1;
	}
	if (out->versions[0].seen == WHEN_NONE && numbers[0] == 0)
		out->versions[0].seen = out->first_seen;
	return saved_article(a, c.titles[0], c.lines[0], &out->versions[0].article, e) &&
	       saved_article(a, c.titles[1], c.lines[1], &out->versions[1].article, e);
}
