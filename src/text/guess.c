/*
 * The character set of bytes that say nothing: see charset.h.
 *
 * UTF-8 can be proved.  UTF-16 without a mark shows in its zeros.  For the rest
 * ICU's detector is asked twice: for sets with two bytes a character about the
 * text, and for those with one byte about the words alone that have bytes above
 * ASCII in them, because the English words of markup drown the others.  The
 * detector has no Thai; the way in which that is written, vowels and tones
 * behind their consonants, shows in every word.
 */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucsdet.h>

#include "base/alloc.h"
#include "text/charset.h"

#define GUESS_BYTES (48 * KIB)
#define BEFORE_BYTES 512 /* of the sample, before its first byte above ASCII */
#define SEEN_BITS 65536
#define MIN_WORDS 3
#define MIN_CONFIDENCE 15 /* of ICU's detector, in percent */

static const char *utf16_by_zeros(struct str s)
{
	size_t zeros[2] = { 0 };

	s = str_sub(s, 0, KIB);
	for (size_t i = 0; i < s.n; i++)
		zeros[i & 1] += !s.p[i];
	if (zeros[0] > s.n / 8 && !zeros[1])
		return "utf-16be";
	return zeros[1] > s.n / 8 && !zeros[0] ? "utf-16le" : NULL;
}

/* Quotation marks, dashes and the like in all windows sets: no part of words. */
static bool is_mark(unsigned char c)
{
	return c == 0x82 || (c >= 0x84 && c <= 0x87) || c == 0x89 || c == 0x8b || (c >= 0x91 && c <= 0x97) ||
	       c == 0x99 || c == 0x9b || c == 0xa0;
}

/* The words that have letters above ASCII, each once, to out; returns how long
 * they are.  A name that is repeated on an English page is no language. */
static size_t take_words(struct str s, char *out, size_t *count)
{
	uint64_t seen[SEEN_BITS / 64] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		size_t from = i;
		unsigned hash = 0;
		bool high = false;
		for (; i < s.n; i++) {
			unsigned char c = (unsigned char)s.p[i];
			if (c < 0x80 ? !char_is_alpha((char)c) : is_mark(c))
				break;
			high |= c >= 0x80;
			hash = hash * 31 + (c < 0x80 ? (unsigned char)char_lower((char)c) : c);
		}
		hash = (hash ^ hash >> 16) % SEEN_BITS;
		if (!high || (seen[hash / 64] >> hash % 64 & 1))
			continue;
		seen[hash / 64] |= (uint64_t)1 << hash % 64;
		memcpy(out + n, s.p + from, i - from);
		n += i - from;
		out[n++] = ' ';
		++*count;
	}
	return n;
}

static bool is_thai(struct str words)
{
	size_t marks = 0, wrong = 0, high = 0;
	unsigned char before = 0;

	for (size_t i = 0; i < words.n; i++) {
		unsigned char c = (unsigned char)words.p[i];
		bool after_letter = (before >= 0xa1 && before <= 0xce) || before == 0xd1 ||
		                    (before >= 0xd4 && before <= 0xda) || (before >= 0xe7 && before <= 0xee);
		bool mark = c == 0xd1 || (c >= 0xd4 && c <= 0xda) || (c >= 0xe7 && c <= 0xee);
		bool led = before >= 0xe0 && before <= 0xe4; /* a vowel that is written before its consonant */
		high += c >= 0x80;
		marks += mark;
		wrong += (mark && !after_letter) || (led && (c < 0xa1 || c > 0xce)) || (c >= 0xdb && c <= 0xde) ||
		         c >= 0xfc;
		before = c;
	}
	return marks >= 4 && marks * 8 > high && wrong * 25 < marks;
}

static bool is_single(const char *charset)
{
	return !strncmp(charset, "windows-", 8) || !strncmp(charset, "iso-8859-", 9) || !strncmp(charset, "koi8-", 5);
}

/* The detector's best finding with one byte a character, or with more. */
static const char *ask_icu(struct str s, bool markup, bool single, int32_t *confidence)
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const char *best = NULL;
	int32_t n = 0;

	ucsdet_setText(detector, s.p, (int32_t)s.n, &status);
	ucsdet_enableInputFilter(detector, markup);
	const UCharsetMatch **matches = ucsdet_detectAll(detector, &n, &status);
	for (int32_t i = 0; U_SUCCESS(status) && !best && i < n; i++) {
		const char *name = ucsdet_getName(matches[i], &status);
		const char *charset = name ? charset_by_label(str_from(name)) : NULL;
		if (!charset || is_single(charset) != single || !strncmp(charset, "utf-16", 6))
			continue;
		best = charset;
		*confidence = ucsdet_getConfidence(matches[i], &status);
	}
	ucsdet_close(detector);
	return best;
}

static const char *guess_from_words(struct str sample, int32_t *confidence)
{
	char *room = mem_alloc(2 * sample.n + 1);
	size_t count = 0;
	struct str words = str_of(room, take_words(sample, room, &count));
	const char *found = NULL;

	*confidence = 0;
	if (is_thai(words)) {
		*confidence = 100;
		found = "windows-874";
	} else if (count >= MIN_WORDS) {
		found = ask_icu(words, false, true, confidence);
	}
	free(room);
	return found;
}

/* From where the first byte above ASCII is near. */
static struct str take_sample(struct str s)
{
	size_t from = 0;

	while (from < s.n && (unsigned char)s.p[from] < 0x80)
		from++;
	from = from > BEFORE_BYTES ? from - BEFORE_BYTES : 0;
	return str_sub(s, from, from + GUESS_BYTES);
}

/* The larger set that has all of another's letters, where the two differ in
 * bytes that only the larger has. */
static const char *widened(const char *charset, struct str sample)
{
	bool controls = false;

	for (size_t i = 0; i < sample.n && !controls; i++)
		controls = (unsigned char)sample.p[i] >= 0x80 && (unsigned char)sample.p[i] < 0xa0;
	if (!strncmp(charset, "iso-8859-8", 10))
		return "windows-1255";
	if (controls && !strcmp(charset, "iso-8859-2"))
		return "windows-1250";
	return controls && !strcmp(charset, "iso-8859-7") ? "windows-1253" : charset;
}

const char *charset_guess(struct str bytes)
{
	struct str sample = take_sample(bytes);
	int32_t sure_many = 0, sure_one = 0;
	const char *wide = utf16_by_zeros(bytes);

	if (wide || utf8_valid(bytes))
		return wide ? wide : "utf-8";
	const char *many = ask_icu(sample, true, false, &sure_many);
	const char *one = guess_from_words(sample, &sure_one);
	if (many && sure_many > MIN_CONFIDENCE && sure_many >= sure_one)
		return many;
	return one && sure_one > MIN_CONFIDENCE ? widened(one, sample) : "windows-1252";
}
