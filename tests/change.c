/*
 * Changes.  The cases in tests/cases/change read like this:
 *
 *     first version
 *     ====
 *     second version
 *     ====
 *     the operations
 *     ====
 *     the rows
 *
 * Versions are as in versions.h.  An operation is "=" same, "~" edited, with
 * [-what went-] and {+what came+}, "/" split, "&" merged, "%" recast, "+"
 * added, "-" removed; ">" before it: it moved.  A row is its kind as these
 * signs, ">" if all of it moved, and the first words of both sides with " | "
 * between; the rows may be left out.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "change/blame.h"
#include "edits.h"
#include "versions.h"

static void read_version(struct arena *a, struct str text, struct article *out)
{
	version_read(a, text, NULL, out);
}

static void print_op(const struct change_op *op, struct buf *out)
{
	uint32_t at = 0;

	buf_printf(out, "%s%c ", op->moved ? ">" : "", "=~/&%+-"[op->kind]);
	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *e = &op->words[i];
		buf_str(out, str_sub(op->new_text, at, e->new_from));
		if (e->old_from < e->old_to)
			buf_printf(out, "[-%.*s-]", STR_ARG(str_sub(op->old_text, e->old_from, e->old_to)));
		if (e->new_from < e->new_to)
			buf_printf(out, "{+%.*s+}", STR_ARG(str_sub(op->new_text, e->new_from, e->new_to)));
		at = e->new_to;
	}
	buf_str(out, op->nnews ? str_sub(op->new_text, at, op->new_text.n) : op->old_text);
	buf_byte(out, '\n');
}

static struct str fragment_words(const struct unit *units, const struct sentence *all, const struct fragment *f)
{
	if (f->unit == NO_UNIT)
		return STR_NONE;
	struct str s =
	        str_sub(units[f->unit].text, all[f->from].from, all[f->to - 1].from + (uint32_t)all[f->to - 1].text.n);
	return s.n <= 40 ? s : str_sub(s, 0, 24);
}

static void print_row(const struct change *c, const struct change_row *row, struct buf *out)
{
	struct str old = fragment_words(c->old_units, c->old_sentences, &row->old),
	           new = fragment_words(c->new_units, c->new_sentences, &row->new);

	buf_printf(out, "%s%c %.*s | %.*s\n", row->moved ? ">" : "", "=~+-"[row->kind], STR_ARG(old), STR_ARG(new));
}

static void check_part(const char *path, const char *what, struct str got, struct str want)
{
	while (str_ends(want, STR("\n")))
		want.n--;
	while (str_ends(got, STR("\n")))
		got.n--;
	if (!str_eq(got, want))
		test_failed(path, 0, "the %s are\n%.*s", what, STR_ARG(got));
}

static void run_case(const char *path)
{
	struct str parts[4];
	size_t n = test_parts(test_file(path), parts, 4);
	struct arena *a = arena_new();
	struct article older, newer;
	struct change c;
	struct buf got = BUF_INIT(MIB);

	CHECK(n >= 3);
	read_version(a, parts[0], &older);
	read_version(a, parts[1], &newer);
	change_compute(a, &older, &newer, NULL, &c);
	for (uint32_t i = 0; i < c.nops; i++)
		print_op(&c.ops[i], &got);
	check_part(path, "operations", buf_view(&got), parts[2]);
	buf_reset(&got);
	for (uint32_t i = 0; i < c.nrows; i++)
		print_row(&c, &c.rows[i], &got);
	if (n == 4)
		check_part(path, "rows", buf_view(&got), parts[3]);
	buf_free(&got);
	arena_free(a);
}

TEST(cases)
{
	CHECK(test_each_case("change", ".txt", run_case) >= 10);
}

/* ------------------------------------------------- what holds of any change -- */

static const char *const vocabulary[] = { "bridge", "council", "the",    "of",     "river", "said", "mayor", "3,500",
	                                  "2019",   "closed",  "repair", "lorry",  "ferry", "and",  "after", "on",
	                                  "lane",   "cost",    "a",      "Monday", "storm", "tide", "quay",  "toll" };

static struct str draw_text(struct arena *a, uint32_t words)
{
	struct buf b = BUF_INIT(MIB);

