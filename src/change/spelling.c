/*
 * The same words, written differently: see spelling.h.
 *
 * Both sides of an edit are made lists of what they say: a figure, time or
 * place that both texts state is one item, whatever its words; a word is itself
 * in lower case without accents.  If the lists are equal, or equal when all is
 * written together, nothing but the writing changed.
 */
#include "change/spelling.h"

#define MOST_ITEMS 400

struct item {
	uint64_t key; /* of a statement, or 0 */
	struct str word;
	bool name; /* begins with a capital letter inside a sentence, and may name somebody */
};

struct list {
	struct item at[MOST_ITEMS];
	uint32_t n;
	bool full, figures;
	char bytes[4096]; /* the words, folded, one behind the other */
	size_t used;
};

static bool says_day(const struct side *s, const struct feature *f)
{
	uint32_t i = terms_find(&s->terms, f->from);
	return i < s->terms.n && s->terms.at[i].from == f->from && term_is(&s->terms.at[i], TERM_DAY);
}

static const struct feature *statement_at(const struct side *s, const struct term *t)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		bool whole = f->kind == EDIT_FIGURE || f->kind == EDIT_TIME || f->kind == EDIT_PLACE;
		if (!whole || !f->kept || f->from > t->from || t->to > f->to)
			continue;
		/* "This weekend" and "over the weekend" are other words. */
		if (f->kind != EDIT_TIME || !says_day(s, f))
			return f;
	}
	return NULL;
}

/* Lower case, no accents; enough of Unicode for the languages that have both. */
static struct str fold_word(struct list *l, struct str word)
{
	static const char base[] = "aaaaaaaceeeeiiiidnoooooxouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";
	size_t from = l->used;

	for (size_t i = 0; i < word.n && l->used + 4 < sizeof l->bytes;) {
		uint32_t c = utf8_next(word, &i);
		if (c == '\'' || c == 0x2019)
			continue;
		if (c < 0x80)
			l->bytes[l->used++] = char_lower((char)c);
		else if (c == 0xdf) {
			l->bytes[l->used++] = 's';
			l->bytes[l->used++] = 's';
		} else if (c >= 0xc0 && c < 0x100 && c != 0xd7 && c != 0xf7)
			l->bytes[l->used++] = base[c - 0xc0];
		else
			l->used += utf8_put(c, l->bytes + l->used);
	}
	l->full |= l->used + 4 >= sizeof l->bytes;
	return str_of(l->bytes + from, l->used - from);
}

/* A month is written with a capital and names nobody. */
static bool may_be_name(const struct term *t)
{
	return t->capital && !t->opens && !(t->classes & (TERM_BIT(TERM_MONTH) | TERM_BIT(TERM_WEEKDAY)));
}

static void list_side(const struct side *s, uint32_t from, uint32_t to, struct list *l)
{
	const struct feature *last = NULL;

	l->n = 0;
	l->used = 0;
	l->full = l->figures = false;
	for (uint32_t i = terms_find(&s->terms, from); i < s->terms.n && s->terms.at[i].from < to; i++) {
		const struct term *t = &s->terms.at[i];
		const struct feature *f = s->n ? statement_at(s, t) : NULL;
		if (l->n == MOST_ITEMS) {
			l->full = true;
			return;
		}
		if (f && f == last)
			continue;
		last = f;
		if (f)
			l->at[l->n++] = (struct item){ .key = f->key };
		else if (t->kind != TERM_SIGN)
			l->at[l->n++] =
			        (struct item){ 0,
				               fold_word(l, str_sub(s->terms.text, t->from < from ? from : t->from,
				                                    t->to > to ? to : t->to)),
				               may_be_name(t) };
	}
}

/* ---- variants ------------------------------------------------------------------ */

static bool ends_pair(struct str x, struct str y, struct str a, struct str b)
{
	if (!str_ends(x, a) || !str_ends(y, b))
		return false;
	return x.n - a.n == y.n - b.n && x.n > a.n + 1 && memcmp(x.p, y.p, x.n - a.n) == 0;
}

