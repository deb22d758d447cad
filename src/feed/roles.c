/*
 * What names mean in feeds: the vocabularies are one table, since feeds mix
 * them.  Sorted by name, for a binary search.
 *
 * The rank orders the names that play one role: what is written for the role
 * wins over what is borrowed for it.
 */
#include <stdlib.h>

#include "feed/parts.h"

#define PLAIN "text/plain"
#define HTML "text/html"
#define XHTML "application/xhtml+xml"

static const struct role roles[] = {
	{ "abstract", ROLE_DESCRIPTION, 1, PLAIN },
	{ "author", ROLE_AUTHOR, 1, PLAIN },
	{ "body", ROLE_CONTENT, 4, XHTML },
	{ "category", ROLE_CATEGORY, 0, NULL },
	{ "content", ROLE_CONTENT, 3, PLAIN },
	{ "content:encoded", ROLE_CONTENT, 3, HTML },
	{ "contributor", ROLE_CONTRIBUTOR, 0, PLAIN },
	{ "copyright", ROLE_TEXT, 0, PLAIN },
	{ "created", ROLE_CREATED, 1, NULL },
	{ "date", ROLE_UPDATED, 5, NULL },
	{ "dc:author", ROLE_AUTHOR, 2, PLAIN },
	{ "dc:contributor", ROLE_CONTRIBUTOR, 1, PLAIN },
	{ "dc:creator", ROLE_AUTHOR, 0, PLAIN },
	{ "dc:date", ROLE_UPDATED, 4, NULL },
	{ "dc:description", ROLE_DESCRIPTION, 2, HTML },
	{ "dc:identifier", ROLE_ID, 2, NULL },
	{ "dc:language", ROLE_LANGUAGE, 1, NULL },
	{ "dc:publisher", ROLE_PUBLISHER, 0, PLAIN },
	{ "dc:rights", ROLE_TEXT, 0, PLAIN },
	{ "dc:subject", ROLE_CATEGORY, 1, NULL },
	{ "dc:title", ROLE_TITLE, 1, PLAIN },
	{ "dcterms:created", ROLE_CREATED, 0, NULL },
	{ "dcterms:issued", ROLE_PUBLISHED, 1, NULL },
	{ "dcterms:modified", ROLE_UPDATED, 1, NULL },
	{ "dcterms:title", ROLE_TITLE, 2, PLAIN },
	{ "description", ROLE_DESCRIPTION, 1, HTML },
	{ "enclosure", ROLE_ENCLOSURE, 0, NULL },
	{ "expirationdate", ROLE_EXPIRED, 0, NULL },
	{ "feedburner:browserfriendly", ROLE_TEXT, 0, PLAIN },
	{ "feedburner:origlink", ROLE_LOC, 0, NULL },
	{ "fullitem", ROLE_CONTENT, 4, HTML },
	{ "guid", ROLE_GUID, 0, NULL },
	{ "id", ROLE_ID, 0, NULL },
	{ "image", ROLE_SCOPE, 0, NULL },
	{ "info", ROLE_TEXT, 0, PLAIN },
	{ "issued", ROLE_PUBLISHED, 0, NULL },
	{ "itunes:author", ROLE_AUTHOR, 3, PLAIN },
	{ "itunes:owner", ROLE_PUBLISHER, 2, PLAIN },
	{ "itunes:subtitle", ROLE_TEXT, 1, PLAIN },
	{ "itunes:summary", ROLE_SUMMARY, 4, PLAIN },
	{ "keywords", ROLE_CATEGORY, 2, NULL },
	{ "language", ROLE_LANGUAGE, 0, NULL },
	{ "lastbuilddate", ROLE_UPDATED, 3, NULL },
	{ "lastmod", ROLE_UPDATED, 0, NULL },
	{ "link", ROLE_LINK, 2, NULL },
	{ "loc", ROLE_LOC, 1, NULL },
	{ "managingeditor", ROLE_AUTHOR, 1, PLAIN },
	{ "media:category", ROLE_CATEGORY, 3, NULL },
	{ "media:description", ROLE_DESCRIPTION, 5, HTML },
	{ "media:group", ROLE_GROUP, 0, NULL },
	{ "media:title", ROLE_TITLE, 3, PLAIN },
	{ "modified", ROLE_UPDATED, 0, NULL },
	{ "news:news", ROLE_GROUP, 0, NULL },
	{ "news:publication_date", ROLE_PUBLISHED, 0, NULL },
	{ "news:title", ROLE_TITLE, 0, PLAIN },
	{ "prodlink", ROLE_TEXT, 0, HTML },
	{ "pubdate", ROLE_PUBLISHED, 0, NULL },
	{ "published", ROLE_PUBLISHED, 0, NULL },
	{ "publisher", ROLE_PUBLISHER, 0, PLAIN },
	{ "rights", ROLE_TEXT, 0, PLAIN },
	{ "skipdays", ROLE_LIST, 0, NULL },
	{ "skiphours", ROLE_LIST, 0, NULL },
	{ "source", ROLE_SCOPE, 0, PLAIN },
	{ "subtitle", ROLE_TEXT, 1, PLAIN },
	{ "summary", ROLE_SUMMARY, 0, PLAIN },
	{ "tagline", ROLE_TEXT, 1, PLAIN },
	{ "textinput", ROLE_SCOPE, 0, NULL },
	{ "title", ROLE_TITLE, 0, PLAIN },
	{ "updated", ROLE_UPDATED, 0, NULL },
	{ "webmaster", ROLE_PUBLISHER, 1, PLAIN },
	{ "xhtml:body", ROLE_CONTENT, 4, XHTML },
};

static int by_name(const void *key, const void *row)
{
	return str_cmp(*(const struct str *)key, str_from(((const struct role *)row)->name));
}

const struct role *role_of(struct str name)
{
	static const struct role other = { "", ROLE_OTHER, 0, NULL };
	const struct role *r = bsearch(&name, roles, sizeof roles / sizeof *roles, sizeof *roles, by_name);

	return r ? r : &other;
}
