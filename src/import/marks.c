/*
 * How far a file was read: one fact a file, by its first bytes, so that it is
 * known again under another name, on another disk, and when it has grown.
 *
 *     import 5f0c4e7a... = "AT WITHIN RECORDS read|part NAME"
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "import/inner.h"

#define HEAD (64 * KIB)

bool mark_name(struct import *im, struct str part, struct err *e)
{
	struct buf b = BUF_INIT(HEAD + MAX_URL_BYTES + 1);
	char hex[SHA256_TEXT];
	int fd = open(im->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", im->path,
		               strerror(errno));
	char *to = buf_reserve(&b, HEAD);
	ssize_t n = pread(fd, to, HEAD, 0);
	close(fd);
	buf_commit(&b, n > 0 ? (size_t)n : 0);
	buf_byte(&b, 0);
	buf_str(&b, str_sub(part, 0, MAX_URL_BYTES));
	struct sha256 h = hash_sha256(buf_view(&b));
	buf_free(&b);
	im->fact = arena_printf(im->arena, "import %.32s", sha256_hex(&h, hex)).p;
	return true;
}

bool mark_get(struct import *im, struct err *e)
{
	struct str value, word;
	int64_t numbers[3];

	im->mark = (struct mark){ 0 };
	if (im->options->again)
		return true;
	if (!archive_fact_get(im->ar, im->arena, im->fact, &value, e))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (!str_cut(value, ' ', &word, &value) || !str_to_i64(word, &numbers[i]) || numbers[i] < 0)
			return true;
	im->mark = (struct mark){ .at = (uint64_t)numbers[0],
		                  .within = (uint64_t)numbers[1],
		                  .records = numbers[2],
		                  .done = str_starts(value, STR("read ")) };
	return true;
}

bool mark_put(struct import *im, struct err *e)
{
	struct buf b = BUF_INIT(MAX_URL_BYTES);

	if (!im->fact)
		return true;
	buf_printf(&b, "%llu %llu %lld %s %.*s", (unsigned long long)im->mark.at, (unsigned long long)im->mark.within,
	           (long long)im->mark.records, im->mark.done ? "read" : "part", STR_ARG(im->origin));
	bool ok = archive_fact_set(im->ar, im->fact, buf_view(&b), e);
	buf_free(&b);
	return ok;
}
