/*
 * The article's blocks: the lines that are the article's (lines.c), each with
 * its kind by the elements around it.
 *
 * The title stays out of the blocks, a standfirst becomes the standfirst, the
 * cells of a table's row are one block, and a heading with nothing below it
 * goes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "page/inner.h"
#include "page/lines.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_HEADING_WEIGHT 250 /* longer ones are text in large letters */
#define MAX_HEADING_SENTENCE 90
#define MAX_CELL_WEIGHT 160 /* longer cells on average make a table a layout */
#define MAX_SHOWN_TEXT 300  /* bytes of a line in an explanation */
#define MAX_REASONS 4
#define MAX_ROW_BYTES (8 * KIB)
#define MAX_ENTRY_NODES 200 /* in which the time of an entry is looked for */

struct maker {
	struct scan *s;
	const struct meta *meta;
	struct body *body;
	struct article *out;
	struct page_trait *traits;
	size_t room;
	uint64_t bytes;
	uint32_t row; /* the <tr> that the last block came from */
	uint32_t cell;
	uint32_t table; /* the last one looked at */
	bool table_has_data;
	uint32_t entry;   /* the <time> of the last entry of a live blog */
	const char *why;  /* the line was left out by something else than its score */
	const char *rule; /* a rule of the site decided about the line */
};

/* An element around a line that does not hold the whole body. */
static bool is_inner(const struct maker *m, uint32_t node)
{
	const struct html_node *nodes = m->s->html->nodes;
	return node > m->body->node || nodes[node].end < nodes[m->body->node].end;
}

/* The nearest such element with this tag, or 0. */
static uint32_t ancestor(const struct maker *m, uint32_t node, enum tag t)
{
	for (; node && is_inner(m, node); node = m->s->html->nodes[node].parent)
		if (m->s->html->nodes[node].tag == t)
			return node;
	return 0;
}

static bool is_data_table(struct maker *m, uint32_t table)
{
	const struct html *h = m->s->html;
	uint64_t weight = 0, cells = 0;

	if (table == m->table)
		return m->table_has_data;
	m->table = table;
	m->table_has_data = false;
	for (uint32_t i = table; i < h->nodes[table].end; i++) {
		if (i != table && h->nodes[i].tag == TAG_TABLE)
			return false;
		cells += h->nodes[i].tag == TAG_TD || h->nodes[i].tag == TAG_TH;
	}
	size_t end = scan_lines_before(m->s, h->nodes[table].end);
	for (size_t k = scan_lines_before(m->s, table); k < end; k++)
		weight += m->s->lines[k].weight;
	m->table_has_data = cells > 1 && weight / cells < MAX_CELL_WEIGHT;
	return m->table_has_data;
}

/* Text in large letters is none: long, a sentence, or more than one. */
static bool is_heading(const struct scan *s, const struct line *l)
{
	struct str text = str_trim(str_sub(s->text, l->from, l->to));
	bool stops = str_has(text, STR("。")) || str_has(text, STR(". "));

	return l->weight <= (l->sentence || stops ? MAX_HEADING_SENTENCE : MAX_HEADING_WEIGHT);
}

static enum block_kind kind_of_line(struct maker *m, const struct line *l)
{
	const struct scan *s = m->s;
	enum block_kind kind = BLOCK_PARAGRAPH;

