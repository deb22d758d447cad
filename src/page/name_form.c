/*
 * The form of names: see name_form.h.
 *
 * Limits: a person is told from a place or a rubric by capitals and the number
 * of words, in East Asian scripts by the number of characters and by how
 * outlets end; scripts without capitals otherwise have no form to go by.
 */
#include <pthread.h>
#include <unicode/uchar.h>

#include "page/inner.h"
#include "page/name_form.h"

#define MAX_PERSON_BYTES 40
#define FIRST_EAST_ASIAN 0x2e80
#define LAST_EAST_ASIAN 0xd7ff

#define IS_IN(list, s) is_in(list, sizeof(list) / sizeof((list)[0]), s)

static const struct agency {
	struct str name, code;
} agencies[] = {
#define AGENCY(name, code) { STR(name), STR(code) },
#include "page/agencies.inc"
#undef AGENCY
};
#define NAGENCIES (sizeof(agencies) / sizeof(agencies[0]))

enum by_kind { AS_WORD, AS_LABEL, AS_GLUED };
static const struct by_word {
	enum by_kind kind;
	struct str word;
} by_words[] = {
#define BY(word) { AS_WORD, STR(word) },
#define BY_LABEL(word) { AS_LABEL, STR(word) },
#define BY_GLUED(word) { AS_GLUED, STR(word) },
#include "page/name_words.inc"
};
#define NBY_WORDS (sizeof(by_words) / sizeof(by_words[0]))

/* These by their first byte, all above ASCII together, as chains of index + 1. */
#define ABOVE_ASCII 0x80
static uint16_t by_first[ABOVE_ASCII + 1], by_next[NBY_WORDS];
static pthread_once_t by_once = PTHREAD_ONCE_INIT;

static unsigned first_byte(struct str s)
{
	unsigned char c = (unsigned char)char_lower(s.p[0]);
	return c < ABOVE_ASCII ? c : ABOVE_ASCII;
}

static void fill_by(void)
{
	for (size_t i = NBY_WORDS; i-- > 0;) {
		unsigned first = first_byte(by_words[i].word);
		by_next[i] = by_first[first];
		by_first[first] = (uint16_t)(i + 1);
	}
}

/* The first word that may begin as s does, and the next one; NULL behind the last. */
static const struct by_word *first_by(struct str s)
{
	pthread_once(&by_once, fill_by);
	size_t k = s.n ? by_first[first_byte(s)] : 0;
	return k ? &by_words[k - 1] : NULL;
}

static const struct by_word *next_by(const struct by_word *b)
{
	size_t k = by_next[b - by_words];
	return k ? &by_words[k - 1] : NULL;
}

static bool is_in(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(s, list[i]))
			return true;
	return false;
}

static bool starts_as(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts_nocase(s, list[i]))
			return true;
	return false;
}

struct str name_agency(struct str s)
{
	for (size_t i = 0; i < NAGENCIES; i++)
		if (str_eq_nocase(s, agencies[i].name))
			return agencies[i].code;
	return STR_NONE;
}

struct str name_agency_known(size_t i, struct str *as_written)
{
	*as_written = i < NAGENCIES ? agencies[i].name : STR_NONE;
	return i < NAGENCIES ? agencies[i].code : STR_NONE;
}

/* How many bytes of s are this word, which is in lower case, in any case; 0: none. */
static size_t starts_folded(struct str s, struct str word)
{
	size_t i = 0, k = 0;

	if (!s.n || ((s.p[0] & word.p[0]) >= 0 && char_lower(s.p[0]) != word.p[0]))
		return 0;
	while (k < word.n) {
		if (i >= s.n)
			return 0;
		uint32_t c = utf8_next(s, &i);
		if ((uint32_t)u_tolower((UChar32)c) != utf8_next(word, &k))
			return 0;
	}
	return i;
}

static bool is_sign(struct str s, size_t *after)
{
	static const struct str signs[] = { STR(":"),  STR("："), STR("／"), STR("/"), STR("|"), STR("｜"), STR("╱"),
		                            STR("＝"), STR("="),  STR("–"),  STR("—"), STR("-"), STR("∣"),  STR("∕") };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (str_starts(s, signs[i])) {
			*after = signs[i].n;
			return true;
		}
	return false;
}

