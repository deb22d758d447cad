/*
 * Routes: a table of data.  A pattern is a path with names in braces:
 * {key} a source, {article}, {number} and {other} numbers, {edit} the permanent
 * name of an edit, which may have an ending behind it, {secret} where a hub
 * reaches us, {moment} the time of a capture in digits, {uri} an address, which
 * takes all that is left of the path and the query too.
 */
#ifndef STET_SERVE_ROUTES_H
#define STET_SERVE_ROUTES_H

#include "view/view.h"

enum route_kind {
	ROUTE_PAGE,
	ROUTE_FRAME, /* a page that shows a capture */
	ROUTE_ATOM,
	ROUTE_JSON,
	ROUTE_SVG,
	ROUTE_PNG,
	ROUTE_ASSET,
	ROUTE_HUB,
	/* of Memento (serve/memento.h) */
	ROUTE_GATE,
	ROUTE_MAP_LINK,
	ROUTE_MAP_JSON,
	ROUTE_CAPTURE,
};

struct route {
	const char *method; /* "GET": HEAD goes with it; "POST": GET and HEAD as well */
	const char *pattern;
	enum route_kind kind;
	view_function *make; /* of what view.h makes */
	const char *asset;   /* name of the asset */
	unsigned grain;      /* the document tells of the present time in steps of so many
	                        seconds; 0: it only changes with the archive */
	bool can_live;
	const char *about; /* one line of documentation */
};
extern const struct route serve_routes[];
extern const size_t serve_nroutes;

/* The route of a path (without query); NULL if there is none.  Whatever is not a
 * number where one belongs is no route. */
const struct route *route_find(struct str path);
/* May something be sent there?  Not where there is no route (NULL). */
bool route_takes_post(const struct route *route);
/* Reads the names in a path of the route into args. */
void route_read(const struct route *route, struct str path, struct view_args *args);

/* Reads the query into args.  Values are decoded into the arena; unknown names
 * are passed over.  ERR_USAGE: malformed, too long, not UTF-8, or not a number
 * where one belongs. */
MUST_CHECK bool query_read(struct arena *a, struct str query, struct view_args *args, struct err *e);

/* The decoded value of one name of the query; false if it is not there or cannot be decoded. */
bool query_value(struct arena *a, struct str query, const char *name, struct str *out);

#endif
