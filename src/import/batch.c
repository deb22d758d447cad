/*
 * Captures gathered, read, put in the order of time and kept: see inner.h.
 *
 * While captures are gathered their bodies are handed to the reader's children,
 * but for those that are known, or equal what the target or the batch has had:
 * these need no reading, as a rule.  When the batch is full its captures are
 * kept one after the other, in the order of time, and what was guessed is
 * decided: a body that must be read after all is read then.
 *
 * A revisit has no body.  It gets that of the capture it names: by address and
 * time, or by the digest of the payload, among those that this import has seen
 * (a table of DIGESTS places, newest wins) or that the target had last.
 *
 * Limits: what comes out of order by more than a batch is stored, and its
 * article is made again at the end (archive_stale_add).
 */
#include <openssl/evp.h>
#include <poll.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "import/inner.h"
#include "url/url.h"
#include "watch/idset.h"
#include "watch/rebuild.h"

#define BATCH_CAPTURES 256
#define BATCH_BYTES (32 * MIB)
#define PASSES 20000 /* records passed over until a mark is kept */
#define DIGESTS ((size_t)1 << 18)
#define KEEP_ROOM (1 * MIB)

enum reading { READ_NOT, READ_WAITS, READ_UNDER_WAY, READ_DONE };

struct slot {
	struct incoming c;
	struct buf room;
	struct sha256 hash;
	enum reading reading;
	struct document doc;
};

struct digest {
	uint64_t key;
	int64_t blob;
};

struct batch {
	struct import *im;
	struct arena *arena;
	struct slot slots[BATCH_CAPTURES];
	struct slot *order[BATCH_CAPTURES];
	size_t n, next_job; /* gathered; first that may wait for a child */
	size_t bytes, passed;
	struct digest *digests;
	struct idset taught;        /* articles to be made again with this commit */
	struct identity_same *same; /* articles that turned out to be one */
	size_t nsame, same_cap;
};

struct batch *batch_new(struct import *im)
{
	struct batch *b = mem_zalloc(1, sizeof *b);

	b->im = im;
	b->arena = arena_new();
	b->digests = mem_zalloc(DIGESTS, sizeof *b->digests);
	for (size_t i = 0; i < BATCH_CAPTURES; i++)
		b->slots[i].room = BUF_INIT(MAX_BODY_BYTES + MAX_HEADER_BYTES);
	return b;
}

struct arena *batch_arena(struct batch *b)
{
	return b->arena;
}

struct buf *batch_room(struct batch *b)
{
	buf_reset(&b->slots[b->n].room);
	b->slots[b->n].room.full = false;
	return &b->slots[b->n].room;
}

/* ---- reading ------------------------------------------------------------------ */

static struct read_job job_of(const struct batch *b, size_t i)
{
	const struct incoming *c = &b->slots[i].c;

	return (struct read_job){
		.as = c->as, .url = c->uri, .content_type = c->content_type, .bytes = c->body, .tag = i
	};
}

static void take_documents(struct batch *b)
{
	struct document doc;
	uint64_t tag;

	while (reader_take(b->im->reader, b->arena, &tag, &doc)) {
		b->slots[tag].doc = doc;
		b->slots[tag].reading = READ_DONE;
	}
}

/* Gives the children what they can take, and takes what they have. */
static void read_on(struct batch *b)
{
	reader_work(b->im->reader);
	take_documents(b);
	for (; b->next_job < b->n; b->next_job++) {
		struct slot *s = &b->slots[b->next_job];
		struct read_job job = job_of(b, b->next_job);
		if (s->reading != READ_WAITS)
			continue;
		if (!reader_submit(b->im->reader, &job))
			return;
		s->reading = READ_UNDER_WAY;
	}
}

static void read_all(struct batch *b)
{
	struct pollfd fds[MAX_READER_CHILDREN];

	for (read_on(b); reader_busy(b->im->reader); read_on(b)) {
		size_t n = reader_pollfds(b->im->reader, fds, MAX_READER_CHILDREN);
		poll(fds, n, 200);
	}
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	read_all(b); /* the children must not write into what is gone */
	for (size_t i = 0; i < BATCH_CAPTURES; i++)
		buf_free(&b->slots[i].room);
	arena_free(b->arena);
	free(b->digests);
	idset_free(&b->taught);
	free(b->same);
	free(b);
}

