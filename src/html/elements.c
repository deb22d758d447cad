/*
 * The stack of open elements and the list of active formatting elements: see
 * builder.h and sections 13.2.4.2, 13.2.4.3 and 13.2.6.4.7 (the adoption agency
 * algorithm) of the HTML Standard.
 *
 * How many elements of each kind are open is counted, so that a question for a
 * scope that has none, which is most, costs nothing.
 *
 * Where the standard implies end tags and then closes an element, it does so
 * to find errors: what they would close stands in the element and is closed
 * with it.  Here they are implied only where nothing is closed behind them.
 */
#include <string.h>

#include "base/hash.h"
#include "html/builder.h"

static const uint8_t element_traits[TAG_NUMBERS] = {
	[TAG_ADDRESS] = IS_SPECIAL,
	[TAG_APPLET] = IS_SPECIAL | IS_SCOPE,
	[TAG_AREA] = IS_SPECIAL,
	[TAG_ARTICLE] = IS_SPECIAL,
	[TAG_ASIDE] = IS_SPECIAL,
	[TAG_BASE] = IS_SPECIAL,
	[TAG_BASEFONT] = IS_SPECIAL,
	[TAG_BGSOUND] = IS_SPECIAL,
	[TAG_BLOCKQUOTE] = IS_SPECIAL,
	[TAG_BODY] = IS_SPECIAL,
	[TAG_BR] = IS_SPECIAL,
	[TAG_BUTTON] = IS_SPECIAL,
	[TAG_CAPTION] = IS_SPECIAL | IS_SCOPE,
	[TAG_CENTER] = IS_SPECIAL,
	[TAG_COL] = IS_SPECIAL,
	[TAG_COLGROUP] = IS_SPECIAL,
	[TAG_DD] = IS_SPECIAL | IS_IMPLIED_END,
	[TAG_DETAILS] = IS_SPECIAL,
	[TAG_DIR] = IS_SPECIAL,
	[TAG_DIV] = IS_SPECIAL,
	[TAG_DL] = IS_SPECIAL,
	[TAG_DT] = IS_SPECIAL | IS_IMPLIED_END,
	[TAG_EMBED] = IS_SPECIAL,
	[TAG_FIELDSET] = IS_SPECIAL,
	[TAG_FIGCAPTION] = IS_SPECIAL,
	[TAG_FIGURE] = IS_SPECIAL,
	[TAG_FOOTER] = IS_SPECIAL,
	[TAG_FORM] = IS_SPECIAL,
	[TAG_FRAME] = IS_SPECIAL,
	[TAG_FRAMESET] = IS_SPECIAL,
	[TAG_H1] = IS_SPECIAL | IS_HEADING,
	[TAG_H2] = IS_SPECIAL | IS_HEADING,
	[TAG_H3] = IS_SPECIAL | IS_HEADING,
	[TAG_H4] = IS_SPECIAL | IS_HEADING,
	[TAG_H5] = IS_SPECIAL | IS_HEADING,
	[TAG_H6] = IS_SPECIAL | IS_HEADING,
	[TAG_HEAD] = IS_SPECIAL,
	[TAG_HEADER] = IS_SPECIAL,
	[TAG_HGROUP] = IS_SPECIAL,
	[TAG_HR] = IS_SPECIAL,
	[TAG_HTML] = IS_SPECIAL | IS_SCOPE | IS_TABLE_SCOPE,
	[TAG_IFRAME] = IS_SPECIAL,
	[TAG_IMG] = IS_SPECIAL,
	[TAG_INPUT] = IS_SPECIAL,
	[TAG_KEYGEN] = IS_SPECIAL,
	[TAG_LI] = IS_SPECIAL | IS_IMPLIED_END,
	[TAG_LINK] = IS_SPECIAL,
	[TAG_LISTING] = IS_SPECIAL,
	[TAG_MAIN] = IS_SPECIAL,
	[TAG_MARQUEE] = IS_SPECIAL | IS_SCOPE,
	[TAG_MENU] = IS_SPECIAL,
	[TAG_META] = IS_SPECIAL,
	[TAG_NAV] = IS_SPECIAL,
	[TAG_NOEMBED] = IS_SPECIAL,
	[TAG_NOFRAMES] = IS_SPECIAL,
	[TAG_NOSCRIPT] = IS_SPECIAL,
	[TAG_OBJECT] = IS_SPECIAL | IS_SCOPE,
	[TAG_OL] = IS_SPECIAL,
	[TAG_OPTGROUP] = IS_IMPLIED_END,
	[TAG_OPTION] = IS_IMPLIED_END,
	[TAG_P] = IS_SPECIAL | IS_IMPLIED_END,
	[TAG_PARAM] = IS_SPECIAL,
	[TAG_PLAINTEXT] = IS_SPECIAL,
	[TAG_PRE] = IS_SPECIAL,
	[TAG_RB] = IS_IMPLIED_END,
	[TAG_RP] = IS_IMPLIED_END,
	[TAG_RT] = IS_IMPLIED_END,
	[TAG_RTC] = IS_IMPLIED_END,
	[TAG_SCRIPT] = IS_SPECIAL,
	[TAG_SEARCH] = IS_SPECIAL,
	[TAG_SECTION] = IS_SPECIAL,
	[TAG_SELECT] = IS_SPECIAL | IS_SCOPE,
	[TAG_SOURCE] = IS_SPECIAL,
	[TAG_STYLE] = IS_SPECIAL,
	[TAG_SUMMARY] = IS_SPECIAL,
	[TAG_TABLE] = IS_SPECIAL | IS_SCOPE | IS_TABLE_SCOPE | IS_TABLE_CONTEXT,
	[TAG_TBODY] = IS_SPECIAL | IS_TABLE_CONTEXT,
	[TAG_TD] = IS_SPECIAL | IS_SCOPE,
	[TAG_TEMPLATE] = IS_SPECIAL | IS_SCOPE | IS_TABLE_SCOPE,
	[TAG_TEXTAREA] = IS_SPECIAL,
	[TAG_TFOOT] = IS_SPECIAL | IS_TABLE_CONTEXT,
	[TAG_TH] = IS_SPECIAL | IS_SCOPE,
	[TAG_THEAD] = IS_SPECIAL | IS_TABLE_CONTEXT,
	[TAG_TITLE] = IS_SPECIAL,
	[TAG_TR] = IS_SPECIAL | IS_TABLE_CONTEXT,
	[TAG_TRACK] = IS_SPECIAL,
	[TAG_UL] = IS_SPECIAL,
	[TAG_WBR] = IS_SPECIAL,
	[TAG_XMP] = IS_SPECIAL,
};

