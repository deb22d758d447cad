/*
 * The frame around every page: head, navigation, footer.
 */
#include "view/card.h"
#include "view/parts.h"

static const struct {
	const char *path, *name;
} NAVIGATION[] = {
	{ "/", "Latest" },       { "/sources", "Sources" }, { "/articles", "Articles" },
	{ "/search", "Search" }, { "/status", "Status" },
};

static void put_link(struct html *h, const char *rel, const char *type, struct str href)
{
	html_open(h, "link");
	html_attr(h, "rel", rel);
	if (type)
		html_attr(h, "type", type);
	html_attr_str(h, "href", href);
}

static void put_meta(struct html *h, const char *name, const char *content)
{
	html_open(h, "meta");
	html_attr(h, "name", name);
	html_attr(h, "content", content);
}

static void put_property(struct html *h, const char *property, struct str content)
{
	html_open(h, "meta");
	html_attr(h, "property", property);
	html_attr_str(h, "content", content);
}

/* What others show of a link to this page (the Open Graph protocol). */
static void put_sharing(struct html *h, struct view *v, const struct frame *f)
{
	if (!f->image.n)
		return;
	put_property(h, "og:type", STR("article"));
	put_property(h, "og:site_name", v->site_name);
	put_property(h, "og:title", html_without_bidi(v->arena, f->title));
	put_property(h, "og:description", html_without_bidi(v->arena, f->about));
	put_property(h, "og:url", arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(v->path)));
	put_property(h, "og:image", arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(f->image)));
	put_property(h, "og:image:width", arena_printf(v->arena, "%d", CARD_WIDTH));
	put_property(h, "og:image:height", arena_printf(v->arena, "%d", CARD_HEIGHT));
	put_meta(h, "twitter:card", "summary_large_image");
	put_meta(h, "robots", "noindex");
}

static void put_script(struct html *h, const char *name)
{
	html_open(h, "script");
	html_attr_printf(h, "src", "/%s?v=%s", name, view_assets_tag());
	html_attr(h, "defer", "defer");
	html_close(h, "script");
}

static void put_head(struct html *h, struct view *v, const struct frame *f)
{
	html_open(h, "head");
	html_open(h, "meta");
	html_attr(h, "charset", "utf-8");
	put_meta(h, "viewport", "width=device-width, initial-scale=1");
	put_meta(h, "color-scheme", "light dark");
	html_open(h, "title");
	html_text(h, html_without_bidi(v->arena, f->title));
	html_puts(h, " · ");
	html_text(h, v->site_name);
	html_close(h, "title");
	put_link(h, "stylesheet", NULL, arena_printf(v->arena, "/style.css?v=%s", view_assets_tag()));
	put_link(h, "icon", "image/svg+xml", STR("/favicon.svg"));
	if (f->feed.n)
		put_link(h, "alternate", "application/atom+xml", f->feed);
	put_sharing(h, v, f);
	if (f->script)
		put_script(h, f->script);
	html_close(h, "head");
}

static void put_navigation(struct html *h, const struct frame *f)
{
	html_open(h, "nav");
	html_attr(h, "aria-label", "Main");
	html_open(h, "ul");
	for (size_t i = 0; i < sizeof NAVIGATION / sizeof *NAVIGATION; i++) {
		html_open(h, "li");
		html_open(h, "a");
		html_attr(h, "href", NAVIGATION[i].path);
		if (f->here && str_eq(str_from(f->here), str_from(NAVIGATION[i].path)))
			html_attr(h, "aria-current", "page");
		html_puts(h, NAVIGATION[i].name);
		html_close(h, "a");
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "nav");
}

static void put_quick_search(struct html *h, const struct frame *f)
{
	if (f->here && str_eq(str_from(f->here), STR("/search")))
		return; /* the page has a form of its own */
	html_open(h, "form");
	html_attr(h, "class", "quick");
	html_attr(h, "role", "search");
	html_attr(h, "action", "/search");
	html_open(h, "input");
	html_attr(h, "type", "search");
	html_attr(h, "name", "q");
	html_attr(h, "aria-label", "Search articles, or find one by its address");
	html_attr(h, "placeholder", "Words or an address");
	html_attr(h, "maxlength", "512");
	html_element_z(h, "button", NULL, "Search");
	html_close(h, "form");
}

void frame_begin(struct html *h, struct view *v, const struct frame *f)
{
	html_doctype(h);
	html_open(h, "html");
	html_attr(h, "lang", "en");
	put_head(h, v, f);
	html_open(h, "body");
	html_link(h, "#content", "skip", "Skip to content");
	html_open(h, "header");
	html_attr(h, "class", "site");
	html_open(h, "p");
	html_attr(h, "class", "name");
	html_open(h, "a");
	html_attr(h, "href", "/");
	html_text(h, v->site_name);
	html_close(h, "a");
	html_close(h, "p");
	put_navigation(h, f);
	put_quick_search(h, f);
	html_close(h, "header");
	html_open(h, "main");
	html_attr(h, "id", "content");
	if (f->class)
		html_attr(h, "class", f->class);
}

void frame_live(struct html *h, struct view *v)
{
	html_open(h, "p");
	html_attr(h, "class", "live");
	if (v->args.live) {
		html_printf(h, "Reloads every %lld seconds. ", (long long)v->args.live);
		html_open(h, "a");
		html_attr_str(h, "href", v->path);
		html_puts(h, "Stop");
	} else {
		html_open(h, "a");
		html_attr_printf(h, "href", "%.*s?live=15", STR_ARG(v->path));
		html_puts(h, "Follow live");
	}
	html_close(h, "a");
	html_close(h, "p");
}

void frame_end(struct html *h, struct view *v)
{
	html_close(h, "main");
	html_open(h, "footer");
	html_attr(h, "class", "site");
	html_open(h, "p");
	html_text(h, v->site_name);
	html_puts(h, " keeps every version of the articles it watches and shows what was changed. All times are UTC.");
	html_close(h, "p");
	html_open(h, "p");
	html_link(h, "/feed.atom", NULL, "Atom feed of all changes");
	html_puts(h, " · ");
	html_link(h, "/api/v1/changes", NULL, "JSON");
	html_puts(h, " · stet " STET_VERSION);
	html_close(h, "p");
	html_close(h, "footer");
	html_close(h, "body");
	html_close(h, "html");
	html_finish(h);
}
