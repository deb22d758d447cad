/*
 * Reading what a text states: see features.h.
 *
 * Times and figures are read first and take their words; then places, names
 * (features_names.c), hedges and speakers (features_speakers.c) from the terms
 * that are left.
 *
 * What touches no edit is in both texts.  Of the rest, equal statements of the
 * two sides are kept, in order.
 */
#include "change/features_parts.h"
#include "change/parts.h"

#include "text/moments.h"
#include "text/notices.h"

#define MOST_DATED 20 /* terms of a line that only says when */

static struct feature *add(struct arena *a, struct side *s, enum edit_kind kind, uint32_t from, uint32_t to,
                           uint64_t key)
{
	s->features = arena_grow(a, s->features, &s->room, s->n + 1, sizeof *s->features);
	s->features[s->n] = (struct feature){ .kind = kind, .from = from, .to = to, .key = key };
	return &s->features[s->n++];
}

struct feature *features_add(struct arena *a, struct side *s, enum edit_kind kind, uint32_t first, uint32_t end,
                             uint64_t key)
{
	return add(a, s, kind, s->terms.at[first].from, s->terms.at[end - 1].to, key);
}

/* ---- times and figures -------------------------------------------------------- */

static void read_moments(struct arena *a, struct side *s)
{
	uint32_t n;
	const struct moment *m = moments_find(a, &s->terms, &n);

	for (uint32_t i = 0; i < n; i++)
		features_add(a, s, EDIT_TIME, m[i].first, m[i].end, m[i].key)->vague = m[i].relative;
}

static void read_figures(struct arena *a, struct side *s)
{
	s->figures = figures_read(a, &s->terms, &s->nfigures);
	for (uint32_t i = 0; i < s->nfigures; i++) {
		const struct figure *f = &s->figures[i];
		double values[2] = { f->low, f->high };
		uint64_t halves[2], key;
		memcpy(halves, values, sizeof halves);
		enum term_unit unit = f->unit == TERM_UNIT_YEAR || f->unit == TERM_UNIT_PERSON ? TERM_NO_UNIT : f->unit;
		key = features_mix(features_mix(features_mix(6, halves[0]), halves[1]),
		                   (uint64_t)f->bound * 1024 + (uint64_t)unit * 2 + f->approx);
		add(a, s, EDIT_FIGURE, f->from, f->to, key)->figure = i;
	}
}

/* "The third degree", "second half". */
static bool is_no_rank(const struct side *s, uint32_t i)
{
	const struct term *behind = term_at(s, i + 1);

	if (behind->sign == '-')
		behind = term_at(s, i + 2);
	return term_is(behind, TERM_UNRANKED) || term_is(behind, TERM_FRACTION);
}

/* "The fourth record", "11th": a rank. */
static void read_ranks(struct arena *a, struct side *s)
{
	static const char *const endings[] = { "th", "rd", "nd", "st", "e", "de", "ste", "ème", "º", "ª" };

	if (!s->terms.digits && !(s->terms.classes & TERM_BIT(TERM_ORDINAL)))
		return;
	for (uint32_t i = 0; i < s->terms.n; i++) {
		const struct term *t = &s->terms.at[i];
		bool digits = t->kind == TERM_DIGITS && i + 1 < s->terms.n && s->terms.at[i + 1].glued && !t->use,
		     rank = false;
		int64_t value;
		if (digits && str_to_i64(term_text(&s->terms, i, i + 1), &value) && value > 1 && value < 1000)
			for (size_t k = 0; k < sizeof endings / sizeof *endings && !rank; k++)
				rank = str_eq(term_text(&s->terms, i + 1, i + 2), str_from(endings[k]));
		bool counted =
		        i && (s->terms.at[i - 1].use == 2 || s->terms.at[i - 1].sign == '-'); /* "split-second" */
		if (!rank && term_is(t, TERM_ORDINAL) && !t->use && !counted && !is_no_rank(s, i)) {
			value = term_value(&s->terms, t, TERM_ORDINAL);
			features_add(a, s, EDIT_FIGURE, i, i + 1, features_mix(8, (uint64_t)value))->figure = NO_FIGURE;
		} else if (rank) {
			features_add(a, s, EDIT_FIGURE, i, i + 2, features_mix(8, (uint64_t)value))->figure = NO_FIGURE;
		}
	}
}

/* ---- quotations ---------------------------------------------------------------- */

/* The words of the text's bytes [from, to), whatever their order. */
static uint64_t words_key(const struct terms *t, uint32_t from, uint32_t to, bool *title)
{
	uint64_t key = 0;
	uint32_t words = 0, capitals = 0;

	for (uint32_t i = terms_find(t, from); i < t->n && t->at[i].from < to; i++) {
		const struct term *x = &t->at[i];
		if (x->kind == TERM_SIGN)
			continue;
		key = features_mix(key, x->fold);
		words++;
		capitals += x->capital || (x->to - x->from <= 3 && words > 1);
	}
	*title = words == 0 ||
	         (words <= 6 && capitals == words && !t->title_case && (words > 1 || (words && t->at[0].from < from)));
	return key;
}

static void add_quotation(struct arena *a, struct side *s, uint32_t from, uint32_t to)
{
	bool title;
	uint64_t key = words_key(&s->terms, from, to, &title);
	if (!title) /* the marks around the title of a work, or around nothing, quote nobody */
		add(a, s, EDIT_QUOTATION, from, to, key);
}

