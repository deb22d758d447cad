/*
 * Reads story files and plays their edits: see story.h.
 *
 * The kinds of steps are a table; each has a function that changes a text.  A
 * text at some moment is always made from the first one by playing all edits up
 * to then, so that nothing depends on the order of requests.
 */
#include "story.h"

#include <string.h>

struct step_form {
	const char *word;
	enum { WITH_NOTHING, WITH_TEXT, WITH_NUMBER, WITH_NUMBER_AND_TEXT, WITH_TWO_NUMBERS, WITH_EXCHANGE } with;
	bool (*play)(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e);
};

static bool outside(const struct story_text *t, size_t n, size_t most, struct err *e)
{
	if (n >= 1 && n <= most)
		return false;
	err_set(e, ERR_FORMAT, "there is no paragraph %zu among %zu", n, t->nparagraphs);
	return true;
}

static bool play_title(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a, (void)e;
	t->title = step->a;
	return true;
}

static bool play_standfirst(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a, (void)e;
	t->standfirst = step->a;
	return true;
}

static bool play_byline(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a, (void)e;
	t->byline = step->a;
	return true;
}

static bool play_replace(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	if (outside(t, step->n, t->nparagraphs, e))
		return false;
	struct str *text = &t->paragraphs[step->n - 1].text;
	size_t at = str_find(*text, step->a);
	if (at == STR_NPOS)
		return err_set(e, ERR_FORMAT, "paragraph %zu does not contain \"%.*s\"", step->n, STR_ARG(step->a));
	*text = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(*text, 0, at)), STR_ARG(step->b),
	                     STR_ARG(str_sub(*text, at + step->a.n, text->n)));
	return true;
}

static void take_out(struct story_text *t, size_t index)
{
	t->nparagraphs--;
	memmove(&t->paragraphs[index], &t->paragraphs[index + 1], (t->nparagraphs - index) * sizeof *t->paragraphs);
}

static void put_in(struct story_text *t, size_t index, struct paragraph p)
{
	memmove(&t->paragraphs[index + 1], &t->paragraphs[index], (t->nparagraphs - index) * sizeof *t->paragraphs);
	t->paragraphs[index] = p;
	t->nparagraphs++;
}

static bool play_move(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a;
	if (outside(t, step->n, t->nparagraphs, e) || outside(t, step->m, t->nparagraphs, e))
		return false;
	struct paragraph p = t->paragraphs[step->n - 1];
	take_out(t, step->n - 1);
	put_in(t, step->m - 1, p);
	return true;
}

static bool play_add(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a;
	if (outside(t, step->n, t->nparagraphs + 1, e))
		return false;
	if (t->nparagraphs == MAX_STORY_PARAGRAPHS)
		return err_set(e, ERR_LIMIT, "more than %d paragraphs", MAX_STORY_PARAGRAPHS);
	put_in(t, step->n - 1, (struct paragraph){ PARAGRAPH_TEXT, step->a });
	return true;
}

static bool play_drop(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)a;
	if (outside(t, step->n, t->nparagraphs, e))
		return false;
	take_out(t, step->n - 1);
	return true;
}

static bool play_gone(const struct story_step *step, struct arena *a, struct story_text *t, struct err *e)
{
	(void)step, (void)a, (void)e;
	t->gone = true;
	return true;
}

static const struct step_form step_forms[] = {
	{ "title:", WITH_TEXT, play_title },      { "standfirst:", WITH_TEXT, play_standfirst },
	{ "byline:", WITH_TEXT, play_byline },    { "replace ", WITH_EXCHANGE, play_replace },
	{ "move ", WITH_TWO_NUMBERS, play_move }, { "add ", WITH_NUMBER_AND_TEXT, play_add },
	{ "drop ", WITH_NUMBER, play_drop },      { "gone", WITH_NOTHING, play_gone },
};

bool story_offset(struct str s, int64_t *out)
{
	struct str hours, minutes;
	int64_t h, m;
	bool negative = str_starts(s, STR("-"));

	if (negative)
		s = str_sub(s, 1, s.n);
	if (!str_cut(s, ':', &hours, &minutes) || !str_to_i64(hours, &h) || !str_to_i64(minutes, &m) || h < 0 ||
	    h > 240 || m < 0 || m > 59)
		return false;
	*out = (h * HOURS + m * MINUTES) * (negative ? -1 : 1);
	return true;
}

/* Takes a number off *s. */
static bool take_number(struct str *s, size_t *out)
{
	size_t n = 0;
	int64_t value;

	*s = str_trim(*s);
	while (n < s->n && char_is_digit(s->p[n]))
		n++;
	if (!str_to_i64(str_sub(*s, 0, n), &value) || value < 1 || value > MAX_STORY_PARAGRAPHS)
		return false;
	*out = (size_t)value;
	*s = str_trim(str_sub(*s, n, s->n));
	return true;
}

static bool take_word(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = str_trim(str_sub(*s, word.n, s->n));
	return true;
}

static bool parse_step(struct str line, struct story_step *step)
{
	struct str rest = STR_NONE;

	step->form = NULL;
	for (size_t i = 0; i < sizeof step_forms / sizeof *step_forms && !step->form; i++) {
		struct str word = str_from(step_forms[i].word);
		if (str_starts(line, word)) {
			step->form = &step_forms[i];
			rest = str_trim(str_sub(line, word.n, line.n));
		}
	}
	if (!step->form)
		return false;
	switch (step->form->with) {
	case WITH_NOTHING:
		return rest.n == 0;
	case WITH_TEXT:
		step->a = rest;
		return rest.n > 0;
	case WITH_NUMBER:
		return take_number(&rest, &step->n) && rest.n == 0;
	case WITH_NUMBER_AND_TEXT:
		step->a = take_number(&rest, &step->n) && take_word(&rest, STR(":")) ? rest : STR_NONE;
		return step->a.n > 0;
	case WITH_TWO_NUMBERS:
		return take_number(&rest, &step->n) && take_word(&rest, STR("to")) && take_number(&rest, &step->m);
	case WITH_EXCHANGE:
		if (!take_number(&rest, &step->n) || !take_word(&rest, STR(":")))
			return false;
		size_t at = str_find(rest, STR("=>"));
		if (at == STR_NPOS)
			return false;
		step->a = str_trim(str_sub(rest, 0, at));
		step->b = str_trim(str_sub(rest, at + 2, rest.n));
		return step->a.n > 0;
	}
	return false;
}

