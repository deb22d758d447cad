/*
 * The difference of two versions, at an address that does not change.
 */
#include "view/diff.h"
#include "view/margin.h"
#include "view/parts.h"
#include "view/words.h"

static const char *const MODES[] = { [DIFF_BOTH] = "", [DIFF_SIDE] = "side", [DIFF_INLINE] = "inline" };

static bool read_mode(struct str text, enum diff_mode *out, struct err *e)
{
	for (size_t i = 0; i < sizeof MODES / sizeof *MODES; i++)
		if (str_eq(text, str_from(MODES[i]))) {
			*out = (enum diff_mode)i;
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

void diff_kicker(struct html *h, const struct diff_page *p)
{
	const struct comparison *c = &p->c;

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

void diff_window(struct html *h, const struct diff_page *p)
{
	char text[WHEN_TEXT];
	const struct version *a = &p->c.older, *b = &p->c.newer;

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

struct str diff_window_text(struct arena *a, const struct diff_page *p)
{
	char from[WHEN_TEXT], to[WHEN_TEXT];
	const struct version *x = &p->c.older, *y = &p->c.newer;

	if (y->number == x->number + 1)
		return arena_printf(a, "Changed %.*s", STR_ARG(window_text(a, y->before, y->first_seen, y->later)));
	return arena_printf(a, "From %s to %s", when_human(x->first_seen, from), when_human(y->first_seen, to));
}

static void put_mode_link(struct html *h, const struct diff_page *p, enum diff_mode mode, const char *text)
{
	html_open(h, "a");
	html_attr_str(h, "href", diff_address(p, mode, p->marks.filter));
	if (mode == p->mode)
		html_attr(h, "aria-current", "true");
	html_puts(h, text);
	html_close(h, "a");
}

static void put_modes(struct html *h, const struct diff_page *p)
{
	html_open(h, "nav");
	html_attr(h, "class", "modes");
	html_attr(h, "aria-label", "Layout");
	put_mode_link(h, p, DIFF_BOTH, "Fits the screen");
	html_puts(h, " ");
	put_mode_link(h, p, DIFF_SIDE, "Side by side");
	html_puts(h, " ");
	put_mode_link(h, p, DIFF_INLINE, "Inline");
	if (p->marks.norder) {
		html_puts(h, " ");
		html_open(h, "a");
		html_attr_printf(h, "href", "#e-" EDIT_KEY_FORMAT, EDIT_KEY(&p->c.change.edits[p->marks.order[0]]));
		html_attr(h, "class", "first-edit");
		html_puts(h, "To the first edit");
		html_close(h, "a");
	}
	html_close(h, "nav");
}

/* ---- other versions ------------------------------------------------------ */

static void put_select(struct html *h, const char *name, const char *label, int64_t versions, int64_t chosen)
{
	html_open(h, "label");
	html_puts(h, label);
	html_puts(h, " ");
	html_open(h, "select");
	html_attr(h, "name", name);
	for (int64_t i = 0; i < versions; i++) {
		html_open(h, "option");
		html_attr_int(h, "value", i);
		if (i == chosen)
			html_attr(h, "selected", "selected");
		html_printf(h, "%lld", (long long)i);
		html_close(h, "option");
	}
	html_close(h, "select");
	html_close(h, "label");
	html_puts(h, " ");
}

/* So many that a list of them is no help: a number is typed. */
static void put_number(struct html *h, const char *name, const char *label, int64_t versions, int64_t chosen)
{
	html_open(h, "label");
	html_puts(h, label);
	html_puts(h, " ");
	html_open(h, "input");
	html_attr(h, "type", "number");
	html_attr(h, "name", name);
	html_attr(h, "min", "0");
	html_attr_int(h, "max", versions - 1);
	html_attr_int(h, "value", chosen);
	html_close(h, "label");
	html_puts(h, " ");
}

static void put_chooser(struct html *h, const struct comparison *c)
{
	int64_t n = c->article.versions;
	void (*put)(struct html *, const char *, const char *, int64_t, int64_t) =
	        n > MAX_PAGE_ROWS ? put_number : put_select;

	if (n < 3)
		return;
	html_open(h, "form");
	html_attr(h, "class", "compare");
	html_attr_printf(h, "action", "/articles/%lld/compare", (long long)c->article.id);
	put(h, "a", "Compare version", n, c->older.number);
	put(h, "b", "with", n, c->newer.number);
	html_element_z(h, "button", NULL, "Compare");
	html_close(h, "form");
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

static void put_rows(struct html *h, const struct diff_page *p)
{
	static const char *const classes[] = { "diff fits", "diff side", "diff inline" };
	const struct rows_page rows = {
		.marks = &p->marks, .mode = p->mode, .language = p->c.newer_text.language, .address = p->address
	};

	html_open(h, "section");
	html_attr(h, "class", classes[p->mode]);
	html_attr(h, "aria-label", "The two texts");
	margin_write_homeless(h, &rows);
	html_open(h, "div");
	html_attr(h, "class", "row head");
	put_column(h, &p->c, &p->c.older, "old");
	put_column(h, &p->c, &p->c.newer, "new");
	html_close(h, "div");
	rows_write(h, p->v->arena, &rows);
	html_close(h, "section");
}

/* ---- loading ------------------------------------------------------------- */

struct str diff_address(const struct diff_page *p, enum diff_mode mode, struct mark_filter filter)
{
	struct arena *a = p->v->arena;
	const struct argument arguments[] = { { "view", str_from(MODES[mode]) },
		                              { "kinds", edit_kinds_text(a, filter.kinds) },
		                              { "matters", filter.matters ? STR("1") : STR_NONE },
		                              { "folded", filter.folded ? STR("1") : STR_NONE } };

	return address_with(a, p->address, arguments, sizeof arguments / sizeof *arguments);
}

static bool not_found(const struct view *v, struct err *e)
{
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "article %lld has no versions %lld and %lld", (long long)v->args.article,
		        (long long)v->args.number, (long long)v->args.other);
	return false;
}

bool diff_load(struct view *v, struct diff_page *out, struct err *e)
{
	const struct view_args *args = &v->args;
	struct mark_filter filter = { .matters = args->matters != 0, .folded = args->folded != 0 };

	*out = (struct diff_page){ .v = v };
	if (!read_mode(args->mode, &out->mode, e) || !edit_kinds_parse(args->kinds, &filter.kinds, e))
		return false;
	if (!load_comparison(v, args->article, args->number, args->other, &out->c, e))
		return not_found(v, e);
	out->address = arena_printf(v->arena, "/articles/%lld/diff/%lld/%lld", (long long)args->article,
	                            (long long)args->number, (long long)args->other);
	marks_make(v->arena, &out->c.change, filter, &out->marks);
	return true;
}

bool view_diff(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct diff_page p;

	if (!diff_load(v, &p, e))
		return false;
	struct str title = part_title(p.c.newer_text.title);
	struct frame frame = {
		.title = arena_printf(v->arena, "What changed: %.*s", STR_ARG(title)),
		.feed = arena_printf(v->arena, "/articles/%lld/feed.atom", (long long)p.c.article.id),
		.class = "wide",
		.script = "diff.js",
	};
	frame_begin(&h, v, &frame);
	diff_kicker(&h, &p);
	part_foreign(&h, "h1", NULL, p.c.newer_text.language, title);
	diff_window(&h, &p);
	summary_write(&h, &p);
	legend_write(&h, &p);
	put_modes(&h, &p);
	put_rows(&h, &p);
	put_steps(&h, &p.c);
	put_chooser(&h, &p.c);
	frame_end(&h, v);
	return true;
}
