/*
 * Changes.  The cases in tests/cases/change read like this:
 *
 *     first version
 *     ====
 *     second version
 *     ====
 *     the rows
 *
 * In a version the first line is the title, "~ " a standfirst, "@ " a byline,
 * "# " a heading, "- " an item, anything else a paragraph.  A row is "=" same,
 * "~" edited, with [-what went-] and {+what came+}, "+" added, "-" removed;
 * ">" before it: moved here; "<": it stood here before.
 */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change/change.h"

static void read_version(struct arena *a, struct str text, struct article *out)
{
	struct str rest = text, line;

	*out = (struct article){ .blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS) };
	while (str_next_line(&rest, &line)) {
		struct str inside = line.n > 2 ? str_sub(line, 2, line.n) : STR_NONE;
		if (line.n == 0)
			continue;
		if (!out->title.n)
			out->title = line;
		else if (str_starts(line, STR("~ ")))
			out->standfirst = inside;
		else if (str_starts(line, STR("@ ")))
			out->bylines[out->nbylines++] = inside;
		else if (str_starts(line, STR("# ")))
			out->blocks[out->nblocks++] = (struct block){ BLOCK_HEADING, WHEN_NONE, inside };
		else if (str_starts(line, STR("- ")))
			out->blocks[out->nblocks++] = (struct block){ BLOCK_ITEM, WHEN_NONE, inside };
		else
			out->blocks[out->nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, line };
	}
}

static void print_edited(const struct change *c, const struct change_row *row, struct buf *out)
{
	struct str older = c->old_units[row->old_unit].text, newer = c->new_units[row->new_unit].text;
	uint32_t at = 0;

	for (uint32_t i = 0; i < row->nedits; i++) {
		const struct word_edit *e = &row->edits[i];
		buf_str(out, str_sub(newer, at, e->new_from));
		if (e->old_from < e->old_to)
			buf_printf(out, "[-%.*s-]", STR_ARG(str_sub(older, e->old_from, e->old_to)));
		if (e->new_from < e->new_to)
			buf_printf(out, "{+%.*s+}", STR_ARG(str_sub(newer, e->new_from, e->new_to)));
		at = e->new_to;
	}
	buf_str(out, str_sub(newer, at, newer.n));
}

static void print_rows(const struct change *c, struct buf *out)
{
	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct change_row *row = &c->rows[i];
		buf_printf(out, "%s%c ", row->ghost ? "<" : row->moved ? ">" : "", "=~+-"[row->kind]);
		if (row->kind == ROW_EDITED && !row->ghost)
			print_edited(c, row, out);
		else if (row->new_unit != NO_UNIT)
			buf_str(out, c->new_units[row->new_unit].text);
		else
			buf_str(out, c->old_units[row->old_unit].text);
		buf_byte(out, '\n');
	}
}

static void run_case(const char *path)
{
	struct str text = test_file(path), marks = STR("\n====\n");
	size_t one = str_find(text, marks), two;
	struct arena *a = arena_new();
	struct article older, newer;
	struct change c;
	struct buf got = BUF_INIT(MIB);

	CHECK(one != STR_NPOS);
	struct str rest = str_sub(text, one + marks.n, text.n);
	two = str_find(rest, marks);
	CHECK(two != STR_NPOS);
	read_version(a, str_sub(text, 0, one), &older);
	read_version(a, str_sub(rest, 0, two), &newer);
	change_compute(a, &older, &newer, &c);
	print_rows(&c, &got);
	struct str want = str_sub(rest, two + marks.n, rest.n);
	if (!str_eq(buf_view(&got), want))
		test_failed(path, 0, "the rows are\n%.*s", STR_ARG(buf_view(&got)));
	buf_free(&got);
	arena_free(a);
}

TEST(cases)
{
	struct dirent **entries;
	int n = scandir(test_case_path("change"), &entries, NULL, alphasort), seen = 0;

	CHECK(n > 0);
	for (int i = 0; i < n; i++) {
		char path[1024];
		snprintf(path, sizeof path, "%s/%s", test_case_path("change"), entries[i]->d_name);
		bool is_case = str_ends(str_from(path), STR(".txt"));
		seen += is_case;
		free(entries[i]);
		if (is_case)
			run_case(path);
	}
	free(entries);
	CHECK(seen >= 10);
}

/* ------------------------------------------------- what holds of any change -- */

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static const char *const vocabulary[] = { "bridge", "council", "the",    "of",     "river", "said", "mayor", "3,500",
	                                  "2019",   "closed",  "repair", "lorry",  "ferry", "and",  "after", "on",
	                                  "lane",   "cost",    "a",      "Monday", "storm", "tide", "quay",  "toll" };

