/*
 * The archive: everything that the program remembers.
 *
 * One SQLite file in WAL mode with synchronous FULL: what a commit has
 * acknowledged survives a killed process and a power cut.  The schema is in
 * archive/schema_sqlite.c, in two parts (docs/archive.md has it in words):
 *
 *   what endures        sources, targets, articles, checks, blobs
 *   what is derived     versions, sightings, changes, search; made again from
 *                       the kept bytes by "stet rebuild"
 *
 * Words: a source is an outlet; a target is an address that is checked, again
 * and again (a feed or an article); a check is one attempt, with its outcome;
 * a blob is bytes kept once (a body, a header block), compressed, as a delta
 * to an earlier one of the same target where that is smaller.
 *
 * Every function takes struct err last and fills it in when it returns false.
 * "Not found" is ERR_NOT_FOUND.  Strings in results come from the arena.  An
 * archive handle belongs to one thread of one process; any number of processes
 * may have the same file open, one of them writing at a time (the others wait
 * up to 10 seconds, then ERR_BUSY).
 */
#ifndef STET_ARCHIVE_ARCHIVE_H
#define STET_ARCHIVE_ARCHIVE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/when.h"
#include "text/article.h"

struct archive;

enum archive_mode {
	ARCHIVE_READ,   /* must exist; nothing is written */
	ARCHIVE_WRITE,  /* must exist; migrated to the current schema if older */
	ARCHIVE_CREATE, /* made if it does not exist (with its directory), else as WRITE */
};
bool archive_is_at_server(const char *path); /* "postgres://..." */
/* How it is called: its path, or the address without a password. */
const char *archive_name(const struct archive *ar);
bool archive_is_shared(const struct archive *ar); /* with workers on other machines */
MUST_CHECK bool archive_open(const char *path, enum archive_mode mode, struct archive **out, struct err *e);
void archive_close(struct archive *ar); /* NULL is harmless; an open transaction is rolled back */

/* Writes outside a transaction are one of their own.  Not nested.  After an
 * error inside a transaction other than ERR_NOT_FOUND, ERR_USAGE and ERR_LIMIT
 * only archive_rollback makes sense; a commit that fails has rolled back. */
MUST_CHECK bool archive_begin(struct archive *ar, struct err *e);
MUST_CHECK bool archive_commit(struct archive *ar, struct err *e);
void archive_rollback(struct archive *ar);

/* Where an archive is shared: after so many seconds without a sign of life inside a
 * transaction the server gives it up. */
MUST_CHECK bool archive_set_patience(struct archive *ar, int64_t seconds, struct err *e);
/* Where an archive is shared, two transactions may wait for each other, and the
 * server ends a statement of one; or one adds what the other has just added:
 * ERR_BUSY.  What was written since the last mark is undone then, the rest can be
 * committed, and the one be tried again behind it.  In a file neither does anything:
 * it has one writer. */
MUST_CHECK bool archive_mark(struct archive *ar, struct err *e);
MUST_CHECK bool archive_back_to_mark(struct archive *ar, struct err *e);

/* A number that changes whenever somebody committed: for caches.  It means
 * something only to this handle. */
MUST_CHECK bool archive_stamp(struct archive *ar, int64_t *out, struct err *e);

/* ---- sources ------------------------------------------------------------ */

struct source {
	int64_t id;
	struct str key;      /* "independent" */
	struct str name;     /* as its feed or pages call it; may be empty */
	struct str site;     /* registrable domain */
	when added;
};

/* Finds the source of a site, or adds it under key (made unique by a number). */
MUST_CHECK bool archive_source_ensure(struct archive *ar, struct str site, struct str key, when now,
				      int64_t *id, struct err *e);
MUST_CHECK bool archive_source_by_key(struct archive *ar, struct arena *a, struct str key, struct source *out,
				      struct err *e);
MUST_CHECK bool archive_source_set_name(struct archive *ar, int64_t id, struct str name, struct err *e);

struct source_row {
	struct source source;
	int64_t feeds, articles, versions; /* feeds and sections still checked; versions: all of them */
	int64_t checked;          /* articles that are still checked */
	when last_change;         /* newest change of any of its articles */
};
MUST_CHECK bool archive_sources(struct archive *ar, struct arena *a, struct source_row **out, size_t *n,
				struct err *e); /* by key */

/* ---- targets ------------------------------------------------------------ */

enum target_kind {
	TARGET_NEW,      /* not looked at yet: what it is will be seen */
	TARGET_FEED,     /* any feed or sitemap */
	TARGET_SECTION,  /* a page that lists articles */
	TARGET_ARTICLE,
	TARGET_KINDS
};
const char *target_kind_name(enum target_kind k);