	for (uint32_t i = l->node; i && is_inner(m, i); i = s->html->nodes[i].parent) {
		enum tag t = s->html->nodes[i].tag;
		if (s->info[i].says & SAYS_PULLQUOTE)
			return BLOCK_PULLQUOTE;
		if (t >= TAG_H1 && t <= TAG_H6)
			return is_heading(s, l) ? BLOCK_HEADING : kind;
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

static bool add_block(struct maker *m, enum block_kind kind, const struct line *l, struct str text)
{
	struct article *a = m->out;

	if (a->nblocks == MAX_BLOCKS || m->bytes + text.n > MAX_ARTICLE_BYTES)
		return false;
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
		struct page_trait *more = arena_alloc(m->s->arena, 2 * m->room * sizeof(struct page_trait));
		memcpy(more, m->traits, a->nblocks * sizeof(struct page_trait));
		m->traits = more;
		m->room *= 2;
	}
	m->bytes += text.n;
	m->traits[a->nblocks] = (struct page_trait){ .place = l->place, .score = l->score };
	a->blocks[a->nblocks++] = (struct block){ .kind = kind, .at = WHEN_NONE, .text = text };
	return true;
}

/* A cell goes to the end of its row. */
static void add_cell(struct maker *m, const struct line *l, struct str text)
{
	uint32_t row = ancestor(m, l->node, TAG_TR), cell = ancestor(m, l->node, TAG_TD);
	struct article *a = m->out;

	if (!cell)
		cell = ancestor(m, l->node, TAG_TH);
	if (row != m->row || !a->nblocks) {
		if (!add_block(m, BLOCK_ROW, l, text))
			return;
	} else {
		struct block *b = &a->blocks[a->nblocks - 1];
		if (b->text.n + text.n + 3 <= MAX_ROW_BYTES)
			b->text = arena_printf(m->s->arena, cell == m->cell ? "%.*s %.*s" : "%.*s | %.*s",
			                       STR_ARG(b->text), STR_ARG(text));
	}
	m->row = row;
	m->cell = cell;
}

/* The <time> of the entry that a line of a live blog stands in: of the nearest
 * element around it that holds one, the last before the line; beside a heading
 * also the first behind it.  0: none. */
static uint32_t entry_time(const struct maker *m, const struct line *l, bool heading, when *at)
{
	const struct html *h = m->s->html;
	struct date date;

	for (uint32_t up = 0, around = l->node; up < 4 && around && is_inner(m, around);
	     up++, around = h->nodes[around].parent) {
		uint32_t found = 0, end = h->nodes[around].end;
		if (end > around + MAX_ENTRY_NODES)
			end = around + MAX_ENTRY_NODES;
		for (uint32_t i = around; i < end && (i < l->at || (heading && up < 3 && !found)); i++)
			if (h->nodes[i].tag == TAG_TIME && date_parse(html_attribute(h, i, "datetime"), &date)) {
				found = i;
				*at = date.at;
			}
		if (found)
			return found;
	}
	return 0;
}

/* In a live blog the first line of an entry takes the entry's time. */
static void mark_entry(struct maker *m, const struct line *l)
{
	struct block *b = &m->out->blocks[m->out->nblocks - 1];
	when at;
	uint32_t time = entry_time(m, l, b->kind == BLOCK_HEADING, &at);

	if (!time || time == m->entry)
		return;
	m->entry = time;
	b->kind = BLOCK_ENTRY;
	b->at = at;
}

/* The first text of the body, in an element that calls itself the standfirst. */
static bool is_standfirst(const struct maker *m, const struct line *l, struct str text)
{
	const struct scan *s = m->s;

	if (m->out->standfirst.n || l->weight < 20 || text.n > MAX_TITLE_BYTES)
		return false;
	for (uint32_t i = l->node; i && is_inner(m, i); i = s->html->nodes[i].parent)
		if (s->info[i].says & SAYS_STANDFIRST && s->info[i].good * 10 < s->info[m->body->node].good * 3)
			return true;
	return false;
}

static bool before_text(const struct maker *m)
{
	return m->body->paragraphs < 60;
}

static bool is_title(const struct maker *m, struct str text)
{
	return text_alike(text, m->out->title) || title_is_in(text, m->out->title) ||
	       text_alike(text, m->meta->og_title) || text_alike(text, m->meta->ld_title) ||
	       text_alike(text, m->meta->html_title);
}

/* One line to a block, or to nothing; the kind it has or would have. */
static enum block_kind take_line(struct maker *m, const struct line *l)
{
	struct str text = scan_line_text(m->s, l);
	enum block_kind kind = kind_of_line(m, l);

	m->why = NULL;
	if (!m->rule && before_text(m) && (kind == BLOCK_HEADING || kind == BLOCK_PARAGRAPH) && is_title(m, text)) {
		m->why = "it is the title";
	} else if (!m->rule && before_text(m) && is_standfirst(m, l, text)) {
		m->out->standfirst = text;
		m->why = "it is the standfirst";
	} else if (kind == BLOCK_ROW) {
		add_cell(m, l, text);
	} else {
		m->row = 0;
		add_block(m, kind, l, text);
		if (m->meta->ld_live && (kind == BLOCK_HEADING || kind == BLOCK_PARAGRAPH))
			mark_entry(m, l);
	}
	uint32_t plain = l->link * 2 > l->weight ? l->weight - l->link : l->weight;
	m->body->weight += plain;
	if (kind == BLOCK_PARAGRAPH || kind == BLOCK_QUOTE)
		m->body->paragraphs += plain;
	return kind;
}

/* What a rule of the site says goes before all signs; its name, or NULL. */
static const char *apply_rule(const struct scan *s, uint32_t body, struct line *l)
{
	if (rules_of(s->marks, l->at) == RULE_KEEP) {
		l->score = l->score < PAGE_SURE ? PAGE_SURE : l->score;
		return "rule keep";
	}
	if (s->marks && s->marks->body && !(l->at >= body && l->at < s->html->nodes[body].end)) {
		l->score = -PAGE_SURE;
		return "rule body";
	}
	return NULL;
}

static void trim_end(struct maker *m)
{
	struct article *a = m->out;

	while (a->nblocks > 1 && a->blocks[a->nblocks - 1].kind == BLOCK_HEADING)
		a->nblocks--;
}

/* ---- explaining -------------------------------------------------------------- */

/* "-4.10 called related, +1.20 a p": what weighed most. */
static struct str reason_of(const struct maker *m, const struct said *said)
{
	struct buf b = BUF_INIT(KIB);
	bool told[MAX_SAID] = { 0 };

