/*
 * What the indexes hold of an article and of a change: see find.h.
 *
 * Of an article: title, standfirst, bylines and blocks of its newest version.
 * Of a change: the sentences that stand in one version only.  What both have in
 * another place or another paragraph is no difference.  So an index of all
 * changes grows with what was edited, not with how long the articles are; what an
 * article ever said is its newest text and what its changes took out.
 */
#include <stdlib.h>

#include "archive/find.h"
#include "base/hash.h"
#include "text/norm.h"
#include "text/sentences.h"

#define MOST_FORM (MAX_WIRE_BYTES / 4)
#define GUESS_BYTES 2000 /* of a text, by which its language is guessed */

static size_t count_units(const struct article *t)
{
	return 2 + t->nbylines + t->nblocks;
}

static struct str unit_of(const struct article *t, size_t i)
{
	if (i < 2)
		return i == 0 ? t->title : t->standfirst;
	return i < 2 + t->nbylines ? t->bylines[i - 2] : t->blocks[i - 2 - t->nbylines].text;
}

/* ---- forms --------------------------------------------------------------- */

struct str find_language(const struct article *text)
{
	if (text->language.n)
		return text->language;
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(2 * GUESS_BYTES);
	for (size_t i = 0; i < count_units(text) && b.n < GUESS_BYTES; i++) {
		buf_str(&b, text_index_form(a, utf8_head(unit_of(text, i), GUESS_BYTES / 2)));
		buf_byte(&b, ' ');
	}
	int language = stem_language_guess(buf_view(&b));
	buf_free(&b);
	arena_free(a);
	return language < 0 ? STR_NONE : str_from(stem_language_name((size_t)language));
}

static struct stemmer *stemmer_of(struct stemmer **stemmers, const struct article *text)
{
	int language = stem_language_of(find_language(text));

	if (language < 0)
		return NULL;
	if (!stemmers[language])
		stemmers[language] = stemmer_new((size_t)language);
	return stemmers[language];
}

struct part {
	struct str words;
	struct find_stem_set stems;
};

/* The words and the stems of some texts; what is beyond so many bytes is not found. */
static void make_part(struct arena *a, const struct str *texts, size_t n, struct stemmer *s, struct part *out)
{
	struct buf form = BUF_INIT(MOST_FORM), original = BUF_INIT(MOST_FORM);
	struct arena *scratch = arena_new();

	for (size_t i = 0; i < n; i++) {
		if (texts[i].n == 0)
			continue;
		struct str piece = text_index_form(scratch, texts[i]);
		if (form.n + piece.n + 2 > MOST_FORM || original.n + texts[i].n + 2 > MOST_FORM)
			break;
		buf_str(&form, piece);
		buf_byte(&form, ' ');
		buf_str(&original, texts[i]);
		buf_byte(&original, ' ');
	}
	out->words = arena_str(a, buf_view(&form));
	find_collect_stems(a, s, arena_str(a, buf_view(&original)), out->words, &out->stems);
	arena_free(scratch);
	buf_free(&form);
	buf_free(&original);
}

/* but NULL: of an article. */
static struct str stems_of(struct arena *a, const struct part *p, const struct part *but)
{
	struct buf b = BUF_INIT(MOST_FORM);

	if (but)
		find_put_stems_but(&b, &p->stems, &but->stems);
	else
		find_put_new_stems(&b, &p->stems);
	struct str out = b.full ? STR_NONE : arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

static struct str marks_of(struct arena *a, int64_t source, const struct stemmer *s)
{
	return arena_printf(a, "s%lld%s%s", (long long)source, s ? " l" : "", s ? stemmer_language(s) : "");
}

void find_form_of_article(struct arena *a, struct stemmer **stemmers, const struct article *text, int64_t source,
                          struct find_form *out)
{
	struct stemmer *s = stemmer_of(stemmers, text);
	size_t n = count_units(text);
	struct str *units = ARENA_ARRAY(a, struct str, n);

