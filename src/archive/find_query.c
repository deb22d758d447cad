/*
 * The language of a search: see find.h, and docs/search.md for people.
 *
 *     query  = item { ["OR"] item }
 *     item   = ["-"] [field ":"] (word | '"' words '"') ["*"]
 *     field  = title | removed | added | source | before | after | on | version
 *
 * What does not fit is taken for words: "note:this", "before:lunch", an OR at the
 * end.  Words in one piece without quotation marks ("o'neill", "well-known", any
 * word of a script without spaces) are a phrase.
 *
 * A word that stands by itself is looked for in its other forms too.  Which
 * language it is in nobody knows, so its stem in every language that is written
 * so is asked for; each is found in articles of that language only.
 */
#include "archive/find.h"

#include "text/norm.h"

struct piece {
	struct str field, text;
	bool negated, quoted, prefix;
};

struct parsing {
	struct arena *a;
	struct find_query *q;
	struct stemmer *stemmers[STEM_LANGUAGES_MAX];
	size_t stemmed;   /* words so far */
	bool alternative; /* OR was read */
};

bool find_term_matches(const struct find_term *t, const struct str *words, size_t room)
{
	if (t->n > room)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		bool last = i == t->n - 1;
		if (last && t->prefix ? !str_starts(words[i], t->words[i]) : !str_eq(words[i], t->words[i]))
			return false;
	}
	return true;
}

bool find_stem_matches(const struct find_term *t, const char *language, const struct str *stems, size_t n)
{
	for (size_t i = 0; i < t->nstems; i++)
		for (size_t k = 0; k < n; k++)
			if (str_eq(str_from(t->stems[i].language), str_from(language)) &&
			    str_eq(t->stems[i].stem, stems[k]))
				return true;
	return false;
}

/* ---- pieces -------------------------------------------------------------- */

/* Quotation marks of a text that was pasted mean what those of the keyboard do. */
static struct str plain_quotes(struct arena *a, struct str query)
{
	static const struct str marks[] = { { "\xe2\x80\x9c", 3 }, { "\xe2\x80\x9d", 3 }, { "\xe2\x80\x9e", 3 },
		                            { "\xef\xbc\x82", 3 }, { "\xc2\xab", 2 },     { "\xc2\xbb", 2 } };
	char *out = arena_alloc(a, query.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < query.n;) {
		struct str rest = str_sub(query, i, query.n);
		size_t k = 0;
		while (k < sizeof marks / sizeof *marks && !str_starts(rest, marks[k]))
			k++;
		bool mark = k < sizeof marks / sizeof *marks;
		out[n++] = mark ? '"' : query.p[i];
		i += mark ? marks[k].n : 1;
	}
	return str_of(out, n);
}

static bool is_field(struct str name)
{
	static const char *const names[] = {
		"title", "removed", "added", "source", "before", "after", "on", "version"
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(name, str_from(names[i])))
			return true;
	return false;
}

/* A field's name and a colon, if something follows. */
static struct str take_field(struct str q, size_t *i)
{
	size_t to = *i;

	while (to < q.n && char_is_alpha(q.p[to]))
		to++;
	struct str name = str_sub(q, *i, to);
	if (to + 1 >= q.n || q.p[to] != ':' || char_is_space(q.p[to + 1]) || !is_field(name))
		return STR_NONE;
	*i = to + 1;
	return name;
}

/* What stands between quotation marks, or up to the next space or mark. */
static bool next_piece(struct str q, size_t *i, struct piece *out)
{
	*out = (struct piece){ 0 };
	while (*i < q.n && char_is_space(q.p[*i]))
		(*i)++;
	if (*i == q.n)
		return false;
	out->negated = q.p[*i] == '-';
	*i += out->negated;
	out->field = take_field(q, i);
	out->quoted = *i < q.n && q.p[*i] == '"';
	size_t from = *i += out->quoted;
	while (*i < q.n && q.p[*i] != '"' && (out->quoted || !char_is_space(q.p[*i])))
		(*i)++;
	out->text = str_sub(q, from, *i);
	if (out->quoted && *i < q.n)
		(*i)++;
	out->prefix = out->quoted ? *i < q.n && q.p[*i] == '*' : str_ends(out->text, STR("*"));
	*i += out->quoted && out->prefix;
	return true;
}

