/*
 * For tests of the archive that are made twice: for an archive in a file, and with
 * STET_TEST_POSTGRES for one at a server of the tests' own.
 */
#ifndef STET_TESTS_EITHER_H
#define STET_TESTS_EITHER_H

#include <stdio.h>

#include "archive/internal.h"
#include "check.h"
#include "postgres.h"

#ifdef STET_TEST_POSTGRES
#define ONLY_IN_A_FILE SKIP("speaks of a file")

/* The path or address of a new archive; in_folder: where it would be in the test's folder. */
static void name_archive(char *path, size_t size, const char *in_folder)
{
	const char *why, *url = test_postgres(&why);

	(void)in_folder;
	if (!url)
		test_skipped(why);
	snprintf(path, size, "%s", url);
}

/* As in an archive that came from SQLite: all is in shard 0, and ids are small. */
static void number_from_one(struct archive *ar)
{
	static const char sql[] =
	        "CREATE OR REPLACE FUNCTION new_id(ids regclass, shard bigint) RETURNS bigint LANGUAGE sql"
	        " AS $$ SELECT nextval(ids) $$;"
	        "CREATE OR REPLACE FUNCTION shard_of(id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT"
	        " AS $$ SELECT 0::bigint $$;"
	        "DO $$ DECLARE s regclass; BEGIN FOR s IN SELECT oid FROM pg_class WHERE relkind = 'S' AND"
	        " relnamespace = current_schema()::regnamespace LOOP PERFORM setval(s, 1, false); END LOOP; END $$;"
	        "CREATE FUNCTION zeroblob(n bigint) RETURNS bytea LANGUAGE sql"
	        " AS $$ SELECT decode(repeat('00', n::int), 'hex') $$;";
	struct err e;

	CHECK_OK(db_script(ar->db, sql, &e), e);
}
#else
#define ONLY_IN_A_FILE ((void)0)

static void name_archive(char *path, size_t size, const char *in_folder)
{
	snprintf(path, size, "%s/%s", test_folder(), in_folder);
}

static void number_from_one(struct archive *ar)
{
	(void)ar;
}
#endif

#endif
