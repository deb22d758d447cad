/*
 * Authors by where they stand in the text: "By A. Lund" near the title, names
 * beside the date, a signature under the text, and the reporter whom East
 * Asian pages name in the first paragraph or the last.
 *
 * Limits: a name without any mark is believed only next to a date or as the
 * last line of the element that holds the text, and only if its form is a
 * person's and nothing else's.
 */
#include "page/name_form.h"
#include "page/names_inner.h"
#include "text/dates.h"

#define MAX_BYLINE_WEIGHT 90
#define MAX_DATE_LINE 60    /* bytes of a line that is a date and hardly more */
#define MAX_LOOK_BACK 100   /* lines before a signature that are looked at for these: */
#define SIGNED_PARAGRAPHS 2 /* before a signature, in the same element */
#define MAX_SHOWN_TITLES 2  /* places of the title: the first, and main headings */
#define MAX_LINES_BEFORE 4  /* before the title, if they belong to the article */
#define MAX_HEAD_LINES 14   /* behind the title, in which a byline may stand */

/* "A report by Anna Lund" to "Anna Lund"; empty if there is no such thing. */
static struct str name_behind_by(struct str text)
{
	static const struct str words[] = { STR(" by "), STR(" von "), STR(" par "), STR(" por "),
		                            STR(" di "), STR(" av "),  STR(" af "),  STR(" door ") };
	struct date d;
	struct str found;

	if (name_is_picture(text))
		return STR_NONE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = str_find_nocase(text, words[i]);
		struct str name = at == STR_NPOS ? STR_NONE : str_trim(str_sub(text, at + words[i].n, text.n));
		if (date_find(name, &d, &found))
			name = str_sub(name, 0, (size_t)(found.p - name.p));
		name = name_bare(str_trim(name));
		if (name_is_person(name))
			return name;
	}
	return STR_NONE;
}

/* "5 May 2024", "Updated: 5.5.2024, 10:00": a date and hardly more. */
static bool is_date_line(struct str text)
{
	struct date d;
	struct str found;

	return text.n <= MAX_DATE_LINE && date_find(text, &d, &found) && found.n * 2 >= text.n;
}

/* One short line near the title. */
static void names_from_line(struct namer *n, struct names_head *head, struct str text, const struct line *l)
{
	struct str names = name_without_by(text), found;
	struct date d;

	if (!head->by.n && names.n < text.n && text.n < 200 && !name_begins_small(names)) {
		names_around_date(n, names, &head->by);
		for (size_t i = 0; i < head->by.n; i++)
			if (name_has_han(head->by.names[i]) && !name_is_han(head->by.names[i]))
				head->by.n = i;
		return;
	}
	if (n->s->info[l->node].says & SAYS_CAPTION || n->s->html->nodes[l->node].tag == TAG_FIGCAPTION)
		return;
	struct str person = head->by.n || text.n > 80 ? STR_NONE : name_behind_by(text);
	bool date_line = is_date_line(text), alone = !l->link && name_is_person(text) && !name_is_picture(text);
	if (person.n)
		names_split(n, &head->by, person);
	else if (!head->near.n && ((alone && head->dated) || (date_line && head->person.n)))
		names_split(n, &head->near, alone ? text : head->person);
	else if (!head->beside.n && date_find(text, &d, &found))
		names_beside_date(n, text, &head->beside);
	head->dated = date_line;
	head->person = alone ? text : STR_NONE;
}

/* The lines around one that is the title, or behind the first of the body. */
static void names_around_line(struct namer *n, struct names_head *head, size_t title, bool is_title)
{
	const struct scan *s = n->s;
	size_t from = title && is_title ? title - 1 : title;

	while (from && is_title && from + MAX_LINES_BEFORE > title && s->lines[from - 1].at >= n->body->node)
		from--;
	for (size_t k = from; k < s->nlines && k < title + MAX_HEAD_LINES; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= n->until)
			return;
		if (l->to - l->from > 3 * MAX_TITLE_BYTES || (is_title && k == title) ||
		    l->weight > MAX_BYLINE_WEIGHT || (l->sentence && l->weight > 40))
			continue;
		struct str text = scan_line_text(s, l);
		if (head->lone_by && !head->by.n && l->weight < MAX_NAME_BYTES)
			names_around_date(n, text, &head->by);
		else
			names_from_line(n, head, text, l);
		head->lone_by = name_is_lone_by(text);
	}
}

/* Short lines near the title: "By A. Lund", and names that share a line with the date. */
void names_from_lines(struct namer *n, struct names_head *head)
{
	const struct scan *s = n->s;
	size_t first = s->nlines, found = 0;

	for (size_t k = 0; k < s->nlines && n->body->node && s->lines[k].at < n->until; k++) {
		const struct line *l = &s->lines[k];
		if (first == s->nlines && l->at >= n->body->node)
			first = k;
		bool heading = s->html->nodes[l->node].tag == TAG_H1;
		if (found >= MAX_SHOWN_TITLES || (found && !heading) || l->to - l->from > 3 * MAX_TITLE_BYTES ||
		    !text_alike(scan_line_text(s, l), n->article->title))
			continue;
		names_around_line(n, head, k, true);
		found++;
	}
	if (!found && first < s->nlines)
		names_around_line(n, head, first, false);
}

