/*
 * One edit: a page of its own with all that is known of it, and its card.
 *
 * The name of an edit comes from its words, so its address holds as long as
 * the two texts do; when a rebuild reads a page in another way it may be gone,
 * and the sentence says so.
 */
#include <stdlib.h>

#include "view/card.h"
#include "view/diff.h"
#include "view/margin.h"
#include "view/parts.h"
#include "view/words.h"

#define PAGE_EXCERPT 6000
#define CARD_EXCERPT 260
#define MOST_FINDINGS 50
#define LONGEST_EVIDENCE 400

struct edit_page {
	struct diff_page diff;
	uint32_t index;
	const struct change_edit *edit;
	struct str path; /* of the edit */
};

static bool load(struct view *v, struct edit_page *out, struct err *e)
{
	*out = (struct edit_page){ 0 };
	v->args.folded = 1;
	if (!diff_load(v, &out->diff, e))
		return false;
	const struct change *c = &out->diff.c.change;
	uint64_t key = strtoull(arena_cstr(v->arena, v->args.edit), NULL, 16);
	for (uint32_t i = 0; i < c->nedits; i++)
		if (c->edits[i].key == key) {
			out->index = i;
			out->edit = &c->edits[i];
			out->path = arena_printf(v->arena, "%.*s/edits/%.*s", STR_ARG(out->diff.address),
			                         STR_ARG(v->args.edit));
			return true;
		}
	return err_set(e, ERR_NOT_FOUND,
	               "no edit from version %lld to %lld of this article is named %.*s; its text may have been read "
	               "anew since. What changed is at %.*s",
	               (long long)v->args.number, (long long)v->args.other, STR_ARG(v->args.edit),
	               STR_ARG(out->diff.address));
}

static struct excerpt excerpt_of(const struct edit_page *p, enum excerpt_side side, size_t max)
{
	struct excerpt x;
	excerpt_make(p->diff.v->arena, &p->diff.c.change, p->edit, side, max, &x);
	return x;
}

/* "Figure: several hundred -> up to 275", as far as it goes. */
static struct str short_text(const struct edit_page *p)
{
	struct arena *a = p->diff.v->arena;
	struct excerpt old = excerpt_of(p, EXCERPT_OLD, 90), new = excerpt_of(p, EXCERPT_NEW, 90);
	const char *label = edit_kind_info(p->edit->kind)->label;
	struct str was = excerpt_text(a, &old), is = excerpt_text(a, &new);

	if (was.n && is.n && p->edit->kind != EDIT_MOVE)
		return arena_printf(a, "%s: “%.*s” became “%.*s”", label, STR_ARG(was), STR_ARG(is));
	if (was.n || is.n)
		return arena_printf(a, "%s: “%.*s”", label, STR_ARG(is.n ? is : was));
	return arena_printf(a, "%s: %s", label, edit_kind_info(p->edit->kind)->about);
}

/* ---- the page ------------------------------------------------------------ */

static void put_side(struct html *h, const struct edit_page *p, bool newer)
{
	const struct comparison *c = &p->diff.c;
	const struct version *version = newer ? &c->newer : &c->older;
	struct excerpt x = excerpt_of(p, newer ? EXCERPT_NEW : EXCERPT_OLD, PAGE_EXCERPT);

	html_open(h, "section");
	html_open(h, "h2");
	html_puts(h, newer ? "After: " : "Before: ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/versions/%lld", (long long)c->article.id,
	                 (long long)version->number);
	html_printf(h, "version %lld", (long long)version->number);
	html_close(h, "a");
	html_close(h, "h2");
	html_open(h, "p");
	if (x.n) {
		html_attr(h, "dir", "auto");
		part_lang(h, (newer ? &c->newer_text : &c->older_text)->language);
		excerpt_write(h, &x);
	} else {
		html_attr(h, "class", "note");
		html_puts(h, newer ? "Nothing of it is there." : "It was not there.");
	}
	html_close(h, "p");
	html_close(h, "section");
}

