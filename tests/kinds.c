/*
 * Figures, quotation marks, and the kinds, weights and natures of edits.
 *
 * tests/cases/figures/LANGUAGE.txt: "text | figures", one a line.
 *
 * tests/cases/kinds-edits/LANGUAGE.txt: "- old text", "+ new text" ("-t", "+t":
 * a title), then a line for each edit: its kinds, the rule that folds it in
 * brackets; below it each finding with what it rests on.
 *
 * tests/cases/kinds-changes/NAME.txt: two versions as in tests/cases/change,
 * then the natures and the reasons.
 */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "change/change.h"
#include "text/figures.h"
#include "text/moments.h"
#include "text/quotemarks.h"
#include "versions.h"

/* The name of a case begins with its language. */
static struct str language_of(const char *path)
{
	struct str language, rest;

	str_cut(str_from(strrchr(path, '/') + 1), '.', &language, &rest);
	return str_eq(language, STR("unknown")) ? STR_NONE : language;
}

static void expect(const char *path, struct str got, struct str want)
{
	if (!str_eq(got, want))
		test_failed(path, 0, "it reads\n%.*s", STR_ARG(got));
}

/* ---- figures ----------------------------------------------------------------- */

static void run_figures(const char *path)
{
	struct arena *a = arena_new();
	struct str file = test_file(path), rest = file, line, text, want;
	struct buf got = BUF_INIT(MIB);

	while (str_next_line(&rest, &line)) {
		str_cut(line, '|', &text, &want);
		text = str_trim(text);
		uint32_t n;
		const struct figure *f = figures_find(a, text, language_of(path), &n);
		buf_str(&got, text);
		buf_puts(&got, " |");
		for (uint32_t i = 0; i < n; i++) {
			buf_printf(&got, "%s %.*s", i ? ";" : "", STR_ARG(figure_print(a, &f[i])));
			if (f[i].counted.n)
				buf_printf(&got, " %.*s", STR_ARG(f[i].counted));
			CHECK(f[i].from <= f[i].value_from && f[i].value_from < f[i].value_to &&
			      f[i].value_to <= f[i].to && f[i].to <= text.n);
		}
		buf_byte(&got, '\n');
	}
	expect(path, buf_view(&got), file);
	buf_free(&got);
	arena_free(a);
}

TEST(figures)
{
	CHECK(test_each_case("figures", ".txt", run_figures) >= 8);
}

TEST(figures_say_what_changed_between_them)
{
	struct arena *a = arena_new();
	uint32_t n;
	struct str tx = STR("more than 250 soldiers"), ty = STR("up to 275 soldiers"),
	           tv = STR("Several hundred came."), tz = STR("up to two hundred and seventy-five");
	const struct figure *x = figures_find(a, tx, STR("en"), &n), *y = figures_find(a, ty, STR("en"), &n);
	const struct figure *z = figures_find(a, tz, STR("en"), &n), *v = figures_find(a, tv, STR("en"), &n);

	CHECK_STR(figure_tell(a, tx, x, ty, y), "“more than 250” became “up to 275”");
	CHECK_STR(figure_tell(a, tv, v, tx, x), "“Several hundred” became “more than 250” (300 to 900; more than 250)");
	CHECK(!figure_same(x, y) && figure_same(y, z));
	CHECK_STR(figure_tell(a, ty, y, tz, z), "");
	arena_free(a);
}

/* ---- quotation marks ------------------------------------------------------------ */

static void check_quotes(const char *text, const char *want)
{
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(MIB);
	uint32_t n;
	const struct quoted *q = quotemarks_find(a, str_from(text), &n);

	for (uint32_t i = 0; i < n; i++)
		buf_printf(&got, "[%.*s]", STR_ARG(str_sub(str_from(text), q[i].in, q[i].out)));
	if (!str_eq(buf_view(&got), str_from(want)))
		test_failed(__FILE__, __LINE__, "%s: %.*s, not %s", text, STR_ARG(buf_view(&got)), want);
	buf_free(&got);
	arena_free(a);
}

TEST(quotations_of_all_styles)
{
	check_quotes("He said \"no\" and \"never\".", "[no][never]");
	check_quotes("She said “we don’t know” twice.", "[we don’t know]");
	check_quotes("The 'peaceful' march wasn't the boys' idea.", "[peaceful]");
	check_quotes("The boys' club and the girls' club didn't meet.", "");
	check_quotes("Er sagte: „Das ist falsch“, und ging.", "[Das ist falsch]");
	check_quotes("Il a dit « c'est faux » hier.", "[ c'est faux ]");
	check_quotes("Er sagte »nein« und ‚ja‘.", "[nein][ja]");
	check_quotes("他說「不會」，又說『會』。", "[不會][會]");
	check_quotes("“It goes on, he said.", "[It goes on, he said.]");
	check_quotes("A 6\" pipe and a 5' plank", "");
	check_quotes("It’s rock ’n’ roll", "");
}

