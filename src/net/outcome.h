/*
 * What became of a request: from statuses and libcurl's codes to the names in
 * fetch.h.  Internal to src/net.
 */
#ifndef STET_NET_OUTCOME_H
#define STET_NET_OUTCOME_H

#include <curl/curl.h>

#include "net/fetch.h"

bool outcome_is_redirect(int status);
bool outcome_is_permanent(int status);
/* conditional: the request carried a validator, so that 304 is an answer. */
enum fetch_result outcome_of_status(int status, bool conditional);
enum fetch_result outcome_of_curl(CURLcode code);

/* Retry-After in seconds, -1 if there is none that can be read. */
int64_t outcome_retry_after(struct str headers, when now);

#endif
