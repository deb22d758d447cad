/*
 * Above the rows: what the change is, which edits matter, and the legend of
 * kinds, which is the filter at the same time.  All of it is links; nothing
 * needs a script.
 */
#include "view/diff.h"
#include "view/margin.h"
#include "view/parts.h"
#include "view/words.h"

#define EXCERPT 170

/* ---- excerpts ------------------------------------------------------------ */

void excerpt_write(struct html *h, const struct excerpt *x)
{
	static const char *const elements[] = { NULL, "del", "ins" };

	for (uint32_t i = 0; i < x->n; i++) {
		const struct excerpt_piece *p = &x->pieces[i];
		if (p->evidence)
			html_open(h, "mark");
		if (elements[p->mark])
			html_element(h, elements[p->mark], p->kept ? "kept" : NULL, p->text);
		else
			html_text(h, p->text);
		if (p->evidence)
			html_close(h, "mark");
	}
}

/* ---- the change as a whole ----------------------------------------------- */

static void put_natures(struct html *h, const struct change *c)
{
	if (!c->natures)
		return;
	html_open(h, "ul");
	html_attr(h, "class", "natures");
	for (uint32_t n = 0; n < NATURES; n++) {
		if (!(c->natures & KIND_BIT(n)))
			continue;
		html_open(h, "li");
		html_element_z(h, "b", NULL, nature_info(n)->label);
		html_printf(h, ": %s", nature_info(n)->about);
		html_close(h, "li");
	}
	html_close(h, "ul");
}

static bool matters(const struct change_edit *e)
{
	return !e->folded && e->weight >= WEIGHT_MATTERS;
}

static uint32_t count_matters(const struct change *c)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->nedits; i++)
		n += matters(&c->edits[i]);
	return n;
}

void diff_weight(struct html *h, float weight, struct str why, struct str language)
{
	html_printf(h, "Weight %.2f of 1", (double)weight);
	if (why.n) {
		html_puts(h, ": ");
		part_reason(h, language, why);
	}
	html_puts(h, ".");
}

static void put_weight(struct html *h, struct arena *a, const struct change *c, struct str language)
{
	uint32_t n = count_matters(c);

	html_open(h, "p");
	html_attr(h, "class", "verdict");
	if (c->nedits == 0)
		html_puts(h, "No difference in the text.");
	else if (n == 0)
		html_puts(h, "Nothing here matters much.");
	else
		html_printf(h, "%.*s %s.", STR_ARG(count_text(a, n, "edit", "edits")), n == 1 ? "matters" : "matter");
	html_puts(h, " ");
	diff_weight(h, c->weight, c->why, language);
	html_close(h, "p");
}

/* Adds "3 sentences edited", or "3 edited" when sentences were named before. */
static void add_count(struct buf *b, struct arena *a, int64_t n, const char *one, const char *many, const char *how,
                      bool *named)
{
	if (n == 0)
		return;
	struct str count = *named ? number_text(a, n) : count_text(a, n, one, many);
	buf_printf(b, "%s%.*s %s", b->n ? ", " : "", STR_ARG(count), how);
	*named = true;
}

static void put_counts(struct html *h, struct arena *a, const struct change *c)
{
	struct buf b = BUF_INIT(KIB);
	struct change_summary bar = { .words_added = c->words_added, .words_removed = c->words_removed };
	bool sentences = false, words = false;

	if (c->title_changed)
		buf_puts(&b, "title changed");
	for (enum op_kind k = OP_EDITED; k <= OP_REMOVED; k++)
		add_count(&b, a, c->counts[k], "sentence", "sentences", op_kind_name(k), &sentences);
	add_count(&b, a, c->moved, "sentence", "sentences", "moved", &sentences);
	add_count(&b, a, c->words_added, "word", "words", "added", &words);
	add_count(&b, a, c->words_removed, "word", "words", "removed", &words);
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	html_text(h, b.n ? buf_view(&b) : STR("no difference in the text"));
	part_bar(h, &bar);
	html_close(h, "p");
	buf_free(&b);
}

/* ---- what matters -------------------------------------------------------- */