/* ---- kinds of edits ---------------------------------------------------------------- */

static struct article article_of(struct arena *a, struct str text, bool title, struct str language)
{
	struct article x = { .language = language };

	if (title) {
		x.title = text;
		return x;
	}
	x.blocks = ARENA_ARRAY(a, struct block, 1);
	if (text.n)
		x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, text };
	return x;
}

static void print_edit(const struct change *c, const struct change_edit *e, struct buf *out)
{
	bool first = true;

	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (e->kinds & KIND_BIT(k)) {
			buf_printf(out, "%s%s", first ? "" : ", ", edit_kind_info((enum edit_kind)k)->name);
			first = false;
		}
	if (e->folded)
		buf_printf(out, " (%s)", e->folded);
	buf_byte(out, '\n');
	for (uint32_t i = 0; i < e->nfindings; i++) {
		const struct finding *f = &e->findings[i];
		const struct change_op *op = &c->ops[e->op];
		buf_printf(out, "    %s [%.*s] > [%.*s]: %.*s\n", edit_kind_info(f->kind)->name,
		           STR_ARG(str_sub(op->old_text, f->at.old_from, f->at.old_to)),
		           STR_ARG(str_sub(op->new_text, f->at.new_from, f->at.new_to)), STR_ARG(f->why));
	}
}

static void run_pair(struct arena *a, struct str old, struct str new, bool title, struct str language, struct buf *out)
{
	struct article x = article_of(a, old, title, language), y = article_of(a, new, title, language);
	struct change c;

	change_compute(a, &x, &y, NULL, &c);
	for (uint32_t i = 0; i < c.nedits; i++)
		print_edit(&c, &c.edits[i], out);
}

static void run_edits(const char *path)
{
	struct arena *a = arena_new();
	struct str file = test_file(path), rest = file, line, old = STR_NONE;
	struct buf got = BUF_INIT(MIB);

	while (str_next_line(&rest, &line)) {
		bool title = line.n > 2 && line.p[1] == 't';
		struct str text = str_trim(str_sub(line, title ? 2 : 1, line.n));
		char sign = line.n ? line.p[0] : ' ';
		if (sign != '-' && sign != '+' && sign != '#')
			continue;
		buf_str(&got, line);
		buf_byte(&got, '\n');
		if (sign == '-')
			old = text;
		if (sign != '+')
			continue;
		run_pair(a, old, text, title, language_of(path), &got);
		buf_puts(&got, rest.n ? "\n" : "");
		old = STR_NONE;
	}
	while (got.n && got.p[got.n - 1] == '\n' && !(rest.n))
		if (got.n > 1 && got.p[got.n - 2] == '\n')
			got.n--;
		else
			break;
	expect(path, buf_view(&got), file);
	buf_free(&got);
	arena_free(a);
}

TEST(kinds_of_edits)
{
	CHECK(test_each_case("kinds-edits", ".txt", run_edits) >= 6);
}

/* ---- whole changes ------------------------------------------------------------------- */

/* Versions are parted by "===="; before the last two may stand earlier ones; behind them what is expected. */
static void run_change(const char *path)
{
	struct arena *a = arena_new();
	struct str parts[5];
	struct article versions[4];
	struct buf got = BUF_INIT(MIB);
	struct change c;
	size_t n = test_parts(test_file(path), parts, 5) - 1;

	CHECK(n >= 2);
	for (size_t i = 0; i < n; i++)
		version_read(a, parts[i], "en", &versions[i]);
	struct change_context context = { .earlier = versions, .nearlier = (uint32_t)(n - 2) };
	change_compute(a, &versions[n - 2], &versions[n - 1], &context, &c);
	for (uint32_t k = 0; k < NATURES; k++)
		if (c.natures & KIND_BIT(k))
			buf_printf(&got, "%s%s", got.n ? ", " : "", nature_info((enum nature)k)->name);
	buf_printf(&got, "%s%s\n%.*s\n", got.n ? "; " : "", c.weight >= WEIGHT_MATTERS ? "matters" : "does not matter",
	           STR_ARG(c.why));
	expect(path, buf_view(&got), parts[n]);
	buf_free(&got);
	arena_free(a);
}

TEST(whole_changes)
{
	CHECK(test_each_case("kinds-changes", ".txt", run_change) >= 6);
}

TEST(what_is_technical_weighs_little)
{
	struct arena *a = arena_new();
	struct article x = article_of(a, STR("More than 250 soldiers left."), false, STR("en"));
	struct article y = article_of(a, STR("Up to 275 soldiers left."), false, STR("en"));
	struct change c, technical;

	change_compute(a, &x, &y, NULL, &c);
	change_compute(a, &x, &y, &(struct change_context){ .technical = true }, &technical);
	CHECK(c.weight >= WEIGHT_MATTERS && technical.weight < WEIGHT_MATTERS);
	CHECK(technical.natures & KIND_BIT(NATURE_TECHNICAL));
	arena_free(a);
}

