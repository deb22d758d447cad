/*
 * Words with what they may mean: see terms.h.
 *
 * The tables are read once into a list of senses, sorted by a hash of the
 * lower-cased phrase, and an open table from hash to the senses of it.  The
 * hash of a phrase grows word by word, and each beginning of a phrase has a
 * place in the table too, so that the longest phrase at a word is found by
 * looking up as many hashes as it has words.  A set of bits that fits the
 * nearest cache keeps out nearly all words that begin nothing.
 */
#include "text/terms.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/uchar.h>

#include "base/alloc.h"
#include "base/eight.h"

enum { EN = 1, DE = 2, FR = 4, ES = 8, IT = 16, PT = 32, NL = 64, SV = 128, DA = 256, NO = 512, ZH = 1024 };
#define ANY TERM_ALL_LANGUAGES

static const struct row {
	uint16_t languages;
	uint8_t class;
	int64_t value;
	const char *phrases;
} rows[] = {
#define TERMS(languages, class, value, phrases) { languages, TERM_##class, value, phrases },
#include "text/cues.inc"
#include "text/moments.inc"
#include "text/numerals.inc"
#undef TERMS
#define SURELY(words) { ANY, TERM_NOTICE, 0, words },
#include "text/notices.inc"
};

static const char *const places[] = {
#define PLACE(names) names,
#include "text/places.inc"
#undef PLACE
};

static const struct {
	int number;
	const char *names; /* separated by spaces */
} months[] = {
#define MONTH(number, names) { number, names },
#include "text/months.inc"
#undef MONTH
};

static const char *const unit_names[] = {
	"",
#define UNIT(id, name) name,
#include "text/units.inc"
#undef UNIT
};

const char *term_unit_name(enum term_unit u)
{
	return u < TERM_UNITS ? unit_names[u] : "";
}

uint32_t terms_language(struct str tag)
{
	static const struct {
		char name[3];
		uint16_t bit;
	} all[] = { { "en", EN }, { "de", DE }, { "fr", FR }, { "es", ES }, { "it", IT }, { "pt", PT }, { "nl", NL },
		    { "sv", SV }, { "da", DA }, { "no", NO }, { "nb", NO }, { "nn", NO }, { "zh", ZH }, { "ja", ZH } };

	if (!tag.n)
		return TERM_ALL_LANGUAGES;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (str_starts_nocase(tag, str_of(all[i].name, 2)) && (tag.n == 2 || tag.p[2] == '-'))
			return all[i].bit;
	return 0;
}

/* ---- cutting a text into terms -------------------------------------------- */

enum char_kind { LETTER, DIGIT, SPACE, SIGN, HAN };

static enum char_kind kind_of_wide(uint32_t c)
{
	if ((c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || c == 0x3007)
		return HAN;
	if ((c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff))
		return LETTER;
	if (c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f)
		return SPACE;
	if (c < 0xc0 || (c >= 0x2010 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) || c == 0xd7 || c == 0xf7)
		return c == 0xaa || c == 0xb5 || c == 0xba ? LETTER : SIGN;
	if (c >= 0xff10 && c <= 0xff19)
		return DIGIT;
	if (c >= 0xff00 && c <= 0xff60)
		return SIGN;
	return u_isalpha((UChar32)c) ? LETTER : SIGN;
}

static inline enum char_kind kind_of(uint32_t c)
{
	if (c >= 0x80)
		return kind_of_wide(c);
	if (char_is_alpha((char)c))
		return LETTER;
	if (char_is_digit((char)c))
		return DIGIT;
	return char_is_space((char)c) ? SPACE : SIGN;
}

static bool is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019;
}

/* Where the letters that begin at from end.  "didn't" and "O'Neill" are one
 * word, "l'" and "homme", "Smith" and "'s" two. */
