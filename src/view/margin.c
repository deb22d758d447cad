/* The margin: see margin.h. */
#include "view/margin.h"

#include "view/words.h"

/* Marks are told apart by words; colours say what group they are of. */
static const char *const GROUPS[EDIT_KINDS] = {
	[EDIT_CORRECTION] = "k notice", [EDIT_HEADLINE] = "k head",      [EDIT_STANDFIRST] = "k head",
	[EDIT_BYLINE] = "k head",       [EDIT_DATE] = "k head",          [EDIT_QUOTATION] = "k speech",
	[EDIT_FIGURE] = "k fact",       [EDIT_ATTRIBUTION] = "k speech", [EDIT_NAME] = "k fact",
	[EDIT_PLACE] = "k fact",        [EDIT_TIME] = "k fact",          [EDIT_HEDGE] = "k speech",
	[EDIT_ADDITION] = "k came",     [EDIT_REMOVAL] = "k went",       [EDIT_MOVE] = "k place",
	[EDIT_WORDING] = "k",           [EDIT_TYPOGRAPHY] = "k",
};

void margin_kind(struct html *h, enum edit_kind kind)
{
	html_element_z(h, "span", GROUPS[kind], edit_kind_info(kind)->label);
}

void margin_kinds(struct html *h, const struct change_edit *e)
{
	margin_kind(h, e->kind);
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (k != e->kind && (e->kinds & KIND_BIT(k))) {
			html_puts(h, " ");
			margin_kind(h, k);
		}
}

static void put_next(struct html *h, const struct marks *m, uint32_t number)
{
	if (number >= m->norder)
		return;
	html_puts(h, " ");
	html_open(h, "a");
	html_attr(h, "class", "next");
	html_attr_printf(h, "href", "#e-" EDIT_KEY_FORMAT, EDIT_KEY(&m->change->edits[m->order[number]]));
	html_attr_printf(h, "aria-label", "Next: edit %u", number + 1);
	html_puts(h, "↓");
	html_close(h, "a");
}

static void put_mark(struct html *h, const struct rows_page *page, uint32_t edit)
{
	const struct marks *m = page->marks;
	const struct change_edit *e = &m->change->edits[edit];

	html_open(h, "li");
	html_attr_printf(h, "id", "e-" EDIT_KEY_FORMAT, EDIT_KEY(e));
	if (e->weight >= WEIGHT_MATTERS)
		html_attr(h, "class", "matters");
	html_open(h, "a");
	html_attr_printf(h, "href", "%.*s/edits/" EDIT_KEY_FORMAT, STR_ARG(page->address), EDIT_KEY(e));
	html_printf(h, "%u ", m->number[edit]);
	margin_kinds(h, e);
	html_close(h, "a");
	put_next(h, m, m->number[edit]);
	html_close(h, "li");
}

static void put_marks(struct html *h, const struct rows_page *page, uint32_t from, uint32_t to)
{
	if (from >= to)
		return;
	html_open(h, "ul");
	html_attr(h, "class", "marks");
	while (from < to)
		put_mark(h, page, page->marks->order[from++]);
	html_close(h, "ul");
}

void margin_write(struct html *h, const struct rows_page *page, uint32_t row)
{
	const struct marks *m = page->marks;

	html_open(h, "div");
	html_attr(h, "class", "margin");
	html_open(h, "a");
	html_attr(h, "class", "n");
	html_attr_printf(h, "href", "#r%u", row + 1);
	html_attr_printf(h, "aria-label", "Row %u, %s", row + 1, row_kind_name(m->change->rows[row].kind));
	html_printf(h, "%u", row + 1);
	html_close(h, "a");
	put_marks(h, page, m->row_first[row], m->row_first[row + 1]);
	html_close(h, "div");
}

void margin_write_homeless(struct html *h, const struct rows_page *page)
{
	if (page->marks->row_first[0] == 0)
		return;
	html_open(h, "div");
	html_attr(h, "class", "homeless");
	put_marks(h, page, 0, page->marks->row_first[0]);
	html_close(h, "div");
}
