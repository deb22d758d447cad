/*
 * How sure a text is and whose claims it gives: see features.h.
 *
 * A speaker stands before or behind a verb of saying, or behind "according to".
 * Whoever "rejected" something, and letters that "show" it, claim only beside what
 * was said.  Whoever "was told" says nothing.
 */
#include "change/features_parts.h"

#define MOST_BACK 8 /* terms between a verb and its speaker */

/* ---- hedges ---------------------------------------------------------------------- */

#define MODAL 5

void features_read_hedges(struct arena *a, struct side *s)
{
	for (uint32_t i = 0; i < s->terms.n; i++) {
		const struct term *t = term_at(s, i);
		if (!term_is(t, TERM_HEDGE) || t->use)
			continue;
		if (t->capital && !t->opens && !s->terms.title_case && !t->upper)
			continue; /* Theresa May */
		if (i && (str_eq_nocase(term_text(&s->terms, i - 1, i), STR("than")) ||
		          str_eq_nocase(term_text(&s->terms, i - 1, i), STR("as"))))
			continue; /* "hotter than expected" */
		int64_t shade = term_value(&s->terms, t, TERM_HEDGE);
		features_add(a, s, EDIT_HEDGE, i, i + t->span,
		             features_mix(3, shade == MODAL ? t->fold : (uint64_t)shade));
		i += t->span - 1u;
	}
}

/* ---- whose claim ------------------------------------------------------------------- */

struct speaker {
	uint32_t first, end;
	uint64_t key;
	bool vague;
};

/* A speaker that has its last or only word at i. */
static bool speaker_at(const struct side *s, uint32_t i, struct speaker *out)
{
	const struct term *t = term_at(s, i);

	if (t->kind != TERM_LETTERS || t->use == 2)
		return false;
	if (is_capital(s, i) && !(s->terms.languages == GERMAN && term_is(t, TERM_SPEAKER))) {
		*out = (struct speaker){ i, i + 1, features_mix(4, t->fold), false };
		return true;
	}
	if (term_is(t, TERM_SPEAKER)) {
		*out = (struct speaker){ i, i + t->span, features_mix(4, t->fold),
			                 term_value(&s->terms, t, TERM_SPEAKER) == 1 };
		return true;
	}
	if (term_is(t, TERM_PRONOUN)) {
		*out = (struct speaker){ i, i + 1, 0, false };
		return true;
	}
	return false;
}

static bool ends_clause(const struct term *t)
{
	return t->sign == '.' || t->sign == ';' || t->sign == '!' || t->sign == '?' || t->sign == 0x3002;
}

/* Between a speaker and the verb: "has also", "was" before "saying". */
static bool is_helper(const struct side *s, uint32_t i)
{
	return term_is(term_at(s, i), TERM_HELPER) || str_ends(term_text(&s->terms, i, i + 1), STR("ly"));
}

#define PASSIVE 1        /* of helpers: "was" */
#define PASSIVE_BEHIND 2 /* "wurde", which stands behind the verb, too */

static int64_t voice_of(const struct side *s, uint32_t i)
{
	const struct term *t = term_at(s, i);
	return term_is(t, TERM_HELPER) ? term_value(&s->terms, t, TERM_HELPER) : 0;
}

/* The sense of a verb of saying. */
#define ACTS 4  /* "announced" */
#define DEEDS 5 /* "rejected": a source only with what was said */
#define SHOWS 6 /* what letters do, only with what they show */

static int64_t sense_of(const struct side *s, const struct term *t)
{
	return term_is(t, TERM_SAY) ? term_value(&s->terms, t, TERM_SAY) : 0;
}

/* "her employer said": anybody can say; ", letters show": and anything can show. */
static bool noun_says(const struct side *s, uint32_t verb, struct speaker *out)
{
	struct str word = term_text(&s->terms, verb, verb + 1);
	const struct term *noun = term_at(s, verb - 1);

	if (!str_eq(word, STR("said")) && !str_eq(word, STR("says")) && !str_eq(word, STR("say")) &&
	    sense_of(s, term_at(s, verb)) != SHOWS)
		return false;
	if (noun->kind != TERM_LETTERS || noun->to - noun->from < 3 || is_small(noun))
		return false;
	*out = (struct speaker){ verb - 1, verb, features_mix(4, noun->fold), false };
	return true;
}

/* "John Smith, the mayor, said": back over what stands between commas, and over "has also". */
static bool speaker_before(const struct side *s, uint32_t verb, struct speaker *out)
{
	bool comma = verb && (term_at(s, verb - 1)->sign == ',' || term_at(s, verb - 1)->sign == ')');
	bool active = comma || term_is(term_at(s, verb), TERM_SAYING);
	uint32_t most = comma || term_at(s, verb)->han ? MOST_BACK + 4 : 3;

	if (!active && voice_of(s, verb + term_at(s, verb)->span) == PASSIVE_BEHIND)
		return false;
	for (uint32_t back = 1; back <= most && back <= verb; back++) {
		const struct term *t = term_at(s, verb - back);
		bool initial = t->sign == '.' && t->glued && verb > back &&
		               term_at(s, verb - back - 1)->to - term_at(s, verb - back - 1)->from <= 3;
		if ((ends_clause(t) && !initial) || t->sign == 0x201d || t->sign == '"')
			return false;
		if (speaker_at(s, verb - back, out))
			return true;
		if (!active && voice_of(s, verb - back) >= PASSIVE)
			return false; /* "Smith was told" */
		if (!comma && s->terms.languages == ENGLISH && !t->han && !is_helper(s, verb - back))
			return back == 1 && noun_says(s, verb, out);
	}
	return false;
}

