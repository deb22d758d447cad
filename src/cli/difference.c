/* Differences on a terminal: see difference.h. */
#include "cli/difference.h"

#include <string.h>

#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/compare.h"

#define CONTEXT_ROWS 1
#define QUOTE_COLUMNS 48

struct printing {
	const struct context *c;
	const struct change *change;
};

/* ---- names of places ---------------------------------------------------- */

const char *difference_head_name(enum unit_kind k)
{
	static const char *const names[] = { [UNIT_TITLE] = "headline",
		                             [UNIT_STANDFIRST] = "standfirst",
		                             [UNIT_BYLINE] = "byline",
		                             [UNIT_BLOCK] = NULL };

	return names[k];
}

/* "headline", or "paragraph 3": the blocks of each version count from 1. */
static struct str unit_name(const struct printing *p, const struct unit *units, uint32_t index)
{
	const char *head = difference_head_name(units[index].kind);

	return head ? str_from(head)
	            : arena_printf(p->c->arena, "paragraph %u", index - units_heads(units, index) + 1);
}

/* Where the other place of a moved op is. */
static struct str old_place(const struct printing *p, const struct change_op *op)
{
	return unit_name(p, p->change->old_units, p->change->old_sentences[op->olds[0]].unit);
}

static struct str new_place(const struct printing *p, const struct change_op *op)
{
	return unit_name(p, p->change->new_units, p->change->new_sentences[op->news[0]].unit);
}

/* What a reader must be told about a unit that is not a paragraph. */
static void put_label(const struct printing *p, struct wrap *w, const struct unit *u)
{
	const char *name = u->kind == UNIT_BLOCK ? block_kind_name(u->block) : difference_head_name(u->kind);

	if (u->kind != UNIT_BLOCK || u->block != BLOCK_PARAGRAPH)
		wrap_put(w, COLOR_DIM, arena_printf(p->c->arena, "%s: ", name));
}

/* ---- words -------------------------------------------------------------- */

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

/* Words that only changed their place in the sentence, or a capital. */
static void put_moved(struct wrap *w, struct str s)
{
	wrap_put(w, COLOR_NONE, STR("{>"));
	wrap_put(w, COLOR_NONE, s);
	wrap_put(w, COLOR_NONE, STR("<}"));
}

static void put_runs(const struct printing *p, struct wrap *w, const struct change_op *op, struct span part)
{
	uint32_t n;
	struct run *runs = op_runs(p->c->arena, op, RUNS_BOTH, part, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct run *r = &runs[i];
		bool gap = compare_is_gap(runs, i, n);
		if (r->kind == RUN_GONE && (r->kept || gap) && !p->c->color) /* told once, at its new place */
			continue;
		if (r->kind == RUN_SAME || gap)
			wrap_put(w, COLOR_NONE, r->text);
		else if (r->kept && p->c->color) /* not red and green: only their place changed */
			wrap_put(w, r->kind == RUN_GONE ? COLOR_DIM : COLOR_CYAN, r->text);
		else if (r->kept)
			put_moved(w, r->text);
		else
			(r->kind == RUN_GONE ? put_removed : put_added)(p, w, r->text);
	}
}

/* "(moved to paragraph 2: "The operator...")" instead of a sentence that is there now. */
static void put_went(const struct printing *p, struct wrap *w, const struct change_op *op, struct str text)
{
	struct str clip = text_clip(text, QUOTE_COLUMNS);

	wrap_put(w, COLOR_CYAN,
	         arena_printf(p->c->arena, "(%s %.*s: \"%.*s%s\")", op->moved ? "moved to" : "merged into",
	                      STR_ARG(new_place(p, op)), STR_ARG(clip), clip.n < text.n ? "..." : ""));
}

static void put_old_piece(const struct printing *p, struct wrap *w, const struct piece *piece)
{
	const struct change_op *op = &p->change->ops[piece->op];
	struct str text = p->change->old_sentences[piece->sentence].text;

	if (op->kind == OP_REMOVED)
		put_removed(p, w, text);
	else
		put_went(p, w, op, text);
}

