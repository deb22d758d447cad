/*
 * Abbreviations: see abbreviations.h.
 *
 * The rows of abbreviations.inc are read into a hash table when the first word
 * is looked up.  Each language has one bit, given out in the order in which
 * languages appear; the highest bit is "language not known".
 */
#include "text/abbreviations.h"

#include <pthread.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/hash.h"

#define WORD_ROOM 48 /* bytes of a word; longer ones are in no row */
#define SLOTS 8192   /* a power of two, more than twice the words */
#define MAX_LANGUAGES 62
#define UNKNOWN (1ull << 63)
#define EVERY (~0ull)

static const struct row {
	unsigned class;
	const char *languages, *words;
} rows[] = {
#define WORDS(class, languages, words) { KNOWN_##class, languages, words },
#include "text/abbreviations.inc"
#undef WORDS
};
#define NROWS (sizeof rows / sizeof *rows)

/* A word of one row; a word of several rows has several slots. */
struct slot {
	const char *p;
	uint64_t languages;
	unsigned char n;
	unsigned short class;
};

static struct slot slots[SLOTS];
static uint32_t languages[MAX_LANGUAGES]; /* packed subtags */
static size_t nlanguages;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A primary subtag as a number; 0 if it is too long to be one. */
static uint32_t pack(struct str tag)
{
	uint32_t packed = 0;

	for (size_t i = 0; i < tag.n && tag.p[i] != '-' && tag.p[i] != '_'; i++) {
		if (i == 3)
			return 0;
		packed = packed << 8 | (unsigned char)char_lower(tag.p[i]);
	}
	return packed;
}

static uint64_t language_bit(uint32_t packed)
{
	size_t i = 0;

	while (i < nlanguages && languages[i] != packed)
		i++;
	return i < nlanguages ? 1ull << i : 0;
}

static uint64_t row_languages(struct str list)
{
	uint64_t bits = UNKNOWN;
	struct str one;

	if (str_eq(list, STR("*")))
		return EVERY;
	if (str_starts(list, STR("!"))) {
		bits = 0;
		list = str_sub(list, 1, list.n);
	}
	while (list.n) {
		str_cut(list, ' ', &one, &list);
		if (!language_bit(pack(one)) && nlanguages < MAX_LANGUAGES)
			languages[nlanguages++] = pack(one);
		bits |= language_bit(pack(one));
	}
	return bits;
}

static size_t slot_of(struct str w)
{
	return (size_t)hash_quick(w) & (SLOTS - 1);
}

static void add(struct str w, unsigned class, uint64_t bits)
{
	size_t i = slot_of(w);

	while (slots[i].n)
		i = (i + 1) & (SLOTS - 1);
	slots[i] = (struct slot){ w.p, bits, (unsigned char)w.n, (unsigned short)class };
}

static void prepare(void)
{
	for (size_t i = 0; i < NROWS; i++) {
		struct str one, rest = str_from(rows[i].words);
		uint64_t bits = row_languages(str_from(rows[i].languages));
		while (rest.n) {
			str_cut(rest, ' ', &one, &rest);
			if (one.n && one.n <= WORD_ROOM)
				add(one, rows[i].class, bits);
		}
	}
}

uint64_t abbreviation_languages(struct str tag)
{
	static _Thread_local struct {
		uint32_t packed;
		uint64_t bits;
	} last; /* texts of one language follow each other */
	uint32_t packed = pack(tag);

	if (last.bits && last.packed == packed)
		return last.bits;
	pthread_once(&once, prepare);
	uint64_t bit = language_bit(packed);
	last.packed = packed;
	return last.bits = bit ? bit : UNKNOWN;
}

static unsigned find(struct str w, uint64_t bits)
{
	unsigned class = 0;

	for (size_t i = slot_of(w); slots[i].n; i = (i + 1) & (SLOTS - 1))
		if ((slots[i].languages & bits) && slots[i].n == w.n && !memcmp(slots[i].p, w.p, w.n))
			class |= slots[i].class;
	return class;
}

/* "PROF" as "Prof"; false if w is not in capitals. */
static bool in_capitals(struct str w, char out[WORD_ROOM + 8], size_t *n)
{
	size_t i = 0, letters = 0;

	*n = 0;
	while (i < w.n && *n <= WORD_ROOM) {
		UChar32 c = (UChar32)utf8_next(w, &i);
		if (c < 0x80 ? c >= 'a' && c <= 'z' : u_islower(c))
			return false;
		*n += utf8_put((uint32_t)(letters++ ? u_tolower(c) : c), out + *n);
	}
	return letters > 1;
}

unsigned abbreviation_classes(struct str w, uint64_t bits)
{
	char out[WORD_ROOM + 8];
	size_t n;

	if (w.n == 0 || w.n > WORD_ROOM)
		return 0;
	pthread_once(&once, prepare);
	if ((unsigned char)w.p[0] >= 0xcd) /* a script that few languages share */
		bits |= UNKNOWN;
	unsigned class = find(w, bits);
	if (class || !in_capitals(w, out, &n))
		return class;
	class = find(str_of(out, n), bits);
	return w.n == 2 ? class & ~(unsigned)KNOWN_EITHER : class; /* "LA", "PA" */
}
