/*
 * Finding articles by words: the query of a person, and the word index.
 *
 * The index holds the newest text of each article in text_index_form
 * (text/norm.h), as words: runs of letters, marks and digits.  find_query.c
 * cuts queries and texts the same way.  The engines' sides are find_fts5.c and
 * find_pg.c.
 */
#ifndef STET_ARCHIVE_FIND_H
#define STET_ARCHIVE_FIND_H

#include "archive/archive.h"
#include "archive/db.h"

/* ---- find_query.c ---- */

/* Words that stand one behind the other; prefix: the last one may go on. */
struct find_term {
	struct str *words;
	size_t n;
	bool prefix;
};
struct find_terms {
	struct find_term *terms;
	size_t n;
};

/* Words, "phrases", prefix*; all must be there.  Nothing that a person types is
 * an error but a query without a word or above MAX_QUERY_BYTES (ERR_USAGE). */
MUST_CHECK bool find_parse(struct arena *a, struct str query, struct find_terms *out, struct err *e);

/* Takes the next word of a text in index form, from *i on. */
bool find_next_word(struct str form, size_t *i, struct str *word);

/* A word of an original text: where it stands, and the words that the index
 * has for it (most often one). */
bool find_next_original(struct str text, size_t *i, size_t *from, size_t *to);

/* Does the term match at words[0]? room: words that are left. */
bool find_term_matches(const struct find_term *t, const struct str *words, size_t room);

/* ---- find.c ---- */

/* A statement that yields the articles that match the engine's query. */
#define FIND_PG_MATCH(parameter)                                                                                       \
	"words @@ split_part(" parameter ", E'\\n', 1)::tsquery AND form LIKE ALL (string_to_array(substr(" parameter   \
	", strpos(" parameter " || E'\\n', E'\\n') + 1), E'\\n'))"
#define FIND_ARTICLES(parameter)                                                                                       \
	"SELECT " DB_EITHER("rowid FROM search WHERE search MATCH " parameter,                                         \
			    "article FROM search WHERE " FIND_PG_MATCH(parameter))

/* A person's query as the engine's. */
MUST_CHECK bool find_query(struct archive *ar, struct arena *a, struct str query, struct str *out, struct err *e);
struct str find_engine_text(struct archive *ar, struct arena *a, const struct find_terms *terms);

/* Articles that match, counted up to most. */
MUST_CHECK bool find_count(struct archive *ar, struct str engine, int64_t most, int64_t *out, struct err *e);

/* The best matches from offset on; source 0: of all.  Every match is looked
 * at: about 1 us each. */
MUST_CHECK bool find_best(struct archive *ar, struct arena *a, struct str engine, int64_t source, size_t offset,
                          size_t limit, int64_t **articles, size_t *n, int64_t *total, struct err *e);

/* Puts the text of an article into the index in the place of what was there. */
MUST_CHECK bool find_put(struct archive *ar, int64_t article, struct str title, struct str body, struct err *e);
MUST_CHECK bool find_remove(struct archive *ar, int64_t article, struct err *e);

/* Is the index whole, as far as can be told without writing to it?  An archive
 * that is open for writing can tell more. */
MUST_CHECK bool find_check(struct archive *ar, bool *whole, struct err *e);
/* Leaves nothing in the index of words that were taken out of it. */
MUST_CHECK bool find_merge(struct archive *ar, struct err *e);
/* Empties the index. */
MUST_CHECK bool find_clear(struct archive *ar, struct err *e);

/* The engines' sides of these. */
struct find_match {
	double rank; /* lower is better */
	int64_t article;
};
struct rows;
struct str find_fts5_text(struct arena *a, const struct find_terms *terms);
struct str find_pg_text(struct arena *a, const struct find_terms *terms);
typedef bool find_matches(struct archive *ar, struct str engine, int64_t source, struct rows *rows, struct err *e);
find_matches find_fts5_matches, find_pg_matches;
typedef bool find_putting(struct archive *ar, int64_t article, struct str title, struct str body, struct err *e);
find_putting find_fts5_put, find_pg_put;
typedef bool find_removing(struct archive *ar, int64_t article, struct err *e);
find_removing find_fts5_remove, find_pg_remove;
typedef bool find_checking(struct archive *ar, bool *whole, struct err *e);
find_checking find_fts5_check, find_pg_check;
typedef bool find_clearing(struct archive *ar, struct err *e);
find_clearing find_fts5_clear, find_pg_clear, find_fts5_merge;

/* ---- snippet.c ---- */

/* The text around the first match, at most about 300 bytes, matches between
 * \x02 and \x03; the beginning of the text if nothing in its body matches. */
struct str snippet_make(struct arena *a, const struct article *text, const struct find_terms *terms);

#endif
