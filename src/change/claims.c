/*
 * What a headline claims, against what it claimed before: see claims.h.
 *
 * Words of the step itself are left out where the two claims are compared, so
 * that "police say" does not make another claim of it.
 */
#include "change/claims.h"

#define SAME_WORDS 2 /* that both texts must have at least */
#define STEM 5       /* bytes by which words of one stem begin */
#define DENIES 3     /* values of TERM_SAY */
#define REJECTS 5

/* ---- the same claim --------------------------------------------------------------- */

static bool is_step(const struct feature *f)
{
	return (f->kind == EDIT_HEDGE || (f->kind == EDIT_ATTRIBUTION && !f->acts)) && !f->kept;
}

static bool in_step(const struct side *s, const struct term *t)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (is_step(&s->features[i]) && feature_touches(&s->features[i], t->from, t->to))
			return true;
	return false;
}

static bool carries_claim(const struct side *s, const struct term *t)
{
	uint64_t others = TERM_BIT(TERM_COMMON) | TERM_BIT(TERM_STRONG) | TERM_BIT(TERM_WEAK);
	bool word = t->kind == TERM_DIGITS || t->han || (t->kind == TERM_LETTERS && t->to - t->from > 2);

	return word && !(t->classes & others) && !in_step(s, t);
}

static bool same_stem(const struct side *x, const struct term *s, const struct side *y, const struct term *t)
{
	if (s->fold == t->fold)
		return true;
	return s->kind == TERM_LETTERS && t->kind == TERM_LETTERS && s->to - s->from >= STEM &&
	       t->to - t->from >= STEM &&
	       str_eq_nocase(str_sub(x->terms.text, s->from, s->from + STEM),
	                     str_sub(y->terms.text, t->from, t->from + STEM));
}

/* Words of x that carry its claim; *common of them stand in y. */
static uint32_t claim_words(const struct side *x, const struct side *y, uint32_t *common)
{
	uint32_t n = 0;

	*common = 0;
	for (uint32_t i = 0; i < x->terms.n; i++) {
		const struct term *s = &x->terms.at[i];
		bool found = false;
		if (!carries_claim(x, s))
			continue;
		for (uint32_t k = 0; k < y->terms.n && !found; k++)
			found = y->terms.at[k].kind != TERM_SIGN && same_stem(x, s, y, &y->terms.at[k]);
		n++;
		*common += found;
	}
	return n;
}

static uint32_t negations(const struct side *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->terms.n; i++) {
		const struct term *t = &s->terms.at[i];
		int64_t says = term_is(t, TERM_SAY) ? term_value(&s->terms, t, TERM_SAY) : 0;
		n += term_is(t, TERM_NOT) || says == DENIES || says == REJECTS;
	}
	return n;
}

/* Words that stand in one text only may be as many as this share of those in both:
 * what is put to a claim leaves it as it is, another verb turns it round. */
#define OTHERS_OF_PUT 3
#define OTHERS_OF_VERB 1

static bool same_claim(const struct op_reading *r, uint32_t others)
{
	uint32_t kept, stayed, old = claim_words(&r->old, &r->new, &kept), new = claim_words(&r->new, &r->old, &stayed);
	uint32_t least = old < new ? old : new, common = kept < stayed ? kept : stayed;

	return common >= SAME_WORDS && common * 4 >= least * 3 && (old - kept + new - stayed) * others <= common &&
	       negations(&r->old) == negations(&r->new);
}

/* ---- the step --------------------------------------------------------------------- */

static int32_t hedges(const struct side *s)
{
	int32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++)
		n += is_step(&s->features[i]);
	return n;
}

static bool has_question_mark(struct str s)
{
	static const struct str closing[] = { STR("\""), STR("'"), STR("”"), STR("’"), STR("»"), STR("」"), STR(")") };
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < sizeof closing / sizeof *closing && !again; i++) {
			again = str_ends(s, closing[i]);
			s = again ? str_sub(s, 0, s.n - closing[i].n) : s;
		}
	}
	return str_ends(s, STR("?")) || str_ends(s, STR("？")) || str_ends(s, STR("؟"));
}

/* "How the bridge was repaired" asks without the mark. */
static bool asks_in_words(const struct side *s)
{
	for (uint32_t i = 0; i < s->terms.n; i++)
		if (s->terms.at[i].opens && term_is(&s->terms.at[i], TERM_ASK))
			return true;
	return false;
}

static int32_t question(const struct change_op *op, const struct op_reading *r)
{
	if (asks_in_words(&r->old) || asks_in_words(&r->new))
		return 0;
	return has_question_mark(op->old_text) - has_question_mark(op->new_text);
}

/* "More than 250" claims more than "250", that more than "up to 250". */
static int32_t bounds(const struct op_reading *r)
{
	static const int32_t claims[] = {
		[FIGURE_EXACT] = 0, [FIGURE_ABOVE] = 1, [FIGURE_AT_LEAST] = 1, [FIGURE_BELOW] = -1, [FIGURE_UP_TO] = -1
	};

	if (r->old.nfigures != 1 || r->new.nfigures != 1)
		return 0;
	const struct figure *x = &r->old.figures[0], *y = &r->new.figures[0];
	bool same = !(x->low < y->low || x->low > y->low || x->high < y->high || x->high > y->high);
	return same ? claims[y->bound] - claims[x->bound] : 0;
}

static bool has_word(const struct side *s, const struct term *t)
{
	for (uint32_t i = 0; i < s->terms.n; i++)
		if (s->terms.at[i].fold == t->fold)
			return true;
	return false;
}

/* A strong word that only x has, for a weak one that only y has, by an act's number. */
static bool is_stronger(const struct side *x, const struct side *y)
{
	for (uint32_t i = 0; i < x->terms.n; i++) {
		const struct term *s = &x->terms.at[i];
		if (!term_is(s, TERM_STRONG) || has_word(y, s))
			continue;
		int64_t act = term_value(&x->terms, s, TERM_STRONG);
		for (uint32_t k = 0; k < y->terms.n; k++) {
			const struct term *t = &y->terms.at[k];
			if (term_is(t, TERM_WEAK) && term_value(&y->terms, t, TERM_WEAK) == act && !has_word(x, t))
				return true;
		}
	}
	return false;
}

int32_t claim_step(const struct change_op *op, const struct op_reading *r)
{
	if (!r->read || !op->nolds || !op->nnews)
		return 0;
	const int32_t put[] = { hedges(&r->old) - hedges(&r->new), question(op, r), bounds(r) };
	int32_t verb = is_stronger(&r->new, &r->old) - is_stronger(&r->old, &r->new);
	bool more = verb > 0, less = verb < 0, any = false;

	for (size_t i = 0; i < sizeof put / sizeof *put; i++) {
		more |= put[i] > 0;
		less |= put[i] < 0;
		any |= put[i] != 0;
	}
	if (more == less || !same_claim(r, any ? OTHERS_OF_PUT : OTHERS_OF_VERB))
		return 0;
	return more ? 1 : -1;
}

int32_t claim_question(const struct change_op *op, const struct op_reading *r)
{
	if (!r->read || !op->nolds || !op->nnews)
		return 0;
	int32_t step = question(op, r);
	return step && same_claim(r, OTHERS_OF_PUT) ? step : 0;
}