static size_t letters_end(struct str s, size_t from)
{
	size_t i = from, letters = 0;

	while (i < s.n) {
		size_t next = i, after;
		uint32_t c = utf8_next(s, &next);
		if (is_apostrophe(c) && letters && next < s.n) {
			after = next;
			uint32_t follows = utf8_next(s, &after);
			bool one = after >= s.n ||
			           kind_of(after < s.n ? (uint32_t)(unsigned char)s.p[after] : ' ') != LETTER;
			if (kind_of(follows) != LETTER || (one && (follows == 's' || follows == 'S') &&
			                                   (after >= s.n || (unsigned char)s.p[after] < 0x80)))
				break;
			if (letters <= 2 && s.p[from] != 'O')
				return next;
			i = next;
			continue;
		}
		if (kind_of(c) != LETTER)
			break;
		letters++;
		i = next;
	}
	return i;
}

/* Digits with the signs inside: "3,500.5", "10:30". */
static size_t digits_end(struct str s, size_t from)
{
	size_t i = from;

	while (i < s.n) {
		size_t next = i;
		uint32_t c = utf8_next(s, &next);
		if (kind_of(c) == DIGIT) {
			i = next;
			continue;
		}
		bool inner = c == '.' || c == ',' || c == ':' || is_apostrophe(c);
		if (!inner || next >= s.n || !char_is_digit(s.p[next]))
			break;
		i = next;
	}
	return i;
}

/* A word is hashed eight bytes at a time. */
struct hasher {
	uint64_t h, bytes;
	unsigned n; /* of bytes */
};

static inline void hash_byte(struct hasher *x, unsigned char byte)
{
	x->bytes |= (uint64_t)byte << 8 * x->n++;
	if (x->n < 8)
		return;
	x->h = eight_hash(x->h, x->bytes);
	x->bytes = 0;
	x->n = 0;
}

static inline uint64_t hash_end(const struct hasher *x)
{
	return x->n ? eight_hash(x->h, x->bytes) : x->h;
}

static void hash_char(struct hasher *x, uint32_t c)
{
	char bytes[4];
	size_t n = utf8_put(c, bytes);

	for (size_t i = 0; i < n; i++)
		hash_byte(x, (unsigned char)bytes[i]);
}

/* The hash of a word in lower case. */
static uint64_t fold(struct str s, bool *capital, bool *upper)
{
	size_t letters = 0, capitals = 0;
	struct hasher h = { 0 };

	*capital = false;
	for (size_t i = 0; i < s.n; letters++) {
		uint32_t c = utf8_next(s, &i), low = c;
		if (c < 0x80)
			low = (uint32_t)(unsigned char)char_lower((char)c);
		else if (c == 0x2019)
			low = '\'';
		else if (c < 0x3000)
			low = (uint32_t)u_tolower((UChar32)c);
		if (low != c && c != 0x2019) {
			*capital |= letters == 0;
			capitals++;
		}
		if (low < 0x80)
			hash_byte(&h, (unsigned char)low);
		else
			hash_char(&h, low);
	}
	*upper = letters >= 2 && capitals == letters;
	return hash_end(&h);
}

struct cutter {
	struct str text;
	size_t i;
};

/* A word of ASCII letters that is followed by neither an apostrophe nor a
 * letter of another kind; false for any other. */
static inline __attribute__((always_inline)) bool cut_plain(struct cutter *c, size_t from, struct term *t)
{
	size_t i = from, n = 8;
	uint64_t h = 0;
	bool upper = true;

	while (n == 8) {
		uint64_t v = eight_load(c->text, i), low = v | EIGHT(0x20);
		n = eight_before(~eight_letters(v, low) & EIGHT(0x80));
		if (n == 0)
			break;
		upper &= !eight_first(v & EIGHT(0x20), n);
		h = eight_hash(h, eight_first(low, n));
		i += n;
	}
	if (i < c->text.n && (c->text.p[i] == '\'' || (unsigned char)c->text.p[i] >= 0x80))
		return false;
	t->kind = TERM_LETTERS;
	t->to = (uint32_t)i;
	t->capital = c->text.p[from] < 'a';
	t->upper = upper && i - from > 1;
	t->fold = h;
	c->i = i;
	return true;
}

