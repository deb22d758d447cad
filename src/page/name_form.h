/*
 * The form of names: what stands around them, and what a person's name looks
 * like.  For names.c, which looks for them.
 *
 * All work on text with its white space normalised, and cost time in
 * proportion to its length.  Words are in name_words.inc, names of agencies in
 * agencies.inc.
 */
#ifndef STET_PAGE_NAME_FORM_H
#define STET_PAGE_NAME_FORM_H

#include "base/str.h"

#define MAX_NAME_BYTES 80

struct str name_agency(struct str s); /* "The Associated Press" to "AP"; empty if it is none */
struct str name_agency_known(size_t i, struct str *as_written); /* the i-th; empty behind the last */

struct str name_without_by(struct str s);    /* without "By ", "Text: ", "記者" in front; s if there is none */
struct str name_without_label(struct str s); /* only of those that no name begins with: "Text: ", "記者" */
bool name_is_lone_by(struct str s);          /* "By" or "Author:" and nothing else */
struct str name_bare(struct str s);          /* without brackets, dates, and what comes after " | ", " for ", ... */
struct str name_without_date_words(struct str s); /* "A. Lund, published on" to "A. Lund" */

bool name_is_possible(struct str s); /* nothing speaks against it; a single word will do */
bool name_is_person(struct str s);   /* by its form a person and nothing else: "Anna B. Lund" */
bool name_is_short(struct str s);    /* one word, or up to four of which none begins with a small letter */
bool name_is_han(struct str s);      /* "松岡大地": two to five characters and no outlet */
bool name_is_label(struct str s);    /* links, labels and logins that stand among names */
bool name_is_login(struct str s);    /* "jdoe", "editor2": what a system calls somebody, not what a reader does */
bool name_is_desk(struct str s);     /* by a word of it */
bool name_is_company(struct str s);  /* likewise */
bool name_has_role(struct str s);    /* holds what people do: "senior reporter" */
bool name_has_han(struct str s);     /* any East Asian character */
bool name_has_space(struct str s);
bool name_begins_small(struct str s); /* but for "van Dijk" */
bool name_is_picture(struct str s);   /* begins like the credit of a picture */
bool name_ends_editor(struct str s);  /* "... | Editor:": what comes is somebody else than the author */

#endif
