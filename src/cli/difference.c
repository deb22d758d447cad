/* Differences on a terminal: see difference.h. */
#include "cli/difference.h"

#include <string.h>

#include "cli/phrase.h"
#include "cli/wrap.h"

#define CONTEXT_ROWS 1
#define QUOTE_COLUMNS 48

struct printing {
	const struct context *c;
	const struct change *change;
};

/* ---- names of units ----------------------------------------------------- */

/* "headline", or "paragraph 3": the blocks of each version count from 1. */
static struct str unit_name(const struct printing *p, const struct unit *units, uint32_t index)
{
	static const char *const names[] = {
		[UNIT_TITLE] = "headline",
		[UNIT_STANDFIRST] = "standfirst",
		[UNIT_BYLINE] = "byline",
	};
	uint32_t before = 0;

	if (units[index].kind != UNIT_BLOCK)
		return str_from(names[units[index].kind]);
	while (before < index && units[before].kind != UNIT_BLOCK)
		before++;
	return arena_printf(p->c->arena, "paragraph %u", index - before + 1);
}

/* What a reader must be told about a unit that is not a paragraph. */
static void put_label(struct wrap *w, const struct unit *u)
{
	static const char *const labels[] = {
		[UNIT_TITLE] = "headline: ",
		[UNIT_STANDFIRST] = "standfirst: ",
		[UNIT_BYLINE] = "byline: ",
	};

	if (u->kind != UNIT_BLOCK) {
		wrap_put(w, COLOR_DIM, str_from(labels[u->kind]));
	} else if (u->block != BLOCK_PARAGRAPH) {
		wrap_put(w, COLOR_DIM, str_from(block_kind_name(u->block)));
		wrap_put(w, COLOR_DIM, STR(": "));
	}
}

/* ---- rows --------------------------------------------------------------- */

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

static void put_words(const struct printing *p, struct wrap *w, const struct change_row *row)
{
	struct str old = p->change->old_units[row->old_unit].text, new = p->change->new_units[row->new_unit].text;
	size_t at = 0;

	for (uint32_t i = 0; i < row->nedits; i++) {
		const struct word_edit *edit = &row->edits[i];
		wrap_put(w, COLOR_NONE, str_sub(new, at, edit->new_from));
		put_removed(p, w, str_sub(old, edit->old_from, edit->old_to));
		put_added(p, w, str_sub(new, edit->new_from, edit->new_to));
		at = edit->new_to;
	}
	wrap_put(w, COLOR_NONE, str_sub(new, at, new.n));
}

static void print_moved_note(const struct printing *p, const struct change_row *row)
{
	const struct change_row *partner = &p->change->rows[row->partner];

	if (partner->old_unit == NO_UNIT)
		return;
	struct str name = unit_name(p, p->change->old_units, partner->old_unit);
	output_printf(p->c, COLOR_CYAN, "> moved here%s; it was %.*s\n", row->kind == ROW_EDITED ? " and edited" : "",
	              STR_ARG(name));
}

static void print_ghost(const struct printing *p, const struct change_row *row)
{
	const struct change_row *partner = &p->change->rows[row->partner];
	struct str text = p->change->old_units[row->old_unit].text, clip = text_clip(text, QUOTE_COLUMNS);
	struct str name =
	        partner->new_unit == NO_UNIT ? STR("elsewhere") : unit_name(p, p->change->new_units, partner->new_unit);

	output_printf(p->c, COLOR_CYAN, "< moved away; it is %.*s now: \"%.*s%s\"\n", STR_ARG(name), STR_ARG(clip),
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

	if (row->ghost) {
		print_ghost(p, row);
		return;
	}
	if (row->moved)
		print_moved_note(p, row);
	const struct unit *u =
	        row->new_unit == NO_UNIT ? &p->change->old_units[row->old_unit] : &p->change->new_units[row->new_unit];
	struct wrap w = wrap_begin(p->c, looks[row->kind].color, looks[row->kind].prefix, 2);
	put_label(&w, u);
	if (row->kind == ROW_EDITED && row->old_unit != NO_UNIT)
		put_words(p, &w, row);
	else if (row->kind == ROW_EDITED && row->moved)
		put_words(p, &w,
		          &(struct change_row){ .old_unit = p->change->rows[row->partner].old_unit,
		                                .new_unit = row->new_unit,
		                                .edits = row->edits,
		                                .nedits = row->nedits });
	else
		wrap_put(&w, looks[row->kind].color, u->text);
	wrap_end(&w);
}

/* ---- the whole ---------------------------------------------------------- */

static bool is_changed(const struct change_row *row)
{
	return row->kind != ROW_SAME || row->moved || row->ghost;
}

static bool is_near(const struct change *change, uint32_t at)
{
	uint32_t from = at > CONTEXT_ROWS ? at - CONTEXT_ROWS : 0;

	for (uint32_t i = from; i < change->nrows && i <= at + CONTEXT_ROWS; i++)
		if (is_changed(&change->rows[i]))
			return true;
	return false;
}

/* How many rows from this one on may be folded; a single one is not worth it. */
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

void difference_print_counts(const struct context *c, const struct change *change)
{
	output_printf(c, COLOR_NONE, "%u edited, %u added, %u removed, %u moved; ", change->rows_edited,
	              change->rows_added, change->rows_removed, change->rows_moved);
	output_printf(c, COLOR_GREEN, "+%u", change->words_added);
	output_printf(c, COLOR_NONE, " ");
	output_printf(c, COLOR_RED, "-%u", change->words_removed);
	output_printf(c, COLOR_NONE, " words%s\n", change->title_changed ? "; headline changed" : "");
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
}

bool difference_load(struct archive *ar, struct arena *a, int64_t article, int64_t older, int64_t newer,
                     struct change *out, struct err *e)
{
	struct article *texts = ARENA_ARRAY(a, struct article, 2);

	if (!archive_version_text(ar, a, article, older, &texts[0], e) ||
	    !archive_version_text(ar, a, article, newer, &texts[1], e))
		return false;
	change_compute(a, &texts[0], &texts[1], out);
	return true;
}