	for (uint32_t i = 0; i < words; i++)
		buf_printf(&b, "%s%s%s", i ? " " : "", vocabulary[test_draw(sizeof vocabulary / sizeof *vocabulary)],
		           test_draw(9)   ? ""
		           : test_draw(2) ? ","
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
		struct str text = from->blocks[test_draw(8) ? i : test_draw((uint32_t)from->nblocks)].text;
		if (!test_draw(6))
			continue;
		if (!test_draw(3))
			text = arena_printf(a, "%.*s %.*s", STR_ARG(str_trim(str_sub(text, 0, text.n / 2))),
			                    STR_ARG(draw_text(a, 1 + test_draw(4))));
		out->blocks[out->nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, text };
		if (!test_draw(6))
			out->blocks[out->nblocks++] =
			        (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, draw_text(a, 1 + test_draw(30)) };
	}
	if (!test_draw(2))
		out->title = draw_text(a, 5);
}

/* Every sentence is in one op, every op knows its sentences. */
static void check_ops(const struct change *c)
{
	uint32_t olds = 0, news = 0, kinds[OP_REMOVED + 1] = { 0 }, moved = 0;

	for (uint32_t i = 0; i < c->nops; i++) {
		const struct change_op *op = &c->ops[i];
		for (uint32_t k = 0; k < op->nolds; k++, olds++) {
			struct span s = op_span(op, c->old_sentences, false, op->olds[k]);
			CHECK(c->old_op[op->olds[k]] == i && (k == 0 || op->olds[k - 1] < op->olds[k]));
			CHECK(str_eq(str_sub(op->old_text, s.from, s.to), c->old_sentences[op->olds[k]].text));
		}
		for (uint32_t k = 0; k < op->nnews; k++, news++) {
			struct span s = op_span(op, c->new_sentences, true, op->news[k]);
			CHECK(c->new_op[op->news[k]] == i && (k == 0 || op->news[k - 1] < op->news[k]));
			CHECK(str_eq(str_sub(op->new_text, s.from, s.to), c->new_sentences[op->news[k]].text));
		}
		kinds[op->kind]++;
		moved += op->moved;
		CHECK((op->kind == OP_ADDED) == !op->nolds && (op->kind == OP_REMOVED) == !op->nnews);
		if (op->kind == OP_SAME)
			CHECK(str_eq(op->old_text, op->new_text));
		else if (op->nolds && op->nnews)
			check_rebuilds(op->old_text, op->new_text, op->words, op->nwords);
	}
	CHECK(olds == c->nold && news == c->nnew && moved == c->moved);
	CHECK(memcmp(kinds, c->counts, sizeof kinds) == 0);
}

static void check_fragment(const struct fragment *f, const struct sentence *all, uint32_t *next)
{
	if (f->unit == NO_UNIT)
		return;
	CHECK(f->from == *next && f->from < f->to && all[f->from].unit == f->unit && all[f->to - 1].unit == f->unit);
	*next = f->to;
}

/* Rows hold every sentence once, in order, on both sides. */
static void check_rows(const struct change *c)
{
	uint32_t o = 0, n = 0;

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct change_row *row = &c->rows[i];
		check_fragment(&row->old, c->old_sentences, &o);
		check_fragment(&row->new, c->new_sentences, &n);
		CHECK(row->old.unit != NO_UNIT || row->new.unit != NO_UNIT);
		for (uint32_t s = row->new.from; row->kind == ROW_SAME && row->new.unit != NO_UNIT &&s < row->new.to;
		     s++)
			CHECK(c->ops[c->new_op[s]].kind == OP_SAME);
	}
	CHECK(o == c->nold && n == c->nnew);
}

/* Runs are the sentence again, and every word that went is told once. */
static void check_runs(struct arena *a, const struct change *c, const struct change_op *op, bool newer)
{
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;
	const uint32_t *at = newer ? op->news : op->olds;
	size_t gone = 0, told = 0;
	uint32_t n;

	for (uint32_t i = 0; i < op->nwords; i++)
		gone += op->words[i].old_to - op->words[i].old_from;
	for (uint32_t k = 0; k < (newer ? op->nnews : op->nolds); k++) {
		struct span part = op_span(op, all, newer, at[k]);
		struct run *runs = op_runs(a, op, newer ? RUNS_BOTH : RUNS_OLD, part, &n);
		struct buf b = BUF_INIT(MIB);
		for (uint32_t i = 0; i < n; i++) {
			told += runs[i].kind == RUN_GONE ? runs[i].text.n : 0;
			if (!newer || runs[i].kind != RUN_GONE)
				buf_str(&b, runs[i].text);
		}
		CHECK(str_eq(buf_view(&b), all[at[k]].text));
		buf_free(&b);
	}
	CHECK(!newer || !op->nolds || op->kind == OP_SAME || told == gone);
}

