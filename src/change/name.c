/*
 * The kinds of an edit and what they rest on.
 *
 * What the two texts of an operation state is read once (features.h).  What an
 * edit touches and only one side states gives the edit a kind: two statements of
 * a kind, one of each side, are a change from one to the other, a single one
 * came or went.  Where nothing was stated differently, the words that are left
 * are wording, or typography if they are the same words: spelled, spaced,
 * capitalised or marked differently.
 *
 * A title, standfirst or byline is one edit with the kinds of all its words; a
 * sentence that came or went is that, and what it says does not name it, but
 * for notices and claims of somebody.
 */
#include "change/claims.h"
#include "change/features.h"
#include "change/parts.h"
#include "change/spelling.h"
#include "text/letters.h"

struct namer {
	struct arena *arena;
	const struct change *c;
	const struct change_op *op;
	const struct op_reading *r;
	struct change_edit *e;
	size_t room; /* for findings */
};

#define FINDINGS 4 /* of an edit, mostly */

static struct finding *add_finding(struct namer *m, enum edit_kind kind, struct word_edit at, struct str why)
{
	struct change_edit *e = m->e;

	e->findings = arena_grow(m->arena, e->findings, &m->room, e->nfindings + 1, sizeof *e->findings);
	e->kinds |= KIND_BIT(kind);
	e->findings[e->nfindings] = (struct finding){ .kind = kind, .at = at, .why = why };
	return &e->findings[e->nfindings++];
}

/* ---- what one side states ------------------------------------------------------ */

#define SHOWN 60 /* bytes of a quotation in a reason */

static struct str shown(struct namer *m, struct str s)
{
	size_t n = SHOWN;

	if (s.n <= SHOWN)
		return s;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return ARENA_JOIN(m->arena, str_sub(s, 0, n), STR("…"));
}

static struct str subject(const struct feature *f)
{
	static const struct str names[EDIT_KINDS] = {
		[EDIT_FIGURE] = STR("figure"), [EDIT_QUOTATION] = STR("quotation"), [EDIT_ATTRIBUTION] = STR("source"),
		[EDIT_NAME] = STR("name"),     [EDIT_PLACE] = STR("place"),         [EDIT_TIME] = STR("time"),
		[EDIT_HEDGE] = STR("hedge"),
	};
	return names[f->kind];
}

/* Without the marks around it: a reason brings its own. */
static struct str unmarked(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t begin = i;
		if (!quotemark_is(utf8_next(s, &i))) {
			s = str_sub(s, begin, s.n);
			break;
		}
	}
	for (bool again = true; again && s.n;) {
		size_t last = s.n - 1;
		while (last && ((unsigned char)s.p[last] & 0xc0) == 0x80)
			last--;
		size_t k = last;
		again = quotemark_is(utf8_next(s, &k));
		s = again ? str_sub(s, 0, last) : s;
	}
	return s;
}

static struct str words_shown(struct namer *m, const struct side *s, uint32_t from, uint32_t to)
{
	return shown(m, unmarked(str_trim(str_sub(s->terms.text, from, to))));
}

static struct str feature_shown(struct namer *m, const struct side *s, const struct feature *f)
{
	return words_shown(m, s, f->from, f->to);
}

/* Does the edit only put quotation marks elsewhere? */
static bool only_marks(const struct namer *m, const struct word_edit *w)
{
	return text_same_but_marks(str_sub(m->op->old_text, w->old_from, w->old_to),
	                           str_sub(m->op->new_text, w->new_from, w->new_to));
}

static struct str tell_marks(struct namer *m, const struct feature *x, const struct feature *y)
{
	struct str old = x ? feature_shown(m, &m->r->old, x) : STR_NONE,
	           new = y ? feature_shown(m, &m->r->new, y) : STR_NONE;

	if (x && y)
		return ARENA_JOIN(m->arena, STR("the quotation marks around “"), old, STR("” stand around “"), new,
		                  STR("” now"));
	if (x)
		return ARENA_JOIN(m->arena, STR("the quotation marks around “"), old, STR("” were taken away"));
	return ARENA_JOIN(m->arena, STR("quotation marks were put around “"), new, STR("”"));
}

static uint32_t most(uint32_t x, uint32_t y)
{
	return x > y ? x : y;
}

static uint32_t least(uint32_t x, uint32_t y)
{
	return x < y ? x : y;
}

