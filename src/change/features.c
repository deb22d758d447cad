/*
 * Reading what a text states: see features.h.
 *
 * Times and figures are read first and take their words; then places, names,
 * hedges and speakers from the terms that are left.  A name is a run of
 * capitalised words that does not only begin a sentence; in German, where every
 * noun is capitalised, it needs a first name, a title, a second such word or
 * capitals only; in a headline that capitalises every word likewise.
 *
 * What touches no edit is in both texts.  Of the rest, equal statements of the
 * two sides are kept, in order.
 *
 * Limits: names in scripts without capitals are not seen.
 */
#include "change/features.h"

#include "text/abbreviations.h"
#include "text/moments.h"
#include "text/notices.h"

#define ENGLISH 1u
#define GERMAN 2u
#define MOST_DATED 20 /* terms of a line that only says when */
#define MOST_BACK 8   /* terms between a verb and its speaker */

static struct feature *add(struct arena *a, struct side *s, enum edit_kind kind, uint32_t from, uint32_t to,
                           uint64_t key)
{
	s->features = arena_grow(a, s->features, &s->room, s->n + 1, sizeof *s->features);
	s->features[s->n] = (struct feature){ .kind = kind, .from = from, .to = to, .key = key };
	return &s->features[s->n++];
}

static struct feature *add_terms(struct arena *a, struct side *s, enum edit_kind kind, uint32_t first, uint32_t end,
                                 uint64_t key)
{
	return add(a, s, kind, s->terms.at[first].from, s->terms.at[end - 1].to, key);
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 31;
}

/* ---- times and figures -------------------------------------------------------- */

static void read_moments(struct arena *a, struct side *s)
{
	uint32_t n;
	const struct moment *m = moments_find(a, &s->terms, &n);

	for (uint32_t i = 0; i < n; i++)
		add_terms(a, s, EDIT_TIME, m[i].first, m[i].end, m[i].key)->vague = m[i].relative;
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
		key = mix(mix(mix(6, halves[0]), halves[1]),
		          (uint64_t)f->bound * 1024 + (uint64_t)unit * 2 + f->approx);
		add(a, s, EDIT_FIGURE, f->from, f->to, key)->figure = i;
	}
}

