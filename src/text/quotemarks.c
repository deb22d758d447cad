/*
 * Quoted stretches: see quotemarks.h.
 *
 * A mark that can open opens where none is open; then only its own partner
 * closes.  A straight mark opens where a word follows and none precedes.  A
 * straight or curved single mark between letters, or behind a word while no
 * single one is open, is an apostrophe; a single mark opens only if it is
 * closed in the same paragraph.
 */
#include "text/quotemarks.h"

#include <unicode/uchar.h>

#include "base/eight.h"

struct mark {
	uint32_t open, close[3];
};

static const struct mark marks[] = {
	{ '"', { '"', 0x201d, 0x201c } }, { 0x201c, { 0x201d, '"', 0 } },    { 0x201e, { 0x201c, 0x201d, '"' } },
	{ 0x201d, { 0x201d, 0, 0 } }, /* Swedish */
	{ 0xab, { 0xbb, 0, 0 } },         { 0xbb, { 0xab, 0xbb, 0 } },       { 0x2039, { 0x203a, 0, 0 } },
	{ 0x203a, { 0x2039, 0, 0 } },     { 0x300c, { 0x300d, 0, 0 } },      { 0x300e, { 0x300f, 0, 0 } },
	{ 0x2018, { 0x2019, '\'', 0 } },  { 0x201a, { 0x2018, 0x2019, 0 } }, { '\'', { '\'', 0x2019, 0 } },
	{ 0xff02, { 0xff02, 0, 0 } },
};
#define MARKS (sizeof marks / sizeof *marks)

static bool is_single(uint32_t c)
{
	return c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x201a;
}

bool quotemark_is(uint32_t c)
{
	if (c == 0x2019 || c == 0x300d || c == 0x300f)
		return true;
	for (size_t i = 0; i < MARKS; i++)
		if (marks[i].open == c)
			return true;
	return false;
}

static bool is_word(uint32_t c)
{
	return c < 0x80 ? char_is_alnum((char)c) : u_isalnum((UChar32)c);
}

struct scanner {
	struct str text;
	size_t from, next; /* of the character c */
	uint32_t before, c, after;
};

/* Bytes that a mark, or a line's end, begins with. */
static const bool begins_mark[256] = {
	['"'] = true, ['\''] = true, ['\n'] = true, [0xc2] = true, [0xe2] = true, [0xe3] = true, [0xef] = true,
};

static uint32_t char_before(struct str s, size_t at)
{
	size_t i = at;

	if (at == 0)
		return ' ';
	do
		i--;
	while (i && at - i < 4 && ((unsigned char)s.p[i] & 0xc0) == 0x80);
	return utf8_next(s, &i);
}

/* Bytes among which are all that a mark or a line's end begins with: those of wide
 * characters, and of ASCII those up to "'" without the space. */
static inline uint64_t maybe_marks(uint64_t v)
{
	uint64_t x = v ^ EIGHT(' '), low = v & EIGHT(0x7f);
	uint64_t no_space = ((x & EIGHT(0x7f)) + EIGHT(0x7f)) | x, above = low + EIGHT(0x80 - '(');
	return (v | ~above) & no_space & EIGHT(0x80);
}

/* The next character that may be a mark. */
static bool step(struct scanner *s)
{
	size_t i = s->next;

	while (i < s->text.n && !begins_mark[(unsigned char)s->text.p[i]]) {
		size_t n = eight_before(maybe_marks(eight_load(s->text, i)));
		i += n ? n : 1;
	}
	i = i < s->text.n ? i : s->text.n;
	s->from = s->next = i;
	if (s->from >= s->text.n)
		return false;
	s->before = char_before(s->text, s->from);
	s->c = utf8_next(s->text, &s->next);
	size_t ahead = s->next;
	s->after = ahead < s->text.n ? utf8_next(s->text, &ahead) : ' ';
	return true;
}

static bool closes(const struct mark *m, const struct scanner *s)
{
	if (s->c != m->close[0] && s->c != m->close[1] && s->c != m->close[2])
		return false;
	return !is_single(s->c) || !is_word(s->after);
}

/* Does a single mark that can close begin at i? */
static bool single_closes(struct str text, size_t i)
{
	size_t end = i;
	uint32_t c = utf8_next(text, &end);

	if (c != '\'' && c != 0x2019 && c != 0x2018)
		return false;
	return !(end < text.n && is_word(utf8_next(text, &end))) && char_before(text, i) != ' ';
}

/* Is a single mark closed further on?  Looked for once a text, from its end:
 * the answer is the place of the last mark that can close. */
static size_t last_single_close(struct str text)
{
	for (size_t i = text.n; i-- > 0;)
		if ((text.p[i] == '\'' || text.p[i] == (char)0xe2) && single_closes(text, i))
			return i;
	return 0;
}

static const struct mark *opens(const struct scanner *s, size_t last_single)
{
	bool wordy = is_word(s->before);

	if (s->c < 0x80 && s->c != '"' && s->c != '\'')
		return NULL;
	for (size_t i = 0; i < MARKS; i++) {
		if (marks[i].open != s->c)
			continue;
		if (s->c == '"' && (wordy || s->after == ' '))
			return NULL;
		if (is_single(s->c) && (wordy || s->after == ' ' || s->from >= last_single))
			return NULL;
		if (s->c == 0x201d && (wordy || s->after == ' ' || s->before != ' '))
			return NULL;
		if ((s->c == 0xbb || s->c == 0x203a) && (wordy || s->after == ' '))
			return NULL;
		return &marks[i];
	}
	return NULL;
}

static void add(struct arena *a, struct quoted **all, uint32_t *n, size_t *room, struct quoted q)
{
	*all = arena_grow(a, *all, room, *n + 1, sizeof **all);
	(*all)[(*n)++] = q;
}

struct quoted *quotemarks_find(struct arena *a, struct str paragraph, uint32_t *n)
{
	struct scanner s = { .text = paragraph };
	const struct mark *open = NULL;
	struct quoted *all = NULL, q = { 0 };
	size_t room = 0, last_single = STR_NPOS;

	*n = 0;
	while (step(&s)) {
		if (open && (closes(open, &s) || s.c == '\n')) {
			q.out = (uint32_t)s.from;
			q.to = (uint32_t)(s.c == '\n' ? s.from : s.next);
			if (s.c != '\n' || !is_single(open->open))
				add(a, &all, n, &room, q);
			open = NULL;
			continue;
		}
		if (open)
			continue;
		if (is_single(s.c) && last_single == STR_NPOS && !is_word(s.before) && s.after != ' ')
			last_single = last_single_close(paragraph);
		open = opens(&s, last_single);
		if (open)
			q = (struct quoted){ (uint32_t)s.from, (uint32_t)s.next, 0, 0 };
	}
	if (open && !is_single(open->open)) {
		q.out = q.to = (uint32_t)paragraph.n;
		add(a, &all, n, &room, q);
	}
	return all;
}
