/*
 * Atom feeds (RFC 4287) of changes.
 *
 * An entry is one change, removal or return: its address is that of the
 * difference, or of the removal on its article's page, and never changes, so it is
 * the entry's id too.  The content is what changed, with
 * <ins> and <del>, as escaped HTML.  Texts are only compared for the newest
 * DETAILED entries; the others say how much changed.
 *
 * The address of a feed's id comes from the setting of the public address; a
 * feed that is read under several names has several ids.
 */
#include "view/compare.h"
#include "view/load.h"
#include "view/parts.h"
#include "view/rows.h"

#define ENTRIES 50
#define DETAILED 20
#define MAX_CONTENT (16 * KIB)

struct feed {
	struct str path; /* of the feed */
	struct str page; /* path of the page that shows the same */
	struct str title;
};

static void put_atom_link(struct html *h, struct view *v, const char *rel, const char *type, struct str path)
{
	html_open(h, "link");
	html_attr(h, "rel", rel);
	html_attr(h, "type", type);
	html_attr_str(h, "href", arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(path)));
}

static void put_when(struct html *h, const char *element, when t)
{
	char iso[WHEN_TEXT];
	html_element_z(h, element, NULL, when_iso(t == WHEN_NONE ? 0 : t, iso));
}

static void put_author(struct html *h, struct view *v, struct str name)
{
	html_open(h, "author");
	html_element(h, "name", NULL, html_without_bidi(v->arena, name));
	html_close(h, "author");
}

static void begin_feed(struct html *h, struct view *v, const struct feed *f, when updated)
{
	html_xml_declaration(h);
	html_open(h, "feed");
	html_attr(h, "xmlns", "http://www.w3.org/2005/Atom");
	html_element(h, "id", NULL, arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(f->path)));
	html_element(h, "title", NULL, html_without_bidi(v->arena, f->title));
	put_when(h, "updated", updated);
	put_author(h, v, v->site_name);
	html_open(h, "generator");
	html_attr(h, "version", STET_VERSION);
	html_puts(h, "stet");
	html_close(h, "generator");
	put_atom_link(h, v, "self", "application/atom+xml", f->path);
	put_atom_link(h, v, "alternate", "text/html", f->page);
}

/* ---- entries ------------------------------------------------------------ */

static void write_content(struct html *h, struct view *v, const struct change_item *c, const struct change *diff)
{
	html_open(h, "p");
	part_source_link(h, c->source_key, NULL);
	html_puts(h, " · ");
	html_text(h, window_text(v->arena, c->before, c->first_seen, c->later));
	html_puts(h, " · ");
	html_text(h, kinds_text(v->arena, &c->summary));
	html_close(h, "p");
	if (c->summary.title_changed && !diff) {
		html_open(h, "p");
		html_element(h, "del", NULL, c->old_title);
		html_puts(h, " ");
		html_element(h, "ins", NULL, c->new_title);
		html_close(h, "p");
	}
	if (diff)
		rows_write_plain(h, v->arena, diff, MAX_CONTENT);
	html_open(h, "p");
	html_puts(h, "Original: ");
	part_original(h, c->url, STR_NONE);
	html_close(h, "p");
	html_finish(h);
}

static void write_removal(struct html *h, struct view *v, const struct removal_item *r)
{
	html_open(h, "p");
	part_source_link(h, r->source_key, NULL);
	html_puts(h, " · ");
	html_text(h, news_text(v->arena, r));
	html_close(h, "p");
	html_open(h, "p");
	if (news_is_open(r))
		html_puts(h, "Moved or withdrawn: the site does not say which. ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld#text", (long long)r->removal.article);
	html_puts(h, "The last version is kept");
	html_close(h, "a");
	html_puts(h, ".");
	html_close(h, "p");
	html_open(h, "p");
	html_puts(h, "Original: ");
	part_original(h, r->url, STR_NONE);
	html_close(h, "p");
	html_finish(h);
}

static void put_content(struct html *h, struct view *v, const struct news *n, const struct change *diff)
{
	struct buf b = BUF_INIT(4 * MAX_CONTENT + MAX_ARTICLE_BYTES);
	struct html inner = HTML_INIT(&b);

	if (n->change)
		write_content(&inner, v, n->change, diff);
	else
		write_removal(&inner, v, n->removal);
	html_open(h, "content");
	html_attr(h, "type", "html");
	html_attr_str(h, "xml:base", arena_printf(v->arena, "%.*s/", STR_ARG(v->base_url)));
	html_text(h, b.full ? STR_NONE : buf_view(&b));
	html_close(h, "content");
	buf_free(&b);
}

struct entry {
	struct str path, title, author, summary;
	when updated;
};

