/* What became of a check, and what that means: see outcomes.h. */
#include "archive/outcomes.h"

static const struct outcome_info outcomes[OUTCOMES] = {
	[OUTCOME_NEW_VERSION] = { "new version", CLASS_SEEN,
	                          "The article was read, with a text that was not kept yet." },
	[OUTCOME_UNCHANGED] = { "unchanged", CLASS_SEEN, "The article reads as it did." },
	[OUTCOME_NOT_MODIFIED] = { "not modified", CLASS_SEEN, "The site says that nothing has changed." },
	[OUTCOME_WENT_BACK] = { "went back", CLASS_SEEN, "The article shows an earlier text again." },
	[OUTCOME_LISTED] = { "listed", CLASS_SEEN, "A list of articles was read." },
	[OUTCOME_LED_TO_FEED] = { "led to a feed", CLASS_SEEN,
	                          "The page names its feed, which is watched in its place." },

	[OUTCOME_GONE] = { "gone", CLASS_GONE, "The site says that the page is gone for good (410)." },
	[OUTCOME_NOT_FOUND] = { "not found", CLASS_GONE, "The site says that there is no page at this address (404)." },
	[OUTCOME_SOFT_404] = { "soft 404", CLASS_GONE, "A page came that says that there is no such page." },
	[OUTCOME_REDIRECTED_HOME] = { "redirected home", CLASS_GONE,
	                              "The address led to the site's first page or to a section, not to an article." },

	[OUTCOME_PAYWALL] = { "paywall", CLASS_WALL, "Only the beginning is shown to those who have not paid." },
	[OUTCOME_LOGIN_WALL] = { "login wall", CLASS_WALL, "The address led to a page to log in." },
	[OUTCOME_CONSENT] = { "consent", CLASS_WALL, "A page came that asks for consent to cookies." },
	[OUTCOME_BOT_WALL] = { "bot wall", CLASS_WALL, "A page came that wants to know whether a person is there." },
	[OUTCOME_SAME_PAGE] = { "same page for all", CLASS_WALL,
	                        "A page came that other articles of the source were answered with too." },

	[OUTCOME_ROBOTS] = { "robots.txt forbids", CLASS_REFUSED, "The site's robots.txt does not allow this visit." },
	[OUTCOME_REFUSED] = { "refused", CLASS_REFUSED, "The site does not give the page to this program (401, 403)." },
	[OUTCOME_LEGAL] = { "withheld", CLASS_REFUSED, "The site withholds the page here for legal reasons (451)." },
	[OUTCOME_ASKED_TO_WAIT] = { "asked to wait", CLASS_REFUSED, "The site asks to come again later (429, 503)." },
	[OUTCOME_PRIVATE] = { "private address", CLASS_REFUSED,
	                      "The address leads into a private network, which is not visited." },

	[OUTCOME_SERVER_ERROR] = { "server error", CLASS_FAILED, "The site answered with an error." },
	[OUTCOME_REDIRECT_LOOP] = { "redirect loop", CLASS_FAILED, "The address leads on and on, to no page." },
	[OUTCOME_UNREACHABLE] = { "unreachable", CLASS_FAILED, "The site could not be reached." },
	[OUTCOME_BAD_TLS] = { "bad certificate", CLASS_FAILED, "The site could not prove that it is the site." },
	[OUTCOME_TOO_SLOW] = { "too slow", CLASS_FAILED, "The answer took too long." },
	[OUTCOME_TOO_LARGE] = { "too large", CLASS_FAILED, "The answer is larger than an article can be." },
	[OUTCOME_BAD_ANSWER] = { "bad answer", CLASS_FAILED, "The answer was broken, or broke off." },
	[OUTCOME_BAD_BYTES] = { "bad bytes", CLASS_FAILED, "The answer is no text: a picture, a file, noise." },
	[OUTCOME_UNREADABLE] = { "unreadable", CLASS_FAILED, "The page could not be read within the limits." },

	[OUTCOME_ARTICLE] = { "article", CLASS_OTHER, "An article came where a list was expected." },
	[OUTCOME_LIVE_BLOG] = { "live blog", CLASS_OTHER, "A live blog came where a list was expected." },
	[OUTCOME_INDEX] = { "index", CLASS_OTHER, "The page is a list of links, not an article." },
	[OUTCOME_VIDEO] = { "video", CLASS_OTHER, "The page is a video without a text." },
	[OUTCOME_GALLERY] = { "gallery", CLASS_OTHER, "The page is a gallery of pictures without a text." },
	[OUTCOME_EMPTY] = { "empty", CLASS_OTHER, "The page has no text of its own; it may need scripts." },
	[OUTCOME_NOT_AN_ARTICLE] = { "not an article", CLASS_OTHER, "A feed came where an article was expected." },
	[OUTCOME_NOT_A_FEED] = { "not a feed", CLASS_OTHER, "A page came where a feed was expected." },
};

const struct outcome_info *outcome_info(enum outcome o)
{
	return &outcomes[o < OUTCOMES ? o : OUTCOME_UNREADABLE];
}

const struct outcome_info *outcome_by_name(struct str name)
{
	for (int o = 0; o < OUTCOMES; o++)
		if (str_eq(name, str_from(outcomes[o].name)))
			return &outcomes[o];
	return NULL;
}

const char *outcome_name(enum outcome o)
{
	return outcome_info(o)->name;
}

const char *outcome_class_name(enum outcome_class c)
{
	static const char *const names[CLASSES] = {
		[CLASS_SEEN] = "seen",       [CLASS_GONE] = "gone",     [CLASS_WALL] = "wall",
		[CLASS_REFUSED] = "refused", [CLASS_FAILED] = "failed", [CLASS_OTHER] = "other",
	};
	return names[c < CLASSES ? c : CLASS_OTHER];
}

bool outcome_failed(enum outcome o)
{
	return outcome_info(o)->class != CLASS_SEEN;
}

bool outcome_says_gone(enum outcome o)
{
	return outcome_info(o)->class == CLASS_GONE;
}
