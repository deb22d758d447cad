/*
 * A fuzz target for everything that reads a page: character sets, HTML,
 * JSON-LD, dates, extraction, and the messages between processes.
 *
 * Not part of the normal build.  From the root of the source:
 *
 *     CC=clang-14 meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
 *             -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
 *     ninja -C build-fuzz libstet.a
 *     clang-14 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Isrc tests/fuzz_page.c build-fuzz/libstet.a \
 *             $(pkg-config --libs jansson icu-uc icu-i18n libpsl libcrypto libxxhash) -lmodest -lm -o fuzz-page
 *     echo interceptor_via_fun:mycore_string_append > suppressions
 *     ASAN_OPTIONS=suppressions=suppressions ./fuzz-page -max_len=65536 -timeout=10 CORPUS
 *
 * The suppression is for the parser: where it joins two texts it moves bytes
 * within one buffer by memcpy, forwards, which glibc does well.
 *
 * The first byte chooses the Content-Type, the rest is the page.
 */
#include <stdlib.h>

#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(struct arena *a, const struct page *p)
{
	struct buf message = BUF_INIT(MAX_WIRE_BYTES);
	struct page again;

	page_encode(p, &message);
	if (message.full || !page_decode(buf_view(&message), a, &again) || again.article.nblocks != p->article.nblocks)
		abort();
	buf_free(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "text/html", "text/html; charset=utf-8", "text/html; charset=gbk",
		                             "text/html; charset=shift_jis", "" };
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	if (size) {
		struct str type = str_from(types[data[0] % 5]);
		struct str bytes = str_of((const char *)data + 1, size - 1);
		struct page_ask ask = { .bytes = bytes,
			                .content_type = type,
			                .url = STR("https://news.example/2024/05/06/a-story"),
			                .explain = data[0] & 8 };
		if (page_read(a, &ask, &p, &e)) {
			check_message(a, &p);
			for (size_t i = 0; i < p.article.nblocks; i++)
				if (!p.article.blocks[i].text.n || !utf8_valid(p.article.blocks[i].text))
					abort();
		}
	}
	arena_free(a);
	return 0;
}
