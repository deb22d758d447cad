/*
 * How sites give one page several addresses: the rules of url_variant, as data.
 *
 * Each table says what to take away so that the address of a variant becomes
 * that of the page.  A rule belongs here if it is what publishing systems do by
 * themselves, on many sites; what one site does is healed by its canonical
 * links.
 */
#ifndef STET_URL_VARIANTS_H
#define STET_URL_VARIANTS_H

#include "url/url.h"

/* Hosts that carry other sites' pages: the page's host and path stand in the
 * path, behind one of the prefixes and, for https, "s/".  A host that begins
 * with "." is the end of one. */
static const struct {
	const char *host, *prefix;
} CARRIERS[] = {
	{ ".cdn.ampproject.org", "/c/" },  { ".cdn.ampproject.org", "/v/" },
	{ ".cdn.ampproject.org", "/wp/" }, { "cdn.ampproject.org", "/c/" },
	{ "cdn.ampproject.org", "/v/" },   { ".bing-amp.com", "/c/" },
	{ "www.bing.com", "/amp/" },       { "www.google.*", "/amp/" },
	{ "google.*", "/amp/" },
};

/* Labels of a host, left of the site's own name. */
static const struct {
	const char *label;
	unsigned how;
} HOST_LABELS[] = {
	{ "www", VARIANT_WWW },       { "amp", VARIANT_AMP },     { "m", VARIANT_MOBILE },
	{ "mobile", VARIANT_MOBILE }, { "mobil", VARIANT_MOBILE }, { "wap", VARIANT_MOBILE },
	{ "touch", VARIANT_MOBILE },  { "print", VARIANT_PRINT }, { "druck", VARIANT_PRINT },
};

/* First or last segments of a path.  An ending stands at the last one's end,
 * before ".html" too. */
enum segment_place { FIRST = 1, LAST = 2, ENDING = 4 };
static const struct {
	const char *segment;
	unsigned place, how;
} PATH_SEGMENTS[] = {
	{ "amp", FIRST | LAST, VARIANT_AMP },
	{ ".amp", ENDING, VARIANT_AMP },
	{ "print", FIRST | LAST, VARIANT_PRINT },
	{ "printable", LAST, VARIANT_PRINT },
	{ "print-version", LAST, VARIANT_PRINT },
	{ "drucken", FIRST | LAST, VARIANT_PRINT },
	{ "druckversion", LAST, VARIANT_PRINT },
	{ "druckansicht", LAST, VARIANT_PRINT },
	{ "imprimer", FIRST | LAST, VARIANT_PRINT },
	{ "imprimir", FIRST | LAST, VARIANT_PRINT },
	{ "stampa", LAST, VARIANT_PRINT },
	{ "drukuj", LAST, VARIANT_PRINT },
	{ ".print", ENDING, VARIANT_PRINT },
	{ "index.html", LAST, VARIANT_INDEX },
	{ "index.htm", LAST, VARIANT_INDEX },
	{ "index.shtml", LAST, VARIANT_INDEX },
	{ "index.php", LAST, VARIANT_INDEX },
	{ "index.asp", LAST, VARIANT_INDEX },
	{ "index.aspx", LAST, VARIANT_INDEX },
	{ "index.jsp", LAST, VARIANT_INDEX },
	{ "default.asp", LAST, VARIANT_INDEX },
	{ "default.aspx", LAST, VARIANT_INDEX },
};

/* Parameters; a value of NULL is any. */
static const struct {
	const char *name, *value;
	unsigned how;
} PARAMETERS[] = {
	{ "amp", NULL, VARIANT_AMP },
	{ "outputType", "amp", VARIANT_AMP },
	{ "output", "amp", VARIANT_AMP },
	{ "view", "amp", VARIANT_AMP },
	{ "print", NULL, VARIANT_PRINT },
	{ "printable", NULL, VARIANT_PRINT },
	{ "printview", NULL, VARIANT_PRINT },
	{ "printer", NULL, VARIANT_PRINT },
	{ "printpage", NULL, VARIANT_PRINT },
	{ "drucken", NULL, VARIANT_PRINT },
	{ "view", "print", VARIANT_PRINT },
	{ "mode", "print", VARIANT_PRINT },
	{ "format", "print", VARIANT_PRINT },
	{ "output", "print", VARIANT_PRINT },
	{ "action", "print", VARIANT_PRINT },
	{ "layout", "print", VARIANT_PRINT },
	{ "view", "mobile", VARIANT_MOBILE },
};

#endif