/* ---- what is known ------------------------------------------------------------- */

static bool is_known(struct batch *b, int64_t target, const struct slot *s, bool *known, struct err *e)
{
	if (!archive_check_known(b->im->ar, target, s->c.at, &s->hash, known, e))
		return false;
	/* Errors, and pages that must not be archived, have no body to be known by. */
	return *known || archive_check_known(b->im->ar, target, s->c.at, NULL, known, e);
}

static bool in_batch(const struct batch *b, const struct slot *s)
{
	for (size_t i = b->n; i-- > 0;)
		if (str_eq(b->slots[i].c.uri, s->c.uri))
			return sha256_eq(&b->slots[i].hash, &s->hash);
	return false;
}

/* What never was an answer, such as a saved page, has no status. */
static enum fetch_result result_of(const struct incoming *c)
{
	return c->status || c->not_modified ? fetch_result_of_status(c->status, c->not_modified) : FETCH_OK;
}

static struct str address_asked(const struct incoming *c)
{
	return c->asked.n ? c->asked : c->uri;
}

/* Looks, without making anything: is it there already, and will it be read? */
static bool foresee(struct batch *b, struct slot *s, bool *known, struct err *e)
{
	struct target t;
	int64_t blob;

	*known = false;
	s->reading = s->c.revisit || result_of(&s->c) != FETCH_OK ? READ_NOT : READ_WAITS;
	struct str url = address_asked(&s->c);
	if (!url_identity(b->arena, url, &url))
		return true;
	if (!archive_target_by_url(b->im->ar, b->arena, url, &t, e))
		return e->kind == ERR_NOT_FOUND;
	if (!s->c.revisit && !is_known(b, t.id, s, known, e))
		return false;
	if (*known || s->reading == READ_NOT)
		return true;
	if (t.last_blob && archive_blob_find(b->im->ar, &s->hash, &blob, e)) {
		if (blob == t.last_blob)
			s->reading = READ_NOT;
	} else if (t.last_blob && e->kind != ERR_NOT_FOUND) {
		return false;
	}
	return true;
}

bool batch_add(struct batch *b, const struct incoming *c, struct err *e)
{
	struct slot *s = &b->slots[b->n];
	bool known;

	s->c = *c;
	s->hash = hash_sha256(c->body);
	if (!foresee(b, s, &known, e))
		return false;
	b->im->report->records++;
	b->im->mark.records++;
	if (known) {
		b->im->report->known++;
		return batch_pass(b, e);
	}
	if (s->reading == READ_WAITS && in_batch(b, s))
		s->reading = READ_NOT;
	b->n++;
	b->bytes += c->body.n;
	read_on(b);
	return (b->n < BATCH_CAPTURES && b->bytes < BATCH_BYTES) || batch_flush(b, e);
}

bool batch_pass(struct batch *b, struct err *e)
{
	if (b->n == 0)
		arena_reset(b->arena);
	return ++b->passed < PASSES || batch_flush(b, e);
}

/* ---- revisits ------------------------------------------------------------------- */

static struct digest *digest_place(struct batch *b, struct str digest, uint64_t *key)
{
	*key = hash_quick(digest);
	return &b->digests[*key & (DIGESTS - 1)];
}

static bool note_digest(struct batch *b, const struct slot *s, struct err *e)
{
	uint64_t key;
	int64_t blob;

	if (!s->c.digest.n || !s->c.body.n || s->c.revisit)
		return true;
	if (!archive_blob_find(b->im->ar, &s->hash, &blob, e))
		return e->kind == ERR_NOT_FOUND;
	struct digest *d = digest_place(b, s->c.digest, &key);
	*d = (struct digest){ key, blob };
	return true;
}

static void base32(const unsigned char *p, size_t n, struct buf *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | p[i]) & 0xffff;
		for (held += 8; held >= 5; held -= 5)
			buf_byte(out, letters[bits >> (held - 5) & 31]);
	}
	if (held)
		buf_byte(out, letters[bits << (5 - held) & 31]);
}