enum target_state {
	TARGET_CHECKED,    /* due tells when next */
	TARGET_GIVEN_UP,   /* has not changed for so long that it is not checked again, or rarely: see due */
	TARGET_GONE,       /* the site says that it is gone; likewise */
	TARGET_UNWATCHED,  /* somebody said so */
	TARGET_IMPORTED,   /* only ever imported, never fetched by us */
	TARGET_FAILED,     /* first look failed for good: not a feed, page or article */
	TARGET_ERASED,     /* its article was erased: it is never fetched, and nothing of it kept, again */
	TARGET_STATES
};
const char *target_state_name(enum target_state s);

struct target {
	int64_t id;
	enum target_kind kind;
	enum target_state state;
	int64_t source;
	int64_t article;        /* 0: none (yet) */
	int64_t found_by;       /* target of the feed that listed it; 0: a person */
	struct str source_key;
	struct str url;         /* canonical, unique */
	struct str origin;      /* scheme://host:port, what politeness goes by */
	struct str label;       /* title of the feed, or of the entry that listed it */
	struct str filter;      /* feeds: only entries whose address contains this; empty: all */
	when added;
	when due;               /* WHEN_NONE: never; always so unless CHECKED, GIVEN_UP or GONE */
	int64_t period;         /* seconds until the check after this one */
	when last_check;
	when last_change;       /* article: newest version; feed: newest new entry */
	int64_t failures;       /* checks that failed in a row */
	struct str etag, last_modified; /* of the last answer, verbatim; etag begins with the address that gave
	                                   them and a line feed where a redirect led there */
	struct str last_outcome;
	int64_t last_blob;      /* body of the last answer; 0: none */
	when published;         /* article: as the page said last */
	uint64_t listed;        /* hash of what the list that found it last said of it; 0: nothing */
	bool live;              /* the page says that it is added to as things happen */
	int64_t ttl;            /* feeds: seconds it asks to be left alone, by its text or its headers; 0: none */
	int64_t skips;          /* feeds: hours and days (UTC) in which it asks to be left alone: bits 0 to 23
	                           are hours, 24 to 30 days from Sunday */
};

/* An address that is a target already is left as it is, and its id given. */
MUST_CHECK bool archive_target_add(struct archive *ar, const struct target *t, int64_t *id, struct err *e);
MUST_CHECK bool archive_target_by_url(struct archive *ar, struct arena *a, struct str url, struct target *out,
				      struct err *e); /* also by any other address of an article */
MUST_CHECK bool archive_target_by_id(struct archive *ar, struct arena *a, int64_t id, struct target *out,
				     struct err *e);
/* Of several targets the one that is still checked, else the newest. */
MUST_CHECK bool archive_target_of_article(struct archive *ar, struct arena *a, int64_t article, struct target *out,
					  struct err *e);
/* Writes all that may change: kind, state, article, label, filter, due, period,
 * last_*, failures, etag, last_modified, published, listed, live, ttl, skips. */
MUST_CHECK bool archive_target_update(struct archive *ar, const struct target *t, struct err *e);
struct target_filter {
	int64_t source;            /* 0: all */
	bool feeds_only;           /* what a person watches: kinds other than TARGET_ARTICLE,
	                              and articles that no feed found */
	bool any_state;            /* false: only TARGET_CHECKED */
};
MUST_CHECK bool archive_targets(struct archive *ar, struct arena *a, struct target_filter filter,
				struct target **out, size_t *n, struct err *e);
MUST_CHECK bool archive_targets_of_article(struct archive *ar, struct arena *a, int64_t article, struct target **out,
					   size_t *n, struct err *e); /* by id */

/*
 * Leases.  A host (an origin) is visited by one worker at a time: whoever holds
 * its lease, which has a number, the epoch, and an end by the clock of the
 * database.  Who would store what came from a host asks in the same transaction
 * whether the lease still stands; if it does it stands until the commit.  What a
 * host has asked for goes with it from worker to worker.
 */
struct host_lease {
	struct str origin;
	int64_t shard; /* that the host is in */
	int64_t epoch;
	int64_t pause_ms; /* from now until it may be asked again; negative: it may */
	int64_t wait_ms;  /* likewise, because it said so (429, 503) */
	int64_t refusals; /* in a row */
};
struct lease_wish {
	const char *worker; /* the name of this one */
	int64_t lease_ms;
	when now;           /* by our clock: what is due */
	int64_t hold;
	size_t hosts, limit; /* at most so many hosts, and targets */
};
/*
 * Leases up to so many hosts that nobody holds and that have something due, those
 * whose targets have waited longest, and takes up to limit targets of all hosts
 * that this worker holds, earliest first and no more than 8 of a host (so that a
 * backlog of one host keeps nobody waiting; keeping pace with a host is the
 * fetcher's work).  In the same statement their due time is moved to now +
 * max(period, hold): whoever dies before the result is stored does not fetch it
 * again within its period.  Commits before it returns, unless a transaction is open.
 */
MUST_CHECK bool archive_lease_due(struct archive *ar, struct arena *a, const struct lease_wish *w,
				  struct host_lease **hosts, size_t *nhosts, struct target **out, size_t *n,
				  struct err *e);
