/*
 * What the files of the archive share, and nobody else sees.
 */
#ifndef STET_ARCHIVE_INTERNAL_H
#define STET_ARCHIVE_INTERNAL_H

#include "archive/archive.h"
#include "archive/db.h"
#include "archive/pack.h"
#include "archive/recent.h"
#include "archive/solid.h"
#include "text/stem.h"

/* Rows of unknown number on their way into an arena. */
struct rows {
	char *p;
	size_t n, cap, size;
};
#define ROWS_OF(type) ((struct rows){ .size = sizeof(type) })
void *rows_add(struct rows *r); /* zeroed; borrowed until the next */
/* Copies the rows into the arena if ok, and frees them either way. */
bool rows_take(struct rows *r, bool ok, struct arena *a, void *out, size_t *n);

/* The names that checks repeat, by number; a small table that forgets the
 * oldest. */
#define NAMES_KEPT 64
struct name {
	char *text;
	size_t n;
	int64_t id;
};

/* What search has to learn: the newest text of an article (number 0), a change to
 * a version, or all of it (-1). */
struct unindexed {
	int64_t article, number;
};

struct archive {
	struct db *db;
	struct packer *packer;
	struct chain blobs, texts; /* what was packed or unpacked last */
	struct recent *recent;     /* texts had lately */
	struct solid solid;        /* the pack that was read last */
	struct stemmer *stemmers[STEM_LANGUAGES_MAX]; /* made when they are needed */
	struct name names[NAMES_KEPT];
	size_t next_name;
	unsigned commits;
	struct rows unindexed; /* struct unindexed: what search does not have yet, see search.c */
	size_t marked;         /* so many of them were there at the mark */
};

/*
 * What takes several statements is one transaction: the caller's if there is
 * one, else its own.
 *
 *     return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, work(ar, e), e);
 */
MUST_CHECK bool archive_enter(struct archive *ar, enum db_begin how, bool *own, struct err *e);
MUST_CHECK bool archive_leave(struct archive *ar, bool own, bool ok, struct err *e);

/* ---- blobs.c ---- */
struct blob_wish {
	struct str bytes;
	int64_t target; /* what brought them, and when: packs keep together what belongs together */
	when at;
	const struct sha256 *hash; /* of the bytes, if it is known already; else NULL */
};
/* base: a blob to try a delta against; 0: none. */
MUST_CHECK bool blob_store(struct archive *ar, const struct blob_wish *w, int64_t base, int64_t *id, struct err *e);

/* ---- names.c ---- */
/* The number of a name, made if it is new; the empty name is 0. */
MUST_CHECK bool name_number(struct archive *ar, struct str name, int64_t *id, struct err *e);
void names_forget(struct archive *ar);

/* ---- targets.c ---- */
#define TARGET_COLUMNS                                                                                                 \
	"targets.id, targets.kind, targets.state, targets.source, targets.article, targets.found_by,"                  \
	" (SELECT key FROM sources WHERE sources.id = targets.source), targets.url, targets.origin, targets.label,"    \
	" targets.filter, targets.added, targets.due, targets.period, targets.last_check, targets.last_change,"        \
	" targets.failures, targets.etag, targets.last_modified, targets.last_outcome, targets.last_blob,"       \
	" targets.published, targets.listed, targets.live, targets.ttl, targets.skips"
#define TARGET_NCOLUMNS 26
void target_read(struct stmt *q, struct arena *a, struct target *out);
enum target_state target_state_from(struct str name);
/* Of the targets of an article: the one that is still checked, else the newest. */
#define TARGET_OF_ARTICLE_ORDER " ORDER BY targets.state = 'checked' DESC, targets.id DESC LIMIT 1"

/* ---- takedown.c ---- */
/* A condition: the article whose number stands in a column may be shown. */
#define SHOWN(column)                                                                                                  \
	" NOT EXISTS (SELECT 1 FROM takedowns WHERE takedowns.article = " column                                       \
	" AND takedowns.until IS NULL AND takedowns.kind <> 'held')"

/* ---- search.c ---- */
/* The article has a new newest text, or none; a change was added; or all that
 * search knows of the article may be wrong: search learns it at the commit. */
void search_note(struct archive *ar, int64_t article);
void search_note_change(struct archive *ar, int64_t article, int64_t number);
void search_note_all(struct archive *ar, int64_t article);
MUST_CHECK bool search_flush(struct archive *ar, struct err *e);

/* ---- changes.c ---- */
/* Places of changes in their order behind the filter's, whatever it searches for. */
MUST_CHECK bool changes_walk(struct archive *ar, const struct change_filter *f, struct rows *places, struct err *e);
/* Adds the item of a change, if the filter wants it. */
struct find_change;
MUST_CHECK bool changes_read(struct archive *ar, struct arena *a, const struct change_filter *f,
			     const struct find_change *which, struct rows *items, struct err *e);

/* ---- changes_found.c ---- */
/* Adds the items that the filter's search finds. */
MUST_CHECK bool changes_found(struct archive *ar, struct arena *a, const struct change_filter *f, struct rows *items,
			      struct err *e);

#endif
