/*
 * Asking the indexes what a query asks: see find.h.
 *
 * Of the newest texts the engine answers a whole query at once.  What stood in
 * any version is the newest text and what the changes took out, so with
 * version:all each clause is a set of articles from both indexes, and the sets are
 * intersected here: two words need not have stood in the same version, and a
 * phrase must have stood in one, inside a sentence where it is not there any more.
 *
 * A set has the newest articles that match, up to a number, and gets all of them
 * only when an older article is asked for.  So a common word costs little.
 */
#include "archive/find.h"
#include "archive/internal.h"

#include <stdlib.h>

#define SET_AT_FIRST (4 * MAX_MATCHES)

/* Articles for which a condition holds (negated: does not). */
struct set {
	struct str newest, gone; /* the engine's queries; gone may be empty */
	bool negated;
	bool loaded, complete;
	struct rows ids; /* int64_t, ascending; complete from floor on */
	int64_t floor;
};

struct find {
	struct archive *ar;
	struct arena *a;
	struct find_query q;
	struct set *sets; /* all must hold; none: nothing is said of the article */
	size_t nsets;
	struct str changes; /* the engine's query of changes */
};

/* ---- from a query to the engine's ------------------------------------------ */

struct sources {
	int64_t *wanted, *others;
	size_t nwanted, nothers;
};

static bool find_source(struct archive *ar, struct arena *a, struct str key, int64_t *id, struct err *e)
{
	struct source source;

	*id = 0;
	if (archive_source_by_key(ar, a, key, &source, e))
		*id = source.id;
	else if (e->kind != ERR_NOT_FOUND)
		return false;
	return true;
}

static bool find_sources(struct archive *ar, struct arena *a, const struct find_query *q, int64_t source,
                         struct sources *out, struct err *e)
{
	*out = (struct sources){ .wanted = ARENA_ARRAY(a, int64_t, q->nsources + 1),
		                 .others = ARENA_ARRAY(a, int64_t, q->nsources + 1) };
	for (size_t i = 0; i < q->nsources; i++) {
		int64_t id;
		if (!find_source(ar, a, q->sources[i].key, &id, e))
			return false;
		if (q->sources[i].negated)
			out->others[out->nothers++] = id;
		else
			out->wanted[out->nwanted++] = id;
	}
	if (source == 0)
		return true;
	bool among = out->nwanted == 0;
	for (size_t i = 0; i < out->nwanted; i++)
		among |= out->wanted[i] == source;
	out->wanted[0] = among ? source : 0;
	out->nwanted = 1;
	return true;
}

static bool is_of_change(const struct find_clause *c)
{
	return c->any.terms[0].field == FIND_REMOVED || c->any.terms[0].field == FIND_ADDED;
}

static struct find_condition condition_of(struct arena *a, const struct find_clause *c, enum find_where text,
                                          enum find_where title)
{
	const enum find_where by_field[] = { [FIND_TEXT] = text,
		                             [FIND_TITLE] = title,
		                             [FIND_REMOVED] = FIND_FIRST_ONLY,
		                             [FIND_ADDED] = FIND_SECOND_ONLY };
	enum find_where *where = ARENA_ARRAY(a, enum find_where, c->any.n);

	for (size_t i = 0; i < c->any.n; i++)
		where[i] = by_field[c->any.terms[i].field];
	return (struct find_condition){ .any = c->any.terms, .where = where, .n = c->any.n, .negated = c->negated };
}

static struct str engine_of(struct find *f, enum find_index index, const struct find_condition *list, size_t n,
                            const struct sources *s)
{
	struct find_expr x = { .index = index, .conditions = list, .n = n };

	if (s) {
		x.sources = s->wanted;
		x.nsources = s->nwanted;
		x.others = s->others;
		x.nothers = s->nothers;
	}
	return find_engine_text(f->ar, f->a, &x);
}

/* Conditions on changes, or on newest texts. */
static struct find_condition *conditions(struct find *f, bool of_change, size_t *n, bool *wanted)
{
	struct find_condition *list = ARENA_ARRAY(f->a, struct find_condition, f->q.n + 1);

