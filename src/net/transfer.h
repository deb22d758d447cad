/*
 * One exchange with a server: a libcurl handle, what it sends and what it
 * takes in.  Internal to src/net.
 */
#ifndef STET_NET_TRANSFER_H
#define STET_NET_TRANSFER_H

#include <curl/curl.h>

#include "base/buf.h"
#include "net/fetch.h"
#include "net/queue.h"
#include "net/sockets.h"
#include "net/unpack.h"

/* What holds for all transfers of a fetcher. */
struct transfer_rules {
	const char *user_agent;
	const char *ca_file;
	bool allow_private;
	int64_t timeout_ms;
	size_t held; /* bytes of bodies in memory, those of waiting answers too */
	struct sockets sockets;
	uint64_t turn; /* of the fetcher's loop */
};

struct transfer {
	struct transfer *next; /* in the fetcher's list of idle or of active ones */
	struct transfer_rules *rules;
	CURL *easy;
	struct job *job;
	struct curl_slist *fields;
	struct buf headers, body;
	struct unpacker unpacker;
	size_t header_bytes;         /* all received, those of 1xx answers too */
	size_t skipped;              /* bytes of a body that is not kept */
	size_t encoded;              /* bytes of a body that is, as they came */
	int socket;                  /* that it goes over, once that is known; -1 */
	uint64_t received_before;    /* by that socket, for others */
	bool in_block, headers_done; /* between status line and empty line; final ones are complete */
	bool wanted;                 /* the body is kept */
	bool conditional;            /* a validator was sent */
	const char *refused;         /* why an address was not connected to; NULL: none was refused */
	bool was_private;            /* that it is not public */
	bool enough;                 /* the beginning that was wanted is here */
	enum fetch_result stopped;   /* why we ended it; FETCH_OK: we did not */
	int64_t began;
	char error[CURL_ERROR_SIZE];

	/* Set by transfer_end. */
	enum fetch_result result;
	int status;
	struct err why;
};

struct transfer *transfer_new(struct transfer_rules *rules); /* NULL: libcurl cannot */
void transfer_free(struct transfer *t);

/* Readies the handle for the job's next address. */
void transfer_begin(struct transfer *t, struct job *j, int64_t now);
/* Judges what came: result, status and why; adds to the job's sums.  A redirect
 * that can be followed has FETCH_OK and its status. */
void transfer_end(struct transfer *t, CURLcode code, int64_t now);

#endif
