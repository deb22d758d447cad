/* From article texts to versions and changes: see versions.h. */
#include "watch/versions.h"

#include "base/log.h"

#define AGAIN_AT_A_TIME 200 /* changes in one transaction */
#define METHOD_FACT "change method"

bool versions_look(struct archive *ar, int64_t article, const struct article *text, struct versions_look *out,
                   struct err *e)
{
	*out = (struct versions_look){ .identity = article_identity(text), .last_number = -1, .last_seen = WHEN_NONE };
	return archive_version_with(ar, article, &out->identity, &out->number, e) &&
	       archive_last_seen(ar, article, &out->newest, &out->last_number, &out->last_seen, e);
}

static struct str joined_bylines(const struct article *text, struct arena *a)
{
	struct buf b = BUF_INIT(MAX_BYLINES * MAX_TITLE_BYTES);

	for (size_t i = 0; i < text->nbylines; i++) {
		if (i)
			buf_puts(&b, ", ");
		buf_str(&b, text->bylines[i]);
	}
	struct str joined = arena_str(a, buf_view(&b));
	buf_free(&b);
	return joined;
}

/* Thousandths, so that what is at least 0.3 is at least 300 too. */
static int64_t thousandths(float weight)
{
	return (int64_t)(weight * 1000 + 0.5f);
}

struct change_summary versions_summary(int64_t article, int64_t number, const struct change *c)
{
	return (struct change_summary){
		.article = article,
		.number = number,
		.words_added = c->words_added,
		.words_removed = c->words_removed,
		.edited = c->counts[OP_EDITED] + c->counts[OP_SPLIT] + c->counts[OP_MERGED] + c->counts[OP_RECAST],
		.added = c->counts[OP_ADDED],
		.removed = c->counts[OP_REMOVED],
		.moved = c->moved,
		.title_changed = c->title_changed,
		.kinds = c->kinds,
		.natures = c->natures,
		.weight = thousandths(c->weight),
		.method = CHANGE_METHOD,
	};
}

/* Against the version before; the one before that tells what came back. */
static bool compare(struct archive *ar, struct arena *a, int64_t article, int64_t number, const struct article *text,
                    bool technical, struct change *out, struct err *e)
{
	struct article older, earlier;
	struct change_context context = { .technical = technical, .earlier = &earlier, .nearlier = number > 1 };

	if (!archive_version_text(ar, a, article, number - 1, &older, e) ||
	    (number > 1 && !archive_version_text(ar, a, article, number - 2, &earlier, e)))
		return false;
	change_compute(a, &older, text, &context, out);
	return true;
}

static bool store_change(struct archive *ar, struct arena *a, const struct versions_seen *seen, int64_t number,
                         const struct article *text, struct err *e)
{
	struct change c;

	if (!compare(ar, a, seen->article, number, text, seen->found != 0, &c, e))
		return false;
	struct change_summary s = versions_summary(seen->article, number, &c);
	s.remade = seen->found;
	return archive_change_add(ar, &s, e);
}

static bool store_version(struct archive *ar, struct arena *a, const struct versions_look *look,
                          const struct versions_seen *seen, const struct article *text, struct err *e)
{
	int64_t number = look->newest + 1;
	struct version v = {
		.article = seen->article,
		.number = number,
		.check = seen->check,
		.part = seen->part,
		.first_seen = seen->at,
		.last_seen = seen->at,
		.before = look->last_seen,
		.later = seen->later,
		.identity = look->identity,
		.title = text->title,
		.bylines = joined_bylines(text, a),
		.published = text->published,
		.modified = text->modified,
		.words = (int64_t)article_words(text),
		.remade = seen->remade,
		.traits = seen->traits,
	};
	return archive_version_add(ar, &v, text, e) && (number == 0 || store_change(ar, a, seen, number, text, e));
}

bool versions_store(struct archive *ar, const struct versions_look *look, const struct versions_seen *seen,
                    const struct article *text, int64_t *number, struct err *e)
{
	*number = look->number >= 0 ? look->number : look->newest + 1;
	if (look->number < 0) {
		struct arena *a = arena_new();
		bool ok = store_version(ar, a, look, seen, text, e);
		arena_free(a);
		if (!ok)
			return false;
	}
	return seen->at == WHEN_NONE || archive_sighting(ar, seen->article, *number, seen->at, e);
}

/* ---- comparing again ----------------------------------------------------- */

static bool compare_one_again(struct archive *ar, struct arena *a, const struct change_summary *old, struct err *e)
{
	struct article text;
	struct change c;

	if (!archive_version_text(ar, a, old->article, old->number, &text, e) ||
	    !compare(ar, a, old->article, old->number, &text, old->remade != 0, &c, e)) {
		if (e->kind != ERR_NOT_FOUND && e->kind != ERR_FORMAT)
			return false;
		log_warning("change %lld/%lld stays as it was: %s", (long long)old->article, (long long)old->number,
		            e->text);
		return true; /* one damaged text keeps nobody from the others */
	}
	struct change_summary s = versions_summary(old->article, old->number, &c);
	return archive_change_update(ar, &s, e);
}

static bool compare_some_again(struct archive *ar, struct arena *a, struct change_summary *last, int64_t method,
                               size_t *n, struct err *e)
{
	struct change_summary *list;
	struct arena *each = arena_new();
	bool ok = archive_changes_of_method_below(ar, a, method, last->article, last->number, AGAIN_AT_A_TIME, &list, n,
	                                          e);

	for (size_t i = 0; ok && i < *n; i++) {
		arena_reset(each);
		ok = compare_one_again(ar, each, &list[i], e);
		*last = list[i];
	}
	arena_free(each);
	return ok;
}

bool versions_compare_again(struct archive *ar, bool all, void (*done)(void *with, int64_t n), void *with,
                            int64_t *total, struct err *e)
{
	struct change_summary last = { 0 };
	struct arena *a = arena_new();
	size_t n = AGAIN_AT_A_TIME;
	bool ok = true;

	for (*total = 0; ok && n == AGAIN_AT_A_TIME; *total += (int64_t)n) {
		arena_reset(a);
		ok = archive_begin(ar, e) && compare_some_again(ar, a, &last, all ? INT64_MAX : CHANGE_METHOD, &n, e) &&
		     archive_commit(ar, e);
		if (ok && done)
			done(with, *total + (int64_t)n);
	}
	ok = ok && archive_fact_set(ar, METHOD_FACT, arena_printf(a, "%d", CHANGE_METHOD), e);
	if (!ok)
		archive_rollback(ar);
	arena_free(a);
	return ok;
}

bool versions_compared(struct archive *ar, struct arena *a, bool *current, struct err *e)
{
	struct str method;
	int64_t number;

	if (!archive_fact_get(ar, a, METHOD_FACT, &method, e))
		return false;
	*current = str_to_i64(method, &number) && number >= CHANGE_METHOD;
	return true;
}
