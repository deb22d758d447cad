/*
 * Authors by markup: rel=author, itemprop=author, links to an author's page,
 * and class names that say so.  Elements among the comments are left out, as
 * are links in the head of the site.
 *
 * Below the text only what is sure is believed: see names_below().
 */
#include <string.h>

#include "page/name_form.h"
#include "page/names_inner.h"

#define MAX_NAMES_BYTES 1000 /* of an element that names authors, with its white space */
#define MAX_AUTHOR_NODES 80  /* of such an element */
#define MAX_AUTHOR_GAP 60    /* nodes between two authors of one byline */
#define MAX_NODES_BELOW 250  /* below the text, in which authors are named when nothing above does */

/* Parts of addresses of somebody's page, by their first three bytes: most of an address begins none. */
static const struct {
	char begins[4];
	struct str parts[13]; /* up to an empty one */
} author_parts[] = {
	{ "/au",
	  { STR("/author/"), STR("/authors/"), STR("/autor/"), STR("/autoren/"), STR("/autores/"), STR("/autorin/"),
	    STR("/auteur/"), STR("/auteurs/"), STR("/autore/"), STR("/autori/"), STR("/autor-"), STR("/author-") } },
	{ "/by", { STR("/by/"), STR("/byline/") } },
	{ "/jo", { STR("/journalist/"), STR("/journalists/"), STR("/journaliste/") } },
	{ "/co", { STR("/columnist/"), STR("/contributor/"), STR("/contributors/") } },
	{ "/re", { STR("/reporter/"), STR("/reporters/"), STR("/redakteur/") } },
	{ "/wr", { STR("/writer/"), STR("/writers/") } },
	{ "/pe", { STR("/people/") } },
	{ "/st", { STR("/staff/") } },
	{ "/pr", { STR("/profile/") } },
	{ "/ya", { STR("/yazar/"), STR("/yazarlar/") } },
	{ "/sk", { STR("/skribent/") } },
	{ "/fi", { STR("/firma/") } },
	{ "aut", { STR("author=") } },
};

/* One of them with somebody behind it: "/settings/profile/" is nobody's. */
static bool begins_author(struct str s)
{
	const char three[] = { char_lower(s.p[0]), char_lower(s.p[1]), char_lower(s.p[2]) };

	if (three[0] != '/' && three[0] != 'a')
		return false;
	for (size_t i = 0; i < sizeof(author_parts) / sizeof(author_parts[0]); i++) {
		if (memcmp(author_parts[i].begins, three, sizeof(three)) != 0)
			continue;
		for (const struct str *part = author_parts[i].parts; part->n; part++)
			if (s.n > part->n && str_starts_nocase(s, *part))
				return true;
	}
	return false;
}

/* An address of somebody's page: /author/anna-lund. */
static bool is_author_address(struct str href)
{
	for (size_t at = 0; at + 4 <= href.n; at++)
		if (begins_author(str_sub(href, at, href.n)))
			return true;
	return false;
}

/* In an element that says this and does not hold the article. */
static bool stands_in(const struct namer *n, uint32_t node, uint32_t says)
{
	const struct html *h = n->s->html;

	for (uint32_t i = node; i; i = h->nodes[i].parent)
		if (n->s->info[i].says & says && (n->body->node < i || n->body->node >= h->nodes[i].end))
			return true;
	return false;
}

static enum mark mark_of(const struct namer *n, uint32_t i)
{
	const struct html_node *node = &n->s->html->nodes[i];
	uint32_t says = n->s->info[i].says;
	enum mark m = says & SAYS_AUTHOR && !(says & SAYS_FURNITURE) ? MARK_CLASS : MARK_NONE;

	for (uint32_t k = node->attr; k < node->attr + node->nattr; k++) {
		const struct html_attr *at = &n->s->html->attrs[k];
		if ((at->id == ATTR_REL && str_find_nocase(at->value, STR("author")) != STR_NPOS) ||
		    (at->id == ATTR_ITEMPROP && str_eq_nocase(at->value, STR("author"))))
			return MARK_AUTHOR;
		if (node->tag == TAG_A && m < MARK_LINK && at->id == ATTR_HREF && is_author_address(at->value))
			m = MARK_LINK;
	}
	return m;
}

static void names_of_links(struct namer *n, uint32_t node, struct credit *c)
{
	const struct html *h = n->s->html;

	for (uint32_t i = node + 1; i < h->nodes[node].end; i++) {
		bool named = h->nodes[i].nattr && str_eq_nocase(html_attr_of(h, i, ATTR_ITEMPROP), STR("name"));
		if ((h->nodes[i].tag != TAG_A && !named) || n->s->info[i].skipped)
			continue;
		struct str text = h->nodes[i].tag == TAG_META ? html_attribute(h, i, "content")
		                                              : meta_short_text(n->s->arena, h, i, MAX_NAMES_BYTES);
		if (text.n && text.n < MAX_NAME_BYTES)
			names_split(n, c, text);
	}
}