/* ---- times --------------------------------------------------------------- */

/* "2025", "2025-08" or "2025-08-14": from its first moment to the first beyond. */
static bool read_period(struct str s, when *from, when *to)
{
	int64_t part[3] = { 0, 1, 1 };
	struct str rest = s, head;
	size_t n = 0;

	while (n < 3 && rest.n) {
		str_cut(rest, '-', &head, &rest);
		if (head.n != (n ? 2 : 4) || !str_to_i64(head, &part[n]) || part[n] < 1)
			return false;
		n++;
	}
	size_t whole = n == 0 ? 0 : n * 3 + 1; /* 4, 7 or 10 bytes, and no dash at the end */
	if (s.n != whole || !when_from_civil((int)part[0], (int)part[1], (int)part[2], 0, 0, 0, 0, from))
		return false;
	if (n == 3) {
		*to = *from + DAYS;
		return true;
	}
	int year = (int)part[0] + (n == 1 || part[1] == 12), month = n == 1 || part[1] == 12 ? 1 : (int)part[1] + 1;
	return when_from_civil(year, month, 1, 0, 0, 0, 0, to);
}

static bool take_time(struct find_query *q, struct str field, struct str text)
{
	when from, to;

	if (!read_period(text, &from, &to))
		return false;
	bool on = str_eq_nocase(field, STR("on"));
	if ((on || str_eq_nocase(field, STR("after"))) && (q->from == WHEN_NONE || from > q->from))
		q->from = from;
	when end = on ? to : from;
	if ((on || str_eq_nocase(field, STR("before"))) && (q->to == WHEN_NONE || end < q->to))
		q->to = end;
	return true;
}

/* ---- words --------------------------------------------------------------- */

static void cut_words(struct arena *a, struct str piece, struct find_term *out)
{
	struct str form = text_index_form(a, piece), word;

	out->words = ARENA_ARRAY(a, struct str, form.n);
	for (size_t i = 0; find_next_word(form, &i, &word);)
		out->words[out->n++] = word;
}

static void add_stems(struct parsing *p, struct str original, struct find_term *t, size_t language)
{
	struct str stems[FIND_STEMS];

	if (!p->stemmers[language])
		p->stemmers[language] = stemmer_new(language);
	if (!p->stemmers[language])
		return;
	size_t n = find_stems(p->a, p->stemmers[language], original, t->words[0], stems);
	for (size_t i = 0; i < n; i++)
		t->stems[t->nstems++] =
		        (struct find_stem){ .language = stem_language_name(language), .stem = stems[i] };
}

static void stem_term(struct parsing *p, struct str piece, struct find_term *t)
{
	struct str text = text_normal(p->a, piece);
	size_t i = 0, from, to, first = 0;

	if (t->n != 1 || p->stemmed++ >= MAX_QUERY_STEMS || !find_next_original(text, &i, &from, &to))
		return;
	uint32_t c = utf8_next(t->words[0], &first);
	t->stems = ARENA_ARRAY(p->a, struct find_stem, FIND_STEMS * stem_languages());
	for (size_t l = 0; l < stem_languages(); l++)
		if (stem_language_writes(l, c))
			add_stems(p, str_sub(text, from, to), t, l);
}

static enum find_field field_of_words(struct str field)
{
	if (str_eq_nocase(field, STR("title")))
		return FIND_TITLE;
	if (str_eq_nocase(field, STR("removed")))
		return FIND_REMOVED;
	return str_eq_nocase(field, STR("added")) ? FIND_ADDED : FIND_TEXT;
}

static bool is_of_change(const struct find_term *t)
{
	return t->field == FIND_REMOVED || t->field == FIND_ADDED;
}

