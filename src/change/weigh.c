/*
 * How much an edit matters, from 0 to 1, and why.
 *
 * Every kind has a weight (the table below).  It is changed by how much
 * changed: a figure by the share of its value, a quotation by whether words
 * that carry meaning changed, a sentence by the facts that it states, a name
 * less where only more of the same name is said.  Then by where it stands: the
 * headline and the first paragraphs weigh more than the last ones.
 *
 * What only looks different is folded by a named rule (kinds.h) and weighs next
 * to nothing.
 */
#include <math.h>

#include "change/claims.h"
#include "change/features.h"
#include "change/parts.h"
#include "change/spelling.h"
#include "text/letters.h"

#define FOLDED_WEIGHT 0.04f
#define FIRST_BLOCKS 3

static const float weights[EDIT_KINDS] = {
	[EDIT_CORRECTION] = 0.9f,
	[EDIT_HEADLINE] = 0.3f,
	[EDIT_STANDFIRST] = 0.22f,
	[EDIT_BYLINE] = 0.3f,
	[EDIT_DATE] = 0.3f,
	[EDIT_QUOTATION] = 0.65f,
	[EDIT_FIGURE] = 0.65f,
	[EDIT_ATTRIBUTION] = 0.55f,
	[EDIT_NAME] = 0.45f,
	[EDIT_PLACE] = 0.45f,
	[EDIT_TIME] = 0.35f,
	[EDIT_HEDGE] = 0.45f,
	[EDIT_ADDITION] = 0.14f,
	[EDIT_REMOVAL] = 0.2f,
	[EDIT_MOVE] = 0.12f,
	[EDIT_WORDING] = 0.08f,
	[EDIT_TYPOGRAPHY] = FOLDED_WEIGHT,
};

/* Words of one side of an edit that changed; what only moved, or lost the
 * capital of a sentence, is counted apart. */
struct tally {
	uint32_t words, meaning; /* all, and those that carry meaning */
	uint32_t moved;          /* words that carry meaning */
	int32_t not, strong, weak;
};

struct weigher {
	struct arena *arena;
	const struct change *c;
	const struct op_reading *r; /* NULL for NO_OP and moves */
	const struct change_op *op;
	struct change_edit *e;
	const bool *kept[2];     /* of the op's old and new terms: in an edit, but no change; or NULL */
	uint32_t op_words;       /* of the longer side of the op, once counted */
	struct tally went, came; /* of the edit, once counted */
	bool counted;
};

static float at_most(float x, float most)
{
	return x < most ? x : most;
}

float weight_exact(float weight)
{
	return (float)floor((double)weight * 1000 + 0.001) / 1000;
}

static bool is_head(enum edit_kind k)
{
	return k == EDIT_HEADLINE || k == EDIT_STANDFIRST || k == EDIT_BYLINE;
}

/* What differs in an edit: a title, standfirst or byline is one edit, whatever of it differs. */
static const struct word_edit *stretches(const struct weigher *w, uint32_t *n)
{
	bool head = is_head(w->e->kind) && w->op->nwords;

	*n = head ? w->op->nwords : 1;
	return head ? w->op->words : &w->e->at;
}

/* ---- folding ------------------------------------------------------------------- */

static void fold(struct change_edit *e, enum fold rule)
{
	e->weight = FOLDED_WEIGHT;
	e->folded = fold_rule(rule)->name;
	e->why = str_from(fold_rule(rule)->about);
}

static bool has_words(const struct side *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = terms_find(&s->terms, from); i < s->terms.n && s->terms.at[i].from < to; i++)
		if (s->terms.at[i].kind != TERM_SIGN)
			return true;
	return false;
}

static bool inside_kept(const struct side *s, uint32_t from, uint32_t to, uint32_t kinds)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		if (f->kept && kinds & KIND_BIT(f->kind) && f->from < to && from < f->to)
			return true;
	}
	return false;
}

static enum fold typography_of(const struct weigher *w, const struct word_edit *at)
{
	uint32_t statements = KIND_BIT(EDIT_FIGURE) | KIND_BIT(EDIT_TIME) | KIND_BIT(EDIT_PLACE);
	struct str old = str_sub(w->op->old_text, at->old_from, at->old_to),
	           new = str_sub(w->op->new_text, at->new_from, at->new_to);
	bool words = w->r && (has_words(&w->r->old, at->old_from, at->old_to) ||
	                      has_words(&w->r->new, at->new_from, at->new_to));

