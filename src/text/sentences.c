/*
 * Sentences: see sentences.h.
 *
 * One pass.  It stops only at bytes that may end a sentence (a full stop, a
 * mark, a line end, the first byte of such a sign in another script), reads
 * the stop with all marks and closing quotation marks or brackets that belong
 * to it, and decides by the word before it and the two or three behind it.
 * Nothing else is looked at, so an edit moves no boundary further away than
 * that, and the cost is linear: what is looked at around a stop is bounded.
 *
 * The decision, in order:
 *   - nothing follows on the line: an end;
 *   - a comma or a lower-case letter follows: no end;
 *   - signs of scripts with a full stop of their own: an end, unless a Japanese
 *     or Korean particle goes on behind a closing mark;
 *   - "!" and "?": an end, unless part of a name, or followed by who asked;
 *   - a full stop: by the classes of the word before it (abbreviations.h), as
 *     an initial, as a number.
 *
 * Limits: quotation marks are not paired over the text, so a straight mark with
 * spaces on both sides counts as an opening one.  Thai, Lao and Khmer without
 * signs of their own end only at the line.
 */
#include "text/sentences.h"

#include <string.h>

#include "base/eight.h"
#include "text/abbreviations.h"
#include "text/stops.h"

#define LOOK_BACK 48   /* bytes before a stop that may be its word */
#define TITLE_REACH 60 /* bytes from a mark to the signs around a Chinese title */

/* How far the pass has come. */
struct scan {
	struct arena *arena;
	struct str t;
	uint64_t languages;
	bool ordinals, english; /* "13. März"; "So do I." */
	size_t start;           /* of the sentence, not yet without space */
	size_t looked;          /* no word between start and here, unless */
	bool has_word;
	struct span *spans;
	size_t n, cap;
};

/* --------------------------------------------------------- the word behind -- */

static unsigned classes_of(const struct scan *s, struct str w)
{
	return abbreviation_classes(w, s->languages);
}

static unsigned classes_of_next(const struct scan *s, const struct next *x)
{
	unsigned class = classes_of(s, x->word);
	size_t end = x->from + x->word.n;

	if (!(class & KNOWN_STARTER) && x->word.n < 8 && is_apostrophe(char_at(s->t, end))) {
		char elided[10];
		memcpy(elided, x->word.p, x->word.n);
		elided[x->word.n] = '\'';
		class |= classes_of(s, str_of(elided, x->word.n + 1));
	}
	return class;
}

static bool is_one_letter(struct str w)
{
	return w.n && is_letter(char_at(w, 0)) && after_char(w, 0) == w.n;
}

/* "J." or the first of "J.K." */
static bool is_initial_next(const struct scan *s, const struct next *x)
{
	size_t end = x->from + x->word.n;
	return is_one_letter(x->word) && end < s->t.n && s->t.p[end] == '.';
}

/* "iPhone": begins a sentence though it is lower case. */
static bool is_camel(struct str w)
{
	return w.n > 2 && is_upper(char_at(w, after_char(w, 0)));
}

/* Dutch "'s Avonds", "'t Is". */
static bool is_clipped(const struct scan *s, const struct next *x)
{
	return is_apostrophe(x->opener) && x->word.n == 1 && (*x->word.p == 's' || *x->word.p == 't') &&
	       x->from + 2 < s->t.n && s->t.p[x->from + 1] == ' ' && is_upper(char_at(s->t, x->from + 2));
}

/* Who said what stands before: `Ida Moor asked.`, `Moor said in court`. */
static bool is_attribution(const struct scan *s, size_t i)
{
	struct str t = s->t;

	for (int k = 0; k < 6; k++) {
		struct str w = word_at(t, i);
		size_t end = i + w.n;
		if (w.n == 0)
			return false;
		if (k && (classes_of(s, w) & KNOWN_SPEECH)) {
			uint32_t c = char_at(t, end);
			return end >= t.n || c == '.' || c == ',' ||
			       (c == ' ' && (classes_of(s, word_at(t, end + 1)) & KNOWN_ASIDE));
		}
		if (!is_upper(char_at(w, 0)) ||
		    (k == 0 && (classes_of(s, w) & (KNOWN_STARTER | KNOWN_NAME)) == KNOWN_STARTER))
			return false;
		uint32_t c = char_at(t, end);
		if (c == '.' || is_dash(c) || is_apostrophe(c))
			end = after_char(t, end);
		i = skip_spaces(t, end);
	}
	return false;
}