/* Leases one host; *leased is false while another holds it. */
MUST_CHECK bool archive_host_lease(struct archive *ar, struct arena *a, const struct lease_wish *w, struct str origin,
				   struct host_lease *out, bool *leased, struct err *e);
MUST_CHECK bool archive_host_stands(struct archive *ar, const struct host_lease *l, bool *stands, struct err *e);
MUST_CHECK bool archive_host_renew(struct archive *ar, const struct host_lease *l, int64_t lease_ms, bool *stands,
				   struct err *e);
/* With what is to be known of the host next time; nothing if the lease is over. */
MUST_CHECK bool archive_host_release(struct archive *ar, const struct host_lease *l, struct err *e);
/* To be said once, before the first lease of a process.  In a file it is known
 * whether any other worker lives: if none does, leases that still stand are of dead
 * ones, and their hosts may be visited in pause_ms. */
MUST_CHECK bool archive_begin_work(struct archive *ar, int64_t pause_ms, struct err *e);
MUST_CHECK bool archive_next_due(struct archive *ar, when *out, struct err *e); /* WHEN_NONE: nothing */

/* A clock that once stood ahead has left times that are still to come: targets
 * that were checked after from (now, and a margin), or are due later than any
 * rule says, are made such that they were checked now and keep their pause; hubs
 * asked after it are to be asked again.  *n: targets.  Walks through them all. */
MUST_CHECK bool archive_bring_back(struct archive *ar, when now, when from, int64_t *n, struct err *e);

/* ---- addresses ----------------------------------------------------------- */

/* Another address that means the same article (redirects, canonical links).
 * why, in a word, and the check that showed it (0: none) are kept, so that a
 * mistake can be undone; why may be NULL: not known.  An address that means an
 * article already is left as it is. */
MUST_CHECK bool archive_address_add(struct archive *ar, struct str url, int64_t article, const char *why,
				    int64_t check, when now, struct err *e);
struct address {
	struct str url;
	int64_t article;
	when added;
	struct str why; /* "redirect", "canonical", "same text", "variant", "apart"; empty: not known */
	int64_t check;  /* 0: none */
};
/* Beside the article's own, oldest first. */
MUST_CHECK bool archive_addresses(struct archive *ar, struct arena *a, int64_t article, struct address **out,
				  size_t *n, struct err *e);

/* What pages said of themselves: that their canonical address is another one. */
struct claim {
	int64_t source;
	struct str url;
	int64_t article; /* that named it */
	int64_t check;
};
MUST_CHECK bool archive_claim_add(struct archive *ar, const struct claim *c, struct err *e);
MUST_CHECK bool archive_claims(struct archive *ar, struct arena *a, int64_t source, struct str url, size_t limit,
			       struct claim **out, size_t *n, struct err *e);
/* How many different titles the articles have that named this address. */
MUST_CHECK bool archive_claim_titles(struct archive *ar, int64_t source, struct str url, int64_t *n, struct err *e);

/* Two articles turned out to be one.  Targets, addresses and checks of from are
 * into's from now on; from's row stays, and means into (archive_article_now).
 * What was derived of from is forgotten: rebuild into. */
struct archive_join {
	int64_t from, into;
	const char *why;
	int64_t check; /* 0: none */
	when now;
};
MUST_CHECK bool archive_article_join(struct archive *ar, const struct archive_join *j, struct err *e);
/* The other way: url, one of the article's addresses, becomes an article of its
 * own again (*id), with its target and the target's checks, and is marked as
 * apart.  Rebuild both. */
MUST_CHECK bool archive_article_part(struct archive *ar, int64_t article, struct str url, when now, int64_t *id,
				     struct err *e);
/* The article that the number means now: itself, unless it was joined. */
MUST_CHECK bool archive_article_now(struct archive *ar, int64_t id, int64_t *now, struct err *e);
/* A person said that it is not what it was taken for: it is never joined by
 * itself again. */
MUST_CHECK bool archive_article_apart(struct archive *ar, int64_t article, bool *apart, struct err *e);

/* ---- robots ------------------------------------------------------------- */

struct robots_copy {
	when fetched;
	when expires;
	bool reachable;      /* false: the host did not answer; nothing may be fetched until expires */
	struct str rules;    /* robots_encode's bytes */
};
MUST_CHECK bool archive_robots_get(struct archive *ar, struct arena *a, struct str origin, struct robots_copy *out,
				   struct err *e);
MUST_CHECK bool archive_robots_put(struct archive *ar, struct str origin, const struct robots_copy *r,
				   struct err *e);

/* ---- checks and blobs --------------------------------------------------- */

struct check {
	int64_t id;
	int64_t target;
	when at;                /* when the request was made, or WARC-Date */
	int64_t wall_ms;        /* how long it took */
	struct str outcome;     /* a name, see watch/outcome.h */
	bool failed;            /* the document was not seen as expected */
	int status;             /* HTTP status; 0: none */
	struct str url;         /* where the body came from, when it is not the target's */
	struct str read_as;     /* how the body is read, see reader/reader.h */
	struct str content_type;
	struct str detail;      /* one sentence when there is something to say */
	struct str origin;      /* "live" or the name of the file it was imported from */
	int64_t body, headers;  /* blobs; 0: none */
	const struct sha256 *body_hash; /* when it is added: of the body, if it is known already; else NULL */
	int64_t bytes;          /* received over the wire */
};