	if (!words || text_same_letters(old, new))
		return FOLD_TYPOGRAPHY;
	return inside_kept(&w->r->old, at->old_from, at->old_to, statements) ? FOLD_NUMBER_STYLE : FOLD_SPELLING;
}

static void fold_typography(struct weigher *w)
{
	if (!w->op || w->op->nwords == 0) {
		fold(w->e, FOLD_PARAGRAPHS);
		return;
	}
	uint32_t n;
	const struct word_edit *all = stretches(w, &n);
	enum fold rule = FOLD_TYPOGRAPHY;
	for (uint32_t i = 0; i < n && rule == FOLD_TYPOGRAPHY; i++)
		rule = typography_of(w, &all[i]);
	fold(w->e, rule);
}

/* Only times that count on by themselves: "2 hours ago" to "3 hours ago". */
static bool is_relative_time(const struct weigher *w)
{
	const struct change_edit *e = w->e;
	uint32_t relative = 0;

	if (e->kinds != KIND_BIT(EDIT_TIME))
		return false;
	for (uint32_t i = 0; i < e->nfindings; i++) {
		const struct word_edit *at = &e->findings[i].at;
		for (uint32_t k = 0; k < w->r->new.n; k++)
			relative += w->r->new.features[k].vague && w->r->new.features[k].kind == EDIT_TIME &&
			            at->old_from < at->old_to && w->r->new.features[k].from == at->new_from;
	}
	return relative > 0 && relative == e->nfindings;
}

#define COUNTER_WORDS 6

/* A short line, no sentence, that counts readers, not facts: "14 comments". */
static bool is_counter(const struct weigher *w)
{
	const struct terms *t = &w->r->new.terms;
	uint32_t words = 0;

	if (!(w->e->kinds & KIND_BIT(EDIT_FIGURE)) || !(t->classes & TERM_BIT(TERM_COUNTER)))
		return false;
	for (uint32_t i = 0; i < t->n && words <= COUNTER_WORDS; i++)
		words += t->at[i].kind != TERM_SIGN;
	return words <= COUNTER_WORDS && !str_ends(t->text, STR(".")) && !str_ends(t->text, STR("。"));
}

static bool carries_meaning(const struct term *t)
{
	return t->kind != TERM_SIGN && !term_is(t, TERM_COMMON) && (t->han || t->to - t->from > 2);
}

static void tally_side(const struct side *s, const bool *kept, uint32_t from, uint32_t to, struct tally *out)
{
	for (uint32_t i = terms_find(&s->terms, from); i < s->terms.n && s->terms.at[i].from < to; i++) {
		const struct term *t = &s->terms.at[i];
		bool meaning = carries_meaning(t);
		if (kept && kept[i]) {
			out->moved += meaning;
			continue;
		}
		out->words += t->kind != TERM_SIGN;
		out->meaning += meaning;
		out->not += term_is(t, TERM_NOT);
		out->strong += term_is(t, TERM_STRONG);
		out->weak += term_is(t, TERM_WEAK);
	}
}

static void count_words(struct weigher *w)
{
	if (w->counted)
		return;
	uint32_t n;
	const struct word_edit *all = stretches(w, &n);
	for (uint32_t i = 0; i < n; i++) {
		tally_side(&w->r->old, w->kept[0], all[i].old_from, all[i].old_to, &w->went);
		tally_side(&w->r->new, w->kept[1], all[i].new_from, all[i].new_to, &w->came);
	}
	w->counted = true;
}

/* Words that went here and came elsewhere in the sentence: only a time or a
 * source moves without another meaning. */
static bool is_reordered(struct weigher *w)
{
	const struct word_edit *at = &w->e->at;
	uint32_t kinds = KIND_BIT(EDIT_TIME) | KIND_BIT(EDIT_ATTRIBUTION);

	if (w->e->kinds != KIND_BIT(EDIT_WORDING))
		return false;
	count_words(w);
	bool went = w->came.meaning + w->came.moved == 0;
	if (went == (w->went.meaning + w->went.moved == 0))
		return false;
	const struct side *s = went ? &w->r->old : &w->r->new;
	uint32_t from = went ? at->old_from : at->new_from, to = went ? at->old_to : at->new_to, covered = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		if (f->kept && kinds & KIND_BIT(f->kind) && f->from >= from && f->to <= to)
			covered = f->to - f->from > covered ? f->to - f->from : covered;
	}
	return covered > 0 && covered + 8 >= to - from;
}