/* --------------------------------------------------------- the word before -- */

/* Where the word that ends at end begins: behind a space or what opens. */
static size_t word_start(const struct scan *s, size_t end)
{
	static const bool parts[128] = {
		['\t'] = true, ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true, [' '] = true, ['"'] = true,
		['('] = true,  [')'] = true,  ['/'] = true,  ['['] = true,  [']'] = true,  ['{'] = true, ['}'] = true,
	};
	size_t i = end;

	while (i > s->start && end - i < LOOK_BACK) {
		unsigned char last = (unsigned char)s->t.p[i - 1];
		if (last < 0x80) {
			if (parts[last])
				break;
			i--;
			continue;
		}
		size_t from = before_char(s->t, i);
		uint32_t c = char_at(s->t, from);
		if (is_space(c) || is_line_end(c) || c == '/' || (c > 0x2010 && is_dash(c)) ||
		    (side_of(c) != NO_SIDE && !is_apostrophe(c)))
			break;
		i = from;
	}
	return i;
}

static struct str behind_last(struct str w, bool (*is)(uint32_t))
{
	size_t from = 0;

	for (size_t i = 0; i < w.n;)
		if (is(utf8_next(w, &i)) && i < w.n)
			from = i;
	return str_sub(w, from, w.n);
}

/* "B" of "z. B": puts "z.B" together; parts of one letter only. */
static struct str compound(const struct scan *s, size_t from, struct str w, char room[LOOK_BACK])
{
	size_t used = w.n;

	if (w.n > 12)
		return STR_NONE;
	memcpy(room + LOOK_BACK - used, w.p, w.n);
	for (int k = 0; k < 4; k++) {
		size_t i = from;
		while (i > s->start && s->t.p[i - 1] == ' ')
			i--;
		if (i < s->start + 2 || from - i > 1 || s->t.p[i - 1] != '.')
			break;
		size_t letter = before_char(s->t, i - 1);
		if (!is_letter(char_at(s->t, letter)) ||
		    (letter > s->start && is_inner(char_at(s->t, before_char(s->t, letter)))))
			break;
		used += i - letter;
		memcpy(room + LOOK_BACK - used, s->t.p + letter, i - letter);
		from = letter;
	}
	return used == w.n ? STR_NONE : str_of(room + LOOK_BACK - used, used);
}

struct before {
	size_t from;
	struct str word; /* without the stop */
	unsigned class;
	bool part; /* of a compound, such as "K" of "J. K." */
};

/* Has it none but letters and digits of ASCII? */
static bool is_plain_word(struct str w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!char_is_alnum(w.p[i]))
			return false;
	return true;
}

static struct before read_before(const struct scan *s, size_t end)
{
	struct before b = { .from = word_start(s, end) };
	char room[LOOK_BACK];

	b.word = str_sub(s->t, b.from, end);
	b.class = classes_of(s, b.word);
	if (b.word.n > 1 && is_plain_word(b.word)) {
		b.class &= KNOWN_ABBREVIATION;
		return b;
	}
	struct str tail = behind_last(b.word, is_apostrophe);
	if (!b.class)
		tail = behind_last(tail, is_dash);
	if (!b.class && tail.n < b.word.n && is_letter(char_at(tail, 0)))
		b.class = classes_of(s, tail);
	struct str together = is_one_letter(b.word) ? compound(s, b.from, b.word, room) : STR_NONE;
	if (together.n) {
		unsigned class = classes_of(s, together);
		b.part = true;
		b.class = class ? class : b.class;
	}
	b.class &= KNOWN_ABBREVIATION;
	return b;
}

/* Figures and what stands within a number; *digits is their count. */
static bool is_number(struct str w, size_t *digits)
{
	*digits = 0;
	for (size_t i = 0; i < w.n;) {
		uint32_t c = utf8_next(w, &i);
		if (is_digit(c))
			++*digits;
		else if (c != '.' && c != ',')
			return false;
	}
	return *digits > 0;
}

