/*
 * What people read: pages, Atom feeds and JSON, made from the archive.
 *
 * Each function below writes one whole document into a buffer and knows
 * nothing of sockets or headers.  It takes what it needs from struct view:
 * the archive, an arena that dies with the answer, the time, and the arguments
 * that the address carried.  ERR_NOT_FOUND means that the address names
 * nothing; ERR_USAGE that an argument cannot be read; both with a sentence for
 * the reader.
 *
 * A function may set redirect instead of writing a document: the reader is to
 * go there.
 */
#ifndef STET_VIEW_VIEW_H
#define STET_VIEW_VIEW_H

#include "archive/archive.h"
#include "base/buf.h"

/* How two versions are laid out. */
enum diff_mode {
	DIFF_BOTH, /* side by side; inline on a narrow screen */
	DIFF_SIDE,
	DIFF_INLINE,
};

struct view_args {
	struct str key; /* source, from the path; empty: all */
	int64_t article;
	int64_t number;    /* version; the older one of a difference */
	int64_t other;     /* the newer one of a difference */
	struct str query;  /* q= */
	struct str source; /* source=: a key, to search within */
	int64_t earlier;   /* earlier=1: search earlier versions, too */
	struct str before; /* before=: cursor of a list, empty: newest */
	int64_t page;      /* page=: from 1 */
	struct str mode;   /* view=: "", "side", "inline" */
	struct str edit;   /* the permanent name of an edit: 12 hexadecimal digits */
	struct str secret; /* where a hub reaches us */
	struct str moment; /* of a capture, from the path: digits (when_parse_digits) */
	struct str uri;    /* the address that something was captured at, likewise; without its query */
	struct str kinds;  /* kinds=: only edits, or changes with edits, of these: "figure,quotation"; empty: all */
	int64_t matters;   /* matters=1: only what weighs WEIGHT_MATTERS or more */
	int64_t folded;    /* folded=1: trivial edits, too */
	int64_t live;      /* live=: seconds between reloads; 0: the page stands */
};

struct view {
	struct archive *archive;
	struct arena *arena;
	when now;
	struct str site_name; /* how the pages call themselves */
	struct str base_url;  /* "https://example.org", no slash at the end: for feeds */
	struct str captures;  /* where captured pages are served, likewise; empty: a path here will do */
	struct str path;      /* of the page itself, without the query */
	struct view_args args;
	struct str redirect; /* out: a path of our own, or empty */
};

typedef bool view_function(struct view *v, struct buf *out, struct err *e);

/* Pages. */
view_function view_home;     /* the latest changes */
view_function view_sources;  /* the list of sources */
view_function view_source;   /* one source */
view_function view_articles; /* articles of a source or of all */
view_function view_article;
view_function view_compare; /* a redirect to the difference that a form asks for */
view_function view_version; /* the text of one version, with its provenance */
view_function view_diff;    /* any two versions */
view_function view_history; /* every sentence an article ever had */
view_function view_edit;    /* one edit */
view_function view_captures; /* when the pages of an article were captured */
view_function view_capture;  /* one of them, in a frame */
view_function view_search;
view_function view_status;
/* 404 and the like: a page that says what went wrong and where to go on. */
void view_error(struct view *v, int status, const char *sentence, struct buf *out);

/* The card of one edit: a picture of 1200 by 630 for those who share it. */
view_function view_edit_svg;
view_function view_edit_png;

/* Atom feeds (RFC 4287) of changes. */
view_function view_feed; /* everything, or one source */
view_function view_feed_article;
view_function view_feed_search;

/* JSON, with the shapes of view/json.h. */
view_function view_api_changes; /* everything, a source, or a search */
view_function view_api_sources;
view_function view_api_source;
view_function view_api_articles;
view_function view_api_article;
view_function view_api_version;
view_function view_api_diff;
view_function view_api_history;
view_function view_api_search;
view_function view_api_status;
void view_api_error(int status, const char *sentence, struct buf *out);

/* Files that are part of the program. */
struct view_asset {
	const char *name; /* "style.css" */
	const char *content_type;
	struct str bytes;
};
extern const struct view_asset view_assets[];
extern const size_t view_nassets;
const struct view_asset *view_asset_find(const char *name);
/* A name for these very files, for their addresses: 16 hexadecimal digits. */
const char *view_assets_tag(void);

#endif