/* What stands behind a word before a name and the sign or space that must follow it; empty if none does. */
static struct str behind_by(struct str rest, enum by_kind kind)
{
	bool space = rest.n && (rest.p[0] == ' ' || str_starts(rest, STR("\u3000")));
	size_t after;

	struct str s = str_trim(str_starts(rest, STR("\u3000")) ? str_sub(rest, 3, rest.n) : rest);
	if (is_sign(s, &after) && (kind != AS_WORD || s.p[0] != '-'))
		return str_trim(str_sub(s, after, s.n));
	return kind == AS_GLUED || (kind == AS_WORD && space) ? s : STR_NONE;
}

/* "ByAnna Lund", of which a style sheet makes two lines. */
static struct str behind_glued_by(struct str s)
{
	size_t i = 2;

	return str_starts(s, STR("By")) && s.n > 3 && u_isupper((UChar32)utf8_next(s, &i)) ? str_sub(s, 2, s.n)
	                                                                                   : STR_NONE;
}

static struct str without_words(struct str s, bool labels_only)
{
	struct str found = behind_glued_by(s);

	for (const struct by_word *b = first_by(s); b; b = next_by(b)) {
		size_t n = labels_only && b->kind == AS_WORD ? 0 : starts_folded(s, b->word);
		struct str rest = n ? behind_by(str_sub(s, n, s.n), b->kind) : STR_NONE;
		if (rest.n && (!found.n || rest.n < found.n))
			found = rest;
	}
	return found.n ? found : s;
}

struct str name_without_by(struct str s)
{
	struct str rest = without_words(s, false);

	return rest.n < s.n ? without_words(rest, true) : s;
}

struct str name_without_label(struct str s)
{
	return without_words(s, true);
}

bool name_is_lone_by(struct str s)
{
	size_t after;

	for (const struct by_word *b = first_by(s); b; b = next_by(b)) {
		size_t n = starts_folded(s, b->word);
		struct str rest = str_trim(str_sub(s, n, s.n));
		if (n && (!rest.n || (is_sign(rest, &after) && after == rest.n)))
			return true;
	}
	return false;
}

bool name_has_space(struct str s)
{
	return str_find_byte(s, ' ') != STR_NPOS;
}

bool name_has_han(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c >= FIRST_EAST_ASIAN && c <= LAST_EAST_ASIAN)
			return true;
	}
	return false;
}

static bool is_word_char(uint32_t c)
{
	return u_isalpha((UChar32)c) || c == '\'' || c == 0x2019 || c == '-' || c == '.' ||
	       u_charType((UChar32)c) == U_NON_SPACING_MARK;
}

/* How s is made: its words but for particles, and those that begin with a capital or a small letter. */
struct shape {
	size_t words, capitals, small;
	bool plain; /* letters and what stands in names */
};

/* In lower case only: Mr Das is somebody. */
static bool is_particle(struct str word)
{
	static const struct str particles[] = {
#define PARTICLE(word) STR(word),
#include "page/name_words.inc"
	};

	for (size_t i = 0; i < sizeof(particles) / sizeof(particles[0]); i++)
		if (str_eq(word, particles[i]))
			return true;
	return false;
}

static struct shape shape_of(struct str s)
{
	struct shape f = { .plain = true };
	struct str word, rest = s;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		f.plain = f.plain && (c == ' ' || is_word_char(c));
	}
	while (rest.n) {
		size_t i = 0;
		str_cut(rest, ' ', &word, &rest);
		if (!word.n || is_particle(word))
			continue;
		UChar32 c = (UChar32)utf8_next(word, &i);
		f.words++;
		f.capitals += (bool)u_isupper(c);
		f.small += (bool)u_islower(c);
	}
	return f;
}

bool name_is_person(struct str s)
{
	struct shape f = shape_of(s);

	return f.plain && f.words >= 2 && f.words <= 4 && f.capitals == f.words && s.n <= MAX_PERSON_BYTES &&
	       !phrase_of(s);
}

