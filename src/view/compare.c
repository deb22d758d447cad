/* Two versions compared: see compare.h. */
#include "view/compare.h"

#include <stdlib.h>

bool compare_versions(struct archive *ar, struct arena *a, int64_t article, int64_t older, int64_t newer,
                      struct article *older_text, struct article *newer_text, struct change *out, struct err *e)
{
	bool neighbours = newer == older + 1;
	struct article earlier;
	struct change_context context = { .earlier = &earlier, .nearlier = neighbours && older > 0 };
	when remade = 0;

	if (!archive_version_text(ar, a, article, older, older_text, e) ||
	    !archive_version_text(ar, a, article, newer, newer_text, e))
		return false;
	if (context.nearlier && !archive_version_text(ar, a, article, older - 1, &earlier, e))
		return false;
	if (neighbours && !archive_change_remade(ar, article, newer, &remade, e))
		return false;
	context.technical = remade != 0;
	change_compute(a, older_text, newer_text, &context, out);
	return true;
}

static bool is_kept(const struct run *r, const struct run *beside)
{
	return beside->kept && beside->kind == r->kind && beside->word == r->word;
}

bool compare_is_gap(const struct run *runs, uint32_t i, uint32_t n)
{
	const struct run *r = &runs[i];

	return r->kind != RUN_SAME && str_trim(r->text).n == 0 &&
	       ((i > 0 && is_kept(r, r - 1)) || (i + 1 < n && is_kept(r, r + 1)));
}

static int compare_weighed(const void *x, const void *y)
{
	const struct weighed *a = x, *b = y;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void compare_sort(struct weighed *list, uint32_t n)
{
	qsort(list, n, sizeof *list, compare_weighed);
}

bool compare_chosen(const struct change_edit *e, uint32_t kinds, bool matters)
{
	return (!kinds || e->kinds & kinds) && (!matters || e->weight >= WEIGHT_MATTERS);
}
