/*
 * The difference of two versions, at an address that does not change.
 */
#include "view/load.h"
#include "view/parts.h"
#include "view/rows.h"

static bool read_mode(struct str text, enum diff_mode *out, struct err *e)
{
	static const struct {
		const char *name;
		enum diff_mode mode;
	} modes[] = { { "", DIFF_BOTH }, { "side", DIFF_SIDE }, { "inline", DIFF_INLINE } };

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (str_eq(text, str_from(modes[i].name))) {
			*out = modes[i].mode;
			return true;
		}
	return err_set(e, ERR_USAGE, "\"view\" is either side or inline");
}

static void put_diff_link(struct html *h, const struct comparison *c, int64_t a, int64_t b, const char *rel,
                          const char *text)
{
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/diff/%lld/%lld", (long long)c->article.id, (long long)a,
	                 (long long)b);
	if (rel)
		html_attr(h, "rel", rel);
	html_puts(h, text);
	html_close(h, "a");
}

/* ---- above the rows ----------------------------------------------------- */

static void put_kicker(struct html *h, const struct comparison *c)
{
	html_open(h, "p");
	html_attr(h, "class", "kicker");
	html_printf(h, "Version %lld to %lld of ", (long long)c->older.number, (long long)c->newer.number);
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld", (long long)c->article.id);
	html_puts(h, "this article");
	html_close(h, "a");
	html_puts(h, " from ");
	part_source_link(h, c->article.source_key, "source");
	html_puts(h, " · ");
	part_original(h, c->article.url, STR("original"));
	html_close(h, "p");
}

/* When it happened: the window of one change, or the time between two versions. */
static void put_window(struct html *h, const struct comparison *c)
{
	char text[WHEN_TEXT];
	const struct version *a = &c->older, *b = &c->newer;

	html_open(h, "p");
	html_attr(h, "class", "when");
	if (b->number == a->number + 1) {
		html_puts(h, "Changed ");
		part_window(h, b->before, b->first_seen, b->later, WHEN_NONE);
	} else {
		html_puts(h, "From ");
		part_time(h, a->first_seen);
		html_puts(h, " to ");
		part_time(h, b->first_seen);
	}
	if (a->first_seen != WHEN_NONE && b->first_seen != WHEN_NONE)
		html_printf(h, ", %s %s version %lld appeared", when_length(b->first_seen - a->first_seen, text),
		            b->first_seen >= a->first_seen ? "after" : "before", (long long)a->number);
	html_close(h, "p");
}

/* Adds "3 paragraphs edited", or "3 edited" when paragraphs were named before. */
static void add_count(struct buf *b, struct arena *a, int64_t n, const char *one, const char *many, const char *how,
                      bool *named)
{
	if (n == 0)
		return;
	struct str count = *named ? number_text(a, n) : count_text(a, n, one, many);
	buf_printf(b, "%s%.*s %s", b->n ? ", " : "", STR_ARG(count), how);
	*named = true;
}

static void put_summary(struct html *h, struct arena *a, const struct change *c)
{
	struct buf b = BUF_INIT(KIB);
	struct change_summary bar = { .words_added = c->words_added, .words_removed = c->words_removed };
	bool sentences = false, words = false;

	if (c->title_changed)
		buf_puts(&b, "title changed");
	add_count(&b, a, c->counts[OP_EDITED], "sentence", "sentences", "edited", &sentences);
	add_count(&b, a, c->counts[OP_SPLIT], "sentence", "sentences", "split", &sentences);
	add_count(&b, a, c->counts[OP_MERGED], "sentence", "sentences", "merged", &sentences);
	add_count(&b, a, c->counts[OP_RECAST], "sentence", "sentences", "recast", &sentences);
	add_count(&b, a, c->counts[OP_ADDED], "sentence", "sentences", "added", &sentences);
	add_count(&b, a, c->counts[OP_REMOVED], "sentence", "sentences", "removed", &sentences);
	add_count(&b, a, c->moved, "sentence", "sentences", "moved", &sentences);
	add_count(&b, a, c->words_added, "word", "words", "added", &words);
	add_count(&b, a, c->words_removed, "word", "words", "removed", &words);
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	html_text(h, b.n ? buf_view(&b) : STR("no difference in the text"));
	part_bar(h, &bar);
	html_close(h, "p");
	buf_free(&b);
}