/* The words of the edit that stand inside the quotations. */
static struct str tell_quotation(struct namer *m, const struct feature *x, const struct feature *y,
                                 const struct word_edit *w)
{
	uint32_t old_from = most(x->from, w->old_from), new_from = most(y->from, w->new_from);
	struct str old = words_shown(m, &m->r->old, old_from, most(old_from, least(x->to, w->old_to))),
	           new = words_shown(m, &m->r->new, new_from, most(new_from, least(y->to, w->new_to)));

	if (!old.n && !new.n)
		return STR("signs inside the quotation changed");
	if (!old.n || !new.n)
		return ARENA_JOIN(m->arena, STR("inside the quotation, “"), old.n ? old : new,
		                  old.n ? STR("” was removed") : STR("” was added"));
	return ARENA_JOIN(m->arena, STR("inside the quotation, “"), old, STR("” became “"), new, STR("”"));
}

/* A source that had a name has none now. */
static bool is_vague_now(const struct feature *x, const struct feature *y)
{
	return x && y && x->kind == EDIT_ATTRIBUTION && y->vague && !x->vague;
}

static struct str tell_changed(struct namer *m, const struct feature *x, const struct feature *y,
                               const struct word_edit *w)
{
	const struct side *old = &m->r->old, *new = &m->r->new;

	if (x->kind == EDIT_FIGURE && x->figure != NO_FIGURE && y->figure != NO_FIGURE) {
		struct str s = figure_tell(m->arena, old->terms.text, &old->figures[x->figure], new->terms.text,
		                           &new->figures[y->figure]);
		if (s.n)
			return s;
	}
	if (x->kind == EDIT_QUOTATION)
		return tell_quotation(m, x, y, w);
	return ARENA_JOIN(m->arena, STR("the "), subject(x), STR(" “"), feature_shown(m, old, x), STR("” became “"),
	                  feature_shown(m, new, y), is_vague_now(x, y) ? STR("”; it is vague now") : STR("”"));
}

static struct str tell_single(struct namer *m, const struct side *s, const struct feature *f, bool came)
{
	struct str words = feature_shown(m, s, f);
	struct str counted =
	        f->kind == EDIT_FIGURE && f->figure != NO_FIGURE ? s->figures[f->figure].counted : STR_NONE;

	if (counted.n && char_lower(counted.p[0]) == counted.p[0])
		words = words_shown(m, s, f->from, (uint32_t)(counted.p + counted.n - s->terms.text.p));
	return ARENA_JOIN(m->arena, STR("the "), subject(f), STR(" “"), words,
	                  came ? STR("” was added") : STR("” was removed"));
}

/* ---- which of it an edit touches -------------------------------------------------- */

static bool touched(const struct feature *f, bool newer, const struct word_edit *w)
{
	return newer ? feature_touches(f, w->new_from, w->new_to) : feature_touches(f, w->old_from, w->old_to);
}

/* The next statement of a kind from *i on that the other side does not make. */
static const struct feature *next_changed(const struct side *s, bool newer, enum edit_kind kind,
                                          const struct word_edit *w, uint32_t *i)
{
	while (*i < s->n) {
		const struct feature *f = &s->features[(*i)++];
		if (f->kind == kind && !f->kept && touched(f, newer, w))
			return f;
	}
	return NULL;
}

/* "One dead", "killing one person": a toll. */
static bool counts_people(const struct side *s, const struct figure *n)
{
	if (!n->counted.n)
		return false;
	uint32_t i = terms_find(&s->terms, (uint32_t)(n->counted.p - s->terms.text.p));
	return i < s->terms.n && term_is(&s->terms.at[i], TERM_TOLL);
}

/* "One", "the two" and "several" by themselves are hardly figures; "one" that
 * became "three" is. */
static bool is_slight(const struct side *s, const struct feature *f)
{
	const struct figure *n = f->figure == NO_FIGURE ? NULL : &s->figures[f->figure];

	if (!n || n->bound || char_is_digit(s->terms.text.p[n->value_from]))
		return false;
	if (n->low >= 1 && n->high <= 1 && (n->unit || counts_people(s, n)))
		return false;
	bool the = n->from >= 4 && str_eq_nocase(str_sub(s->terms.text, n->from - 4, n->from - 1), STR("the"));
	return (n->low >= 1 && n->high <= 1) || (n->low >= 2 && n->high <= 2 && the) ||
	       (n->low >= 3 && n->low <= 3 && n->high >= 9 && n->high <= 9);
}

