/*
 * A fuzz target for everything that reads a feed: unpacking, character sets,
 * mending, the tree, JSON, dates, addresses, and the message between processes.
 *
 * Not part of the normal build.  From the root of the source:
 *
 *     CC=clang-14 meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
 *             -Dc_args=-fsanitize=fuzzer-no-link
 *     ninja -C build-fuzz libstet.a
 *     clang-14 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Isrc tests/fuzz_feed.c build-fuzz/libstet.a \
 *             $(pkg-config --libs libxml-2.0 jansson icu-uc icu-i18n libpsl libcrypto libxxhash zlib) -o fuzz-feed
 *     ./fuzz-feed -max_len=65536 -timeout=10 CORPUS tests/cases/feed
 *
 * The first byte chooses the Content-Type and whether the rest is a message
 * already; the rest is the feed.
 */
#include <stdlib.h>

#include "feed/feed.h"

#define IS_MESSAGE 0x80

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_feed(struct arena *a, const struct feed *f)
{
	struct buf message = BUF_INIT(MAX_WIRE_BYTES);
	struct feed again;

	feed_encode(f, &message);
	if (!message.full && (!feed_decode(buf_view(&message), a, &again) || again.nentries != f->nentries))
		abort();
	buf_free(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "",
		                             "text/xml",
		                             "application/rss+xml; charset=utf-8",
		                             "text/xml; charset=gb2312",
		                             "application/feed+json",
		                             "text/plain" };
	struct arena *a = arena_new();
	struct feed f;
	struct err e;

	if (size) {
		struct str type = str_from(types[(data[0] & 0x7f) % 6]);
		struct str bytes = str_of((const char *)data + 1, size - 1);
		if (data[0] & IS_MESSAGE) {
			if (feed_decode(bytes, a, &f))
				check_feed(a, &f);
		} else {
			bool sniffed = feed_sniff(bytes, type);
			if (feed_read(a, bytes, type, STR("https://news.example/feed/"), &f, &e))
				check_feed(a, &f);
			else if (sniffed && !*e.text)
				abort();
		}
	}
	arena_free(a);
	return 0;
}
