/*
 * One look at every node of a page: see inner.h.
 *
 * Each element learns what its class and id say, whether it stands in a link,
 * and which block it belongs to; the visible text is cut into lines where a
 * browser would begin a new paragraph: at block elements, at <br><br>, and at
 * a single <br> behind a sentence.  Scripts, forms' controls, players and
 * hidden elements leave no lines.
 */
#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "page/inner.h"
#include "text/norm.h"

#define WORD_SLOTS 1024
#define MAX_WORD 24
#define PLACE_DEPTH 3
#define MIN_BR_SENTENCE 60 /* weight of a sentence that a single <br> ends */

static struct {
	struct str word;
	uint32_t says;
} slots[WORD_SLOTS];
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

/* The hash of a word is made as it is read. */
static unsigned hash_on(unsigned h, char c)
{
	return h * 31 + (unsigned char)c;
}

static unsigned slot_of(unsigned h)
{
	return (h ^ h >> 10) % WORD_SLOTS;
}

static void add_word(struct str word, uint32_t says)
{
	unsigned h = 0;

	for (size_t i = 0; i < word.n; i++)
		h = hash_on(h, word.p[i]);
	unsigned slot = slot_of(h);
	while (slots[slot].word.n && !str_eq(slots[slot].word, word))
		slot = (slot + 1) % WORD_SLOTS;
	slots[slot].word = word;
	slots[slot].says |= says;
}

/* Of a word that, as the first of a class name, makes it tell of something else: "has-sidebar", "no-comments",
 * "category-video". */
#define IS_MODIFIER (1u << 31)

static void fill_words(void)
{
	static const struct str modifiers[] = { STR("has"),     STR("no"),       STR("not"),     STR("with"),
		                                STR("without"), STR("enable"),   STR("enabled"), STR("disable"),
		                                STR("tag"),     STR("category"), STR("cat") };

#define WORD(word, says) add_word(STR(word), says);
#include "page/words.inc"
#undef WORD
	for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++)
		add_word(modifiers[i], IS_MODIFIER);
}

static uint32_t look_up(const char *p, size_t n, unsigned hash)
{
	for (unsigned i = slot_of(hash); slots[i].word.n; i = (i + 1) % WORD_SLOTS)
		if (slots[i].word.n == n && !memcmp(slots[i].word.p, p, n))
			return slots[i].says;
	return 0;
}

/* One class name: "c-article__share", "mostRead". */
static uint32_t class_says(struct str s)
{
	char pair[2 * MAX_WORD]; /* the word before and this one */
	size_t before = 0, n = 0;
	unsigned hash = 0, pair_hash = 0;
	uint32_t says = 0, outer = 0;
	bool first = true;

	for (size_t i = 0; i <= s.n; i++) {
		char c = i < s.n ? s.p[i] : '-';
		bool part = char_is_alpha(c);
		bool capital = c >= 'A' && c <= 'Z' && i && s.p[i - 1] >= 'a' && s.p[i - 1] <= 'z';
		if ((!part || capital) && n) {
			uint32_t word = look_up(pair + before, n, hash);
			if (first && word & IS_MODIFIER)
				return 0;
			first = false;
			says |= word & ~IS_MODIFIER;
			if (before)
				says |= look_up(pair, before + n, pair_hash) & ~IS_MODIFIER;
			memmove(pair, pair + before, n);
			pair_hash = hash;
			before = n;
			hash = 0;
			n = 0;
		}
		if (c == '_' && i + 1 < s.n && s.p[i + 1] == '_') { /* a part of what was named so far */
			outer |= says;
			says = 0;
		}
		if (part && n < MAX_WORD) {
			c = char_lower(c);
			pair[before + n++] = c;
			hash = hash_on(hash, c);
			pair_hash = hash_on(pair_hash, c);
		} else if (part) {
			before = n = 0;
			hash = pair_hash = 0;
		}
	}
	return says | (outer & ~(uint32_t)(says ? SAYS_BODY | SAYS_STRONG : 0));
}

/* The same few classes stand at most elements of a page. */
struct said {
	struct str words;
	uint32_t says;
};
#define SAID_SLOTS 2048
#define MOST_CLASS_BYTES 400

