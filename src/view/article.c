/*
 * The page of an article: where it comes from, whether it is still checked,
 * its versions with the time between them, the latest text.
 */
#include "view/gone.h"
#include "view/load.h"
#include "view/parts.h"
#include "view/timeline.h"

struct article_page {
	struct article_row row;
	struct version *versions;
	size_t nversions;
	struct change_item *changes; /* newest first; not of every version when there are very many */
	size_t nchanges;
	struct sighting *sightings;
	size_t nsightings;
	struct check last;
	when captured; /* last; WHEN_NONE: never */
	struct gone gone;
	struct article text; /* of the newest version */
};

static bool load_page(struct view *v, struct article_page *p, struct err *e)
{
	struct archive *ar = v->archive;
	struct arena *a = v->arena;
	struct change_filter filter = {
		.article = v->args.article, .until = WHEN_NONE, .remade_too = true, .limit = MAX_PAGE_ROWS
	};

	*p = (struct article_page){ 0 };
	if (!archive_article(ar, a, v->args.article, &p->row, e))
		return e->kind == ERR_NOT_FOUND
		               ? err_set(e, ERR_NOT_FOUND, "there is no article %lld", (long long)v->args.article)
		               : false;
	if (!archive_versions(ar, a, p->row.id, &p->versions, &p->nversions, e) ||
	    !archive_changes(ar, a, filter, &p->changes, &p->nchanges, e) ||
	    !archive_sightings(ar, a, p->row.id, &p->sightings, &p->nsightings, e) ||
	    !load_last_check(v, p->row.id, &p->last, e) || !gone_load(v, p->row.id, &p->gone, e) ||
	    !archive_capture_last(ar, p->row.id, &p->captured, e))
		return false;
	return p->nversions == 0 ||
	       archive_version_text(ar, a, p->row.id, p->versions[p->nversions - 1].number, &p->text, e);
}

static const struct change_summary *summary_of(const struct article_page *p, int64_t number)
{
	for (size_t i = 0; i < p->nchanges; i++)
		if (p->changes[i].summary.number == number)
			return &p->changes[i].summary;
	return NULL;
}

/* ---- facts -------------------------------------------------------------- */

static void put_term(struct html *h, const char *term)
{
	html_element_z(h, "dt", NULL, term);
	html_open(h, "dd");
}

/* How long ago it last changed, as the reason for not checking it again. */
static void put_given_up(struct html *h, struct view *v, const struct article_row *r)
{
	char text[WHEN_TEXT];
	when since = r->last_change != WHEN_NONE ? r->last_change : r->first_seen;
	const char *verb = r->last_change != WHEN_NONE ? "Last changed" : "Has not changed since it was first seen";

	html_printf(h, "%s %s ago and won't be checked again.", verb, when_length(v->now - since, text));
}

static void put_state(struct html *h, struct view *v, const struct article_row *r)
{
	switch (r->state) {
	case TARGET_CHECKED:
		html_puts(h, "Yes. ");
		if (r->next_check == WHEN_NONE)
			return;
		if (r->next_check <= v->now) {
			html_puts(h, "The next check is due now.");
			return;
		}
		html_puts(h, "Next check ");
		part_time(h, r->next_check);
		html_puts(h, ".");
		return;
	case TARGET_GIVEN_UP:
		html_puts(h, "No. ");
		put_given_up(h, v, r);
		return;
	case TARGET_GONE:
		html_puts(h, "No. The site says that the article is gone. What was kept stays here.");
		if (r->next_check != WHEN_NONE) {
			html_puts(h, " Whether it is back is looked at on ");
			part_time(h, r->next_check);
			html_puts(h, ".");
		}
		return;
	case TARGET_UNWATCHED:
		html_puts(h, "No. It was taken off the watch list.");
		return;
	case TARGET_IMPORTED:
		html_puts(h, "No. Its versions were imported; this program has never fetched it.");
		return;
	default:
		html_puts(h, "No. It could not be read as an article.");
	}
}

static void put_last_check(struct html *h, const struct article_page *p)
{
	const struct article_row *r = &p->row;

	if (r->last_check == WHEN_NONE)
		return;
	put_term(h, "Last check");
	part_time(h, r->last_check);
	if (r->last_outcome.n) {
		html_puts(h, ", ");
		part_outcome(h, r->last_outcome, p->last.at == r->last_check ? p->last.detail : STR_NONE);
	}
	part_meaning(h, r->last_outcome);
	html_close(h, "dd");
}

static void put_captures(struct html *h, const struct article_page *p)
{
	if (p->captured == WHEN_NONE)
		return;
	put_term(h, "As captured");
	part_capture_link(h, p->row.id, p->captured, "the page as it was on ");
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/captures", (long long)p->row.id);
	html_puts(h, "all captures");
	html_close(h, "a");
	html_close(h, "dd");
}