static void put_edit_ways(struct html *h, const struct diff_page *p, uint32_t index)
{
	const struct change_edit *e = &p->c.change.edits[index];

	html_open(h, "p");
	html_attr(h, "class", "ways");
	if (e->why.n) {
		html_open(h, "span");
		html_attr(h, "class", "why");
		part_reason(h, p->c.newer_text.language, e->why);
		html_close(h, "span");
		html_puts(h, " · ");
	}
	if (!marks_faint(&p->marks, index)) {
		html_open(h, "a");
		html_attr_printf(h, "href", "#e-" EDIT_KEY_FORMAT, EDIT_KEY(e));
		html_printf(h, "Edit %u in its place", p->marks.number[index]);
		html_close(h, "a");
		html_puts(h, " · ");
	}
	html_open(h, "a");
	html_attr_printf(h, "href", "%.*s/edits/" EDIT_KEY_FORMAT, STR_ARG(p->address), EDIT_KEY(e));
	html_puts(h, "Details and card");
	html_close(h, "a");
	html_close(h, "p");
}

static void put_edit(struct html *h, const struct diff_page *p, uint32_t index)
{
	const struct change_edit *e = &p->c.change.edits[index];
	struct excerpt x;

	excerpt_make(p->v->arena, &p->c.change, e, EXCERPT_BOTH, EXCERPT, &x);
	html_open(h, "li");
	html_open(h, "div");
	margin_kinds(h, e);
	html_close(h, "div");
	html_open(h, "div");
	html_open(h, "p");
	html_attr(h, "class", "excerpt");
	if (x.n) {
		html_attr(h, "dir", "auto");
		part_lang(h, p->c.newer_text.language);
		excerpt_write(h, &x);
	} else {
		html_puts(h, edit_kind_info(e->kind)->about);
	}
	html_close(h, "p");
	put_edit_ways(h, p, index);
	html_close(h, "div");
	html_close(h, "li");
}

/* What a person would tell one after the other. */
enum group { GROUP_EDITED, GROUP_GONE, GROUP_NEW, GROUP_MOVED, GROUPS };
static const struct {
	const char *heading;
	uint32_t most; /* are listed */
} GROUP_INFO[GROUPS] = {
	{ "Said differently", 6 },
	{ "Gone", 3 },
	{ "New", 3 },
	{ "Moved", 2 },
};

static enum group group_of(const struct change *c, const struct change_edit *e)
{
	if (e->op == NO_OP)
		return GROUP_EDITED;
	const struct change_op *op = &c->ops[e->op];
	return op->nolds == 0         ? GROUP_NEW
	       : op->nnews == 0       ? GROUP_GONE
	       : e->kind == EDIT_MOVE ? GROUP_MOVED
	                              : GROUP_EDITED;
}

static void put_group(struct html *h, const struct diff_page *p, enum group group, const struct weighed *list,
                      uint32_t n)
{
	if (n == 0)
		return;
	html_open(h, "h3");
	html_puts(h, GROUP_INFO[group].heading);
	if (n > GROUP_INFO[group].most)
		html_printf(h, " (%u of %u)", GROUP_INFO[group].most, n);
	html_close(h, "h3");
	html_open(h, "ul");
	html_attr(h, "class", "heaviest");
	for (uint32_t i = 0; i < n && i < GROUP_INFO[group].most; i++)
		put_edit(h, p, list[i].index);
	html_close(h, "ul");
}

static void put_lists(struct html *h, const struct diff_page *p)
{
	const struct change *c = &p->c.change;
	struct weighed *list = ARENA_ARRAY(p->v->arena, struct weighed, c->nedits + 1);

	for (enum group g = 0; g < GROUPS; g++) {
		uint32_t n = 0;
		for (uint32_t i = 0; i < c->nedits; i++)
			if (matters(&c->edits[i]) && !marks_faint(&p->marks, i) && group_of(c, &c->edits[i]) == g)
				list[n++] = (struct weighed){ c->edits[i].weight, i };
		compare_sort(list, n);
		put_group(h, p, g, list, n);
	}
}

void summary_write(struct html *h, const struct diff_page *p)
{
	html_open(h, "section");
	html_attr(h, "class", "summary");
	html_attr(h, "aria-labelledby", "what-changed");
	html_open(h, "h2");
	html_attr(h, "id", "what-changed");
	html_puts(h, "What changed");
	html_close(h, "h2");
	put_natures(h, &p->c.change);
	put_weight(h, p->v->arena, &p->c.change, p->c.newer_text.language);
	put_counts(h, p->v->arena, &p->c.change);
	put_lists(h, p);
	html_close(h, "section");
}