static bool is_digest_of(struct str digest, struct str bytes)
{
	static const struct {
		const char *name, *openssl;
	} names[] = { { "sha1", "SHA1" }, { "sha256", "SHA256" }, { "sha-256", "SHA256" }, { "md5", "MD5" } };
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct str name, value;

	if (!str_cut(digest, ':', &name, &value))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(name, str_from(names[i].name)) &&
		    !EVP_Digest(bytes.p, bytes.n, sum, &n, EVP_get_digestbyname(names[i].openssl), NULL))
			n = 0;
	struct buf b = BUF_INIT(4 * EVP_MAX_MD_SIZE);
	base32(sum, n, &b);
	while (value.n && value.p[value.n - 1] == '=')
		value.n--;
	bool same = n && str_eq_nocase(buf_view(&b), value);
	buf_reset(&b);
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%02x", sum[i]);
	same = same || (n && str_eq_nocase(buf_view(&b), value));
	buf_free(&b);
	return same;
}

/* The body that the address had at the time; blob stays 0 if nobody knows. */
static bool body_referred_to(struct batch *b, const struct incoming *c, int64_t *blob, struct err *e)
{
	struct str uri = c->refers_uri.n ? c->refers_uri : c->uri;
	struct target t;
	struct check then;

	if (c->refers_at == WHEN_NONE)
		return true;
	if (!url_identity(b->arena, uri, &uri) || !archive_target_by_url(b->im->ar, b->arena, uri, &t, e) ||
	    !archive_body_at(b->im->ar, t.id, c->refers_at, &then, e))
		return e->kind == ERR_NOT_FOUND || e->kind == ERR_NONE;
	*blob = then.body;
	return true;
}

static bool resolve(struct batch *b, struct slot *s, const struct target *t, bool *found, struct err *e)
{
	struct incoming *c = &s->c;
	int64_t blob = 0;
	uint64_t key;

	*found = false;
	e->kind = ERR_NONE;
	if (c->not_modified) {
		*found = t->last_blob != 0 || t->article != 0;
		return true;
	}
	if (!body_referred_to(b, c, &blob, e))
		return false;
	struct digest *d = digest_place(b, c->digest, &key);
	if (!blob && c->digest.n && d->key == key)
		blob = d->blob;
	if (!blob && t->last_blob && c->digest.n) {
		if (!archive_blob(b->im->ar, b->arena, t->last_blob, &c->body, e))
			return false;
		*found = is_digest_of(c->digest, c->body);
	} else if (blob) {
		*found = archive_blob(b->im->ar, b->arena, blob, &c->body, e);
		if (!*found)
			return false;
	}
	s->hash = hash_sha256(c->body);
	return true;
}

/* ---- keeping --------------------------------------------------------------------- */

static bool note_kept(struct batch *b, const struct kept *kept, struct err *e)
{
	if (kept->same.other) {
		b->same = mem_grow(b->same, &b->same_cap, b->nsame + 1, sizeof *b->same);
		b->same[b->nsame++] = kept->same;
	}
	if (kept->outdated)
		idset_add(&b->taught, kept->article);
	for (size_t i = 0; i < kept->nstale; i++)
		idset_add(&b->taught, kept->stale[i]);
	return !kept->out_of_order || archive_stale_add(b->im->ar, kept->article, e);
}

static struct evidence evidence_of(const struct batch *b, const struct slot *s, const struct target *t)
{
	const struct incoming *c = &s->c;
	bool moved = c->asked.n && !str_eq(c->asked, c->uri);

	return (struct evidence){
		.result = result_of(c),
		.at = c->at,
		.status = c->status,
		.url = moved ? c->uri : t->url,
		.moved = moved,
		.headers = c->headers,
		.body = c->body,
		.body_hash = &s->hash,
		.content_type = c->content_type,
		.etag = c->etag,
		.last_modified = c->last_modified,
		.as = c->as,
		.wire_bytes = c->wire_bytes,
		.retry_after = -1,
		.origin = b->im->origin,
		.imported = true,
	};
}

