/*
 * Stems: see stem.h.
 *
 * The table says which languages of Snowball are used.  English's is its second
 * stemmer (what libstemmer calls "english"); "porter" is the first and left out.
 * A language that is not in the table has no stems: its words are found as
 * they are written, or by their beginnings.
 */
#include "text/stem.h"

#include <libstemmer.h>
#include <unicode/uscript.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"

static const struct language {
	const char *code, *name;
	UScriptCode script;
} languages[] = {
	{ "ar", "arabic", USCRIPT_ARABIC },    { "ca", "catalan", USCRIPT_LATIN },
	{ "da", "danish", USCRIPT_LATIN },     { "de", "german", USCRIPT_LATIN },
	{ "el", "greek", USCRIPT_GREEK },      { "en", "english", USCRIPT_LATIN },
	{ "es", "spanish", USCRIPT_LATIN },    { "eu", "basque", USCRIPT_LATIN },
	{ "fi", "finnish", USCRIPT_LATIN },    { "fr", "french", USCRIPT_LATIN },
	{ "ga", "irish", USCRIPT_LATIN },      { "hi", "hindi", USCRIPT_DEVANAGARI },
	{ "hu", "hungarian", USCRIPT_LATIN },  { "hy", "armenian", USCRIPT_ARMENIAN },
	{ "id", "indonesian", USCRIPT_LATIN }, { "it", "italian", USCRIPT_LATIN },
	{ "lt", "lithuanian", USCRIPT_LATIN }, { "ne", "nepali", USCRIPT_DEVANAGARI },
	{ "nl", "dutch", USCRIPT_LATIN },      { "no", "norwegian", USCRIPT_LATIN },
	{ "pt", "portuguese", USCRIPT_LATIN }, { "ro", "romanian", USCRIPT_LATIN },
	{ "ru", "russian", USCRIPT_CYRILLIC }, { "sv", "swedish", USCRIPT_LATIN },
	{ "ta", "tamil", USCRIPT_TAMIL },      { "tr", "turkish", USCRIPT_LATIN },
};
_Static_assert(sizeof languages / sizeof *languages <= STEM_LANGUAGES_MAX, "more languages than the header says");

/* Tags that mean one of these. */
static const struct {
	const char *tag, *code;
} others[] = { { "nb", "no" }, { "nn", "no" }, { "in", "id" } };

/* What a stemmer was asked, by the hash of the word: one word a slot, the newest. */
#define SLOTS 4096
struct asked {
	unsigned char word, stem; /* bytes of each; 0: none */
	char bytes[62];           /* the word, and its stem behind it */
};

struct stemmer {
	struct sb_stemmer *snowball;
	const struct language *language;
	struct asked asked[SLOTS];
};

size_t stem_languages(void)
{
	return sizeof languages / sizeof *languages;
}

const char *stem_language_name(size_t language)
{
	return languages[language].code;
}

int stem_language_of(struct str tag)
{
	size_t n = 0;

	while (n < tag.n && char_is_alpha(tag.p[n]))
		n++;
	struct str code = str_sub(tag, 0, n);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_eq_nocase(code, str_from(others[i].tag)))
			code = str_from(others[i].code);
	for (size_t i = 0; i < stem_languages(); i++)
		if (str_eq_nocase(code, str_from(languages[i].code)))
			return (int)i;
	return -1;
}

static const struct tongue {
	const char *code, *words;
} tongues[] = {
#include "text/tongues.inc"
};
#define TONGUES (sizeof tongues / sizeof *tongues)
#define GUESS_WORDS 150 /* looked at */
#define GUESS_LEAST 4   /* of them must be common, and one in so many: */
#define GUESS_SHARE 12

int stem_language_guess(struct str form)
{
	size_t hits[TONGUES] = { 0 }, words = 0, best = 0;
	struct str word;
	char padded[20];

	while (form.n && words < GUESS_WORDS) {
		str_cut(form, ' ', &word, &form);
		words += word.n > 0;
		if (word.n == 0 || word.n + 2 > sizeof padded)
			continue;
		int n = snprintf(padded, sizeof padded, " %.*s ", STR_ARG(word));
		for (size_t i = 0; n > 0 && i < TONGUES; i++)
			hits[i] += str_has(str_from(tongues[i].words), str_of(padded, (size_t)n));
	}
	for (size_t i = 1; i < TONGUES; i++)
		if (hits[i] > hits[best])
			best = i;
	bool sure = hits[best] >= GUESS_LEAST && hits[best] * GUESS_SHARE >= words;
	return sure ? stem_language_of(str_from(tongues[best].code)) : -1;
}

bool stem_language_writes(size_t language, uint32_t c)
{
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x80)
		return languages[language].script == USCRIPT_LATIN && char_is_alpha((char)c);
	return uscript_getScript((UChar32)c, &status) == languages[language].script;
}

struct stemmer *stemmer_new(size_t language)
{
	struct sb_stemmer *snowball = sb_stemmer_new(languages[language].name, "UTF_8");

	if (!snowball)
		return NULL;
	struct stemmer *s = mem_zalloc(1, sizeof *s);
	s->snowball = snowball;
	s->language = &languages[language];
	return s;
}

void stemmer_free(struct stemmer *s)
{
	if (!s)
		return;
	sb_stemmer_delete(s->snowball);
	free(s);
}

const char *stemmer_language(const struct stemmer *s)
{
	return s->language->code;
}

bool stemmer_writes(const struct stemmer *s, uint32_t c)
{
	return stem_language_writes((size_t)(s->language - languages), c);
}

static void remember(struct asked *slot, struct str word, struct str stem)
{
	if (word.n + stem.n > sizeof slot->bytes)
		return;
	slot->word = (unsigned char)word.n;
	slot->stem = (unsigned char)stem.n;
	memcpy(slot->bytes, word.p, word.n);
	memcpy(slot->bytes + word.n, stem.p, stem.n);
}

struct str stemmer_stem(struct stemmer *s, struct str word)
{
	if (word.n == 0 || word.n > MAX_STEM_BYTES)
		return word;
	struct asked *slot = &s->asked[hash_quick(word) % SLOTS];
	if (str_eq(word, str_of(slot->bytes, slot->word)))
		return str_of(slot->bytes + slot->word, slot->stem);
	const sb_symbol *bytes = sb_stemmer_stem(s->snowball, (const sb_symbol *)word.p, (int)word.n);
	if (!bytes)
		return word;
	struct str stem = str_of((const char *)bytes, (size_t)sb_stemmer_length(s->snowball));
	remember(slot, word, stem);
	return stem;
}
