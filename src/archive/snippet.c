/*
 * Snippets: see find.h.
 *
 * The index form of each piece of the text is searched first, which is cheap;
 * only the piece that matches is taken word by word, so that each word of the
 * index form is known by its place in the original.
 */
#include "archive/find.h"
#include "text/norm.h"

#define BEFORE_BYTES 90 /* shown before the first match, at most */
#define WINDOW_BYTES 280
#define MARK '\x02'
#define UNMARK '\x03'
#define ELLIPSIS "\xe2\x80\xa6"

struct place {
	size_t from, to;
	bool marked, joined; /* joined: the mark goes on to the next place */
};

struct mapped {
	struct str *words; /* in index form */
	size_t *place;     /* of each word */
	size_t nwords;
	struct place *places;
	size_t nplaces;
};

/* What is looked for, and how the text it is looked for in makes stems. */
struct looking {
	const struct find_terms *terms;
	struct stemmer *stemmer; /* NULL: it makes none */
	struct arena *scratch;
};

static bool has_stem(const struct looking *l, const struct find_term *t, struct str original, struct str form)
{
	struct str stems[FIND_STEMS];

	if (!l->stemmer || t->nstems == 0)
		return false;
	size_t n = find_stems(l->scratch, l->stemmer, original, form, stems);
	return find_stem_matches(t, stemmer_language(l->stemmer), stems, n);
}

/* Is a term's stem that of any word?  The originals matter for their accents. */
static bool any_stem(const struct looking *l, struct str piece)
{
	size_t from, to;

	for (size_t i = 0; l->stemmer && find_next_original(piece, &i, &from, &to);) {
		struct str original = str_sub(piece, from, to), form = text_index_form(l->scratch, original);
		for (size_t t = 0; t < l->terms->n; t++)
			if (has_stem(l, &l->terms->terms[t], original, form))
				return true;
	}
	return false;
}

static bool any_term_at(const struct find_terms *terms, const struct str *words, size_t room)
{
	for (size_t t = 0; t < terms->n; t++)
		if (find_term_matches(&terms->terms[t], words, room))
			return true;
	return false;
}

static bool piece_matches(const struct looking *l, struct str piece)
{
	struct str form = text_index_form(l->scratch, piece), word;
	struct str *words = arena_alloc(l->scratch, (form.n / 2 + 1) * sizeof *words);
	size_t n = 0;

	for (size_t i = 0; find_next_word(form, &i, &word);)
		words[n++] = word;
	for (size_t i = 0; i < n; i++)
		if (any_term_at(l->terms, words + i, n - i))
			return true;
	return any_stem(l, piece);
}

/* ---- the piece, word by word --------------------------------------------- */

static void map_words(struct arena *a, struct str piece, struct mapped *m)
{
	size_t from, to, cap = 0;

	*m = (struct mapped){ .places = arena_alloc(a, (piece.n + 1) * sizeof *m->places) };
	for (size_t i = 0; find_next_original(piece, &i, &from, &to);)
		m->places[m->nplaces++] = (struct place){ .from = from, .to = to };
	/* A place gives few words; one that gives more than its share is cut off. */
	cap = m->nplaces * 4 + 64;
	m->words = arena_alloc(a, cap * sizeof *m->words);
	m->place = arena_alloc(a, cap * sizeof *m->place);
	for (size_t p = 0; p < m->nplaces; p++) {
		struct str form = text_index_form(a, str_sub(piece, m->places[p].from, m->places[p].to)), word;
		for (size_t i = 0; m->nwords < cap && find_next_word(form, &i, &word);) {
			m->words[m->nwords] = word;
			m->place[m->nwords++] = p;
		}
	}
}

static void mark(struct mapped *m, size_t word, size_t n, size_t *first)
{
	size_t from = m->place[word], to = m->place[word + n - 1];

	for (size_t p = from; p <= to; p++) {
		m->places[p].marked = true;
		m->places[p].joined |= p < to;
	}
	if (from < *first)
		*first = from;
}