/* Any other term from the character at from on. */
static void cut_other(struct cutter *c, size_t from, struct term *t)
{
	size_t next = from;
	uint32_t sign = utf8_next(c->text, &next);
	enum char_kind kind = kind_of(sign);

	t->kind = TERM_LETTERS;
	if (kind == LETTER) {
		next = letters_end(c->text, from);
	} else if (kind == DIGIT) {
		next = digits_end(c->text, from);
		t->kind = TERM_DIGITS;
	} else if (kind == SIGN) {
		t->kind = TERM_SIGN;
		t->sign = sign;
	}
	t->han = kind == HAN;
	if (is_apostrophe(sign) && next < c->text.n && (c->text.p[next] | 32) == 's' && t->glued) {
		next++; /* "'s" */
		t->kind = TERM_LETTERS;
		t->sign = 0;
	}
	t->to = (uint32_t)next;
	c->i = next;
	t->fold = fold(str_sub(c->text, t->from, t->to), &t->capital, &t->upper);
}

static size_t skip_wide_space(struct str s, size_t from)
{
	while (from < s.n) {
		size_t next = from;
		if (kind_of(utf8_next(s, &next)) != SPACE)
			break;
		from = next;
	}
	return from;
}

static inline bool is_plain_sign(char c)
{
	return c > ' ' && c < 0x7f && c != '\'' && !char_is_alnum(c);
}

static inline void cut_sign(struct cutter *c, size_t from, struct term *t)
{
	t->kind = TERM_SIGN;
	t->sign = (unsigned char)c->text.p[from];
	t->fold = eight_hash(0, t->sign);
	c->i = from + 1;
	t->to = (uint32_t)c->i;
}

/* The next term; false at the end. */
static inline bool cut_term(struct cutter *c, struct term *t)
{
	struct str s = c->text;
	size_t from = c->i;

	while (from < s.n && s.p[from] == ' ')
		from++;
	if (from < s.n && ((unsigned char)s.p[from] <= ' ' || (unsigned char)s.p[from] >= 0x80))
		from = skip_wide_space(s, from);
	if (from >= s.n)
		return false;
	*t = (struct term){ .from = (uint32_t)from, .span = 1, .glued = from == c->i && from };
	if (char_is_alpha(s.p[from]) && cut_plain(c, from, t))
		return true;
	if (is_plain_sign(s.p[from]))
		cut_sign(c, from, t);
	else
		cut_other(c, from, t);
	return true;
}

/* The term that is the token w, if it is a plain word or sign next to what ends
 * at byte end or behind one space: then both are cut alike. */
static inline bool cut_token(struct str s, size_t end, const struct word *w, struct term *t)
{
	uint32_t from = w->from, to = w->to;

	if (from != end && (from != end + 1 || s.p[end] != ' '))
		return false;
	if (!w->plain) {
		if (w->kind != WORD_SIGN || to - from != 1 || !is_plain_sign(s.p[from]))
			return false;
		*t = (struct term){ .from = from,
			            .to = to,
			            .fold = w->fold,
			            .sign = (unsigned char)s.p[from],
			            .kind = TERM_SIGN,
			            .span = 1,
			            .glued = from == end && from };
		return true;
	}
	*t = (struct term){
		.from = from, .to = to, .fold = w->fold, .kind = TERM_LETTERS, .span = 1, .glued = from == end && from
	};
	if (w->id != w->fold) {
		t->capital = s.p[from] < 'a';
		t->upper = t->capital && to - from > 1;
		for (uint32_t i = from + 1; i < to && t->upper; i++)
			t->upper = s.p[i] < 'a';
	}
	return true;
}

/* ---- the vocabulary -------------------------------------------------------- */

struct sense {
	uint64_t hash;
	int64_t value;
	uint16_t languages;
	uint8_t class;
};

struct slot {         /* eight bytes, so that the table stays in the second cache */
	uint32_t tag; /* 0: free */
	uint16_t first;
	uint8_t n; /* 0: only the beginning of longer phrases */
	bool begins;
};

#define ROOM 16384
#define BITS 65536
static struct sense *senses;
static size_t nsenses, senses_room;
static struct slot slots[ROOM];
static uint64_t bits[BITS / 64];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t chain(uint64_t before, uint64_t word)
{
	return (before ^ word) * 0x9e3779b97f4a7c15u + (before << 7);
}