static bool english_variant(struct str x, struct str y)
{
	/* All of them leave two letters at least that are the same. */
	static const struct str endings[][2] = {
		{ STR("ise"), STR("ize") },         { STR("ised"), STR("ized") },
		{ STR("ises"), STR("izes") },       { STR("ising"), STR("izing") },
		{ STR("isation"), STR("ization") }, { STR("isations"), STR("izations") },
		{ STR("our"), STR("or") },          { STR("ours"), STR("ors") },
		{ STR("oured"), STR("ored") },      { STR("ouring"), STR("oring") },
		{ STR("ourable"), STR("orable") },  { STR("ourite"), STR("orite") },
		{ STR("tre"), STR("ter") },         { STR("tres"), STR("ters") },
		{ STR("lled"), STR("led") },        { STR("lling"), STR("ling") },
		{ STR("ller"), STR("ler") },        { STR("ogue"), STR("og") },
		{ STR("ence"), STR("ense") },       { STR("yse"), STR("yze") },
		{ STR("ysed"), STR("yzed") },       { STR("mme"), STR("m") },
		{ STR("mmes"), STR("ms") },         { STR("que"), STR("ck") },
		{ STR("ques"), STR("cks") },        { STR("grey"), STR("gray") },
		{ STR("yre"), STR("ire") },         { STR("wards"), STR("ward") },
		{ STR("ement"), STR("ment") },      { STR("iser"), STR("izer") },
		{ STR("isers"), STR("izers") },
	};

	if (x.n < 3 || y.n < 3 || x.p[0] != y.p[0] || x.p[1] != y.p[1])
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends_pair(x, y, endings[i][0], endings[i][1]) || ends_pair(y, x, endings[i][0], endings[i][1]))
			return true;
	return (str_eq(x, STR("grey")) && str_eq(y, STR("gray"))) || (str_eq(x, STR("gray")) && str_eq(y, STR("grey")));
}

/* One letter doubled or undoubled, left out inside, or two exchanged, in a long
 * word: mistyped.  A different letter makes another word too often. */
static bool mistyped(struct str x, struct str y)
{
	if (x.n > y.n) {
		struct str swap = x;
		x = y;
		y = swap;
	}
	if (x.n < 6 || y.n - x.n > 1 || x.p[0] != y.p[0])
		return false;
	size_t head = 0, tail = 0;
	while (head < x.n && x.p[head] == y.p[head])
		head++;
	while (tail < x.n - head && x.p[x.n - 1 - tail] == y.p[y.n - 1 - tail])
		tail++;
	if (head == x.n) /* "hospitall"; but "princess" is another word */
		return x.n < y.n && y.p[x.n] == x.p[x.n - 1] && char_is_alpha(y.p[x.n]) && y.p[x.n] != 's';
	if (head == 0 || tail == 0)
		return false;
	if (x.n == y.n)
		return head + tail + 2 == x.n && x.p[head] == y.p[head + 1] && x.p[head + 1] == y.p[head];
	return head + tail == x.n && tail >= 2;
}

bool spelling_letter(struct str x, struct str y)
{
	size_t different = 0;

	if (x.n != y.n || x.n < 7 || char_lower(x.p[0]) != char_lower(y.p[0]))
		return false;
	for (size_t i = 0; i < x.n; i++) {
		if (!char_is_alpha(x.p[i]) || !char_is_alpha(y.p[i]))
			return false;
		different += char_lower(x.p[i]) != char_lower(y.p[i]);
	}
	return different == 1;
}

bool spelling_variant(struct str x, struct str y)
{
	return str_eq(x, y) || english_variant(x, y) || mistyped(x, y);
}

/* ---- comparing -------------------------------------------------------------------- */

static bool same_item(const struct item *x, const struct item *y)
{
	if (x->key || y->key)
		return x->key == y->key;
	return str_eq(x->word, y->word) || (!(x->name && y->name) && spelling_variant(x->word, y->word));
}

static bool same_lists(const struct list *x, const struct list *y)
{
	if (x->n != y->n)
		return false;
	for (uint32_t i = 0; i < x->n; i++)
		if (!same_item(&x->at[i], &y->at[i]))
			return false;
	return true;
}

