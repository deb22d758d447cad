/*
 * A program that answers tasks on standard input, one JSON object a line, for
 * scoring against labelled data; not a test.
 *
 *     stet-relate align < in.jsonl      {id, old: [text], new: [text]}
 *         -> {id, links: [[old, new, moved]]}
 *     stet-relate worddiff < in.jsonl   {id, a: [token], b: [token]}
 *         -> {id, ops: [{a: [from, to] or null, b: ...}]}
 *     stet-relate kinds < in.jsonl      {id, unit: "title"|"standfirst"|"byline"|"block", old, new}
 *         -> {id, edits: [{old: [from, to], new: [from, to], kinds: [name], kind: name, weight, folded}]}
 *
 * jansson and base/json.h share names, so the answers are printed plainly.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change/align.h"
#include "change/change.h"
#include "change/wordedits.h"

static struct str text_of(json_t *v)
{
	return v && json_is_string(v) ? str_of(json_string_value(v), json_string_length(v)) : STR_NONE;
}

/* ------------------------------------------------------------------ align -- */

/* The data knows no paragraphs. */
static struct sentence *read_sentences(struct arena *a, json_t *texts, uint32_t *n)
{
	struct sentence *s = ARENA_ARRAY(a, struct sentence, json_array_size(texts) + 1);

	*n = (uint32_t)json_array_size(texts);
	for (uint32_t i = 0; i < *n; i++)
		s[i] = (struct sentence){ i, 0, text_of(json_array_get(texts, i)) };
	return s;
}

static void put_link(struct buf *out, uint32_t o, uint32_t n, bool moved)
{
	bool first = out->n && out->p[out->n - 1] == '[';
	buf_printf(out, "%s[%u,%u,%s]", first ? "" : ",", o, n, moved ? "true" : "false");
}

static void answer_align(struct arena *a, json_t *row, struct buf *out)
{
	uint32_t nold, nnew;
	struct sentence *older = read_sentences(a, json_object_get(row, "old"), &nold);
	struct sentence *newer = read_sentences(a, json_object_get(row, "new"), &nnew);
	struct alignment al;

	align_sentences(a, older, nold, newer, nnew, &al);
	buf_puts(out, "\"links\":[");
	for (uint32_t o = 0; o < nold; o++)
		if (al.to_new[o] != NO_SENTENCE)
			put_link(out, o, al.to_new[o], al.moved[o]);
	for (uint32_t i = 0; i < al.nkin; i++)
		put_link(out, al.kin[i].old, al.kin[i].new, al.kin[i].moved);
	buf_puts(out, "]");
}

/* --------------------------------------------------------------- worddiff -- */

static struct word_costs costs;

/* "name=value" */
static bool set_cost(const char *setting)
{
	static const struct {
		const char *name;
		float *value;
	} names[] = {
#define COST(name, value) { #name, &costs.name },
#include "change/wordcosts.inc"
#undef COST
	};
	size_t n = strcspn(setting, "=");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (setting[n] && strlen(names[i].name) == n && memcmp(names[i].name, setting, n) == 0) {
			*names[i].value = strtof(setting + n + 1, NULL);
			return true;
		}
	return false;
}

/* Tokens joined with spaces; ends[i] is where token i ends. */
static struct str join(struct arena *a, json_t *tokens, uint32_t *ends)
{
	struct buf b = BUF_INIT(16 * MIB);

	for (size_t i = 0; i < json_array_size(tokens); i++) {
		buf_puts(&b, i ? " " : "");
		buf_str(&b, text_of(json_array_get(tokens, i)));
		ends[i] = (uint32_t)b.n;
	}
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* The tokens that bytes [from, to) touch. */
static void put_span(struct buf *out, const char *key, const uint32_t *ends, size_t n, uint32_t from, uint32_t to)
{
	size_t first = 0, last;

	while (first < n && ends[first] <= from)
		first++;
	for (last = first; last < n && (last ? ends[last - 1] + 1 : 0) < to; last++)
		;
	if (from >= to || first >= last)
		buf_printf(out, "\"%s\":null", key);
	else
		buf_printf(out, "\"%s\":[%zu,%zu]", key, first, last);
}

/* The edits less the words that only moved or changed their capital letter. */
static void put_rest(struct buf *out, bool newer, const struct word_edits *e, uint32_t k, const uint32_t *ends,
                     size_t n, bool first)
{
	uint32_t at = newer ? e->at[k].new_from : e->at[k].old_from, to = newer ? e->at[k].new_to : e->at[k].old_to;

	while (at < to) {
		uint32_t until = to, next = to;
		for (uint32_t i = 0; i < e->nkept; i++) {
			uint32_t from = newer ? e->kept[i].new_from : e->kept[i].old_from;
			if (from >= at && from < until) {
				until = from;
				next = newer ? e->kept[i].new_to : e->kept[i].old_to;
			}
		}
		if (until > at + 1 || until == to) {
			buf_printf(out, "%s{", first ? "" : ",");
			first = false;
			put_span(out, newer ? "b" : "a", ends, n, at, until);
			buf_printf(out, ",\"%s\":null}", newer ? "a" : "b");
		}
		at = next;
	}
}

static void answer_worddiff(struct arena *a, json_t *row, struct buf *out)
{
	json_t *older = json_object_get(row, "a"), *newer = json_object_get(row, "b");
	size_t no = json_array_size(older), nn = json_array_size(newer);
	uint32_t *old_ends = ARENA_ARRAY(a, uint32_t, no + 1), *new_ends = ARENA_ARRAY(a, uint32_t, nn + 1);
	struct tokens x = tokens_read(a, join(a, older, old_ends)), y = tokens_read(a, join(a, newer, new_ends));
	struct word_edits e = word_edits_find_with(a, &x, &y, &costs);

	buf_puts(out, "\"ops\":[");
	for (uint32_t k = 0; k < e.n; k++) {
		put_rest(out, false, &e, k, old_ends, no, out->p[out->n - 1] == '[');
		put_rest(out, true, &e, k, new_ends, nn, out->p[out->n - 1] == '[');
	}
	buf_puts(out, "]");
}

/* ------------------------------------------------------------------ kinds -- */

static struct article one_unit(struct arena *a, struct str unit, struct str text)
{
	struct article x = { 0 };

