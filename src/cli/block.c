/* The text of an article on a terminal: see block.h. */
#include "cli/block.h"

#include "cli/wrap.h"

void block_print(const struct context *c, const struct block *b)
{
	static const char *const prefixes[BLOCK_KINDS] = {
		[BLOCK_PARAGRAPH] = "", [BLOCK_HEADING] = "# ", [BLOCK_ITEM] = "- ",       [BLOCK_QUOTE] = "> ",
		[BLOCK_CAPTION] = "[",  [BLOCK_ROW] = "| ",     [BLOCK_PULLQUOTE] = ">> ", [BLOCK_ENTRY] = "* ",
	};
	const char *prefix = b->kind < BLOCK_KINDS ? prefixes[b->kind] : "";
	enum color color = b->kind == BLOCK_HEADING ? COLOR_BOLD : b->kind == BLOCK_CAPTION ? COLOR_DIM : COLOR_NONE;
	struct wrap w = wrap_begin(c, color, prefix, text_columns(str_from(prefix)));
	char at[WHEN_TEXT];

	if (b->kind == BLOCK_ENTRY && b->at != WHEN_NONE) {
		wrap_put(&w, COLOR_DIM, str_from(when_human(b->at, at)));
		wrap_put(&w, color, STR(" "));
	}
	wrap_put(&w, color, b->text);
	wrap_put(&w, color, b->kind == BLOCK_CAPTION ? STR("]") : STR_NONE);
	wrap_end(&w);
}

void line_print(const struct context *c, enum color color, struct str s)
{
	if (!s.n)
		return;
	struct wrap w = wrap_begin(c, color, "", 0);
	wrap_put(&w, color, s);
	wrap_end(&w);
}