/* Stores the check; body and headers, when not empty, are kept once: equal
 * bytes get the same blob.  base: a blob to try a delta against; 0: what the
 * target brought last.
 * c->body, c->headers and c->id are filled in.  A body that is already known
 * may be given as c->body with an empty string. */
MUST_CHECK bool archive_check_add(struct archive *ar, struct check *c, struct str body, struct str headers,
				  int64_t base, struct err *e);
/* Is there a check of this target at this time with this body; body NULL: with
 * none? */
MUST_CHECK bool archive_check_known(struct archive *ar, int64_t target, when at, const struct sha256 *body,
				    bool *known, struct err *e);
/* Checks of one target, newest first. */
MUST_CHECK bool archive_checks(struct archive *ar, struct arena *a, int64_t target, size_t limit,
			       struct check **out, size_t *n, struct err *e);
/* Checks with a body of all targets of an article, oldest first: what a
 * rebuild walks through.  url is always filled in. */
MUST_CHECK bool archive_checks_to_rebuild(struct archive *ar, struct arena *a, int64_t article,
					  struct check **out, size_t *n, struct err *e);
/* Newest checks of everything; only failing ones if asked. */
MUST_CHECK bool archive_checks_latest(struct archive *ar, struct arena *a, bool failing, size_t limit,
				      struct check **out, struct target **targets, size_t *n, struct err *e);

/* ---- captures ------------------------------------------------------------ */

/* What web archives call a memento: the bytes that came from an address of an
 * article at a time.  Only checks count that saw the article, at a known time,
 * whose bytes were kept, and as they came: no walls and errors, and no revision
 * pages of somebody else.  Looks at one target that found the same bytes are one
 * capture, from the first to the last. */
struct capture {
	int64_t check;   /* the first */
	int64_t target;
	int64_t body;    /* blob */
	when at, last;
};
/* In order of time; of several at the same second one. */
MUST_CHECK bool archive_captures(struct archive *ar, struct arena *a, int64_t article, struct capture **out, size_t *n,
				 struct err *e);
/* When the newest look was; WHEN_NONE: there are no captures. */
MUST_CHECK bool archive_capture_last(struct archive *ar, int64_t article, when *at, struct err *e);

struct captured {
	int64_t check, body;
	when at;
	struct str asked;        /* the target's address */
	struct str url;          /* where the bytes came from: that, or where it led to */
	struct str content_type;
};
/* What was seen at exactly this time, at whichever look of a capture; of several
 * addresses, that of url if it is one of them.  ERR_NOT_FOUND: nothing. */
MUST_CHECK bool archive_capture_at(struct archive *ar, struct arena *a, int64_t article, struct str url, when at,
				   struct captured *out, struct err *e);

MUST_CHECK bool archive_blob(struct archive *ar, struct arena *a, int64_t blob, struct str *out, struct err *e);
/* The blob with these bytes; ERR_NOT_FOUND if there is none. */
MUST_CHECK bool archive_blob_find(struct archive *ar, const struct sha256 *h, int64_t *blob, struct err *e);

/* ---- packs ---------------------------------------------------------------- */

/*
 * Pages and texts come as single pieces.  In time they are moved into packs: up
 * to 4 MiB of pages, or 128 KiB of texts, of one source in one zstd frame.
 */
#define ARCHIVE_PACK_LEVELS 22
enum pack_kind { PACK_PAGES, PACK_TEXTS };
struct pack_wish {
	int level;   /* of zstd: 1 to ARCHIVE_PACK_LEVELS */
	when before; /* only pages that came before: what comes often stays quick to add to; WHEN_NONE: all */
	bool all;    /* also what does not fill a pack; small packs of the same source are joined with it */
	bool harder; /* also packs of a lower level, again at this one */
};
struct pack_job {
	enum pack_kind kind;
	int64_t source;
	int64_t pack;  /* one to be packed again; 0: pieces to be packed */
	int64_t bytes; /* about so many to do */
};
struct pack_done {
	int64_t packs, pieces;
	int64_t bytes, packed; /* of those packs */
	int64_t damaged;       /* pieces and packs that could not be read, and were left as they are */
};
MUST_CHECK bool archive_pack_jobs(struct archive *ar, struct arena *a, const struct pack_wish *w, struct pack_job **out,
				  size_t *n, struct err *e);
/* Makes one pack of the job, in a transaction of its own, and adds to done;
 * *more: there is another one.  ERR_BUSY if another process packs the same. */
MUST_CHECK bool archive_pack_one(struct archive *ar, const struct pack_job *job, const struct pack_wish *w,
				 struct pack_done *done, bool *more, struct err *e);

/* ---- articles ----------------------------------------------------------- */

