/*
 * The units of a version and their sentences: see change.h.
 *
 * A paragraph that both versions have is divided once: equal texts have equal
 * sentences.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "change/parts.h"

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
	struct unit *units = ARENA_ARRAY(a, struct unit, article->nblocks + 3);
	const struct unit heads[] = { { .kind = UNIT_TITLE, .text = article->title },
		                      { .kind = UNIT_STANDFIRST, .text = article->standfirst },
		                      { .kind = UNIT_BYLINE, .text = byline_text(a, article) } };

	*n = 0;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (heads[i].text.n)
			units[(*n)++] = heads[i];
	for (size_t i = 0; i < article->nblocks; i++) {
		const struct block *b = &article->blocks[i];
		units[(*n)++] = (struct unit){ .kind = UNIT_BLOCK, .block = b->kind, .text = b->text };
	}
	return units;
}

uint32_t units_heads(const struct unit *units, uint32_t n)
{
	uint32_t heads = 0;

	while (heads < n && units[heads].kind != UNIT_BLOCK)
		heads++;
	return heads;
}

/* ---- sentences ----------------------------------------------------------- */

struct divided {
	uint64_t hash;
	struct str text;
	struct span *spans;
	size_t n;
};

struct divider {
	struct arena *arena;
	struct divided *all;
	uint32_t n;
	uint32_t *table; /* of all, numbers from 1, by hash, open addressing */
	size_t room;
};

static struct span *divide_block(struct divider *d, struct str text, struct str language, size_t *n)
{
	uint64_t hash = hash_quick(text);
	size_t at = hash & (d->room - 1);

	for (; d->table[at]; at = (at + 1) & (d->room - 1)) {
		const struct divided *known = &d->all[d->table[at] - 1];
		if (known->hash == hash && str_eq(known->text, text)) {
			*n = known->n;
			return known->spans;
		}
	}
	struct span *spans = text_sentences(d->arena, text, language, n);
	d->all[d->n] = (struct divided){ hash, text, spans, *n };
	d->table[at] = ++d->n;
	return spans;
}

/* A heading, a cell, a caption is one piece, like a title. */
static bool is_whole(const struct unit *u)
{
	return u->kind != UNIT_BLOCK || u->block == BLOCK_HEADING || u->block == BLOCK_ROW;
}

static struct sentence *divide(struct divider *d, struct unit *units, uint32_t nunits, struct str language, uint32_t *n)
{
	struct span **spans = arena_alloc(d->arena, (nunits + 1) * sizeof *spans);
	struct span whole = { 0, 0 };

	*n = 0;
	for (uint32_t i = 0; i < nunits; i++) {
		size_t count = 0;
		spans[i] = is_whole(&units[i]) ? NULL : divide_block(d, units[i].text, language, &count);
		units[i].first = *n;
		units[i].n = spans[i] && count ? (uint32_t)count : 1;
		if (count == 0)
			spans[i] = NULL;
		*n += units[i].n;
	}
	struct sentence *all = arena_alloc(d->arena, (*n + 1) * sizeof *all);
	for (uint32_t i = 0, k = 0; i < nunits; i++) {
		whole.to = (uint32_t)units[i].text.n;
		for (uint32_t j = 0; j < units[i].n; j++) {
			struct span s = spans[i] ? spans[i][j] : whole;
			all[k++] = (struct sentence){ i, s.from, str_sub(units[i].text, s.from, s.to) };
		}
	}
	return all;
}

void layout_make(struct arena *a, const struct article *older, const struct article *newer, struct change *c)
{
	struct divider d = { .arena = a, .room = 64 };

	c->old_units = lay_out(a, older, &c->nold_units);
	c->new_units = lay_out(a, newer, &c->nnew_units);
	size_t most = (size_t)c->nold_units + c->nnew_units;
	while (d.room < 2 * most)
		d.room *= 2;
	d.table = ARENA_ARRAY(a, uint32_t, d.room);
	d.all = arena_alloc(a, (most + 1) * sizeof *d.all);
	c->old_sentences = divide(&d, c->old_units, c->nold_units, older->language, &c->nold);
	c->new_sentences = divide(&d, c->new_units, c->nnew_units, newer->language, &c->nnew);
}
