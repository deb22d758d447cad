/*
 * Words and their stems: see find.h.
 *
 * A word is what the index's tokenizer takes for one: a run of letters, marks,
 * digits and private-use characters.  In the index form a character of a
 * script without spaces stands alone, so "台湾" is a phrase of two words.
 *
 * Accents are removed from the words of the index, but the endings that a
 * stemmer knows may have them: "fermées" is "ferm" and "fermees" is not.  A word
 * with accents has both stems, without accents; a person's too, so that they meet
 * whether or not he types them.
 */
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "archive/find.h"
#include "base/hash.h"
#include "text/norm.h"

#define WORD_MASK (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK | U_GC_CO_MASK)

static bool is_of_word(uint32_t c)
{
	if (c < 0x80)
		return char_is_alnum((char)c);
	return (U_MASK(u_charType((UChar32)c)) & WORD_MASK) != 0;
}

/* A run of word characters; alone: one that stands alone is a run of its own. */
static bool next_run(struct str s, size_t *i, bool alone, size_t *from, size_t *to)
{
	bool inside = false;

	while (*i < s.n) {
		size_t at = *i;
		uint32_t c = utf8_next(s, i);
		bool single = alone && is_of_word(c) && text_stands_alone(c);
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

/* ---- stems --------------------------------------------------------------- */

/* In lower case with its accents; empty if that is more than a stem may have. */
static struct str lower(struct arena *a, struct str word)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[MAX_STEM_BYTES], folded[2 * MAX_STEM_BYTES];
	int32_t n, m, bytes;

	if (word.n > MAX_STEM_BYTES)
		return STR_NONE;
	u_strFromUTF8(wide, MAX_STEM_BYTES, &n, word.p, (int32_t)word.n, &status);
	m = u_strFoldCase(folded, 2 * MAX_STEM_BYTES, wide, n, U_FOLD_CASE_DEFAULT, &status);
	char *out = arena_alloc(a, 6 * MAX_STEM_BYTES);
	u_strToUTF8(out, 6 * MAX_STEM_BYTES, &bytes, folded, m, &status);
	return U_SUCCESS(status) ? str_of(out, (size_t)bytes) : STR_NONE;
}

static bool is_one_word(struct str form)
{
	struct str word;
	size_t i = 0;

	return find_next_word(form, &i, &word) && word.n == form.n;
}

static void add_stem(struct arena *a, struct stemmer *s, struct str word, struct str stems[FIND_STEMS], size_t *n)
{
	struct str stem = word.n ? text_index_form(a, stemmer_stem(s, word)) : STR_NONE;

	if (is_one_word(stem) && (*n == 0 || !str_eq(stem, stems[0])))
		stems[(*n)++] = stem;
}

static bool is_ascii_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

size_t find_stems(struct arena *a, struct stemmer *s, struct str original, struct str form,
                  struct str stems[FIND_STEMS])
{
	size_t n = 0;

	add_stem(a, s, form, stems, &n);
	if (!is_ascii_word(original))
		add_stem(a, s, lower(a, original), stems, &n);
	return n;
}

/* ---- sets of words --------------------------------------------------------- */

static bool note(struct find_seen *s, uint64_t hash)
{
	for (size_t i = hash & (s->size - 1);; i = (i + 1) & (s->size - 1)) {
		if (s->slots[i] == hash)
			return true;
		if (s->slots[i] == 0) {
			s->slots[i] = hash;
			s->n++;
			return false;
		}
	}
}

static uint64_t hash_of(struct str word)
{
	uint64_t hash = hash_quick(word);

	return hash + (hash == 0);
}

static bool seen_before(struct find_seen *s, struct str word)
{
	if (2 * s->n >= s->size) {
		struct find_seen larger = { .a = s->a, .size = s->size ? 2 * s->size : 256 };
		larger.slots = ARENA_ARRAY(s->a, uint64_t, larger.size);
		for (size_t i = 0; i < s->size; i++)
			if (s->slots[i])
				note(&larger, s->slots[i]);
		*s = larger;
	}
	return note(s, hash_of(word));
}

static bool is_seen(const struct find_seen *s, struct str word)
{
	uint64_t hash = hash_of(word);

	for (size_t i = hash & (s->size - 1); s->size && s->slots[i]; i = (i + 1) & (s->size - 1))
		if (s->slots[i] == hash)
			return true;
	return false;
}

/* ---- the stems of a text ----------------------------------------------------- */

static void add_token(struct find_stem_set *set, const char *language, struct str stem)
{
	struct str token = ARENA_JOIN(set->a, str_from(language), stem);

	if (seen_before(&set->seen, token))
		return;
	set->tokens = arena_grow(set->a, set->tokens, &set->cap, set->n + 1, sizeof *set->tokens);
	set->tokens[set->n++] = token;
}

/* Only of such words a person's has stems, and is looked for among them. */
static bool has_stems_somewhere(uint32_t c)
{
	for (size_t l = 0; l < stem_languages(); l++)
		if (stem_language_writes(l, c))
			return true;
	return false;
}

static void add_word(struct find_stem_set *set, struct stemmer *s, struct str original, struct str form)
{
	struct str stems[FIND_STEMS];
	size_t first = 0;

	uint32_t c = utf8_next(form, &first);
	if (!s || !stemmer_writes(s, c)) {
		if (has_stems_somewhere(c))
			add_token(set, FIND_NO_LANGUAGE, form);
		return;
	}
	size_t n = find_stems(set->a, s, original, form, stems);
	for (size_t i = 0; i < n; i++)
		add_token(set, stemmer_language(s), stems[i]);
}

void find_collect_stems(struct arena *a, struct stemmer *s, struct str text, struct str form, struct find_stem_set *out)
{
	struct find_seen originals = { .a = a };
	struct str word;
	size_t from, to;

	*out = (struct find_stem_set){ .a = a, .words = { .a = a }, .seen = { .a = a } };
	for (size_t i = 0; find_next_word(form, &i, &word);)
		if (!seen_before(&out->words, word))
			add_word(out, s, word, word);
	for (size_t i = 0; s && find_next_original(text, &i, &from, &to);) {
		struct str original = str_sub(text, from, to);
		if (is_ascii_word(original) || seen_before(&originals, original))
			continue;
		struct str folded = text_index_form(a, original);
		if (is_one_word(folded))
			add_word(out, s, original, folded);
	}
}

/* A language has two letters. */
void find_put_new_stems(struct buf *b, const struct find_stem_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct str token = set->tokens[i];
		if (!str_starts(token, STR(FIND_NO_LANGUAGE)) && !is_seen(&set->words, str_sub(token, 2, token.n)))
			buf_printf(b, "%s%.*s", b->n ? " " : "", STR_ARG(token));
	}
}

void find_put_stems_but(struct buf *b, const struct find_stem_set *set, const struct find_stem_set *but)
{
	for (size_t i = 0; i < set->n; i++)
		if (!is_seen(&but->seen, set->tokens[i]))
			buf_printf(b, "%s%.*s", b->n ? " " : "", STR_ARG(set->tokens[i]));
}
