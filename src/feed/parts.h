/*
 * What the files of the feed reader share.  For src/feed and its tests only.
 *
 * The way of the bytes: unpacked and decoded (bytes.c), mended where the XML is
 * none (mend.c), made a tree (xml.c), and the tree's elements put where they
 * belong (fields.c); JSON and plain lists of addresses have a shorter one.
 */
#ifndef STET_FEED_PARTS_H
#define STET_FEED_PARTS_H

#include <libxml/tree.h>

#include "feed/feed.h"
#include "url/url.h"

/* gzip to what is in it, anything else as it is.  What is damaged gives what
 * can be saved of it, and sets *bozo. */
MUST_CHECK bool bytes_unpack(struct arena *a, struct str *bytes, bool *bozo, struct err *e);

/* Any character set to well-formed UTF-8; *bozo if the bytes are not what they
 * were said to be. */
struct str bytes_decode(struct arena *a, struct str bytes, struct str content_type, bool *bozo);

/* Where the root element of a feed begins, and of which kind it is; false if
 * there is none.  Text is UTF-8.  *clean: nothing but a prolog before it. */
struct feed_root {
	size_t at;
	enum feed_kind kind;
	bool clean;
};
bool mend_find_root(struct str text, struct feed_root *out);

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
/* The character of a name such as "eacute", or 0. */
uint32_t plain_named(struct str name);
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
	bool has_base; /* there is an xml:base somewhere */
};
MUST_CHECK bool xml_open(struct str mended, struct xml *out, struct err *e);
void xml_close(struct xml *x);

/* The vocabularies of feeds; RSS, Atom and sitemaps are one, since they are
 * mixed in practice and their names do not clash. */
enum space {
	SPACE_CORE,
	SPACE_DC,
	SPACE_TERMS,
	SPACE_CONTENT,
	SPACE_MEDIA,
	SPACE_BURNER,
	SPACE_ITUNES,
	SPACE_NEWS,
	SPACE_SYNDICATION,
	SPACE_OTHER
};
enum space xml_space(const xmlNode *n);
/* It is of a vocabulary that has a name, but none that is known here. */
bool xml_is_foreign(const xmlNode *n);
struct str xml_name(const xmlNode *n); /* without a prefix */
/* Value of an attribute, or empty; the prefix of its name is not looked at. */
struct str xml_attr(struct arena *a, const xmlNode *n, const char *name);
/* All text below n; inside markup, a space where a line would break. */
struct str xml_text(struct arena *a, const xmlNode *n);
bool xml_has_elements(const xmlNode *n);
/* What relative addresses at n are relative to. */
const struct url *xml_base(struct arena *a, const struct xml *x, const xmlNode *n, const struct url *base);

/* The feed as it grows. */
struct draft {
	struct arena *a;
	const struct url *base;
	struct feed *feed;
	size_t cap;
};
/* Adds the entry if it has an address and there is room; counts it otherwise. */
void draft_add(struct draft *d, const struct feed_entry *entry);

void fields_read(struct draft *d, const struct xml *x);
MUST_CHECK bool json_feed_read(struct draft *d, struct str text, struct err *e);

/* An absolute address of the web, or empty. */
struct str feed_url(struct arena *a, struct str s, const struct url *base);
/* "www.a.example/" with the scheme that was left out. */
struct str feed_with_scheme(struct arena *a, struct str s);
when feed_date(struct str s);
struct str feed_language(struct arena *a, struct str s);

#endif
