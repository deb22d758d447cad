/*
 * One edit in the words around it: see excerpt.h.
 *
 * The runs of its operation, of which those of other edits are plain, are cut
 * where evidence begins or ends.  Then they are made to fit: marked words are
 * kept and each cut to half of the room, plain text between them is cut in the
 * middle, and what room is left goes to the words before and behind.
 */
#include "view/excerpt.h"

#include "base/buf.h"
#include "view/words.h"

#define BETWEEN 60 /* characters of plain text between two marks */

struct maker {
	struct arena *arena;
	const struct change_op *op;
	const struct change_edit *edit;
	struct str *evidence; /* parts of the text of one side */
	uint32_t nevidence;
	struct excerpt *out;
	size_t room;
};

static void add_piece(struct maker *m, struct excerpt_piece piece)
{
	struct excerpt *x = m->out;
	struct excerpt_piece *last = x->n ? &x->pieces[x->n - 1] : NULL;

	if (piece.text.n == 0)
		return;
	if (last && last->mark == piece.mark && last->kept == piece.kept && last->evidence == piece.evidence &&
	    last->text.p + last->text.n == piece.text.p) {
		last->text.n += piece.text.n;
		return;
	}
	if (x->n == m->room) {
		struct excerpt_piece *old = x->pieces;
		m->room = m->room ? 2 * m->room : 16;
		x->pieces = ARENA_ARRAY(m->arena, struct excerpt_piece, m->room);
		if (x->n)
			memcpy(x->pieces, old, x->n * sizeof *old);
	}
	x->pieces[x->n++] = piece;
}

static void add(struct maker *m, struct excerpt_piece piece)
{
	struct str before = STR_NONE, behind = STR_NONE;

	if (piece.mark != EXCERPT_PLAIN)
		piece.text = words_core(piece.text, &before, &behind);
	add_piece(m, (struct excerpt_piece){ .text = before });
	add_piece(m, piece);
	add_piece(m, (struct excerpt_piece){ .text = behind });
}

/* ---- which words --------------------------------------------------------- */

static bool is_in(const struct change_edit *e, const struct word_edit *w)
{
	return e->at.old_from <= w->old_from && w->old_to <= e->at.old_to && e->at.new_from <= w->new_from &&
	       w->new_to <= e->at.new_to;
}

/* Is the run part of the edit, and a change at all? */
static bool is_own(const struct maker *m, const struct run *r)
{
	return r->kind != RUN_SAME && m->edit->kind != EDIT_MOVE && is_in(m->edit, &m->op->words[r->word]);
}

static enum excerpt_mark mark_of(const struct maker *m, const struct run *r)
{
	static const enum excerpt_mark marks[] = {
		[RUN_SAME] = EXCERPT_PLAIN, [RUN_GONE] = EXCERPT_WENT, [RUN_CAME] = EXCERPT_CAME
	};

	if (!m->op->nolds || !m->op->nnews)
		return m->op->nolds ? EXCERPT_WENT : EXCERPT_CAME;
	return is_own(m, r) ? marks[r->kind] : EXCERPT_PLAIN;
}

/* Cuts the piece where evidence begins and ends. */
static void cut_piece(struct maker *m, struct excerpt_piece piece)
{
	const char *end = piece.text.p + piece.text.n;

	for (const char *at = piece.text.p; at < end; at = piece.text.p + piece.text.n) {
		const char *to = end;
		piece.evidence = false;
		for (uint32_t i = 0; i < m->nevidence; i++) {
			const char *from = m->evidence[i].p, *until = from + m->evidence[i].n;
			piece.evidence |= from <= at && at < until;
			to = from > at && from < to ? from : until > at && until < to ? until : to;
		}
		piece.text = str_of(at, (size_t)(to - at));
		add(m, piece);
	}
}

static void find_evidence(struct maker *m, bool newer)
{
	struct str text = newer ? m->op->new_text : m->op->old_text;

	m->evidence = ARENA_ARRAY(m->arena, struct str, m->edit->nfindings + 1);
	for (uint32_t i = 0; i < m->edit->nfindings; i++) {
		const struct word_edit *at = &m->edit->findings[i].at;
		struct str s =
		        newer ? str_sub(text, at->new_from, at->new_to) : str_sub(text, at->old_from, at->old_to);
		if (s.n < text.n) /* the whole text says nothing */
			m->evidence[m->nevidence++] = s;
	}
}

static void make(struct maker *m, enum excerpt_side side)
{
	static const enum run_view views[] = {
		[EXCERPT_OLD] = RUNS_OLD, [EXCERPT_NEW] = RUNS_NEW, [EXCERPT_BOTH] = RUNS_BOTH
	};
	enum run_view view = side == EXCERPT_BOTH && !m->op->nnews ? RUNS_OLD : views[side];
	struct str text = view == RUNS_OLD ? m->op->old_text : m->op->new_text;
	uint32_t n;
	struct run *runs = op_runs(m->arena, m->op, view, (struct span){ 0, (uint32_t)text.n }, &n);

	if (side != EXCERPT_BOTH)
		find_evidence(m, side == EXCERPT_NEW);
	for (uint32_t i = 0; i < n; i++) {
		enum excerpt_mark mark = compare_is_gap(runs, i, n) ? EXCERPT_PLAIN : mark_of(m, &runs[i]);
		if (view != RUNS_BOTH || runs[i].kind != RUN_GONE || is_own(m, &runs[i]))
			cut_piece(m, (struct excerpt_piece){ .mark = mark,
			                                     .kept = mark != EXCERPT_PLAIN && runs[i].kept,
			                                     .text = runs[i].text });
	}
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
	make(&m, side);
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
