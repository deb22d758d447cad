/*
 * The article's blocks: the lines of its element, without the furniture that
 * stands among them.
 *
 * A line goes when it stands in an element that calls itself furniture, is a
 * link and little else, says what only furniture says (phrases.inc), counts
 * something, repeats the title or another line, or stands at the edge as
 * byline or date.  What stays gets its kind from the elements around it.
 */
#include <string.h>

#include "base/hash.h"
#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define SCRAP_WEIGHT 24        /* a line outside <p> that is no more is no text */
#define MAX_HEADING_WEIGHT 250 /* longer ones are text in large letters */
#define EDGE_WEIGHT 110        /* bylines and dates at the edges are no longer */
#define MAX_CELL_WEIGHT 160    /* longer cells on average make a table a layout */

struct maker {
	struct scan *s;
	const struct meta *meta;
	struct body *body;
	struct article *out;
	size_t first, last; /* lines of the body */
	size_t room;
	uint64_t bytes;
	uint32_t row; /* the <tr> that the last block came from */
	uint32_t cell;
	uint32_t table; /* the last one looked at */
	bool table_has_data;
	uint32_t silence; /* lines before this node are dropped, by a heading */
	bool hushed;      /* a heading introduced furniture: drop until text */
	uint64_t *seen;   /* hashes of blocks, to find repetitions */
	size_t nseen;
};

static bool within(const struct scan *s, uint32_t node, uint32_t outer)
{
	return node >= outer && node < s->html->nodes[outer].end;
}

/* The nearest ancestor with this tag, below the body's element; or 0. */
static uint32_t ancestor(const struct maker *m, uint32_t node, enum tag t)
{
	for (; node > m->body->node; node = m->s->html->nodes[node].parent)
		if (m->s->html->nodes[node].tag == t)
			return node;
	return 0;
}

