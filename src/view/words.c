/* The words of an operation: see words.h. */
#include "view/words.h"

struct words {
	struct html *h;
	const struct marks *m;
	const struct change_op *op;
	const uint32_t *owner; /* of the op's words */
};

static struct words words_of(struct html *h, const struct marks *m, uint32_t op)
{
	return (struct words){ .h = h, .m = m, .op = &m->change->ops[op], .owner = m->owner + m->op_first_word[op] };
}

/* Spaces at the ends are not part of what a person would mark; those behind
 * are left to the caller, who has the edit's number to put before them. */
static struct str put_marked(struct html *h, const char *element, bool faint, struct str s)
{
	struct str core = str_trim(s);

	if (s.n == 0)
		return STR_NONE;
	if (core.n == 0)
		core = s;
	size_t before = (size_t)(core.p - s.p);
	html_text(h, str_sub(s, 0, before));
	html_element(h, element, faint ? "faint" : NULL, core);
	return str_sub(s, before + core.n, s.n);
}

void words_ref(struct html *h, const struct marks *m, uint32_t edit)
{
	if (marks_faint(m, edit))
		return;
	const struct change_edit *e = &m->change->edits[edit];
	html_open(h, "sup");
	html_attr(h, "dir", "ltr");
	html_open(h, "a");
	html_attr_printf(h, "href", "#e-" EDIT_KEY_FORMAT, EDIT_KEY(e));
	html_attr_printf(h, "aria-label", "edit %u, %s", m->number[edit], edit_kind_info(e->kind)->name);
	html_printf(h, "%u", m->number[edit]);
	html_close(h, "a");
	html_close(h, "sup");
}

/* The number stands once, behind the last words of the edit on this side; a
 * move has its own label. */
static void put_ref_behind(const struct words *x, uint32_t word, uint32_t end)
{
	uint32_t edit = x->owner[word];

	if (edit == NO_EDIT || x->m->change->edits[edit].kind == EDIT_MOVE)
		return;
	if (word + 1 == end || x->owner[word + 1] != edit)
		words_ref(x->h, x->m, edit);
}

static uint32_t clamp(uint32_t x, struct span part)
{
	return x < part.from ? part.from : x > part.to ? part.to : x;
}

void words_side(struct html *h, const struct marks *m, uint32_t op, struct span part, bool newer)
{
	struct words x = words_of(h, m, op);
	struct str text = newer ? x.op->new_text : x.op->old_text;
	uint32_t at = part.from;

	for (uint32_t i = 0; i < x.op->nwords; i++) {
		const struct word_edit *w = &x.op->words[i];
		uint32_t from = clamp(newer ? w->new_from : w->old_from, part),
		         to = clamp(newer ? w->new_to : w->old_to, part);
		if (from >= to)
			continue;
		html_text(h, str_sub(text, at, from));
		struct str space =
		        put_marked(h, newer ? "ins" : "del", marks_faint(m, x.owner[i]), str_sub(text, from, to));
		put_ref_behind(&x, i, x.op->nwords);
		html_text(h, space);
		at = to;
	}
	html_text(h, str_sub(text, at, part.to));
}

void words_inline(struct html *h, const struct marks *m, uint32_t op, struct span part, uint32_t until)
{
	struct words x = words_of(h, m, op);
	uint32_t at = part.from;

	for (uint32_t i = 0; i < x.op->nwords; i++) {
		const struct word_edit *w = &x.op->words[i];
		bool faint = marks_faint(m, x.owner[i]), begins_here = w->new_from >= part.from && w->new_from < until;
		uint32_t from = clamp(w->new_from, part), to = clamp(w->new_to, part);
		if (!begins_here && from >= to)
			continue;
		html_text(h, str_sub(x.op->new_text, at, from));
		struct str space = STR_NONE;
		if (begins_here)
			space = put_marked(h, "del", faint, str_sub(x.op->old_text, w->old_from, w->old_to));
		if (from < to) {
			html_text(h, space);
			space = put_marked(h, "ins", faint, str_sub(x.op->new_text, from, to));
		}
		put_ref_behind(&x, i, x.op->nwords);
		html_text(h, space);
		at = to;
	}
	html_text(h, str_sub(x.op->new_text, at, part.to));
}

void words_whole(struct html *h, const struct marks *m, uint32_t edit, struct str text, bool newer)
{
	struct str space = put_marked(h, newer ? "ins" : "del", marks_faint(m, edit), text);
	words_ref(h, m, edit);
	html_text(h, space);
}
