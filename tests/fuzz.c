/*
 * Fuzz targets for everything that reads bytes from outside.  Not a test by
 * itself: tools/fuzz builds it with clang's libFuzzer and runs the targets.
 *
 * The program is one, the target is named by $STET_FUZZ_TARGET; "list" prints
 * their names.  What a target needs to choose, such as a Content-Type, it takes
 * from the last byte, so that files of the kind that it reads are seeds as they
 * are.  Besides not crashing a target checks what its header promises: what was
 * read can be sent to another process and comes out there, text is UTF-8,
 * canonical forms stay as they are.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/find_engine.h"
#include "base/settings.h"
#include "change/change.h"
#include "feed/facts.h"
#include "feed/feed.h"
#include "html/builder.h"
#include "html/html.h"
#include "import/message.h"
#include "import/warc.h"
#include "import/zip.h"
#include "net/robots.h"
#include "net/unpack.h"
#include "page/page.h"
#include "page/rules.h"
#include "page/saved.h"
#include "reader/parts.h"
#include "text/charset.h"
#include "text/dates.h"
#include "text/norm.h"
#include "text/sentences.h"
#include "url/url.h"
#include "view/capture.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_suppressions(void);

/* Where the HTML parser joins two texts it moves bytes within one buffer by
 * memcpy, forwards, which glibc does well. */
const char *__asan_default_suppressions(void)
{
	return "interceptor_via_fun:mycore_string_append\n";
}