/* The word before the one that begins at from. */
static struct str word_before(const struct scan *s, size_t from)
{
	size_t end = from;

	while (end > s->start && s->t.p[end - 1] == ' ')
		end--;
	return str_sub(s->t, word_start(s, end), end);
}

/* Are there only a few words from the start of the sentence to i? */
static bool is_early(const struct scan *s, size_t i)
{
	size_t spaces = 0, from = skip_spaces(s->t, s->start);

	if (i - from > LOOK_BACK)
		return false;
	for (; from < i; from++)
		spaces += s->t.p[from] == ' ';
	return spaces <= 2;
}

/* "U.S", "J.K": letters and stops in turn. */
static bool is_dotted(struct str w)
{
	size_t run = 0, stops = 0;

	for (size_t i = 0; i < w.n;) {
		uint32_t c = utf8_next(w, &i);
		run = c == '.' ? 0 : run + 1;
		stops += c == '.';
		if (run > 2 || (c != '.' && c != '-' && c != '&' && !is_letter(c)))
			return false;
	}
	return stops > 0;
}

/* One letter of an Arabic, Hebrew or southern Indic name, marks apart. */
static bool is_caseless_initial(struct str w)
{
	size_t letters = 0;

	for (size_t i = 0; i < w.n;) {
		uint32_t c = utf8_next(w, &i);
		if (!((c >= 0x590 && c < 0x900) || (c >= 0xb80 && c < 0xd80)))
			return false;
		letters += is_letter(c);
	}
	return letters == 1;
}

/* --------------------------------------------------------------- decisions -- */

/* Behind what may end a sentence or not. */
static bool starts_anew(const struct scan *s, const struct next *x, bool in_name)
{
	if (x->kind == SYMBOL)
		return true;
	if (x->kind == DIGIT || x->kind == CASELESS || is_initial_next(s, x))
		return false;
	unsigned class = classes_of_next(s, x);
	return (class & KNOWN_STARTER) && !(in_name && (class & KNOWN_PARTICLE));
}

static bool initial_ends(const struct scan *s, const struct before *b, const struct next *x)
{
	if (x->kind == DIGIT) /* "E. 52nd Street" */
		return is_upper(char_at(b->word, 0)) && !is_letter(char_at(x->word, before_char(x->word, x->word.n)));
	if (is_lower(char_at(b->word, 0)) && !b->part)
		return !is_initial_next(s, x);
	if (s->english && str_eq(b->word, STR("I")) && !b->part && !is_initial_next(s, x))
		return true;
	return starts_anew(s, x, true);
}

/* "13. 3. 2024" */
static bool is_date(const struct scan *s, const struct before *b, const struct next *x, size_t digits)
{
	size_t others;

	if (digits > 2)
		return false;
	if (x->word.n <= 2)
		return char_at(s->t, x->from + x->word.n) == '.';
	return x->word.n == 4 && is_number(word_before(s, b->from), &others) && others <= 2;
}

static bool number_ends(const struct scan *s, const struct before *b, const struct next *x, size_t digits)
{
	if (b->from == skip_spaces(s->t, s->start) && digits <= 3)
		return false; /* of a list */
	if (digits > 3 || digits < b->word.n)
		return true;
	if (x->kind == DIGIT)
		return !is_date(s, b, x, digits);
	if (x->kind != UPPER)
		return true;
	if (classes_of(s, x->word) & KNOWN_COUNTED)
		return false;
	if (!s->ordinals)
		return true;
	struct str w = word_before(s, b->from);
	size_t comma = w.n ? before_char(w, w.n) : 0;
	if (w.n > 1 && is_upper(char_at(w, 0)) && is_letter(char_at(w, comma)) && !(classes_of(s, w) & KNOWN_STARTER))
		return true; /* "Platz 3. Schalke" */
	return starts_anew(s, x, false);
}