/* SAYS_... of one or more class names. */
static uint32_t words_say(struct said *said, struct str words)
{
	struct said *slot = &said[hash_quick(words) % SAID_SLOTS];
	uint32_t says = 0;

	if (str_eq(slot->words, words))
		return slot->says;
	for (size_t i = 0; i < words.n;) {
		while (i < words.n && char_is_space(words.p[i]))
			i++;
		size_t from = i;
		while (i < words.n && !char_is_space(words.p[i]))
			i++;
		struct str one = str_sub(words, from, i);
		says |= one.n == words.n ? class_says(one) : words_say(said, one);
	}
	*slot = (struct said){ words, says };
	return says;
}

uint32_t scan_weight(struct str s)
{
	uint32_t w = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i]; /* without branches, so that it is done for many at once */
		w += (uint32_t)((c > ' ') & ((c & 0xc0) != 0x80));
		w += (uint32_t)((c >= 0xe3) & (c <= 0xed)) * 2;
	}
	return w;
}

bool scan_is_block(enum tag t)
{
	static const bool blocks[TAG_COUNT] = {
		[TAG_HTML] = 1,    [TAG_BODY] = 1,    [TAG_ARTICLE] = 1,    [TAG_SECTION] = 1, [TAG_MAIN] = 1,
		[TAG_ASIDE] = 1,   [TAG_NAV] = 1,     [TAG_HEADER] = 1,     [TAG_FOOTER] = 1,  [TAG_ADDRESS] = 1,
		[TAG_DIV] = 1,     [TAG_P] = 1,       [TAG_HR] = 1,         [TAG_PRE] = 1,     [TAG_BLOCKQUOTE] = 1,
		[TAG_H1] = 1,      [TAG_H2] = 1,      [TAG_H3] = 1,         [TAG_H4] = 1,      [TAG_H5] = 1,
		[TAG_H6] = 1,      [TAG_HGROUP] = 1,  [TAG_UL] = 1,         [TAG_OL] = 1,      [TAG_LI] = 1,
		[TAG_DL] = 1,      [TAG_DT] = 1,      [TAG_DD] = 1,         [TAG_TABLE] = 1,   [TAG_THEAD] = 1,
		[TAG_TBODY] = 1,   [TAG_TFOOT] = 1,   [TAG_TR] = 1,         [TAG_TD] = 1,      [TAG_TH] = 1,
		[TAG_CAPTION] = 1, [TAG_FIGURE] = 1,  [TAG_FIGCAPTION] = 1, [TAG_FORM] = 1,    [TAG_FIELDSET] = 1,
		[TAG_DIALOG] = 1,  [TAG_DETAILS] = 1, [TAG_SUMMARY] = 1,    [TAG_MENU] = 1,    [TAG_CENTER] = 1,
		[TAG_BUTTON] = 1,  [TAG_IFRAME] = 1,  [TAG_VIDEO] = 1,      [TAG_AUDIO] = 1,
	};
	return blocks[t];
}

/* Elements whose text is not the page's. */
static bool is_silent(enum tag t)
{
	static const bool silent[TAG_COUNT] = {
		[TAG_HEAD] = 1,   [TAG_SCRIPT] = 1, [TAG_STYLE] = 1,  [TAG_NOSCRIPT] = 1, [TAG_TEMPLATE] = 1,
		[TAG_IFRAME] = 1, [TAG_OBJECT] = 1, [TAG_EMBED] = 1,  [TAG_CANVAS] = 1,   [TAG_SVG] = 1,
		[TAG_MATH] = 1,   [TAG_INPUT] = 1,  [TAG_BUTTON] = 1, [TAG_SELECT] = 1,   [TAG_TEXTAREA] = 1,
		[TAG_VIDEO] = 1,  [TAG_AUDIO] = 1,  [TAG_DIALOG] = 1,
	};
	return silent[t];
}

static bool style_hides(struct str style)
{
	size_t display = str_find_nocase(style, STR("display"));
	struct str rest = display == STR_NPOS ? STR_NONE : str_trim(str_sub(style, display + 7, style.n));

	if (rest.n && rest.p[0] == ':' && str_starts_nocase(str_trim(str_sub(rest, 1, rest.n)), STR("none")))
		return true;
	return str_find_nocase(style, STR("visibility:hidden")) != STR_NPOS ||
	       str_find_nocase(style, STR("visibility: hidden")) != STR_NPOS;
}