static uint32_t tag_of(uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	return tag ? tag : 1;
}

static struct slot *slot_at(uint64_t hash)
{
	size_t i = hash & (ROOM - 1);
	uint32_t tag = tag_of(hash);

	while (slots[i].tag && slots[i].tag != tag)
		i = (i + 1) & (ROOM - 1);
	return &slots[i];
}

static void add_phrase(struct str phrase, const struct row *row)
{
	struct cutter c = { .text = phrase };
	struct term t;
	uint64_t hash = 0;

	for (size_t n = 0; cut_term(&c, &t); n++) {
		if (n == 0)
			bits[t.fold % BITS / 64] |= (uint64_t)1 << t.fold % 64;
		if (n > 0)
			slot_at(hash)->begins = true;
		hash = n ? chain(hash, t.fold) : t.fold;
		slot_at(hash)->tag = tag_of(hash);
	}
	if (nsenses == senses_room) {
		senses_room = senses_room ? 2 * senses_room : 8192;
		senses = mem_realloc(senses, senses_room, sizeof *senses);
	}
	senses[nsenses++] = (struct sense){ hash, row->value, row->languages, row->class };
}

static void add_row(const struct row *row, char separator)
{
	struct str phrase, rest = str_from(row->phrases);

	while (rest.n) {
		str_cut(rest, separator, &phrase, &rest);
		if (phrase.n)
			add_phrase(phrase, row);
	}
}

static int compare_senses(const void *x, const void *y)
{
	const struct sense *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->class > b->class) - (a->class < b->class);
}

static void prepare(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		add_row(&rows[i], '|');
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		add_row(&(struct row){ ANY, TERM_PLACE, (int64_t)i + 1, places[i] }, '|');
	for (size_t i = 0; i < sizeof months / sizeof *months; i++)
		add_row(&(struct row){ ANY, TERM_MONTH, months[i].number, months[i].names }, ' ');
	qsort(senses, nsenses, sizeof *senses, compare_senses);
	for (size_t i = 0; i < nsenses; i++) {
		struct slot *s = slot_at(senses[i].hash);
		if (!s->n)
			s->first = (uint16_t)i;
		s->n++;
	}
}

/* ---- reading --------------------------------------------------------------- */

static void use_slot(struct terms *t, struct term *at, const struct slot *s, uint8_t span)
{
	uint64_t classes = 0;

	for (uint32_t i = s->first; i < s->first + s->n; i++)
		if (senses[i].languages & t->languages || senses[i].languages == ANY)
			classes |= TERM_BIT(senses[i].class);
	if (!classes)
		return;
	at->classes = classes;
	at->sense = s->first;
	at->nsenses = (uint8_t)(s->n < 255 ? s->n : 255);
	at->span = span;
}

/* The longest phrase that begins at term i. */
static void look_up(struct terms *t, uint32_t i)
{
	struct term *at = &t->at[i];
	uint64_t hash = at->fold;

	for (uint8_t span = 1; span <= 8; span++) {
		const struct slot *s = slot_at(hash);
		if (!s->tag)
			return;
		if (s->n)
			use_slot(t, at, s, span);
		if (!s->begins || i + span >= t->n)
			return;
		hash = chain(hash, t->at[i + span].fold);
	}
}

int64_t term_value(const struct terms *t, const struct term *at, enum term_class c)
{
	for (uint32_t i = at->sense; i < at->sense + at->nsenses; i++)
		if (senses[i].class == c && (senses[i].languages & t->languages || senses[i].languages == ANY))
			return senses[i].value;
	return 0;
}

/* Signs behind which a sentence, or a quoted one, begins. */
static bool opens_behind(uint32_t sign)
{
	static const unsigned char plain[128] = { ['.'] = 1, ['!'] = 1, ['?'] = 1, [':'] = 1, ['"'] = 1 };

	return sign < 128 ? plain[sign] : sign == 0x201c || sign == 0x201e || sign == 0xab || sign == 0x2022;
}