static void check_pieces(struct arena *a, const struct change *c)
{
	uint32_t olds = 0, next = 0, n;

	for (uint32_t i = 0; i < c->nrows; i++) {
		struct piece *pieces = change_row_pieces(a, c, &c->rows[i], &n);
		for (uint32_t k = 0; k < n; k++) {
			CHECK(!pieces[k].newer || pieces[k].sentence == next++);
			olds += !pieces[k].newer && c->ops[pieces[k].op].kind == OP_REMOVED;
		}
	}
	CHECK(next == c->nnew && olds == c->counts[OP_REMOVED]);
	for (uint32_t i = 0; i < c->nops; i++) {
		check_runs(a, c, &c->ops[i], false);
		check_runs(a, c, &c->ops[i], true);
	}
}

static int compare_keys(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return (a > b) - (a < b);
}

static void check_edits(struct arena *a, const struct change *c)
{
	uint64_t *keys = ARENA_ARRAY(a, uint64_t, c->nedits + 1);

	for (uint32_t i = 0; i < c->nedits; i++) {
		const struct change_edit *e = &c->edits[i];
		keys[i] = e->key;
		CHECK((e->kinds & KIND_BIT(e->kind)) && e->weight >= 0 && e->weight <= 1);
		CHECK(e->op == NO_OP || e->op < c->nops);
		for (uint32_t k = 0; k < e->nfindings && e->op != NO_OP; k++)
			CHECK(e->findings[k].at.old_to <= c->ops[e->op].old_text.n &&
			      e->findings[k].at.new_to <= c->ops[e->op].new_text.n);
	}
	qsort(keys, c->nedits, sizeof *keys, compare_keys);
	for (uint32_t i = 0; i < c->nedits; i++)
		CHECK(keys[i] && keys[i] < 1ull << 48 && (i == 0 || keys[i] != keys[i - 1]));
	CHECK(c->weight >= 0 && c->weight <= 1);
}

static void check_change(struct arena *a, const struct change *c)
{
	check_ops(c);
	check_rows(c);
	check_edits(a, c);
	check_pieces(a, c);
}

TEST(everything_is_told_once_and_edits_rebuild_the_text)
{
	struct arena *a = arena_new();

	for (uint32_t round = 1; round <= 300; round++) {
		test_seed = round * 7777;
		struct article x = { .title = draw_text(a, 4) }, y;
		struct change c, again;
		uint32_t n = test_draw(20);
		x.blocks = ARENA_ARRAY(a, struct block, n + 1);
		for (uint32_t i = 0; i < n; i++)
			x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE,
				                                draw_text(a, 1 + test_draw(test_draw(2) ? 6 : 40)) };
		vary(a, &x, &y);
		change_compute(a, &x, &y, NULL, &c);
		check_change(a, &c);
		change_compute(a, &x, &y, NULL, &again);
		CHECK(again.nrows == c.nrows && again.words_added == c.words_added);
		change_compute(a, &y, &x, NULL, &again);
		check_change(a, &again);
		change_compute(a, &x, &x, NULL, &again);
		CHECK_INT(again.counts[OP_SAME], again.nops);
		CHECK(!again.moved && !again.title_changed && !again.words_added);
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
	change_compute(a, &x, &y, NULL, &c);
	CHECK(c.title_changed);
	CHECK_INT(c.words_removed, 1 + 1 + 4);
	CHECK_INT(c.words_added, 1 + 1 + 5);
	CHECK_INT(c.counts[OP_EDITED], 2);
	arena_free(a);
}

TEST(a_changed_kind_is_an_edit_without_edits)
{
	struct arena *a = arena_new();
	struct article x, y;
	struct change c;

	read_version(a, STR("Title\nWhat happens next\n"), &x);
	read_version(a, STR("Title\n# What happens next\n"), &y);
	change_compute(a, &x, &y, NULL, &c);
	CHECK_INT(c.nrows, 2);
	CHECK_INT(c.rows[1].kind, ROW_EDITED);
	CHECK_INT(c.ops[1].nwords, 0);
	CHECK_INT(c.nedits, 1);
	CHECK_INT(c.edits[0].kind, EDIT_TYPOGRAPHY);
	arena_free(a);
}

TEST(empty_articles)
{
	struct arena *a = arena_new();
	struct article none = { 0 }, some;
	struct change c;

	change_compute(a, &none, &none, NULL, &c);
	CHECK_INT(c.nrows, 0);
	read_version(a, STR("Title\nText.\n"), &some);
	change_compute(a, &none, &some, NULL, &c);
	CHECK_INT(c.counts[OP_ADDED], 2);
	change_compute(a, &some, &none, NULL, &c);
	CHECK_INT(c.counts[OP_REMOVED], 2);
	CHECK(c.title_changed);
	CHECK(strcmp(row_kind_name(ROW_REMOVED), "removed") == 0);
	arena_free(a);
}

