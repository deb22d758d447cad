/*
 * A change as JSON: see json.h and docs/http-api.md.
 *
 * Offsets are bytes of UTF-8, as everywhere.
 */
#include <stdio.h>

#include "view/compare.h"
#include "view/json.h"

void view_json_unit(struct json *j, enum unit_kind kind, enum block_kind block)
{
	static const char *const heads[] = {
		[UNIT_TITLE] = "title", [UNIT_STANDFIRST] = "standfirst", [UNIT_BYLINE] = "byline"
	};

	json_field_str(j, "unit", str_from(kind == UNIT_BLOCK ? block_kind_name(block) : heads[kind]));
}

/* Units of one version, with where their sentences stand. */
static void json_units(struct json *j, const char *key, const struct unit *units, uint32_t n,
                       const struct sentence *sentences)
{
	json_key(j, key);
	json_array(j);
	for (uint32_t i = 0; i < n; i++) {
		json_object(j);
		view_json_unit(j, units[i].kind, units[i].block);
		json_field_str(j, "text", units[i].text);
		json_field_int(j, "first_sentence", units[i].first);
		json_key(j, "sentences");
		json_array(j);
		for (uint32_t k = units[i].first; k < units[i].first + units[i].n; k++) {
			json_array(j);
			json_int(j, sentences[k].from);
			json_int(j, (int64_t)sentences[k].from + (int64_t)sentences[k].text.n);
			json_end(j);
		}
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void json_numbers(struct json *j, const char *key, const uint32_t *at, uint32_t n)
{
	json_key(j, key);
	json_array(j);
	for (uint32_t i = 0; i < n; i++)
		json_int(j, at[i]);
	json_end(j);
}

static void fields_word_edit(struct json *j, const struct word_edit *w, const struct change_op *op)
{
	json_field_int(j, "old_from", w->old_from);
	json_field_int(j, "old_to", w->old_to);
	json_field_int(j, "new_from", w->new_from);
	json_field_int(j, "new_to", w->new_to);
	json_field_str(j, "removed", str_sub(op->old_text, w->old_from, w->old_to));
	json_field_str(j, "added", str_sub(op->new_text, w->new_from, w->new_to));
}

static void json_kept(struct json *j, const struct change_op *op)
{
	static const char *const kinds[] = { [KEPT_MOVED] = "moved", [KEPT_RECASED] = "recased" };

	json_key(j, "kept");
	json_array(j);
	for (uint32_t i = 0; i < op->nkept; i++) {
		const struct word_kept *k = &op->kept[i];
		json_object(j);
		json_field_str(j, "kind", str_from(kinds[k->kind]));
		json_field_int(j, "old_from", k->old_from);
		json_field_int(j, "old_to", k->old_to);
		json_field_int(j, "new_from", k->new_from);
		json_field_int(j, "new_to", k->new_to);
		json_end(j);
	}
	json_end(j);
}

static void json_op(struct json *j, const struct change_op *op)
{
	json_object(j);
	json_field_str(j, "kind", str_from(op_kind_name(op->kind)));
	json_field_bool(j, "moved", op->moved);
	json_numbers(j, "old", op->olds, op->nolds);
	json_numbers(j, "new", op->news, op->nnews);
	json_field_str(j, "old_text", op->old_text);
	json_field_str(j, "new_text", op->new_text);
	json_key(j, "words");
	json_array(j);
	for (uint32_t i = 0; i < op->nwords; i++) {
		json_object(j);
		fields_word_edit(j, &op->words[i], op);
		json_end(j);
	}
	json_end(j);
	json_kept(j, op);
	json_end(j);
}

static void json_fragment(struct json *j, const char *key, const struct fragment *f)
{
	if (f->unit == NO_UNIT) {
		json_field_null(j, key);
		return;
	}
	json_key(j, key);
	json_object(j);
	json_field_int(j, "unit", f->unit);
	json_field_int(j, "from", f->from);
	json_field_int(j, "to", f->to);
	json_end(j);
}

static void json_row(struct json *j, const struct change_row *r)
{
	json_object(j);
	json_field_str(j, "kind", str_from(row_kind_name(r->kind)));
	json_field_bool(j, "moved", r->moved);
	json_fragment(j, "old", &r->old);
	json_fragment(j, "new", &r->new);
	json_end(j);
}

static void json_names(struct json *j, const char *key, const struct kind_info *(*info)(uint32_t), uint32_t n,
                       uint32_t bits)
{
	json_key(j, key);
	json_array(j);
	for (uint32_t k = 0; k < n; k++)
		if (bits & KIND_BIT(k))
			json_str(j, str_from(info(k)->name));
	json_end(j);
}

static const struct kind_info *kind_at(uint32_t k)
{
	return edit_kind_info(k);
}

static const struct kind_info *nature_at(uint32_t k)
{
	return nature_info(k);
}

void view_json_edit_kinds(struct json *j, uint32_t kinds)
{
	json_names(j, "kinds", kind_at, NEWS_KINDS, kinds);
}

void view_json_kinds(struct json *j, uint32_t kinds, uint32_t natures)
{
	view_json_edit_kinds(j, kinds);
	json_names(j, "natures", nature_at, NATURES, natures);
}

static void json_edit(struct json *j, const struct change *c, const struct change_edit *e)
{
	static const struct change_op none;
	const struct change_op *op = e->op == NO_OP ? &none : &c->ops[e->op];
	char key[32];

	snprintf(key, sizeof key, EDIT_KEY_FORMAT, EDIT_KEY(e));
	json_object(j);
	json_field_str(j, "key", str_from(key));
	json_field_str(j, "kind", str_from(edit_kind_info(e->kind)->name));
	view_json_edit_kinds(j, e->kinds);
	if (e->op == NO_OP)
		json_field_null(j, "operation");
	else
		json_field_int(j, "operation", e->op);
	fields_word_edit(j, &e->at, op);
	json_field_real(j, "weight", (double)e->weight);
	json_field_str(j, "why", e->why);
	if (e->folded)
		json_field_str(j, "folded_by", str_from(e->folded));
	json_key(j, "findings");
	json_array(j);
	for (uint32_t i = 0; i < e->nfindings; i++) {
		json_object(j);
		json_field_str(j, "kind", str_from(edit_kind_info(e->findings[i].kind)->name));
		fields_word_edit(j, &e->findings[i].at, op);
		json_field_str(j, "why", e->findings[i].why);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void json_counts(struct json *j, const struct change *c)
{
	json_field_bool(j, "title_changed", c->title_changed);
	json_field_int(j, "words_added", c->words_added);
	json_field_int(j, "words_removed", c->words_removed);
	json_key(j, "sentences");
	json_object(j);
	for (enum op_kind k = OP_SAME; k <= OP_REMOVED; k++)
		json_field_int(j, op_kind_name(k), c->counts[k]);
	json_field_int(j, "moved", c->moved);
	json_end(j);
}

void view_json_diff(struct json *j, const struct change *c)
{
	json_object(j);
	json_field_real(j, "weight", (double)c->weight);
	json_field_str(j, "why", c->why);
	view_json_kinds(j, c->kinds, c->natures);
	json_counts(j, c);
	json_units(j, "old", c->old_units, c->nold_units, c->old_sentences);
	json_units(j, "new", c->new_units, c->nnew_units, c->new_sentences);
	json_key(j, "operations");
	json_array(j);
	for (uint32_t i = 0; i < c->nops; i++)
		json_op(j, &c->ops[i]);
	json_end(j);
	json_key(j, "edits");
	json_array(j);
	for (uint32_t i = 0; i < c->nedits; i++)
		json_edit(j, c, &c->edits[i]);
	json_end(j);
	json_key(j, "rows");
	json_array(j);
	for (uint32_t i = 0; i < c->nrows; i++)
		json_row(j, &c->rows[i]);
	json_end(j);
	json_end(j);
}
