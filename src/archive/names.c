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

static bool ask(struct archive *ar, const char *sql, struct str name, int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_text(q, 1, name);
	return db_take_i64(q, 0, id, e);
}

/* Found, added, or found after all: another process may have added it. */
static bool find_or_add(struct archive *ar, struct str name, int64_t *id, struct err *e)
{
	static const char find[] = "SELECT id FROM names WHERE name = $1" DB_URL("name", "$1");
	static const char add[] = "INSERT INTO names (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id";
	static const char *const steps[] = { find, add, find };

	*id = 0;
	for (size_t i = 0; *id == 0 && i < sizeof steps / sizeof *steps; i++)
		if (!ask(ar, steps[i], name, id, e))
			return false;
	return *id || err_set(e, ERR_BUSY, "another process is adding the same name to the archive");
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