/* The page's own dates, or where its paragraphs begin: there are no words. */
static void put_no_words(struct html *h, const struct edit_page *p)
{
	const struct comparison *c = &p->diff.c;

	html_open(h, "p");
	html_printf(h, "What changed is no word of the text: %s.", edit_kind_info(p->edit->kind)->about);
	if (p->edit->kind == EDIT_DATE) {
		html_puts(h, " Before: ");
		part_time(h, c->older_text.published);
		html_puts(h, "; after: ");
		part_time(h, c->newer_text.published);
		html_puts(h, ".");
	}
	html_close(h, "p");
}

/* The words of a finding, unless they are too many to say again. */
static void put_evidence(struct html *h, const char *element, struct str text, uint32_t from, uint32_t to)
{
	struct str words = str_trim(str_sub(text, from, to));

	if (words.n == 0 || words.n > LONGEST_EVIDENCE)
		return;
	html_puts(h, " ");
	part_foreign(h, element, NULL, STR_NONE, words);
}

static void put_findings(struct html *h, const struct edit_page *p)
{
	const struct change_edit *e = p->edit;
	const struct change_op *op = e->op == NO_OP ? NULL : &p->diff.c.change.ops[e->op];

	if (e->nfindings == 0 || !op)
		return;
	html_element_z(h, "h2", NULL, "What it rests on");
	html_open(h, "ul");
	html_attr(h, "class", "findings");
	for (uint32_t i = 0; i < e->nfindings && i < MOST_FINDINGS; i++) {
		const struct finding *f = &e->findings[i];
		html_open(h, "li");
		margin_kind(h, f->kind);
		put_evidence(h, "del", op->old_text, f->at.old_from, f->at.old_to);
		put_evidence(h, "ins", op->new_text, f->at.new_from, f->at.new_to);
		if (f->why.n) {
			html_puts(h, " ");
			html_open(h, "span");
			html_attr(h, "class", "why");
			part_reason(h, p->diff.c.newer_text.language, f->why);
			html_close(h, "span");
		}
		html_close(h, "li");
	}
	html_close(h, "ul");
}

static void put_weight(struct html *h, const struct change_edit *e, struct str language)
{
	html_open(h, "p");
	html_attr(h, "class", "verdict");
	diff_weight(h, e->weight, e->why, language);
	if (e->folded)
		html_printf(h, " It is trivial by the rule “%s”, and folded in lists and pages.", e->folded);
	html_close(h, "p");
}

static void put_neighbour(struct html *h, const struct edit_page *p, uint32_t place, const char *rel, const char *text)
{
	const struct change_edit *e = &p->diff.c.change.edits[p->diff.marks.order[place]];

	html_open(h, "a");
	html_attr_printf(h, "href", "%.*s/edits/" EDIT_KEY_FORMAT, STR_ARG(p->diff.address), EDIT_KEY(e));
	html_attr(h, "rel", rel);
	html_puts(h, text);
	html_close(h, "a");
	html_puts(h, " ");
}

static void put_ways(struct html *h, const struct edit_page *p)
{
	const struct marks *m = &p->diff.marks;
	uint32_t number = m->number[p->index];

	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Edits");
	html_open(h, "a");
	html_attr_printf(h, "href", "%.*s%s#e-" EDIT_KEY_FORMAT, STR_ARG(p->diff.address),
	                 p->edit->folded ? "?folded=1" : "", EDIT_KEY(p->edit));
	html_puts(h, "In its place");
	html_close(h, "a");
	html_puts(h, " ");
	if (number > 1)
		put_neighbour(h, p, number - 2, "prev", "Previous edit");
	if (number && number < m->norder)
		put_neighbour(h, p, number, "next", "Next edit");
	html_close(h, "nav");
}

