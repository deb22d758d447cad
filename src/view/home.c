/* The first page: the latest changes of all sources. */
#include "view/load.h"
#include "view/parts.h"

#define ROWS 40

static void put_nothing_yet(struct html *h, struct view *v)
{
	html_open(h, "p");
	html_attr(h, "class", "note");
	if (v->args.before.n) {
		html_puts(h, "There are no older changes.");
	} else if (v->args.kinds.n || v->args.matters) {
		html_puts(h, "No change of this kind yet.");
	} else {
		html_puts(h, "No article has changed yet. Watch a source with ");
		html_element_z(h, "code", NULL, "stet watch URL");
		html_puts(h, "; what is being checked stands on the ");
		html_link(h, "/status", NULL, "status page");
		html_puts(h, ".");
	}
	html_close(h, "p");
}

bool view_home(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct news_page list;

	if (!load_news(v, ROWS, 0, false, &list, e))
		return false;
	struct frame frame = { .title = STR("Latest changes"),
		               .here = "/",
		               .feed = feed_address(v, STR("/feed.atom")),
		               .can_live = true };
	frame_begin(&h, v, &frame);
	html_element_z(&h, "h1", NULL, v->args.before.n ? "Earlier changes" : "Latest changes");
	if (v->args.before.n == 0)
		frame_live(&h, v);
	part_choices(&h, v);
	if (list.n == 0)
		put_nothing_yet(&h, v);
	part_news(&h, v, list.items, list.n, true);
	part_pager(&h, v, list.next, "Older changes", "Latest changes");
	frame_end(&h, v);
	return true;
}