/* Links to the rows that changed: a long article is not searched by eye. */
static void put_jumps(struct html *h, const struct change *c)
{
	uint32_t rows[24];
	size_t n = rows_changed(c, rows, 24);

	if (n == 0 || c->nrows < 12)
		return;
	html_open(h, "nav");
	html_attr(h, "class", "jumps");
	html_attr(h, "aria-label", "Changed rows");
	html_puts(h, "Changed rows: ");
	for (size_t i = 0; i < n; i++) {
		html_puts(h, i ? " " : "");
		html_open(h, "a");
		html_attr_printf(h, "href", "#r%u", rows[i]);
		html_printf(h, "%u", rows[i]);
		html_close(h, "a");
	}
	html_close(h, "nav");
}

static void put_mode_link(struct html *h, struct view *v, enum diff_mode mode, enum diff_mode wanted, const char *query,
                          const char *text)
{
	html_open(h, "a");
	html_attr_str(h, "href", arena_printf(v->arena, "%.*s%s", STR_ARG(v->path), query));
	if (mode == wanted)
		html_attr(h, "aria-current", "true");
	html_puts(h, text);
	html_close(h, "a");
}

static void put_modes(struct html *h, struct view *v, enum diff_mode mode)
{
	html_open(h, "nav");
	html_attr(h, "class", "modes");
	html_attr(h, "aria-label", "Layout");
	put_mode_link(h, v, mode, DIFF_BOTH, "", "Fits the screen");
	html_puts(h, " ");
	put_mode_link(h, v, mode, DIFF_SIDE, "?view=side", "Side by side");
	html_puts(h, " ");
	put_mode_link(h, v, mode, DIFF_INLINE, "?view=inline", "Inline");
	html_close(h, "nav");
}

static void put_steps(struct html *h, const struct comparison *c)
{
	int64_t a = c->older.number, b = c->newer.number, last = c->article.versions - 1;

	if (last < 2 && a < b)
		return; /* there is no other difference */
	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Changes");
	if (b == a + 1 && a > 0)
		put_diff_link(h, c, a - 1, a, "prev", "Previous change");
	if (b == a + 1 && b < last)
		put_diff_link(h, c, b, b + 1, "next", "Next change");
	if (last > 1 && !(a == 0 && b == last))
		put_diff_link(h, c, 0, last, NULL, "First with latest");
	if (b > a + 1)
		put_diff_link(h, c, a, a + 1, NULL, "One change at a time");
	if (a > b)
		put_diff_link(h, c, b, a, NULL, "The other way round");
	html_close(h, "nav");
}

/* ---- the rows ----------------------------------------------------------- */

static void put_column(struct html *h, const struct comparison *c, const struct version *x, const char *class)
{
	html_open(h, "div");
	html_attr(h, "class", class);
	html_open(h, "h2");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)c->article.id, (long long)x->number);
	html_printf(h, "Version %lld", (long long)x->number);
	html_close(h, "a");
	html_close(h, "h2");
	html_open(h, "p");
	part_time(h, x->first_seen);
	html_close(h, "p");
	html_close(h, "div");
}

static void put_rows(struct html *h, struct view *v, const struct comparison *c, enum diff_mode mode)
{
	static const char *const classes[] = { "diff fits", "diff side", "diff inline" };

	html_open(h, "section");
	html_attr(h, "class", classes[mode]);
	html_attr(h, "aria-label", "Difference");
	html_open(h, "div");
	html_attr(h, "class", "row head");
	put_column(h, c, &c->older, "old");
	put_column(h, c, &c->newer, "new");
	html_close(h, "div");
	rows_write(h, v->arena, &c->change, mode, c->newer_text.language);
	html_close(h, "section");
}

static bool not_found(const struct view *v, struct err *e)
{
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "article %lld has no versions %lld and %lld", (long long)v->args.article,
		        (long long)v->args.number, (long long)v->args.other);
	return false;
}

bool view_diff(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct comparison c;
	enum diff_mode mode = DIFF_BOTH;

	if (!read_mode(v->args.mode, &mode, e))
		return false;
	if (!load_comparison(v, v->args.article, v->args.number, v->args.other, &c, e))
		return not_found(v, e);
	struct str title = part_title(c.newer_text.title);
	struct frame frame = {
		.title = arena_printf(v->arena, "What changed: %.*s", STR_ARG(title)),
		.feed = arena_printf(v->arena, "/articles/%lld/feed.atom", (long long)c.article.id),
		.class = "wide",
	};
	frame_begin(&h, v, &frame);
	put_kicker(&h, &c);
	part_foreign(&h, "h1", NULL, c.newer_text.language, title);
	put_window(&h, &c);
	put_summary(&h, v->arena, &c.change);
	put_modes(&h, v, mode);
	put_jumps(&h, &c.change);
	put_rows(&h, v, &c, mode);
	put_steps(&h, &c);
	frame_end(&h, v);
	return true;
}