/* Leaves the entry open for its content. */
static void begin_entry(struct html *h, struct view *v, const struct entry *x)
{
	html_open(h, "entry");
	html_element(h, "id", NULL, arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(x->path)));
	html_element(h, "title", NULL, html_without_bidi(v->arena, x->title));
	put_when(h, "updated", x->updated);
	put_author(h, v, x->author);
	put_atom_link(h, v, "alternate", "text/html", x->path);
	html_element(h, "summary", NULL, x->summary);
}

static bool put_change(struct html *h, struct view *v, const struct change_item *c, bool detailed, struct err *e)
{
	const struct change_summary *s = &c->summary;
	struct article older, newer;
	struct change diff;
	struct str path = arena_printf(v->arena, "/articles/%lld/diff/%lld/%lld", (long long)s->article,
	                               (long long)(s->number - 1), (long long)s->number);

	if (detailed &&
	    !compare_versions(v->archive, v->arena, s->article, s->number - 1, s->number, &older, &newer, &diff, e))
		return false;
	begin_entry(h, v,
	            &(struct entry){ .path = path,
	                             .title = part_title(c->new_title),
	                             .author = c->source_name.n ? c->source_name : c->source_key,
	                             .summary = kinds_text(v->arena, s),
	                             .updated = c->first_seen != WHEN_NONE ? c->first_seen : c->before });
	put_content(h, v, &(struct news){ .change = c }, detailed ? &diff : NULL);
	html_close(h, "entry");
	return true;
}

static void put_removal(struct html *h, struct view *v, const struct removal_item *r)
{
	const struct kind_info *kind = edit_kind_info(r->returned ? EVENT_BACK : EVENT_GONE);
	struct str title = part_title(r->title);

	begin_entry(h, v,
	            &(struct entry){ .path = news_address(v->arena, r),
	                             .title = arena_printf(v->arena, "%s: %.*s", kind->label, STR_ARG(title)),
	                             .author = r->source_name.n ? r->source_name : r->source_key,
	                             .summary = news_text(v->arena, r),
	                             .updated = r->at });
	put_content(h, v, &(struct news){ .removal = r }, NULL);
	html_close(h, "entry");
}

static bool write_feed(struct view *v, const struct feed *f, const struct news_page *list, struct buf *out,
                       struct err *e)
{
	struct html h = HTML_INIT(out);

	begin_feed(&h, v, f, list->n ? news_place_of(&list->items[0]).at : WHEN_NONE);
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].removal)
			put_removal(&h, v, list->items[i].removal);
		else if (!put_change(&h, v, list->items[i].change, i < DETAILED, e))
			return false;
	html_close(&h, "feed");
	html_finish(&h);
	return true;
}

/* ---- the feeds ---------------------------------------------------------- */

bool view_feed(struct view *v, struct buf *out, struct err *e)
{
	struct news_page list;
	struct feed f = { .path = list_address(v, STR_NONE), .page = feed_address(v, STR("/")) };

	if (!load_news(v, ENTRIES, 0, false, &list, e))
		return false;
	f.title = arena_printf(v->arena, "%.*s: all changes", STR_ARG(v->site_name));
	if (list.source.id) {
		struct str name = list.source.name.n ? list.source.name : list.source.key;
		f.page = feed_address(v, arena_printf(v->arena, "/sources/%.*s", STR_ARG(list.source.key)));
		f.title = arena_printf(v->arena, "%.*s: changes of %.*s", STR_ARG(v->site_name), STR_ARG(name));
	}
	return write_feed(v, &f, &list, out, e);
}

bool view_feed_article(struct view *v, struct buf *out, struct err *e)
{
	struct article_row row;
	struct news_page list;
	struct feed f = { .path = list_address(v, STR_NONE) };

	if (!archive_article(v->archive, v->arena, v->args.article, &row, e) ||
	    !load_news(v, ENTRIES, row.id, false, &list, e))
		return false;
	f.page = arena_printf(v->arena, "/articles/%lld", (long long)row.id);
	f.title = arena_printf(v->arena, "Changes: %.*s", STR_ARG(part_title(row.title)));
	return write_feed(v, &f, &list, out, e);
}

bool view_feed_search(struct view *v, struct buf *out, struct err *e)
{
	struct news_page list;
	struct feed f;

	v->args.query = str_trim(v->args.query);
	if (v->args.query.n == 0)
		return err_set(e, ERR_USAGE, "a search needs words in \"q\"");
	if (!load_news(v, ENTRIES, 0, false, &list, e))
		return false;
	f.path = feed_address(v, STR("/search.atom"));
	f.page = feed_address(v, STR("/search"));
	f.title = arena_printf(v->arena, "%.*s: changes found by %.*s", STR_ARG(v->site_name), STR_ARG(v->args.query));
	return write_feed(v, &f, &list, out, e);
}