bool name_is_short(struct str s)
{
	struct shape f = shape_of(s);

	return f.words <= 1 || (f.words <= 4 && !f.small);
}

bool name_is_possible(struct str s)
{
	size_t spaces = 0, digits = 0;

	if (s.n < 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (str_find_byte(STR("@<{}?!_=\\"), s.p[i]) != STR_NPOS)
			return false;
		spaces += s.p[i] == ' ';
		digits += char_is_digit(s.p[i]);
	}
	if (char_is_digit(s.p[0]) || str_has(s, STR("//")) || str_starts_nocase(s, STR("www.")))
		return false;
	return s.n <= MAX_NAME_BYTES && spaces <= 6 && (!digits || (digits <= 2 && spaces <= 2));
}

bool name_has_role(struct str s)
{
	static const struct str roles[] = {
#define ROLE(word) STR(word),
#include "page/name_words.inc"
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (str_find_nocase(s, roles[i]) != STR_NPOS)
			return true;
	return false;
}

bool name_is_label(struct str s)
{
	static const struct str labels[] = {
#define LABEL(word) STR(word),
#include "page/name_words.inc"
	};
	static const struct str starts[] = {
#define LABEL_START(word) STR(word),
#include "page/name_words.inc"
	};

	return IS_IN(labels, s) || starts_as(starts, sizeof(starts) / sizeof(starts[0]), s);
}

/* s holds one of these, from the beginning of a word to the end of one. */
static bool has_word(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = str_find_nocase(s, words[i]);
		size_t end = at == STR_NPOS ? 0 : at + words[i].n;
		if (at != STR_NPOS && (!at || s.p[at - 1] == ' ' || s.p[at - 1] == '-') &&
		    (end == s.n || s.p[end] == ' '))
			return true;
	}
	return false;
}

bool name_is_desk(struct str s)
{
	static const struct str words[] = {
#define DESK(word) STR(word),
#include "page/name_words.inc"
	};

	return has_word(s, words, sizeof(words) / sizeof(words[0]));
}

bool name_is_company(struct str s)
{
	static const struct str words[] = {
#define COMPANY(word) STR(word),
#include "page/name_words.inc"
	};

	return str_starts(s, STR("The ")) || has_word(s, words, sizeof(words) / sizeof(words[0]));
}

bool name_is_picture(struct str s)
{
	static const struct str words[] = {
#define PICTURE(word) STR(word),
#include "page/name_words.inc"
	};

	return starts_as(words, sizeof(words) / sizeof(words[0]), s);
}

bool name_ends_editor(struct str s)
{
	static const struct str words[] = {
#define EDITOR(word) STR(word),
#include "page/name_words.inc"
	};

	bool sign = false;

	for (bool again = true; again; sign |= again) {
		struct str bare = str_trim(s);
		if (str_ends(bare, STR("：")))
			bare = str_sub(bare, 0, bare.n - STR("：").n);
		else if (bare.n && (bare.p[bare.n - 1] == ':' || bare.p[bare.n - 1] == '|'))
			bare.n--;
		again = bare.n < str_trim(s).n;
		s = bare;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t from = s.n - words[i].n;
		if ((sign || str_ends(words[i], STR(" by"))) && s.n >= words[i].n &&
		    starts_folded(str_sub(s, from, s.n), words[i]) == words[i].n &&
		    (!from || !char_is_alpha(s.p[from - 1])))
			return true;
	}
	return false;
}

