/*
 * What `stet export` writes, besides what the archive has row by row: the
 * sentences of versions, how they match, and the edits.
 *
 * Sentences and matches have the shape of the NewsEdits corpus (Spangher et
 * al., "NewsEdits: A News Article Revision Dataset and a Novel Document-Level
 * Reasoning Challenge", NAACL 2022): its tables split_sentences and
 * matched_sentences, with their names of columns, plus a label, and kinds.
 * Sentences count from 0 through the body; title, standfirst and byline are
 * not among them.  An addition has no sent_idx_x, a deletion no sent_idx_y.
 */
#ifndef STET_CLI_EXPORT_H
#define STET_CLI_EXPORT_H

#include "archive/archive.h"
#include "base/json.h"
#include "change/change.h"
#include "cli/csv.h"

/* What a row is made from; of each kind its own members. */
struct record {
	const struct article_row *article;
	const struct version *version; /* of a change: the newer one */
	const struct article *text;
	const struct change_item *item;
	const struct removal *removal;
	const struct check *check;
	const struct target *target;
	const struct change *change;
	const struct change_edit *edit;
	int64_t old_sentence, new_sentence; /* of the body; -1: none */
	struct str sentence;
	const struct change_op *op;
};

void edit_json(struct json *j, const struct record *r);
void edit_csv(struct csv *c, const struct record *r);
#define EDIT_COLUMNS                                                                                                   \
	"article,version,source,url,before,first_seen,edit,kind,kinds,weight,why,folded_by,operation,moved,old,new,"   \
	"old_sentence,new_sentence"

void sentence_json(struct json *j, const struct record *r);
void sentence_csv(struct csv *c, const struct record *r);
#define SENTENCE_COLUMNS "source,entry_id,version,sent_idx,sentence"

void match_json(struct json *j, const struct record *r);
void match_csv(struct csv *c, const struct record *r);
#define MATCH_COLUMNS "source,entry_id,version_x,version_y,sent_idx_x,sent_idx_y,label,kinds"

/* Calls put for each edit, or each match, of the change to r->version, or each
 * sentence of r->version. */
typedef bool put_record(void *with, const struct record *r, struct err *e);
MUST_CHECK bool export_edits_of(const struct record *r, put_record *put, void *with, struct err *e);
MUST_CHECK bool export_matches_of(const struct record *r, put_record *put, void *with, struct err *e);
MUST_CHECK bool export_sentences_of(const struct record *r, put_record *put, void *with, struct err *e);

/* Names joined by commas, as one cell. */
void csv_names(struct csv *c, struct str (*text)(struct arena *a, uint32_t bits), uint32_t bits);
void csv_weight(struct csv *c, double weight);

/* ---- captures (export_captures.c) ---- */

struct context;
struct export_captures_wish {
	bool wacz, zstd, cdxj;
	const char *output; /* NULL or "-": standard output */
	struct str source;  /* key; empty: all */
	const int64_t *articles;
	size_t narticles; /* 0: all */
};
MUST_CHECK bool export_captures(struct context *c, struct archive *ar, const struct export_captures_wish *wish,
				struct err *e);

#endif
