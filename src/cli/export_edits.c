/* Rows of edits, sentences and matches: see export.h. */
#include "cli/export.h"

#include <stdio.h>

#include "view/compare.h"
#include "view/json.h"

/* ---- cells -------------------------------------------------------------- */

void csv_names(struct csv *c, struct str (*text)(struct arena *a, uint32_t bits), uint32_t bits)
{
	struct arena *a = arena_new();

	csv_str(c, text(a, bits));
	arena_free(a);
}

void csv_weight(struct csv *c, double weight)
{
	char text[32];

	csv_str(c, str_of(text, (size_t)snprintf(text, sizeof text, "%.3f", weight)));
}

static void csv_count(struct csv *c, int64_t n)
{
	if (n < 0)
		csv_empty(c);
	else
		csv_int(c, n);
}

static void json_count(struct json *j, const char *key, int64_t n)
{
	if (n < 0)
		json_field_null(j, key);
	else
		json_field_int(j, key, n);
}

/* ---- edits -------------------------------------------------------------- */

struct edit_texts {
	char key[32];
	struct str old, new, old_sentence, new_sentence, operation;
	bool moved;
};

static void edit_texts(const struct record *r, struct edit_texts *out)
{
	const struct change_edit *e = r->edit;

	*out = (struct edit_texts){ .operation = STR_NONE };
	snprintf(out->key, sizeof out->key, EDIT_KEY_FORMAT, EDIT_KEY(e));
	if (e->op == NO_OP)
		return;
	const struct change_op *op = &r->change->ops[e->op];
	out->old = str_sub(op->old_text, e->at.old_from, e->at.old_to);
	out->new = str_sub(op->new_text, e->at.new_from, e->at.new_to);
	out->old_sentence = op->old_text;
	out->new_sentence = op->new_text;
	out->operation = str_from(op_kind_name(op->kind));
	out->moved = op->moved;
}

void edit_json(struct json *j, const struct record *r)
{
	const struct change_edit *e = r->edit;
	struct edit_texts t;

	edit_texts(r, &t);
	json_object(j);
	json_field_int(j, "article", r->version->article);
	json_field_int(j, "version", r->version->number);
	json_field_str(j, "source", r->article->source_key);
	json_field_str(j, "url", r->article->url);
	json_field_when(j, "before", r->version->before);
	json_field_when(j, "first_seen", r->version->first_seen);
	json_field_str(j, "edit", str_from(t.key));
	json_field_str(j, "kind", str_from(edit_kind_info(e->kind)->name));
	view_json_edit_kinds(j, e->kinds);
	json_field_real(j, "weight", (double)e->weight);
	json_field_str(j, "why", e->why);
	json_field_str(j, "folded_by", str_from(e->folded));
	json_field_str(j, "operation", t.operation);
	json_field_bool(j, "moved", t.moved);
	json_field_str(j, "old", t.old);
	json_field_str(j, "new", t.new);
	json_field_str(j, "old_sentence", t.old_sentence);
	json_field_str(j, "new_sentence", t.new_sentence);
	json_end(j);
}

void edit_csv(struct csv *c, const struct record *r)
{
	const struct change_edit *e = r->edit;
	struct edit_texts t;

	edit_texts(r, &t);
	csv_int(c, r->version->article);
	csv_int(c, r->version->number);
	csv_str(c, r->article->source_key);
	csv_str(c, r->article->url);
	csv_when(c, r->version->before);
	csv_when(c, r->version->first_seen);
	csv_str(c, str_from(t.key));
	csv_str(c, str_from(edit_kind_info(e->kind)->name));
	csv_names(c, edit_kinds_text, e->kinds);
	csv_weight(c, (double)e->weight);
	csv_str(c, e->why);
	csv_str(c, str_from(e->folded));
	csv_str(c, t.operation);
	csv_int(c, t.moved);
	csv_str(c, t.old);
	csv_str(c, t.new);
	csv_str(c, t.old_sentence);
	csv_str(c, t.new_sentence);
}

bool export_edits_of(const struct record *r, put_record *put, void *with, struct err *e)
{
	struct record row = *r;

	for (uint32_t i = 0; i < r->change->nedits; i++) {
		row.edit = &r->change->edits[i];
		if (!put(with, &row, e))
			return false;
	}
	return true;
}

/* ---- sentences ---------------------------------------------------------- */