static void put_new_piece(const struct printing *p, struct wrap *w, const struct change_row *row,
                          const struct piece *piece)
{
	static const char *const notes[OP_REMOVED + 1] = {
		[OP_SPLIT] = "(split) ", [OP_MERGED] = "(merged) ", [OP_RECAST] = "(recast) "
	};
	const struct change_op *op = &p->change->ops[piece->op];

	if (op->kind == OP_ADDED) {
		put_added(p, w, op->new_text);
		return;
	}
	if (op->moved && !row->moved)
		wrap_put(w, COLOR_CYAN,
		         arena_printf(p->c->arena, "(moved here from %.*s) ", STR_ARG(old_place(p, op))));
	wrap_put(w, COLOR_CYAN, str_from(notes[op->kind]));
	put_runs(p, w, op, op_span(op, p->change->new_sentences, true, piece->sentence));
}

/* ---- rows --------------------------------------------------------------- */

/* A row of which everything moved, at its old place. */
static void print_gone_row(const struct printing *p, const struct change_row *row)
{
	const struct change *c = p->change;
	struct str text = c->old_sentences[row->old.from].text, clip = text_clip(text, QUOTE_COLUMNS);

	output_printf(p->c, COLOR_CYAN, "< moved away; it is %.*s now: \"%.*s%s\"\n",
	              STR_ARG(new_place(p, &c->ops[c->old_op[row->old.from]])), STR_ARG(clip),
	              clip.n < text.n ? "..." : "");
}

static void print_row(const struct printing *p, const struct change_row *row)
{
	static const struct {
		const char *prefix;
		enum color color;
	} looks[] = {
		[ROW_SAME] = { "  ", COLOR_NONE },
		[ROW_EDITED] = { "~ ", COLOR_YELLOW },
		[ROW_ADDED] = { "+ ", COLOR_GREEN },
		[ROW_REMOVED] = { "- ", COLOR_RED },
	};
	const struct change *c = p->change;
	bool newer = row->new.unit != NO_UNIT;
	uint32_t n;

	if (row->moved && !newer) {
		print_gone_row(p, row);
		return;
	}
	if (row->moved)
		output_printf(p->c, COLOR_CYAN, "> moved here%s; it was %.*s\n",
		              row->kind == ROW_EDITED ? " and edited" : "",
		              STR_ARG(old_place(p, &c->ops[c->new_op[row->new.from]])));
	struct wrap w = wrap_begin(p->c, looks[row->kind].color, looks[row->kind].prefix, 2);
	put_label(p, &w, newer ? &c->new_units[row->new.unit] : &c->old_units[row->old.unit]);
	struct piece *pieces = change_row_pieces(p->c->arena, c, row, &n);
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			wrap_put(&w, COLOR_NONE, STR(" "));
		/* A row that only came or went needs no marks: its sign says so. */
		if (row->kind == ROW_ADDED || row->kind == ROW_REMOVED)
			wrap_put(&w, looks[row->kind].color,
			         (newer ? c->new_sentences : c->old_sentences)[pieces[i].sentence].text);
		else
			pieces[i].newer ? put_new_piece(p, &w, row, &pieces[i]) : put_old_piece(p, &w, &pieces[i]);
	}
	wrap_end(&w);
}

/* ---- the whole ---------------------------------------------------------- */

static bool is_near(const struct change *change, uint32_t at)
{
	uint32_t from = at > CONTEXT_ROWS ? at - CONTEXT_ROWS : 0;

	for (uint32_t i = from; i < change->nrows && i <= at + CONTEXT_ROWS; i++)
		if (change->rows[i].kind != ROW_SAME || change->rows[i].moved)
			return true;
	return false;
}

/* How many from this one on may be folded; a single one is not worth it. */
static uint32_t fold_length(const struct change *change, uint32_t from)
{
	uint32_t n = 0;

	while (from + n < change->nrows && !is_near(change, from + n))
		n++;
	return n > 1 ? n : 0;
}

void difference_print(const struct context *c, const struct change *change, bool full)
{
	struct printing p = { c, change };

	for (uint32_t i = 0; i < change->nrows && !output_broken();) {
		uint32_t folded = full ? 0 : fold_length(change, i);
		if (folded)
			output_printf(c, COLOR_DIM, "  ... %u unchanged paragraphs\n", folded);
		else
			print_row(&p, &change->rows[i]);
		output_text(c, COLOR_NONE, STR("\n"));
		i += folded ? folded : 1;
	}
}

/* ---- edits -------------------------------------------------------------- */

static struct str edit_place(const struct printing *p, const struct change_edit *e)
{
	if (e->op == NO_OP)
		return STR("page");
	return p->change->ops[e->op].nnews ? new_place(p, &p->change->ops[e->op])
	                                   : old_place(p, &p->change->ops[e->op]);
}