/* An address that is an article's already, in whatever way, gives that article. */
MUST_CHECK bool archive_article_add(struct archive *ar, int64_t source, struct str url, when now, int64_t *id,
				    struct err *e);

struct article_row {
	int64_t id;
	struct str source_key, source_name;
	struct str url;
	struct str title;        /* of the newest version */
	struct str language;
	when published;          /* as the newest version says */
	when first_seen;         /* of version 0; without versions: when it was added */
	when last_change;        /* first seen of the newest version; WHEN_NONE with one version */
	when last_check, next_check; /* these four from its target, see archive_target_of_article */
	struct str last_outcome;
	enum target_state state;
	int64_t versions;
	int64_t flips;           /* times the page went back to an earlier text */
};
MUST_CHECK bool archive_article(struct archive *ar, struct arena *a, int64_t id, struct article_row *out,
				struct err *e);
/* The article at this address, any of its addresses. */
MUST_CHECK bool archive_article_by_url(struct archive *ar, struct arena *a, struct str url, int64_t *id,
				       struct err *e);

struct article_filter {
	int64_t source;       /* 0: all */
	bool changed_only;    /* with two versions or more */
	int64_t before_id;    /* for pages: continue below this id; 0: from the newest */
	size_t limit;
};
/* Newest (by id) first. */
MUST_CHECK bool archive_articles(struct archive *ar, struct arena *a, struct article_filter filter,
				 struct article_row **out, size_t *n, struct err *e);

/* ---- versions (derived) ------------------------------------------------- */

struct version {
	int64_t article;
	int64_t number;       /* from 0 */
	int64_t check;        /* the check that brought it */
	int64_t part;         /* which version of a saved revision page; else 0 */
	when first_seen;      /* WHEN_NONE: not known, only how long after the one before */
	when last_seen;       /* last seen before the next version came, or so far */
	when before;          /* the article was last seen with another text then; WHEN_NONE for number 0 */
	int64_t later;        /* seconds after the version before, as imported; -1: by first_seen */
	struct sha256 identity;
	struct str title;
	struct str bylines;   /* joined by ", " */
	when published, modified;
	int64_t words;
	when remade;          /* a rebuild gave the same page another text then; 0: never */
	struct str traits;    /* of its blocks (watch/learn.h); only the newest version's are kept, see
	                         archive_newest_traits */
};

/* Stores the version and its text, and makes it the one that search finds, from
 * the commit on.
 * Numbers come in order; last_seen is not stored, see archive_sighting. */
MUST_CHECK bool archive_version_add(struct archive *ar, const struct version *v, const struct article *text,
				    struct err *e);
/* The version with this text, if the article has it; -1 if it does not. */
MUST_CHECK bool archive_version_with(struct archive *ar, int64_t article, const struct sha256 *identity,
				     int64_t *number, struct err *e);
/* The article was seen at t with the text of this version.  Extends the last
 * sighting if it was of the same version, else begins another (a flip, if the
 * version was seen before).  Calls come in order of time. */
MUST_CHECK bool archive_sighting(struct archive *ar, int64_t article, int64_t number, when t, struct err *e);
MUST_CHECK bool archive_versions(struct archive *ar, struct arena *a, int64_t article, struct version **out,
				 size_t *n, struct err *e); /* by number */
MUST_CHECK bool archive_version(struct archive *ar, struct arena *a, int64_t article, int64_t number,
				struct version *out, struct err *e);
MUST_CHECK bool archive_version_text(struct archive *ar, struct arena *a, int64_t article, int64_t number,
				     struct article *out, struct err *e);

/* The highest version number (-1: none), and which version was seen last and
 * when (-1 and WHEN_NONE: never at a known time). */
MUST_CHECK bool archive_last_seen(struct archive *ar, int64_t article, int64_t *newest, int64_t *number, when *at,
				  struct err *e);

struct sighting {
	int64_t number;
	when first, last;
};
MUST_CHECK bool archive_sightings(struct archive *ar, struct arena *a, int64_t article, struct sighting **out,
				  size_t *n, struct err *e); /* in order of time */

/* False if a version comes from a check whose bytes were not kept, so that it
 * could not be made again. */
MUST_CHECK bool archive_can_rebuild(struct archive *ar, int64_t article, bool *can, struct err *e);
/* Drops what is derived of one article: versions, sightings, changes, search. */
MUST_CHECK bool archive_forget_derived(struct archive *ar, int64_t article, struct err *e);
/* All article ids, ascending; also of those that may not be shown (takedown.h)? */
MUST_CHECK bool archive_article_ids(struct archive *ar, struct arena *a, bool hidden_too, int64_t **out, size_t *n,
				     struct err *e);

/* ---- changes (derived) -------------------------------------------------- */

