/*
 * How good a match is: see find_rank.h.
 *
 * As BM25 has it, but each word counts the same, however rare it is: FTS5's own
 * bm25() counts for each word all entries that have it, which in an archive of
 * half a million articles costs 20 ms a word.  In the title a word counts five
 * times; another form of it counts half.
 */
#include "archive/find_rank.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/alloc.h"

const double find_worth[FIND_COLUMNS] = { 5, 1, 2.5, 0.5, 0 };
#define SATURATION 1.2
#define BY_LENGTH 0.75

double find_rank(const double *places, size_t phrases, double length)
{
	double sum = 0;

	for (size_t i = 0; i < phrases; i++)
		sum += places[i] * (SATURATION + 1) / (places[i] + SATURATION * (1 - BY_LENGTH + BY_LENGTH * length));
	return -sum;
}

/* Of a text of usual length 1, of a longer one more. */
static int relative_length(const Fts5ExtensionApi *api, Fts5Context *fts, double *out)
{
	sqlite3_int64 rows = 0, words = 0;
	int mine = 0, code = api->xRowCount(fts, &rows);

	if (code == SQLITE_OK)
		code = api->xColumnTotalSize(fts, -1, &words);
	if (code == SQLITE_OK)
		code = api->xColumnSize(fts, -1, &mine);
	*out = code == SQLITE_OK && words > 0 ? (double)mine * (double)rows / (double)words : 1;
	return code;
}

static int sum_up(const Fts5ExtensionApi *api, Fts5Context *fts, double *counts, int phrases)
{
	int n = 0, code = api->xInstCount(fts, &n);

	for (int i = 0; code == SQLITE_OK && i < n; i++) {
		int phrase, column, place;
		code = api->xInst(fts, i, &phrase, &column, &place);
		if (code == SQLITE_OK && phrase < phrases && column < FIND_COLUMNS)
			counts[phrase] += find_worth[column];
	}
	return code;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *out, int n, sqlite3_value **values)
{
	int phrases = api->xPhraseCount(fts);
	double length, *counts = mem_zalloc((size_t)phrases + 1, sizeof *counts);

	(void)n;
	(void)values;
	int code = relative_length(api, fts, &length);
	if (code == SQLITE_OK)
		code = sum_up(api, fts, counts, phrases);
	if (code == SQLITE_OK)
		sqlite3_result_double(out, find_rank(counts, (size_t)phrases, length));
	else
		sqlite3_result_error_code(out, code);
	free(counts);
}

bool find_rank_register(struct sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &q, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_pointer(q, 1, (void *)&api, "fts5_api_ptr", NULL);
	sqlite3_step(q);
	sqlite3_finalize(q);
	return api && api->xCreateFunction(api, "stet_rank", NULL, rank, NULL) == SQLITE_OK;
}