/* The first line of the body at or behind a node. */
static size_t line_from(const struct maker *m, uint32_t node)
{
	size_t from = m->first, to = m->last;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (m->s->lines[middle].at < node)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Weight of text and of links in the lines of a node. */
static void weigh(const struct maker *m, uint32_t node, uint64_t *weight, uint64_t *link, size_t *lines)
{
	*weight = *link = *lines = 0;
	for (size_t k = line_from(m, node); k < m->last && within(m->s, m->s->lines[k].at, node); k++) {
		*weight += m->s->lines[k].weight;
		*link += m->s->lines[k].link;
		++*lines;
	}
}

static void drop_lines(struct maker *m, uint32_t node)
{
	for (size_t k = line_from(m, node); k < m->last && within(m->s, m->s->lines[k].at, node); k++)
		m->s->lines[k].dropped = true;
}

static bool is_furniture(const struct maker *m, uint32_t i)
{
	const struct scan *s = m->s;
	uint32_t says = s->info[i].says;
	enum tag t = s->html->nodes[i].tag;
	int64_t good = s->info[i].good, whole = s->info[m->body->node].good;
	uint64_t weight, link;
	size_t lines;

	if (says & SAYS_FURNITURE & ~SAYS_HIDDEN) {
		if (says & SAYS_PULLQUOTE)
			return false;
		return good * 10 < whole * (says & SAYS_STRONG ? 1 : 3);
	}
	if (says & SAYS_HIDDEN)
		return good * 2 < whole;
	if (t == TAG_FORM || t == TAG_FIELDSET || t == TAG_ADDRESS)
		return good * 3 < whole;
	if (says & (SAYS_AUTHOR | SAYS_DATE) && good * 5 < whole && !(says & (SAYS_STRONG | SAYS_CAPTION))) {
		weigh(m, i, &weight, &link, &lines);
		return weight < (says & SAYS_AUTHOR ? 700 : 150);
	}
	if (t == TAG_UL || t == TAG_OL || t == TAG_DL || t == TAG_TABLE) {
		weigh(m, i, &weight, &link, &lines);
		return link * 2 >= weight || (lines > 2 && link * 3 >= weight && good * 3 < whole);
	}
	return false;
}

static void drop_furniture(struct maker *m)
{
	const struct scan *s = m->s;

	for (uint32_t i = m->body->node + 1; i < s->html->nodes[m->body->node].end;) {
		if (!s->info[i].skipped && s->html->nodes[i].tag != TAG_NONE && is_furniture(m, i)) {
			drop_lines(m, i);
			i = s->html->nodes[i].end;
		} else {
			i++;
		}
	}
}

static bool is_data_table(struct maker *m, uint32_t table)
{
	const struct html *h = m->s->html;
	uint64_t weight, link, cells = 0;
	size_t lines;

	if (table == m->table)
		return m->table_has_data;
	m->table = table;
	m->table_has_data = false;
	for (uint32_t i = table; i < h->nodes[table].end; i++) {
		if (i != table && h->nodes[i].tag == TAG_TABLE)
			return false;
		cells += h->nodes[i].tag == TAG_TD || h->nodes[i].tag == TAG_TH;
	}
	weigh(m, table, &weight, &link, &lines);
	m->table_has_data = cells > 1 && weight / cells < MAX_CELL_WEIGHT;
	return m->table_has_data;
}

static enum block_kind kind_of_line(struct maker *m, const struct line *l)
{
	const struct scan *s = m->s;
	enum block_kind kind = BLOCK_PARAGRAPH;

	for (uint32_t i = l->node; i > m->body->node; i = s->html->nodes[i].parent) {
		enum tag t = s->html->nodes[i].tag;
		if (s->info[i].says & SAYS_PULLQUOTE)
			return BLOCK_PULLQUOTE;
		if (t >= TAG_H1 && t <= TAG_H6)
			return l->weight <= MAX_HEADING_WEIGHT ? BLOCK_HEADING : kind;
		if (t == TAG_FIGCAPTION || t == TAG_FIGURE ||
		    (s->info[i].says & SAYS_CAPTION && kind == BLOCK_PARAGRAPH))
			return s->html->nodes[i].tag == TAG_FIGURE && ancestor(m, l->node, TAG_BLOCKQUOTE)
			               ? BLOCK_QUOTE
			               : BLOCK_CAPTION;
		if (t == TAG_TABLE && is_data_table(m, i) && ancestor(m, l->node, TAG_TR))
			return BLOCK_ROW;
		if (kind != BLOCK_PARAGRAPH)
			continue;
		if (t == TAG_LI || t == TAG_DT || t == TAG_DD)
			kind = BLOCK_ITEM;
		else if (t == TAG_BLOCKQUOTE)
			kind = BLOCK_QUOTE;
	}
	return kind;
}

static bool names_author(const struct maker *m, struct str text)
{
	for (size_t i = 0; i < m->meta->nauthors; i++)
		if (m->meta->authors[i].n > 4 && str_find_nocase(text, m->meta->authors[i]) != STR_NPOS)
			return true;
	return false;
}

/* A byline or a date line, as they stand before the first paragraph. */
static bool is_edge(const struct maker *m, const struct line *l, struct str text)
{
	struct date date;
	struct str found;

	if (l->weight > EDGE_WEIGHT)
		return false;
	if (names_author(m, text) && l->weight < 60)
		return true;
	if (str_starts_nocase(text, STR("by ")) && !l->sentence)
		return true;
	return date_find(text, &date, &found) && (l->weight < 45 || scan_weight(found) * 2 > l->weight);
}

static bool repeats(struct maker *m, struct str text, uint32_t weight)
{
	uint64_t hash = hash_quick(text);

	if (weight < 40)
		return false;
	for (size_t i = 0; i < m->nseen; i++)
		if (m->seen[i] == hash)
			return true;
	if (m->nseen < 1024)
		m->seen[m->nseen++] = hash;
	return false;
}

static bool is_title(const struct maker *m, struct str text)
{
	return text_alike(text, m->out->title) || text_alike(text, m->meta->og_title) ||
	       text_alike(text, m->meta->ld_title) || text_alike(text, m->meta->html_title);
}

/* Something that was introduced as furniture goes on until text comes. */
static bool is_hushed(struct maker *m, const struct line *l, enum block_kind kind)
{
	if (l->at < m->silence)
		return true;
	if (!m->hushed)
		return false;
	if (kind == BLOCK_PARAGRAPH && l->sentence && l->weight >= 90 && l->link * 4 < l->weight)
		m->hushed = false;
	return m->hushed;
}

/* A heading such as "Related": its container goes, if it is not the article. */
static void hush(struct maker *m, const struct line *l)
{
	const struct scan *s = m->s;
	uint32_t best = 0;

	for (uint32_t i = l->node; i > m->body->node; i = s->html->nodes[i].parent)
		if (s->info[i].good * 5 < s->info[m->body->node].good)
			best = i;
	if (best)
		m->silence = s->html->nodes[best].end;
	m->hushed = true;
}

static bool is_scrap(const struct maker *m, const struct line *l, enum block_kind kind, struct str text)
{
	if (kind == BLOCK_ROW)
		return false;
	if (l->link * 10 >= l->weight * 8 && !(kind == BLOCK_HEADING && l->weight > 20))
		return true;
	if (l->link * 2 > l->weight && !l->sentence && kind != BLOCK_HEADING)
		return true;
	if (phrase_is_counter(text))
		return true;
	return kind == BLOCK_PARAGRAPH && !l->sentence && l->weight < SCRAP_WEIGHT && !ancestor(m, l->node, TAG_P) &&
	       m->s->html->nodes[l->node].tag != TAG_P;
}

static void add_block(struct maker *m, enum block_kind kind, struct str text)
{
	struct article *a = m->out;

	if (a->nblocks == MAX_BLOCKS || m->bytes + text.n > MAX_ARTICLE_BYTES)
		return;
	if (text.n > MAX_BLOCK_BYTES) {
		text = str_sub(text, 0, MAX_BLOCK_BYTES);
		while (text.n && ((unsigned char)text.p[text.n - 1] & 0xc0) == 0x80)
			text.n--;
		text = str_trim(str_sub(text, 0, text.n ? text.n - 1 : 0));
	}
	if (a->nblocks == m->room) {
		struct block *wider = arena_alloc(m->s->arena, 2 * m->room * sizeof(struct block));
		memcpy(wider, a->blocks, a->nblocks * sizeof(struct block));
		a->blocks = wider;
		m->room *= 2;
	}
	m->bytes += text.n;
	a->blocks[a->nblocks++] = (struct block){ .kind = kind, .at = WHEN_NONE, .text = text };
}

/* A cell goes to the end of its row. */
static void add_cell(struct maker *m, const struct line *l, struct str text)
{
	uint32_t row = ancestor(m, l->node, TAG_TR), cell = ancestor(m, l->node, TAG_TD);
	struct article *a = m->out;

	if (!cell)
		cell = ancestor(m, l->node, TAG_TH);
	if (row != m->row || !a->nblocks) {
		add_block(m, BLOCK_ROW, text);
	} else {
		struct block *b = &a->blocks[a->nblocks - 1];
		if (b->text.n + text.n + 3 <= MAX_BLOCK_BYTES)
			b->text = arena_printf(m->s->arena, cell == m->cell ? "%.*s %.*s" : "%.*s | %.*s",
			                       STR_ARG(b->text), STR_ARG(text));
	}
	m->row = row;
	m->cell = cell;
}

/* In a live blog a heading with a time beside it begins an entry. */
static void mark_entry(struct maker *m, const struct line *l)
{
	const struct html *h = m->s->html;
	uint32_t around = h->nodes[l->node].parent;
	struct block *b = &m->out->blocks[m->out->nblocks - 1];
	struct date at;

	for (int up = 0; up < 2 && around > m->body->node; up++, around = h->nodes[around].parent) {
		uint32_t end = h->nodes[around].end < around + 200 ? h->nodes[around].end : around + 200;
		for (uint32_t i = around; i < end && b->kind == BLOCK_HEADING; i++)
			if (h->nodes[i].tag == TAG_TIME && date_parse(html_attribute(h, i, "datetime"), &at)) {
				b->kind = BLOCK_ENTRY;
				b->at = at.at;
			}
	}
}

/* The first text of the body, in an element that calls itself the standfirst. */
static bool is_standfirst(const struct maker *m, const struct line *l, struct str text)
{
	const struct scan *s = m->s;

	if (m->out->standfirst.n || l->weight < 20 || text.n > MAX_TITLE_BYTES)
		return false;
	for (uint32_t i = l->node; i > m->body->node; i = s->html->nodes[i].parent)
		if (s->info[i].says & SAYS_STANDFIRST && s->info[i].good * 10 < s->info[m->body->node].good * 3)
			return true;
	return false;
}

static bool before_text(const struct maker *m)
{
	return m->body->paragraphs < 60;
}

/* One line to a block, or to nothing.  False where the article ends. */
static bool take_line(struct maker *m, struct line *l)
{
	struct str text = scan_line_text(m->s, l);
	enum block_kind kind = kind_of_line(m, l);
	enum phrase_kind phrase = text.n ? phrase_of(text) : PHRASE_LINE;

	if (phrase == PHRASE_HEADING && (kind == BLOCK_HEADING || !l->sentence) && kind != BLOCK_ROW) {
		hush(m, l);
		return true;
	}
	if (phrase == PHRASE_END && kind != BLOCK_ROW && !l->sentence)
		return m->body->paragraphs * 3 < (uint64_t)m->s->info[m->body->node].good;
	if (phrase == PHRASE_LINE || is_hushed(m, l, kind) || is_scrap(m, l, kind, text))
		return true;
	if (before_text(m) && (is_edge(m, l, text) || is_title(m, text)))
		return true;
	if (kind == BLOCK_HEADING && (is_title(m, text) || (before_text(m) && ancestor(m, l->node, TAG_H1))))
		return true;
	if (before_text(m) && is_standfirst(m, l, text)) {
		m->out->standfirst = text;
		return true;
	}
	if (kind != BLOCK_ROW && repeats(m, text, l->weight))
		return true;
	if (kind == BLOCK_ROW) {
		add_cell(m, l, text);
	} else {
		m->row = 0;
		add_block(m, kind, text);
		if (m->meta->ld_live && kind == BLOCK_HEADING)
			mark_entry(m, l);
	}
	m->body->weight += l->weight;
	if (kind == BLOCK_PARAGRAPH || kind == BLOCK_QUOTE)
		m->body->paragraphs += l->weight;
	return true;
}

/* Headings with nothing below them, and bylines or dates at the end. */
static void trim_end(struct maker *m)
{
	struct article *a = m->out;

	while (a->nblocks) {
		const struct block *b = &a->blocks[a->nblocks - 1];
		struct line l = { .weight = scan_weight(b->text) };
		if (b->kind != BLOCK_HEADING &&
		    !(b->kind == BLOCK_PARAGRAPH && a->nblocks > 3 && is_edge(m, &l, b->text)))
			break;
		if (a->nblocks == 1)
			break;
		a->nblocks--;
	}
}

void body_blocks(struct scan *s, const struct meta *meta, struct body *body, struct article *out)
{
	struct maker m = { .s = s, .meta = meta, .body = body, .out = out, .room = 64 };

	out->blocks = arena_alloc(s->arena, m.room * sizeof(struct block));
	out->nblocks = 0;
	if (!body->node)
		return;
	m.seen = arena_alloc(s->arena, 1024 * sizeof(uint64_t));
	while (m.first < s->nlines && s->lines[m.first].at < body->node)
		m.first++;
	for (m.last = m.first; m.last < s->nlines && s->lines[m.last].at < s->html->nodes[body->node].end;)
		m.last++;
	drop_furniture(&m);
	for (size_t k = m.first; k < m.last; k++)
		if (!s->lines[k].dropped && !take_line(&m, &s->lines[k]))
			break;
	trim_end(&m);
	if (!out->nblocks && out->standfirst.n) { /* it is all there is */
		add_block(&m, BLOCK_PARAGRAPH, out->standfirst);
		body->paragraphs += scan_weight(out->standfirst);
		body->weight = body->paragraphs;
		out->standfirst = STR_NONE;
	}
}
