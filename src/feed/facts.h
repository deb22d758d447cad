/*
 * What a feed says, one fact after the other, whatever its format.
 *
 * RSS, Atom, RDF, CDF, sitemaps and JSON Feed say the same few things in
 * different words and mix their vocabularies.  Here an element (or a member of
 * JSON) becomes a fact: where it stands, what role it plays, its text, its
 * attributes, and what is inherited: the base of relative addresses (xml:base,
 * RFC 3986) and the language (xml:lang).  What is made of the facts is the
 * visitor's: feed_read makes a struct feed of them.
 *
 * What costs something (markup, persons) is worked out when it is asked for.
 * For src/feed and its tests only.
 */
#ifndef STET_FEED_FACTS_H
#define STET_FEED_FACTS_H

#include <libxml/tree.h>

#include "feed/feed.h"

enum fact_scope { SCOPE_FEED, SCOPE_ENTRY, SCOPE_SOURCE, SCOPE_IMAGE, SCOPE_INPUT, SCOPES };

/* The roles that several names play.  What plays none of them is ROLE_OTHER and
 * known by its name. */
enum fact_role {
	ROLE_OTHER,
	ROLE_LOC, /* an address as text: of a sitemap, or the true one behind a counter's */
	ROLE_LINK,
	ROLE_ENCLOSURE,
	ROLE_GUID, /* an identifier that RSS takes for an address */
	ROLE_ID,
	ROLE_TITLE,
	ROLE_SUMMARY,
	ROLE_DESCRIPTION, /* a summary, or the whole */
	ROLE_CONTENT,
	ROLE_TEXT, /* other text that may have markup */
	ROLE_AUTHOR,
	ROLE_CONTRIBUTOR,
	ROLE_PUBLISHER,
	ROLE_PUBLISHED,
	ROLE_UPDATED,
	ROLE_CREATED,
	ROLE_EXPIRED,
	ROLE_CATEGORY,
	ROLE_LANGUAGE,
	ROLE_LIST,  /* its elements matter: hours and days to leave alone */
	ROLE_GROUP, /* only holds others of the same entry */
	ROLE_SCOPE, /* begins one of the scopes above */
	ROLES
};

struct fact_attribute {
	struct str name, value; /* lower case, with the vocabulary's usual prefix: "rdf:resource" */
};

struct fact {
	enum fact_scope scope;
	enum fact_role role;
	unsigned rank;       /* among the names that play this role: the lowest is the best */
	unsigned depth;      /* 1: directly in its scope; groups do not count */
	struct str name;     /* of the element: "title", "dc:creator", like the attributes' */
	struct str text;     /* its own, not its elements', as it stands */
	struct str language; /* inherited, as given; may be empty */
	struct str base;     /* what relative addresses are relative to; may be empty */
	const struct fact_attribute *attributes;
	size_t nattributes;
	const char *meant;    /* the media type that text without a type has here */
	bool atom;            /* says what it means, never to be guessed */
	bool unwrap;          /* of Atom 1.0: the <div> around XHTML is not part of it */
	const xmlNode *node;  /* NULL: of JSON */
	struct str name_part; /* of JSON: a person's */
	struct str href_part;
};

/* Value of an attribute, or empty. */
struct str fact_attribute(const struct fact *f, const char *name);
bool fact_has_attribute(const struct fact *f, const char *name);

/* An address in a fact, made absolute as RFC 3986 says; any scheme. */
struct str fact_reference(struct arena *a, const struct fact *f, struct str reference);

/* What a reader sees of it, at most max bytes. */
struct str fact_plain(struct arena *a, const struct fact *f, size_t max);

/* Text with its media type: "text/plain", or HTML or XHTML that is safe to show
 * (feed/safe.h), its addresses absolute; another type as it stands. */
struct fact_markup {
	struct str value, type;
};
void fact_markup(struct arena *a, const struct fact *f, struct fact_markup *out);

/* Name and mail address that stand in one text, in whatever order, are told
 * apart. */
struct fact_person {
	struct str name, email, href;
	bool parts; /* it was said in parts */
};
void fact_person(struct arena *a, const struct fact *f, struct fact_person *out);

/* What is known before the first fact. */
struct fact_opening {
	enum feed_kind kind;
	struct str charset; /* as it was said, or as the Encoding Standard calls it: "utf-8" */
	bool guessed;       /* nothing said which one it is */
	struct str prolog;  /* the text before the root element */
};

struct fact_visitor {
	void *context;
	void (*open)(void *context, const struct fact_opening *opening);
	/* The element that holds the facts until the end of its scope; the facts
	 * of a scope within it stand between. */
	void (*begin)(void *context, const struct fact *holder);
	void (*fact)(void *context, const struct fact *fact);
	void (*end)(void *context, enum fact_scope scope);
};

struct fact_ask {
	struct str bytes, content_type;
	struct str base;     /* address of the feed, or of its content */
	struct str language; /* of the answer (Content-Language), or empty */
	/* The character set by RFC 3023 and the XML standard, and all of the text in
	 * one set.  The program does not: it looks at the bytes first. */
	bool by_the_book;
	bool answered; /* by HTTP, so that a Content-Type that is missing says something too */
};

/* A fact, and the strings in it, live until the visitor returns; what the
 * functions above make of it is from the arena.  *bozo as in struct feed. */
MUST_CHECK bool facts_read(struct arena *a, const struct fact_ask *ask, const struct fact_visitor *v, bool *bozo,
                           struct err *e);

#endif