/* A stop behind an abbreviation of these classes; *known is false if it is none. */
static bool abbreviation_ends(const struct scan *s, const struct before *b, const struct next *x, bool *known)
{
	unsigned class = b->class;
	size_t digits;

	*known = true;
	if (class & KNOWN_INSIDE)
		return false;
	if ((class & KNOWN_NUMBER) && (x->kind == DIGIT || (x->kind == SYMBOL && char_at(s->t, x->from) == '#')))
		return false;
	if (class & KNOWN_LAST)
		return !x->opened || is_quote(x->opener);
	if (class & KNOWN_TIME)
		return !(x->opened && x->opener == '(') && !(classes_of(s, x->word) & KNOWN_WHEN);
	if ((class & KNOWN_YEAR) && is_number(word_before(s, b->from), &digits))
		return !is_early(s, b->from);
	if (class & KNOWN_EITHER)
		return !(x->opened && x->opener == '(') && starts_anew(s, x, false);
	if (class & KNOWN_NAME)
		return x->kind == SYMBOL;
	*known = false;
	return true;
}

static bool full_stop_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	size_t digits;
	bool known;

	if (stop->from == s->start)
		return false;
	uint32_t c = char_at(s->t, before_char(s->t, stop->from));
	if (c == '/' || is_stopless(c) || side_of(c) == OPENS)
		return false;
	if (!is_inner(c) || stop->again)
		return true;
	struct before b = read_before(s, stop->from);
	if (is_number(b.word, &digits))
		return number_ends(s, &b, x, digits);
	bool dotted = is_dotted(b.word);
	if (stop->quote && x->kind != DIGIT && ((b.class & KNOWN_EITHER) || dotted))
		return true;
	bool ends = abbreviation_ends(s, &b, x, &known);
	if (known)
		return ends;
	if (is_one_letter(b.word) && (is_upper(c) || is_lower(c)))
		return initial_ends(s, &b, x);
	if (dotted)
		return !(x->opened && x->opener == '(') && starts_anew(s, x, false);
	return !is_caseless_initial(b.word);
}

/* "I... I don't know": the same word on both sides. */
static bool is_stammer(const struct scan *s, const struct stop *stop, const struct next *x)
{
	struct str w = str_sub(s->t, word_start(s, stop->from), stop->from);
	return x->word.n && str_eq(w, x->word);
}

static bool ellipsis_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	uint32_t c = stop->from > s->start ? char_at(s->t, before_char(s->t, stop->from)) : 0;

	if ((c == '[' || c == '(') && stop->bracket)
		return false;
	return !is_stammer(s, stop, x);
}

static bool mark_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	if (!stop->quote && s->t.p[stop->from] == '!' && stop->signs_to == stop->from + 1 &&
	    (classes_of(s, str_sub(s->t, word_start(s, stop->from), stop->from)) & KNOWN_MARKED))
		return false;
	return !(stop->quote && x->kind == UPPER && !x->opened && is_attribution(s, x->from));
}

/* Is the mark at i within a Chinese title? */
static bool is_in_title(struct str t, size_t i, size_t end)
{
	const struct str opening = STR("《"), closing = STR("》");
	struct str before = str_sub(t, i < TITLE_REACH ? 0 : i - TITLE_REACH, i);
	struct str behind = str_sub(t, end, end + TITLE_REACH);
	size_t open = STR_NPOS, close = str_find(behind, closing), again = str_find(behind, opening);

	for (size_t k = 0; k + 3 <= before.n; k++) {
		if (!memcmp(before.p + k, opening.p, 3))
			open = k;
		else if (!memcmp(before.p + k, closing.p, 3))
			open = STR_NPOS;
	}
	return open != STR_NPOS && close != STR_NPOS && close < again;
}

/* What Japanese and Korean put behind a quotation to go on. */
static bool is_quotation_particle(struct str t, size_t i)
{
	static const char *const all[] = { "と", "って", "など", "という", "の", "を", "に", "は", "が", "も" };

	if (is_hangul(char_at(t, i)))
		return true;
	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		if (str_starts(str_sub(t, i, t.n), str_from(all[k])))
			return true;
	return false;
}

static bool wide_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	if (!x->gap && !x->opened && stop->to > stop->signs_to && is_quotation_particle(s->t, x->from))
		return false;
	bool mark = (unsigned char)s->t.p[stop->from] == 0xef; /* full width */
	return !mark || x->opened || !is_in_title(s->t, stop->from, stop->to);
}