struct change_summary {
	int64_t article;
	int64_t number;          /* the newer version; the older is number - 1 */
	int64_t words_added, words_removed;
	int64_t edited, added, removed, moved; /* sentences; those that were split or merged are edited */
	bool title_changed;
	uint32_t kinds, natures; /* bits, as whoever compared them names them (change/kinds.h) */
	int64_t weight;          /* thousandths */
	int64_t method;          /* which comparison said so; a higher one is a better one */
	when remade;             /* a rebuild found it then in pages that were there before; 0: it was news */
};
MUST_CHECK bool archive_change_add(struct archive *ar, const struct change_summary *s, struct err *e);
/* Writes what a better comparison says of a change that is there; remade stays. */
MUST_CHECK bool archive_change_update(struct archive *ar, const struct change_summary *s, struct err *e);
/* When a rebuild found the change to this version; 0: it was news, or there is none. */
MUST_CHECK bool archive_change_remade(struct archive *ar, int64_t article, int64_t number, when *out, struct err *e);
/* Changes that an earlier method compared, by article and number, behind the
 * one given (0, 0: from the first). */
MUST_CHECK bool archive_changes_of_method_below(struct archive *ar, struct arena *a, int64_t method, int64_t article,
						int64_t number, size_t limit, struct change_summary **out, size_t *n,
						struct err *e);

struct change_item {
	struct change_summary summary;
	struct str source_key, source_name, url;
	struct str old_title, new_title;
	when before, first_seen;  /* the window in which it happened */
	int64_t later;
};
struct change_filter {
	int64_t source;           /* 0: all */
	int64_t article;          /* 0: all */
	struct str search;        /* only of articles, or changes, that search finds; empty: all */
	when until;               /* pages: only changes first seen before this ... */
	int64_t until_article;    /* ... or then, with a lower article id; WHEN_NONE, and 0 with no
	                             article: from the newest */
	int64_t until_number;     /* ... or then and of that article, with a lower number; may be 0 */
	bool until_unknown;       /* continue among those of unknown time, below until_article and
	                             until_number; until does not count */
	bool remade_too;          /* also those that only a rebuild found: not news */
	int64_t least_weight;     /* thousandths; 0: all */
	uint32_t kinds;           /* with any of these; 0: all */
	size_t limit;
};
/* Newest first; those of unknown time last. */
MUST_CHECK bool archive_changes(struct archive *ar, struct arena *a, struct change_filter filter,
				struct change_item **out, size_t *n, struct err *e);

/* ---- furniture (derived) ------------------------------------------------- */

/* What the pages of a source have taught; watch/learn.c decides, this keeps. */
enum furniture_rule {
	FURNITURE_REPEATS, /* this line stands in many articles */
	FURNITURE_CHURNS,  /* what stands in this place changes while the article stands still */
	FURNITURE_SAME_PAGE, /* this whole page came in place of several articles; hash: of its identity */
	FURNITURE_RULES
};
const char *furniture_rule_name(enum furniture_rule r); /* "repeats", "churns", "same page" */

enum furniture_verdict { VERDICT_NONE, VERDICT_KEEP, VERDICT_DROP };
const char *furniture_verdict_name(enum furniture_verdict v); /* "", "keep", "drop" */

struct furniture {
	int64_t id;
	int64_t source;
	enum furniture_rule rule;
	uint64_t hash;       /* of the line, or of the place */
	struct str sample;   /* the line, or the last text that changed there; its beginning */
	int64_t articles;    /* of the last ones looked at: in how many it repeats or churns ... */
	int64_t of;          /* ... of how many that count */
	bool strong;         /* also against blocks that are sure to be the article's */
	when first, last;    /* noticed */
	when since;          /* in force; WHEN_NONE: still learning, or a person said keep */
	when left_out;       /* about when it was last left out, to the hour; WHEN_NONE: never */
	enum furniture_verdict verdict; /* of a person; a rebuild does not forget it */
};
/* In force first, then by number of articles; in_force: only those, without
 * samples and times. */
MUST_CHECK bool archive_furniture(struct archive *ar, struct arena *a, int64_t source, bool in_force,
				  struct furniture **out, size_t *n, struct err *e);
/* Adds it, or brings what is known of the same source, rule and hash up to
 * date: sample, articles, of, strong, last, and since where that was unknown
 * and no person said keep.  f->id and f->since are filled in. */
MUST_CHECK bool archive_furniture_put(struct archive *ar, struct furniture *f, struct err *e);
MUST_CHECK bool archive_furniture_find(struct archive *ar, int64_t source, enum furniture_rule rule, uint64_t hash,
				       int64_t *id, struct err *e); /* 0: there is none */
MUST_CHECK bool archive_furniture_left_out(struct archive *ar, int64_t id, when at, struct err *e);
MUST_CHECK bool archive_furniture_judge(struct archive *ar, int64_t source, int64_t id, enum furniture_verdict v,
					when now, struct err *e);
/* Forgets what is beyond so many rows: the least of what is being learned, then
 * what was not left out for the longest time; never what a person judged. */
MUST_CHECK bool archive_furniture_trim(struct archive *ar, int64_t source, int64_t most, struct err *e);

/* What was seen on the pages of the last articles of a source, in a form of
 * watch/learn.c's. */