/* A last short paragraph that is a person and nothing else. */
void names_from_signature(struct namer *n, struct credit *c)
{
	struct article *a = n->article;

	for (size_t k = a->nblocks, looked = 0; k-- > 0 && looked < 2; looked++) {
		struct str text = a->blocks[k].text;
		struct str bare = name_without_by(text);
		if (a->blocks[k].kind == BLOCK_PARAGRAPH && a->nblocks > 3 && text.n < 60 &&
		    (name_is_person(text) || (bare.n < text.n && name_is_person(bare)))) {
			names_split(n, c, bare);
			return;
		}
	}
}

static uint32_t parent_of(const struct scan *s, const struct line *l)
{
	return s->html->nodes[l->node].parent;
}

/* The last line of an element that holds paragraphs of the article, of which this many come before it. */
static bool is_last_of_many(const struct scan *s, size_t k)
{
	const struct line *l = &s->lines[k];
	uint32_t around = k && parent_of(s, &s->lines[k - 1]) == l->node ? l->node : parent_of(s, l);
	size_t paragraphs = 0;

	if (k + 1 < s->nlines && s->lines[k + 1].at < s->html->nodes[around].end)
		return false;
	size_t until = k > MAX_LOOK_BACK ? k - MAX_LOOK_BACK : 0;
	for (size_t i = k; i-- > until && paragraphs < SIGNED_PARAGRAPHS && s->lines[i].at > around;)
		paragraphs += s->lines[i].score > 0 && s->lines[i].weight > MIN_RUNNING_TEXT / 2 &&
		              parent_of(s, &s->lines[i]) == around;
	return paragraphs == SIGNED_PARAGRAPHS;
}

/* "Anna Lund", "Posted by Anna at 10:00": the last line of the element that holds the text. */
void names_from_last_line(struct namer *n, struct credit *c)
{
	const struct scan *s = n->s;

	for (size_t k = SIGNED_PARAGRAPHS; k < s->nlines && !c->n; k++) {
		const struct line *l = &s->lines[k];
		if (l->weight > SIGNATURE_BYTES || l->to - l->from > 3 * MAX_TITLE_BYTES ||
		    s->lines[k - 1].score <= 0 || !is_last_of_many(s, k))
			continue;
		struct str text = scan_line_text(s, l), bare = name_without_by(text);
		if (bare.n < text.n && !name_begins_small(bare))
			names_around_date(n, bare, c);
		else if (!l->link && name_is_person(name_bare(text)) && !name_is_picture(text))
			names_add(n, c, text);
	}
}

/* Of "本报北京1月17日电（记者张三、李四）" the brackets; empty if none says that it names reporters. */
static struct str reporters_in(struct str text)
{
	static const struct str pairs[][2] = { { STR("【"), STR("】") },
		                               { STR("（"), STR("）") },
		                               { STR("("), STR(")") },
		                               { STR("["), STR("]") },
		                               { STR("［"), STR("］") } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t at = str_find(text, pairs[i][0]);
		struct str in = at == STR_NPOS ? STR_NONE : str_sub(text, at + pairs[i][0].n, text.n);
		in = str_sub(in, 0, str_find(in, pairs[i][1]));
		for (size_t k = 0; k < in.n; k++) {
			struct str part = k ? STR_NONE : in;
			size_t stroke = names_stroke_at(in, k);
			if (stroke)
				part = str_sub(in, k + stroke, in.n);
			if (part.n && name_has_han(part) && name_without_label(part).n < part.n)
				return part;
		}
	}
	return STR_NONE;
}

/* Of "홍길동 기자 = ..." the word before what he does. */
static struct str reporter_before_title(struct str text)
{
	static const struct str titles[] = { STR(" 기자"), STR(" 특파원") };

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		size_t at = str_find(text, titles[i]), from = at;
		if (at == STR_NPOS)
			continue;
		while (from && str_find_byte(STR(" =]("), text.p[from - 1]) == STR_NPOS)
			from--;
		if (name_is_han(str_sub(text, from, at)))
			return str_sub(text, from, at);
	}
	return STR_NONE;
}

/* In East Asia the first paragraph, or the last, names who wrote it. */
void names_from_dateline(struct namer *n, struct credit *c)
{
	const struct article *a = n->article;

	if (!a->nblocks)
		return;
	struct str first = meta_clip(a->blocks[0].text, DATELINE_BYTES), last = a->blocks[a->nblocks - 1].text;
	size_t from = last.n > SIGNATURE_BYTES ? last.n - SIGNATURE_BYTES : 0;
	while (from && from < last.n && ((unsigned char)last.p[from] & 0xc0) == 0x80)
		from++;
	struct str ends[] = { first, str_sub(last, from, last.n) };
	for (size_t i = 0; i < 2 && !c->n; i++) {
		if (!name_has_han(ends[i]))
			continue;
		struct str names = reporters_in(ends[i]);
		names_split(n, c, names.n ? names : reporter_before_title(ends[i]));
	}
}