static bool speaker_behind(const struct side *s, uint32_t from, uint32_t most, struct speaker *out)
{
	for (uint32_t i = from; i < from + most && i < s->terms.n; i++) {
		if (term_at(s, i)->kind == TERM_SIGN && term_at(s, i)->sign != '\'' && !term_at(s, i)->glued)
			return false;
		if (ends_clause(term_at(s, i)))
			return false;
		if (!speaker_at(s, i, out))
			continue;
		while (is_capital(s, out->end) && !term_at(s, out->end)->opens) { /* the last word names him */
			out->key = features_mix(4, term_at(s, out->end)->fold);
			out->end++;
		}
		return true;
	}
	return false;
}

/* Behind a quotation or a comma the speaker may follow the verb. */
static bool is_inverted(const struct side *s, uint32_t verb)
{
	const struct term *before = verb ? term_at(s, verb - 1) : NULL;
	return before && before->kind == TERM_SIGN && (before->sign == ',' || quotemark_is(before->sign));
}

/* A source of which nothing is known: the words up to the next sign. */
static struct speaker unknown_source(const struct side *s, uint32_t from)
{
	struct speaker who = { from - 1, from, 0, false };

	while (who.end < from + 4 && who.end < s->terms.n && term_at(s, who.end)->kind == TERM_LETTERS)
		who.key = features_mix(who.key + 5, term_at(s, who.end++)->fold);
	who.key |= 1;
	return who;
}

/* "What did he say?", "says no to": nothing is claimed. */
static bool is_no_claim(const struct side *s, uint32_t speaker, uint32_t end)
{
	struct str before = speaker ? term_text(&s->terms, speaker - 1, speaker) : STR_NONE,
	           behind = end < s->terms.n ? term_text(&s->terms, end, end + 1) : STR_NONE;

	return str_eq_nocase(before, STR("did")) || str_eq_nocase(before, STR("does")) ||
	       str_eq_nocase(behind, STR("no")) || str_eq_nocase(behind, STR("yes"));
}

/* Do the words that were said stand beside the verb? */
static bool has_claim(const struct side *s, uint32_t first, uint32_t verb, uint32_t end)
{
	const struct term *next = term_at(s, end);

	return is_inverted(s, verb) || (first < verb && is_inverted(s, first)) || next->sign == ':' ||
	       quotemark_is(next->sign) ||
	       (end < s->terms.n && str_eq_nocase(term_text(&s->terms, end, end + 1), STR("that")));
}
#define MOST_BEFORE_COLON 5

/* "Amerikaanse media: 'Agent ...'": who stands before a colon and a quotation mark. */
static void read_colon(struct arena *a, struct side *s)
{
	for (uint32_t i = 1; i < s->terms.n && i <= MOST_BEFORE_COLON; i++) {
		if (term_at(s, i)->sign != ':' && term_at(s, i)->sign != 0xff1a)
			continue;
		if (quotemark_is(term_at(s, i + 1)->sign) || term_is(term_at(s, i - 1), TERM_SPEAKER)) {
			struct feature *f = features_add(a, s, EDIT_ATTRIBUTION, 0, i + 1,
			                                 features_mix(4, term_at(s, i - 1)->fold));
			f->speaker_to = f->to;
		}
		return;
	}
}

void features_read_speakers(struct arena *a, struct side *s)
{
	read_colon(a, s);
	if (!(s->terms.classes & (TERM_BIT(TERM_SAY) | TERM_BIT(TERM_SOURCE))))
		return;
	for (uint32_t i = 0; i < s->terms.n; i++) {
		const struct term *t = term_at(s, i);
		struct speaker who;
		bool found = false;
		if (t->use || !(t->classes & (TERM_BIT(TERM_SAY) | TERM_BIT(TERM_SOURCE))))
			continue;
		if (term_is(t, TERM_SOURCE)) {
			found = speaker_behind(s, i + t->span, t->han ? 12 : 6, &who);
			if (!found && (t->span > 1 || (s->terms.languages != ENGLISH && !t->han)))
				found = true, who = unknown_source(s, i + t->span);
		} else if (!t->capital || s->terms.title_case) {
			found = (is_inverted(s, i) && speaker_behind(s, i + t->span, 4, &who)) ||
			        speaker_before(s, i, &who) ||
			        (s->terms.languages != ENGLISH && !t->han && speaker_behind(s, i + t->span, 3, &who));
		}
		int64_t verb = sense_of(s, t);
		if (!found || is_no_claim(s, who.first, i + t->span) || (verb == SHOWS && !who.key) ||
		    ((verb == DEEDS || verb == SHOWS) && !has_claim(s, who.first, i, i + t->span)))
			continue;
		uint32_t first = who.first < i ? who.first : i, end = i + t->span > who.end ? i + t->span : who.end;
		struct feature *f = features_add(a, s, EDIT_ATTRIBUTION, first, end, who.key);
		f->vague = who.vague;
		f->acts = verb == ACTS && !has_claim(s, who.first, i, i + t->span);
		f->speaker_from = term_at(s, who.first)->from;
		f->speaker_to = term_at(s, who.end - 1)->to;
		i = end - 1 > i ? end - 1 : i;
	}
}