	for (int n = 0; n < MAX_REASONS; n++) {
		size_t best = said->n;
		for (size_t i = 0; i < said->n; i++)
			if (!told[i] && said->what[i] != FEATURE_BIAS &&
			    (best == said->n ||
			     abs(feature_weight(said->what[i])) > abs(feature_weight(said->what[best]))))
				best = i;
		if (best == said->n)
			break;
		told[best] = true;
		buf_printf(&b, "%s%+.1f %s", n ? ", " : "", feature_weight(said->what[best]) / 100.0,
		           feature_words(said->what[best]));
	}
	struct str s = arena_str(m->s->arena, buf_view(&b));
	buf_free(&b);
	return s;
}

static struct str place_of(const struct maker *m, uint32_t node)
{
	const struct html *h = m->s->html;
	struct str place = STR_NONE, class;

	for (int up = 0; node && up < 3; up++, node = h->nodes[node].parent) {
		str_cut(str_trim(html_attribute(h, node, "class")), ' ', &class, &(struct str){ 0 });
		place = arena_printf(m->s->arena, "%s%s%.*s%s%.*s", html_tag_name(h->nodes[node].tag),
		                     class.n ? "." : "", STR_ARG(meta_clip(class, 40)), place.n ? " > " : "",
		                     STR_ARG(place));
	}
	return place;
}

static void explain_line(struct maker *m, const struct line *l, const struct said *said, enum block_kind kind,
                         struct page *out)
{
	if (out->nlines == MAX_EXPLAINED_LINES)
		return;
	out->lines[out->nlines++] = (struct page_line){
		.kept = l->score > 0 && !m->why,
		.kind = kind,
		.score = l->score,
		.reason = m->why    ? str_from(m->why)
		          : m->rule ? str_from(m->rule)
		                    : reason_of(m, said),
		.place = text_normal(m->s->arena, place_of(m, l->node)),
		.text = meta_clip(scan_line_text(m->s, l), MAX_SHOWN_TEXT),
	};
}

void body_blocks(struct scan *s, const struct meta *meta, struct judge *j, const struct candidates *c, bool explain,
                 struct body *body, struct page *out)
{
	struct article *a = &out->article;
	struct maker m = { .s = s, .meta = meta, .body = body, .out = a, .room = 64 };
	const struct said *said = lines_judge_placed(j, c, a);

	*body = (struct body){ .node = c->node };
	a->blocks = arena_alloc(s->arena, m.room * sizeof(struct block));
	m.traits = arena_alloc(s->arena, m.room * sizeof(struct page_trait));
	a->nblocks = 0;
	out->nlines = 0;
	if (explain)
		out->lines = ARENA_ARRAY(s->arena, struct page_line, s->nlines);
	for (size_t k = 0; k < s->nlines; k++) {
		enum block_kind kind = BLOCK_PARAGRAPH;
		m.why = NULL;
		m.rule = apply_rule(s, c->node, &s->lines[k]);
		if (s->lines[k].score > 0 && scan_line_text(s, &s->lines[k]).n)
			kind = take_line(&m, &s->lines[k]);
		if (explain)
			explain_line(&m, &s->lines[k], &said[k], kind, out);
	}
	trim_end(&m);
	if (!a->nblocks && a->standfirst.n) { /* it is all there is */
		add_block(&m, BLOCK_PARAGRAPH, &s->lines[0], a->standfirst);
		body->paragraphs = body->weight = scan_weight(a->standfirst);
		a->standfirst = STR_NONE;
	}
	out->traits = m.traits;
}
