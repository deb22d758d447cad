/* The same page for all: see same_page.h. */
#include "watch/same_page.h"

#include <string.h>

#define SAMPLE_BYTES 160
#define MET_STEP (1 * HOURS)

static uint64_t key_of(const struct sha256 *identity)
{
	uint64_t key;

	memcpy(&key, identity->bytes, sizeof key);
	return key;
}

bool same_page_known(const struct learn_rules *rules, const struct article *as_read, int64_t *rule)
{
	uint64_t key = 0;

	for (size_t i = 0; i < rules->n; i++) {
		const struct furniture *f = &rules->list[i];
		if (f->rule != FURNITURE_SAME_PAGE)
			continue;
		if (!key) {
			struct sha256 identity = article_identity(as_read);
			key = key_of(&identity);
		}
		if (f->hash == key) {
			*rule = f->id;
			return true;
		}
	}
	return false;
}

bool same_page_met(struct archive *ar, const struct learn_rules *rules, int64_t rule, when at, struct err *e)
{
	for (size_t i = 0; i < rules->n; i++) {
		when last = rules->list[i].left_out;
		if (rules->list[i].id == rule && at != WHEN_NONE && (last == WHEN_NONE || at - last >= MET_STEP))
			return archive_furniture_left_out(ar, rule, at, e);
	}
	return true;
}

/* Could this be a page that is not the article? */
static bool is_suspect(const struct learned *p, const struct versions_look *look)
{
	const struct article *text = &p->page.text;
	bool anonymous = text->published == WHEN_NONE && text->modified == WHEN_NONE && text->nbylines == 0;
	bool another = p->compared && p->unlike.head && p->unlike.nnews == text->nblocks;

	return look->number < 0 && (anonymous || another);
}

static struct str sample(struct arena *a, const struct article *text)
{
	struct str s = text->title.n || !text->nblocks ? text->title : text->blocks[0].text;

	return arena_str(a, utf8_head(s, SAMPLE_BYTES));
}

static bool find_others(struct archive *ar, struct arena *a, int64_t source, int64_t article,
                        const struct sha256 identities[2], int64_t **others, size_t *n, size_t *of, struct err *e)
{
	struct lesson *lessons;

	*n = 0;
	if (!archive_lessons(ar, a, source, &lessons, of, e))
		return false;
	*others = ARENA_ARRAY(a, int64_t, *of + 1);
	for (size_t i = 0; i < *of; i++) {
		int64_t number = -1;
		if (lessons[i].article == article)
			continue;
		for (int k = 0; k < 2 && number < 0; k++)
			if (!archive_version_with(ar, lessons[i].article, &identities[k], &number, e))
				return false;
		if (number >= 0)
			(*others)[(*n)++] = lessons[i].article;
	}
	return true;
}

bool same_page_learn(struct archive *ar, struct arena *a, int64_t source, int64_t article, when at,
                     const struct article *as_read, const struct learned *page, const struct versions_look *look,
                     bool *is, int64_t **stale, size_t *nstale, struct err *e)
{
	struct sha256 identities[2] = { look->identity, look->identity };
	size_t of;

	*is = false;
	*nstale = 0;
	if (!is_suspect(page, look))
		return true;
	if (page->nleft_out)
		identities[0] = article_identity(as_read);
	if (!find_others(ar, a, source, article, identities, stale, nstale, &of, e))
		return false;
	if (*nstale < SAME_PAGE_OTHERS) {
		*nstale = 0;
		return true;
	}
	struct furniture f = { .source = source,
		               .rule = FURNITURE_SAME_PAGE,
		               .hash = key_of(&identities[0]),
		               .sample = sample(a, &page->page.text),
		               .articles = (int64_t)*nstale + 1,
		               .of = (int64_t)of + 1,
		               .strong = true,
		               .last = at,
		               .since = at };
	if (!archive_furniture_put(ar, &f, e))
		return false;
	*is = f.since != WHEN_NONE; /* a person may have said that it is an article */
	if (!*is)
		*nstale = 0;
	return true;
}