static void put_facts(struct html *h, struct view *v, const struct article_page *p)
{
	const struct article_row *r = &p->row;
	int64_t changes = r->versions > 1 ? r->versions - 1 : 0;

	html_open(h, "dl");
	html_attr(h, "class", "facts");
	put_term(h, "Original");
	part_original(h, r->url, STR_NONE);
	html_close(h, "dd");
	if (r->published != WHEN_NONE) {
		put_term(h, "Published");
		part_time(h, r->published);
		html_puts(h, ", as the page says");
		html_close(h, "dd");
	}
	put_term(h, "First seen");
	part_time(h, r->first_seen);
	html_close(h, "dd");
	put_term(h, "Changes");
	html_text(h, changes ? count_text(v->arena, changes, "change", "changes") : STR("none so far"));
	if (r->last_change != WHEN_NONE) {
		html_puts(h, ", last changed ");
		part_time(h, r->last_change);
	}
	html_close(h, "dd");
	put_term(h, "Still checked?");
	put_state(h, v, r);
	html_close(h, "dd");
	put_last_check(h, p);
	put_captures(h, p);
	put_term(h, "Follow");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/feed.atom", (long long)r->id);
	html_puts(h, "Atom feed of this article");
	html_close(h, "a");
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/api/v1/articles/%lld", (long long)r->id);
	html_puts(h, "JSON");
	html_close(h, "a");
	html_close(h, "dd");
	html_close(h, "dl");
}

/* ---- versions ----------------------------------------------------------- */

static void put_version_time(struct html *h, const struct article_page *p, size_t i)
{
	char text[WHEN_TEXT];
	const struct version *x = &p->versions[i];
	int64_t later = x->later;

	if (x->first_seen != WHEN_NONE)
		part_time(h, x->first_seen);
	if (i == 0) {
		html_puts(h, x->first_seen == WHEN_NONE ? "time unknown" : "");
		return;
	}
	if (later < 0 && x->first_seen != WHEN_NONE && p->versions[i - 1].first_seen != WHEN_NONE)
		later = x->first_seen - p->versions[i - 1].first_seen;
	if (later < 0) {
		html_puts(h, x->first_seen == WHEN_NONE ? "time unknown" : "");
		return;
	}
	html_open(h, "span");
	html_attr(h, "class", "later");
	html_printf(h, "%s%s later", x->first_seen != WHEN_NONE ? ", " : "", when_length(later, text));
	html_close(h, "span");
}

static void put_version_changes(struct html *h, struct view *v, const struct article_page *p, const struct version *x)
{
	const struct change_summary *s = summary_of(p, x->number);

	if (x->number > 0) {
		html_open(h, "a");
		part_change_href(h, x->article, x->number);
		html_text(h, s ? kinds_text(v->arena, s) : STR("what changed"));
		html_close(h, "a");
		if (s)
			part_bar(h, s);
		html_puts(h, " · ");
	}
	html_text(h, count_text(v->arena, x->words, "word", "words"));
	if (x->remade) {
		html_puts(h, " · read anew on ");
		part_time(h, x->remade);
	}
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)x->article, (long long)x->number);
	html_puts(h, "text");
	html_close(h, "a");
}

static void put_version(struct html *h, struct view *v, const struct article_page *p, size_t i)
{
	const struct version *x = &p->versions[i];

	html_open(h, "li");
	html_attr_printf(h, "id", "v%lld", (long long)x->number);
	html_open(h, "p");
	html_attr(h, "class", "when");
	html_open(h, "b");
	html_printf(h, "Version %lld", (long long)x->number);
	html_close(h, "b");
	html_puts(h, " · ");
	put_version_time(h, p, i);
	html_close(h, "p");
	if (i == 0 || !str_eq(x->title, p->versions[i - 1].title))
		part_foreign(h, "p", "title", p->row.language, part_title(x->title));
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	put_version_changes(h, v, p, x);
	html_close(h, "p");
	html_close(h, "li");
}

static void put_versions(struct html *h, struct view *v, const struct article_page *p)
{
	size_t from = p->nversions > MAX_PAGE_ROWS ? p->nversions - MAX_PAGE_ROWS : 0;

	html_element_z(h, "h2", NULL, "Versions");
	if (p->nversions > 1) {
		html_open(h, "p");
		html_attr(h, "class", "note");
		html_open(h, "a");
		html_attr_printf(h, "href", "/articles/%lld/history", (long long)p->row.id);
		html_puts(h, "Every sentence, with the version that brought it");
		html_close(h, "a");
		html_close(h, "p");
	}
	part_timeline(h, v->arena,
	              &(struct timeline){ p->versions, p->nversions, p->changes, p->nchanges, p->gone.removals,
	                                  p->gone.nremovals, v->now });
	html_open(h, "ol");
	html_attr(h, "class", "versions");
	html_attr_int(h, "start", (int64_t)from);
	for (size_t i = from; i < p->nversions; i++)
		put_version(h, v, p, i);
	html_close(h, "ol");
	if (from) {
		html_open(h, "p");
		html_attr(h, "class", "note");
		html_text(h,
		          arena_printf(v->arena, "Only the newest %d versions are listed here; ", (int)MAX_PAGE_ROWS));
		html_open(h, "a");
		html_attr_printf(h, "href", "/articles/%lld/versions/0", (long long)p->row.id);
		html_puts(h, "begin with version 0");
		html_close(h, "a");
		html_puts(h, ".");
		html_close(h, "p");
	}
}

