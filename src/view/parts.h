/*
 * Pieces that pages share: the frame around every page, times, counts, titles
 * from elsewhere, texts, bars.
 */
#ifndef STET_VIEW_PARTS_H
#define STET_VIEW_PARTS_H

#include "change/kinds.h"
#include "view/html.h"
#include "view/news.h"
#include "view/view.h"

/* ---- the frame ---------------------------------------------------------- */

struct frame {
	struct str title;  /* of the window; may come from a page */
	const char *here;  /* path of the entry of the navigation to mark; may be NULL */
	struct str feed;   /* path of the Atom feed of this page; may be empty */
	const char *class; /* of <main>; may be NULL */
	bool can_live;     /* offers to reload by itself */
	const char *script; /* name of an asset, or NULL: the page is whole without it */
	struct str about;  /* one sentence for those who link here; may be empty, likewise the next */
	struct str image;  /* path of a picture for them */
};
/* Everything up to and including <main>; and the rest. */
void frame_begin(struct html *h, struct view *v, const struct frame *f);
void frame_end(struct html *h, struct view *v);
/* "Follow live" or "stop", where a frame can_live. */
void frame_live(struct html *h, struct view *v);

/* ---- words from elsewhere ----------------------------------------------- */

/* An element whose text comes from a page: direction by its content, and its
 * language. */
void part_foreign(struct html *h, const char *element, const char *class, struct str language, struct str text);
/* A sentence of ours in which words of a page stand between “ and ”. */
void part_reason(struct html *h, struct str language, struct str reason);
/* lang="..."; "und", which means unknown, if this is no language tag: the frame
 * around it says English. */
void part_lang(struct html *h, struct str language);
/* A title, or "(no title)". */
struct str part_title(struct str title);
/* A link to the original; its host as text when text is empty. */
void part_original(struct html *h, struct str url, struct str text);
void part_source_link(struct html *h, struct str key, const char *class);

/* ---- times and numbers -------------------------------------------------- */

void part_time(struct html *h, when t); /* <time>, "7 Oct 2024, 01:53 UTC" */
void part_hm(struct html *h, when t);   /* <time>, "01:53" */
/* "between 10:02 and 10:17 UTC", with the days unless both are that day.
 * day: any time of the day that the reader already knows, or WHEN_NONE. */
void part_window(struct html *h, when before, when first_seen, int64_t later, when day);
/* The same as plain text. */
struct str window_text(struct arena *a, when before, when first_seen, int64_t later);
bool same_day(when a, when b);

/* "1 version", "12 versions"; numbers in groups of three. */
struct str count_text(struct arena *a, int64_t n, const char *one, const char *many);
struct str number_text(struct arena *a, int64_t n); /* 1,234,567 */
struct str bytes_text(struct arena *a, int64_t n);  /* 3.4 MB */
/* "title changed, 12 words added, 4 removed, 1 sentence moved". */
struct str kinds_text(struct arena *a, const struct change_summary *s);
/* A bar of words added and removed, on a logarithmic scale. */
void part_bar(struct html *h, const struct change_summary *s);

/* The attribute href: the change that made a version, or the text of the first. */
void part_change_href(struct html *h, int64_t article, int64_t number);
/* A link to the page that holds a capture of an article in its frame. */
void part_capture_link(struct html *h, int64_t article, when at, const char *words);
/* The name of an outcome of a check, and behind it what was said of this one. */
void part_outcome(struct html *h, struct str name, struct str detail);
/* What an outcome means, as a sentence behind it; nothing if the article was seen. */
void part_meaning(struct html *h, struct str outcome);

/* ---- lists -------------------------------------------------------------- */

/* Links to the same list with all changes, what matters, or one kind. */
void part_choices(struct html *h, struct view *v);
/* What a change is and the kinds of its edits, a word each. */
void part_tags(struct html *h, const struct change_summary *s);

/* Links to the next page of a list and back to its newest end. */
void part_pager(struct html *h, struct view *v, struct str next, const char *older, const char *newest);
/* Changes and removals below their days. */
void part_news(struct html *h, struct view *v, const struct news *items, size_t n, bool with_source);

/* ---- texts -------------------------------------------------------------- */

/* The blocks of a text; headings become level (3: <h3>). */
void part_text(struct html *h, const struct article *text, int level);
/* Title, standfirst and byline are left to the page. */
void part_byline(struct html *h, const struct article *text);

#endif
