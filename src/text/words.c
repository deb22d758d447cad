/*
 * Words: see words.h.
 *
 * Words follow UAX #29.  A text is cut at its spaces; a piece whose characters
 * are all plain (letters, digits and punctuation of scripts that need neither
 * a dictionary nor the rules for marks and emoji) is read by the handful of
 * rules below, WB5 to WB13, which is what makes it fast; any other piece goes
 * to ICU.  Han characters are one word each in both.  The test compares both
 * ways on the same texts.
 *
 * Limits: a word longer than 64 UTF-16 units that is not Latin, Greek or
 * Cyrillic folds to itself.
 */
#include "text/words.h"

#include <pthread.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utf16.h>

#include "base/eight.h"
#include "text/norm.h"

/* What a character is to the rules. */
enum char_class {
	SIGN,
	SPACE,
	LETTER,
	DIGIT,
	JOIN,      /* "_": belongs to whatever it touches */
	MIDLETTER, /* ":" */
	MIDNUMBER, /* "," */
	MIDBOTH,   /* "." "'" */
	HAN,
	HARD, /* for ICU to decide */
};

/* What a character is to the rules by its first byte. */
static const unsigned char ascii_class[256] = {
	['\t' ... '\r'] = SPACE, [' '] = SPACE,   ['0' ... '9'] = DIGIT, ['A' ... 'Z'] = LETTER,
	['a' ... 'z'] = LETTER,  ['_'] = JOIN,    [':'] = MIDLETTER,     [','] = MIDNUMBER,
	[';'] = MIDNUMBER,       ['.'] = MIDBOTH, ['\''] = MIDBOTH,      [0x80 ... 0xff] = HARD,
};

/* The foldings of U+00C0 to U+052F: case folded, decomposed, without marks. */
#define FOLD_FIRST 0xc0
#define FOLD_END 0x530
static struct folding {
	char bytes[7];
	unsigned char n;
} foldings[FOLD_END - FOLD_FIRST];

#define LONG_WORD 32 /* bytes */
#define FOLD_ROOM 64 /* UTF-16 units of a word in any other script */

static UBreakIterator *word_master;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Case folds and decomposes n units of w in place of out, without marks; the
 * result is UTF-8.  Returns its length, or 0 if it does not fit. */
static size_t fold_wide(const UChar *w, int32_t n, char *out, size_t room)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar folded[FOLD_ROOM * 3], apart[FOLD_ROOM * 6];
	size_t used = 0;

	int32_t m = u_strFoldCase(folded, FOLD_ROOM * 3, w, n, U_FOLD_CASE_DEFAULT, &status);
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
	m = unorm2_normalize(nfkd, folded, m, apart, FOLD_ROOM * 6, &status);
	if (U_FAILURE(status))
		return 0;
	for (int32_t i = 0; i < m;) {
		UChar32 c;
		U16_NEXT(apart, i, m, c);
		if (text_is_accent((uint32_t)c))
			continue;
		if (used + 4 > room)
			return 0;
		used += utf8_put((uint32_t)c, out + used);
	}
	return used;
}

static void prepare(void)
{
	UErrorCode status = U_ZERO_ERROR;

	for (uint32_t c = FOLD_FIRST; c < FOLD_END; c++) {
		UChar wide = (UChar)c;
		char bytes[16];
		struct folding *f = &foldings[c - FOLD_FIRST];
		size_t n = fold_wide(&wide, 1, bytes, sizeof bytes);
		if (n == 0 || n > sizeof f->bytes)
			n = utf8_put(c, bytes);
		memcpy(f->bytes, bytes, n);
		f->n = (unsigned char)n;
	}
	word_master = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
}

static enum char_class class_of_wide(uint32_t c)
{
	switch ((UWordBreakValues)u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)) {
	case U_WB_ALETTER:
		return LETTER;
	case U_WB_NUMERIC:
		return DIGIT;
	case U_WB_EXTENDNUMLET:
		return JOIN;
	case U_WB_MIDLETTER:
		return MIDLETTER;
	case U_WB_MIDNUM:
		return MIDNUMBER;
	case U_WB_MIDNUMLET:
		return MIDBOTH;
	case U_WB_WSEGSPACE:
	case U_WB_NEWLINE:
		return SPACE;
	case U_WB_OTHER:
		break;
	default:
		return HARD;
	}
	if (u_hasBinaryProperty((UChar32)c, UCHAR_IDEOGRAPHIC))
		return HAN;
	return u_isalpha((UChar32)c) ? HARD : SIGN;
}