static void put_select(struct html *h, const char *name, const char *label, const struct article_page *p,
                       int64_t chosen)
{
	char text[WHEN_TEXT];

	html_open(h, "label");
	html_printf(h, "%s ", label);
	html_open(h, "select");
	html_attr(h, "name", name);
	for (size_t i = 0; i < p->nversions && i < MAX_PAGE_ROWS; i++) {
		const struct version *x = &p->versions[i];
		html_open(h, "option");
		html_attr_int(h, "value", x->number);
		if (x->number == chosen)
			html_attr(h, "selected", "selected");
		html_printf(h, "%lld · %s", (long long)x->number, when_human(x->first_seen, text));
		html_close(h, "option");
	}
	html_close(h, "select");
	html_close(h, "label");
}

/* Any two versions, for articles with more than two. */
static void put_compare(struct html *h, const struct article_page *p)
{
	int64_t last = (int64_t)p->nversions - 1;

	if (p->nversions < 3)
		return;
	html_open(h, "form");
	html_attr(h, "class", "compare");
	html_attr_printf(h, "action", "/articles/%lld/compare", (long long)p->row.id);
	put_select(h, "a", "Compare version", p, 0);
	html_puts(h, " ");
	put_select(h, "b", "with", p, last < MAX_PAGE_ROWS ? last : MAX_PAGE_ROWS - 1);
	html_puts(h, " ");
	html_element_z(h, "button", NULL, "Compare");
	html_puts(h, " ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/diff/0/%lld", (long long)p->row.id, (long long)last);
	html_puts(h, "first with latest");
	html_close(h, "a");
	html_close(h, "form");
}

/* ---- flips -------------------------------------------------------------- */

static void put_flips(struct html *h, const struct article_page *p)
{
	int64_t newest = -1;
	size_t shown = 0;

	if (p->row.flips == 0)
		return;
	html_element_z(h, "h3", NULL, "Earlier texts that came back");
	html_element_z(h, "p", "note",
	               "The page went back to a text that it had shown before, as happens when a site "
	               "answers from several copies. That makes no new version.");
	html_open(h, "ul");
	html_attr(h, "class", "flips");
	for (size_t i = 0; i < p->nsightings && shown < 20; i++) {
		const struct sighting *s = &p->sightings[i];
		if (s->number > newest) {
			newest = s->number;
			continue;
		}
		html_open(h, "li");
		html_open(h, "a");
		html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)p->row.id, (long long)s->number);
		html_printf(h, "Version %lld", (long long)s->number);
		html_close(h, "a");
		html_puts(h, " again, from ");
		part_time(h, s->first);
		if (s->last != s->first) {
			html_puts(h, " to ");
			part_time(h, s->last);
		}
		html_close(h, "li");
		shown++;
	}
	html_close(h, "ul");
}

/* ---- the page ----------------------------------------------------------- */

static void put_latest_text(struct html *h, const struct article_page *p)
{
	if (p->nversions == 0) {
		html_element_z(h, "p", "note", "No version of this article has been kept yet.");
		return;
	}
	html_open(h, "article");
	html_attr(h, "class", "latest");
	html_attr(h, "id", "text");
	html_element_z(h, "h2", NULL, "Latest text");
	if (p->text.standfirst.n)
		part_foreign(h, "p", "standfirst", p->text.language, p->text.standfirst);
	part_byline(h, &p->text);
	part_text(h, &p->text, 3);
	html_close(h, "article");
}

bool view_article(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct article_page p;

	if (!load_page(v, &p, e))
		return false;
	struct frame frame = { .title = part_title(p.row.title),
		               .feed = arena_printf(v->arena, "/articles/%lld/feed.atom", (long long)p.row.id),
		               .can_live = true };
	frame_begin(&h, v, &frame);
	html_open(&h, "p");
	html_attr(&h, "class", "kicker");
	html_puts(&h, "From the source ");
	part_source_link(&h, p.row.source_key, "source");
	html_close(&h, "p");
	part_foreign(&h, "h1", NULL, p.row.language, part_title(p.row.title));
	gone_write(&h, v, &p.gone);
	put_facts(&h, v, &p);
	frame_live(&h, v);
	if (p.nversions) {
		put_versions(&h, v, &p);
		put_compare(&h, &p);
	}
	put_flips(&h, &p);
	put_latest_text(&h, &p);
	frame_end(&h, v);
	return true;
}

bool view_compare(struct view *v, struct buf *out, struct err *e)
{
	(void)out;
	if (v->args.number == v->args.other)
		return err_set(e, ERR_USAGE, "a difference needs two versions, and these are the same one");
	v->redirect = arena_printf(v->arena, "/articles/%lld/diff/%lld/%lld", (long long)v->args.article,
	                           (long long)v->args.number, (long long)v->args.other);
	return true;
}