/* ---- how much changed -------------------------------------------------------------- */

static const struct figure *figure_at(const struct side *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < s->nfigures; i++)
		if (s->figures[i].from == from && s->figures[i].to == to)
			return &s->figures[i];
	return NULL;
}

/* The share of its value by which a figure changed, 0 to 1; -1 if it came or went. */
static float figure_share(const struct weigher *w, const struct word_edit *at)
{
	const struct figure *x = figure_at(&w->r->old, at->old_from, at->old_to),
	                    *y = figure_at(&w->r->new, at->new_from, at->new_to);

	if (!x || !y)
		return -1;
	double a = (x->low + x->high) / 2, b = (y->low + y->high) / 2, most = fmax(fabs(a), fabs(b));
	return most > 0 ? (float)fmin(1, fabs(a - b) / most) : 0;
}

/* Words that carry meaning. */
static uint32_t edit_words(struct weigher *w)
{
	count_words(w);
	return w->went.meaning > w->came.meaning ? w->went.meaning : w->came.meaning;
}

/* Is one of the names a longer form of the other? */
static bool is_fuller(const struct weigher *w, const struct word_edit *at)
{
	struct str x = str_sub(w->op->old_text, at->old_from, at->old_to),
	           y = str_sub(w->op->new_text, at->new_from, at->new_to);
	return x.n && y.n && (str_has(x, y) || str_has(y, x));
}

static float finding_weight(struct weigher *w, const struct finding *f)
{
	float weight = weights[f->kind];
	bool both = f->at.old_from < f->at.old_to && f->at.new_from < f->at.new_to;

	switch (f->kind) {
	case EDIT_FIGURE: {
		float share = figure_share(w, &f->at);
		return share < 0 ? weight * 0.75f : weight * (0.65f + 0.45f * at_most(share * 4, 1));
	}
	case EDIT_QUOTATION:
		return edit_words(w) ? weight : weight * 0.5f;
	case EDIT_NAME:
		return is_fuller(w, &f->at) ? weight * 0.45f : both ? weight : weight * 0.75f;
	case EDIT_ATTRIBUTION:
		return f->vague ? weight * 1.15f : weight;
	default:
		return both ? weight : weight * 0.85f;
	}
}

/* The heaviest finding, and a little for each other one. */
static float findings_weight(struct weigher *w, struct str *why)
{
	float most = 0, sum = 0;

	for (uint32_t i = 0; i < w->e->nfindings; i++) {
		const struct finding *f = &w->e->findings[i];
		float x = finding_weight(w, f);
		sum += x;
		if (x > most) {
			most = x;
			*why = f->why;
		}
	}
	return most + at_most((sum - most) * 0.15f, 0.15f);
}

static uint32_t side_words(const struct side *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->terms.n; i++)
		n += s->terms.at[i].kind != TERM_SIGN;
	return n;
}

static struct str tell_words(struct weigher *w)
{
	uint32_t words = w->went.words > w->came.words ? w->went.words : w->came.words;

	if (edit_words(w) == 0)
		return w->went.moved + w->came.moved ? STR("words stand elsewhere") : STR("only small words changed");
	if (w->op_words == 0) {
		uint32_t old = side_words(&w->r->old), new = side_words(&w->r->new);
		w->op_words = old > new ? old : new;
	}
	return ARENA_JOIN(w->arena, arena_number(w->arena, words), STR(" of "), arena_number(w->arena, w->op_words),
	                  is_head(w->e->kind) ? STR(" words changed") : STR(" words in a sentence changed"));
}

/* Is one word the other with a letter exchanged?  Mistyped more often than not. */
static bool is_letter_exchanged(const struct weigher *w)
{
	uint32_t n;
	const struct word_edit *all = stretches(w, &n);

	for (uint32_t i = 0; i < n; i++)
		if (!spelling_letter(str_sub(w->op->old_text, all[i].old_from, all[i].old_to),
		                     str_sub(w->op->new_text, all[i].new_from, all[i].new_to)))
			return false;
	return true;
}

