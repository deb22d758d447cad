/* The comparison of two versions, step by step: see change.h and parts.h. */
#include "change/change.h"

#include "change/features.h"
#include "change/parts.h"

static struct str title_of(const struct unit *units, uint32_t n)
{
	return n && units[0].kind == UNIT_TITLE ? units[0].text : STR_NONE;
}

void change_compute(struct arena *a, const struct article *older, const struct article *newer,
                    const struct change_context *context, struct change *out)
{
	struct links links;

	*out = (struct change){ 0 };
	layout_make(a, older, newer, out);
	links_make(a, out, &links);
	ops_make(a, &links, out);
	rows_make(a, &links, out);
	edits_make(a, older, newer, out);
	struct op_reading *readings = arena_alloc(a, ((size_t)out->nops + 1) * sizeof *readings);
	edits_name(a, out, newer->language, links.op_tokens, readings);
	edits_weigh(a, out, readings);
	change_judge(a, older, newer, context, readings, out);
	out->title_changed =
	        !str_eq(title_of(out->old_units, out->nold_units), title_of(out->new_units, out->nnew_units));
}