static bool keep(struct batch *b, struct slot *s, struct target *t, struct err *e)
{
	struct evidence ev = evidence_of(b, s, t);
	struct kept kept;
	bool needs;

	if (!keep_needs_reading(b->im->ar, t, &ev, &needs, e))
		return false;
	if (needs && s->reading != READ_DONE) {
		struct read_job job = { .as = ev.as, .url = ev.url, .content_type = ev.content_type, .bytes = ev.body };
		reader_read(b->im->reader, &job, b->arena, &s->doc);
	}
	if (!keep_check(b->im->ar, b->im->settings, NULL, b->arena, t, &ev, needs ? &s->doc : NULL, &kept, e))
		return false;
	b->im->report->added++;
	return note_kept(b, &kept, e);
}

/* A check that found nothing new stands there with the body of an earlier one. */
static bool is_known_now(struct batch *b, int64_t target, const struct slot *s, bool *known, struct err *e)
{
	struct check then;

	if (!s->c.not_modified)
		return is_known(b, target, s, known, e);
	*known = archive_body_at(b->im->ar, target, s->c.at, &then, e);
	return *known || e->kind == ERR_NOT_FOUND;
}

static bool keep_slot(struct batch *b, struct slot *s, struct err *e)
{
	struct target t;
	bool known, found = true;

	if (!import_target(b->im, b->arena, address_asked(&s->c), s->c.source, s->c.at, &t, e))
		return false;
	if (t.state == TARGET_ERASED) {
		b->im->report->known++; /* and not to be kept again */
		return true;
	}
	if (s->c.revisit && !resolve(b, s, &t, &found, e))
		return false;
	if (!found) {
		b->im->report->unresolved++;
		return true;
	}
	if (!is_known_now(b, t.id, s, &known, e))
		return false;
	if (known) {
		b->im->report->known++;
		return true;
	}
	return keep(b, s, &t, e) && note_digest(b, s, e);
}

static int by_time(const void *a, const void *b)
{
	const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;

	if (x->c.at != y->c.at)
		return x->c.at < y->c.at ? -1 : 1;
	return (x > y) - (x < y);
}

/* What was learned, and what it does to versions, are part of the transaction. */
static bool settle(struct batch *b, struct err *e)
{
	int64_t n;

	for (size_t i = 0; i < b->nsame; i++)
		if (!identity_join(b->im->ar, b->im->reader, NULL, &b->same[i], &n, e))
			return false;
	for (size_t i = 0; i < b->taught.size; i++) {
		int64_t article = b->taught.slots[i];
		if (article && (!archive_article_now(b->im->ar, article, &article, e) ||
		                !rebuild_article(b->im->ar, b->im->reader, article, 0, &n, e)))
			return false;
	}
	b->nsame = 0;
	idset_free(&b->taught);
	return true;
}

static bool keep_all(struct batch *b, struct err *e)
{
	for (size_t i = 0; i < b->n; i++)
		b->order[i] = &b->slots[i];
	qsort(b->order, b->n, sizeof *b->order, by_time);
	for (size_t i = 0; i < b->n; i++)
		if (!keep_slot(b, b->order[i], e))
			return false;
	return settle(b, e) && mark_put(b->im, e);
}

static void empty(struct batch *b)
{
	for (size_t i = 0; i <= b->n && i < BATCH_CAPTURES; i++)
		if (b->slots[i].room.cap > KEEP_ROOM)
			buf_free(&b->slots[i].room);
	b->n = b->next_job = b->bytes = b->passed = 0;
	arena_reset(b->arena);
}

bool batch_flush(struct batch *b, struct err *e)
{
	read_all(b);
	if (!archive_begin(b->im->ar, e))
		return false;
	if (!keep_all(b, e)) {
		archive_rollback(b->im->ar);
		return false;
	}
	if (!archive_commit(b->im->ar, e))
		return false;
	empty(b);
	if (b->im->options->progress)
		b->im->options->progress(b->im->options->progress_arg, b->im->report->records);
	return true;
}
