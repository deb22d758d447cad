/*
 * What the files of the feed reader share.  For src/feed and its tests only.
 *
 * The way of the bytes: unpacked and decoded (bytes.c), mended where the XML is
 * none (mend.c), made a tree (xml.c), the tree's elements told as facts (facts.h,
 * walk.c), and the facts put where they belong (fields.c); JSON and plain lists
 * of addresses have a shorter one (json.c, feed.c).
 */
#ifndef STET_FEED_PARTS_H
#define STET_FEED_PARTS_H

#include <libxml/tree.h>

#include "feed/facts.h"
#include "url/url.h"

/* gzip to what is in it, anything else as it is.  What is damaged gives what
 * can be saved of it, and sets *bozo. */
MUST_CHECK bool bytes_unpack(struct arena *a, struct str *bytes, bool *bozo, struct err *e);

/* What is known of the character set that bytes were read in. */
struct charset_said {
	const char *name; /* as the Encoding Standard calls it, or, by the book, as it was said */
	bool guessed;     /* nothing said it */
	bool bozo;        /* the bytes are not what they were said to be */
};

/* Any character set to well-formed UTF-8. */
struct str bytes_decode(struct arena *a, struct str bytes, struct str content_type, struct charset_said *said);
/* Likewise, but as RFC 3023 says: see struct fact_ask. */
struct str bytes_decode_by_the_book(struct arena *a, const struct fact_ask *ask, struct str bytes,
                                    struct charset_said *said);
/* encoding="..." of the XML declaration that ASCII text begins with, or empty. */
struct str bytes_declared(struct str text);

/* Where the root element of a feed begins, and of which kind it is; false if
 * there is none.  Text is UTF-8.  *clean: nothing but a prolog before it. */
struct feed_root {
	size_t at;
	enum feed_kind kind;
	bool clean;
};
bool mend_find_root(struct str text, struct feed_root *out);
/* Bytes that begin as a page of HTML does, in whatever charset but UTF-16. */
bool mend_is_html(struct str bytes);

/* The text from the root on, so that a parser reads it: no prolog, comments
 * and processing instructions, named characters of HTML and of the document's
 * own DTD put in, stray "&" and "<" escaped, characters that XML does not have
 * replaced.  *bozo if anything had to be mended that was wrong. */
struct str mend_xml(struct arena *a, struct str text, const struct feed_root *root, bool *bozo);

/* The character that a number means where a person writes one: 128 to 159 are
 * windows-1252.  0 if there is none. */
uint32_t plain_char(uint32_t number);
/* At s.p[i] == '&': the character reference that stands there, and its length;
 * false if there is none. */
bool plain_reference(struct str s, size_t i, uint32_t *c, size_t *length);
/* The number of a reference, behind its "#", in digits or "x" and hexadecimal
 * ones; more than 0x10ffff: too large.  False if it is something else. */
bool plain_number(struct str digits, uint32_t *number);
/* The character of a name such as "eacute", or 0; of the five names of XML. */
uint32_t plain_named(struct str name);
uint32_t plain_of_xml(struct str name);
/* At s.p[0] == '<': the length of the tag that stands there, or 0 if it does not
 * end.  It ends at ">" outside of quotation marks; if that is wanted also where
 * the next begins. */
size_t plain_tag_length(struct str s, bool next_ends);
/* Whether an element of HTML stands within a line of text. */
bool plain_is_inline(struct str name);

/* Source text of HTML to what a reader sees, normalised, cut to max bytes. */
struct str plain_from_html(struct arena *a, struct str html, size_t max);
/* Text without markup, normalised and cut; references decoded if asked. */
struct str plain_from_text(struct arena *a, struct str text, bool references, size_t max);

/* A tree; close it with xml_close. */
struct xml {
	xmlDocPtr doc;
	bool bozo;
	const xmlNs *seen; /* the namespace that was asked for last */
	struct str seen_prefix;
};
MUST_CHECK bool xml_open(struct str mended, struct xml *out, struct err *e);
void xml_close(struct xml *x);

/* It is of a vocabulary that has a name, but none that is known here. */
bool xml_is_foreign(const xmlNode *n);
bool xml_is_core(struct xml *x, const xmlNode *n); /* of RSS, Atom or sitemaps */
struct str xml_name(const xmlNode *n);             /* without a prefix, as it stands */
struct str xml_full_name(struct arena *a, struct xml *x, const xmlNode *n);
size_t xml_attributes(struct arena *a, struct xml *x, const xmlNode *n, struct fact_attribute **out);
struct str xml_own_text(struct arena *a, const xmlNode *n); /* without that of its elements */
/* All text below n; inside markup, a space where a line would break. */
struct str xml_text(struct arena *a, const xmlNode *n);
bool xml_has_elements(const xmlNode *n);

/* What a name means (roles.c). */
struct role {
	const char *name;
	enum fact_role role;
	unsigned char rank;
	const char *meant; /* the media type that its text has when it says none */
};
const struct role *role_of(struct str name); /* never NULL */

/* Tells the facts of a tree, of JSON. */
struct walk {
	struct arena *a;
	const struct fact_visitor *v;
	struct str base, language;
	enum feed_kind kind;
};
void walk_xml(const struct walk *w, struct xml *x);
MUST_CHECK bool walk_json(const struct walk *w, struct str text, struct err *e);

/* An absolute address of the web, or empty. */
struct str feed_url(struct arena *a, struct str s, const struct url *base);
/* "www.a.example/" with the scheme that was left out. */
struct str feed_with_scheme(struct arena *a, struct str s);
when feed_date(struct str s);
struct str feed_language(struct arena *a, struct str s);

#endif