static bool parse_head_line(struct str line, struct story *s)
{
	struct str key, value;
	const struct {
		const char *key;
		struct str *field;
	} fields[] = {
		{ "outlet", &s->outlet },       { "path", &s->path },         { "section", &s->section },
		{ "byline", &s->first.byline }, { "title", &s->first.title }, { "standfirst", &s->first.standfirst },
	};

	if (!str_cut(line, ':', &key, &value))
		return false;
	value = str_trim(value);
	if (str_eq(key, STR("published")))
		return story_offset(value, &s->published);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (str_eq(key, str_from(fields[i].key))) {
			*fields[i].field = value;
			return true;
		}
	return false;
}

static bool add_paragraph(struct story *s, struct str text)
{
	struct paragraph p = { PARAGRAPH_TEXT, text };

	if (s->first.nparagraphs == MAX_STORY_PARAGRAPHS)
		return false;
	if (take_word(&p.text, STR("## ")))
		p.kind = PARAGRAPH_HEADING;
	else if (take_word(&p.text, STR("> ")))
		p.kind = PARAGRAPH_QUOTE;
	s->first.paragraphs[s->first.nparagraphs++] = p;
	return true;
}

static bool add_edit(struct story *s, struct str line)
{
	struct str at, what;

	str_cut(str_trim(str_sub(line, 1, line.n)), ' ', &at, &what);
	if (s->nedits == MAX_STORY_EDITS)
		return false;
	struct story_edit *edit = &s->edits[s->nedits++];
	edit->what = str_trim(what);
	return story_offset(at, &edit->at) && (s->nedits == 1 || edit->at > edit[-1].at);
}

static bool add_step(struct story *s, struct str text)
{
	struct story_edit *edit = &s->edits[s->nedits - 1];

	if (take_word(&text, STR("stale until ")))
		return story_offset(text, &edit->stale_until);
	return edit->nsteps < MAX_STORY_STEPS && parse_step(text, &edit->steps[edit->nsteps++]);
}

/* The next piece of a file: in the head a line, below it a paragraph or step
 * whose lines are joined by spaces.  *number is the line where it begins. */
static bool next_piece(struct arena *a, struct str *rest, bool head, bool edits, struct str *piece, int *number)
{
	struct str line, ahead;

	*piece = STR_NONE;
	while (str_next_line(rest, &line)) {
		++*number;
		if (str_trim(line).n == 0) {
			if (head)
				return true; /* an empty piece ends the head */
			continue;
		}
		*piece = str_trim(line);
		if (head || line.p[0] == '@')
			return true;
		for (ahead = *rest; str_next_line(&ahead, &line) && str_trim(line).n; *rest = ahead) {
			if (line.p[0] == '@' || (edits && !char_is_space(line.p[0])))
				break;
			++*number;
			*piece = arena_printf(a, "%.*s %.*s", STR_ARG(*piece), STR_ARG(str_trim(line)));
		}
		return true;
	}
	return false;
}

/* Plays the story to its end, so that a mistake is found at the start. */
static bool rehearse(const struct story *s, struct arena *a, struct err *e)
{
	struct story_text t;

	if (!s->outlet.n || !s->path.n || !s->section.n || !s->first.title.n || !s->first.nparagraphs)
		return err_set(e, ERR_FORMAT, "the head or the text is not complete");
	return story_at(s, a, 1000 * HOURS, 0, &t, e);
}

bool story_parse(struct arena *a, struct str name, struct str file, struct story *out, struct err *e)
{
	struct str rest = file, piece;
	bool head = true, fine = true;
	int number = 0;

	*out = (struct story){ .name = name };
	while (fine && next_piece(a, &rest, head, out->nedits > 0, &piece, &number)) {
		if (piece.n == 0)
			head = false;
		else if (head)
			fine = parse_head_line(piece, out);
		else if (piece.p[0] == '@')
			fine = add_edit(out, piece);
		else if (out->nedits)
			fine = add_step(out, piece);
		else
			fine = add_paragraph(out, piece);
	}
	if (!fine)
		return err_set(e, ERR_FORMAT, "%.*s, near line %d: \"%.*s\" is not understood", STR_ARG(name), number,
		               STR_ARG(piece));
	out->first.modified = out->published;
	return rehearse(out, a, e) || err_prefix(e, "%.*s", STR_ARG(name));
}

bool story_at(const struct story *s, struct arena *a, int64_t offset, uint64_t turn, struct story_text *out,
              struct err *e)
{
	*out = s->first;
	for (size_t i = 0; i < s->nedits && s->edits[i].at <= offset; i++) {
		const struct story_edit *edit = &s->edits[i];
		if (offset < edit->stale_until && turn % 2 == 1)
			break;
		for (size_t k = 0; k < edit->nsteps; k++)
			if (!edit->steps[k].form->play(&edit->steps[k], a, out, e))
				return err_prefix(e, "edit \"%.*s\"", STR_ARG(edit->what));
		out->modified = edit->at;
	}
	return true;
}