/* Beside the clause before it, if OR stands between them and both are looked for
 * in the same index; else by itself. */
static void add_term(struct parsing *p, struct find_term t, bool negated)
{
	struct find_query *q = p->q;
	struct find_clause *last = q->n ? &q->clauses[q->n - 1] : NULL;

	if (p->alternative && last && !negated && !last->negated && is_of_change(&t) == is_of_change(last->any.terms)) {
		last->any.terms[last->any.n++] = t; /* the terms of all clauses stand in one array */
		return;
	}
	struct find_term *at = last ? last->any.terms + last->any.n : q->clauses[0].any.terms;
	*at = t;
	q->clauses[q->n++] = (struct find_clause){ .any = { .terms = at, .n = 1 }, .negated = negated };
	q->of_changes |= is_of_change(&t) && !negated;
}

static bool take_words(struct parsing *p, const struct piece *piece, struct str text, struct str field)
{
	struct find_term t = { .field = field_of_words(field), .prefix = piece->prefix };

	cut_words(p->a, text, &t);
	if (t.n == 0)
		return false;
	if (!piece->quoted && !piece->prefix)
		stem_term(p, text, &t);
	add_term(p, t, piece->negated);
	return true;
}

/* ---- items --------------------------------------------------------------- */

static bool take_setting(struct parsing *p, const struct piece *piece)
{
	struct find_query *q = p->q;

	if (str_eq_nocase(piece->field, STR("source"))) {
		q->sources[q->nsources++] = (struct find_key){ .key = piece->text, .negated = piece->negated };
		return true;
	}
	if (piece->negated)
		return false;
	if (!str_eq_nocase(piece->field, STR("version")))
		return take_time(q, piece->field, piece->text);
	bool all = str_eq_nocase(piece->text, STR("all"));
	q->all_versions |= all;
	return all;
}

static bool is_of_words(struct str field)
{
	return field.n == 0 || field_of_words(field) != FIND_TEXT;
}

static void take(struct parsing *p, const struct piece *piece, bool more)
{
	bool bare = !piece->quoted && !piece->negated && piece->field.n == 0;

	if (bare && more && p->q->n && str_eq(piece->text, STR("OR"))) {
		p->alternative = true;
		return;
	}
	bool words = is_of_words(piece->field);
	if (!words && !take_setting(p, piece)) /* "before:lunch" */
		(void)take_words(p, piece, ARENA_JOIN(p->a, piece->field, STR(" "), piece->text), STR_NONE);
	else if (words && !take_words(p, piece, piece->text, piece->field))
		return; /* a dash: what it stands between is as it was */
	p->alternative = false;
}

static bool has_word(const struct find_query *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (!q->clauses[i].negated)
			return true;
	return false;
}

static bool only_space(struct str s, size_t from)
{
	return str_trim(str_sub(s, from, s.n)).n == 0;
}

bool find_parse(struct arena *a, struct str query, struct find_query *out, struct err *e)
{
	struct parsing p = { .a = a, .q = out };
	struct piece piece;

	*out = (struct find_query){ .from = WHEN_NONE, .to = WHEN_NONE };
	if (query.n > MAX_QUERY_BYTES)
		return err_set(e, ERR_USAGE, "a search has at most %zu bytes", (size_t)MAX_QUERY_BYTES);
	query = plain_quotes(a, query);
	out->clauses = ARENA_ARRAY(a, struct find_clause, query.n + 1);
	out->clauses[0].any.terms = ARENA_ARRAY(a, struct find_term, query.n + 1);
	out->sources = ARENA_ARRAY(a, struct find_key, query.n + 1);
	for (size_t i = 0; next_piece(query, &i, &piece);)
		take(&p, &piece, !only_space(query, i));
	for (size_t l = 0; l < STEM_LANGUAGES_MAX; l++)
		stemmer_free(p.stemmers[l]);
	return has_word(out) || err_set(e, ERR_USAGE, "there is no word in the search");
}