static inline enum char_class class_of(uint32_t c)
{
	if (c < 0x80)
		return (enum char_class)ascii_class[c];
	if (c == 0x2019)
		return MIDBOTH;
	if (c >= 0x2010 && c <= 0x201f)
		return c == 0x2018 ? MIDBOTH : SIGN;
	if (c >= 0x4e00 && c <= 0x9fff)
		return HAN;
	return class_of_wide(c);
}

static inline bool is_ascii(char byte, enum char_class c)
{
	return ascii_class[(unsigned char)byte] == c;
}

/* The class of the character at *i, and *i behind it. */
static inline enum char_class class_at(struct str s, size_t *i)
{
	unsigned char byte = (unsigned char)s.p[*i];

	if (byte >= 0x80)
		return class_of(utf8_next(s, i));
	(*i)++;
	return (enum char_class)ascii_class[byte];
}

/* One character of a fold, for what needs no ICU; false if it does. */
static inline bool fold_char(uint32_t c, char *out, size_t *n)
{
	if (c < 0x80) {
		*n = 1;
		*out = char_lower((char)c);
		return true;
	}
	if (c >= FOLD_FIRST && c < FOLD_END) {
		const struct folding *f = &foldings[c - FOLD_FIRST];
		memcpy(out, f->bytes, sizeof f->bytes);
		*n = f->n;
		return true;
	}
	bool single = c == 0x2018 || c == 0x2019 || c == 0x201a || c == 0x201b || c == 0x2039 || c == 0x203a;
	bool pair = (c >= 0x201c && c <= 0x201f) || c == 0xab || c == 0xbb;
	bool dash = (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
	if (!single && !pair && !dash && !(c >= 0x4e00 && c <= 0x9fff))
		return false;
	*n = single || pair || dash ? 1 : utf8_put(c, out);
	if (single || pair || dash)
		*out = single ? '\'' : pair ? '"' : '-';
	return true;
}

static uint64_t fold_by_icu(struct str s)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[FOLD_ROOM];
	char out[FOLD_ROOM * 20];
	int32_t n = 0;

	u_strFromUTF8(wide, FOLD_ROOM, &n, s.p, (int32_t)s.n, &status);
	if (U_FAILURE(status) || n > FOLD_ROOM)
		return eight_hash_all(s);
	size_t used = fold_wide(wide, n, out, sizeof out);
	return eight_hash_all(used ? str_of(out, used) : s);
}

static uint64_t fold_hash(struct str s)
{
	char small[256], *out = small;
	size_t used = 0;

	if (s.n > LONG_WORD) /* rare, and never needed to be quick */
		return s.n > FOLD_ROOM * 3 ? eight_hash_all(s) : fold_by_icu(s);
	for (size_t i = 0; i < s.n;) {
		size_t n;
		if (!fold_char(utf8_next(s, &i), out + used, &n))
			return fold_by_icu(s);
		used += n;
	}
	return eight_hash_all(str_of(out, used));
}

uint64_t text_id(struct str word)
{
	return eight_hash_all(word);
}

uint64_t text_fold(struct str word)
{
	pthread_once(&once, prepare);
	return fold_hash(word);
}

/* The words so far; the array grows inside the arena. */
struct list {
	struct arena *arena;
	struct word *words;
	size_t n, cap;
	struct str text;
	bool spaces; /* they are wanted */
};

static struct word *list_add(struct list *l)
{
	if (l->n == l->cap)
		l->words = arena_grow(l->arena, l->words, &l->cap, l->n + 1, sizeof *l->words);
	return &l->words[l->n++];
}

static void add_word(struct list *l, size_t from, size_t to, enum word_kind kind)
{
	struct str s = str_sub(l->text, from, to);
	struct word *w = list_add(l);

	*w = (struct word){ (uint32_t)from, (uint32_t)to, (uint8_t)kind, false, eight_hash_all(s), 0 };
	w->fold = s.n == 1 ? w->id : fold_hash(s);
}

static void add_space(struct list *l, size_t from, size_t to)
{
	if (!l->spaces)
		return;
	struct str s = str_sub(l->text, from, to);
	uint64_t id = s.n == 1 ? (unsigned char)*s.p : eight_hash_all(s);

	*list_add(l) = (struct word){ (uint32_t)from, (uint32_t)to, WORD_SPACE, false, id, ' ' };
}