/* "The third degree", "second half". */
static bool is_no_rank(const struct side *s, uint32_t i)
{
	static const char *const behind[] = { "degree", "party",    "parties", "hand",  "world",
		                              "nature", "thoughts", "guess",   "class", "lady" };

	if (i + 1 < s->terms.n && s->terms.at[i + 1].sign == '-')
		i++;
	if (i + 1 >= s->terms.n)
		return false;
	for (size_t k = 0; k < sizeof behind / sizeof *behind; k++)
		if (str_eq_nocase(term_text(&s->terms, i + 1, i + 2), str_from(behind[k])))
			return true;
	return term_is(&s->terms.at[i + 1], TERM_FRACTION);
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
			add_terms(a, s, EDIT_FIGURE, i, i + 1, mix(8, (uint64_t)value))->figure = NO_FIGURE;
		} else if (rank) {
			add_terms(a, s, EDIT_FIGURE, i, i + 2, mix(8, (uint64_t)value))->figure = NO_FIGURE;
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
		key = mix(key, x->fold);
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

/* ---- names and places ----------------------------------------------------------- */

static const struct term *term_at(const struct side *s, uint32_t i)
{
	static const struct term none = { .kind = TERM_SIGN };
	return i < s->terms.n ? &s->terms.at[i] : &none;
}

static bool is_small(const struct term *t)
{
	return t->classes &
	       (TERM_BIT(TERM_COMMON) | TERM_BIT(TERM_PRONOUN) | TERM_BIT(TERM_WHERE) | TERM_BIT(TERM_NOT) |
	        TERM_BIT(TERM_IN_YEAR) | TERM_BIT(TERM_SOURCE) | TERM_BIT(TERM_BEYOND) | TERM_BIT(TERM_SEVERAL));
}

static bool begins_sentences(struct str word)
{
	uint64_t languages = abbreviation_languages(STR("en")) | abbreviation_languages(STR_NONE);
	return abbreviation_classes(word, languages) & KNOWN_STARTER;
}

/* Is a capitalised word one that can be a part of a name? */
static bool capital_counts(const struct side *s, uint32_t i)
{
	const struct term *t = term_at(s, i);
	struct str text = term_text(&s->terms, i, i + 1);
	if (str_eq(text, STR("I")) ||
	    (text.n > 1 && text.p[0] == 'I' && (text.p[1] == '\'' || text.p[1] == (char)0xe2)))
		return false;
	if (t->opens && (is_small(t) || begins_sentences(text) || (text.p[0] != 'O' && memchr(text.p, '\'', text.n)) ||
	                 str_has(text, STR("’"))))
		return false;
	if (t->upper && (is_small(t) || term_is(t, TERM_STRONG)) && !term_is(t, TERM_PLACE))
		return false; /* said loud */
	return !term_is(t, TERM_GENERIC);
}

static inline bool is_capital(const struct side *s, uint32_t i)
{
	const struct term *t = term_at(s, i);
	return t->capital && t->kind == TERM_LETTERS && !t->use && !t->han && capital_counts(s, i);
}

/* Between two capitalised words of one name. */
static uint32_t name_link(const struct side *s, uint32_t i)
{
	static const struct str links[] = {
		STR("of"),  STR("de"),  STR("la"), STR("von"), STR("van"), STR("der"), STR("den"),
		STR("bin"), STR("al"),  STR("el"), STR("du"),  STR("di"),  STR("da"),  STR("dos"),
		STR("do"),  STR("ibn"), STR("zu"), STR("ter"), STR("del"),
	};
	const struct term *t = term_at(s, i);

	if ((t->sign == '.' || t->sign == '-' || t->sign == '&') && (t->glued || t->sign == '&'))
		return is_capital(s, i + 1) && (t->sign == '&' || t->sign == '.' || term_at(s, i + 1)->glued) &&
		                       (t->sign != '.' || term_at(s, i - 1)->to - term_at(s, i - 1)->from <= 3)
		               ? 1
		               : 0;
	if (t->kind != TERM_LETTERS || t->capital || t->to - t->from > 3)
		return 0;
	struct str word = term_text(&s->terms, i, i + 1);
	for (size_t k = 0; k < sizeof links / sizeof *links; k++)
		if (str_eq(word, links[k]))
			return is_capital(s, i + 1) ? 1
			       : (k > 0 && is_capital(s, i + 2) && term_at(s, i + 1)->to - term_at(s, i + 1)->from <= 3)
			               ? 2
			               : 0;
	return 0;
}

static uint32_t run_end(const struct side *s, uint32_t i)
{
	uint32_t end = i + 1;

	for (;;) {
		uint32_t link = name_link(s, end);
		if (link)
			end += link + 1;
		else if (is_capital(s, end) && !term_at(s, end)->opens)
			end++;
		else
			return end;
	}
}

/* Where capitals say nothing: what else makes it a name. */
static bool is_certain(const struct side *s, uint32_t first, uint32_t end, bool titled)
{
	uint32_t words = 0;

	if (titled && end > first)
		return true;
	for (uint32_t i = first; i < end; i++) {
		const struct term *t = term_at(s, i);
		words += t->kind == TERM_LETTERS && t->capital;
		if (t->upper || (term_is(t, TERM_GIVEN) && end > i + 1))
			return true;
	}
	return !s->terms.title_case && words >= 2 && s->terms.languages == GERMAN;
}

static uint64_t run_key(const struct side *s, uint32_t first, uint32_t end)
{
	uint64_t key = 0;

	for (uint32_t i = first; i < end; i++)
		if (term_at(s, i)->kind == TERM_LETTERS)
			key += mix(1, term_at(s, i)->fold);
	return key;
}

static bool is_place(const struct term *t)
{
	return term_is(t, TERM_PLACE) && (t->capital || t->han) && !t->use;
}

/* Is a single capitalised word at the beginning of a sentence a name? */
static bool opening_is_name(const struct side *s, uint32_t first, uint32_t end)
{
	const struct term *t = term_at(s, first), *next = term_at(s, end);

	if (!t->opens || end - first > 1 || t->upper)
		return true;
	if (t->classes & (TERM_BIT(TERM_SPEAKER) | TERM_BIT(TERM_HEDGE) | TERM_BIT(TERM_SAY)))
		return false;
	return term_is(t, TERM_GIVEN) || term_is(next, TERM_SAY) || (next->glued && next->kind != TERM_SIGN) ||
	       str_eq(term_text(&s->terms, end, end + 1), STR("'s"));
}

/* Places that stand in the run, and what of it is left for a name. */
static void add_run(struct arena *a, struct side *s, uint32_t first, uint32_t end, bool titled)
{
	while (first < end && is_place(term_at(s, first))) {
		const struct term *t = term_at(s, first), *next = term_at(s, first + t->span);
		if (first + t->span < end && next->classes & (TERM_BIT(TERM_BODY) | TERM_BIT(TERM_SITE)))
			break; /* "New York Times" */
		add_terms(a, s, EDIT_PLACE, first, first + t->span,
		          mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
		first += t->span;
		while (first < end && term_at(s, first)->kind == TERM_SIGN)
			first++;
	}
	if (first >= end)
		return;
	if (!titled && term_at(s, first)->opens &&
	    !(term_at(s, first)->classes & (TERM_BIT(TERM_GIVEN) | TERM_BIT(TERM_TITLE))))
		for (uint32_t i = first + 1; i < end && i < first + 3; i++)
			if (term_is(term_at(s, i), TERM_GIVEN))
				first = i; /* "Billionaire Andrew Forrest" */
	bool capitals_mean = !s->terms.title_case && s->terms.languages != GERMAN;
	if (capitals_mean ? !opening_is_name(s, first, end) : !is_certain(s, first, end, titled))
		return;
	const struct term *before = first ? term_at(s, first - 1) : NULL;
	bool place = capitals_mean && !titled && before && term_is(before, TERM_WHERE) && end - first <= 2 &&
	             !term_at(s, first)->upper && !term_is(term_at(s, end), TERM_SAY);
	const struct term *last = term_at(s, end - 1);
	place |= !titled && end > first + 1 && (term_is(last, TERM_SITE) || term_is(term_at(s, first), TERM_SITE));
	uint32_t named = first; /* "the village of Harrow" is Harrow */
	if (place && term_is(term_at(s, first), TERM_SITE) && first + term_at(s, first)->span < end)
		named += term_at(s, first)->span;
	add_terms(a, s, place ? EDIT_PLACE : EDIT_NAME, first, end, run_key(s, named, end));
}

/* In a headline of capitals only first names, titles, initials and places tell. */
static void read_title_case(struct arena *a, struct side *s)
{
	for (uint32_t i = 0, end; i < s->terms.n; i = end) {
		const struct term *t = term_at(s, i);
		end = i + 1;
		if (is_place(t)) {
			end = i + t->span;
			add_terms(a, s, EDIT_PLACE, i, end, mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
		} else if (t->use || !t->capital || t->han) {
			continue;
		} else if (t->classes & (TERM_BIT(TERM_GIVEN) | TERM_BIT(TERM_TITLE)) && is_capital(s, i + t->span) &&
		           !(term_at(s, i + t->span)->classes & (TERM_BIT(TERM_SAY) | TERM_BIT(TERM_COMMON)))) {
			end = i + t->span + 1u;
			if (term_is(term_at(s, end - 1), TERM_GIVEN) && is_capital(s, end))
				end++;
			add_terms(a, s, EDIT_NAME, i, end, run_key(s, i, end));
		} else if (t->upper && t->to - t->from <= 6 && is_capital(s, i)) {
			add_terms(a, s, EDIT_NAME, i, end, run_key(s, i, end));
		}
	}
}

static void read_names(struct arena *a, struct side *s)
{
	if (s->terms.title_case) {
		read_title_case(a, s);
		return;
	}
	for (uint32_t i = 0; i < s->terms.n;) {
		const struct term *t = term_at(s, i);
		if (t->han && is_place(t))
			add_terms(a, s, EDIT_PLACE, i, i + t->span,
			          mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
		bool title = term_is(t, TERM_TITLE) && !t->use && !t->han;
		uint32_t first = i, body = title ? i + t->span : i;
		if (title && term_at(s, body)->sign == '.' && term_at(s, body)->glued)
			body++;
		if (title && !is_capital(s, body)) { /* an office without its holder */
			i += t->capital && !t->opens && !s->terms.title_case && s->terms.languages != GERMAN ? 0
			                                                                                     : t->span;
			if (i != first)
				continue;
			body = first;
			title = false;
		}
		if (!is_capital(s, body)) {
			i += t->span;
			continue;
		}
		uint32_t end = run_end(s, body);
		add_run(a, s, is_place(term_at(s, body)) ? body : first, end, title);
		i = end > i ? end : i + 1;
	}
}

/* ---- hedges ---------------------------------------------------------------------- */

#define MODAL 5

static void read_hedges(struct arena *a, struct side *s)
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
		add_terms(a, s, EDIT_HEDGE, i, i + t->span, mix(3, shade == MODAL ? t->fold : (uint64_t)shade));
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
		*out = (struct speaker){ i, i + 1, mix(4, t->fold), false };
		return true;
	}
	if (term_is(t, TERM_SPEAKER)) {
		*out = (struct speaker){ i, i + t->span, mix(4, t->fold), term_value(&s->terms, t, TERM_SPEAKER) == 1 };
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

/* Between a speaker and the verb: "has also". */
static bool is_helper(const struct side *s, uint32_t i)
{
	static const struct str helpers[] = {
		STR("has"), STR("have"), STR("had"), STR("also"), STR("later"), STR("then"), STR("now"),
		STR("is"),  STR("are"),  STR("was"), STR("were"), STR("once"),  STR("be"),
	};
	struct str word = term_text(&s->terms, i, i + 1);

	for (size_t k = 0; k < sizeof helpers / sizeof *helpers; k++)
		if (str_eq_nocase(word, helpers[k]))
			return true;
	return str_ends(word, STR("ly"));
}

/* "her employer said": anybody can say. */
static bool noun_says(const struct side *s, uint32_t verb, struct speaker *out)
{
	struct str word = term_text(&s->terms, verb, verb + 1);
	const struct term *noun = term_at(s, verb - 1);

	if (!str_eq(word, STR("said")) && !str_eq(word, STR("says")) && !str_eq(word, STR("say")))
		return false;
	if (noun->kind != TERM_LETTERS || noun->to - noun->from < 3 || is_small(noun))
		return false;
	*out = (struct speaker){ verb - 1, verb, mix(4, noun->fold), false };
	return true;
}

/* "John Smith, the mayor, said": back over what stands between commas, and over "has also". */
static bool speaker_before(const struct side *s, uint32_t verb, struct speaker *out)
{
	bool comma = verb && (term_at(s, verb - 1)->sign == ',' || term_at(s, verb - 1)->sign == ')');
	uint32_t most = comma || term_at(s, verb)->han ? MOST_BACK + 4 : 3;

	for (uint32_t back = 1; back <= most && back <= verb; back++) {
		const struct term *t = term_at(s, verb - back);
		bool initial = t->sign == '.' && t->glued && verb > back &&
		               term_at(s, verb - back - 1)->to - term_at(s, verb - back - 1)->from <= 3;
		if ((ends_clause(t) && !initial) || t->sign == 0x201d || t->sign == '"')
			return false;
		if (speaker_at(s, verb - back, out))
			return true;
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
			out->key = mix(4, term_at(s, out->end)->fold);
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
		who.key = mix(who.key + 5, term_at(s, who.end++)->fold);
	who.key |= 1;
	return who;
}

#define ACTS 4  /* the value of "announced" among verbs of saying */
#define DEEDS 5 /* of "rejected": a source only with what was said */

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
			struct feature *f =
			        add_terms(a, s, EDIT_ATTRIBUTION, 0, i + 1, mix(4, term_at(s, i - 1)->fold));
			f->speaker_to = f->to;
		}
		return;
	}
}

static void read_speakers(struct arena *a, struct side *s)
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
			        (s->terms.languages != 1u && !t->han && speaker_behind(s, i + t->span, 3, &who));
		}
		int64_t verb = term_is(t, TERM_SAY) ? term_value(&s->terms, t, TERM_SAY) : 0;
		if (!found || is_no_claim(s, who.first, i + t->span) ||
		    (verb == DEEDS && !has_claim(s, who.first, i, i + t->span)))
			continue;
		uint32_t first = who.first < i ? who.first : i, end = i + t->span > who.end ? i + t->span : who.end;
		struct feature *f = add_terms(a, s, EDIT_ATTRIBUTION, first, end, who.key);
		f->vague = who.vague;
		f->acts = verb == ACTS && !has_claim(s, who.first, i, i + t->span);
		f->speaker_from = term_at(s, who.first)->from;
		f->speaker_to = term_at(s, who.end - 1)->to;
		i = end - 1 > i ? end - 1 : i;
	}
}

/* ---- both sides --------------------------------------------------------------------- */

static void read_side(struct arena *a, const struct change *c, const struct change_op *op, bool newer,
                      uint32_t languages, struct features_kept *kept, struct side *s)
{
	s->terms = terms_read(a, newer ? op->new_text : op->old_text, languages);
	read_moments(a, s);
	read_figures(a, s);
	read_ranks(a, s);
	read_quotations(a, c, op, newer, kept, s);
	read_names(a, s);
	if (s->terms.classes & TERM_BIT(TERM_HEDGE))
		read_hedges(a, s);
	read_speakers(a, s);
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
	return value >= 0 && value < 1000 && rank->key == mix(8, (uint64_t)value);
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

void features_read(struct arena *a, const struct change *c, const struct change_op *op, uint32_t languages,
                   struct features_kept *kept, struct op_reading *out)
{
	out->read = true;
	read_side(a, c, op, false, languages, kept, &out->old);
	read_side(a, c, op, true, languages, kept, &out->new);
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