struct lesson {
	int64_t article;
	struct str evidence;
};
MUST_CHECK bool archive_lesson(struct archive *ar, struct arena *a, int64_t article, struct str *evidence,
			       struct err *e); /* empty if there is none */
MUST_CHECK bool archive_lessons(struct archive *ar, struct arena *a, int64_t source, struct lesson **out, size_t *n,
				struct err *e);
/* Keeps the evidence of an article, and of the most others that came last. */
MUST_CHECK bool archive_lesson_put(struct archive *ar, int64_t source, const struct lesson *l, int64_t most,
				   struct err *e);
/* Drops lessons and furniture of a source but for what a person said, and pages
 * that came in place of articles: their versions, which taught that, are gone. */
MUST_CHECK bool archive_lessons_forget(struct archive *ar, int64_t source, struct err *e);

/* The traits that came with the newest version; empty if there are none. */
MUST_CHECK bool archive_newest_traits(struct archive *ar, struct arena *a, int64_t article, struct str *out,
				      struct err *e);
/* The source of an article. */
MUST_CHECK bool archive_article_source(struct archive *ar, int64_t article, int64_t *source, struct err *e);

/* A block that a check brought and that did not count. */
struct left_out {
	int64_t furniture;   /* the rule */
	int64_t block;       /* in the page as read, from 0; -1: one of the version before, which was gone */
	bool doubtful;       /* not in force: this difference did not count, that is all */
};
MUST_CHECK bool archive_left_out_put(struct archive *ar, int64_t check, const struct left_out *list, size_t n,
				     struct err *e); /* nothing for n = 0 */
/* With the furniture of each, in the same order. */
MUST_CHECK bool archive_left_out(struct archive *ar, struct arena *a, int64_t check, struct left_out **out,
				 struct furniture **what, size_t *n, struct err *e);

/* ---- removals ------------------------------------------------------------ */

/* The site said that an article is gone.  One row from the first check that
 * said so; it is news only once confirmed, and over when the article is back. */
struct removal {
	int64_t article;
	when since;           /* the first check that said so */
	when before;          /* the article was last seen then; WHEN_NONE: never */
	struct str outcome;   /* what that check said: "not found", "gone", ... */
	int64_t checks;       /* in a row that said so */
	when confirmed;       /* WHEN_NONE: not yet believed */
	when back;            /* seen again then; WHEN_NONE: it is gone */
};
/* The removal that is not over; ERR_NOT_FOUND if there is none. */
MUST_CHECK bool archive_removal(struct archive *ar, struct arena *a, int64_t article, struct removal *out,
				struct err *e);
/* Adds it, or writes checks, confirmed and back of the row of that article and time. */
MUST_CHECK bool archive_removal_put(struct archive *ar, const struct removal *r, struct err *e);
/* One that was never believed is no event. */
MUST_CHECK bool archive_removal_drop(struct archive *ar, int64_t article, when since, struct err *e);
/* All of an article, by time. */
MUST_CHECK bool archive_removals_of(struct archive *ar, struct arena *a, int64_t article, struct removal **out,
				    size_t *n, struct err *e);

struct removal_item {
	struct removal removal;
	struct str source_key, source_name, url, title; /* title of the newest version */
	when at;              /* when it became news: confirmed, or back */
	bool returned;        /* the item tells of the return */
};
/* Confirmed removals and returns, newest first, before a time; source 0: all;
 * search: only of articles that it finds, as far as it is not empty. */
MUST_CHECK bool archive_removals(struct archive *ar, struct arena *a, int64_t source, struct str search, when until,
				 size_t limit, struct removal_item **out, size_t *n, struct err *e);

/* ---- traffic ------------------------------------------------------------- */

/* What a source cost its hosts in a day, robots.txt and redirects included. */
struct traffic {
	int64_t day;          /* days since 1970, UTC */
	struct str origin;
	int64_t requests, not_modified, failed, bytes;
};
MUST_CHECK bool archive_traffic_add(struct archive *ar, int64_t source, const struct traffic *t, struct err *e);
/* Of a source since a day, by day and origin. */
MUST_CHECK bool archive_traffic(struct archive *ar, struct arena *a, int64_t source, int64_t since,
				struct traffic **out, size_t *n, struct err *e);
/* Requests that all sources together sent to an origin in a day. */
MUST_CHECK bool archive_traffic_of_origin(struct archive *ar, struct str origin, int64_t day, int64_t *requests,
					  struct err *e);

/* ---- hazards ------------------------------------------------------------- */

/* What the schedule has learned of how a source edits, in a form of
 * watch/hazard.c's; empty if there is nothing yet.  Source 0 is all together. */
MUST_CHECK bool archive_hazards_get(struct archive *ar, struct arena *a, int64_t source, struct str *model,
				    struct err *e);
MUST_CHECK bool archive_hazards_put(struct archive *ar, int64_t source, struct str model, when now, struct err *e);

/* ---- hubs ---------------------------------------------------------------- */