/* An ASCII word is folded while it is read. */
static void add_ascii_word(struct list *l, size_t from, size_t to, enum word_kind kind, bool upper)
{
	struct str s = str_sub(l->text, from, to);
	struct word *w = list_add(l);

	*w = (struct word){ (uint32_t)from, (uint32_t)to, (uint8_t)kind, false, eight_hash_all(s), 0 };
	w->fold = !upper ? w->id : fold_hash(s);
}

static bool joins(enum char_class before, enum char_class middle, enum char_class after)
{
	if (before == LETTER && after == LETTER)
		return middle == MIDLETTER || middle == MIDBOTH;
	return before == DIGIT && after == DIGIT && (middle == MIDNUMBER || middle == MIDBOTH);
}

/* The word that begins at *i with a character of class c; *i is behind it. */
static void read_word(struct list *l, size_t from, size_t *i, enum char_class c)
{
	struct str t = l->text;
	bool letters = c == LETTER, digits = c == DIGIT, plain = (unsigned char)t.p[from] < 0x80;
	bool upper = t.p[from] >= 'A' && t.p[from] <= 'Z';
	enum char_class last = c; /* the last that was a letter, a digit or "_" */

	for (; letters && *i < t.n && is_ascii(t.p[*i], LETTER); ++*i)
		upper |= t.p[*i] <= 'Z';
	while (*i < t.n) {
		size_t next = *i;
		unsigned char u = (unsigned char)t.p[next];
		enum char_class d = class_at(t, &next);
		if (d >= MIDLETTER && d <= MIDBOTH && next < t.n) {
			size_t after = next;
			enum char_class e = class_at(t, &after);
			if (!joins(last, d, e))
				break;
			plain = plain && u < 0x80;
			*i = next;
			continue;
		}
		if (d != LETTER && d != DIGIT && d != JOIN)
			break;
		letters |= d == LETTER;
		digits |= d == DIGIT;
		plain = plain && u < 0x80;
		upper |= u >= 'A' && u <= 'Z';
		last = d;
		*i = next;
	}
	enum word_kind kind = letters ? WORD_LETTERS : digits ? WORD_NUMBER : WORD_SIGN;
	if (plain)
		add_ascii_word(l, from, *i, kind, upper);
	else
		add_word(l, from, *i, kind);
}

/* A piece without spaces and without hard characters. */
static void read_plain(struct list *l, size_t from, size_t to)
{
	for (size_t i = from; i < to;) {
		size_t at = i;
		enum char_class c = class_at(l->text, &i);
		if (c == LETTER || c == DIGIT || c == JOIN)
			read_word(l, at, &i, c);
		else
			add_word(l, at, i, c == HAN ? WORD_LETTERS : WORD_SIGN);
	}
}

static void add_segment(struct list *l, size_t from, size_t to)
{
	bool letters = false, digits = false;
	size_t start = from;

	for (size_t i = from; i < to;) {
		size_t at = i;
		uint32_t c = utf8_next(l->text, &i);
		if (class_of(c) == HAN) {
			if (at > start)
				add_word(l, start, at, letters ? WORD_LETTERS : digits ? WORD_NUMBER : WORD_SIGN);
			add_word(l, at, i, WORD_LETTERS);
			start = i;
			letters = digits = false;
			continue;
		}
		letters |= u_isalpha((UChar32)c);
		digits |= u_isdigit((UChar32)c);
	}
	if (to > start)
		add_word(l, start, to, letters ? WORD_LETTERS : digits ? WORD_NUMBER : WORD_SIGN);
}

/* A piece that ICU has to read. */
static void read_hard(struct list *l, size_t from, size_t to)
{
	UErrorCode status = U_ZERO_ERROR;
	UText text = UTEXT_INITIALIZER;
	UBreakIterator *breaks = ubrk_clone(word_master, &status);

	utext_openUTF8(&text, l->text.p + from, (int64_t)(to - from), &status);
	ubrk_setUText(breaks, &text, &status);
	size_t at = from;
	if (U_SUCCESS(status)) {
		for (int32_t b = ubrk_next(breaks); b != UBRK_DONE; b = ubrk_next(breaks)) {
			size_t end = from + (size_t)b;
			if (end > at && end <= to)
				add_segment(l, at, end);
			at = end;
		}
	}
	if (at < to)
		add_segment(l, at, to);
	utext_close(&text);
	ubrk_close(breaks);
}

