/*
 * An end to floods within TLS.  Internal to src/net.
 *
 * libcurl goes on reading a connection of HTTP/2 for as long as frames come that
 * bring its transfer nothing (RST_STREAM of a stream that is over, DATA of no
 * length), and comes back to nobody meanwhile: one site could keep all others
 * waiting.  So the records of each connection are counted from one turn of the
 * fetcher's loop to the next, and one that brings more than MAX_TURN_BYTES in a
 * turn is taken for ended.  What a transfer takes in a turn otherwise is a small
 * part of that.
 */
#ifndef STET_NET_FLOOD_H
#define STET_NET_FLOOD_H

#include <curl/curl.h>
#include <stdint.h>

/* What libcurl calls for the TLS of each new connection (CURLOPT_SSL_CTX_FUNCTION).
 * turn: a const uint64_t that the fetcher raises each time it goes round; it
 * must stay until the last connection is gone. */
CURLcode flood_watch(CURL *curl, void *tls, void *turn);

#endif