static bool is_capital_in(const struct side *s, uint64_t fold)
{
	for (uint32_t i = 0; i < s->terms.n; i++)
		if (s->terms.at[i].fold == fold && s->terms.at[i].capital)
			return true;
	return false;
}

/* All words of a name stand in the other text: it is named there too, if not so. */
static bool is_named_in(const struct side *s, const struct feature *f, const struct side *other)
{
	for (uint32_t i = 0; i < s->terms.n && s->terms.at[i].from < f->to; i++) {
		const struct term *t = &s->terms.at[i];
		if (t->from >= f->from && t->capital && !is_capital_in(other, t->fold))
			return false;
	}
	return true;
}

/* "Announces" that went from a speaker who stays is wording. */
static bool touches_speaker(const struct feature *f, bool newer, const struct word_edit *w)
{
	struct feature who = *f;

	who.from = f->speaker_from;
	who.to = f->speaker_to;
	return feature_touches(&who, newer ? w->new_from : w->old_from, newer ? w->new_to : w->old_to);
}

static void name_kind(struct namer *m, enum edit_kind kind, const struct word_edit *w)
{
	const struct side *old = &m->r->old, *new = &m->r->new;
	uint32_t i = 0, k = 0;

	for (;;) {
		const struct feature *x = next_changed(old, false, kind, w, &i);
		const struct feature *y = next_changed(new, true, kind, w, &k);
		if (!x && !y)
			return;
		struct word_edit at = { x ? x->from : w->old_from, x ? x->to : w->old_from, y ? y->from : w->new_from,
			                y ? y->to : w->new_from };
		/* An edit at the very edge of what stands beside it has not touched it. */
		if (x && !y && w->old_from == w->old_to)
			continue;
		if (y && !x && w->new_from == w->new_to)
			continue;
		if (kind == EDIT_ATTRIBUTION && (!x || !y) && (x ? x : y)->acts && !touches_speaker(x ? x : y, !x, w))
			continue;
		if (kind == EDIT_NAME && (!x || !y) && is_named_in(x ? old : new, x ? x : y, x ? new : old))
			continue;
		if (kind == EDIT_FIGURE && (!x || !y) && is_slight(x ? old : new, x ? x : y))
			continue;
		struct str why = kind == EDIT_QUOTATION && only_marks(m, w) ? tell_marks(m, x, y)
		                 : x && y                                   ? tell_changed(m, x, y, w)
		                 : x                                        ? tell_single(m, old, x, false)
		                                                            : tell_single(m, new, y, true);
		add_finding(m, kind, at, why)->vague = is_vague_now(x, y);
	}
}

/* Kinds of what only one of the sides states and the edit touches. */
static uint32_t touched_kinds(const struct side *s, bool newer, const struct word_edit *w)
{
	uint32_t kinds = 0;

	for (uint32_t i = 0; i < s->n; i++)
		if (!s->features[i].kept && touched(&s->features[i], newer, w))
			kinds |= KIND_BIT(s->features[i].kind);
	return kinds;
}

static const enum edit_kind stated[] = { EDIT_QUOTATION, EDIT_FIGURE, EDIT_ATTRIBUTION, EDIT_NAME,
	                                 EDIT_PLACE,     EDIT_TIME,   EDIT_HEDGE };

/* ---- kinds of edits ------------------------------------------------------------------ */

/* The kinds of one changed phrase: adds them, and says whether it is anything
 * but typography. */
static bool name_words(struct namer *m, const struct word_edit *w)
{
	if (spelling_same(m->r, w))
		return false;
	uint32_t kinds = touched_kinds(&m->r->old, false, w) | touched_kinds(&m->r->new, true, w);
	for (size_t i = 0; i < sizeof stated / sizeof *stated; i++)
		if (kinds & KIND_BIT(stated[i]))
			name_kind(m, stated[i], w);
	return true;
}

static void name_phrase(struct namer *m)
{
	struct change_edit *e = m->e;

	e->kinds = 0;
	bool words = name_words(m, &e->at);
	if (e->kinds == 0)
		e->kinds = KIND_BIT(words ? EDIT_WORDING : EDIT_TYPOGRAPHY);
}

/* A title, standfirst or byline. */
static void name_head(struct namer *m)
{
	bool words = false;

	for (uint32_t i = 0; i < m->op->nwords; i++)
		words |= name_words(m, &m->op->words[i]);
	bool asks = m->e->kind == EDIT_HEADLINE && claim_question(m->op, m->r);
	if (!words && !asks && m->op->nolds && m->op->nnews)
		m->e->kinds |= KIND_BIT(EDIT_TYPOGRAPHY);
}