static struct str draw_text(struct arena *a, uint32_t words)
{
	struct buf b = BUF_INIT(MIB);

	for (uint32_t i = 0; i < words; i++)
		buf_printf(&b, "%s%s%s", i ? " " : "", vocabulary[draw(sizeof vocabulary / sizeof *vocabulary)],
		           draw(9)   ? ""
		           : draw(2) ? ","
		                     : "-");
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* A version made from another by small edits, moves, additions, removals. */
static void vary(struct arena *a, const struct article *from, struct article *out)
{
	*out = *from;
	out->blocks = ARENA_ARRAY(a, struct block, 2 * from->nblocks + 8);
	out->nblocks = 0;
	for (size_t i = 0; i < from->nblocks; i++) {
		struct str text = from->blocks[draw(8) ? i : draw((uint32_t)from->nblocks)].text;
		if (!draw(6))
			continue;
		if (!draw(3))
			text = arena_printf(a, "%.*s %.*s", STR_ARG(str_sub(text, 0, text.n / 2)),
			                    STR_ARG(draw_text(a, 1 + draw(4))));
		out->blocks[out->nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, text };
		if (!draw(6))
			out->blocks[out->nblocks++] =
			        (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, draw_text(a, 1 + draw(30)) };
	}
	if (!draw(2))
		out->title = draw_text(a, 5);
}

/* Old text with the edits carried out is the new text. */
static void check_edits(const struct change *c, const struct change_row *row)
{
	struct str older = c->old_units[row->old_unit].text, newer = c->new_units[row->new_unit].text;
	struct buf b = BUF_INIT(MIB);
	uint32_t at = 0, new_at = 0;

	for (uint32_t i = 0; i < row->nedits; i++) {
		const struct word_edit *e = &row->edits[i];
		CHECK(e->old_from <= e->old_to && e->old_to <= older.n && e->new_from <= e->new_to &&
		      e->new_to <= newer.n);
		CHECK(e->old_from < e->old_to || e->new_from < e->new_to);
		CHECK(i == 0 || (e->old_from >= at && e->new_from >= new_at));
		CHECK(i == 0 || e->old_from > at || e->new_from > new_at);
		buf_str(&b, str_sub(older, at, e->old_from));
		buf_str(&b, str_sub(newer, e->new_from, e->new_to));
		at = e->old_to;
		new_at = e->new_to;
	}
	buf_str(&b, str_sub(older, at, older.n));
	CHECK(str_eq(buf_view(&b), newer));
	buf_free(&b);
}

static void check_rows(struct arena *a, const struct change *c)
{
	unsigned *old_seen = ARENA_ARRAY(a, unsigned, c->nold + 1), *new_seen = ARENA_ARRAY(a, unsigned, c->nnew + 1);
	uint32_t last_new = 0, last_old = 0, edited = 0, added = 0, removed = 0, moved = 0;

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct change_row *row = &c->rows[i];
		if (row->new_unit != NO_UNIT) {
			CHECK(new_seen[row->new_unit]++ == 0 && row->new_unit == last_new++);
			edited += row->kind == ROW_EDITED;
			added += row->kind == ROW_ADDED;
			moved += row->moved;
		}
		if (row->old_unit != NO_UNIT && !(row->moved && !row->ghost)) {
			CHECK(old_seen[row->old_unit]++ == 0 && row->old_unit == last_old++);
			removed += row->kind == ROW_REMOVED;
		}
		if (row->moved) {
			const struct change_row *partner = &c->rows[row->partner];
			CHECK(row->partner < c->nrows && partner->partner == i && partner->ghost != row->ghost);
			CHECK(partner->old_unit == row->old_unit && partner->kind == row->kind);
		}
		if (row->kind == ROW_EDITED && !row->ghost)
			check_edits(c, row);
		if (row->kind == ROW_SAME && row->new_unit != NO_UNIT)
			CHECK(str_eq(c->old_units[row->old_unit].text, c->new_units[row->new_unit].text));
	}
	CHECK_INT(last_new, c->nnew);
	CHECK_INT(last_old, c->nold);
	CHECK(edited == c->rows_edited && added == c->rows_added && removed == c->rows_removed &&
	      moved == c->rows_moved);
}