/* ---- the legend, which is the filter ------------------------------------- */

static void put_choice(struct html *h, const struct diff_page *p, struct mark_filter filter, bool on, const char *text)
{
	html_open(h, "li");
	html_open(h, "a");
	html_attr_str(h, "href", diff_address(p, p->mode, filter));
	if (on)
		html_attr(h, "aria-current", "true");
	html_puts(h, text);
	html_close(h, "a");
	html_close(h, "li");
}

/* A kind is taken into the selection, or out of it again. */
static void put_kind_choice(struct html *h, const struct diff_page *p, enum edit_kind kind, uint32_t n)
{
	struct mark_filter filter = p->marks.filter;
	bool on = (filter.kinds & KIND_BIT(kind)) != 0;

	filter.kinds ^= KIND_BIT(kind);
	html_open(h, "li");
	html_open(h, "a");
	html_attr_str(h, "href", diff_address(p, p->mode, filter));
	if (on)
		html_attr(h, "aria-current", "true");
	html_attr(h, "title", edit_kind_info(kind)->about);
	margin_kind(h, kind);
	html_printf(h, " %u", n);
	html_close(h, "a");
	html_close(h, "li");
}

/* Names of rules have hyphens between their words. */
static void put_rule(struct html *h, const char *before, const char *rule, uint32_t n)
{
	struct str word, rest = str_from(rule);
	bool more = true;

	html_puts(h, before);
	for (bool first = true; more; first = false) {
		more = str_cut(rest, '-', &word, &rest);
		html_puts(h, first ? "" : " ");
		html_text(h, word);
	}
	html_printf(h, " (%u)", n);
}

/* "3 edits are trivial and only faintly marked: typography (2), spaces (1)." */
static void put_folded(struct html *h, const struct diff_page *p)
{
	const struct change *c = &p->c.change;
	struct mark_filter other = p->marks.filter;
	struct {
		const char *rule;
		uint32_t n;
	} rules[FOLDS] = { { 0 } };
	size_t n = 0;

	if (p->marks.nfolded == 0)
		return;
	for (uint32_t i = 0; i < c->nedits; i++) {
		size_t r = 0;
		if (!c->edits[i].folded)
			continue;
		while (r < n && rules[r].rule != c->edits[i].folded)
			r++;
		n += r == n;
		rules[r].rule = c->edits[i].folded;
		rules[r].n++;
	}
	other.folded = !other.folded;
	html_open(h, "p");
	html_attr(h, "class", "folded");
	html_printf(h, "%u %s %s: ", p->marks.nfolded, p->marks.nfolded == 1 ? "edit is" : "edits are",
	            other.folded ? "trivial and only faintly marked" : "trivial, and shown all the same");
	for (size_t r = 0; r < n; r++)
		put_rule(h, r ? ", " : "", rules[r].rule, rules[r].n);
	html_puts(h, ". ");
	html_open(h, "a");
	html_attr_str(h, "href", diff_address(p, p->mode, other));
	html_printf(h, other.folded ? "Show %s" : "Fold %s", p->marks.nfolded == 1 ? "it" : "them");
	html_close(h, "a");
	html_close(h, "p");
}

void legend_write(struct html *h, const struct diff_page *p)
{
	const struct change *c = &p->c.change;
	struct mark_filter f = p->marks.filter, all = { .folded = f.folded }, heavy = f;
	uint32_t counts[EDIT_KINDS] = { 0 };

	for (uint32_t i = 0; i < c->nedits; i++)
		for (uint32_t k = 0; k < EDIT_KINDS; k++)
			counts[k] += (c->edits[i].kinds & KIND_BIT(k)) && (!c->edits[i].folded || f.folded);
	html_open(h, "nav");
	html_attr(h, "class", "legend");
	html_attr(h, "aria-label", "Kinds of edits to show");
	html_open(h, "ul");
	put_choice(h, p, all, !f.kinds && !f.matters, "Everything");
	heavy.matters = !heavy.matters;
	put_choice(h, p, heavy, f.matters, "Only what matters");
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (counts[k] || (f.kinds & KIND_BIT(k)))
			put_kind_choice(h, p, k, counts[k]);
	html_close(h, "ul");
	put_folded(h, p);
	if ((f.kinds || f.matters) && p->marks.norder == 0)
		html_element_z(h, "p", "note", "No edit of this change is of this kind.");
	html_close(h, "nav");
}
