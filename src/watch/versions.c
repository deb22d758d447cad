/* From article texts to versions and changes: see versions.h. */
#include "watch/versions.h"

#include "change/change.h"

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

static bool store_change(struct archive *ar, struct arena *a, const struct versions_seen *seen, int64_t number,
                         const struct article *text, struct err *e)
{
	struct article older;
	struct change c;

	if (!archive_version_text(ar, a, seen->article, number - 1, &older, e))
		return false;
	change_compute(a, &older, text, &(struct change_context){ .technical = seen->found != 0 }, &c);
	struct change_summary s = {
		.article = seen->article,
		.number = number,
		.words_added = c.words_added,
		.words_removed = c.words_removed,
		.rows_edited = c.counts[OP_EDITED] + c.counts[OP_SPLIT] + c.counts[OP_MERGED] + c.counts[OP_RECAST],
		.rows_added = c.counts[OP_ADDED],
		.rows_removed = c.counts[OP_REMOVED],
		.rows_moved = c.moved,
		.title_changed = c.title_changed,
		.remade = seen->found,
	};
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
