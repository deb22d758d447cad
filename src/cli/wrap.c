/* Lines of a terminal: see wrap.h.  Words are collected piece by piece, since a
 * word may change its colour in its middle, and written when a space ends them. */
#include "cli/wrap.h"

#include <unicode/uchar.h>

static size_t char_columns(uint32_t c)
{
	if (c < 0x300)
		return 1;
	int8_t type = u_charType((UChar32)c);
	if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
		return 0;
	int width = u_getIntPropertyValue((UChar32)c, UCHAR_EAST_ASIAN_WIDTH);
	return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t text_columns(struct str s)
{
	size_t columns = 0;

	for (size_t i = 0; i < s.n;)
		columns += char_columns(utf8_next(s, &i));
	return columns;
}

struct str text_clip(struct str s, size_t max)
{
	size_t columns = 0;

	for (size_t i = 0, from; i < s.n;) {
		from = i;
		uint32_t c = utf8_next(s, &i);
		columns += char_columns(c);
		if (columns > max || c == '\n')
			return str_sub(s, 0, from);
	}
	return s;
}

struct wrap wrap_begin(const struct context *c, enum color color, const char *prefix, size_t indent)
{
	struct wrap w = { .c = c, .width = output_width(), .indent = indent, .fresh = true };

	output_text(c, color, str_from(prefix));
	w.column = text_columns(str_from(prefix));
	return w;
}

static void write_word(struct wrap *w)
{
	size_t columns = 0;

	for (size_t i = 0; i < w->nword; i++)
		columns += text_columns(w->word[i].text);
	if (w->space && !w->fresh && w->width && w->column + 1 + columns > w->width) {
		output_printf(w->c, COLOR_NONE, "\n%*s", (int)w->indent, "");
		w->column = w->indent;
	} else if (w->space && !w->fresh) {
		output_text(w->c, w->space_color, STR(" "));
		w->column++;
	}
	for (size_t i = 0; i < w->nword; i++)
		output_text(w->c, w->word[i].color, w->word[i].text);
	w->column += columns;
	w->fresh = w->space = false;
	w->nword = 0;
}

void wrap_put(struct wrap *w, enum color color, struct str s)
{
	if (!w->width) {
		output_text(w->c, color, s);
		return;
	}
	for (struct str head; s.n;) {
		bool ends = str_cut(s, ' ', &head, &s);
		if (head.n && w->nword == WRAP_PIECES)
			write_word(w);
		if (head.n) {
			w->word[w->nword].color = color;
			w->word[w->nword++].text = head;
		}
		if (!ends)
			return;
		if (w->nword)
			write_word(w);
		w->space = true;
		w->space_color = color;
	}
}

void wrap_end(struct wrap *w)
{
	if (w->nword)
		write_word(w);
	output_text(w->c, COLOR_NONE, STR("\n"));
}