/* What stands from byte from up to a space, or only spaces; returns the end. */
static size_t read_piece(struct list *l, size_t from)
{
	struct str text = l->text;
	size_t i = from, end;
	bool hard = false, space = false;

	for (end = i; i < text.n; end = i) {
		enum char_class c = class_at(text, &i);
		if (end > from && (c == SPACE) != space)
			break;
		space = c == SPACE;
		hard |= c == HARD;
		while (!space && i < text.n && (unsigned char)text.p[i] < 0x80 && !is_ascii(text.p[i], SPACE))
			i++;
	}
	if (space)
		add_space(l, from, end);
	else if (hard)
		read_hard(l, from, end);
	else
		read_plain(l, from, end);
	return end;
}

/* Can a word of ASCII letters that is followed by the byte at i not go on? */
static inline bool surely_ends(struct str t, size_t i)
{
	if (i >= t.n || t.p[i] == ' ')
		return true;
	enum char_class c = (enum char_class)ascii_class[(unsigned char)t.p[i]];
	if (c == SIGN || c == SPACE || c == MIDNUMBER)
		return true;
	return (c == MIDBOTH || c == MIDLETTER) &&
	       (i + 1 >= t.n || ((unsigned char)t.p[i + 1] < 0x80 && !is_ascii(t.p[i + 1], LETTER)));
}

/* A word of ASCII letters only, hashed while it is read: its end, or from for
 * any other. */
static inline size_t read_letters(struct list *l, size_t from)
{
	const struct str t = l->text;
	size_t at = from, n;
	uint64_t id = 0, fold = 0;

	do {
		uint64_t v = eight_load(t, at), low = v | EIGHT(0x20);
		n = eight_before(~eight_letters(v, low) & EIGHT(0x80));
		if (n == 0)
			break;
		bool same = id == fold && eight_first(v ^ low, n) == 0;
		id = eight_hash(id, eight_first(v, n));
		fold = same ? id : eight_hash(fold, eight_first(low, n));
		at += n;
	} while (n == 8);
	if (at - from > LONG_WORD || !surely_ends(t, at))
		return from;
	*list_add(l) = (struct word){ (uint32_t)from, (uint32_t)at, WORD_LETTERS, true, id, fold };
	return at;
}

/* A word of ASCII that may have digits and signs inside, or a sign: its end, or
 * from where something wide belongs to it. */
static size_t read_other(struct list *l, size_t from, enum char_class c)
{
	size_t at = from + 1;

	if (c != LETTER && c != DIGIT && c != JOIN) {
		uint64_t id = eight_hash(0, (unsigned char)l->text.p[from]);
		*list_add(l) = (struct word){ (uint32_t)from, (uint32_t)at, WORD_SIGN, false, id, id };
		return at;
	}
	read_word(l, from, &at, c);
	for (size_t k = from; k < at; k++)
		if ((unsigned char)l->text.p[k] >= 0x80)
			return from;
	return at;
}

/* As read_piece, for all pieces of ASCII that follow each other: where the first
 * one begins that has more in it, or that is a space which is wanted. */
static size_t read_ascii(struct list *l, size_t from)
{
	const struct str t = l->text;
	size_t at = from, piece = from, before = l->n;

	while (at < t.n) {
		enum char_class c = (enum char_class)ascii_class[(unsigned char)t.p[at]];
		if (c == SPACE) {
			if (l->spaces)
				return at;
			piece = ++at;
			before = l->n;
			continue;
		}
		size_t to = c == LETTER ? read_letters(l, at) : at;
		if (to == at && c != HARD)
			to = read_other(l, at, c);
		if (to == at) {
			l->n = before;
			return piece;
		}
		at = to;
	}
	return at;
}

static struct word *read_words(struct arena *a, struct str text, bool spaces, size_t *n)
{
	if (text.n > UINT32_MAX / 2)
		text.n = UINT32_MAX / 2;
	struct list l = { .arena = a, .cap = text.n / 2 + 16, .text = text, .spaces = spaces };

	pthread_once(&once, prepare);
	l.words = arena_alloc(a, l.cap * sizeof *l.words);
	for (size_t i = 0; i < text.n;) {
		if (text.p[i] == ' ' && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0x80 &&
		    !is_ascii(text.p[i + 1], SPACE)) {
			add_space(&l, i, i + 1);
			i++;
		}
		size_t end = read_ascii(&l, i);
		i = end > i ? end : read_piece(&l, i);
	}
	arena_trim(a, l.words, l.cap * sizeof *l.words, l.n * sizeof *l.words);
	*n = l.n;
	return l.words;
}

struct word *text_words(struct arena *a, struct str text, size_t *n)
{
	return read_words(a, text, true, n);
}

struct word *text_words_only(struct arena *a, struct str text, size_t *n)
{
	return read_words(a, text, false, n);
}
