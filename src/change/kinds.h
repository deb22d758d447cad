/*
 * The kinds of an edit, and of a whole change: the names that pages, feeds,
 * searches and exports share.
 *
 * A set of kinds is a number with a bit for each.
 */
#ifndef STET_CHANGE_KINDS_H
#define STET_CHANGE_KINDS_H

#include "base/arena.h"

/* In the order in which one of several that hold is the edit's own kind; but a
 * sentence that came or went is an addition or a removal, unless it is a notice
 * or the page's date. */
enum edit_kind {
	EDIT_CORRECTION, /* a notice of correction, clarification or update came, went or changed */
	EDIT_HEADLINE,
	EDIT_STANDFIRST,
	EDIT_BYLINE,
	EDIT_DATE,        /* what the page itself says of when it was published or modified */
	EDIT_QUOTATION,   /* words inside quotation marks */
	EDIT_FIGURE,      /* a value, its unit, or its bound: "more than 250" to "up to 275" */
	EDIT_ATTRIBUTION, /* whose claim it is: changed, dropped, made vague */
	EDIT_NAME,        /* of a person or an organisation, with their titles */
	EDIT_PLACE,
	EDIT_TIME,  /* a date or time of day in the text */
	EDIT_HEDGE, /* alleged, reportedly, likely */
	EDIT_ADDITION, /* a whole sentence */
	EDIT_REMOVAL,
	EDIT_MOVE,
	EDIT_WORDING,
	EDIT_TYPOGRAPHY, /* signs, spaces, case, spelling; where paragraphs begin */
	EDIT_KINDS,
	/* What befell an article as a whole, beside its edits: for lists of news. */
	EVENT_GONE = EDIT_KINDS,
	EVENT_BACK,
	NEWS_KINDS
};

/* What a change is as a whole; several may hold. */
enum nature {
	NATURE_CORRECTION, /* says that it corrects something */
	NATURE_UPDATE,     /* new facts */
	NATURE_SOFTENED,   /* the headline claims less */
	NATURE_HARDENED,   /* the headline claims more */
	NATURE_STEALTH,    /* what matters changed; no notice, and the page's own "modified" did not move */
	NATURE_TECHNICAL,  /* the same page, read by a better extractor */
	NATURE_RESTORED,   /* words came back that an earlier version had */
	NATURES
};

#define KIND_BIT(k) (1u << (k))

struct kind_info {
	const char *name;  /* in addresses, options, exports: "figure" */
	const char *label; /* for people: "Figure" */
	const char *about; /* one line: "a number, its unit or its bound changed" */
};
const struct kind_info *edit_kind_info(enum edit_kind k);
const struct kind_info *nature_info(enum nature n);

/* Why an edit is trivial: pages show it folded, with the rule's name. */
struct fold_rule {
	const char *name;  /* "relative-time" */
	const char *about; /* one line: "a time that only counts on: "2 hours ago"" */
};
enum fold {
	FOLD_TYPOGRAPHY,
	FOLD_SPELLING,
	FOLD_NUMBER_STYLE,
	FOLD_PARAGRAPHS,
	FOLD_REORDERED,
	FOLD_RELATIVE_TIME,
	FOLD_COUNTER,
	FOLDS
};
const struct fold_rule *fold_rule(enum fold f);

/* "figure,quotation" to bits; false with one clear sentence for an unknown name. */
MUST_CHECK bool edit_kinds_parse(struct str text, uint32_t *bits, struct err *e);
/* The same, with "gone" and "back". */
MUST_CHECK bool news_kinds_parse(struct str text, uint32_t *bits, struct err *e);

/* The other way: "figure,quotation". */
struct str edit_kinds_text(struct arena *a, uint32_t bits);
struct str natures_text(struct arena *a, uint32_t bits);

#endif
