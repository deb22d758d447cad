/*
 * The comparison of two versions: see change.h.
 *
 * Units are laid out, aligned (align.c), and put into rows here; the words
 * inside a row are compared in wordedits.c.
 */
#include "change/change.h"

#include <string.h>

#include "change/align.h"
#include "change/wordedits.h"

const char *row_kind_name(enum row_kind k)
{
	static const char *const names[] = { "same", "edited", "added", "removed" };
	return k <= ROW_REMOVED ? names[k] : "?";
}

static struct str byline_text(struct arena *a, const struct article *article)
{
	if (article->nbylines == 1)
		return article->bylines[0];
	struct buf b = BUF_INIT(MAX_ARTICLE_BYTES);
	for (size_t i = 0; i < article->nbylines; i++) {
		buf_puts(&b, i ? ", " : "");
		buf_str(&b, article->bylines[i]);
	}
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

static struct unit *lay_out(struct arena *a, const struct article *article, uint32_t *n)
{
	struct unit *units = arena_alloc(a, (article->nblocks + 3) * sizeof *units);
	struct str byline = byline_text(a, article);

	*n = 0;
	if (article->title.n)
		units[(*n)++] = (struct unit){ UNIT_TITLE, BLOCK_PARAGRAPH, article->title };
	if (article->standfirst.n)
		units[(*n)++] = (struct unit){ UNIT_STANDFIRST, BLOCK_PARAGRAPH, article->standfirst };
	if (byline.n)
		units[(*n)++] = (struct unit){ UNIT_BYLINE, BLOCK_PARAGRAPH, byline };
	for (size_t i = 0; i < article->nblocks; i++)
		units[(*n)++] = (struct unit){ UNIT_BLOCK, article->blocks[i].kind, article->blocks[i].text };
	return units;
}

/* ----------------------------------------------------------- alignment -- */

static uint32_t count_heads(const struct unit *units, uint32_t n)
{
	uint32_t heads = 0;
	while (heads < n && units[heads].kind != UNIT_BLOCK)
		heads++;
	return heads;
}

static struct sentence *as_sentences(struct arena *a, const struct unit *units, uint32_t heads, uint32_t n)
{
	struct sentence *s = arena_alloc(a, ((size_t)n + 1) * sizeof *s);
	for (uint32_t i = heads; i < n; i++)
		s[i - heads] = (struct sentence){ i, 0, units[i].text };
	return s;
}

/* Title with title, and so on, whatever they say; the blocks by their text. */
static void align_units(struct arena *a, const struct change *c, struct alignment *out)
{
	uint32_t ho = count_heads(c->old_units, c->nold), hn = count_heads(c->new_units, c->nnew);
	struct alignment in;

	align_sentences(a, as_sentences(a, c->old_units, ho, c->nold), c->nold - ho,
	                as_sentences(a, c->new_units, hn, c->nnew), c->nnew - hn, &in);
	*out = (struct alignment){
		.to_new = arena_alloc(a, (c->nold + 1) * sizeof(uint32_t)),
		.to_old = arena_alloc(a, (c->nnew + 1) * sizeof(uint32_t)),
		.moved = ARENA_ARRAY(a, bool, c->nold + 1),
		.old_tokens = ARENA_ARRAY(a, struct tokens *, c->nold + 1),
		.new_tokens = ARENA_ARRAY(a, struct tokens *, c->nnew + 1),
		.kin = in.kin,
		.nkin = in.nkin,
	};
	for (uint32_t o = 0; o < c->nold; o++) {
		bool head = o < ho;
		out->to_new[o] = head || in.to_new[o - ho] == NO_SENTENCE ? NO_UNIT : in.to_new[o - ho] + hn;
		out->moved[o] = !head && in.moved[o - ho];
		out->old_tokens[o] = head ? NULL : in.old_tokens[o - ho];
	}
	for (uint32_t n = 0; n < c->nnew; n++) {
		out->to_old[n] = n < hn || in.to_old[n - hn] == NO_SENTENCE ? NO_UNIT : in.to_old[n - hn] + ho;
		out->new_tokens[n] = n < hn ? NULL : in.new_tokens[n - hn];
	}
	for (uint32_t o = 0; o < ho; o++)
		for (uint32_t n = 0; n < hn; n++)
			if (c->old_units[o].kind == c->new_units[n].kind) {
				out->to_new[o] = n;
				out->to_old[n] = o;
			}
	for (uint32_t i = 0; i < out->nkin; i++) {
		out->kin[i].old += ho;
		out->kin[i].new += hn;
	}
}

/* ------------------------------------------------------------------- rows -- */

struct builder {
	struct arena *arena;
	struct change *out;
	const struct alignment *al;
	uint32_t *ghost_row; /* of each old unit that moved */
};

static struct tokens unit_tokens(struct builder *b, bool newer, uint32_t i)
{
	struct tokens *known = newer ? b->al->new_tokens[i] : b->al->old_tokens[i];
	if (known)
		return *known;
	return tokens_read(b->arena, newer ? b->out->new_units[i].text : b->out->old_units[i].text);
}

static bool unchanged(const struct change *c, uint32_t o, uint32_t n)
{
	return str_eq(c->old_units[o].text, c->new_units[n].text) && c->old_units[o].block == c->new_units[n].block;
}

static struct change_row *add_row(struct builder *b, enum row_kind kind, uint32_t o, uint32_t n)
{
	struct change_row *row = &b->out->rows[b->out->nrows++];
	*row = (struct change_row){ .kind = kind, .old_unit = o, .new_unit = n, .partner = NO_UNIT };
	return row;
}

/* A pair at its place in the new version. */
static void add_pair(struct builder *b, uint32_t o, uint32_t n)
{
	struct change *c = b->out;
	bool same = unchanged(c, o, n);
	struct change_row *row = add_row(b, same ? ROW_SAME : ROW_EDITED, o, n);

	if (b->al->moved[o]) {
		row->moved = true;
		row->partner = b->ghost_row[o];
		c->rows_moved++;
	}
	if (same)
		return;
	c->rows_edited++;
	struct tokens older = unit_tokens(b, false, o), newer = unit_tokens(b, true, n);
	struct word_edits e = word_edits_find(b->arena, &older, &newer);
	row->edits = e.at;
	row->nedits = e.n;
	c->words_removed += e.words_removed;
	c->words_added += e.words_added;
}

/* An old unit that is not at its place any more. */
static void add_old(struct builder *b, uint32_t o)
{
	struct change *c = b->out;
	uint32_t n = b->al->to_new[o];

	if (n == NO_UNIT) {
		add_row(b, ROW_REMOVED, o, NO_UNIT);
		c->rows_removed++;
		c->words_removed += unit_tokens(b, false, o).nwords;
		return;
	}
	b->ghost_row[o] = c->nrows;
	struct change_row *row = add_row(b, unchanged(c, o, n) ? ROW_SAME : ROW_EDITED, o, NO_UNIT);
	row->moved = row->ghost = true;
}

static void add_new(struct builder *b, uint32_t n)
{
	if (b->al->to_old[n] != NO_UNIT) {
		add_pair(b, b->al->to_old[n], n);
		return;
	}
	add_row(b, ROW_ADDED, NO_UNIT, n);
	b->out->rows_added++;
	b->out->words_added += unit_tokens(b, true, n).nwords;
}

/* Old units up to what stays go before the new ones that stand there now. */
static void add_rows(struct builder *b)
{
	struct change *c = b->out;
	uint32_t o = 0, n = 0;

	for (;;) {
		uint32_t next = o;
		while (next < c->nold && (b->al->to_new[next] == NO_UNIT || b->al->moved[next]))
			next++;
		for (; o < next; o++)
			add_old(b, o);
		uint32_t upto = o < c->nold ? b->al->to_new[o] : c->nnew;
		for (; n < upto; n++)
			add_new(b, n);
		if (o == c->nold)
			return;
		add_pair(b, o++, n++);
	}
}

/* A moved row was perhaps made before its ghost. */
static void link_ghosts(struct builder *b)
{
	for (uint32_t i = 0; i < b->out->nrows; i++) {
		struct change_row *row = &b->out->rows[i];
		if (!row->moved || row->ghost)
			continue;
		row->partner = b->ghost_row[row->old_unit];
		b->out->rows[row->partner].partner = i;
	}
}

static struct str unit_title(const struct unit *units, uint32_t n)
{
	return n && units[0].kind == UNIT_TITLE ? units[0].text : STR_NONE;
}

void change_compute(struct arena *a, const struct article *older, const struct article *newer, struct change *out)
{
	struct alignment al;

	*out = (struct change){ 0 };
	out->old_units = lay_out(a, older, &out->nold);
	out->new_units = lay_out(a, newer, &out->nnew);
	align_units(a, out, &al);
	out->kin = arena_alloc(a, (al.nkin + 1) * sizeof *out->kin);
	for (uint32_t i = 0; i < al.nkin; i++)
		out->kin[i] = (struct change_kin){ al.kin[i].old, al.kin[i].new };
	out->nkin = al.nkin;
	out->rows = arena_alloc(a, 2 * ((size_t)out->nold + out->nnew + 1) * sizeof *out->rows);
	struct builder b = { a, out, &al, ARENA_ARRAY(a, uint32_t, out->nold + 1) };
	add_rows(&b);
	link_ghosts(&b);
	out->title_changed = !str_eq(unit_title(out->old_units, out->nold), unit_title(out->new_units, out->nnew));
}