static bool has_digits(const struct list *l)
{
	for (size_t i = 0; i < l->used; i++)
		if (char_is_digit(l->bytes[i]))
			return true;
	return false;
}

/* Quotation marks put around words, or taken away, change who speaks. */
static bool quotes_changed(const struct side *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		if ((f->kind == EDIT_QUOTATION || f->kind == EDIT_FIGURE) && !f->kept && feature_touches(f, from, to) &&
		    from < to)
			return true;
	}
	return false;
}

/* ---- addresses ---------------------------------------------------------------------- */

/* The word with all its signs that the stretch stands in, up to spaces. */
static struct str spaced_word(struct str text, uint32_t from, uint32_t to)
{
	size_t begin = from, end = to > from ? to : from;

	while (begin > 0 && !char_is_space(text.p[begin - 1]) && from - begin < 200)
		begin--;
	while (end < text.n && !char_is_space(text.p[end]) && end - to < 200)
		end++;
	while (end > begin && strchr(".,;:!?)", text.p[end - 1]))
		end--;
	return str_sub(text, begin, end);
}

/* "example.org", "@name": a dot between two letters or more on both sides. */
static bool is_address(struct str s)
{
	if (str_has(s, STR("://")) || str_find_byte(s, '@') != STR_NPOS)
		return true;
	for (size_t i = 2; i + 2 < s.n; i++)
		if (s.p[i] == '.' && char_is_alnum(s.p[i - 1]) && char_is_alnum(s.p[i - 2]) &&
		    char_is_alpha(s.p[i + 1]) && char_is_alpha(s.p[i + 2]))
			return str_find_byte(s, ' ') == STR_NPOS;
	return false;
}

/* An address that is spelled otherwise is another one. */
static bool address_changed(const struct op_reading *r, const struct word_edit *w)
{
	struct str x = spaced_word(r->old.terms.text, w->old_from, w->old_to);

	if (!is_address(x))
		return false;
	struct str y = spaced_word(r->new.terms.text, w->new_from, w->new_to);
	return is_address(y) && !str_eq_nocase(x, y);
}

static bool has_whole_word(const struct side *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = terms_find(&s->terms, from); i < s->terms.n && s->terms.at[i].to <= to; i++)
		if (s->terms.at[i].kind != TERM_SIGN && s->terms.at[i].from >= from)
			return true;
	return false;
}

bool spelling_same(const struct op_reading *r, const struct word_edit *w)
{
	if (w->old_to - w->old_from > sizeof((struct list *)0)->bytes ||
	    w->new_to - w->new_from > sizeof((struct list *)0)->bytes)
		return false;
	if (quotes_changed(&r->old, w->old_from, w->old_to) || quotes_changed(&r->new, w->new_from, w->new_to))
		return false;
	/* The shorter side first: words on one side only are no spelling. */
	struct list lists[2], *x = &lists[0], *y = &lists[1];
	if (w->old_to - w->old_from < w->new_to - w->new_from) {
		list_side(&r->old, w->old_from, w->old_to, x);
		if (x->n == 0 && has_whole_word(&r->new, w->new_from, w->new_to))
			return false;
		list_side(&r->new, w->new_from, w->new_to, y);
	} else {
		list_side(&r->new, w->new_from, w->new_to, y);
		if (y->n == 0 && has_whole_word(&r->old, w->old_from, w->old_to))
			return false;
		list_side(&r->old, w->old_from, w->old_to, x);
	}
	if (x->full || y->full || address_changed(r, w))
		return false;
	if (same_lists(x, y))
		return true;
	bool keyed = false;
	for (uint32_t i = 0; i < x->n; i++)
		keyed |= x->at[i].key != 0;
	for (uint32_t i = 0; i < y->n; i++)
		keyed |= y->at[i].key != 0;
	return !keyed && !has_digits(x) && !has_digits(y) &&
	       str_eq(str_of(x->bytes, x->used), str_of(y->bytes, y->used));
}