/* Words that turn or step up what is said; 0 if there are none. */
static float turning_weight(struct weigher *w, struct str *why)
{
	count_words(w);
	int32_t not = w->came.not -w->went.not, strong = w->came.strong - w->went.strong,
	        weak = w->came.weak - w->went.weak;
	int32_t asks = w->e->kind == EDIT_HEADLINE ? claim_question(w->op, w->r) : 0;

	if (not ) {
		*why = not > 0 ? STR("a negation was added") : STR("a negation was removed");
		return 0.5f;
	}
	if (asks) {
		*why = asks < 0 ? STR("a question mark was added") : STR("a question mark was removed");
		return 0.36f;
	}
	if (strong && (strong > 0) != (weak > 0)) {
		*why = strong > 0 ? STR("a strong word was added") : STR("a strong word was removed");
		return 0.36f;
	}
	return 0;
}

/* Words without a statement; the reason only if they weigh more than facts. */
static float wording_weight(struct weigher *w, float facts, struct str *why)
{
	struct str turning;
	float weight = turning_weight(w, &turning);

	if (weight > facts)
		*why = turning;
	if (weight > 0)
		return weight;
	weight = at_most(weights[EDIT_WORDING] + 0.02f * (float)edit_words(w), 0.28f);
	if (weight > facts)
		*why = tell_words(w);
	return weight;
}

static float phrase_weight(struct weigher *w, struct str *why)
{
	float facts = findings_weight(w, why), words = wording_weight(w, facts, why);
	return words > facts ? words : facts;
}

/* "a sentence with 2 figures, a name and a source was added" */
static struct str sentence_told(const struct weigher *w, const uint32_t *n)
{
	static const struct {
		enum edit_kind kind;
		struct str one, many;
	} facts[] = {
		{ EDIT_FIGURE, STR("a figure"), STR(" figures") },
		{ EDIT_QUOTATION, STR("a quotation"), STR(" quotations") },
		{ EDIT_NAME, STR("a name"), STR(" names") },
		{ EDIT_PLACE, STR("a place"), STR(" places") },
		{ EDIT_ATTRIBUTION, STR("a source"), STR(" sources") },
	};
	struct str parts[4 * sizeof facts / sizeof *facts + 2] = { STR("a sentence ") };
	size_t last = 0, np = 1;

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		last = n[facts[i].kind] ? i : last;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		uint32_t count = n[facts[i].kind];
		if (count == 0)
			continue;
		parts[np] = np == 1 ? STR("with ") : i == last ? STR(" and ") : STR(", ");
		np++;
		if (count > 1)
			parts[np++] = arena_number(w->arena, count);
		parts[np++] = count == 1 ? facts[i].one : facts[i].many;
	}
	if (np > 1)
		parts[np++] = STR(" ");
	parts[np++] = w->op->nnews ? STR("was added") : STR("was removed");
	return arena_join(w->arena, parts, np);
}

/* What a sentence states. */
static float sentence_weight(const struct weigher *w, struct str *why)
{
	const struct side *s = w->op->nnews ? &w->r->new : &w->r->old;
	uint32_t n[EDIT_KINDS] = { 0 };
	float facts = 0;

	for (uint32_t i = 0; i < s->n; i++)
		n[s->features[i].kind]++;
	facts = 0.09f * (float)n[EDIT_FIGURE] + 0.05f * (float)n[EDIT_NAME] + 0.03f * (float)n[EDIT_PLACE] +
	        0.12f * (float)n[EDIT_QUOTATION] + 0.07f * (float)n[EDIT_ATTRIBUTION] + 0.02f * (float)n[EDIT_TIME] +
	        0.03f * (float)n[EDIT_HEDGE];
	*why = sentence_told(w, n);
	float size = 0.004f * (float)(s->terms.n < 40 ? s->terms.n : 40);
	return weights[w->e->kind] + size + at_most(facts, 0.4f) * (w->op->nnews ? 1 : 1.25f);
}

/* ---- where it stands ------------------------------------------------------------------ */

static float place_factor(const struct weigher *w)
{
	bool newer = w->op->nnews > 0;
	const struct sentence *s = newer ? &w->c->new_sentences[w->op->news[0]] : &w->c->old_sentences[w->op->olds[0]];
	const struct unit *units = newer ? w->c->new_units : w->c->old_units;
	uint32_t n = newer ? w->c->nnew_units : w->c->nold_units, heads = units_heads(units, n);

	if (s->unit < heads + FIRST_BLOCKS)
		return 1.12f;
	return n > heads + 8 && s->unit - heads > (n - heads) * 7 / 10 ? 0.85f : 1;
}