	*n = 0;
	*wanted = false;
	for (size_t i = 0; i < f->q.n; i++) {
		const struct find_clause *c = &f->q.clauses[i];
		if (is_of_change(c) != of_change)
			continue;
		list[(*n)++] = condition_of(f->a, c, FIND_ANYWHERE, FIND_IN_FIRST);
		*wanted |= !c->negated;
	}
	return list;
}

/* One set that says all of the newest text; where nothing is wanted, as beside
 * removed:, one for each thing that is not. */
static void make_plain_sets(struct find *f, const struct sources *s)
{
	size_t n;
	bool wanted;
	struct find_condition *list = conditions(f, false, &n, &wanted);

	f->nsets = wanted ? 1 : n;
	f->sets = ARENA_ARRAY(f->a, struct set, f->nsets + 1);
	if (wanted)
		f->sets[0].newest = engine_of(f, FIND_NEWEST, list, n, s);
	for (size_t i = 0; !wanted && i < n; i++) {
		list[i].negated = false;
		f->sets[i].negated = true;
		f->sets[i].newest = engine_of(f, FIND_NEWEST, &list[i], 1, NULL);
	}
}

/* Titles are those of the newest versions. */
static bool only_titles(const struct find_clause *c)
{
	for (size_t i = 0; i < c->any.n; i++)
		if (c->any.terms[i].field != FIND_TITLE)
			return false;
	return true;
}

static struct str engine_of_gone(struct find *f, const struct find_clause *c, const struct sources *s)
{
	struct find_clause texts = { .any.terms = ARENA_ARRAY(f->a, struct find_term, c->any.n) };

	for (size_t i = 0; i < c->any.n; i++)
		if (c->any.terms[i].field != FIND_TITLE)
			texts.any.terms[texts.any.n++] = c->any.terms[i];
	struct find_condition x = condition_of(f->a, &texts, FIND_IN_FIRST, FIND_IN_FIRST);
	return engine_of(f, FIND_CHANGES, &x, 1, s);
}

static void make_sets_of_all_versions(struct find *f, const struct sources *s)
{
	f->sets = ARENA_ARRAY(f->a, struct set, f->q.n + 1);
	for (size_t i = 0; i < f->q.n; i++) {
		const struct find_clause *c = &f->q.clauses[i];
		if (is_of_change(c))
			continue;
		struct find_condition x = condition_of(f->a, c, FIND_ANYWHERE, FIND_IN_FIRST);
		struct set *set = &f->sets[f->nsets++];
		x.negated = false;
		set->negated = c->negated;
		set->newest = engine_of(f, FIND_NEWEST, &x, 1, c->negated ? NULL : s);
		if (!only_titles(c))
			set->gone = engine_of_gone(f, c, c->negated ? NULL : s);
	}
}

bool find_new(struct archive *ar, struct arena *a, const struct find_query *q, int64_t source, struct find **out,
              struct err *e)
{
	struct find *f = ARENA_NEW(a, struct find);
	struct sources s;
	size_t n;
	bool wanted;

	*f = (struct find){ .ar = ar, .a = a, .q = *q };
	if (!find_sources(ar, a, q, source, &s, e))
		return false;
	if (q->all_versions)
		make_sets_of_all_versions(f, &s);
	else
		make_plain_sets(f, &s);
	for (size_t i = 0; i < f->nsets; i++)
		f->sets[i].ids = ROWS_OF(int64_t);
	if (q->of_changes) {
		struct find_condition *list = conditions(f, true, &n, &wanted);
		f->changes = engine_of(f, FIND_CHANGES, list, n, &s);
	}
	*out = f;
	return true;
}

void find_free(struct find *f)
{
	for (size_t i = 0; f && i < f->nsets; i++)
		free(f->sets[i].ids.p);
}

/* ---- sets ---------------------------------------------------------------- */

