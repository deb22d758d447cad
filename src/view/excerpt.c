/*
 * One edit in the words around it: see excerpt.h.
 *
 * A side is cut at every place where a mark or a piece of evidence begins or
 * ends.  Then it is made to fit: marked words are kept and each cut to half of
 * the room, plain text between them is cut in the middle, and what room is left
 * goes to the words before and behind.
 *
 * Limits: an edit of more than MOST marks is marked as one.
 */
#include "view/excerpt.h"

#include <stdlib.h>

#include "base/buf.h"

#define MOST 256
#define BETWEEN 60 /* characters of plain text between two marks */

struct range {
	uint32_t from, to;
	bool evidence;
};

struct maker {
	struct arena *arena;
	const struct change_op *op;
	const struct change_edit *edit;
	struct excerpt *out;
	size_t room;
};

static void add_piece(struct maker *m, enum excerpt_mark mark, bool evidence, struct str text)
{
	struct excerpt *x = m->out;
	struct excerpt_piece *last = x->n ? &x->pieces[x->n - 1] : NULL;

	if (text.n == 0)
		return;
	if (last && last->mark == mark && last->evidence == evidence && last->text.p + last->text.n == text.p) {
		last->text.n += text.n;
		return;
	}
	if (x->n == m->room) {
		struct excerpt_piece *old = x->pieces;
		m->room = m->room ? 2 * m->room : 16;
		x->pieces = ARENA_ARRAY(m->arena, struct excerpt_piece, m->room);
		if (x->n)
			memcpy(x->pieces, old, x->n * sizeof *old);
	}
	x->pieces[x->n++] = (struct excerpt_piece){ mark, evidence, text };
}

/* Spaces at the ends of marked words are not marked; where there is nothing
 * else, a sign stands for them. */
static void add(struct maker *m, enum excerpt_mark mark, bool evidence, struct str text)
{
	struct str core = str_trim(text);

	if (mark == EXCERPT_PLAIN || core.n == 0) {
		add_piece(m, mark, evidence, mark == EXCERPT_PLAIN || text.n == 0 ? text : STR("␣"));
		return;
	}
	size_t before = (size_t)(core.p - text.p);
	add_piece(m, EXCERPT_PLAIN, false, str_sub(text, 0, before));
	add_piece(m, mark, evidence, core);
	add_piece(m, EXCERPT_PLAIN, false, str_sub(text, before + core.n, text.n));
}

/* ---- which words --------------------------------------------------------- */

static bool is_in(const struct change_edit *e, const struct word_edit *w)
{
	return e->at.old_from <= w->old_from && w->old_to <= e->at.old_to && e->at.new_from <= w->new_from &&
	       w->new_to <= e->at.new_to;
}

/* The word edits that the edit is made of; itself where there are none. */
static const struct word_edit *words_of(const struct maker *m, uint32_t *n)
{
	const struct change_op *op = m->op;
	uint32_t first = 0;

	*n = 0;
	while (first < op->nwords && !is_in(m->edit, &op->words[first]))
		first++;
	while (first + *n < op->nwords && is_in(m->edit, &op->words[first + *n]))
		++*n;
	if (*n && *n <= MOST)
		return op->words + first;
	*n = 1;
	return &m->edit->at;
}

static bool marks_nothing(const struct maker *m)
{
	return m->edit->kind == EDIT_MOVE || (m->op->nolds && m->op->nnews && m->op->nwords == 0);
}

/* ---- one side ------------------------------------------------------------ */