/* What the stop stands behind in an address, a file name or a program. */
static bool is_address(const struct scan *s, size_t from, struct str w)
{
	for (size_t i = 0; i < w.n; i++)
		if (strchr(".@:_=/", w.p[i]))
			return true;
	return from > s->start && s->t.p[from - 1] == '/';
}

/* "said.He went" is a sentence end, "example.Com" and "Node.JS" are not. */
static bool glued_words_end(const struct scan *s, struct str w, const struct next *x)
{
	static const char *const domains[] = { "com", "org", "net",  "edu", "gov", "info",
		                               "biz", "app", "html", "php", "js",  "io" };
	size_t digits;
	bool year = w.n == 4 && is_number(w, &digits) && digits == 4;

	if (!year && (w.n < 2 || !is_lower(char_at(w, before_char(w, w.n))) || classes_of(s, w) & KNOWN_ABBREVIATION))
		return false;
	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
		if (str_eq_nocase(x->word, str_from(domains[i])))
			return false;
	uint32_t behind = char_at(s->t, x->from + x->word.n);
	bool plain = behind == 0 || is_space(behind) || behind == ',' || is_apostrophe(behind);
	struct str rest = str_sub(x->word, after_char(x->word, 0), x->word.n);
	return plain && (rest.n ? is_lower(char_at(rest, 0)) : *x->word.p == 'I' || *x->word.p == 'A');
}

/* Nothing stands between the stop and what follows. */
static bool glued_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	uint32_t c = stop->from > s->start ? char_at(s->t, before_char(s->t, stop->from)) : 0;
	bool closed = stop->to > stop->signs_to;

	if (stop->mark && !mark_ends(s, stop, x))
		return false;
	if (x->kind == CASELESS) {
		if (is_stopless(c) || (closed && !x->opened && is_quotation_particle(s->t, x->from)))
			return false;
		return stop->mark || closed || (!stop->ellipsis && is_letter(c) && !is_upper(c) && !is_lower(c));
	}
	if (x->kind != UPPER || !(closed || is_inner(c)))
		return false;
	size_t from = word_start(s, stop->from);
	struct str w = str_sub(s->t, from, stop->from);
	if (is_address(s, from, w))
		return false;
	if (stop->mark || stop->quote)
		return true;
	return stop->ellipsis ? is_lower(c) : glued_words_end(s, w, x);
}

/* Is there a word between the start of the sentence and the stop?  Each byte
 * is looked at once. */
static bool has_word(struct scan *s, size_t to)
{
	for (; s->looked < to && !s->has_word; s->looked = after_char(s->t, s->looked))
		s->has_word = is_inner(char_at(s->t, s->looked));
	return s->has_word;
}

static bool dash_ends(const struct scan *s, const struct stop *stop, const struct next *x)
{
	if (!x->gap)
		return false;
	if (stop->dots == 1 && !stop->mark && stop->to == stop->signs_to) {
		struct before b = read_before(s, stop->from);
		if (b.class || is_dotted(b.word))
			return false;
	}
	size_t i = x->from;
	for (int k = 0; k < 3 && is_dash(char_at(s->t, i)); k++)
		i = after_char(s->t, i);
	return follower_of(s->t, skip_spaces(s->t, i)) != LOWER;
}

/* What most stops are, and what all the rest here would say of them: a full stop
 * behind a word that is no abbreviation, a space, a capital letter. */
static bool plainly_ends(const struct scan *s, const struct stop *stop)
{
	struct str t = s->t;
	size_t end = stop->from;

	if (t.p[end] != '.' || stop->to != end + 1 || stop->to + 1 >= t.n || t.p[end + 1] != ' ')
		return false;
	if (t.p[end + 2] < 'A' || t.p[end + 2] > 'Z' || end < s->start + 2 || t.p[end - 1] < 'a' || t.p[end - 1] > 'z')
		return false;
	struct str word = str_sub(t, word_start(s, end), end);
	return word.n > 1 && is_plain_word(word) && !(classes_of(s, word) & KNOWN_ABBREVIATION);
}

