/*
 * The reader: documents parsed in confined children.
 *
 * A reader keeps a small number of child processes (this program, started
 * again with a role, see reader_child_main) and hands each one document at a
 * time.  A child that dies, hangs or grows too large is replaced; its document
 * is answered with DOCUMENT_UNREADABLE and one sentence.  A parser's bug is
 * thus an outcome, never a crash of the watcher.
 *
 * Cost: two copies of the body through a socket pair, about 15 us for 93 kB,
 * besides the parsing.
 */
#ifndef STET_READER_READER_H
#define STET_READER_READER_H

#include "feed/feed.h"
#include "net/robots.h"
#include "page/page.h"
#include "page/saved.h"

/* How the bytes are to be read; the names are kept with each check, so that
 * a rebuild reads them the same way. */
enum read_as {
	READ_WEB,        /* "web": feed or page, decided by content */
	READ_ROBOTS,     /* "robots" */
	READ_SAVED_HTML, /* "saved-html": revision page of News Sniffer */
	READ_SAVED_TEXT, /* "saved-text": plain text article or revision page */
	READ_SAVED_FIELDS, /* "saved-fields": date, title, byline and body, as newsdiffs keeps them */
	READ_KINDS
};
const char *read_as_name(enum read_as r);
bool read_as_from_name(struct str name, enum read_as *out);

enum document_kind { DOCUMENT_UNREADABLE, DOCUMENT_FEED, DOCUMENT_PAGE, DOCUMENT_ROBOTS, DOCUMENT_SAVED };

struct document {
	enum document_kind kind;
	union {
		struct feed feed;
		struct page page;
		struct robots robots;
		struct saved saved;
	};
	struct str sentence; /* DOCUMENT_UNREADABLE: why */
	bool not_read;       /* DOCUMENT_UNREADABLE: the reader failed, so the bytes were not judged */
};

struct read_job {
	enum read_as as;
	struct str url; /* where the bytes came from */
	struct str content_type;
	struct str rules; /* READ_WEB: a rule for the site of this page (page/rules.h); mostly empty */
	bool explain;     /* READ_WEB: fill in page.lines */
	struct str bytes;
	uint64_t tag; /* the caller's own */
};

struct reader;
struct pollfd;

/* From now on the children of this process are started by another one, forked
 * here, so that this one can give up the right to start programs.  Before any
 * reader is made and before there are threads. */
MUST_CHECK bool reader_start_apart(struct err *e);

/* From now on what a child died of, or hung on, is kept for a person to look at:
 * in this folder, which is made when it is needed, two files a document with
 * the same name: .bytes, as they came, and .txt, which says whence, and why it
 * is there.  One document an address, the newest; at most MAX_ASIDE_DOCUMENTS
 * with MAX_ASIDE_BYTES together, then the oldest goes. */
void reader_keep_aside(const char *folder);
/* ARCHIVE-aside: where that is for an archive. */
const char *reader_aside_of(const char *archive_path, struct arena *a);
/* How many documents lie there. */
size_t reader_aside_count(const char *folder);

/* children: how many processes; 1 is enough for a few hundred pages a second.
 * Returns when all are in their jails. */
MUST_CHECK bool reader_new(unsigned children, struct reader **out, struct err *e);
void reader_free(struct reader *r); /* ends the children */

/* From now on each READ_WEB job without a rule of its own gets the one that a
 * file of rules (page/rules.h) has for its address.  An empty path: none. */
MUST_CHECK bool reader_load_rules(struct reader *r, const char *path, struct err *e);
bool reader_has_rule(const struct reader *r, struct str url);

/* Hands a job to an idle child.  False if all are busy: wait, take, try again.
 * The bytes are sent before it returns or while waiting; they must stay until
 * the job is taken. */
bool reader_submit(struct reader *r, const struct read_job *job);
size_t reader_busy(const struct reader *r);

/* Descriptors to wait on; returns how many were filled in (at most max). */
size_t reader_pollfds(struct reader *r, struct pollfd *fds, size_t max);
/* Moves bytes where that is possible without waiting, and enforces time limits.
 * To be called when a descriptor is ready, and at least once a second while
 * jobs are under way. */
void reader_work(struct reader *r);
/* A finished job: its tag and document (strings in the arena); false if none. */
bool reader_take(struct reader *r, struct arena *a, uint64_t *tag, struct document *out);

/* Submit, wait, take: for commands that do one thing at a time; jobs that other
 * children have stay theirs. */
void reader_read(struct reader *r, const struct read_job *job, struct arena *a, struct document *out);

/* What a child runs: reads jobs from descriptor 3 until it is closed.  The main
 * function of every program that uses a reader begins with
 *
 *     if (reader_is_child(argc, argv))
 *             return reader_child_main();
 */
#define READER_ROLE "--reader-child"
bool reader_is_child(int argc, char **argv);
int reader_child_main(void);

/* Parses in this process, without a jail: for tests and fuzzers. */
void reader_parse(const struct read_job *job, struct arena *a, struct document *out);

#endif