bool element_is_math_text(const struct open_element *e)
{
	return e->space == SPACE_MATHML &&
	       (e->tag == TAG_MI || e->tag == TAG_MO || e->tag == TAG_MN || e->tag == TAG_MS || e->tag == TAG_MTEXT);
}

bool element_is_svg_border(enum space space, uint16_t tag)
{
	return space == SPACE_SVG && (tag == TAG_FOREIGNOBJECT || tag == TAG_DESC || tag == TAG_TITLE);
}

/* Foreign elements in which HTML may stand: special, and the end of a scope. */
static bool is_foreign_border(const struct open_element *e)
{
	return element_is_svg_border(e->space, e->tag) || element_is_math_text(e) ||
	       (e->space == SPACE_MATHML && e->tag == TAG_ANNOTATION_XML);
}

bool element_has(const struct open_element *e, unsigned traits)
{
	return e->space == SPACE_HTML && element_traits[e->tag] & traits;
}

bool element_is_special(const struct open_element *e)
{
	return element_has(e, IS_SPECIAL) || is_foreign_border(e);
}

/* ---- The stack ------------------------------------------------------------ */

static void count(struct builder *b, const struct open_element *e, int by)
{
	if (e->space == SPACE_HTML)
		b->count[e->tag] = (uint16_t)(b->count[e->tag] + by);
}

static void open_insert(struct builder *b, unsigned at, uint32_t node)
{
	const struct tree_node *n = &b->tree->nodes[node];

	if (b->nopen > MAX_HTML_DEPTH && !b->tree->refused)
		b->tree->refused = REFUSED_DEEP;
	if (b->nopen >= MAX_OPEN)
		return;
	memmove(b->open + at + 1, b->open + at, (b->nopen - at) * sizeof *b->open);
	b->open[at] =
	        (struct open_element){ .node = node, .tag = n->tag, .space = n->space, .takes_html = n->takes_html };
	count(b, &b->open[at], 1);
	b->nopen++;
}

void open_push(struct builder *b, uint32_t node)
{
	open_insert(b, b->nopen, node);
}

/* The first one, <html>, stays to the end. */
void open_pop(struct builder *b)
{
	if (b->nopen > 1)
		count(b, &b->open[--b->nopen], -1);
}

void open_pop_to(struct builder *b, unsigned n)
{
	while (b->nopen > n && b->nopen > 1)
		open_pop(b);
}

void open_pop_until(struct builder *b, uint16_t tag)
{
	while (b->nopen > 1 && !open_is(b, tag))
		open_pop(b);
	open_pop(b);
}

unsigned open_find(const struct builder *b, uint32_t node)
{
	unsigned i = b->nopen;

	while (i && b->open[i - 1].node != node)
		i--;
	return i;
}

void open_remove(struct builder *b, uint32_t node)
{
	unsigned i = open_find(b, node);

	if (i < 2)
		return;
	count(b, &b->open[i - 1], -1);
	memmove(b->open + i - 1, b->open + i, (b->nopen - i) * sizeof *b->open);
	b->nopen--;
}