static float weight_of(const char *old, const char *new, bool title)
{
	struct arena *a = arena_new();
	struct article x = article_of(a, str_from(old), title, STR("en")),
	               y = article_of(a, str_from(new), title, STR("en"));
	struct change c;

	change_compute(a, &x, &y, NULL, &c);
	float w = c.nedits ? c.edits[0].weight : 0;
	arena_free(a);
	return w;
}

TEST(weights_are_in_order)
{
	float small =
	        weight_of("The fire burned 1,000 acres of forest.", "The fire burned 1,003 acres of forest.", false);
	float large =
	        weight_of("The fire burned 1,000 acres of forest.", "The fire burned 9,000 acres of forest.", false);
	float head = weight_of("Fire burns 1,000 acres of forest", "Fire burns 9,000 acres of forest", true);
	float word = weight_of("The fire burned quickly through the forest.",
	                       "The fire burned slowly through the forest.", false);
	float comma =
	        weight_of("On Monday the fire burned the forest.", "On Monday, the fire burned the forest.", false);
	float quote = weight_of("\"We will fight on,\" she said.", "\"We will give up,\" she said.", false);
	float article = weight_of("\"We saw the fire burn,\" she said.", "\"We saw a fire burn,\" she said.", false);
	float facts = weight_of("", "Mayor Nora Vance told reporters that 40 houses in Paris were lost.", false);
	float filler = weight_of("", "It was not the first time that this had happened.", false);

	CHECK(small < large && large < head);
	CHECK(comma < 0.1f && comma < word && word < WEIGHT_MATTERS && word < small);
	CHECK(article < quote && quote >= WEIGHT_MATTERS);
	CHECK(filler < WEIGHT_MATTERS && facts >= WEIGHT_MATTERS);
}

/* ---- hostile texts, and the manual ---------------------------------------------------- */

/* From 0 to 1 in whole thousandths, and on the same side of what matters as they are. */
static bool is_exact(float weight)
{
	long thousandths = lroundf(weight * 1000);
	return weight >= 0 && weight <= 1 && fabsf(weight * 1000 - (float)thousandths) < 0.001f &&
	       (thousandths >= MATTERS_THOUSANDTHS) == (weight >= WEIGHT_MATTERS);
}

TEST(any_bytes_are_read)
{
	static const char *const pieces[] = { "12,345.",     "\"",       "’",     "「",      "三千",
		                              "more than ",  "\xff\xc3", "said ", "Monday ", " - ",
		                              "$",           "O'Neill",  "May ",  "10:",     "million ",
		                              "zweihundert", "\n",       "»",     "%",       "…" };
	struct arena *a = arena_new();
	uint32_t seed = 7;

	for (uint32_t round = 0; round < 3000; round++) {
		struct buf b[2] = { BUF_INIT(MIB), BUF_INIT(MIB) };
		for (uint32_t side = 0; side < 2; side++)
			for (uint32_t i = 0; i < 30; i++) {
				seed = seed * 1664525 + 1013904223;
				buf_puts(&b[side], pieces[(seed >> 10) % (sizeof pieces / sizeof *pieces)]);
			}
		struct article x = article_of(a, buf_view(&b[0]), round % 2, STR_NONE),
		               y = article_of(a, buf_view(&b[1]), round % 2, STR_NONE);
		struct change c;
		change_compute(a, &x, &y, NULL, &c);
		bool matters = false;
		for (uint32_t i = 0; i < c.nedits; i++) {
			CHECK(is_exact(c.edits[i].weight) && (c.edits[i].kinds & KIND_BIT(c.edits[i].kind)));
			matters |= c.edits[i].weight >= WEIGHT_MATTERS;
		}
		CHECK(is_exact(c.weight) && (c.weight >= WEIGHT_MATTERS) == matters);
		buf_free(&b[0]);
		buf_free(&b[1]);
		arena_reset(a);
	}
	arena_free(a);
}

TEST(every_kind_nature_and_rule_is_in_the_manual)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/docs/changes.md",
	         getenv("STET_SOURCE_ROOT") ? getenv("STET_SOURCE_ROOT") : "..");
	struct str manual = test_file(path);
	struct arena *a = arena_new();

	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (!str_has(manual, arena_printf(a, "| `%s` |", edit_kind_info((enum edit_kind)k)->name)))
			test_failed(path, 0, "the kind %s is missing", edit_kind_info((enum edit_kind)k)->name);
	for (uint32_t n = 0; n < NATURES; n++)
		if (!str_has(manual, arena_printf(a, "| `%s` |", nature_info((enum nature)n)->name)))
			test_failed(path, 0, "the nature %s is missing", nature_info((enum nature)n)->name);
	for (uint32_t f = 0; f < FOLDS; f++)
		if (!str_has(manual, arena_printf(a, "| `%s` |", fold_rule((enum fold)f)->name)))
			test_failed(path, 0, "the rule %s is missing", fold_rule((enum fold)f)->name);
	arena_free(a);
}

TEST_MAIN