	for (size_t i = 0; i < n; i++)
		units[i] = unit_of(text, i);
	struct part parts[2];
	make_part(a, units, 1, s, &parts[0]);
	make_part(a, units + 1, n - 1, s, &parts[1]);
	for (int i = 0; i < 2; i++) {
		out->words[i] = parts[i].words;
		out->stems[i] = s ? stems_of(a, &parts[i], NULL) : STR_NONE;
	}
	out->marks = marks_of(a, source, s);
}

/* ---- what one version has and the other has not ---------------------------- */

static int ascending(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

struct hashes {
	uint64_t *p;
	size_t n, cap;
};

static void add_hash(struct arena *a, struct hashes *h, struct str text)
{
	h->p = arena_grow(a, h->p, &h->cap, h->n + 1, sizeof *h->p);
	h->p[h->n++] = hash_quick(text);
}

static bool has_hash(const struct hashes *h, struct str text)
{
	uint64_t hash = hash_quick(text);

	return h->n && bsearch(&hash, h->p, h->n, sizeof hash, ascending);
}

static void hash_units(struct arena *a, const struct article *t, struct hashes *out)
{
	*out = (struct hashes){ 0 };
	for (size_t i = 0; i < count_units(t); i++)
		add_hash(a, out, unit_of(t, i));
	qsort(out->p, out->n, sizeof *out->p, ascending);
}

struct sentences {
	struct str *p;
	size_t n, cap;
};

static void add_sentence(struct arena *a, struct sentences *out, struct str s)
{
	out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof *out->p);
	out->p[out->n++] = s;
}

/* The sentences of units that the other version has not as they are. */
static void sentences_of(struct arena *a, const struct article *t, const struct hashes *others, struct sentences *out)
{
	size_t n;

	*out = (struct sentences){ 0 };
	for (size_t i = 0; i < count_units(t); i++) {
		struct str unit = unit_of(t, i);
		if (unit.n == 0 || has_hash(others, unit))
			continue;
		if (i < 2 + t->nbylines) {
			add_sentence(a, out, unit);
			continue;
		}
		struct span *spans = text_sentences(a, unit, t->language, &n);
		for (size_t k = 0; k < n; k++)
			add_sentence(a, out, str_sub(unit, spans[k].from, spans[k].to));
	}
}

static void keep_unmatched(struct arena *a, struct sentences *s, const struct sentences *others)
{
	struct hashes h = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < others->n; i++)
		add_hash(a, &h, others->p[i]);
	if (h.n)
		qsort(h.p, h.n, sizeof *h.p, ascending);
	for (size_t i = 0; i < s->n; i++)
		if (!has_hash(&h, s->p[i]))
			s->p[n++] = s->p[i];
	s->n = n;
}

struct str *find_gone(struct arena *a, const struct article *older, const struct article *newer, size_t *n)
{
	struct hashes old_units, new_units;
	struct sentences gone, come;

	hash_units(a, older, &old_units);
	hash_units(a, newer, &new_units);
	sentences_of(a, older, &new_units, &gone);
	sentences_of(a, newer, &old_units, &come);
	keep_unmatched(a, &gone, &come);
	*n = gone.n;
	return gone.p;
}

void find_form_of_change(struct arena *a, struct stemmer **stemmers, const struct article *older,
                         const struct article *newer, int64_t source, struct find_form *out)
{
	struct stemmer *s = stemmer_of(stemmers, newer);
	size_t ngone, ncome;
	struct str *gone = find_gone(a, older, newer, &ngone), *come = find_gone(a, newer, older, &ncome);

	struct part parts[2];
	make_part(a, gone, ngone, s, &parts[0]);
	make_part(a, come, ncome, s, &parts[1]);
	for (int i = 0; i < 2; i++) {
		out->words[i] = parts[i].words;
		out->stems[i] = stems_of(a, &parts[i], &parts[!i]);
	}
	out->marks = marks_of(a, source, s);
}
