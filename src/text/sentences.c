/*
 * Sentences: see sentences.h.
 *
 * They are ICU's, mended where they break after "Mr." or "U.S." and where they
 * go on in lower case.
 */
#include "text/sentences.h"

#include <pthread.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "text/abbreviations.h"

static UBreakIterator *sentence_master;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	UErrorCode status = U_ZERO_ERROR;
	sentence_master = ubrk_open(UBRK_SENTENCE, "en", NULL, 0, &status);
}

/* The last word of s without the full stop behind it: "Gen" of "said Gen." */
static struct str last_word(struct str s)
{
	size_t to = s.n;
	while (to && s.p[to - 1] == '.')
		to--;
	size_t from = to;
	while (from && !char_is_space(s.p[from - 1]) && !strchr("([\"'", s.p[from - 1]))
		from--;
	struct str w = str_sub(s, from, to);
	static const struct str openers[] = { { "\xe2\x80\x9c", 3 }, { "\xe2\x80\x98", 3 }, { "\xe2\x80\x94", 3 } };
	for (size_t i = 0; i < 3; i++) {
		size_t at = str_find(w, openers[i]);
		if (at != STR_NPOS)
			w = str_sub(w, at + 3, w.n);
	}
	return w;
}

static struct str first_word(struct str s)
{
	size_t from = 0, to;
	while (from < s.n && (strchr("([\"'", s.p[from]) || (unsigned char)s.p[from] >= 0x80))
		from++;
	for (to = from; to < s.n && (char_is_alnum(s.p[to]) || (unsigned char)s.p[to] >= 0x80); to++)
		;
	return str_sub(s, from, to);
}

static bool starts_lower(struct str s)
{
	size_t i = 0;
	return s.n && u_islower((UChar32)utf8_next(s, &i));
}

static bool is_initials(struct str w)
{
	bool letter = true;
	for (size_t i = 0; i < w.n; i++, letter = !letter)
		if (letter ? !(w.p[i] >= 'A' && w.p[i] <= 'Z') : w.p[i] != '.')
			return false;
	return w.n % 2 == 1;
}

static bool is_short_number(struct str w)
{
	return w.n >= 1 && w.n <= 2 && char_is_digit(w.p[0]) && char_is_digit(w.p[w.n - 1]);
}

/* Only marks that close something: belongs to what stands before it. */
static bool is_closing_only(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c != '"' && c != '\'' && c != ')' && c != ']' && c != 0x201d && c != 0x2019 && c != 0xbb)
			return false;
	}
	return true;
}

/* Languages that write "13. März" for the thirteenth. */
static bool has_ordinal_stops(struct str language)
{
	static const char *const all[] = {
		"de", "da", "nb", "no", "nn", "cs", "sk", "fi", "hu", "is", "pl", "sl", "hr"
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (str_starts(language, str_from(all[i])))
			return true;
	return false;
}

/* Does the sentence that seemed to end with s go on in next? */
static bool goes_on(struct str s, struct str next, struct str language)
{
	if (is_closing_only(next) || starts_lower(next))
		return true;
	if (str_ends(s, STR("Yahoo!")))
		return true;
	if (!str_ends(s, STR(".")))
		return false;
	struct str w = last_word(s);
	if (abbreviation_before_name(w))
		return true;
	if (is_short_number(w) && (has_ordinal_stops(language) || w.n == s.n - 1))
		return true;
	if (!abbreviation_anywhere(w) && !(is_initials(w) && !str_eq(w, STR("I"))))
		return false;
	return !starts_sentence(first_word(next));
}

static struct str trimmed(struct str text, size_t *from, size_t *to)
{
	while (*from < *to && char_is_space(text.p[*from]))
		(*from)++;
	while (*to > *from && char_is_space(text.p[*to - 1]))
		(*to)--;
	return str_sub(text, *from, *to);
}

/* A closing mark that stands alone belongs to the sentence before it; returns
 * how many bytes of s that is. */
static size_t stray_closing(struct str s)
{
	static const char *const marks[] = { "\xe2\x80\x9d ", ") ", "] " };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(s, str_from(marks[i])))
			return strlen(marks[i]) - 1;
	return 0;
}

struct span *text_sentences(struct arena *a, struct str text, struct str language, size_t *n)
{
	UErrorCode status = U_ZERO_ERROR;
	UText utext = UTEXT_INITIALIZER;
	size_t cap = 16, count = 0, at = 0;

	pthread_once(&once, prepare);
	if (text.n > INT32_MAX / 2)
		text.n = INT32_MAX / 2;
	struct span *spans = arena_alloc(a, cap * sizeof *spans);
	UBreakIterator *breaks = ubrk_clone(sentence_master, &status);
	utext_openUTF8(&utext, text.p ? text.p : "", (int64_t)text.n, &status);
	ubrk_setUText(breaks, &utext, &status);
	while (U_SUCCESS(status) && at < text.n) {
		int32_t b = ubrk_next(breaks);
		size_t from = at, to = b == UBRK_DONE ? text.n : (size_t)b;
		at = to;
		struct str s = trimmed(text, &from, &to);
		if (s.n == 0)
			continue;
		struct span *last = count ? &spans[count - 1] : NULL;
		size_t stray = last ? stray_closing(s) : 0;
		if (stray) {
			last->to = (uint32_t)(from + stray);
			from += stray;
			s = trimmed(text, &from, &to);
		}
		bool new_line = last && memchr(text.p + last->to, '\n', from - last->to);
		if (last && !new_line && goes_on(str_sub(text, last->from, last->to), s, language)) {
			last->to = (uint32_t)to;
			continue;
		}
		if (count == cap) {
			struct span *old = spans;
			cap *= 2;
			spans = arena_alloc(a, cap * sizeof *spans);
			memcpy(spans, old, count * sizeof *old);
		}
		spans[count++] = (struct span){ (uint32_t)from, (uint32_t)to };
	}
	utext_close(&utext);
	ubrk_close(breaks);
	*n = count;
	return spans;
}