static void put_card(struct html *h, const struct edit_page *p, struct str about)
{
	static const struct {
		const char *ending, *name;
	} forms[] = { { "png", "Picture (PNG)" }, { "svg", "Drawing (SVG)" } };

	html_element_z(h, "h2", NULL, "To share");
	if (card_prepare()) {
		html_open(h, "img");
		html_attr(h, "class", "card");
		html_attr_printf(h, "src", "%.*s.png", STR_ARG(p->path));
		html_attr_str(h, "alt", about);
		html_attr_int(h, "width", CARD_WIDTH);
		html_attr_int(h, "height", CARD_HEIGHT);
		html_open(h, "p");
		html_attr(h, "class", "ways");
		for (size_t i = 0; i < 2; i++) {
			html_puts(h, i ? " · " : "");
			html_open(h, "a");
			html_attr_printf(h, "href", "%.*s.%s", STR_ARG(p->path), forms[i].ending);
			html_puts(h, forms[i].name);
			html_close(h, "a");
		}
		html_close(h, "p");
	}
	html_open(h, "p");
	html_attr(h, "class", "note");
	html_puts(h, "Permanent address: ");
	html_element(h, "code", NULL,
	             arena_printf(p->diff.v->arena, "%.*s%.*s", STR_ARG(p->diff.v->base_url), STR_ARG(p->path)));
	html_close(h, "p");
}

bool view_edit(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct edit_page p;

	if (!load(v, &p, e))
		return false;
	struct str title = part_title(p.diff.c.newer_text.title), about = short_text(&p);
	struct frame frame = {
		.title = arena_printf(v->arena, "%s: %.*s", edit_kind_info(p.edit->kind)->label, STR_ARG(title)),
		.about = about,
		.image = card_prepare() ? arena_printf(v->arena, "%.*s.png", STR_ARG(p.path)) : STR_NONE,
	};
	frame_begin(&h, v, &frame);
	diff_kicker(&h, &p.diff);
	part_foreign(&h, "h1", NULL, p.diff.c.newer_text.language, title);
	diff_window(&h, &p.diff);
	html_open(&h, "p");
	margin_kinds(&h, p.edit);
	html_close(&h, "p");
	if (p.edit->op == NO_OP) {
		put_no_words(&h, &p);
	} else {
		html_open(&h, "div");
		html_attr(&h, "class", "pair");
		put_side(&h, &p, false);
		put_side(&h, &p, true);
		html_close(&h, "div");
	}
	put_weight(&h, p.edit, p.diff.c.newer_text.language);
	put_findings(&h, &p);
	put_ways(&h, &p);
	put_card(&h, &p, about);
	frame_end(&h, v);
	return true;
}

/* ---- the card ------------------------------------------------------------ */

/* On a card nothing isolates the texts from each other. */
static void drop_bidi(struct arena *a, struct excerpt *x)
{
	for (uint32_t i = 0; i < x->n; i++)
		x->pieces[i].text = html_without_bidi(a, x->pieces[i].text);
}

static bool draw_card(struct view *v, enum card_format format, struct buf *out, struct err *e)
{
	struct edit_page p;
	struct arena *a = v->arena;

	if (!load(v, &p, e))
		return false;
	const struct article_row *row = &p.diff.c.article;
	struct excerpt before = excerpt_of(&p, EXCERPT_OLD, CARD_EXCERPT),
	               after = excerpt_of(&p, EXCERPT_NEW, CARD_EXCERPT);
	drop_bidi(a, &before);
	drop_bidi(a, &after);
	if (p.edit->kind == EDIT_MOVE)
		before.n = 0; /* the same words */
	struct str title = p.edit->kind == EDIT_HEADLINE ? STR_NONE : part_title(p.diff.c.newer_text.title);
	const struct card card = {
		.outlet = html_without_bidi(a, row->source_name.n ? row->source_name : row->source_key),
		.kind = str_from(edit_kind_info(p.edit->kind)->label),
		.title = html_without_bidi(a, title),
		.before = &before,
		.after = &after,
		.note = str_from(edit_kind_info(p.edit->kind)->about),
		.window = diff_window_text(a, &p.diff),
		.address = arena_printf(a, "%.*s%.*s", STR_ARG(v->base_url), STR_ARG(p.path)),
		.language = p.diff.c.newer_text.language,
	};
	return card_draw(&card, format, out, e);
}

bool view_edit_svg(struct view *v, struct buf *out, struct err *e)
{
	return draw_card(v, CARD_SVG, out, e);
}

bool view_edit_png(struct view *v, struct buf *out, struct err *e)
{
	return draw_card(v, CARD_PNG, out, e);
}
