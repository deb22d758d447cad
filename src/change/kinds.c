/* Names of kinds: see kinds.h. */
#include "change/kinds.h"

#include "base/buf.h"

static const struct kind_info edits[NEWS_KINDS] = {
	[EDIT_CORRECTION] = { "correction", "Correction notice", "a notice of correction or clarification" },
	[EDIT_HEADLINE] = { "headline", "Headline", "the headline changed" },
	[EDIT_STANDFIRST] = { "standfirst", "Standfirst", "the summary under the headline changed" },
	[EDIT_BYLINE] = { "byline", "Byline", "who signs the article changed" },
	[EDIT_DATE] = { "date", "Date of the page", "the page gives another time of publication" },
	[EDIT_QUOTATION] = { "quotation", "Quotation", "words inside quotation marks changed" },
	[EDIT_FIGURE] = { "figure", "Figure", "a number, its unit or its bound changed" },
	[EDIT_ATTRIBUTION] = { "attribution", "Attribution", "who is said to have said it changed" },
	[EDIT_NAME] = { "name", "Name", "the name or title of somebody or something changed" },
	[EDIT_PLACE] = { "place", "Place", "a place changed" },
	[EDIT_TIME] = { "time", "Time", "a date or a time of day in the text changed" },
	[EDIT_HEDGE] = { "hedge", "Hedge", "how certain it is said to be changed" },
	[EDIT_ADDITION] = { "addition", "Addition", "a sentence was added" },
	[EDIT_REMOVAL] = { "removal", "Removal", "a sentence was removed" },
	[EDIT_MOVE] = { "move", "Move", "a sentence stands elsewhere" },
	[EDIT_WORDING] = { "wording", "Wording", "other words" },
	[EDIT_TYPOGRAPHY] = { "typography", "Typography", "signs, spaces, case or spelling" },
	[EVENT_GONE] = { "gone", "Gone", "the site says that the article is gone" },
	[EVENT_BACK] = { "back", "Back", "an article that was gone is there again" },
};

static const struct kind_info natures[NATURES] = {
	[NATURE_CORRECTION] = { "correction", "Correction", "it says that it corrects something" },
	[NATURE_UPDATE] = { "update", "Update", "new facts were added" },
	[NATURE_SOFTENED] = { "softened", "Headline softened", "the headline claims less than before" },
	[NATURE_HARDENED] = { "hardened", "Headline hardened", "the headline claims more than before" },
	[NATURE_STEALTH] = { "stealth", "Stealth edit",
	                     "what matters changed without a notice, and the page's own date stayed" },
	[NATURE_TECHNICAL] = { "technical", "Technical", "the same page, read better" },
	[NATURE_RESTORED] = { "restored", "Restored", "words came back that an earlier version had" },
};

static const struct fold_rule folds[FOLDS] = {
	[FOLD_TYPOGRAPHY] = { "typography", "only signs, spaces, capitals or the style of quotation marks" },
	[FOLD_SPELLING] = { "spelling", "the same words, spelled otherwise" },
	[FOLD_NUMBER_STYLE] = { "number-style", "the same figure, time or place, written otherwise: 5 for five" },
	[FOLD_PARAGRAPHS] = { "paragraphs", "paragraphs begin elsewhere, or a heading became a paragraph" },
	[FOLD_REORDERED] = { "same-words-reordered", "a time or a source stands elsewhere in its sentence" },
	[FOLD_RELATIVE_TIME] = { "relative-time", "a time that counts on by itself: 2 hours ago" },
	[FOLD_COUNTER] = { "live-counter", "a counter beside the story: comments, shares, minutes to read" },
};

const struct fold_rule *fold_rule(enum fold f)
{
	return &folds[f < FOLDS ? f : FOLD_TYPOGRAPHY];
}

const struct kind_info *edit_kind_info(enum edit_kind k)
{
	return &edits[k < NEWS_KINDS ? k : EDIT_WORDING];
}

const struct kind_info *nature_info(enum nature n)
{
	return &natures[n < NATURES ? n : NATURE_UPDATE];
}

/* Of those of the first n whose bit is set. */
static void put_names(struct buf *b, const struct kind_info *all, uint32_t n, uint32_t bits, const char *between)
{
	for (uint32_t k = 0; k < n; k++)
		if (bits & KIND_BIT(k))
			buf_printf(b, "%s%s", b->n ? between : "", all[k].name);
}

static bool find_kind(struct str name, uint32_t n, uint32_t *bits)
{
	for (uint32_t k = 0; k < n; k++)
		if (str_eq(name, str_from(edits[k].name))) {
			*bits |= KIND_BIT(k);
			return true;
		}
	return false;
}

static bool refuse_kind(struct str name, uint32_t n, struct err *e)
{
	struct buf names = BUF_INIT(KIB);

	put_names(&names, edits, n, UINT32_MAX, ", ");
	err_set(e, ERR_USAGE, "\"%.*s\" is not a kind of %s; these are: %s", STR_ARG(str_sub(name, 0, 40)),
	        n > EDIT_KINDS ? "change" : "edit", buf_cstr(&names));
	buf_free(&names);
	return false;
}

/* Of the first n kinds. */
static bool parse_kinds(struct str text, uint32_t n, uint32_t *bits, struct err *e)
{
	struct str name, rest = text;
	bool more = true;

	*bits = 0;
	while (more) {
		more = str_cut(rest, ',', &name, &rest);
		name = str_trim(name);
		if (name.n && !find_kind(name, n, bits))
			return refuse_kind(name, n, e);
	}
	return true;
}

bool edit_kinds_parse(struct str text, uint32_t *bits, struct err *e)
{
	return parse_kinds(text, EDIT_KINDS, bits, e);
}

bool news_kinds_parse(struct str text, uint32_t *bits, struct err *e)
{
	return parse_kinds(text, NEWS_KINDS, bits, e);
}

static struct str join_names(struct arena *a, const struct kind_info *all, uint32_t n, uint32_t bits)
{
	struct buf b = BUF_INIT(KIB);

	put_names(&b, all, n, bits, ",");
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

struct str edit_kinds_text(struct arena *a, uint32_t bits)
{
	return join_names(a, edits, NEWS_KINDS, bits);
}

struct str natures_text(struct arena *a, uint32_t bits)
{
	return join_names(a, natures, NATURES, bits);
}
