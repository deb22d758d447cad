/* Differences on a terminal: see difference.h. */
#include "cli/difference.h"

#include <string.h>

#include "cli/phrase.h"
#include "cli/wrap.h"

#define CONTEXT_ROWS 1

struct printing {
	const struct context *c;
	const struct change *change;
};

/* ---- operations --------------------------------------------------------- */

static void put_removed(const struct printing *p, struct wrap *w, struct str s)
{
	if (!s.n)
		return;
	wrap_put(w, COLOR_RED, p->c->color ? STR_NONE : STR("[-"));
	wrap_put(w, COLOR_RED, s);
	wrap_put(w, COLOR_RED, p->c->color ? STR_NONE : STR("-]"));
}

static void put_added(const struct printing *p, struct wrap *w, struct str s)
{
	if (!s.n)
		return;
	wrap_put(w, COLOR_GREEN, p->c->color ? STR_NONE : STR("{+"));
	wrap_put(w, COLOR_GREEN, s);
	wrap_put(w, COLOR_GREEN, p->c->color ? STR_NONE : STR("+}"));
}

static void put_words(const struct printing *p, struct wrap *w, const struct change_op *op)
{
	size_t at = 0;

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *edit = &op->words[i];
		wrap_put(w, COLOR_NONE, str_sub(op->new_text, at, edit->new_from));
		put_removed(p, w, str_sub(op->old_text, edit->old_from, edit->old_to));
		put_added(p, w, str_sub(op->new_text, edit->new_from, edit->new_to));
		at = edit->new_to;
	}
	wrap_put(w, COLOR_NONE, str_sub(op->new_text, at, op->new_text.n));
}

static void print_op(const struct printing *p, const struct change_op *op)
{
	static const struct {
		const char *prefix;
		enum color color;
	} looks[] = {
		[OP_SAME] = { "  ", COLOR_NONE },     [OP_EDITED] = { "~ ", COLOR_YELLOW },
		[OP_SPLIT] = { "~ ", COLOR_YELLOW },  [OP_MERGED] = { "~ ", COLOR_YELLOW },
		[OP_RECAST] = { "~ ", COLOR_YELLOW }, [OP_ADDED] = { "+ ", COLOR_GREEN },
		[OP_REMOVED] = { "- ", COLOR_RED },
	};

	if (op->moved)
		output_text(p->c, COLOR_CYAN, STR("> moved here\n"));
	struct wrap w = wrap_begin(p->c, looks[op->kind].color, looks[op->kind].prefix, 2);
	if (op->nolds && op->nnews)
		put_words(p, &w, op);
	else
		wrap_put(&w, looks[op->kind].color, op->nnews ? op->new_text : op->old_text);
	wrap_end(&w);
}

/* ---- the whole ---------------------------------------------------------- */

static bool is_near(const struct change *change, uint32_t at)
{
	uint32_t from = at > CONTEXT_ROWS ? at - CONTEXT_ROWS : 0;

	for (uint32_t i = from; i < change->nops && i <= at + CONTEXT_ROWS; i++)
		if (change->ops[i].kind != OP_SAME || change->ops[i].moved)
			return true;
	return false;
}

/* How many from this one on may be folded; a single one is not worth it. */
static uint32_t fold_length(const struct change *change, uint32_t from)
{
	uint32_t n = 0;

	while (from + n < change->nops && !is_near(change, from + n))
		n++;
	return n > 1 ? n : 0;
}

void difference_print(const struct context *c, const struct change *change, bool full)
{
	struct printing p = { c, change };

	for (uint32_t i = 0; i < change->nops && !output_broken();) {
		uint32_t folded = full ? 0 : fold_length(change, i);
		if (folded)
			output_printf(c, COLOR_DIM, "  ... %u unchanged sentences\n", folded);
		else
			print_op(&p, &change->ops[i]);
		output_text(c, COLOR_NONE, STR("\n"));
		i += folded ? folded : 1;
	}
}

void difference_print_counts(const struct context *c, const struct change *change)
{
	output_printf(c, COLOR_NONE, "%u edited, %u added, %u removed, %u moved; ", change->counts[OP_EDITED],
	              change->counts[OP_ADDED], change->counts[OP_REMOVED], change->moved);
	output_printf(c, COLOR_GREEN, "+%u", change->words_added);
	output_printf(c, COLOR_NONE, " ");
	output_printf(c, COLOR_RED, "-%u", change->words_removed);
	output_printf(c, COLOR_NONE, " words%s\n", change->title_changed ? "; headline changed" : "");
}

/* "Kinds:  stealth; headline,figure; weighs 0.62". */
static void print_kinds(const struct context *c, const struct change_summary *s)
{
	struct str kinds = edit_kinds_text(c->arena, s->kinds), natures = natures_text(c->arena, s->natures);

	if (!kinds.n && !natures.n)
		return;
	output_text(c, COLOR_NONE, STR("Kinds:  "));
	if (natures.n)
		output_printf(c, COLOR_BOLD, "%.*s; ", STR_ARG(natures));
	output_printf(c, COLOR_NONE, "%.*s; weighs %.2f\n", STR_ARG(kinds), (double)s->weight / 1000);
}

void change_print_header(const struct context *c, const struct change_item *item)
{
	struct str window = phrase_window(c->arena, item->before, item->first_seen, item->later);

	output_printf(c, COLOR_YELLOW, "change %lld/%lld", (long long)item->summary.article,
	              (long long)item->summary.number);
	output_printf(c, COLOR_CYAN, "  %.*s\n", STR_ARG(item->source_key));
	output_printf(c, COLOR_BOLD, "Title:  %.*s\n",
	              STR_ARG(item->new_title.n ? item->new_title : STR("(no title)")));
	if (item->summary.title_changed)
		output_printf(c, COLOR_NONE, "Before: %.*s\n", STR_ARG(item->old_title));
	output_printf(c, COLOR_NONE, "When:   %.*s\n", STR_ARG(window));
	print_kinds(c, &item->summary);
}

bool difference_load(struct archive *ar, struct arena *a, int64_t article, int64_t older, int64_t newer,
                     struct change *out, struct err *e)
{
	struct article *texts = ARENA_ARRAY(a, struct article, 2);

	if (!archive_version_text(ar, a, article, older, &texts[0], e) ||
	    !archive_version_text(ar, a, article, newer, &texts[1], e))
		return false;
	change_compute(a, &texts[0], &texts[1], NULL, out);
	return true;
}