	if (str_eq(unit, STR("title")))
		x.title = text;
	else if (str_eq(unit, STR("standfirst")))
		x.standfirst = text;
	else if (str_eq(unit, STR("byline")) && text.n)
		x.bylines[x.nbylines++] = text;
	else if (text.n) {
		x.blocks = ARENA_ARRAY(a, struct block, 1);
		x.blocks[x.nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, text };
	}
	return x;
}

/* From an offset in the text of one side of an op to one in its unit; an end
 * belongs to the sentence before it. */
static uint32_t in_unit(const struct change_op *op, const struct sentence *all, bool newer, uint32_t offset, bool end)
{
	const uint32_t *at = newer ? op->news : op->olds;
	uint32_t n = newer ? op->nnews : op->nolds;

	for (uint32_t i = 0; i < n; i++) {
		struct span s = op_span(op, all, newer, at[i]);
		if (offset < s.to || (end && offset == s.to) || i + 1 == n)
			return all[at[i]].from + (offset > s.from ? offset - s.from : 0);
	}
	return 0;
}

/* Where in the new unit what has no place there would stand. */
static uint32_t place_of(const struct change *c, const struct change_op *op, bool newer)
{
	uint32_t index = (uint32_t)(op - c->ops), place = 0;
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;

	for (uint32_t i = 0; i < index; i++) {
		const struct change_op *before = &c->ops[i];
		uint32_t n = newer ? before->nnews : before->nolds;
		if (n) {
			const struct sentence *s = &all[(newer ? before->news : before->olds)[n - 1]];
			uint32_t end = s->from + (uint32_t)s->text.n;
			place = end > place ? end : place;
		}
	}
	return place;
}

static void put_side(struct buf *out, const struct change *c, const struct change_edit *e, bool newer)
{
	const struct change_op *op = &c->ops[e->op];
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;
	uint32_t from = newer ? e->at.new_from : e->at.old_from, to = newer ? e->at.new_to : e->at.old_to;

	if ((newer ? op->nnews : op->nolds) == 0)
		from = to = place_of(c, op, newer);
	else
		from = in_unit(op, all, newer, from, from == to), to = in_unit(op, all, newer, to, true);
	buf_printf(out, "\"%s\":[%u,%u]", newer ? "new" : "old", from, to);
}

static void answer_kinds(struct arena *a, json_t *row, struct buf *out)
{
	struct str unit = text_of(json_object_get(row, "unit"));
	struct article x = one_unit(a, unit, text_of(json_object_get(row, "old")));
	struct article y = one_unit(a, unit, text_of(json_object_get(row, "new")));
	struct change c;
	const char *between = "";

	change_compute(a, &x, &y, NULL, &c);
	buf_puts(out, "\"edits\":[");
	for (uint32_t i = 0; i < c.nedits; i++) {
		const struct change_edit *e = &c.edits[i];
		if (e->op == NO_OP)
			continue;
		buf_printf(out, "%s{", between);
		put_side(out, &c, e, false);
		buf_byte(out, ',');
		put_side(out, &c, e, true);
		buf_printf(out, ",\"kind\":\"%s\",\"kinds\":[\"%s\"", edit_kind_info(e->kind)->name,
		           edit_kind_info(e->kind)->name);
		for (uint32_t k = 0; k < EDIT_KINDS; k++)
			if (e->kinds & KIND_BIT(k) && k != e->kind)
				buf_printf(out, ",\"%s\"", edit_kind_info((enum edit_kind)k)->name);
		buf_printf(out, "],\"weight\":%.2f,\"folded\":\"%s\"}", (double)e->weight, e->folded ? e->folded : "");
		between = ",";
	}
	buf_puts(out, "]");
}

typedef void answer(struct arena *a, json_t *row, struct buf *out);

static void answer_line(struct arena *a, const char *line, size_t n, answer *task, struct buf *out)
{
	json_t *row = json_loadb(line, n, 0, NULL);
	char *id = row ? json_dumps(json_object_get(row, "id"), JSON_ENCODE_ANY) : NULL;

	if (id) {
		buf_printf(out, "{\"id\":%s,", id);
		task(a, row, out);
		buf_puts(out, "}\n");
		fwrite(out->p, 1, out->n, stdout);
	}
	free(id);
	json_decref(row);
	buf_reset(out);
	arena_reset(a);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		answer *task;
	} tasks[] = { { "align", answer_align }, { "worddiff", answer_worddiff }, { "kinds", answer_kinds } };
	answer *task = NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	for (size_t i = 0; i < sizeof tasks / sizeof *tasks && argc > 1; i++)
		if (strcmp(argv[1], tasks[i].name) == 0)
			task = tasks[i].task;
	costs = word_costs;
	for (int i = 2; i < argc; i++)
		if (!set_cost(argv[i]))
			task = NULL;
	if (!task) {
		fprintf(stderr, "usage: stet-relate align|worddiff|kinds [COST=VALUE]... < in.jsonl\n");
		return 2;
	}
	struct arena *a = arena_new();
	struct buf out = BUF_INIT(64 * MIB);
	while ((n = getline(&line, &cap, stdin)) > 0)
		answer_line(a, line, (size_t)n, task, &out);
	free(line);
	buf_free(&out);
	arena_free(a);
	return 0;
}
