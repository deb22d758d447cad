/*
 * What the two ends of a reader share: messages, frames, and how a child is
 * started.  For src/reader and its tests only.
 *
 * On the socket every message is a frame: its length in four bytes, least
 * first, then that many bytes.  The parent sends jobs; the child sends one
 * empty frame when it is in its jail and then one answer for each job.  An
 * answer is a byte of flags and a document.
 */
#ifndef STET_READER_PARTS_H
#define STET_READER_PARTS_H

#include <sys/types.h>

#include "reader/reader.h"

#define FRAME_HEAD 4
#define READER_SOCKET 3
#define ANSWER_TIRED 1 /* flag: holds much memory, wants to be replaced */

/* Statuses that a child ends with; 1 is base/alloc.h's. */
#define CHILD_ENDED_WELL 0
#define CHILD_NO_MEMORY 1
#define CHILD_NO_JAIL 3
#define CHILD_BAD_SOCKET 4

void frame_put_length(char head[FRAME_HEAD], size_t n);
size_t frame_length(const char head[FRAME_HEAD]);

/* All of a job but its bytes, which follow as they are. */
void job_encode_head(const struct read_job *job, struct buf *out);
MUST_CHECK bool job_decode(struct str message, struct read_job *out);

void document_encode(const struct document *d, struct buf *out);
/* Believes nothing: false if the bytes are not a document within the limits.
 * Strings are borrowed from the message. */
MUST_CHECK bool document_decode(struct str message, struct arena *a, struct document *out);

/* *out is unreadable, for the reason that was given. */
void document_set_unreadable(struct document *out, struct arena *a, const char *why);

/* This program again, with the role as its only argument, its end of the
 * socket as descriptor 3, nothing else but standard error, no environment. */
MUST_CHECK bool spawn_child(const char *role, pid_t *pid, int *fd, struct err *e);

int spawn_end(pid_t pid); /* kills it, waits for it; its wait status */

/* The same, through the starter if there is one (reader_start_apart). */
MUST_CHECK bool starter_start(const char *role, pid_t *pid, int *fd, struct err *e);
int starter_end(pid_t pid);

/* Keeps the bytes and the address of a job aside, if a folder was named
 * (reader_keep_aside), and says so in the log. */
void aside_put(const struct read_job *job, const char *why);

/* What tests turn down.  The program uses reader_new. */
struct reader_rules {
	const char *role;
	unsigned documents;   /* after which a child is replaced */
	unsigned cpu_seconds; /* of one document */
	int64_t wait_ms;      /* real time of one document */
};
MUST_CHECK bool reader_new_with(const struct reader_rules *rules, unsigned children, struct reader **out,
                                struct err *e);

/* For tests: the process of the first child. */
pid_t reader_first_child(const struct reader *r);

#endif