/* Whether a search in a scope goes no further than here. */
static bool ends_scope(const struct open_element *e, enum scope scope)
{
	switch (scope) {
	case SCOPE_TABLE:
		return element_has(e, IS_TABLE_SCOPE);
	case SCOPE_BUTTON:
		if (e->tag == TAG_BUTTON && e->space == SPACE_HTML)
			return true;
		break;
	case SCOPE_LIST:
		if ((e->tag == TAG_OL || e->tag == TAG_UL) && e->space == SPACE_HTML)
			return true;
		break;
	case SCOPE_USUAL:
		break;
	}
	return element_has(e, IS_SCOPE) || is_foreign_border(e);
}

bool open_has_in_scope(const struct builder *b, uint16_t tag, enum scope scope)
{
	if (!b->count[tag])
		return false;
	for (unsigned i = b->nopen; i--;) {
		if (b->open[i].tag == tag && b->open[i].space == SPACE_HTML)
			return true;
		if (ends_scope(&b->open[i], scope))
			return false;
	}
	return false;
}

bool open_node_is_in_scope(const struct builder *b, uint32_t node)
{
	for (unsigned i = b->nopen; i--;) {
		if (b->open[i].node == node)
			return true;
		if (ends_scope(&b->open[i], SCOPE_USUAL))
			return false;
	}
	return false;
}

bool open_has_trait_in_scope(const struct builder *b, unsigned traits, enum scope scope)
{
	for (unsigned i = b->nopen; i--;) {
		if (element_has(&b->open[i], traits))
			return true;
		if (ends_scope(&b->open[i], scope))
			return false;
	}
	return false;
}

void open_imply_ends(struct builder *b, uint16_t but)
{
	while (element_has(open_current(b), IS_IMPLIED_END) && open_current(b)->tag != but)
		open_pop(b);
}

bool open_pop_if_in_scope(struct builder *b, uint16_t tag, enum scope scope)
{
	if (!open_has_in_scope(b, tag, scope))
		return false;
	open_pop_until(b, tag);
	return true;
}

void open_close_p(struct builder *b)
{
	open_pop_if_in_scope(b, TAG_P, SCOPE_BUTTON);
}

/* ---- The list of active formatting elements ------------------------------- */

static const struct html_attr *attrs_of(const struct builder *b, uint32_t node, uint32_t *n)
{
	*n = b->tree->nodes[node].nattr;
	return *n ? b->tree->attrs + b->tree->nodes[node].attr : NULL;
}

static uint64_t attrs_hash(const struct builder *b, uint32_t node)
{
	uint64_t sum = 0;
	uint32_t n;
	const struct html_attr *at = attrs_of(b, node, &n);

	for (uint32_t i = 0; i < n; i++)
		sum += hash_quick(at[i].name) * 31 + hash_quick(at[i].value);
	return sum;
}

static bool same_attrs(const struct builder *b, uint32_t x, uint32_t y)
{
	uint32_t nx, ny;
	const struct html_attr *ax = attrs_of(b, x, &nx), *ay = attrs_of(b, y, &ny);

	if (nx != ny)
		return false;
	for (uint32_t i = 0; i < nx; i++) {
		bool found = false;
		for (uint32_t k = 0; k < ny && !found; k++)
			found = str_eq(ax[i].name, ay[k].name) && str_eq(ax[i].value, ay[k].value);
		if (!found)
			return false;
	}
	return true;
}

static void insert_formatting(struct builder *b, size_t at, struct formatting what)
{
	if (b->nformatting >= MAX_FORMATTING && !b->tree->refused)
		b->tree->refused = REFUSED_DEEP;
	b->formatting = arena_grow(b->tree->arena, b->formatting, &b->formatting_room, b->nformatting + 1,
	                           sizeof *b->formatting);
	memmove(b->formatting + at + 1, b->formatting + at, (b->nformatting - at) * sizeof *b->formatting);
	b->formatting[at] = what;
	b->nformatting++;
}

static void remove_formatting_at(struct builder *b, size_t at)
{
	b->nformatting--;
	memmove(b->formatting + at, b->formatting + at + 1, (b->nformatting - at) * sizeof *b->formatting);
}

/* Three alike are enough: with a fourth the first goes. */
void formatting_push(struct builder *b, uint32_t node)
{
	const struct tree_node *all = b->tree->nodes;
	struct formatting new = { node, attrs_hash(b, node) };
	size_t alike = 0, first = 0;

	for (size_t i = b->nformatting; i-- && b->formatting[i].node;) {
		const struct formatting *f = &b->formatting[i];
		if (all[f->node].tag != all[node].tag || f->attrs != new.attrs || !same_attrs(b, f->node, node))
			continue;
		alike++;
		first = i;
	}
	if (alike >= 3)
		remove_formatting_at(b, first);
	insert_formatting(b, b->nformatting, new);
}

