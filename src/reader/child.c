/*
 * The child: one job after the other, in jail, until its socket is closed.
 *
 * Warming up comes first.  Libraries open files at odd moments: ICU for its
 * data, jansson for a random seed, OpenSSL for its settings, the C library for
 * the time zone.  In jail the first of these would be the end, so before it
 * the child parses a handful of documents of its own, one of each kind, and
 * thereby touches everything that it will need.
 *
 * Between documents nothing is kept but one block of the arena.  A child whose
 * memory has grown all the same says so in its answer, and is replaced.
 */
#include <errno.h>
#include <libpsl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unicode/ubrk.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "jail/jail.h"
#include "reader/parts.h"

#define TRIM_ABOVE (4 * MIB) /* of a job's bytes or of what reading it took */
#define COUNTED_EVERY 8      /* small jobs: what is held then is counted */

struct sample {
	enum read_as as;
	const char *content_type;
	const char *text;
};

#define RSS_HEAD "<rss version='2.0'><channel><title>Harbour News</title><item><title>"
#define RSS_TAIL                                                                                                       \
	"</title><link>https://b\xc3\xbc"                                                                              \
	"cher.example/a?utm_source=b</link>"                                                                           \
	"<pubDate>Mon, 7 Oct 2024 01:53:09 +0200</pubDate></item></channel></rss>"

static const struct sample samples[] = {
	{ READ_WEB, "text/html; charset=utf-8",
	  "<!DOCTYPE html><html lang=de><head><title>F\xc3\xa4hre</title>"
	  "<meta property='article:published_time' content='2024-10-07T01:53:09Z'>"
	  "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"F\xc3\xa4hre\"}</script></head>"
	  "<body><article><h1>F\xc3\xa4hre</h1><p>By Anna Novak</p><time>13. M\xc3\xa4rz 2020, 14:05 Uhr</time>"
	  "<p>The ferry left at noon, the harbour office said. It carries 40 cars.</p>"
	  "<p>\xe4\xb8\x80\xe4\xba\x8c\xe3\x81\x82\xe0\xb8\x81\xed\x95\x9c</p><a "
	  "href='/a'>More</a></article></body></html>" },
	{ READ_WEB, "text/html", "<html><head><meta charset=windows-1252></head><body><p>caf\xe9</p></body></html>" },
	{ READ_WEB, "text/html",
	  "<html><body><p>caf\xe9 \x93quoted\x94 and no word of a character set</p></body></html>" },
	{ READ_WEB, "text/html; charset=gb18030", "<p>\xd6\xd0\xce\xc4</p>" },
	{ READ_WEB, "text/html; charset=shift_jis", "<p>\x93\xfa\x96\x7b</p>" },
	{ READ_WEB, "text/html; charset=euc-kr", "<p>\xc7\xd1</p>" },
	{ READ_WEB, "application/xml", RSS_HEAD "Ferry &nbsp; F\xe4hre" RSS_TAIL },
	{ READ_WEB, "application/xml", "<?xml version='1.0' encoding='big5'?>" RSS_HEAD "\xa4\xa4" RSS_TAIL },
	{ READ_WEB, "application/xml", "<?xml version='1.0' encoding='koi8-r'?>" RSS_HEAD "\xf4\xc5" RSS_TAIL },
	{ READ_WEB, "application/json",
	  "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"url\":\"https://a.example/"
	  "1\"}]}" },
	{ READ_ROBOTS, "text/plain", "User-agent: *\nDisallow: /\xc3\xa4\nSitemap: https://a.example/s.xml\n" },
	{ READ_SAVED_TEXT, "", "Ferry leaves\n\nBy Anna Novak\n\nThe ferry left at noon, the harbour office said.\n" },
	{ READ_SAVED_HTML, "", "<html><body><table><tr><td><p>Ferry leaves</p></td></tr></table></body></html>" },
};

static void warm_up_icu(void)
{
	static const char *const languages[] = { "en", "de", "fr", "zh", "ja", "th" };
	static const char *const encodings[] = {
		"UTF-8", "windows-1252", "gb18030", "windows-1251", "EUC-JP", "UTF-16"
	};
	static const UBreakIteratorType types[] = { UBRK_WORD, UBRK_SENTENCE, UBRK_CHARACTER };
	UErrorCode status = U_ZERO_ERROR;

	udata_setFileAccess(UDATA_NO_FILES, &status);
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
			status = U_ZERO_ERROR;
			ubrk_close(ubrk_open(types[k], languages[i], NULL, 0, &status));
		}
	}
	for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
		status = U_ZERO_ERROR;
		ucnv_close(ucnv_open(encodings[i], &status));
	}
}