static int ascending(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

/* Adds the articles of entries, which come in descending order; the lowest of
 * them if there may be more below, else 0. */
static bool add_articles(struct find *f, struct set *s, enum find_index index, struct str engine, size_t most,
                         struct err *e)
{
	struct rows entries = ROWS_OF(struct find_entry);
	const struct find_entry *list;
	int64_t last = 0;

	bool ok = find_entries(f->ar, index, engine, most, &entries, e);
	list = (const struct find_entry *)(const void *)entries.p;
	for (size_t i = 0; ok && i < entries.n; i++) {
		if (i && list[i].article == last)
			continue;
		last = list[i].article;
		*(int64_t *)rows_add(&s->ids) = last;
	}
	/* Of the lowest article not all entries may be there, but it is. */
	if (ok && entries.n >= most && last > s->floor)
		s->floor = last;
	free(entries.p);
	return ok;
}

static void sort_ids(struct rows *ids)
{
	int64_t *p = (int64_t *)(void *)ids->p;
	size_t n = 0;

	if (ids->n)
		qsort(p, ids->n, sizeof *p, ascending);
	for (size_t i = 0; i < ids->n; i++)
		if (n == 0 || p[n - 1] != p[i])
			p[n++] = p[i];
	ids->n = n;
}

static bool load(struct find *f, struct set *s, size_t most, struct err *e)
{
	s->ids.n = 0;
	s->floor = INT64_MIN;
	if (!add_articles(f, s, FIND_NEWEST, s->newest, most, e) ||
	    (s->gone.n && !add_articles(f, s, FIND_CHANGES, s->gone, most, e)))
		return false;
	sort_ids(&s->ids);
	s->loaded = true;
	s->complete = s->floor == INT64_MIN;
	return true;
}

static bool is_in(struct find *f, struct set *s, int64_t article, bool *in, struct err *e)
{
	if ((!s->loaded && !load(f, s, SET_AT_FIRST, e)) ||
	    (!s->complete && article < s->floor && !load(f, s, SIZE_MAX, e)))
		return false;
	bool found = s->ids.n && bsearch(&article, s->ids.p, s->ids.n, sizeof article, ascending);
	*in = found != s->negated;
	return true;
}

static bool is_in_all(struct find *f, const struct set *but, int64_t article, bool *in, struct err *e)
{
	*in = true;
	for (size_t i = 0; *in && i < f->nsets; i++)
		if (&f->sets[i] != but && !is_in(f, &f->sets[i], article, in, e))
			return false;
	return true;
}

bool find_has_article(struct find *f, int64_t article, bool *has, struct err *e)
{
	return is_in_all(f, NULL, article, has, e);
}

/* The smallest of those that are not negated. */
static bool choose_driver(struct find *f, struct set **driver, struct err *e)
{
	*driver = NULL;
	for (size_t i = 0; i < f->nsets; i++) {
		struct set *s = &f->sets[i];
		if (s->negated)
			continue;
		if (!s->loaded && !load(f, s, SET_AT_FIRST, e))
			return false;
		if (!*driver || s->complete > (*driver)->complete ||
		    (s->complete == (*driver)->complete && s->ids.n < (*driver)->ids.n))
			*driver = s;
	}
	return true;
}

/* ---- articles ------------------------------------------------------------ */

static bool in_time(struct find *f, int64_t article, bool *in, struct err *e)
{
	struct stmt *q;
	int64_t at;

	*in = true;
	if (f->q.from == WHEN_NONE && f->q.to == WHEN_NONE)
		return true;
	if (!db_query(f->ar->db, "SELECT coalesce(published, first_seen) FROM newest WHERE article = $1" DB_SHARD_1, &q,
	              e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_take_i64(q, WHEN_NONE, &at, e))
		return false;
	*in = at != WHEN_NONE && at >= f->q.from && (f->q.to == WHEN_NONE || at < f->q.to);
	return true;
}

/* Newest first, down to where the smallest set is known. */
static bool intersect(struct find *f, size_t most, struct rows *out, bool *more, struct err *e)
{
	struct set *driver;

	if (!choose_driver(f, &driver, e))
		return false;
	*more = driver && !driver->complete;
	for (size_t i = driver ? driver->ids.n : 0; i > 0; i--) {
		int64_t article = ((int64_t *)(void *)driver->ids.p)[i - 1];
		bool in, timely;
		if (article < driver->floor)
			break;
		if (!is_in_all(f, driver, article, &in, e) || (in && !in_time(f, article, &timely, e)))
			return false;
		if (!in || !timely)
			continue;
		if (out->n == most) {
			*more = true;
			break;
		}
		*(int64_t *)rows_add(out) = article;
	}
	return true;
}

static int better_first(const void *left, const void *right)
{
	const struct find_match *a = left, *b = right;

	if (a->rank < b->rank || a->rank > b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->article > b->article ? -1 : a->article < b->article;
}

static bool best(struct find *f, struct rows *out, bool *more, struct err *e)
{
	struct rows rows = ROWS_OF(struct find_match);

	bool ok = find_matches(f->ar, f->sets[0].newest, f->q.from, f->q.to, MAX_MATCHES + 1, &rows, e);
	struct find_match *matches = (struct find_match *)(void *)rows.p;
	*more = rows.n > MAX_MATCHES;
	rows.n -= *more;
	if (ok && rows.n)
		qsort(matches, rows.n, sizeof *matches, better_first);
	for (size_t i = 0; ok && i < rows.n; i++)
		*(int64_t *)rows_add(out) = matches[i].article;
	free(rows.p);
	return ok;
}

bool find_articles(struct find *f, struct arena *a, int64_t **out, size_t *n, bool *more, struct err *e)
{
	struct rows rows = ROWS_OF(int64_t);

	bool ok = f->q.all_versions ? intersect(f, MAX_MATCHES, &rows, more, e) : best(f, &rows, more, e);
	return rows_take(&rows, ok, a, out, n);
}

bool find_few_articles(struct find *f, struct arena *a, size_t most, int64_t **out, size_t *n, bool *few, struct err *e)
{
	struct rows rows = ROWS_OF(int64_t);
	bool more = false;

	bool ok = intersect(f, most, &rows, &more, e);
	*few = !more;
	return rows_take(&rows, ok, a, out, n);
}

/* ---- changes ------------------------------------------------------------- */

int find_newer_first(const void *left, const void *right)
{
	const struct find_change *a = left, *b = right;

	if (a->at != b->at) /* unknown is the lowest */
		return a->at > b->at ? -1 : 1;
	if (a->article != b->article)
		return a->article > b->article ? -1 : 1;
	return a->number > b->number ? -1 : a->number < b->number;
}

bool find_last_gone(struct find *f, int64_t article, int64_t *number, struct err *e)
{
	*number = 0;
	for (size_t i = 0; i < f->nsets; i++) {
		int64_t last = 0;
		if (f->sets[i].gone.n && !f->sets[i].negated &&
		    !find_last_change(f->ar, f->sets[i].gone, article, &last, e))
			return false;
		if (last > *number)
			*number = last;
	}
	return true;
}

/* *in: it is there, and of the time that is asked for. */
static bool time_of_change(struct find *f, struct find_change *c, bool *in, struct err *e)
{
	bool timed = f->q.from != WHEN_NONE || f->q.to != WHEN_NONE;
	struct stmt *q;
	bool row;

	if (!db_query(f->ar->db, "SELECT first_seen FROM changes WHERE article = $1 AND number = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, c->article);
	db_bind_i64(q, 2, c->number);
	*in = false;
	if (!db_step(q, &row, e))
		return false;
	if (row) {
		c->at = db_when(q, 0);
		*in = !timed || (c->at != WHEN_NONE && c->at >= f->q.from && (f->q.to == WHEN_NONE || c->at < f->q.to));
		db_end(q);
	}
	return true;
}

static bool add_changes(struct find *f, const struct find_entry *list, size_t n, struct rows *out, struct err *e)
{
	bool in = false;

	for (size_t i = 0; i < n; i++) {
		struct find_change c = { .article = list[i].article, .number = list[i].number };
		bool same = i && list[i - 1].article == c.article, timely;
		if (!same && !find_has_article(f, c.article, &in, e))
			return false;
		if (!in)
			continue;
		if (!time_of_change(f, &c, &timely, e))
			return false;
		if (timely)
			*(struct find_change *)rows_add(out) = c;
	}
	return true;
}

bool find_changes(struct find *f, struct arena *a, struct find_change **out, size_t *n, bool *more, struct err *e)
{
	struct rows entries = ROWS_OF(struct find_entry), rows = ROWS_OF(struct find_change);

	bool ok = find_entries(f->ar, FIND_CHANGES, f->changes, MAX_MATCHES + 1, &entries, e);
	*more = entries.n > MAX_MATCHES;
	entries.n -= *more;
	ok = ok && add_changes(f, (const struct find_entry *)(const void *)entries.p, entries.n, &rows, e);
	free(entries.p);
	if (!rows_take(&rows, ok, a, out, n))
		return false;
	if (*n)
		qsort(*out, *n, sizeof **out, find_newer_first);
	return true;
}
