/* From what a fetch and a reader say to the outcome of a check (archive/outcomes.h). */
#ifndef STET_WATCH_OUTCOME_H
#define STET_WATCH_OUTCOME_H

#include "archive/outcomes.h"
#include "net/fetch.h"
#include "page/page.h"

enum outcome outcome_of_fetch(enum fetch_result r); /* not FETCH_OK */
enum outcome outcome_of_page(enum page_kind k);

/* What a redirect tells of a page before its words do: OUTCOME_REDIRECTED_HOME,
 * OUTCOME_CONSENT, OUTCOME_LOGIN_WALL; false if nothing.  Addresses are
 * canonical.
 *
 *   home     the site's first page, or that of an edition ("/en"), whatever it
 *            looks like; or any other page that is a list
 *   consent  a host or a folder that is named for it, such as consent.example.org
 *            or /consent, and was not part of the address that was asked for
 *   login    likewise
 */
bool outcome_of_redirect(struct arena *a, struct str asked, struct str got, enum page_kind kind, enum outcome *out);

#endif
