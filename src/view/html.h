/*
 * Writes HTML into a buffer, as it comes.
 *
 *     struct html h = HTML_INIT(&buf);
 *     html_open(&h, "p");
 *     html_attr(&h, "class", "note");
 *     html_text(&h, title);
 *     html_close(&h, "p");
 *
 * What comes out is well-formed whatever goes in: it parses as HTML and as XML
 * alike.  Every string is escaped for the place where it stands; bytes that
 * are not UTF-8 and characters that XML forbids become U+FFFD.  Elements that
 * never have content ("br", "link", "input" ...) are closed on their own by
 * whatever is written next.
 *
 * Element and attribute names are literals of this program, never data.
 * Addresses (href, src, action) only pass if they are http, https or a path of
 * our own; other addresses leave the attribute out.  "style" and "on..."
 * attributes do not exist here: they are left out too, and the content
 * security policy would refuse them.
 *
 * A mistake of the caller (an attribute after content, an element closed that
 * is not open) sets wrong, is repaired as well as can be, and fails the tests.
 */
#ifndef STET_VIEW_HTML_H
#define STET_VIEW_HTML_H

#include "base/buf.h"

#define HTML_DEPTH 48

struct html {
	struct buf *out;
	unsigned depth;
	bool tag_open; /* "<p class=..." still takes attributes */
	bool wrong;
	const char *open[HTML_DEPTH];
};

#define HTML_INIT(buffer) ((struct html){ .out = (buffer) })

void html_doctype(struct html *h);
void html_xml_declaration(struct html *h); /* for Atom and SVG, which are written the same way */

void html_open(struct html *h, const char *element);
void html_close(struct html *h, const char *element); /* with everything still open inside it */
void html_finish(struct html *h);                     /* closes all that is open */

void html_attr(struct html *h, const char *name, const char *value);
void html_attr_str(struct html *h, const char *name, struct str value);
void html_attr_int(struct html *h, const char *name, int64_t value);
void html_attr_printf(struct html *h, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* May this address stand in a link? */
bool html_url_allowed(struct str url);

void html_text(struct html *h, struct str s);
void html_puts(struct html *h, const char *z);
void html_printf(struct html *h, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A whole element with text: <p class="note">...</p>; class may be NULL. */
void html_element(struct html *h, const char *element, const char *class, struct str text);
void html_element_z(struct html *h, const char *element, const char *class, const char *text);
/* <a href="...">text</a>; class may be NULL. */
void html_link(struct html *h, const char *href, const char *class, const char *text);

/* The raw way out: markup is written as it is.  For constants of this program
 * only.  tests/view.c counts the uses. */
void html_trusted_markup_i_checked(struct html *h, const char *markup);

/* s without bidirectional controls, where nothing isolates them: titles of
 * windows and entries.  Replaces each by nothing. */
struct arena;
struct str html_without_bidi(struct arena *a, struct str s);

/* s as one component of a path or query: all but unreserved characters
 * percent-encoded. */
struct str html_url_component(struct arena *a, struct str s);

#endif