void sentence_json(struct json *j, const struct record *r)
{
	json_object(j);
	json_field_str(j, "source", r->article->source_key);
	json_field_int(j, "entry_id", r->version->article);
	json_field_int(j, "version", r->version->number);
	json_field_int(j, "sent_idx", r->new_sentence);
	json_field_str(j, "sentence", r->sentence);
	json_end(j);
}

void sentence_csv(struct csv *c, const struct record *r)
{
	csv_str(c, r->article->source_key);
	csv_int(c, r->version->article);
	csv_int(c, r->version->number);
	csv_int(c, r->new_sentence);
	csv_str(c, r->sentence);
}

bool export_sentences_of(const struct record *r, put_record *put, void *with, struct err *e)
{
	const struct change *c = r->change;
	uint32_t heads = units_heads(c->new_units, c->nnew_units);
	struct record row = *r;

	for (uint32_t i = heads; i < c->nnew; i++) {
		row.new_sentence = i - heads;
		row.sentence = c->new_sentences[i].text;
		if (!put(with, &row, e))
			return false;
	}
	return true;
}

/* ---- matches ------------------------------------------------------------ */

static const char *match_label(const struct change_op *op)
{
	static const char *const labels[] = {
		[OP_SAME] = "unchanged", [OP_EDITED] = "edit",    [OP_SPLIT] = "split",     [OP_MERGED] = "merge",
		[OP_RECAST] = "recast",  [OP_ADDED] = "addition", [OP_REMOVED] = "deletion"
	};
	static const char *const moved[] = { [OP_SAME] = "refactor",
		                             [OP_EDITED] = "refactor and edit",
		                             [OP_SPLIT] = "refactor and split",
		                             [OP_MERGED] = "refactor and merge",
		                             [OP_RECAST] = "refactor and recast" };
	return op->moved && op->kind <= OP_RECAST ? moved[op->kind] : labels[op->kind];
}

static uint32_t op_kinds(const struct record *r)
{
	uint32_t kinds = 0;

	for (uint32_t i = 0; i < r->op->nedits; i++)
		kinds |= r->change->edits[r->op->first_edit + i].kinds;
	return kinds;
}

void match_json(struct json *j, const struct record *r)
{
	json_object(j);
	json_field_str(j, "source", r->article->source_key);
	json_field_int(j, "entry_id", r->version->article);
	json_field_int(j, "version_x", r->version->number - 1);
	json_field_int(j, "version_y", r->version->number);
	json_count(j, "sent_idx_x", r->old_sentence);
	json_count(j, "sent_idx_y", r->new_sentence);
	json_field_str(j, "label", str_from(match_label(r->op)));
	view_json_edit_kinds(j, op_kinds(r));
	json_end(j);
}

void match_csv(struct csv *c, const struct record *r)
{
	csv_str(c, r->article->source_key);
	csv_int(c, r->version->article);
	csv_int(c, r->version->number - 1);
	csv_int(c, r->version->number);
	csv_count(c, r->old_sentence);
	csv_count(c, r->new_sentence);
	csv_str(c, str_from(match_label(r->op)));
	csv_names(c, edit_kinds_text, op_kinds(r));
}

/* Every old sentence of the op with every new one. */
static bool put_op(struct record *row, uint32_t old_heads, uint32_t new_heads, put_record *put, void *with,
                   struct err *e)
{
	const struct change_op *op = row->op;
	uint32_t nolds = op->nolds ? op->nolds : 1, nnews = op->nnews ? op->nnews : 1;

	for (uint32_t i = 0; i < nolds; i++)
		for (uint32_t k = 0; k < nnews; k++) {
			row->old_sentence = op->nolds ? (int64_t)op->olds[i] - old_heads : -1;
			row->new_sentence = op->nnews ? (int64_t)op->news[k] - new_heads : -1;
			if (!put(with, row, e))
				return false;
		}
	return true;
}

bool export_matches_of(const struct record *r, put_record *put, void *with, struct err *e)
{
	const struct change *c = r->change;
	uint32_t old_heads = units_heads(c->old_units, c->nold_units);
	uint32_t new_heads = units_heads(c->new_units, c->nnew_units);
	struct record row = *r;

	for (uint32_t i = 0; i < c->nops; i++) {
		row.op = &c->ops[i];
		bool head = row.op->nolds ? row.op->olds[0] < old_heads : row.op->news[0] < new_heads;
		if (!head && !put_op(&row, old_heads, new_heads, put, with, e))
			return false;
	}
	return true;
}
