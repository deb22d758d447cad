/*
 * The names and places that a text states: see features.h.
 *
 * A name is a run of capitalised words that does not only begin a sentence; in
 * German, where every noun is capitalised, it needs a first name, a title, a
 * second such word or capitals only; in a headline that capitalises every word
 * likewise.
 *
 * Limits: names in scripts without capitals are not seen.
 */
#include "change/features_parts.h"

#include "text/abbreviations.h"

static bool begins_sentences(struct str word)
{
	static _Thread_local uint64_t languages;

	if (!languages)
		languages = abbreviation_languages(STR("en")) | abbreviation_languages(STR_NONE);
	return abbreviation_classes(word, languages) & KNOWN_STARTER;
}

static bool capital_counts(const struct side *s, uint32_t i)
{
	const struct term *t = term_at(s, i);
	struct str text = term_text(&s->terms, i, i + 1);
	if (str_eq(text, STR("I")) ||
	    (text.n > 1 && text.p[0] == 'I' && (text.p[1] == '\'' || text.p[1] == (char)0xe2)))
		return false;
	if (t->opens && (is_small(t) || (text.p[0] != 'O' && memchr(text.p, '\'', text.n)) || str_has(text, STR("’")) ||
	                 begins_sentences(text)))
		return false;
	if (t->upper && (is_small(t) || term_is(t, TERM_STRONG)) && !term_is(t, TERM_PLACE))
		return false; /* said loud */
	return !term_is(t, TERM_GENERIC);
}

/* Names, places and speakers all ask it. */
bool features_capital_counts(const struct side *s, uint32_t i)
{
	enum { UNKNOWN, COUNTS, COUNTS_NOT };
	uint8_t *known = &s->terms.at[i].note;

	if (*known == UNKNOWN)
		*known = capital_counts(s, i) ? COUNTS : COUNTS_NOT;
	return *known == COUNTS;
}

/* Between two capitalised words of one name.  These are no rows of the table of terms:
 * a phrase that begins with one would hide it ("Jornal da Tarde"). */
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
			key += features_mix(1, term_at(s, i)->fold);
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
		features_add(a, s, EDIT_PLACE, first, first + t->span,
		             features_mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
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
	features_add(a, s, place ? EDIT_PLACE : EDIT_NAME, first, end, run_key(s, named, end));
}

/* In a headline of capitals only first names, titles, initials and places tell. */
static void read_title_case(struct arena *a, struct side *s)
{
	for (uint32_t i = 0, end; i < s->terms.n; i = end) {
		const struct term *t = term_at(s, i);
		end = i + 1;
		if (is_place(t)) {
			end = i + t->span;
			features_add(a, s, EDIT_PLACE, i, end,
			             features_mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
		} else if (t->use || !t->capital || t->han) {
			continue;
		} else if (t->classes & (TERM_BIT(TERM_GIVEN) | TERM_BIT(TERM_TITLE)) && is_capital(s, i + t->span) &&
		           !(term_at(s, i + t->span)->classes & (TERM_BIT(TERM_SAY) | TERM_BIT(TERM_COMMON)))) {
			end = i + t->span + 1u;
			if (term_is(term_at(s, end - 1), TERM_GIVEN) && is_capital(s, end))
				end++;
			features_add(a, s, EDIT_NAME, i, end, run_key(s, i, end));
		} else if (t->upper && t->to - t->from <= 6 && is_capital(s, i)) {
			features_add(a, s, EDIT_NAME, i, end, run_key(s, i, end));
		}
	}
}

void features_read_names(struct arena *a, struct side *s)
{
	if (s->terms.title_case) {
		read_title_case(a, s);
		return;
	}
	for (uint32_t i = 0; i < s->terms.n;) {
		const struct term *t = term_at(s, i);
		if (!t->capital && !t->han && !term_is(t, TERM_TITLE)) {
			i += t->span;
			continue;
		}
		if (t->han && is_place(t))
			features_add(a, s, EDIT_PLACE, i, i + t->span,
			             features_mix(2, (uint64_t)term_value(&s->terms, t, TERM_PLACE)));
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