/* Marks all matches; the first place marked, or nplaces. */
static size_t mark_matches(const struct looking *l, struct str piece, struct mapped *m)
{
	size_t first = m->nplaces;

	for (size_t w = 0; w < m->nwords; w++) {
		const struct place *p = &m->places[m->place[w]];
		for (size_t t = 0; t < l->terms->n; t++) {
			const struct find_term *term = &l->terms->terms[t];
			if (find_term_matches(term, m->words + w, m->nwords - w))
				mark(m, w, term->n, &first);
			else if (has_stem(l, term, str_sub(piece, p->from, p->to), m->words[w]))
				mark(m, w, 1, &first);
		}
	}
	return first;
}

/* ---- the window ---------------------------------------------------------- */

static size_t char_start(struct str s, size_t i)
{
	while (i > 0 && i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
		i--;
	return i;
}

static void put_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
}

static void put_window(struct buf *b, struct str piece, const struct mapped *m, size_t from, size_t to)
{
	size_t at = from;
	bool open = false;

	if (from > 0)
		buf_puts(b, ELLIPSIS);
	for (size_t p = 0; p < m->nplaces && m->places[p].from < to; p++) {
		const struct place *place = &m->places[p];
		if (!place->marked || place->from < from)
			continue;
		size_t end = place->to < to ? place->to : to;
		put_plain(b, str_sub(piece, at, place->from));
		if (!open)
			buf_byte(b, MARK);
		put_plain(b, str_sub(piece, place->from, end));
		open = place->joined && place->to < to;
		if (!open)
			buf_byte(b, UNMARK);
		at = end;
	}
	put_plain(b, str_sub(piece, at, to));
	if (open)
		buf_byte(b, UNMARK);
	if (to < piece.n)
		buf_puts(b, ELLIPSIS);
}

static void choose_window(struct str piece, const struct mapped *m, size_t first, size_t *from, size_t *to)
{
	size_t start = first < m->nplaces ? m->places[first].from : 0;
	size_t p = first;

	while (p > 0 && p < m->nplaces && start - m->places[p - 1].from <= BEFORE_BYTES)
		p--;
	*from = p == 0 || p >= m->nplaces ? 0 : m->places[p].from;
	*to = piece.n;
	if (piece.n - *from <= WINDOW_BYTES)
		return;
	*to = char_start(piece, *from + WINDOW_BYTES);
	for (p = m->nplaces; p > 0; p--) { /* rather at the end of a word */
		size_t end = m->places[p - 1].to;
		if (end <= *to && end > *from + BEFORE_BYTES + 20) {
			*to = end;
			break;
		}
	}
}

static struct str find_piece(const struct looking *l, const struct str *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pieces[i].n && piece_matches(l, pieces[i]))
			return pieces[i];
	for (size_t i = 0; i < n; i++)
		if (pieces[i].n)
			return pieces[i];
	return STR_NONE;
}

struct str snippet_make(struct arena *a, const struct str *pieces, size_t n, struct str language,
                        const struct find_terms *terms)
{
	int stems = stem_language_of(language);
	struct looking l = { .terms = terms,
		             .stemmer = stems < 0 ? NULL : stemmer_new((size_t)stems),
		             .scratch = arena_new() };
	struct buf b = BUF_INIT(4 * WINDOW_BYTES);
	struct str piece = find_piece(&l, pieces, n);
	struct mapped m;
	size_t from, to;

	map_words(l.scratch, piece, &m);
	choose_window(piece, &m, mark_matches(&l, piece, &m), &from, &to);
	put_window(&b, piece, &m, from, to);
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	stemmer_free(l.stemmer);
	arena_free(l.scratch);
	return out;
}

/* Bylines last: they are no beginning of a text. */
struct str snippet_of_article(struct arena *a, const struct article *text, const struct find_terms *terms)
{
	struct arena *scratch = arena_new();
	struct str *pieces = ARENA_ARRAY(scratch, struct str, 1 + text->nbylines + text->nblocks);
	size_t n = 0;

	pieces[n++] = text->standfirst;
	for (size_t i = 0; i < text->nblocks; i++)
		pieces[n++] = text->blocks[i].text;
	for (size_t i = 0; i < text->nbylines; i++)
		pieces[n++] = text->bylines[i];
	struct str out = snippet_make(a, pieces, n, find_language(text), terms);
	arena_free(scratch);
	return out;
}
