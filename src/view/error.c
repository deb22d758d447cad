/* Pages for what could not be shown. */
#include "view/parts.h"

static const struct {
	int status;
	const char *title, *about;
} ERRORS[] = {
	{ 400, "That address cannot be read", "A number or a word in it is not what this page expects." },
	{ 404, "Nothing is here", "The address names no page, article or source of this archive." },
	{ 405, "This can only be read", "Pages answer to GET and HEAD only; nothing can be changed from here." },
	{ 414, "That address is too long", "No page has an address of that length." },
	{ 451, "This article is not shown", "It was taken down." },
	{ 500, "Something went wrong", "The program could not make this page. Its log says more." },
	{ 503, "The archive is busy", "Somebody else holds it for the moment. Please try again." },
};

void view_error(struct view *v, int status, const char *sentence, struct buf *out)
{
	struct html h = HTML_INIT(out);
	size_t i = 0;

	while (i + 1 < sizeof ERRORS / sizeof *ERRORS && ERRORS[i].status != status)
		i++;
	frame_begin(&h, v, &(struct frame){ .title = str_from(ERRORS[i].title) });
	html_open(&h, "p");
	html_attr(&h, "class", "kicker");
	html_printf(&h, "Error %d", status);
	html_close(&h, "p");
	html_element_z(&h, "h1", NULL, ERRORS[i].title);
	html_element_z(&h, "p", "standfirst", ERRORS[i].about);
	if (sentence && *sentence) {
		html_open(&h, "p");
		html_attr(&h, "class", "note");
		html_attr(&h, "dir", "auto");
		html_printf(&h, "In detail: %s.", sentence);
		html_close(&h, "p");
	}
	html_open(&h, "p");
	html_link(&h, "/", NULL, "Go to the latest changes");
	html_puts(&h, " or ");
	html_link(&h, "/search", NULL, "search for an article");
	html_puts(&h, ".");
	html_close(&h, "p");
	frame_end(&h, v);
}
