/*
 * The text of a version, block by block.  Neighbouring list items, table rows
 * and lines of a quotation are put into one list, table or quotation.
 */
#include "view/parts.h"

void part_byline(struct html *h, const struct article *text)
{
	if (text->nbylines == 0 && text->agency.n == 0)
		return;
	html_open(h, "p");
	html_attr(h, "class", "byline");
	html_puts(h, text->nbylines ? "By " : "");
	for (size_t i = 0; i < text->nbylines; i++) {
		html_puts(h, i ? ", " : "");
		part_foreign(h, "bdi", NULL, text->language, text->bylines[i]);
	}
	if (text->agency.n) {
		html_puts(h, text->nbylines ? "; credited to " : "Credited to ");
		part_foreign(h, "bdi", NULL, text->language, text->agency);
	}
	html_close(h, "p");
}

/* What encloses neighbours of a kind, and what encloses one of them. */
static const struct {
	const char *group, *group_class, *element, *class;
} SHAPES[BLOCK_KINDS] = {
	[BLOCK_PARAGRAPH] = { NULL, NULL, "p", NULL },    [BLOCK_HEADING] = { NULL, NULL, NULL, NULL },
	[BLOCK_ITEM] = { "ul", NULL, "li", NULL },        [BLOCK_QUOTE] = { "blockquote", NULL, "p", NULL },
	[BLOCK_CAPTION] = { NULL, NULL, "p", "caption" }, [BLOCK_PULLQUOTE] = { "blockquote", "pull", "p", NULL },
	[BLOCK_ROW] = { "table", NULL, "tr", NULL },      [BLOCK_ENTRY] = { NULL, NULL, "p", "entry" },
};

static void put_cells(struct html *h, struct str rest)
{
	size_t at;

	html_open(h, "tr");
	do {
		at = str_find(rest, STR(" | "));
		struct str cell = at == STR_NPOS ? rest : str_sub(rest, 0, at);
		rest = at == STR_NPOS ? STR_NONE : str_sub(rest, at + 3, rest.n);
		part_foreign(h, "td", NULL, STR_NONE, cell);
	} while (at != STR_NPOS);
	html_close(h, "tr");
}

static void put_block(struct html *h, const struct block *b, int level)
{
	static const char *const headings[] = { "h1", "h2", "h3", "h4" };

	if (b->kind == BLOCK_HEADING) {
		part_foreign(h, headings[level - 1], NULL, STR_NONE, b->text);
		return;
	}
	if (b->kind == BLOCK_ROW) {
		put_cells(h, b->text);
		return;
	}
	html_open(h, SHAPES[b->kind].element);
	html_attr(h, "dir", "auto");
	if (SHAPES[b->kind].class)
		html_attr(h, "class", SHAPES[b->kind].class);
	if (b->kind == BLOCK_ENTRY && b->at != WHEN_NONE) {
		part_time(h, b->at);
		html_puts(h, " ");
	}
	html_text(h, b->text);
	html_close(h, SHAPES[b->kind].element);
}

void part_text(struct html *h, const struct article *text, int level)
{
	html_open(h, "div");
	html_attr(h, "class", "text");
	part_lang(h, text->language);
	for (size_t i = 0; i < text->nblocks;) {
		enum block_kind kind = text->blocks[i].kind;
		const char *group = SHAPES[kind].group;
		if (group) {
			html_open(h, group);
			if (SHAPES[kind].group_class)
				html_attr(h, "class", SHAPES[kind].group_class);
		}
		do {
			put_block(h, &text->blocks[i++], level);
		} while (group && i < text->nblocks && text->blocks[i].kind == kind);
		if (group)
			html_close(h, group);
	}
	if (text->nblocks == 0)
		html_element_z(h, "p", "note", "This version has no text, only a title.");
	html_close(h, "div");
}
