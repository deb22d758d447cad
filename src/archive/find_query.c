/*
 * Queries and words: see find.h.
 *
 * A word is what the index's tokenizer takes for one: a run of letters, marks,
 * digits and private-use characters.  In the index form a character of a
 * script without spaces stands alone, so "台湾" is a phrase of two words.
 */
#include "archive/find.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "text/norm.h"

#define WORD_MASK (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK | U_GC_CO_MASK)

static bool is_of_word(uint32_t c)
{
	if (c < 0x80)
		return char_is_alnum((char)c);
	return (U_MASK(u_charType((UChar32)c)) & WORD_MASK) != 0;
}

/* The scripts around whose characters text_index_form puts spaces. */
static bool stands_alone(uint32_t c)
{
	static const UScriptCode scripts[] = { USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
		                               USCRIPT_THAI };
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x0e00)
		return false;
	UScriptCode script = uscript_getScript((UChar32)c, &status);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		if (script == scripts[i])
			return true;
	return false;
}

/* A run of word characters; alone: one that stands alone is a run of its own. */
static bool next_run(struct str s, size_t *i, bool alone, size_t *from, size_t *to)
{
	bool inside = false;

	while (*i < s.n) {
		size_t at = *i;
		uint32_t c = utf8_next(s, i);
		bool single = alone && is_of_word(c) && stands_alone(c);
		if (inside && (single || !is_of_word(c))) {
			*i = at;
			break;
		}
		if (!is_of_word(c))
			continue;
		if (!inside)
			*from = at;
		inside = true;
		*to = *i;
		if (single)
			break;
	}
	return inside;
}

bool find_next_word(struct str form, size_t *i, struct str *word)
{
	size_t from = 0, to = 0;

	if (!next_run(form, i, false, &from, &to))
		return false;
	*word = str_sub(form, from, to);
	return true;
}

bool find_next_original(struct str text, size_t *i, size_t *from, size_t *to)
{
	return next_run(text, i, true, from, to);
}

bool find_term_matches(const struct find_term *t, const struct str *words, size_t room)
{
	if (t->n > room)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		bool last = i == t->n - 1;
		if (last && t->prefix ? !str_starts(words[i], t->words[i]) : !str_eq(words[i], t->words[i]))
			return false;
	}
	return true;
}

/* ---- parsing ------------------------------------------------------------- */

/* Takes one piece off the query: what stands between quotation marks, or up to
 * the next space or quotation mark; *prefix: an asterisk follows. */
static bool next_piece(struct str q, size_t *i, struct str *piece, bool *prefix)
{
	while (*i < q.n && char_is_space(q.p[*i]))
		(*i)++;
	if (*i == q.n)
		return false;
	bool quoted = q.p[*i] == '"';
	size_t from = *i += quoted;
	while (*i < q.n && q.p[*i] != '"' && (quoted || !char_is_space(q.p[*i])))
		(*i)++;
	*piece = str_sub(q, from, *i);
	if (quoted && *i < q.n)
		(*i)++;
	*prefix = quoted ? *i < q.n && q.p[*i] == '*' : str_ends(*piece, STR("*"));
	return true;
}

static void cut_words(struct arena *a, struct str piece, struct find_term *out)
{
	struct str form = text_index_form(a, piece), word;

	out->words = ARENA_ARRAY(a, struct str, form.n);
	for (size_t i = 0; find_next_word(form, &i, &word);)
		out->words[out->n++] = word;
}

bool find_parse(struct arena *a, struct str query, struct find_terms *out, struct err *e)
{
	struct str piece;
	bool prefix;

	*out = (struct find_terms){ 0 };
	if (query.n > MAX_QUERY_BYTES)
		return err_set(e, ERR_USAGE, "a search has at most %zu bytes", (size_t)MAX_QUERY_BYTES);
	out->terms = ARENA_ARRAY(a, struct find_term, query.n + 1);
	for (size_t i = 0; next_piece(query, &i, &piece, &prefix);) {
		struct find_term *t = &out->terms[out->n];
		cut_words(a, piece, t);
		t->prefix = prefix;
		out->n += t->n > 0;
	}
	return out->n > 0 || err_set(e, ERR_USAGE, "there is no word in the search");
}