static bool is_hidden(const struct html *h, uint32_t i)
{
	const struct html_node *n = &h->nodes[i];

	for (uint32_t k = n->attr; k < n->attr + n->nattr; k++) {
		const struct html_attr *at = &h->attrs[k];
		if (at->id == ATTR_HIDDEN)
			return !str_eq_nocase(at->value, STR("false"));
		if (at->id == ATTR_ARIA_HIDDEN && str_eq(at->value, STR("true")))
			return true;
		if (at->id == ATTR_STYLE && style_hides(at->value))
			return true;
	}
	return false;
}

static uint32_t element_says(struct scan *s, uint32_t i)
{
	const struct html *h = s->html;
	const struct html_node *n = &h->nodes[i];
	uint32_t says = 0;

	for (uint32_t k = n->attr; k < n->attr + n->nattr; k++) {
		const struct html_attr *at = &h->attrs[k];
		switch (at->id) {
		case ATTR_CLASS:
		case ATTR_ID:
		case ATTR_ROLE:
		case ATTR_DATA_TESTID:
		case ATTR_DATA_COMPONENT:
			says |= words_say(s->said, str_sub(at->value, 0, MOST_CLASS_BYTES));
			break;
		case ATTR_ITEMPROP:
			if (str_eq_nocase(at->value, STR("articleBody")))
				says |= SAYS_STRONG | SAYS_BODY | SAYS_MICRO;
			break;
		default:
			break;
		}
	}
	switch (n->tag) {
	case TAG_NAV:
	case TAG_FOOTER:
		return says | SAYS_CHROME;
	case TAG_ASIDE:
		return says & (SAYS_PULLQUOTE | SAYS_CAPTION) ? says : says | SAYS_RELATED;
	case TAG_BODY:
	case TAG_HTML:
		return 0;
	default:
		return says;
	}
}

struct cutter {
	struct scan *s;
	struct buf text;
	size_t room;
	struct line line; /* being written */
	bool open;
	unsigned breaks; /* <br> in a row at its end */
};

static bool ends_sentence(struct str s)
{
	static const struct str ends[] = { STR("."),  STR("!"),  STR("?"),  STR("…"),
		                           STR("。"), STR("！"), STR("？"), STR("\xe0\xa5\xa4") };
	static const struct str closers[] = {
		STR("\""), STR("'"),  STR("”"),  STR("’"),  STR("»"), STR("«"), STR("“"),
		STR(")"),  STR("」"), STR("』"), STR("）"), STR("]"), STR("›"), STR("*")
	};

	s = str_trim(s);
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < sizeof(closers) / sizeof(closers[0]); i++)
			if (str_ends(s, closers[i])) {
				s = str_trim(str_sub(s, 0, s.n - closers[i].n));
				again = true;
			}
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(s, ends[i]))
			return true;
	return str_ends(s, STR(":")) || str_ends(s, STR("："));
}

static void flush(struct cutter *c)
{
	struct scan *s = c->s;

	c->breaks = 0;
	if (!c->open)
		return;
	c->open = false;
	if (!c->line.weight) {
		c->text.n = c->line.from;
		return;
	}
	c->line.to = (uint32_t)c->text.n;
	c->line.sentence = ends_sentence(str_of(c->text.p + c->line.from, c->line.to - c->line.from));
	if (s->nlines == c->room) {
		struct line *wider = arena_alloc(s->arena, 2 * c->room * sizeof(struct line));
		memcpy(wider, s->lines, s->nlines * sizeof(struct line));
		s->lines = wider;
		c->room *= 2;
	}
	s->lines[s->nlines++] = c->line;
	s->weight += c->line.weight;
	s->link += c->line.link;
}

static void put_text(struct cutter *c, uint32_t i)
{
	struct scan *s = c->s;
	struct str text = s->html->nodes[i].text;
	uint32_t weight = scan_weight(text), block = s->info[i].block;

	if (c->open && c->line.node != block)
		flush(c);
	if (!weight && !c->open)
		return;
	if (c->breaks && weight) {
		struct str line = str_of(c->text.p + c->line.from, c->text.n - c->line.from);
		if (c->breaks > 1 || (c->line.weight >= MIN_BR_SENTENCE && ends_sentence(line)))
			flush(c);
	}
	if (weight)
		c->breaks = 0;
	if (!c->open) {
		c->line = (struct line){ .node = block, .at = i, .from = (uint32_t)c->text.n };
		c->open = true;
	}
	buf_str(&c->text, text);
	c->line.weight += weight;
	if (s->info[i].in_link) {
		c->line.link += weight;
		c->line.nlinks++;
	}
}

