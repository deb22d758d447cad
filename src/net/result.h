/*
 * What became of a request: from statuses and libcurl's codes to the names in
 * fetch.h.  Internal to src/net.
 */
#ifndef STET_NET_RESULT_H
#define STET_NET_RESULT_H

#include <curl/curl.h>

#include "net/fetch.h"

bool result_is_redirect(int status);
bool result_is_permanent(int status);
enum fetch_result result_of_curl(CURLcode code);

/* Retry-After in seconds, -1 if there is none that can be read. */
int64_t result_retry_after(struct str headers, when now);

#endif