/* Marks are found in the whole paragraph, as a quotation may begin sentences before. */
static void read_quotations(struct arena *a, const struct change *c, const struct change_op *op, bool newer,
                            struct features_kept *kept, struct side *s)
{
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;
	const struct unit *units = newer ? c->new_units : c->old_units;
	const uint32_t *at = newer ? op->news : op->olds;
	uint32_t n = newer ? op->nnews : op->nolds, last_from = 0, last_to = 0;
	bool pending = false;

	for (uint32_t i = 0; i < n; i++) {
		const struct sentence *x = &all[at[i]];
		struct span place = op_span(op, all, newer, at[i]);
		uint32_t end = x->from + (uint32_t)x->text.n;
		if (kept->unit[newer] != x->unit + 1)
			kept->quotes[newer] = quotemarks_find(a, units[x->unit].text, &kept->n[newer]);
		kept->unit[newer] = x->unit + 1;
		const struct quoted *quotes = kept->quotes[newer];
		uint32_t nquotes = kept->n[newer];
		for (uint32_t k = 0; k < nquotes; k++) {
			if (quotes[k].to <= x->from || quotes[k].from >= end)
				continue;
			uint32_t from = (quotes[k].from > x->from ? quotes[k].from - x->from : 0) + place.from;
			uint32_t to = (quotes[k].to < end ? quotes[k].to - x->from : (uint32_t)x->text.n) + place.from;
			if (pending && from <= last_to + 1 && quotes[k].from < x->from) {
				last_to = to; /* it goes on from the sentence before */
				continue;
			}
			if (pending)
				add_quotation(a, s, last_from, last_to);
			pending = true;
			last_from = from;
			last_to = to;
		}
	}
	if (pending)
		add_quotation(a, s, last_from, last_to);
}

/* ---- both sides --------------------------------------------------------------------- */

static void read_side(struct arena *a, const struct change *c, const struct change_op *op, bool newer,
                      const struct tokens *tokens, uint32_t languages, struct features_kept *kept, struct side *s)
{
	struct str text = newer ? op->new_text : op->old_text;

	if (text.n == 0)
		return;
	s->terms = tokens->at ? terms_read_tokens(a, tokens, languages) : terms_read(a, text, languages);
	read_moments(a, s);
	read_figures(a, s);
	read_ranks(a, s);
	read_quotations(a, c, op, newer, kept, s);
	features_read_names(a, s);
	if (s->terms.classes & TERM_BIT(TERM_HEDGE))
		features_read_hedges(a, s);
	features_read_speakers(a, s);
	s->dated = s->terms.n <= MOST_DATED && s->n && notice_dates(s->terms.text);
	for (uint32_t i = 0, times = 0; i < s->n && s->dated; i++) {
		times += s->features[i].kind == EDIT_TIME;
		s->dated = i + 1 < s->n || times;
	}
	s->notice = !s->dated && (s->terms.classes & TERM_BIT(TERM_NOTICE) || notice_opens(s->terms.text));
}

static bool in_edit(const struct change_op *op, const struct feature *f, bool newer)
{
	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *e = &op->words[i];
		if (newer ? feature_touches(f, e->new_from, e->new_to) : feature_touches(f, e->old_from, e->old_to))
			return true;
	}
	return false;
}

/* "10-year" and "tenth" are the same number. */
static bool same_rank(const struct feature *rank, const struct feature *f, const struct side *s)
{
	if (rank->kind != EDIT_FIGURE || rank->figure != NO_FIGURE || f->figure == NO_FIGURE)
		return false;
	double value = s->figures[f->figure].low;
	return value >= 0 && value < 1000 && rank->key == features_mix(8, (uint64_t)value);
}

static void match(struct feature *x, const struct side *old, struct side *new)
{
	for (uint32_t i = 0; i < new->n && !x->kept; i++) {
		struct feature *y = &new->features[i];
		bool anybody = x->kind == EDIT_ATTRIBUTION && (x->key == 0 || y->key == 0);
		if (y->kept || y->kind != x->kind)
			continue;
		if (x->key != y->key && !anybody && !same_rank(x, y, new) && !same_rank(y, x, old))
			continue;
		x->kept = y->kept = true;
	}
}

/* What is named once more or once less is still named. */
static void keep_mentioned(struct side *x, const struct side *y)
{
	for (uint32_t i = 0; i < x->n; i++) {
		struct feature *f = &x->features[i];
		bool named = f->kind == EDIT_NAME || f->kind == EDIT_PLACE || f->kind == EDIT_TIME;
		for (uint32_t k = 0; k < y->n && named && !f->kept; k++)
			f->kept = y->features[k].kind == f->kind && y->features[k].key == f->key;
	}
}

void features_read(struct arena *a, const struct change *c, const struct change_op *op, const struct op_tokens *tokens,
                   uint32_t languages, struct features_kept *kept, struct op_reading *out)
{
	*out = (struct op_reading){ .read = true };
	read_side(a, c, op, false, &tokens->old, languages, kept, &out->old);
	read_side(a, c, op, true, &tokens->new, languages, kept, &out->new);
	if (op->kind == OP_ADDED || op->kind == OP_REMOVED)
		return;
	if (out->old.n > MAX_STATEMENTS || out->new.n > MAX_STATEMENTS) {
		out->old.n = out->new.n = 0;
		return;
	}
	for (uint32_t i = 0; i < out->old.n; i++)
		out->old.features[i].kept = !in_edit(op, &out->old.features[i], false);
	for (uint32_t i = 0; i < out->new.n; i++)
		out->new.features[i].kept = !in_edit(op, &out->new.features[i], true);
	for (uint32_t i = 0; i < out->old.n; i++)
		if (!out->old.features[i].kept)
			match(&out->old.features[i], &out->old, &out->new);
	keep_mentioned(&out->old, &out->new);
	keep_mentioned(&out->new, &out->old);
}
