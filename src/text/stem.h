/*
 * Stems: what "bridge", "bridges" and "bridged" have in common (Snowball, by
 * libstemmer).  A stem is a name for a group of words, not a word to be shown.
 */
#ifndef STET_TEXT_STEM_H
#define STET_TEXT_STEM_H

#include "base/str.h"

#define STEM_LANGUAGES_MAX 32

/* The languages that have stems, by number: two letters as in BCP 47. */
size_t stem_languages(void);
const char *stem_language_name(size_t language);
/* The number of a BCP 47 tag's language, or -1: it has no stems. */
int stem_language_of(struct str tag);
/* The language of a text in index form (norm.h) by its commonest words, or -1: it
 * is too short, or in none of these.  Under 0.1 ms. */
int stem_language_guess(struct str form);
/* Is a word that begins with this character written as this language is? */
bool stem_language_writes(size_t language, uint32_t c);

/* Makes stems of one language, and remembers those of 4,096 words in 256 KiB; for
 * one thread.  NULL: the library does not know it. */
struct stemmer;
struct stemmer *stemmer_new(size_t language);
void stemmer_free(struct stemmer *s); /* NULL is harmless */
const char *stemmer_language(const struct stemmer *s);
bool stemmer_writes(const struct stemmer *s, uint32_t c); /* as stem_language_writes */

/* The stem of a word in lower case, with or without its accents: borrowed until
 * the next.  Under a microsecond, a tenth of one for a word that was asked
 * lately.  Words above MAX_STEM_BYTES are their own. */
struct str stemmer_stem(struct stemmer *s, struct str word);

#endif
