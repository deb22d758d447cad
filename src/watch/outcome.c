/* Names of outcomes: see outcome.h. */
#include "watch/outcome.h"

enum outcome outcome_of_fetch(enum fetch_result r)
{
	return r == FETCH_NOT_MODIFIED ? OUTCOME_NOT_MODIFIED : (enum outcome)(OUTCOME_FETCH + r);
}

enum outcome outcome_of_page(enum page_kind k)
{
	return (enum outcome)(OUTCOME_PAGE + k);
}

const char *outcome_name(enum outcome o)
{
	static const char *const own[] = {
		[OUTCOME_NEW_VERSION] = "new version",
		[OUTCOME_UNCHANGED] = "unchanged",
		[OUTCOME_NOT_MODIFIED] = "not modified",
		[OUTCOME_WENT_BACK] = "went back",
		[OUTCOME_LISTED] = "listed",
		[OUTCOME_LED_TO_FEED] = "led to a feed",
		[OUTCOME_ROBOTS] = "robots.txt forbids",
	};
	if (o < OUTCOME_FETCH)
		return own[o];
	if (o < OUTCOME_PAGE)
		return fetch_result_name((enum fetch_result)(o - OUTCOME_FETCH));
	if (o < OUTCOME_NOT_AN_ARTICLE)
		return page_kind_name((enum page_kind)(o - OUTCOME_PAGE));
	return o == OUTCOME_NOT_AN_ARTICLE ? "not an article" : o == OUTCOME_NOT_A_FEED ? "not a feed" : "unreadable";
}

bool outcome_failed(enum outcome o)
{
	return o >= OUTCOME_ROBOTS;
}

bool outcome_says_gone(enum outcome o)
{
	return o == outcome_of_fetch(FETCH_NOT_FOUND) || o == outcome_of_fetch(FETCH_GONE) ||
	       o == outcome_of_page(PAGE_SOFT_404);
}
