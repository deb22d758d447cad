/* The list of what the pages of a source have taught: see furniture.h. */
#include "cli/furniture.h"

#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/json.h"

static const char *state_of(const struct furniture *f)
{
	return f->verdict == VERDICT_KEEP   ? "kept, since you said so"
	       : f->verdict == VERDICT_DROP ? "left out, since you said so"
	       : f->since != WHEN_NONE      ? "left out"
	                                    : "still learning";
}

static void print_one(const struct context *c, const struct furniture *f)
{
	when now = clock_now(&c->clock);

	output_printf(c, COLOR_YELLOW, "\n%lld", (long long)f->id);
	output_printf(c, f->since != WHEN_NONE ? COLOR_BOLD : COLOR_NONE, "  %s: ", furniture_rule_name(f->rule));
	if (f->rule == FURNITURE_REPEATS)
		output_printf(c, COLOR_NONE, "in %lld of the last %.*s; %s\n", (long long)f->articles,
		              STR_ARG(phrase_count(c->arena, f->of, "article", "articles")), state_of(f));
	else if (f->rule == FURNITURE_SAME_PAGE)
		output_printf(c, COLOR_NONE, "the whole page came in place of %.*s; %s\n",
		              STR_ARG(phrase_count(c->arena, f->articles, "article", "articles")), state_of(f));
	else
		output_printf(c, COLOR_NONE, "changed by itself in %lld of the last %.*s seen again; %s\n",
		              (long long)f->articles, STR_ARG(phrase_count(c->arena, f->of, "article", "articles")),
		              state_of(f));
	struct wrap w = wrap_begin(c, COLOR_NONE, "    ", 4);
	wrap_put(&w, COLOR_DIM, f->sample);
	wrap_end(&w);
	if (f->since != WHEN_NONE)
		output_printf(c, COLOR_NONE, "    since %.*s", STR_ARG(phrase_relative(c->arena, f->since, now)));
	if (f->since != WHEN_NONE)
		output_printf(c, COLOR_NONE, "; last left out %.*s\n",
		              STR_ARG(f->left_out == WHEN_NONE ? STR("never yet")
		                                               : phrase_relative(c->arena, f->left_out, now)));
}

static void print_list(struct context *c, const struct source *source, const struct furniture *list, size_t n)
{
	output_begin(c);
	if (n == 0) {
		output_printf(c, COLOR_NONE, "The pages of %.*s have not taught any furniture yet.\n",
		              STR_ARG(source->key));
		return;
	}
	output_printf(c, COLOR_NONE, "furniture of ");
	output_printf(c, COLOR_CYAN, "%.*s\n", STR_ARG(source->key));
	for (size_t i = 0; i < n && !output_broken(); i++)
		print_one(c, &list[i]);
}

bool furniture_show(struct context *c, struct archive *ar, const struct source *source, struct err *e)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);
	struct furniture *list;
	size_t n;

	if (!archive_furniture(ar, c->arena, source->id, false, &list, &n, e))
		return false;
	if (!c->json) {
		print_list(c, source, list, n);
		return true;
	}
	json_object(&j);
	json_field_str(&j, "source", source->key);
	json_key(&j, "furniture");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		view_json_furniture(&j, &list[i]);
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
	return true;
}