static void warm_up(struct arena *a)
{
	struct document d;
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);

	tzset();
	warm_up_icu();
	psl_builtin();
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const struct read_job job = { .as = samples[i].as,
			                      .url = STR("https://www.harbour-news.example/2024/ferry"),
			                      .content_type = str_from(samples[i].content_type),
			                      .bytes = str_from(samples[i].text) };
		reader_parse(&job, a, &d);
		document_encode(&d, &b);
	}
	buf_free(&b);
	arena_reset(a);
}

/* False at the end of the stream, or when it fails. */
static bool read_all(char *p, size_t n)
{
	while (n) {
		ssize_t got = read(READER_SOCKET, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool write_all(const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(READER_SOCKET, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

/* b holds FRAME_HEAD bytes of room for the length, then the message. */
static bool send_frame(struct buf *b)
{
	frame_put_length(b->p, b->n - FRAME_HEAD);
	return write_all(b->p, b->n);
}

static void begin_answer(struct buf *b)
{
	buf_reset(b);
	buf_put(b, "\0\0\0\0\0", FRAME_HEAD + 1);
}

/* After this the memory of the document is back with the system.  To count takes long, and small documents leave little
 * behind. */
static bool is_tired(struct arena *a, size_t job_bytes)
{
	static unsigned small; /* jobs */
	bool large = job_bytes > TRIM_ABOVE || arena_used(a) > TRIM_ABOVE;

	arena_reset(a);
	if (large)
		malloc_trim(0);
	else if (++small % COUNTED_EVERY)
		return false;
	struct mallinfo2 m = mallinfo2();
	return m.arena + m.hblkhd > MAX_READER_KEPT;
}

static bool answer(struct str message, struct arena *a, struct buf *out)
{
	struct read_job job;
	struct document d;

	if (!job_decode(message, &job))
		return false;
	reader_parse(&job, a, &d);
	begin_answer(out);
	document_encode(&d, out);
	if (out->full) {
		document_set_unreadable(&d, a, "more was found in the document than a message may hold");
		begin_answer(out);
		document_encode(&d, out);
	}
	out->p[FRAME_HEAD] = is_tired(a, message.n) ? ANSWER_TIRED : 0;
	return send_frame(out);
}

static int serve_jobs(struct arena *a)
{
	struct buf out = BUF_INIT(FRAME_HEAD + MAX_WIRE_BYTES);
	char head[FRAME_HEAD] = { 0 };
	bool ok = write_all(head, FRAME_HEAD);

	while (ok && read_all(head, FRAME_HEAD)) {
		size_t n = frame_length(head);
		if (n > MAX_WIRE_BYTES)
			return CHILD_BAD_SOCKET;
		char *message = mem_alloc(n);
		ok = read_all(message, n) && answer(str_of(message, n), a, &out);
		free(message);
		if (out.cap > TRIM_ABOVE)
			buf_free(&out);
	}
	buf_free(&out);
	return ok ? CHILD_ENDED_WELL : CHILD_BAD_SOCKET;
}

bool reader_is_child(int argc, char **argv)
{
	return argc == 2 && strcmp(argv[1], READER_ROLE) == 0;
}

int reader_child_main(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct arena *a = arena_new();
	struct err e;

	prctl(PR_SET_NAME, "stet-reader"); /* and not "exe" */
	/* The parent decides when a child ends, also when a person presses ^C. */
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	/* Memory of an ordinary page stays for the next one: taking it from the
	 * system anew would cost a quarter of the parsing.  Large pages give
	 * theirs back (is_tired). */
	mallopt(M_MMAP_THRESHOLD, (int)(2 * TRIM_ABOVE));
	mallopt(M_TRIM_THRESHOLD, (int)(4 * TRIM_ABOVE));
	warm_up(a);
	if (!jail_enter_reader(&e)) {
		log_error("a reader will not work without its jail: %s", e.text);
		arena_free(a);
		return CHILD_NO_JAIL;
	}
	int status = serve_jobs(a);
	arena_free(a);
	return status;
}