/* What terms say of the whole text, counted while they are cut. */
struct openings {
	bool next; /* the next word opens a sentence */
	uint32_t words, capitals;
};

static inline void mark_opening(struct openings *o, struct term *at, bool first)
{
	if (at->kind == TERM_SIGN) {
		bool initial = at->sign == '.' && at->glued && !first && at[-1].to - at[-1].from <= 3 && at[-1].capital;
		o->next = o->next || (opens_behind(at->sign) && !initial);
		return;
	}
	at->opens = o->next;
	if (!o->next && at->kind == TERM_LETTERS && at->to - at->from > 3 && !at->han) {
		o->words++;
		o->capitals += at->capital;
	}
	o->next = false;
}

/* Cuts the text; tokens may be NULL. */
static void cut_all(struct arena *a, struct terms *t, const struct tokens *tokens)
{
	const struct str text = t->text;
	struct openings openings = { .next = true };
	size_t room = tokens ? (size_t)tokens->n + 8 : text.n / 4 + 8, end = 0;
	const struct word *w = tokens ? tokens->at : NULL, *last = tokens ? w + tokens->n : NULL;
	struct term *at = arena_grow(a, NULL, &room, 0, sizeof *at);
	uint32_t n = 0;

	for (;;) {
		if (w < last && cut_token(text, end, w, &at[n])) {
			end = w++->to;
		} else {
			struct cutter c = { .text = text, .i = end };
			if (!cut_term(&c, &at[n]))
				break;
			end = c.i;
			while (w < last && w->from < end)
				w++;
		}
		mark_opening(&openings, &at[n], n == 0);
		if (++n == room)
			at = arena_grow(a, at, &room, room + 1, sizeof *at);
	}
	arena_trim(a, at, room * sizeof *at, n * sizeof *at);
	t->at = at;
	t->n = n;
	t->title_case = openings.words >= 3 && openings.capitals * 4 >= openings.words * 3;
}

static struct terms read_all(struct arena *a, struct str text, uint32_t languages, const struct tokens *tokens)
{
	struct terms t = { .text = text, .languages = languages };

	if (text.n > UINT32_MAX / 2)
		t.text.n = UINT32_MAX / 2;
	pthread_once(&once, prepare);
	cut_all(a, &t, tokens);
	for (uint32_t i = 0; i < t.n; i++) {
		uint64_t hash = t.at[i].fold;
		t.digits |= t.at[i].kind == TERM_DIGITS;
		if (t.at[i].kind != TERM_LETTERS || !(bits[hash % BITS / 64] >> hash % 64 & 1))
			continue;
		look_up(&t, i);
		t.classes |= t.at[i].classes;
	}
	return t;
}

struct terms terms_read(struct arena *a, struct str text, uint32_t languages)
{
	return read_all(a, text, languages, NULL);
}

struct terms terms_read_tokens(struct arena *a, const struct tokens *tokens, uint32_t languages)
{
	return read_all(a, tokens->text, languages, tokens);
}

uint32_t terms_find(const struct terms *t, uint32_t from)
{
	uint32_t low = 0, high = t->n;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (t->at[middle].to <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t terms_guess(const struct terms *t)
{
	uint32_t votes[16] = { 0 }, best = 0, second = 0, at = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct term *x = &t->at[i];
		votes[10] += x->han ? 2 : 0;
		for (uint32_t k = x->sense; x->classes && k < x->sense + x->nsenses; k++) {
			bool common = senses[k].class == TERM_COMMON;
			uint32_t l = (uint32_t)__builtin_ctz(senses[k].languages);
			bool own = (senses[k].languages & (senses[k].languages - 1)) == 0 && l < 10;
			votes[own ? l : 15] += common ? 3 : x->to - x->from > 3;
		}
	}
	for (uint32_t l = 0; l < 11; l++) {
		if (votes[l] > best) {
			second = best;
			best = votes[l];
			at = l;
		} else if (votes[l] > second) {
			second = votes[l];
		}
	}
	return best >= 2 && best * 2 > second * 3 ? 1u << at : t->languages;
}
