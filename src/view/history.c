/* Loading the lives of an article's sentences: see history.h. */
#include "view/history.h"

#include "view/json.h"

static bool choose_versions(struct archive *ar, struct arena *a, int64_t upto, struct history *out, struct err *e)
{
	struct version *all;
	size_t n, end = 0;

	if (!archive_versions(ar, a, out->article.id, &all, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (upto < 0 || all[i].number <= upto)
			end = i + 1;
	if (upto >= 0 && (end == 0 || all[end - 1].number != upto))
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version %lld", (long long)out->article.id,
		               (long long)upto);
	size_t first = end > MAX_HISTORY ? end - MAX_HISTORY : 0;
	out->versions = all + first;
	out->nversions = (uint32_t)(end - first);
	return true;
}

bool history_load(struct archive *ar, struct arena *a, int64_t article, int64_t upto, struct history *out,
                  struct err *e)
{
	*out = (struct history){ 0 };
	if (!archive_article(ar, a, article, &out->article, e) || !choose_versions(ar, a, upto, out, e))
		return false;
	out->texts = ARENA_ARRAY(a, struct article, out->nversions + 1);
	for (uint32_t i = 0; i < out->nversions; i++)
		if (!archive_version_text(ar, a, article, out->versions[i].number, &out->texts[i], e))
			return false;
	blame_compute(a, out->texts, out->nversions, &out->blame);
	return true;
}

static void json_life(struct json *j, const struct history *h, const struct life *l)
{
	json_object(j);
	view_json_unit(j, l->unit, l->block);
	json_field_bool(j, "begins_paragraph", l->begins);
	json_field_int(j, "since", h->versions[l->born].number);
	if (l->gone == STILL_THERE)
		json_field_null(j, "gone");
	else
		json_field_int(j, "gone", h->versions[l->gone].number);
	json_field_bool(j, "split", l->split);
	json_field_bool(j, "merged", l->merged);
	json_key(j, "wordings");
	json_array(j);
	for (uint32_t i = 0; i < l->nwordings; i++) {
		json_object(j);
		json_field_int(j, "version", h->versions[l->wordings[i].version].number);
		json_field_bool(j, "moved", l->wordings[i].moved);
		json_field_str(j, "text", l->wordings[i].text);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void view_json_history(struct json *j, const struct history *h)
{
	json_object(j);
	json_key(j, "article");
	view_json_article(j, &h->article);
	json_key(j, "versions");
	json_array(j);
	for (uint32_t i = 0; i < h->nversions; i++)
		view_json_version(j, &h->versions[i]);
	json_end(j);
	json_key(j, "sentences");
	json_array(j);
	for (uint32_t i = 0; i < h->blame.nlives; i++)
		json_life(j, h, &h->blame.lives[i]);
	json_end(j);
	json_end(j);
}
