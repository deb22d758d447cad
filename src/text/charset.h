/*
 * Character sets: which one bytes are in, and bytes to UTF-8.
 *
 * Names and labels are those of the Encoding Standard (WHATWG), so that bytes
 * read as they do in a browser: a page that says ISO-8859-1 is windows-1252,
 * GB2312 is GBK.  A charset is named by its standard name in lower case, a
 * constant that lives for ever.
 */
#ifndef STET_TEXT_CHARSET_H
#define STET_TEXT_CHARSET_H

#include "base/arena.h"

/* The charset that a label such as "latin1" or " UTF8 " means, or NULL. */
const char *charset_by_label(struct str label);

/* What a byte order mark at the beginning says, or NULL. */
const char *charset_by_mark(struct str bytes);

/* What the charset parameter of a Content-Type header says, or NULL. */
const char *charset_by_header(struct str content_type);

/* What the first 1024 bytes of an HTML page say about themselves, by the HTML
 * Standard's prescan: a <meta>, or an XML declaration; or NULL. */
const char *charset_by_prescan(struct str bytes);

/* For bytes that say nothing: UTF-16 by its zeros, UTF-8 if they are that, else
 * what their words look like, by ICU's detector; windows-1252 when that is not
 * sure.  About 5 ms unless they are UTF-8. */
const char *charset_guess(struct str bytes);

/* All of these in the order in which a browser asks them; a <meta> is found in
 * the first 64 KiB, as browsers begin again when they see one late. */
const char *charset_of_html(struct str bytes, struct str content_type);

/* Bytes in the given charset as UTF-8, the byte order mark dropped; errors are
 * U+FFFD, as many as the Encoding Standard has.  Well-formed UTF-8 is borrowed,
 * everything else from the arena; about 1 GB/s for UTF-8, 150 MB/s for others. */
struct str charset_decode(struct arena *a, struct str bytes, const char *charset);

#endif