static struct str head_name(enum edit_kind k)
{
	return k == EDIT_HEADLINE ? STR("headline ") : k == EDIT_STANDFIRST ? STR("standfirst ") : STR("byline ");
}

static void weigh_head(struct weigher *w)
{
	struct change_edit *e = w->e;
	struct str why = STR_NONE;

	if (e->kinds & KIND_BIT(EDIT_TYPOGRAPHY)) {
		fold_typography(w);
		return;
	}
	float what = phrase_weight(w, &why), base = weights[e->kind];
	bool little = what <= weights[EDIT_WORDING] && w->went.moved + w->came.moved == 0;
	if (!little && e->nfindings == 0 && is_letter_exchanged(w)) {
		little = true;
		what = weights[EDIT_WORDING];
		why = STR("one letter of a word changed");
	}
	base *= little ? 0.5f : 1; /* else each change of a headline matters */
	e->weight = at_most(base + what * (e->kind == EDIT_HEADLINE ? 0.85f : 0.7f), 1);
	e->why = ARENA_JOIN(w->arena, STR("in the "), head_name(e->kind), why);
}

static void weigh_phrase(struct weigher *w)
{
	struct change_edit *e = w->e;

	if (is_relative_time(w))
		fold(e, FOLD_RELATIVE_TIME);
	else if (is_counter(w))
		fold(e, FOLD_COUNTER);
	else if (is_reordered(w))
		fold(e, FOLD_REORDERED);
	else
		e->weight = at_most(phrase_weight(w, &e->why) * place_factor(w), 1);
}

static void weigh_edit(struct weigher *w)
{
	struct change_edit *e = w->e;

	e->weight = weights[e->kind];
	e->why = str_from(edit_kind_info(e->kind)->about);
	if (e->kind == EDIT_TYPOGRAPHY)
		fold_typography(w);
	else if (!w->r || !w->r->read)
		return;
	else if (is_head(e->kind))
		weigh_head(w);
	else if (e->kind == EDIT_CORRECTION)
		e->why = e->nfindings ? e->findings[e->nfindings - 1].why : e->why;
	else if (e->kinds & (KIND_BIT(EDIT_ADDITION) | KIND_BIT(EDIT_REMOVAL)) &&
	         !has_words(&w->r->old, 0, UINT32_MAX) && !has_words(&w->r->new, 0, UINT32_MAX))
		fold(e, FOLD_TYPOGRAPHY);
	else if (e->kinds & (KIND_BIT(EDIT_ADDITION) | KIND_BIT(EDIT_REMOVAL)))
		e->weight = at_most(sentence_weight(w, &e->why) * place_factor(w), 1);
	else
		weigh_phrase(w);
}

static const bool *mark_kept(struct arena *a, const struct change_op *op, const struct side *s, bool newer)
{
	bool *kept = ARENA_ARRAY(a, bool, s->terms.n + 1);

	for (uint32_t k = 0; k < op->nkept; k++) {
		uint32_t from = newer ? op->kept[k].new_from : op->kept[k].old_from,
		         to = newer ? op->kept[k].new_to : op->kept[k].old_to;
		for (uint32_t i = terms_find(&s->terms, from); i < s->terms.n && s->terms.at[i].from < to; i++)
			kept[i] = true;
	}
	return kept;
}

/* What edits of one operation share. */
static void begin_op(struct weigher *w, const struct change_op *op, const struct op_reading *r)
{
	w->op = op;
	w->r = r->read ? r : NULL;
	w->op_words = 0;
	w->kept[0] = w->r && op->nkept ? mark_kept(w->arena, op, &r->old, false) : NULL;
	w->kept[1] = w->r && op->nkept ? mark_kept(w->arena, op, &r->new, true) : NULL;
}

void edits_weigh(struct arena *a, struct change *c, const struct op_reading *readings)
{
	struct weigher w = { .arena = a, .c = c };

	for (uint32_t i = 0; i < c->nedits; i++) {
		struct change_edit *e = &c->edits[i];
		w.e = e;
		w.counted = false;
		w.went = w.came = (struct tally){ 0 };
		if (e->op == NO_OP) {
			w.op = NULL;
			w.r = NULL;
		} else if (w.op != &c->ops[e->op]) {
			begin_op(&w, &c->ops[e->op], &readings[e->op]);
		}
		weigh_edit(&w);
		e->weight = weight_exact(e->weight);
	}
}
