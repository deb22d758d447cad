/*
 * Finding articles and changes by words: the query of a person, and the word
 * indexes.
 *
 * There are two indexes, of the same form.  One holds the newest text of each
 * article, the other, for each change, the sentences that it took out and those
 * that it put in.  Words are runs of letters, marks and digits of the text in
 * text_index_form (text/norm.h); stems (text/stem.h) stand in columns of their
 * own, as "enbridg", so that words in quotation marks stay exact.  All cutting,
 * folding and stemming is done here; the engine (find_fts5.c, find_pg.c) only keeps
 * words in their order and answers with those entries that have them.
 *
 * Only articles that may be shown are in the indexes (takedown.h).
 */
#ifndef STET_ARCHIVE_FIND_H
#define STET_ARCHIVE_FIND_H

#include "archive/archive.h"
#include "archive/db.h"
#include "text/stem.h"

/* ---- find_words.c ---- */

/* Takes the next word of a text in index form, from *i on. */
bool find_next_word(struct str form, size_t *i, struct str *word);

/* A word of an original text: where it stands; the index has one or more words
 * for it. */
bool find_next_original(struct str text, size_t *i, size_t *from, size_t *to);

/* The stems of a word of an original text, whose index form this is, in index
 * form: one, and another one where accents matter to its ending. */
#define FIND_STEMS 2
size_t find_stems(struct arena *a, struct stemmer *s, struct str original, struct str form,
                  struct str stems[FIND_STEMS]);

/* The stems of all words of a text, each once, as the index has them: "enbridg". A
 * word that is not written as its text's language is, but as another one with
 * stems, stands there itself, and so does every such word of a text without stems
 * (s NULL): "xxbridge". */
#define FIND_NO_LANGUAGE "xx"
struct find_seen {
	struct arena *a;
	uint64_t *slots; /* hashes */
	size_t size, n;  /* size is a power of two, half of it free at least */
};
struct find_stem_set {
	struct arena *a;
	struct str *tokens;
	size_t n, cap;
	struct find_seen words, seen; /* of the form; tokens */
};
void find_collect_stems(struct arena *a, struct stemmer *s, struct str text, struct str form,
			struct find_stem_set *out);
/* Writes the stems that are no words of the text; and those that another text has not. */
void find_put_new_stems(struct buf *b, const struct find_stem_set *set);
void find_put_stems_but(struct buf *b, const struct find_stem_set *set, const struct find_stem_set *but);

/* ---- find_query.c ---- */

enum find_field { FIND_TEXT, FIND_TITLE, FIND_REMOVED, FIND_ADDED };

struct find_stem {
	const char *language; /* two letters */
	struct str stem;
};

/* Words that stand one behind the other; prefix: the last one may go on; a
 * single word that was not in quotation marks has stems. */
struct find_term {
	enum find_field field;
	struct str *words;
	size_t n;
	bool prefix;
	struct find_stem *stems;
	size_t nstems;
};
struct find_terms {
	struct find_term *terms;
	size_t n;
};

/* One of the terms must be there; negated: none may be. */
struct find_clause {
	struct find_terms any;
	bool negated;
};

struct find_key {
	struct str key;
	bool negated;
};

struct find_query {
	struct find_clause *clauses; /* all of them must hold */
	size_t n;
	struct find_key *sources;    /* any of them that is not negated, if there is one, and none that is */
	size_t nsources;
	when from, to;               /* WHEN_NONE: open; to is the first moment beyond */
	bool all_versions;
	bool of_changes;             /* a word is asked for that a change removed or added */
};

/* The language of a person's search: see docs/search.md.  Nothing that a person
 * types is an error but a query without a word or above MAX_QUERY_BYTES
 * (ERR_USAGE). */
MUST_CHECK bool find_parse(struct arena *a, struct str query, struct find_query *out, struct err *e);

/* Does the term match at words[0]? room: words that are left. */
bool find_term_matches(const struct find_term *t, const struct str *words, size_t room);
/* Does one of these stems of a language match a stem of the term? */
bool find_stem_matches(const struct find_term *t, const char *language, const struct str *stems, size_t n);

/* ---- find_forms.c ---- */

/* What an index holds of one entry; all in index form. */
struct find_form {
	struct str words[2]; /* of an article: title, the rest; of a change: what went, what came */
	struct str stems[2]; /* of an article: those that are no words of it; of a change: of one side only */
	struct str marks;    /* "s12" its source, "len" its language, as far as it has stems */
};

/* The language whose stems a text has: its own, or, if its page did not say, the
 * one that it is in by its commonest words; empty: none. */
struct str find_language(const struct article *text);

/* stemmers: STEM_LANGUAGES_MAX, NULL at first; made when they are needed, and the caller's to free. */
void find_form_of_article(struct arena *a, struct stemmer **stemmers, const struct article *text, int64_t source,
			  struct find_form *out);
void find_form_of_change(struct arena *a, struct stemmer **stemmers, const struct article *older,
			 const struct article *newer, int64_t source, struct find_form *out);

/* The sentences of older, as they stand there, that newer has not: in order.
 * What stands in a title, standfirst or byline counts as one sentence. */
struct str *find_gone(struct arena *a, const struct article *older, const struct article *newer, size_t *n);

