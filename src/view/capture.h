/*
 * What a captured page may do in the browser of whoever looks at it: nothing.
 *
 * Whatever a capture holds is sent with headers that forbid scripts, forms,
 * frames and every request (CAPTURE_POLICY).  Browsers open connections all the
 * same for some elements: to hosts that a <link> recommends, to where a frame
 * would come from.  So what is to be looked at is sent with these elements under
 * names that mean nothing; the bytes as they came are sent as a file to be kept,
 * which no browser opens.
 */
#ifndef STET_VIEW_CAPTURE_H
#define STET_VIEW_CAPTURE_H

#include "archive/archive.h"
#include "base/buf.h"

/* Styles and pictures that stand in the page itself are shown; nothing is
 * loaded.  What may frame it is to be added behind. */
#define CAPTURE_POLICY                                                                                                 \
	"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none';"      \
	" form-action 'none'; frame-ancestors "

struct capture_shown {
	struct str content_type;
	bool is_file; /* not for looking at: Content-Disposition: attachment */
};
/* Appends what is to be sent: as_it_came, the bytes; otherwise, of what is text,
 * the text in UTF-8, HTML without the elements above. */
void capture_show(struct arena *a, struct str bytes, struct str content_type, bool as_it_came, struct buf *out,
                  struct capture_shown *shown);

/* ---- addresses ------------------------------------------------------------ */

/* An address as it stands in one of ours, in a header, or in a list of links
 * (RFC 8288): what may not stand there is percent-encoded. */
struct str capture_uri(struct arena *a, struct str url);
/* "/memento/20241007015309/https://www.example.com/ferry"; uri: from capture_uri;
 * flavour: empty, or CAPTURE_RAW, behind the digits, for the bytes as they came. */
#define CAPTURE_RAW STR("id_")
struct str capture_path(struct arena *a, when at, struct str flavour, struct str uri);

/* How many captures of a list (in order of time) are older. */
size_t captures_before(const struct capture *list, size_t n, when at);

#endif