static bool ends(struct scan *s, const struct stop *stop)
{
	if (plainly_ends(s, stop))
		return true;
	struct next x = read_next(s->t, stop->to);

	if (x.kind == NOTHING)
		return true;
	if (!has_word(s, stop->from) || x.kind == PAUSE || x.kind == MORE_SIGNS)
		return false;
	if (x.kind == BULLET)
		return x.gap;
	if (x.kind == DASH)
		return dash_ends(s, stop, &x);
	if (x.kind == LOWER && !(x.gap && (is_camel(x.word) || is_clipped(s, &x))))
		return false;
	if (stop->wide)
		return wide_ends(s, stop, &x);
	if (!x.gap)
		return glued_ends(s, stop, &x);
	if (stop->mark)
		return mark_ends(s, stop, &x);
	return stop->ellipsis ? ellipsis_ends(s, stop, &x) : full_stop_ends(s, stop, &x);
}

/* -------------------------------------------------------------------- pass -- */

static void add_span(struct scan *s, size_t to, size_t next)
{
	size_t from = s->start;

	while (from < to && is_space(char_at(s->t, from)))
		from = after_char(s->t, from);
	while (to > from && !char_is_graph(s->t.p[to - 1]) && is_space(char_at(s->t, before_char(s->t, to))))
		to = before_char(s->t, to);
	s->start = s->looked = next;
	s->has_word = false;
	if (from == to)
		return;
	s->spans = arena_grow(s->arena, s->spans, &s->cap, s->n + 1, sizeof *s->spans);
	s->spans[s->n++] = (struct span){ (uint32_t)from, (uint32_t)to };
}

/* Bytes among which are all that may begin a sign: those of wide characters, and
 * of ASCII those below "@" without the space. */
static inline uint64_t maybe_candidates(uint64_t v)
{
	uint64_t x = v ^ EIGHT(' '), no_space = ((x & EIGHT(0x7f)) + EIGHT(0x7f)) | x;
	return ((~v << 1) | v) & no_space & EIGHT(0x80);
}

/* Of these the ones that are a candidate of ASCII, and all wide ones. */
static inline uint64_t plain_candidates(uint64_t v)
{
	return eight_equal(v, '.') | eight_equal(v, '!') | eight_equal(v, '?') | eight_equal(v, '\n') |
	       eight_equal(v & ~EIGHT(1), ':') | eight_wide(v);
}

/* The next byte that may begin a sign, or the end.  Kana begin as the Japanese
 * full stop does and are passed over here. */
static size_t next_candidate(struct str t, size_t i)
{
	const unsigned char *p = (const unsigned char *)t.p, *is = sign_candidate;

	for (;;) {
		while (i < t.n && !is[p[i]]) {
			uint64_t v = p[i] < 0x80 ? eight_load(t, i) : 0;
			if (v == 0)
				i++;
			else
				i += maybe_candidates(v) ? eight_before(plain_candidates(v)) : 8;
		}
		i = i < t.n ? i : t.n;
		while (i + 3 <= t.n && p[i] == 0xe3 && !(p[i + 1] == 0x80 && p[i + 2] == 0x82))
			i += 3;
		if (i >= t.n || is[p[i]])
			return i;
	}
}

static bool is_language(struct str tag, const char *two)
{
	return tag.n >= 2 && char_lower(tag.p[0]) == two[0] && char_lower(tag.p[1]) == two[1];
}

struct span *text_sentences(struct arena *a, struct str text, struct str language, size_t *n)
{
	if (text.n > UINT32_MAX / 2)
		text.n = UINT32_MAX / 2;
	struct scan s = { .arena = a, .t = text, .cap = text.n / 64 + 8 };

	s.languages = abbreviation_languages(language);
	s.ordinals = is_language(language, "de") || is_language(language, "lb");
	s.english = language.n == 0 || is_language(language, "en");
	s.spans = arena_grow(a, NULL, &s.cap, 0, sizeof *s.spans);
	for (size_t i = 0; (i = next_candidate(text, i)) < text.n;) {
		size_t length;
		enum sign sign = sign_at(text, i, &length);
		if (sign == LINE_END)
			add_span(&s, i, i + length);
		i += length;
		if (sign == NO_SIGN || sign == LINE_END)
			continue;
		struct stop stop = read_stop(text, i - length);
		i = stop.to;
		if (ends(&s, &stop))
			add_span(&s, stop.to, stop.to);
	}
	add_span(&s, text.n, text.n);
	*n = s.n;
	return s.spans;
}