static void put_break(struct cutter *c)
{
	if (c->open) {
		buf_byte(&c->text, ' ');
		c->breaks++;
	}
}

/* What a node inherits and says; false if it and all below leave no text. */
static bool look_at(struct scan *s, uint32_t i, bool keep_hidden)
{
	const struct html_node *n = &s->html->nodes[i];
	struct node_info *info = &s->info[i], *up = &s->info[n->parent];

	info->block = scan_is_block(n->tag) ? i : up->block;
	info->in_link = up->in_link || n->tag == TAG_A;
	uint8_t rule = rules_of(s->marks, i);
	if (rule == RULE_DROP) { /* what is to be kept may stand below */
		info->skipped = true;
		return n->tag != TAG_NONE && !is_silent(n->tag);
	}
	if (n->tag == TAG_NONE)
		return true;
	if (is_silent(n->tag))
		return false;
	info->says = element_says(s, i);
	if (rule == RULE_KEEP || n->tag == TAG_BODY || n->tag == TAG_HTML || !is_hidden(s->html, i))
		return true;
	s->hid = true;
	return keep_hidden;
}

void scan_page(struct arena *a, const struct html *h, struct str url, const struct rule_marks *marks, bool keep_hidden,
               struct scan *s)
{
	struct url parsed;
	struct err ignored;

	*s = (struct scan){ .arena = a, .html = h, .page_url = url, .marks = marks };
	if (url_parse(a, url, NULL, &parsed, &ignored))
		s->site = url_site(a, &parsed);
	struct cutter c = { .s = s, .text = BUF_INIT(4 * MAX_BODY_BYTES), .room = 512 };

	s->info = ARENA_ARRAY(a, struct node_info, h->nnodes);
	pthread_once(&words_once, fill_words);
	s->said = ARENA_ARRAY(a, struct said, SAID_SLOTS);
	s->lines = arena_alloc(a, c.room * sizeof(struct line));
	for (uint32_t i = 1; i < h->nnodes;) {
		if (!look_at(s, i, keep_hidden)) {
			if (scan_is_block(h->nodes[i].tag))
				flush(&c);
			for (uint32_t k = i; k < h->nodes[i].end; k++)
				s->info[k].skipped = true;
			i = h->nodes[i].end;
			continue;
		}
		enum tag t = h->nodes[i].tag;
		if (t == TAG_NONE)
			put_text(&c, i);
		else if (t == TAG_BR)
			put_break(&c);
		else if (scan_is_block(t))
			flush(&c);
		i++;
	}
	flush(&c);
	s->text = arena_str(a, buf_view(&c.text));
	s->normal = ARENA_ARRAY(a, struct str, s->nlines);
	buf_free(&c.text);
}

struct str scan_line_text(const struct scan *s, const struct line *l)
{
	struct str *text = &s->normal[l - s->lines];

	if (!text->p)
		*text = text_normal(s->arena, str_sub(s->text, l->from, l->to));
	return *text;
}

/* Tag and class names, figures left out: those number single pages. */
static uint64_t hash_element(const struct html *h, uint32_t i, uint64_t seed)
{
	char key[96];
	size_t n = 0;
	struct str class = html_attr_of(h, i, ATTR_CLASS);

	key[n++] = (char)h->nodes[i].tag;
	for (size_t k = 0; k < class.n && n < sizeof(key); k++)
		if (!char_is_digit(class.p[k]))
			key[n++] = class.p[k];
	return hash_quick(str_of(key, n)) ^ (seed << 7 | seed >> 57);
}

uint64_t scan_place(const struct scan *s, uint32_t node)
{
	uint64_t place = 0;

	for (int up = 0; node && up < PLACE_DEPTH; up++, node = s->html->nodes[node].parent)
		place = hash_element(s->html, node, place);
	return place;
}

size_t scan_lines_before(const struct scan *s, uint32_t node)
{
	size_t from = 0, to = s->nlines;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (s->lines[middle].at < node)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}