/* The words of a headline or of a sentence that was edited, else what stands at e->at. */
static void put_edit_words(const struct printing *p, struct wrap *w, const struct change_edit *e)
{
	if (e->op == NO_OP) {
		wrap_put(w, COLOR_NONE, e->why);
		return;
	}
	const struct change_op *op = &p->change->ops[e->op];
	if (e->kind == EDIT_MOVE)
		wrap_put(w, COLOR_NONE, op->new_text);
	else if (op->nwords && e->at.old_to - e->at.old_from == op->old_text.n)
		put_runs(p, w, op, (struct span){ 0, (uint32_t)op->new_text.n });
	else {
		put_removed(p, w, str_trim(str_sub(op->old_text, e->at.old_from, e->at.old_to)));
		put_added(p, w, str_trim(str_sub(op->new_text, e->at.new_from, e->at.new_to)));
	}
}

static void print_edit(const struct printing *p, const struct change_edit *e)
{
	struct wrap w = wrap_begin(p->c, COLOR_NONE, "", 4);

	wrap_put(&w, e->folded ? COLOR_DIM : COLOR_YELLOW, edit_kinds_text(p->c->arena, e->kinds));
	wrap_put(&w, COLOR_DIM,
	         arena_printf(p->c->arena, " (%.2f, %.*s): ", (double)e->weight, STR_ARG(edit_place(p, e))));
	put_edit_words(p, &w, e);
	wrap_end(&w);
}

void difference_print_edits(const struct context *c, const struct change *change, uint32_t kinds, bool matters)
{
	struct printing p = { c, change };
	uint32_t shown = 0;

	for (uint32_t i = 0; i < change->nedits && !output_broken(); i++) {
		if (!compare_chosen(&change->edits[i], kinds, matters))
			continue;
		print_edit(&p, &change->edits[i]);
		shown++;
	}
	if (shown < change->nedits)
		output_printf(c, COLOR_DIM, "%u other edits are not shown\n", change->nedits - shown);
}

/* ---- counts ------------------------------------------------------------- */

/* "2 figure, 1 quotation, 3 typography (folded)": edits by their own kind. */
static void print_kind_counts(const struct context *c, const struct change *change)
{
	uint32_t counts[EDIT_KINDS] = { 0 }, folded = 0;
	const char *between = "";

	for (uint32_t i = 0; i < change->nedits; i++) {
		counts[change->edits[i].kind]++;
		folded += change->edits[i].folded != NULL;
	}
	for (uint32_t k = 0; k < EDIT_KINDS; k++) {
		if (!counts[k])
			continue;
		output_printf(c, COLOR_NONE, "%s%u %s", between, counts[k], edit_kind_info(k)->name);
		between = ", ";
	}
	output_printf(c, COLOR_NONE, "%s", *between ? "" : "no edits");
	if (folded)
		output_printf(c, COLOR_DIM, " (%u of them trivial)", folded);
	output_text(c, COLOR_NONE, STR("\n"));
}

static void print_weight(const struct context *c, const struct change *change)
{
	struct str natures = natures_text(c->arena, change->natures);

	output_printf(c, COLOR_BOLD, "weighs %.2f%s", (double)change->weight,
	              change->weight >= WEIGHT_MATTERS ? "" : ", which is little");
	if (natures.n)
		output_printf(c, COLOR_BOLD, "; %.*s", STR_ARG(natures));
	if (change->why.n)
		output_printf(c, COLOR_NONE, ": %.*s", STR_ARG(change->why));
	output_text(c, COLOR_NONE, STR("\n"));
}

void difference_print_counts(const struct context *c, const struct change *change)
{
	const uint32_t *n = change->counts;

	print_kind_counts(c, change);
	output_printf(c, COLOR_NONE, "%u edited, %u added, %u removed, %u moved; ",
	              n[OP_EDITED] + n[OP_SPLIT] + n[OP_MERGED] + n[OP_RECAST], n[OP_ADDED], n[OP_REMOVED],
	              change->moved);
	output_printf(c, COLOR_GREEN, "+%u", change->words_added);
	output_printf(c, COLOR_NONE, " ");
	output_printf(c, COLOR_RED, "-%u", change->words_removed);
	output_printf(c, COLOR_NONE, " words%s\n", change->title_changed ? "; headline changed" : "");
	print_weight(c, change);
}

/* ---- the head of a change ----------------------------------------------- */

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
