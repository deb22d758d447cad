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

struct str words_core(struct str s, struct str *before, struct str *behind)
{
	struct str core = str_trim(s);
	size_t from = core.n ? (size_t)(core.p - s.p) : 0;

	*before = str_sub(s, 0, from);
	*behind = core.n ? str_sub(s, from + core.n, s.n) : STR_NONE;
	return core.n || !s.n ? core : STR("␣");
}

/* The spaces behind are left to the caller, who has the edit's number to put
 * before them. */
static struct str put_marked(struct html *h, const char *element, const char *class, struct str s)
{
	struct str before, behind, core = words_core(s, &before, &behind);

	html_text(h, before);
	if (core.n)
		html_element(h, element, class, core);
	return behind;
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

/* The number stands once, behind the last words of the edit in this run of
 * them; a move has its own label. */
static void put_ref_behind(const struct words *x, const struct run *runs, uint32_t i, uint32_t n)
{
	uint32_t edit = x->owner[runs[i].word];

	if (edit == NO_EDIT || x->m->change->edits[edit].kind == EDIT_MOVE)
		return;
	do
		i++;
	while (i < n && runs[i].kind == RUN_SAME);
	if (i == n || x->owner[runs[i].word] != edit)
		words_ref(x->h, x->m, edit);
}

static void put_runs(const struct words *x, enum run_view view, struct span part)
{
	static const char *const elements[] = { NULL, "del", "ins" };
	struct str space = STR_NONE;
	uint32_t n;
	struct run *runs = op_runs(x->m->arena, x->op, view, part, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct run *r = &runs[i];
		html_text(x->h, space);
		space = STR_NONE;
		if (r->kind == RUN_SAME) {
			html_text(x->h, r->text);
			continue;
		}
		bool faint = marks_faint(x->m, x->owner[r->word]);
		space = compare_is_gap(runs, i, n) ? r->text
		                                   : put_marked(x->h, elements[r->kind],
		                                                faint     ? "faint"
		                                                : r->kept ? "kept"
		                                                          : NULL,
		                                                r->text);
		put_ref_behind(x, runs, i, n);
	}
	html_text(x->h, space);
}

void words_side(struct html *h, const struct marks *m, uint32_t op, struct span part, bool newer)
{
	const struct words x = words_of(h, m, op);
	put_runs(&x, newer ? RUNS_NEW : RUNS_OLD, part);
}

void words_inline(struct html *h, const struct marks *m, uint32_t op, struct span part)
{
	const struct words x = words_of(h, m, op);
	put_runs(&x, RUNS_BOTH, part);
}

void words_whole(struct html *h, const struct marks *m, uint32_t edit, struct str text, bool newer)
{
	struct str space = put_marked(h, newer ? "ins" : "del", marks_faint(m, edit) ? "faint" : NULL, text);
	words_ref(h, m, edit);
	html_text(h, space);
}