bool name_is_login(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || (unsigned char)s.p[i] >= 0x80 || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

bool name_begins_small(struct str s)
{
	static const struct str particles[] = { STR("de "),  STR("van "), STR("von "), STR("da "), STR("di "),
		                                STR("del "), STR("ter "), STR("la "),  STR("le "), STR("el "),
		                                STR("al"),   STR("d'"),   STR("bell ") };
	size_t i = 0;

	if (!s.n || !u_islower((UChar32)utf8_next(s, &i)))
		return false;
	for (size_t k = 0; k < sizeof(particles) / sizeof(particles[0]); k++)
		if (str_starts(s, particles[k]))
			return false;
	return true;
}

struct str name_without_date_words(struct str s)
{
	static const struct str words[] = {
#define DATE_WORD(word) STR(word),
#include "page/name_words.inc"
	};

	for (bool again = true; again && s.n;) {
		size_t from = s.n;
		while (from && s.p[from - 1] != ' ')
			from--;
		struct str word = str_sub(s, from, s.n);
		while (word.n && str_find_byte(STR(",:;|-"), word.p[word.n - 1]) != STR_NPOS)
			word.n--;
		again = !word.n || IS_IN(words, word);
		if (again)
			s = str_trim(str_sub(s, 0, from));
	}
	return s;
}

/* "山田記者" and "홍길동 기자" without what they do. */
static struct str without_title(struct str s)
{
	static const struct str titles[] = {
#define TITLE(word) STR(word),
#include "page/name_words.inc"
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (s.n > titles[i].n && str_ends(s, titles[i]) &&
		    name_is_han(str_trim(str_sub(s, 0, s.n - titles[i].n))))
			return str_trim(str_sub(s, 0, s.n - titles[i].n));
	return s;
}

/* What stands in brackets at the beginning, and no bracket at the end: "(UKPA) -", "【王小明】". */
static struct str without_brackets(struct str s)
{
	static const struct str pairs[][2] = { { STR("("), STR(")") },   { STR("["), STR("]") },
		                               { STR("【"), STR("】") }, { STR("（"), STR("）") },
		                               { STR("〔"), STR("〕") }, { STR("「"), STR("」") },
		                               { STR("［"), STR("］") } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (str_starts(s, pairs[i][0])) {
			s = str_sub(s, pairs[i][0].n, s.n);
			s = str_sub(s, 0, str_find(s, pairs[i][1]));
		} else if (str_ends(s, pairs[i][1]) && !str_has(s, pairs[i][0])) {
			s = str_sub(s, 0, s.n - pairs[i][1].n);
		}
	}
	return str_trim(s);
}

struct str name_bare(struct str name)
{
	static const struct str ends[] = { STR(" | "), STR(" – "), STR(" — "), STR(" - "), STR("／"), STR(" @"),
		                           STR(" i "), STR(" · "), STR(" • "), STR(" ⋅ "), STR("（"), STR("｜") };
	static const struct str words[] = { STR(" for "), STR(" in "),   STR(" aus "),          STR(" using "),
		                            STR(" für "), STR(" on "),   STR(" am "),           STR(" from "),
		                            STR(" at "),  STR(" pour "), STR(" on behalf of "), STR(" via ") };
	static const struct str before = STR(" ,;.:|-*\"/[]"), behind = STR(" ,;:|-*\"/[]");

	name = without_brackets(name);
	for (size_t i = 2; i < name.n; i++)
		if (name.p[i] == '(' || name.p[i] == '[')
			name = str_sub(name, 0, i);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t at = str_find(name, ends[i]);
		if (at != STR_NPOS && at > 2)
			name = str_sub(name, 0, at);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = str_find_nocase(name, words[i]);
		if (at != STR_NPOS && at > 2)
			name = str_sub(name, 0, at);
	}
	while (name.n && str_find_byte(before, name.p[0]) != STR_NPOS)
		name = str_sub(name, 1, name.n);
	while (name.n && str_find_byte(behind, name.p[name.n - 1]) != STR_NPOS)
		name.n--;
	return without_title(name_without_date_words(name));
}

bool name_is_han(struct str s)
{
	static const struct str outlets[] = {
#define OUTLET(word) STR(word),
#include "page/name_words.inc"
	};
	size_t n = 0;

	for (size_t i = 0; i < s.n; n++) {
		uint32_t c = utf8_next(s, &i);
		if (c < FIRST_EAST_ASIAN || c > LAST_EAST_ASIAN || (c >= 0x3000 && c <= 0x3020))
			return false;
	}
	for (size_t i = 0; i < sizeof(outlets) / sizeof(outlets[0]); i++)
		if (str_ends(s, outlets[i]))
			return false;
	return n >= 2 && n <= 5;
}