/* ---- the engine: find_engine.c; find_fts5.c and find_pg.c behind it ---- */

enum find_index { FIND_NEWEST, FIND_CHANGES };

/* number: of the newer version; 0 in FIND_NEWEST.  Changes to versions above
 * FIND_MOST_NUMBER are not indexed. */
struct find_entry {
	int64_t article, number;
};
#define FIND_MOST_NUMBER 65535

/* Which words of an entry a term is looked for in.  A term with stems is there
 *   in an article   if the word is, or a stem of it ("enbridg"), or the stem as a
 *                   word and the language's mark
 *   in a change     if a stem is, or the word as one of no language ("xxbridge"): what
 *                   stands on both sides is on none */
enum find_where {
	FIND_ANYWHERE,    /* words[0] or words[1] */
	FIND_IN_FIRST,    /* words[0] */
	FIND_FIRST_ONLY,  /* words[0] and not words[1] */
	FIND_SECOND_ONLY, /* words[1] and not words[0] */
};
struct find_condition {
	const struct find_term *any; /* one of them must be there */
	const enum find_where *where; /* of each */
	size_t n;
	bool negated;
};
/* Conditions that must all hold, then sources: any of sources if there is one,
 * none of others; 0 is a source without entries.  Something must be wanted. */
struct find_expr {
	enum find_index index;
	const struct find_condition *conditions;
	size_t n;
	const int64_t *sources, *others;
	size_t nsources, nothers;
};
struct str find_engine_text(const struct archive *ar, struct arena *a, const struct find_expr *x);

/* Entries that match, those of the newest articles first, up to most: under half
 * a microsecond each in a file. */
struct rows;
MUST_CHECK bool find_entries(struct archive *ar, enum find_index index, struct str engine, size_t most,
			     struct rows *entries, struct err *e);

/* The last change of an article that matches; 0: none does. */
MUST_CHECK bool find_last_change(struct archive *ar, struct str engine, int64_t article, int64_t *number,
				 struct err *e);

/* Articles that match, up to most of the newest, each with how good a match it is
 * (lower is better): about 2 us each in a file.  Only those of that time, if there is one. */
struct find_match {
	double rank;
	int64_t article;
};
MUST_CHECK bool find_matches(struct archive *ar, struct str engine, when from, when to, size_t most,
			     struct rows *matches, struct err *e);

/* Puts an entry into an index in the place of what was there. */
MUST_CHECK bool find_put(struct archive *ar, struct find_entry at, const struct find_form *form, struct err *e);
MUST_CHECK bool find_remove(struct archive *ar, struct find_entry at, struct err *e);
/* The changes of an article that the index has. */
MUST_CHECK bool find_numbers(struct archive *ar, int64_t article, struct rows *numbers, struct err *e);

/* Are the indexes whole, as far as can be told without writing to them?  An
 * archive that is open for writing can tell more. */
MUST_CHECK bool find_check(struct archive *ar, bool *whole, struct err *e);
/* Leaves nothing in the indexes of words that were taken out of them. */
MUST_CHECK bool find_merge(struct archive *ar, struct err *e);
/* Empties the indexes. */
MUST_CHECK bool find_clear(struct archive *ar, struct err *e);

/* ---- find.c ---- */

/* A query that is ready to be asked; for one transaction. */
struct find;
/* source: only of this one, whatever the query says; 0: of all it says. */
MUST_CHECK bool find_new(struct archive *ar, struct arena *a, const struct find_query *q, int64_t source,
			 struct find **out, struct err *e);
void find_free(struct find *f); /* NULL is harmless */

/* Articles, best first; where all versions are searched, newest first. At most
 * MAX_MATCHES are looked at, the newest; *more: there are others. */
MUST_CHECK bool find_articles(struct find *f, struct arena *a, int64_t **out, size_t *n, bool *more, struct err *e);
/* Changes, of a query of changes: newest first, those of unknown time last. */
struct find_change {
	int64_t article, number;
	when at;
};
MUST_CHECK bool find_changes(struct find *f, struct arena *a, struct find_change **out, size_t *n, bool *more,
			     struct err *e);
/* The last change that took out what the query asks of any version; 0: none did. */
MUST_CHECK bool find_last_gone(struct find *f, int64_t article, int64_t *number, struct err *e);
int find_newer_first(const void *left, const void *right); /* of struct find_change */
/* Does what the query says of the article itself hold? */
MUST_CHECK bool find_has_article(struct find *f, int64_t article, bool *has, struct err *e);
/* Articles for which it does, if they are at most so many. */
MUST_CHECK bool find_few_articles(struct find *f, struct arena *a, size_t most, int64_t **out, size_t *n, bool *few,
				  struct err *e);

/* ---- snippet.c ---- */

/* Around the first match in the first of these pieces of text that has one, at
 * most about 300 bytes, matches between \x02 and \x03; the beginning of the first
 * piece if nothing matches. */
struct str snippet_make(struct arena *a, const struct str *pieces, size_t n, struct str language,
                        const struct find_terms *terms);
/* Of the body of an article. */
struct str snippet_of_article(struct arena *a, const struct article *text, const struct find_terms *terms);

#endif
