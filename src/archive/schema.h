/*
 * The schema of an archive: its version, its two parts, and how an older
 * archive becomes a current one.
 *
 * The first bytes of the file say whose it is (SCHEMA_APPLICATION) and which
 * version of the schema it has.  An archive of a newer program and a file of
 * another program are refused with a sentence, untouched.
 */
#ifndef STET_ARCHIVE_SCHEMA_H
#define STET_ARCHIVE_SCHEMA_H

#include "archive/db.h"

#define SCHEMA_APPLICATION 0x73746574 /* "stet" */
#define SCHEMA_MOVING 0x73746d76      /* on its way here, see move.h */
#define SCHEMA_VERSION 6

/* How words are cut, folded and stemmed for the word index; another one makes the
 * index anew. */
#define SEARCH_METHOD "1"

extern const char schema_endures[]; /* sources, targets, articles, checks, blobs */
extern const char schema_derived[]; /* what can be made again from those */
extern const char schema_learned[]; /* derived too: what the pages of a source have taught */
extern const char schema_search[];  /* derived too: the engine's own word index */

/* The same for PostgreSQL; triggers, too, which are of no part there. */
extern const char schema_pg_endures[], schema_pg_derived[], schema_pg_learned[], schema_pg_search[];
extern const char schema_pg_triggers[];

extern const char schema_tallies_wrong[]; /* a query: how many tallies are not what the tables say */
extern const char schema_tallies_again[]; /* a script that counts them again */
extern const char schema_pg_tallies_again[];
extern const char schema_pg_tallies_gather[]; /* a statement that puts rows together that say of the same */

/* One step: brings an archive of version to - 1 to version to. */
struct migration {
	int64_t to;
	const char *sql;
};

/* Steps that share their text with the schema of a new archive. */
extern const char schema_form_2[], schema_form_3[], schema_form_4[], schema_form_5[], schema_form_6[];

/* Makes sure that the file is an archive of SCHEMA_VERSION, as far as the mode
 * allows: made, migrated, or refused. */
MUST_CHECK bool schema_settle(struct db *db, enum db_mode mode, struct err *e);

/* The steps in order up to version want, each in a transaction of its own: a
 * step that fails leaves the archive as the step before it left it. */
MUST_CHECK bool schema_migrate(struct db *db, const struct migration *steps, size_t n, int64_t want, struct err *e);

#endif