/* ---- lives of sentences ------------------------------------------------- */

static struct str print_lives(struct arena *a, const struct blame *b)
{
	struct buf out = BUF_INIT(MIB);

	for (uint32_t i = 0; i < b->nlives; i++) {
		const struct life *l = &b->lives[i];
		buf_printf(&out, "%u-", l->born);
		if (l->gone != STILL_THERE)
			buf_printf(&out, "%u%s", l->gone, l->merged ? "&" : "");
		buf_printf(&out, "%s%s", l->split ? "/" : "", l->begins ? "" : " ");
		for (uint32_t k = 0; k < l->nwordings; k++)
			buf_printf(&out, " | %s%.*s", l->wordings[k].moved ? ">" : "", STR_ARG(l->wordings[k].text));
		buf_byte(&out, '\n');
	}
	struct str s = arena_str(a, buf_view(&out));
	buf_free(&out);
	return s;
}

TEST(sentences_are_followed_through_all_versions)
{
	static const char *const texts[] = {
		"Bridge shut\nThe bridge shut on Monday. Cracks were found in two of its piers. It was built in 1931.\n"
		"Buses go round by Holm.\n",
		"Bridge shut\nThe bridge shut on Monday. Cracks were found in three of its piers. It was built in "
		"1931.\n"
		"Buses go round by Holm.\nThe mayor has resigned over it.\n",
		"Bridge open\nThe bridge shut on Monday. Cracks were found in three of its piers.\n"
		"The mayor has resigned over it.\nBuses go round by Holm.\n",
		"Bridge open\nThe bridge shut on Monday. Cracks were found in three of its old piers.\n"
		"Buses go round by Holm.\n",
	};
	struct arena *a = arena_new();
	struct article versions[4];
	struct blame b;

	for (int i = 0; i < 4; i++)
		read_version(a, str_from(texts[i]), &versions[i]);
	blame_compute(a, versions, 4, &b);
	CHECK_STR(print_lives(a, &b),
	          "0- | Bridge shut | Bridge open\n"
	          "0- | The bridge shut on Monday.\n"
	          "0-  | Cracks were found in two of its piers. | Cracks were found in three of its piers."
	          " | Cracks were found in three of its old piers.\n"
	          "0-2  | It was built in 1931.\n"
	          "1-3 | The mayor has resigned over it.\n"
	          "0- | Buses go round by Holm. | >Buses go round by Holm.\n");
	blame_compute(a, versions, 1, &b);
	CHECK_INT(b.nlives, 5);
	blame_compute(a, versions, 0, &b);
	CHECK_INT(b.nlives, 0);
	arena_free(a);
}

TEST(equal_edits_have_names_of_their_own)
{
	struct arena *a = arena_new();
	struct article x = { .blocks = ARENA_ARRAY(a, struct block, 40) }, y = x;
	struct change c;

	y.blocks = ARENA_ARRAY(a, struct block, 40);
	for (int i = 0; i < 40; i++) {
		x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, STR("The gate is shut at six.") };
		y.blocks[y.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, STR("The gate is shut at nine.") };
	}
	change_compute(a, &x, &y, NULL, &c);
	CHECK(c.nedits >= 40);
	check_edits(a, &c);
	/* A further edit elsewhere renames none of them. */
	uint32_t n = c.nedits;
	uint64_t last = c.edits[n - 1].key;
	x.title = STR("Opening times");
	y.title = STR("Opening times changed");
	change_compute(a, &x, &y, NULL, &c);
	CHECK_INT(c.nedits, n + 1);
	CHECK(c.edits[n].key == last);
	arena_free(a);
}

/* What would be minutes or worse if it grew with the square of the text: the
 * runner ends it then. */
TEST(hostile_texts_come_to_an_end)
{
	struct arena *a = arena_new();
	struct article x = { .blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS) };
	struct article y = { .blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS) };
	struct change c;

	test_seed = 5;
	x.title = draw_text(a, 5000);
	y.title = draw_text(a, 5000);
	change_compute(a, &x, &y, NULL, &c);
	check_change(a, &c);
	for (size_t i = 0; i < MAX_BLOCKS; i++) {
		x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, STR("* * *") };
		y.blocks[y.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, i % 2 ? STR("* * *") : STR("x") };
	}
	change_compute(a, &x, &y, NULL, &c);
	check_change(a, &c);
	arena_free(a);
}

TEST_MAIN