TEST(rows_hold_every_unit_and_edits_rebuild_the_text)
{
	struct arena *a = arena_new();

	for (seed = 1; seed < 3000000; seed += 7777) {
		struct article x = { .title = draw_text(a, 4) }, y;
		struct change c, again;
		uint32_t n = draw(20);
		x.blocks = ARENA_ARRAY(a, struct block, n + 1);
		for (uint32_t i = 0; i < n; i++)
			x.blocks[x.nblocks++] =
			        (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, draw_text(a, 1 + draw(draw(2) ? 6 : 40)) };
		vary(a, &x, &y);
		change_compute(a, &x, &y, &c);
		check_rows(a, &c);
		change_compute(a, &x, &y, &again);
		CHECK(again.nrows == c.nrows && again.words_added == c.words_added);
		change_compute(a, &y, &x, &again);
		check_rows(a, &again);
		change_compute(a, &x, &x, &again);
		CHECK(!again.rows_edited && !again.rows_added && !again.rows_removed && !again.rows_moved &&
		      !again.title_changed && !again.words_added);
		arena_reset(a);
	}
	arena_free(a);
}

TEST(counts)
{
	struct arena *a = arena_new();
	struct article x, y;
	struct change c;

	read_version(a, STR("Old title\nOne two three.\nFour five six seven.\nGone for good now.\n"), &x);
	read_version(a, STR("New title\nOne two three.\nFour five 60 seven.\nCame in late, at night.\n"), &y);
	change_compute(a, &x, &y, &c);
	CHECK(c.title_changed);
	CHECK_INT(c.words_removed, 1 + 1 + 4);
	CHECK_INT(c.words_added, 1 + 1 + 5);
	CHECK_INT(c.rows_edited, 2);
	arena_free(a);
}

TEST(a_changed_kind_is_an_edit_without_edits)
{
	struct arena *a = arena_new();
	struct article x, y;
	struct change c;

	read_version(a, STR("Title\nWhat happens next\n"), &x);
	read_version(a, STR("Title\n# What happens next\n"), &y);
	change_compute(a, &x, &y, &c);
	CHECK_INT(c.nrows, 2);
	CHECK_INT(c.rows[1].kind, ROW_EDITED);
	CHECK_INT(c.rows[1].nedits, 0);
	arena_free(a);
}

TEST(a_split_paragraph_is_kin_to_its_other_half)
{
	struct arena *a = arena_new();
	struct article x, y;
	struct change c;

	read_version(a,
	             STR("Court\nThe court in Lindau freed the editor of a weekly paper. Judges said the police had "
	                 "searched her office without any warrant.\nIt rained all day.\n"),
	             &x);
	read_version(a,
	             STR("Court\nThe court in Lindau freed the editor of a weekly paper.\nJudges said the police had "
	                 "searched her office without any warrant.\nIt rained all day.\n"),
	             &y);
	change_compute(a, &x, &y, &c);
	CHECK_INT(c.nkin, 1);
	CHECK_INT(c.kin[0].old_unit, 1);
	CHECK(c.rows_removed == 0 && c.rows_added == 1 && c.rows_edited == 1);
	for (uint32_t i = 0; i < c.nrows; i++)
		if (c.rows[i].kind == ROW_ADDED)
			CHECK_INT(c.rows[i].new_unit, c.kin[0].new_unit);
	arena_free(a);
}

TEST(empty_articles)
{
	struct arena *a = arena_new();
	struct article none = { 0 }, some;
	struct change c;

	change_compute(a, &none, &none, &c);
	CHECK_INT(c.nrows, 0);
	read_version(a, STR("Title\nText.\n"), &some);
	change_compute(a, &none, &some, &c);
	CHECK_INT(c.rows_added, 2);
	change_compute(a, &some, &none, &c);
	CHECK_INT(c.rows_removed, 2);
	CHECK(c.title_changed);
	CHECK(strcmp(row_kind_name(ROW_REMOVED), "removed") == 0);
	arena_free(a);
}

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The bounds are ten times what the header promises, for slow machines and
 * sanitizers. */
TEST(hostile_texts_do_not_take_long)
{
	struct arena *a = arena_new();
	struct article x = { .blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS) };
	struct article y = { .blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS) };
	struct change c;

	seed = 5;
	x.title = draw_text(a, 5000);
	y.title = draw_text(a, 5000);
	double from = cpu_ms();
	change_compute(a, &x, &y, &c);
	CHECK(cpu_ms() - from < 400);
	check_rows(a, &c);
	for (size_t i = 0; i < MAX_BLOCKS; i++) {
		x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, STR("* * *") };
		y.blocks[y.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, i % 2 ? STR("* * *") : STR("x") };
	}
	from = cpu_ms();
	change_compute(a, &x, &y, &c);
	CHECK(cpu_ms() - from < 3000);
	check_rows(a, &c);
	arena_free(a);
}

TEST_MAIN