static int compare_places(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

static void cut_side(struct maker *m, struct str text, const struct range *ranges, uint32_t n, bool newer)
{
	uint32_t places[4 * MOST + 2], nplaces = 0, at = 0;

	for (uint32_t i = 0; i < n; i++) {
		places[nplaces++] = ranges[i].from;
		places[nplaces++] = ranges[i].to;
	}
	places[nplaces++] = (uint32_t)text.n;
	qsort(places, nplaces, sizeof *places, compare_places);
	for (uint32_t p = 0; p < nplaces; p++) {
		bool marked = false, evidence = false;
		if (places[p] <= at)
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (ranges[i].from <= at && at < ranges[i].to) {
				marked = marked || !ranges[i].evidence;
				evidence = evidence || ranges[i].evidence;
			}
		add(m,
		    !marked ? EXCERPT_PLAIN
		    : newer ? EXCERPT_CAME
		            : EXCERPT_WENT,
		    evidence, str_sub(text, at, places[p]));
		at = places[p];
	}
}

static void make_side(struct maker *m, bool newer)
{
	struct str text = newer ? m->op->new_text : m->op->old_text;
	struct range *ranges = ARENA_ARRAY(m->arena, struct range, 2 * MOST);
	uint32_t n = 0, nwords;
	const struct word_edit *words = words_of(m, &nwords);

	for (uint32_t i = 0; i < nwords && !marks_nothing(m); i++)
		ranges[n++] = newer ? (struct range){ words[i].new_from, words[i].new_to, false }
		                    : (struct range){ words[i].old_from, words[i].old_to, false };
	for (uint32_t i = 0; i < m->edit->nfindings && i < MOST; i++) {
		const struct word_edit *at = &m->edit->findings[i].at;
		struct range r = newer ? (struct range){ at->new_from, at->new_to, true }
		                       : (struct range){ at->old_from, at->old_to, true };
		if (r.to - r.from < text.n) /* the whole text says nothing */
			ranges[n++] = r;
	}
	cut_side(m, text, ranges, n, newer);
}

static void make_both(struct maker *m)
{
	struct str old = m->op->old_text, new = m->op->new_text;
	uint32_t n, at = 0;
	const struct word_edit *words = words_of(m, &n);

	for (uint32_t i = 0; i < n && !marks_nothing(m); i++) {
		add(m, EXCERPT_PLAIN, false, str_sub(new, at, words[i].new_from));
		add(m, EXCERPT_WENT, false, str_sub(old, words[i].old_from, words[i].old_to));
		add(m, EXCERPT_CAME, false, str_sub(new, words[i].new_from, words[i].new_to));
		at = words[i].new_to;
	}
	add(m, EXCERPT_PLAIN, false, str_sub(new, at, new.n));
}

/* ---- making it fit ------------------------------------------------------- */

static size_t count_chars(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* The first n characters, back to the end of a word if one is near. */
static struct str head_of(struct str s, size_t n)
{
	size_t at = 0, space = 0;

	for (size_t seen = 0; at < s.n && seen < n; seen++) {
		if (s.p[at] == ' ')
			space = at;
		utf8_next(s, &at);
	}
	if (at == s.n)
		return s;
	return str_sub(s, 0, s.p[at] != ' ' && space && at - space < 24 ? space : at);
}

static struct str tail_of(struct str s, size_t n)
{
	size_t at = s.n, space = 0;

	for (size_t seen = 0; at > 0 && seen < n; seen++) {
		do
			at--;
		while (at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80);
		if (s.p[at] == ' ')
			space = at + 1;
	}
	if (at == 0)
		return s;
	return str_sub(s, s.p[at - 1] != ' ' && space && space - at < 24 ? space : at, s.n);
}

static struct str cut_end(struct arena *a, struct str s, size_t n)
{
	struct str head = head_of(s, n);
	return head.n == s.n ? s : arena_printf(a, "%.*s…", STR_ARG(head));
}

static struct str cut_begin(struct arena *a, struct str s, size_t n)
{
	struct str tail = tail_of(s, n);
	return tail.n == s.n ? s : arena_printf(a, "…%.*s", STR_ARG(tail));
}

static void find_marked(const struct excerpt *x, uint32_t *first, uint32_t *last)
{
	*first = x->n;
	for (uint32_t i = 0; i < x->n; i++)
		if (x->pieces[i].mark != EXCERPT_PLAIN || x->pieces[i].evidence) {
			*first = *first == x->n ? i : *first;
			*last = i;
		}
}

/* The words before and behind the marked ones share what room is left, 16
 * characters each at least. */
static void fit_around(struct arena *a, struct excerpt *x, uint32_t first, uint32_t last, size_t left)
{
	struct excerpt head = { x->pieces, first }, tail = { x->pieces + last + 1, x->n - last - 1 };
	struct str before = excerpt_text(a, &head), behind = excerpt_text(a, &tail);
	size_t half = left / 2 > 16 ? left / 2 : 16, nbefore = count_chars(before), nbehind = count_chars(behind);
	struct excerpt_piece *pieces = ARENA_ARRAY(a, struct excerpt_piece, last - first + 3);
	uint32_t n = 0;

	if (before.n)
		pieces[n++].text = cut_begin(a, before, nbehind + half < left ? left - nbehind : half);
	memcpy(pieces + n, x->pieces + first, (last - first + 1) * sizeof *pieces);
	n += last - first + 1;
	if (behind.n)
		pieces[n++].text = cut_end(a, behind, nbefore + half < left ? left - nbefore : half);
	*x = (struct excerpt){ pieces, n };
}

static void fit(struct arena *a, struct excerpt *x, size_t max)
{
	size_t total = 0, core = 0;
	uint32_t first, last = 0;

	for (uint32_t i = 0; i < x->n; i++)
		total += count_chars(x->pieces[i].text);
	if (total <= max)
		return;
	find_marked(x, &first, &last);
	if (first == x->n) {
		x->pieces[0].text = cut_end(a, x->pieces[0].text, max);
		x->n = 1;
		return;
	}
	for (uint32_t i = first; i <= last; i++) {
		struct excerpt_piece *p = &x->pieces[i];
		if (p->mark != EXCERPT_PLAIN)
			p->text = cut_end(a, p->text, first == last ? max : max / 2);
		else if (count_chars(p->text) > BETWEEN)
			p->text = arena_printf(a, "%.*s … %.*s", STR_ARG(head_of(p->text, BETWEEN / 2)),
			                       STR_ARG(tail_of(p->text, BETWEEN / 2)));
		core += count_chars(p->text);
		if (core > max + max / 2)
			last = i;
	}
	fit_around(a, x, first, last, core < max ? max - core : 0);
}

void excerpt_make(struct arena *a, const struct change *c, const struct change_edit *e, enum excerpt_side side,
                  size_t max, struct excerpt *out)
{
	*out = (struct excerpt){ 0 };
	if (e->op == NO_OP)
		return;
	struct maker m = { .arena = a, .op = &c->ops[e->op], .edit = e, .out = out };
	if (side == EXCERPT_BOTH)
		make_both(&m);
	else
		make_side(&m, side == EXCERPT_NEW);
	fit(a, out, max);
}

struct str excerpt_text(struct arena *a, const struct excerpt *x)
{
	struct buf b = BUF_INIT(MAX_ARTICLE_BYTES);

	for (uint32_t i = 0; i < x->n; i++)
		buf_str(&b, x->pieces[i].text);
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}
