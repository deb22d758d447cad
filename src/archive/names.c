/*
 * Names that checks repeat (outcomes, media types, how a body is read, where it
 * came from): each stands once in the table "names", and a check holds numbers.
 * The last 64 are remembered, so that a check seldom has to ask.
 */
#include "archive/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void names_forget(struct archive *ar)
{
	for (size_t i = 0; i < NAMES_KEPT; i++)
		free(ar->names[i].text);
	memset(ar->names, 0, sizeof ar->names);
}

static void remember(struct archive *ar, struct str name, int64_t id)
{
	struct name *slot = &ar->names[ar->next_name++ % NAMES_KEPT];

	free(slot->text);
	*slot = (struct name){ .text = mem_alloc(name.n), .n = name.n, .id = id };
	memcpy(slot->text, name.p, name.n);
}

static bool find_or_add(struct archive *ar, struct str name, int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT id FROM names WHERE name = $1", &q, e))
		return false;
	db_bind_text(q, 1, name);
	if (!db_take_i64(q, 0, id, e) || *id)
		return *id != 0;
	if (!db_query(ar->db, "INSERT INTO names (name) VALUES ($1) RETURNING id", &q, e))
		return false;
	db_bind_text(q, 1, name);
	return db_take_i64(q, 0, id, e);
}

bool name_number(struct archive *ar, struct str name, int64_t *id, struct err *e)
{
	*id = 0;
	if (name.n == 0)
		return true;
	for (size_t i = 0; i < NAMES_KEPT; i++) {
		if (ar->names[i].id && str_eq(str_of(ar->names[i].text, ar->names[i].n), name)) {
			*id = ar->names[i].id;
			return true;
		}
	}
	if (!find_or_add(ar, name, id, e))
		return false;
	remember(ar, name, *id);
	return true;
}