/* In a paragraph of running text, where people are linked who are written about. */
static bool in_running_text(const struct scan *s, uint32_t node)
{
	size_t from = scan_lines_before(s, node);

	for (size_t k = from ? from - 1 : 0; k <= from && k < s->nlines; k++)
		if (s->lines[k].weight > (s->lines[k].sentence ? MIN_RUNNING_TEXT / 2 : MIN_RUNNING_TEXT) &&
		    s->lines[k].node == s->info[node].block)
			return true;
	return false;
}

/* The second name of "By <a>A. Lund</a> and B. Ito". */
static void names_behind_link(struct namer *n, struct str text, struct str linked, struct credit *c)
{
	static const struct str joints[] = { STR("and "), STR("und "), STR("et "), STR("y "),   STR("e "),
		                             STR("en "),  STR("& "),   STR("og "), STR("och "), STR("и ") };
	size_t at = str_find(text, linked);
	struct str rest = at == STR_NPOS ? STR_NONE : str_trim(str_sub(text, at + linked.n, text.n));
	struct credit more = { 0 };

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
		if (str_starts(rest, joints[i])) {
			names_split(n, &more, str_sub(rest, joints[i].n, rest.n));
			break;
		}
	for (size_t i = 0; i < more.n; i++)
		if (name_is_person(more.names[i]))
			names_put(c->names, &c->n, more.names[i]);
}

static void add_all(struct credit *c, const struct credit *more)
{
	c->by |= more->by;
	for (size_t i = 0; i < more->n; i++)
		names_put(c->names, &c->n, more->names[i]);
	for (size_t i = 0; i < more->nothers; i++)
		names_put(c->others, &c->nothers, more->others[i]);
}

/* The names in one element that says it is about authors. */
static void names_of_element(struct namer *n, uint32_t node, enum mark m, struct credit *c)
{
	struct credit links = { 0 };
	bool doubtful = m == MARK_LINK;

	if (n->s->html->nodes[node].end - node > MAX_AUTHOR_NODES)
		return;
	struct str text = meta_short_text(n->s->arena, n->s->html, node, MAX_NAMES_BYTES);
	if (!text.n || (doubtful && in_running_text(n->s, node)))
		return;
	names_of_links(n, node, &links);
	bool person = false;
	for (size_t i = 0; i < links.n; i++)
		person |= name_is_person(links.names[i]);
	if (m == MARK_CLASS && links.n > 1 && !person && !name_has_han(text)) /* "People, Profiles, Diary" */
		return;
	bool first = links.n && str_starts(name_without_by(text), links.names[0]);
	if (links.n && (first || scan_weight(text) > 100)) {
		for (size_t i = 0; i < links.n; i++)
			if (!person || name_is_person(links.names[i]))
				names_put(c->names, &c->n, links.names[i]);
		c->by |= name_without_by(text).n < text.n;
		names_behind_link(n, text, links.names[links.n - 1], c);
		return;
	}
	if (scan_weight(text) > 100 || text.n >= 200)
		return;
	struct credit some = { .by = name_without_by(text).n < text.n };
	names_around_date(n, text, &some);
	for (size_t i = 0; i < some.n; i++)
		if (doubtful && !name_is_short(some.names[i])) /* the title of an article with such an address */
			return;
	for (size_t i = 0; i < some.nothers; i++)
		if (doubtful && !name_is_short(some.others[i]))
			return;
	add_all(c, &some);
}

/* Marked elements that stand together: the first group that has a name, from one node to another. */
void names_from_markup(struct namer *n, uint32_t from, uint32_t to, struct credit found[MARK_AUTHOR + 1])
{
	const struct html *h = n->s->html;
	uint32_t last[MARK_AUTHOR + 1] = { 0 };

	for (uint32_t i = from; i < to; i++) {
		if (!h->nodes[i].nattr || h->nodes[i].tag == TAG_META || n->s->info[i].skipped)
			continue;
		enum mark m = mark_of(n, i);
		if (m == MARK_NONE || (found[m].n && i > last[m] + MAX_AUTHOR_GAP) || stands_in(n, i, SAYS_COMMENT) ||
		    (m != MARK_AUTHOR && i < n->first && stands_in(n, i, SAYS_CHROME)))
			continue;
		size_t before = found[m].n + found[m].nothers;
		names_of_element(n, i, m, &found[m]);
		if (found[m].n + found[m].nothers > before)
			last[m] = h->nodes[i].end;
		if (m == MARK_AUTHOR && found[m].n > before)
			i = h->nodes[i].end - 1;
	}
}

/*
 * Under the text only markup that means it, and a person, are believed; any
 * name only right below the text, and if it says "by" or is marked as the author's.
 */
void names_below(struct namer *n, struct credit *c)
{
	struct credit found[MARK_AUTHOR + 1] = { 0 };
	uint32_t left = n->s->html->nnodes - n->until;

	names_from_markup(n, n->until, n->until + (left < MAX_NODES_BELOW ? left : MAX_NODES_BELOW), found);
	const struct credit *best = found[MARK_AUTHOR].n ? &found[MARK_AUTHOR] : &found[MARK_LINK];
	if (best->n && (best == &found[MARK_AUTHOR] || name_is_person(best->names[0])))
		*c = *best;
	else if (found[MARK_CLASS].n && found[MARK_CLASS].by)
		*c = found[MARK_CLASS];
	else if (found[MARK_AUTHOR].nothers)
		*c = found[MARK_AUTHOR];
}