/* A sentence that came or went: a claim of somebody is one more kind. */
static void name_sentence(struct namer *m)
{
	bool came = m->op->nnews > 0;
	const struct side *s = came ? &m->r->new : &m->r->old;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		if (f->kind != EDIT_ATTRIBUTION || f->key == 0 || f->acts)
			continue;
		struct word_edit at =
		        came ? (struct word_edit){ 0, 0, f->from, f->to } : (struct word_edit){ f->from, f->to, 0, 0 };
		add_finding(m, EDIT_ATTRIBUTION, at, tell_single(m, s, f, came));
		return;
	}
}

/* "Last updated: 9 March, 14:00". */
static bool name_page_date(struct namer *m)
{
	const struct word_edit all = { 0, (uint32_t)m->op->old_text.n, 0, (uint32_t)m->op->new_text.n };

	if (!m->r->old.dated && !m->r->new.dated)
		return false;
	m->e->kinds &= KIND_BIT(EDIT_ADDITION) | KIND_BIT(EDIT_REMOVAL);
	add_finding(m, EDIT_DATE, all, STR("the page says another time of itself"));
	return true;
}

static void name_notice(struct namer *m)
{
	const struct word_edit all = { 0, (uint32_t)m->op->old_text.n, 0, (uint32_t)m->op->new_text.n };
	bool old = m->r->old.notice, new = m->r->new.notice;

	if (old || new)
		add_finding(m, EDIT_CORRECTION, all,
		            old && new ? STR("a notice changed")
		            : new      ? STR("a notice came")
		                       : STR("a notice went"));
}

/* The first of the kinds that hold; but a sentence came or went, whatever it says. */
static void settle(struct change_edit *e)
{
	if (e->kinds & (KIND_BIT(EDIT_ADDITION) | KIND_BIT(EDIT_REMOVAL)) &&
	    !(e->kinds & (KIND_BIT(EDIT_CORRECTION) | KIND_BIT(EDIT_DATE))))
		return;
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (e->kinds & KIND_BIT(k)) {
			e->kind = (enum edit_kind)k;
			return;
		}
}

static void name_edit(struct namer *m)
{
	switch (m->e->kind) {
	case EDIT_HEADLINE:
	case EDIT_STANDFIRST:
	case EDIT_BYLINE:
		name_head(m);
		return;
	case EDIT_ADDITION:
	case EDIT_REMOVAL:
		name_sentence(m);
		if (!name_page_date(m))
			name_notice(m);
		break;
	case EDIT_WORDING:
		if (!name_page_date(m)) {
			name_phrase(m);
			name_notice(m);
		}
		break;
	default:
		return;
	}
	settle(m->e);
}

/* ---- the language ------------------------------------------------------------------- */

#define GUESSED_BYTES 2000

static void put_sentences(struct buf *b, const struct sentence *s, uint32_t n)
{
	size_t most = b->n + GUESSED_BYTES;

	for (uint32_t i = 0; i < n && b->n < most; i++) {
		buf_str(b, str_sub(s[i].text, 0, GUESSED_BYTES));
		buf_byte(b, ' ');
	}
}

static uint32_t languages_of(struct arena *a, const struct change *c, struct str tag)
{
	uint32_t languages = terms_language(tag);

	if (tag.n)
		return languages;
	struct buf b = BUF_INIT(8 * GUESSED_BYTES);
	put_sentences(&b, c->new_sentences, c->nnew);
	put_sentences(&b, c->old_sentences, c->nold);
	struct terms t = terms_read(a, buf_view(&b), languages);
	buf_free(&b);
	return terms_guess(&t);
}

void edits_name(struct arena *a, struct change *c, struct str language, const struct op_tokens *tokens,
                struct op_reading *readings)
{
	uint32_t languages = languages_of(a, c, language);
	struct features_kept kept = { 0 };

	for (uint32_t i = 0; i < c->nops; i++)
		readings[i].read = false;
	for (uint32_t i = 0; i < c->nedits; i++) {
		struct change_edit *e = &c->edits[i];
		if (e->op == NO_OP || e->kind == EDIT_MOVE)
			continue;
		struct op_reading *r = &readings[e->op];
		if (!r->read)
			features_read(a, c, &c->ops[e->op], &tokens[e->op], languages, &kept, r);
		struct namer m = { .arena = a, .c = c, .op = &c->ops[e->op], .r = r, .e = e, .room = FINDINGS };
		name_edit(&m);
	}
}
