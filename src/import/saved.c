/* A saved page or text: one capture, made now; its address is in it, or told. */
#include <limits.h>
#include <stdlib.h>

#include "base/file.h"
#include "import/inner.h"
#include "url/url.h"

/* Where a file without an address of its own is kept: its place on the disk. */
static struct str file_address(const char *path, struct arena *a)
{
	char real[PATH_MAX];

	return arena_printf(a, "file://%s", realpath(path, real) ? real : path);
}

/* Is it what was imported last under this address? */
static bool is_last(struct import *im, struct str uri, struct str bytes, bool *last, struct err *e)
{
	struct sha256 h = hash_sha256(bytes);
	struct target t;
	int64_t blob;

	*last = false;
	struct str url;
	if (!url_identity(im->arena, uri, &url))
		url = uri;
	if (!archive_target_by_url(im->ar, im->arena, url, &t, e) || !archive_blob_find(im->ar, &h, &blob, e))
		return e->kind == ERR_NOT_FOUND;
	*last = blob == t.last_blob;
	return true;
}

static bool add(struct import *im, struct str bytes, enum read_as as, struct err *e)
{
	struct arena *a = im->arena;
	struct read_job job = { .as = as, .url = file_address(im->path, a), .bytes = bytes };
	struct document doc;
	bool last;

	reader_read(im->reader, &job, a, &doc);
	if (doc.kind != DOCUMENT_SAVED)
		return err_set(e, ERR_FORMAT, "%s: %.*s", im->path,
		               STR_ARG(doc.sentence.n ? doc.sentence : STR("it holds no article")));
	struct str uri = im->options->url.n ? im->options->url : doc.saved.url.n ? doc.saved.url : job.url;
	if (!is_last(im, uri, bytes, &last, e))
		return false;
	if (last) {
		im->report->records++;
		im->report->known++;
		return true;
	}
	struct incoming c = { .at = im->options->now,
		              .uri = uri,
		              .source = doc.saved.source,
		              .as = as,
		              .body = bytes,
		              .wire_bytes = (int64_t)bytes.n,
		              .refers_at = WHEN_NONE };
	return batch_add(im->batch, &c, e) && batch_flush(im->batch, e);
}

bool import_saved(struct import *im, enum read_as as, struct err *e)
{
	struct buf bytes = BUF_INIT(MAX_BODY_BYTES);

	bool ok = file_read(im->path, &bytes, e) && add(im, buf_view(&bytes), as, e);
	buf_free(&bytes);
	return ok;
}