/* A subscription of a feed at its WebSub hub. */
#define HUB_SECRET_DIGITS 32
struct hub {
	int64_t target;       /* the feed */
	struct str hub, topic;
	struct str secret;    /* in the address where the hub reaches us: HUB_SECRET_DIGITS hexadecimal digits */
	when asked;           /* for a subscription; WHEN_NONE: never */
	when until;           /* the hub confirmed it until then; WHEN_NONE: it has not */
	when heard;           /* last time that it told us something */
};
MUST_CHECK bool archive_hub_put(struct archive *ar, const struct hub *h, struct err *e);
MUST_CHECK bool archive_hub(struct archive *ar, struct arena *a, int64_t target, struct hub *out, struct err *e);
MUST_CHECK bool archive_hub_by_secret(struct archive *ar, struct arena *a, struct str secret, struct hub *out,
				      struct err *e);
/* What a hub told the web interface, on its way to whoever writes: the feed has
 * something new, or, with until, the hub keeps the subscription until then. */
struct hub_news {
	int64_t target;
	when until; /* WHEN_NONE: something is new */
};
/* Of targets that are checked, those to be asked again: not promised until
 * ends_before or beyond, and not asked since asked_before. */
MUST_CHECK bool archive_hubs_due(struct archive *ar, struct arena *a, when asked_before, when ends_before,
				 struct hub **out, size_t *n, struct err *e);

/* ---- search (derived) --------------------------------------------------- */

/* In snippets the matches are marked by \x02 before and \x03 behind. */
struct search_hit {
	struct article_row article;
	struct str snippet;         /* of an article: around the first match in its newest text */
	int64_t number;             /* of a change: its newer version; of an article that was found by
	                               an earlier text: the change that took the words out; else 0 */
	when before, first_seen;    /* the window in which that happened, as in struct version */
	int64_t later;
	struct str removed, added;  /* around the words that were looked for in what the change took
	                               out and put in; empty if none were */
};
struct search {
	struct str query;           /* in the language of docs/search.md */
	int64_t source;             /* only of this one; 0: all */
	size_t offset, limit;
};
struct search_found {
	struct search_hit *hits;
	size_t n;
	int64_t total;              /* MAX_MATCHES at most ... */
	bool more;                  /* ... and there are more, older ones */
	bool of_changes;            /* the query asks for words that a change removed or added */
};
/* Articles by their newest version, best first; or changes, newest first.
 * ERR_USAGE with a sentence if there is no word in the query. */
MUST_CHECK bool archive_search(struct archive *ar, struct arena *a, const struct search *s, struct search_found *out,
			       struct err *e);

/* Is the word index one of this version of the program?  If not, it is made again
 * article by article; progress is told how many are done, and may be NULL. */
MUST_CHECK bool archive_search_current(struct archive *ar, bool *current, struct err *e);
MUST_CHECK bool archive_search_again(struct archive *ar, void (*progress)(void *context, int64_t done), void *context,
				     struct err *e);

/* ---- status ------------------------------------------------------------- */

struct outcome_count {
	struct str outcome;
	int64_t checks;
};
struct archive_status {
	int64_t sources, feeds, articles, versions, changes, checks;
	int64_t checked, given_up, gone, unwatched, imported; /* article targets by state */
	int64_t due;              /* targets whose time has come */
	when next_due;
	when last_check;
	int64_t blob_bytes;       /* as received */
	int64_t packed_bytes;     /* as kept */
	int64_t file_bytes;
	int64_t room;             /* bytes left on the disk, below LEAST_ROOM_BYTES nothing is fetched;
	                             INT64_MAX: that is a server's to know */
	struct outcome_count *day; /* checks of the last 24 hours by outcome */
	size_t nday;
};
MUST_CHECK bool archive_status(struct archive *ar, struct arena *a, when now, struct archive_status *out,
			       struct err *e);

/* Bytes that are left on the disk of the archive. */
MUST_CHECK bool archive_room(struct archive *ar, int64_t *bytes, struct err *e);

/* Small facts about the archive: "contact", "created", ... */
MUST_CHECK bool archive_fact_get(struct archive *ar, struct arena *a, const char *name, struct str *out,
				 struct err *e); /* empty if there is none */
MUST_CHECK bool archive_fact_set(struct archive *ar, const char *name, struct str value, struct err *e);

/* ---- what imports walk by -------------------------------------------------- */

/* The check of this target at this time that has a body: its id, status and
 * body, no more.  ERR_NOT_FOUND. */
MUST_CHECK bool archive_body_at(struct archive *ar, int64_t target, when at, struct check *out, struct err *e);

/* Articles that got a check older than what they had, and are to be made again
 * (watch/rebuild.h).  Remembered until they are done. */
MUST_CHECK bool archive_stale_add(struct archive *ar, int64_t article, struct err *e);
MUST_CHECK bool archive_stale_next(struct archive *ar, int64_t *article, struct err *e); /* 0: none */
MUST_CHECK bool archive_stale_done(struct archive *ar, int64_t article, struct err *e);

#endif
