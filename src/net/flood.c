/* Counting records: see flood.h. */
#include "net/flood.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"

/* Of one connection. */
struct tally {
	uint64_t turn;
	size_t bytes;
};

static void free_tally(void *parent, void *p, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
	(void)parent, (void)ad, (void)index, (void)argl, (void)argp;
	free(p);
}

static int tally_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_tally);
	return index;
}

static struct tally *tally_of(SSL *ssl)
{
	struct tally *t = SSL_get_ex_data(ssl, tally_index());

	if (t)
		return t;
	t = mem_zalloc(1, sizeof *t);
	if (SSL_set_ex_data(ssl, tally_index(), t) != 1) {
		free(t);
		return NULL;
	}
	return t;
}

/* Called with each record's head, among others. */
static void on_message(int sent, int version, int type, const void *p, size_t n, SSL *ssl, void *turn)
{
	const unsigned char *head = p;

	(void)version;
	if (sent || type != SSL3_RT_HEADER || n < 5)
		return;
	struct tally *t = tally_of(ssl);
	if (!t)
		return;
	if (t->turn != *(const uint64_t *)turn)
		*t = (struct tally){ .turn = *(const uint64_t *)turn };
	t->bytes += (size_t)head[3] << 8 | head[4];
	if (t->bytes > MAX_TURN_BYTES)
		SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
}

CURLcode flood_watch(CURL *curl, void *tls, void *turn)
{
	(void)curl;
	SSL_CTX_set_msg_callback(tls, on_message);
	SSL_CTX_set_msg_callback_arg(tls, turn);
	return CURLE_OK;
}
