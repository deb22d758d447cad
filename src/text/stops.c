/*
 * Stops: see stops.h.
 */
#include "text/stops.h"

#define LOOK_AHEAD 48  /* bytes of the word behind a stop */
#define MOST_OPENERS 8 /* marks that open what follows */

/* Is the character of this side at i, with nothing between it and the sign
 * before it, a closing one? */
static bool closes(struct str t, size_t i, enum side side)
{
	if (side == CLOSES || side == BOTH || side == CLOSES_MOSTLY)
		return true;
	return side == OPENS_MOSTLY && !is_inner(char_at(t, after_char(t, i)));
}

/* The same behind a space, as in French, where nothing but a space or a mark
 * may follow; a mark that may also open must be the last or stand before a comma. */
static bool closes_apart(struct str t, size_t i, enum side side)
{
	if (side == NO_SIDE || side == OPENS)
		return false;
	uint32_t c = char_at(t, after_char(t, i));
	if (c == 0 || is_line_end(c) || is_pause(c) || c == '.')
		return true;
	if (side == BOTH || side == OPENS_MOSTLY)
		return is_line_end(c) || skip_spaces(t, after_char(t, i)) == t.n;
	return is_space(c) || c == '!' || c == '?' || side_of(c) == CLOSES;
}

static void add_closer(struct stop *s, uint32_t c)
{
	if (is_quote(c))
		s->quote = true;
	else
		s->bracket = true;
}

static void add_sign(struct stop *s, enum sign sign, size_t n)
{
	s->again |= s->to > s->signs_to;
	s->dots += sign == FULL_STOP;
	s->mark |= sign == MARK;
	s->ellipsis |= sign == ELLIPSIS;
	s->wide |= sign == WIDE;
	s->to += n;
	s->signs_to = s->to;
}

/* Behind a footnote such as "[12]" at i, or i. */
static size_t after_footnote(struct str t, size_t i)
{
	size_t end = i + 1;

	if (i >= t.n || t.p[i] != '[')
		return i;
	while (end < t.n && end - i < 4 && char_is_digit(t.p[end]))
		end++;
	return end > i + 1 && end < t.n && t.p[end] == ']' ? end + 1 : i;
}

/* Is the sign at i one of ASCII with a space and a letter or digit, or nothing, behind it? */
static bool stands_alone(struct str t, size_t i)
{
	if (t.p[i] != '.' && t.p[i] != '!' && t.p[i] != '?')
		return false;
	return i + 1 == t.n || (i + 2 < t.n && t.p[i + 1] == ' ' && char_is_alnum(t.p[i + 2]));
}

struct stop read_stop(struct str t, size_t i)
{
	struct stop s = { .from = i, .signs_to = i, .to = i };

	if (stands_alone(t, i)) {
		add_sign(&s, t.p[i] == '.' ? FULL_STOP : MARK, 1);
		return s;
	}
	while (s.to < t.n) {
		size_t n;
		enum sign sign = sign_at(t, s.to, &n);
		if (sign == LINE_END)
			break;
		if (sign != NO_SIGN) {
			add_sign(&s, sign, n);
			continue;
		}
		uint32_t c = char_at(t, s.to);
		if (closes(t, s.to, side_of(c))) {
			add_closer(&s, c);
			s.to = after_char(t, s.to);
			continue;
		}
		size_t apart = skip_spaces(t, s.to);
		if (apart == s.to || !closes_apart(t, apart, side_of(char_at(t, apart))))
			break;
		add_closer(&s, char_at(t, apart));
		s.to = after_char(t, apart);
	}
	for (size_t note; (note = after_footnote(t, s.to)) > s.to;)
		s.to = note;
	s.ellipsis |= s.dots > 1 && s.signs_to - s.from == s.dots;
	return s;
}

struct str word_at(struct str t, size_t from)
{
	size_t to = from;

	while (to < t.n && to - from < LOOK_AHEAD && char_is_alnum(t.p[to]))
		to++;
	while (to < t.n && to - from < LOOK_AHEAD && is_inner(char_at(t, to)))
		to = after_char(t, to);
	return str_sub(t, from, to);
}

enum follower follower_of(struct str t, size_t i)
{
	size_t n;
	uint32_t c = char_at(t, i);

	if (i >= t.n || is_line_end(c))
		return NOTHING;
	if (is_lower(c))
		return LOWER;
	if (is_upper(c))
		return UPPER;
	if (is_letter(c))
		return CASELESS;
	if (is_digit(c))
		return DIGIT;
	if (is_pause(c))
		return PAUSE;
	if (is_dash(c))
		return DASH;
	if (is_bullet(c))
		return BULLET;
	return sign_at(t, i, &n) != NO_SIGN ? MORE_SIGNS : SYMBOL;
}

/* "[...] Then": what stands behind an omission. */
static enum follower follower_of_omission(struct str t, size_t i)
{
	struct stop s = read_stop(t, i);
	enum follower f = follower_of(t, skip_spaces(t, s.to));
	return f == LOWER || f == PAUSE ? f : UPPER;
}

struct next read_next(struct str t, size_t to)
{
	size_t i = skip_spaces(t, to);
	struct next x = { .gap = i > to };

	for (int k = 0; k < MOST_OPENERS && i < t.n; k++) {
		uint32_t c = char_at(t, i);
		if (side_of(c) == NO_SIDE)
			break;
		if (!x.opened)
			x.opener = c;
		x.opened = true;
		i = skip_spaces(t, after_char(t, i));
	}
	x.from = i;
	x.kind = follower_of(t, i);
	if (x.kind == MORE_SIGNS && x.opened)
		x.kind = follower_of_omission(t, i);
	if (x.kind == UPPER || x.kind == LOWER || x.kind == CASELESS || x.kind == DIGIT)
		x.word = word_at(t, i);
	return x;
}