void formatting_mark(struct builder *b)
{
	insert_formatting(b, b->nformatting, (struct formatting){ 0 });
}

void formatting_clear(struct builder *b)
{
	while (b->nformatting && b->formatting[--b->nformatting].node)
		;
}

/* Where the list has a node, from 1 on; 0: it has not. */
static size_t formatting_place(const struct builder *b, uint32_t node)
{
	size_t i = b->nformatting;

	while (i && b->formatting[i - 1].node != node)
		i--;
	return i;
}

uint32_t formatting_find(const struct builder *b, uint16_t tag)
{
	for (size_t i = b->nformatting; i-- && b->formatting[i].node;)
		if (b->tree->nodes[b->formatting[i].node].tag == tag)
			return b->formatting[i].node;
	return 0;
}

void formatting_remove(struct builder *b, uint32_t node)
{
	size_t at = formatting_place(b, node);

	if (at)
		remove_formatting_at(b, at - 1);
}

/* "Reconstruct the active formatting elements". */
void formatting_reopen(struct builder *b)
{
	size_t i = b->nformatting;

	while (i && b->formatting[i - 1].node && !open_find(b, b->formatting[i - 1].node))
		i--;
	for (; i < b->nformatting && !b->tree->refused; i++) {
		uint32_t node = tree_clone(b, b->formatting[i].node);
		tree_insert_at_place(b, node, *open_current(b));
		open_push(b, node);
		b->formatting[i].node = node;
	}
}

/* ---- The adoption agency -------------------------------------------------- */

/* The place in the stack, from 1 on, of the highest special element above the one at place; 0: none. */
static unsigned furthest_block(const struct builder *b, unsigned place)
{
	for (unsigned i = place; i < b->nopen; i++)
		if (element_is_special(&b->open[i]))
			return i + 1;
	return 0;
}

/* What stands open between the formatting element and the block, at place, is cloned around the block; the
 * outermost of it, and where the formatting element's clone goes in the list. */
static uint32_t adopt_between(struct builder *b, uint32_t formatting, unsigned place, size_t *bookmark)
{
	uint32_t block = b->open[place - 1].node, last = block;
	unsigned at = place - 1;

	for (unsigned counter = 1; at && b->open[at - 1].node != formatting; counter++, at--) {
		uint32_t node = b->open[at - 1].node;
		size_t listed = formatting_place(b, node);
		if (counter > 3 && listed) {
			remove_formatting_at(b, listed - 1);
			*bookmark -= listed <= *bookmark;
			listed = 0;
		}
		if (!listed) {
			open_remove(b, node);
			continue;
		}
		uint32_t clone = tree_clone(b, node);
		b->formatting[listed - 1].node = clone;
		b->open[at - 1].node = clone;
		if (last == block)
			*bookmark = listed;
		tree_detach(b, last);
		tree_append(b, clone, last);
		last = clone;
	}
	return last;
}

/* One round of the outer loop; false when there are to be no more. */
static bool adopt_once(struct builder *b, uint32_t formatting)
{
	unsigned place = open_find(b, formatting);

	if (!place) {
		formatting_remove(b, formatting);
		return false;
	}
	if (!open_node_is_in_scope(b, formatting))
		return false;
	unsigned at = furthest_block(b, place);
	if (!at) {
		open_pop_to(b, place - 1);
		formatting_remove(b, formatting);
		return false;
	}
	uint32_t block = b->open[at - 1].node;
	struct open_element ancestor = b->open[place - 2];
	size_t bookmark = formatting_place(b, formatting);
	uint32_t last = adopt_between(b, formatting, at, &bookmark);
	tree_detach(b, last);
	tree_insert_at_place(b, last, ancestor);
	uint32_t clone = tree_clone(b, formatting);
	tree_take_children(b, clone, block);
	tree_append(b, block, clone);
	size_t listed = formatting_place(b, formatting);
	if (listed) {
		remove_formatting_at(b, listed - 1);
		bookmark -= listed <= bookmark;
	}
	insert_formatting(b, bookmark, (struct formatting){ clone, attrs_hash(b, clone) });
	open_remove(b, formatting);
	open_insert(b, open_find(b, block), clone);
	return true;
}

bool formatting_adopt(struct builder *b, const struct token *t)
{
	if (open_is(b, t->tag) && !formatting_place(b, open_current(b)->node)) {
		open_pop(b);
		return true;
	}
	for (unsigned round = 0; round < 8 && !b->tree->refused; round++) {
		uint32_t formatting = formatting_find(b, t->tag);
		if (!formatting)
			return false;
		if (!adopt_once(b, formatting))
			break;
	}
	return true;
}