#define MUST(condition)                                                                                                \
	do {                                                                                                           \
		if (!(condition)) {                                                                                    \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                  \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

#define EDITS 8 /* of a message */

/* Takes the last byte off. */
static unsigned take_choice(struct str *s)
{
	return s->n ? (unsigned char)s->p[--s->n] : 0;
}

static void must_be_utf8(struct str s)
{
	MUST(utf8_valid(s));
}

/* ---- Documents ------------------------------------------------------------ */

/* Sent to another process and read there. */
static void check_document(struct arena *a, const struct document *d)
{
	struct buf message = BUF_INIT(MAX_WIRE_BYTES), again = BUF_INIT(MAX_WIRE_BYTES);
	struct document decoded;

	document_encode(d, &message);
	if (!message.full) {
		MUST(document_decode(buf_view(&message), a, &decoded));
		MUST(decoded.kind == d->kind);
		document_encode(&decoded, &again);
		MUST(str_eq(buf_view(&message), buf_view(&again)));
	}
	buf_free(&message);
	buf_free(&again);
}

static void check_article(const struct article *article)
{
	must_be_utf8(article->title);
	for (size_t i = 0; i < article->nblocks; i++) {
		MUST(article->blocks[i].text.n > 0);
		must_be_utf8(article->blocks[i].text);
	}
}

static void fuzz_document(struct arena *a, struct str bytes, enum read_as as, const char *type)
{
	struct read_job job = { .as = as,
		                .url = STR("https://news.example/2024/05/06/a-story"),
		                .content_type = str_from(type),
		                .bytes = bytes };
	struct document d;

	reader_parse(&job, a, &d);
	if (d.kind == DOCUMENT_UNREADABLE)
		MUST(d.sentence.n > 0);
	if (d.kind == DOCUMENT_PAGE)
		check_article(&d.page.article);
	if (d.kind == DOCUMENT_SAVED)
		for (size_t i = 0; i < d.saved.nversions; i++)
			check_article(&d.saved.versions[i].article);
	check_document(a, &d);
}

static void fuzz_page(struct arena *a, struct str bytes)
{
	static const char *const types[] = { "", "text/html; charset=utf-8", "text/html; charset=gbk",
		                             "text/html; charset=shift_jis", "text/html; charset=iso-2022-jp" };
	unsigned choice = take_choice(&bytes);
	struct page_ask ask = { .bytes = bytes,
		                .content_type = str_from(types[(choice & 7) % 5]),
		                .url = STR("https://news.example/2024/05/06/a-story"),
		                .explain = choice & 8 };
	struct document d = { .kind = DOCUMENT_PAGE };
	struct err e = { 0 };

	if (!page_read(a, &ask, &d.page, &e)) {
		MUST(*e.text);
		return;
	}
	check_article(&d.page.article);
	check_document(a, &d);
}

static void facts_open(void *context, const struct fact_opening *o)
{
	(void)context;
	must_be_utf8(o->prolog);
}

static void facts_scope(void *context, const struct fact *f)
{
	(void)context;
	MUST(f->name.n > 0 && f->scope < SCOPES);
}

/* What is worked out of a fact: text, safe markup, persons, addresses. */
static void facts_fact(void *context, const struct fact *f)
{
	struct fact_markup m;
	struct fact_person p;

	facts_scope(context, f);
	must_be_utf8(fact_plain(context, f, MAX_TITLE_BYTES));
	fact_markup(context, f, &m);
	must_be_utf8(m.value);
	MUST(str_starts(m.type, STR("text/plain")) || str_find_nocase(m.value, STR("<script")) == STR_NPOS ||
	     !str_has(m.type, STR("html")));
	fact_person(context, f, &p);
	must_be_utf8(p.name);
	must_be_utf8(fact_reference(context, f, f->text));
}

static void facts_end(void *context, enum fact_scope scope)
{
	(void)context;
	MUST(scope < SCOPES);
}

static void fuzz_facts(struct arena *a, struct str bytes, struct str type, bool by_the_book)
{
	const struct fact_visitor v = { a, facts_open, facts_scope, facts_fact, facts_end };
	struct fact_ask ask = { .bytes = bytes,
		                .content_type = type,
		                .base = STR("https://news.example/feed/"),
		                .by_the_book = by_the_book,
		                .answered = type.n > 0 };
	struct err e = { 0 };
	bool bozo;

	if (!facts_read(a, &ask, &v, &bozo, &e))
		MUST(*e.text);
}

static void fuzz_feed(struct arena *a, struct str bytes)
{
	static const char *const types[] = { "",
		                             "text/xml",
		                             "application/rss+xml; charset=utf-8",
		                             "text/xml; charset=gb2312",
		                             "application/feed+json",
		                             "text/plain" };
	unsigned choice = take_choice(&bytes);
	struct str type = str_from(types[(choice & 7) % 6]);
	struct document d = { .kind = DOCUMENT_FEED };
	struct err e = { 0 };

	feed_sniff(bytes, type);
	if (choice & 8)
		fuzz_facts(a, bytes, type, choice & 16);
	if (!feed_read(a, bytes, type, STR("https://news.example/feed/"), &d.feed, &e)) {
		MUST(*e.text);
		return;
	}
	for (size_t i = 0; i < d.feed.nentries; i++) {
		MUST(d.feed.entries[i].url.n > 0);
		must_be_utf8(d.feed.entries[i].title);
		must_be_utf8(d.feed.entries[i].summary);
	}
	check_document(a, &d);
}

static void fuzz_robots(struct arena *a, struct str bytes)
{
	struct document d = { .kind = DOCUMENT_ROBOTS };
	struct str path, rest;

	str_cut(bytes, '\n', &path, &rest);
	robots_parse(a, bytes, STR("stet"), &d.robots);
	robots_allows(&d.robots, path);
	for (size_t i = 0; i < d.robots.nrules && i < 8; i++)
		robots_allows(&d.robots, d.robots.rules[i].path);
	check_document(a, &d);
}

static void fuzz_saved(struct arena *a, struct str bytes)
{
	static const enum read_as as[] = { READ_SAVED_TEXT, READ_SAVED_HTML, READ_SAVED_FIELDS };

	fuzz_document(a, bytes, as[take_choice(&bytes) % 3], "");
}

/* The message of a document with some of its bytes exchanged. */
static void fuzz_edited_message(struct arena *a, struct str bytes)
{
	size_t nedits = bytes.n < 3 * EDITS ? 0 : EDITS;
	const unsigned char *edits = (const unsigned char *)bytes.p + bytes.n - 3 * nedits;
	struct buf message = BUF_INIT(MAX_WIRE_BYTES);
	struct read_job job = { .as = READ_WEB, .url = STR("https://news.example/") };
	struct document d;

	job.bytes = str_sub(bytes, 0, bytes.n - 3 * nedits);
	reader_parse(&job, a, &d);
	document_encode(&d, &message);
	for (size_t i = 0; i < nedits && message.n; i++)
		message.p[(edits[3 * i] << 8 | edits[3 * i + 1]) % message.n] = (char)edits[3 * i + 2];
	if (document_decode(buf_view(&message), a, &d))
		check_document(a, &d);
	buf_free(&message);
}

/* What a reader that was taken over might answer. */
static void fuzz_message(struct arena *a, struct str bytes)
{
	struct article article;
	struct read_job job;
	struct document d;

	if (!(take_choice(&bytes) & 1)) {
		fuzz_edited_message(a, bytes);
		return;
	}
	if (document_decode(bytes, a, &d))
		check_document(a, &d);
	if (job_decode(bytes, &job))
		MUST(job.as < READ_KINDS);
	if (article_decode(bytes, a, &article)) {
		struct buf again = BUF_INIT(MAX_WIRE_BYTES), printed = BUF_INIT(MAX_WIRE_BYTES);
		article_identity(&article);
		article_encode(&article, &again);
		MUST(again.full || article_decode(buf_view(&again), a, &article));
		article_print(&article, &printed);
		buf_free(&printed);
		buf_free(&again);
	}
}

/* ---- Parts of them -------------------------------------------------------- */

static void fuzz_html(struct arena *a, struct str bytes)
{
	struct html h;
	struct err e = { 0 };

	if (!html_parse(a, bytes, STR("text/html; charset=utf-8"), &h, &e)) {
		MUST(*e.text);
		return;
	}
	for (uint32_t i = 1; i < h.nnodes; i++) {
		const struct html_node *n = &h.nodes[i];
		MUST(n->parent < i && n->end > i && n->end <= h.nodes[n->parent].end);
		must_be_utf8(n->text);
	}
	must_be_utf8(html_node_text(a, &h, 0));
}

/* The tree of a fragment, with all attributes; the last byte chooses what it is a fragment of. */
static void fuzz_tree(struct arena *a, struct str bytes)
{
	static const struct tree_context contexts[] = {
		{ .tag = TAG_DIV },       { .tag = TAG_TABLE },
		{ .tag = TAG_TR },        { .tag = TAG_SELECT },
		{ .tag = TAG_TEMPLATE },  { .tag = TAG_COLGROUP },
		{ .tag = TAG_CAPTION },   { .tag = TAG_FRAMESET },
		{ .tag = TAG_SCRIPT },    { .tag = TAG_TITLE, .space = SPACE_SVG, .takes_html = true },
		{ .tag = TAG_HTML },      { .tag = TAG_ANNOTATION_XML, .space = SPACE_MATHML },
		{ .tag = TAG_PLAINTEXT }, { .tag = TAG_MI, .space = SPACE_MATHML },
	};
	size_t choice = bytes.n ? (unsigned char)bytes.p[bytes.n - 1] % (sizeof contexts / sizeof *contexts) : 0;
	struct tree t;
	size_t linked = 0;

	if (!utf8_valid(bytes))
		return;
	tree_parse(a, bytes, &contexts[choice], true, &t);
	if (t.refused)
		return;
	for (uint32_t i = 0; i < t.nnodes; i++) {
		const struct tree_node *n = &t.nodes[i];
		MUST(!n->first || t.nodes[n->first].parent == i);
		MUST(!n->last || t.nodes[n->last].next == 0);
		MUST(!n->next || (t.nodes[n->next].prev == i && t.nodes[n->next].parent == n->parent));
		linked += n->parent != NO_NODE;
		must_be_utf8(n->text);
	}
	MUST(linked < t.nnodes);
}

static void fuzz_charset(struct arena *a, struct str bytes)
{
	static const char *const names[] = {
		"utf-8",        "gbk",    "gb18030",     "big5",        "euc-jp",         "iso-2022-jp",
		"shift_jis",    "euc-kr", "utf-16be",    "utf-16le",    "x-user-defined", "replacement",
		"windows-1252", "koi8-u", "iso-8859-16", "windows-874",
	};
	const char *name = names[take_choice(&bytes) % 16];

	must_be_utf8(charset_decode(a, bytes, name));
	must_be_utf8(charset_decode(a, bytes, charset_of_html(bytes, STR_NONE)));
	MUST(charset_guess(bytes) != NULL);
	charset_by_header(bytes);
	must_be_utf8(text_normal(a, charset_decode(a, bytes, "utf-8")));
}

/* In what is to be looked at a parser finds no element for which a browser connects. */
static void fuzz_capture(struct arena *a, struct str bytes)
{
	static const char *const types[] = { "",
		                             "text/html",
		                             "text/html; charset=utf-8",
		                             "text/html; charset=iso-2022-jp",
		                             "text/html; charset=gb18030",
		                             "text/html; charset=utf-16be",
		                             "text/html; charset=shift_jis",
		                             "application/xhtml+xml; charset=utf-16le" };
	static const char *const never[] = { "link", "iframe", "frame", "frameset", "object", "embed" };
	struct str type = str_from(types[take_choice(&bytes) % 8]);
	struct buf out = BUF_INIT(MAX_RESPONSE_BYTES);
	struct capture_shown shown;
	struct html h;
	struct err e = { 0 };

	capture_show(a, bytes, type, false, &out, &shown);
	MUST(!shown.is_file && str_eq(shown.content_type, STR("text/html; charset=utf-8")));
	must_be_utf8(buf_view(&out));
	if (html_parse(a, buf_view(&out), shown.content_type, &h, &e))
		for (uint32_t i = 1; i < h.nnodes; i++) {
			const struct html_node *n = &h.nodes[i];
			struct str name = n->tag == TAG_OTHER ? n->name : str_from(html_tag_name(n->tag));
			for (size_t k = 0; k < 6 && n->tag != TAG_NONE; k++)
				MUST(!str_eq_nocase(name, str_from(never[k])));
		}
	buf_free(&out);
}

static void fuzz_dates(struct arena *a, struct str bytes)
{
	struct date d;
	struct str found;
	when t;

	(void)a;
	date_parse(bytes, &d);
	if (date_find(bytes, &d, &found))
		MUST(found.p >= bytes.p && found.p + found.n <= bytes.p + bytes.n);
	when_parse_iso(bytes, &t);
	if (when_parse_http(bytes, &t)) {
		char text[WHEN_TEXT];
		when again;
		MUST(when_parse_http(str_from(when_http(t, text)), &again) && again == t);
	}
}

static bool starts_character(struct str s, size_t i)
{
	return i == s.n || ((unsigned char)s.p[i] & 0xc0) != 0x80;
}

/* Sentences in order that leave out nothing but white space, whole characters
 * if the text is UTF-8. */
static void fuzz_sentences(struct arena *a, struct str bytes)
{
	static const char *const languages[] = { "", "en", "de", "fr", "ru", "ja", "el", "nl", "hi", "pl" };
	struct str language = str_from(languages[take_choice(&bytes) % 10]);
	bool valid = utf8_valid(bytes);
	size_t n, at = 0;
	struct span *s = text_sentences(a, bytes, language, &n);

	for (size_t i = 0; i <= n; i++) {
		size_t to = i < n ? s[i].from : bytes.n;
		MUST(to >= at && to <= bytes.n);
		while (at < to) {
			uint32_t c = utf8_next(bytes, &at);
			MUST(c != 0xfffd && (c >= 0x80 || char_is_space((char)c)));
		}
		if (i == n)
			break;
		MUST(s[i].to > s[i].from && s[i].to <= bytes.n);
		MUST(!valid || (starts_character(bytes, s[i].from) && starts_character(bytes, s[i].to)));
		at = s[i].to;
	}
}

static void fuzz_url(struct arena *a, struct str bytes)
{
	struct str first, second, identity, again;
	struct url base, u, same;
	struct err e = { 0 };

	str_cut(bytes, '\n', &first, &second);
	bool based = url_parse(a, first, NULL, &base, &e);
	if (based) {
		MUST(url_parse(a, base.href, NULL, &same, &e) && str_eq(same.href, base.href));
		MUST(url_site(a, &base).n > 0 && url_origin(base.href).n > 0 && url_source_key(a, &base).n > 0);
	}
	if (url_parse(a, second, based ? &base : NULL, &u, &e))
		MUST(url_parse(a, u.href, NULL, &same, &e) && str_eq(same.href, u.href));
	if (url_identity(a, first, &identity))
		MUST(url_identity(a, identity, &again) && str_eq(identity, again));
}

/* ---- From the network and from files -------------------------------------- */

static bool count_bytes(void *arg, struct str bytes)
{
	size_t *n = arg;

	*n += bytes.n;
	return *n <= MAX_BODY_BYTES;
}

static void fuzz_unpack(struct arena *a, struct str bytes)
{
	struct unpacker u;
	size_t n = 0, piece = take_choice(&bytes) % 32 + 1;

	(void)a;
	if (!unpack_begin(&u, STR("gzip")))
		return;
	while (bytes.n && unpack_feed(&u, str_sub(bytes, 0, piece), count_bytes, &n))
		bytes = str_sub(bytes, piece, bytes.n);
	unpack_is_whole(&u);
	unpack_free(&u);
}

static void fuzz_http(struct arena *a, struct str bytes)
{
	struct message m;
	struct err e = { 0 };

	if (!message_parse(a, bytes, &m, &e)) {
		MUST(*e.text);
		return;
	}
	MUST(m.status >= 100 && m.status < 1000 && m.body.n <= MAX_BODY_BYTES);
}

/* The bytes as a file; its path is good until the descriptor is closed. */
static int as_file(struct str bytes, char path[32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	MUST(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void fuzz_warc(struct arena *a, struct str bytes)
{
	struct warc_record record;
	struct warc *w;
	struct err e = { 0 };
	struct buf block = BUF_INIT(MAX_BODY_BYTES + MAX_HEADER_BYTES);
	char path[32];
	int fd = as_file(bytes, path);
	enum warc_step step = WARC_END;

	if (warc_open(path, NULL, STR("fuzz.warc"), &w, &e)) {
		do {
			buf_reset(&block);
			block.full = false;
			step = warc_next(w, a, &block, &record, &e);
			MUST(step != WARC_BAD || *e.text);
			if (step == WARC_RECORD)
				fuzz_http(a, record.block);
		} while (step != WARC_END);
		warc_close(w);
	}
	buf_free(&block);
	close(fd);
}

static void fuzz_zip(struct arena *a, struct str bytes)
{
	struct zip_entry *list;
	struct err e = { 0 };
	size_t n, bad;
	char path[32];
	int fd = as_file(bytes, path);

	if (!zip_entries(path, a, &list, &n, &bad, &e))
		MUST(*e.text);
	else
		for (size_t i = 0; i < n; i++)
			MUST(list[i].part.begin <= bytes.n && list[i].part.length <= bytes.n - list[i].part.begin);
	close(fd);
}

static void fuzz_settings(struct arena *a, struct str bytes)
{
	struct settings s;
	struct err e = { 0 };
	char path[32];
	int fd = as_file(bytes, path);

	(void)a;
	settings_defaults(&s);
	MUST(settings_read(&s, path, &e) || *e.text);
	close(fd);
}

/* A file of rules, and what its first one does to a page. */
static void fuzz_rules(struct arena *a, struct str bytes)
{
	static const char page[] = "<main class=\"story x\"><h1 id=t>A</h1><p class=teaser>B</p><aside data-testid=c>"
	                           "<p>C <a href=\"/d\" class=more>D</a></p></aside></main>";
	struct rules rules;
	struct rule_marks marks;
	struct html h;
	struct err e = { 0 };

	MUST(html_parse(a, str_from(page), STR_NONE, &h, &e));
	if (!rules_parse(a, bytes, "rules", &rules, &e))
		MUST(*e.text);
	else if (rules.nsites)
		MUST(rules_mark(rules.sites[0].section, &h, a, &marks, &e));
}

/* ---- From people and from articles ---------------------------------------- */

static void fuzz_query(struct arena *a, struct str bytes)
{
	struct find_query q;
	struct err e = { 0 };

	if (!find_parse(a, bytes, &q, &e))
		return;
	size_t wanted = 0;
	for (size_t i = 0; i < q.n; i++) {
		const struct find_condition c = { .any = q.clauses[i].any.terms,
			                          .where = ARENA_ARRAY(a, enum find_where, q.clauses[i].any.n),
			                          .n = q.clauses[i].any.n };
		MUST(c.n > 0 && c.any[0].n > 0);
		const struct find_expr x = { .conditions = &c, .n = 1 };
		MUST(find_fts5.text(a, &x).n > 0 && find_pg.text(a, &x).n > 0);
		wanted += !q.clauses[i].negated;
	}
	MUST(wanted > 0);
}

static void lines_to_article(struct arena *a, struct str text, struct article *out)
{
	struct str line;

	*out = (struct article){ .published = WHEN_NONE, .modified = WHEN_NONE };
	out->blocks = ARENA_ARRAY(a, struct block, text.n + 1);
	while (str_next_line(&text, &line)) {
		struct str normal = text_normal(a, charset_decode(a, line, "utf-8"));
		if (normal.n)
			out->blocks[out->nblocks++] = (struct block){ .at = WHEN_NONE, .text = normal };
	}
}

/* Two texts with a line "====" between them. */
static void fuzz_change(struct arena *a, struct str bytes)
{
	size_t at = str_find(bytes, STR("\n====\n"));
	struct article older, newer;
	struct change c;

	lines_to_article(a, str_sub(bytes, 0, at), &older);
	lines_to_article(a, at == STR_NPOS ? bytes : str_sub(bytes, at + 6, bytes.n), &newer);
	change_compute(a, &older, &newer, NULL, &c);
	for (uint32_t i = 0; i < c.nrows; i++) {
		const struct change_row *r = &c.rows[i];
		MUST(r->old.unit == NO_UNIT || (r->old.unit < c.nold_units && r->old.to <= c.nold));
		MUST(r->new.unit == NO_UNIT || (r->new.unit < c.nnew_units && r->new.to <= c.nnew));
	}
}

/* ---- The targets ----------------------------------------------------------- */

static const struct fuzz_target {
	const char *name;
	void (*run)(struct arena *a, struct str bytes);
} targets[] = {
	{ "page", fuzz_page },         { "feed", fuzz_feed },
	{ "html", fuzz_html },         { "tree", fuzz_tree },
	{ "charset", fuzz_charset },   { "dates", fuzz_dates },
	{ "url", fuzz_url },           { "robots", fuzz_robots },
	{ "saved", fuzz_saved },       { "message", fuzz_message },
	{ "unpack", fuzz_unpack },     { "http", fuzz_http },
	{ "warc", fuzz_warc },         { "zip", fuzz_zip },
	{ "settings", fuzz_settings }, { "query", fuzz_query },
	{ "capture", fuzz_capture },   { "change", fuzz_change },
	{ "rules", fuzz_rules },       { "sentences", fuzz_sentences },
};
#define NTARGETS (sizeof(targets) / sizeof(targets[0]))

static const struct fuzz_target *target;
static struct arena *arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("STET_FUZZ_TARGET");

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < NTARGETS; i++) {
		if (!name || !strcmp(name, "list"))
			puts(targets[i].name);
		else if (!strcmp(name, targets[i].name))
			target = &targets[i];
	}
	if (!target)
		exit(name && !strcmp(name, "list") ? 0 : 2);
	arena = arena_new();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target->run(arena, str_of((const char *)data, size));
	arena_reset(arena);
	return 0;
}
