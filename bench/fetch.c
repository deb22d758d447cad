/*
 * Two helpers of bench/fetch.py, which measures the whole program: an archive
 * with very many articles that are due, and a server that is all their hosts.
 *
 *     bench-fetch fill ARCHIVE ARTICLES HOSTS PORT KIND NOW
 *     bench-fetch serve PORT
 *     bench-fetch lease ARCHIVE NOW ROUNDS
 *
 * KIND is "same" (every article has a version and validators, and its page will
 * be 304) or "new" (nothing is known of it, and its page is another one at every
 * fetch).  NOW is in seconds since 1970; everything is due then.  The hosts are addresses
 * of this machine, 127.x.y.z.  Each has its robots.txt already, without rules.
 *
 * A page says that it is an article, as pages of news do: with nine times as much
 * text in links as in the story, few would know it by itself.
 *
 * The server listens on all of them, on one port.  GET /_count tells what it has
 * answered.  It is one thread with epoll; it keeps connections open.
 *
 * "lease" takes what is due again and again, without fetching, and says what
 * that costs.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "archive/archive.h"
#include "net/robots.h"

#define TAG "\"first-edition\""
#define BATCH 2000

static struct err e;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench-fetch: %s: %s\n", what, e.text[0] ? e.text : strerror(errno));
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- filling --------------------------------------------------------------- */

struct fill {
	struct archive *ar;
	struct arena *a;
	long articles, hosts;
	int port;
	bool same;
	when now;
	int64_t blob;
};

static struct str origin_of(const struct fill *f, long host)
{
	long n = host + 257;
	return arena_printf(f->a, "http://127.%ld.%ld.%ld:%d", n >> 16 & 255, n >> 8 & 255, n & 255, f->port);
}

static int64_t add_host(struct fill *f, long host)
{
	struct buf b = BUF_INIT(KIB);
	struct str origin = origin_of(f, host), site = str_sub(origin, 7, origin.n);
	int64_t source;

	robots_encode(&(struct robots){ .crawl_delay = -1 }, &b);
	struct robots_copy copy = {
		.fetched = f->now, .expires = f->now + DAYS, .reachable = true, .rules = buf_view(&b)
	};
	must(archive_source_ensure(f->ar, site, arena_printf(f->a, "h%ld", host), f->now, &source, &e) &&
	             archive_robots_put(f->ar, origin, &copy, &e),
	     "a host");
	buf_free(&b);
	return source;
}

/* A short text, so that the archive is as large as its rows. */
static void add_version(struct fill *f, struct target *t, long number)
{
	struct block block = { .kind = BLOCK_PARAGRAPH,
		               .text = arena_printf(f->a, "The %ldth ferry of the year left the quay on time.",
		                                    number) };
	struct article text = { .title = arena_printf(f->a, "Ferry %ld", number), .blocks = &block, .nblocks = 1 };
	struct version v = {
		.article = t->article, .first_seen = f->now, .before = WHEN_NONE, .later = -1, .words = 10
	};
	struct check c = { .target = t->id,
		           .at = f->now - HOURS,
		           .outcome = STR("new version"),
		           .status = 200,
		           .read_as = STR("web"),
		           .content_type = STR("text/html"),
		           .origin = STR("live"),
		           .body = f->blob };

	must(archive_check_add(f->ar, &c, f->blob ? STR_NONE : STR("<p>a ferry</p>"), STR_NONE, 0, &e), "a check");
	f->blob = t->last_blob = c.body;
	v.check = c.id;
	v.title = text.title;
	v.published = v.modified = v.remade = WHEN_NONE;
	memcpy(&v.identity, &number, sizeof number);
	must(archive_version_add(f->ar, &v, &text, &e) && archive_sighting(f->ar, t->article, 0, f->now - HOURS, &e),
	     "a version");
}

static void add_article(struct fill *f, int64_t source, long number)
{
	struct str origin = origin_of(f, number % f->hosts);
	struct target t = {
		.kind = TARGET_ARTICLE,
		.state = TARGET_CHECKED,
		.source = source,
		.url = arena_printf(f->a, "%.*s/%s/%ld", STR_ARG(origin), f->same ? "same" : "new", number),
		.origin = origin,
		.added = f->now,
		.due = f->now,
		.period = 30 * MINUTES,
		.last_check = WHEN_NONE,
		.last_change = f->now,
	};

	must(archive_target_add(f->ar, &t, &t.id, &e), "a target");
	if (!f->same)
		return;
	must(archive_article_add(f->ar, source, t.url, f->now, &t.article, &e), "an article");
	add_version(f, &t, number);
	t.etag = STR(TAG);
	t.last_outcome = STR("new version");
	t.last_check = f->now - HOURS;
	must(archive_target_update(f->ar, &t, &e), "a target");
}

static int fill(char **argv)
{
	struct fill f = { .a = arena_new(),
		          .articles = strtol(argv[1], NULL, 10),
		          .hosts = strtol(argv[2], NULL, 10),
		          .port = (int)strtol(argv[3], NULL, 10),
		          .same = strcmp(argv[4], "same") == 0,
		          .now = strtoll(argv[5], NULL, 10) };
	int64_t *sources = calloc((size_t)f.hosts, sizeof *sources);

	must(sources && archive_open(argv[0], ARCHIVE_CREATE, &f.ar, &e), argv[0]);
	must(archive_begin(f.ar, &e), "begin");
	for (long i = 0; i < f.hosts; i++)
		sources[i] = add_host(&f, i);
	must(archive_commit(f.ar, &e), "commit");
	for (long i = 0; i < f.articles; i++) {
		if (i % BATCH == 0)
			must(archive_begin(f.ar, &e), "begin");
		add_article(&f, sources[i % f.hosts], i);
		if (i % BATCH == BATCH - 1 || i == f.articles - 1) {
			must(archive_commit(f.ar, &e), "commit");
			arena_reset(f.a);
		}
	}
	archive_close(f.ar);
	arena_free(f.a);
	free(sources);
	return 0;
}

/* ---- leasing --------------------------------------------------------------- */

static int lease(char **argv)
{
	struct archive *ar;
	when now = strtoll(argv[1], NULL, 10);
	long rounds = strtol(argv[2], NULL, 10);
	size_t taken = 0;

	must(archive_open(argv[0], ARCHIVE_WRITE, &ar, &e), argv[0]);
	double begun = cpu_us(), longest = 0;
	for (long i = 0; i < rounds; i++) {
		struct arena *a = arena_new();
		struct target *targets;
		size_t n;
		double before = cpu_us();
		struct lease_wish w = {
			.worker = "bench", .lease_ms = 60000, .now = now, .hold = MINUTES, .hosts = 250, .limit = 1000
		};
		struct host_lease *hosts;
		size_t nhosts;
		must(archive_lease_due(ar, a, &w, &hosts, &nhosts, &targets, &n, &e), "a lease");
		double took = cpu_us() - before;
		longest = took > longest ? took : longest;
		taken += n;
		arena_free(a);
	}
	double all = cpu_us() - begun;
	printf("%zu targets in %ld leases: %.1f us a target, %.1f ms a lease, the longest %.1f ms\n", taken, rounds,
	       all / (double)(taken ? taken : 1), all / (double)rounds / 1000, longest / 1000);
	archive_close(ar);
	return 0;
}

/* ---- serving --------------------------------------------------------------- */

enum { PAGE_BYTES = 93000, MAX_FD = 65536, IN = 2048, SENTENCES = 8 };

static struct connection {
	char in[IN];
	size_t n;
	char *out;
	size_t nout, sent;
} * connections[MAX_FD];

static long same_answers, new_answers, other_answers;
static char before[PAGE_BYTES], after[PAGE_BYTES];
static size_t nbefore, nafter;

static unsigned long dice_state = 1;
static unsigned dice(unsigned sides)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice_state >> 33) % sides;
}

static void put_sentence(struct buf *b)
{
	static const char *const words[] = { "council",  "harbour", "ferry",   "budget",  "minister", "hospital",
		                             "river",    "museum",  "teacher", "drought", "election", "report",
		                             "engineer", "bridge",  "market",  "inquiry", "railway",  "strike",
		                             "court",    "lawyer",  "winter",  "storm",   "island",   "bakery" };
	for (unsigned n = 9 + dice(12), i = 0; i < n; i++)
		buf_printf(b, "%s%s", words[dice(24)], i + 1 < n ? " " : ". ");
}

static void put_teasers(struct buf *b, size_t until)
{
	while (b->n < until) {
		buf_printf(b,
		           "<li class=\"teaser card card--small\"><a href=\"/news/%u\" data-id=\"%u\"><img "
		           "src=\"/img/%u.jpg\" "
		           "alt=\"\" loading=\"lazy\"><span class=\"headline\">",
		           dice(1000000), dice(1000000000), dice(1000000));
		put_sentence(b);
		buf_puts(b, "</span></a></li>\n");
	}
}

static void make_page(void)
{
	struct buf b = BUF_INIT(2 * PAGE_BYTES);

	buf_puts(&b, "<header><nav><ul>");
	put_teasers(&b, 42000);
	buf_puts(&b, "</ul></nav></header><main><article class=\"story\"><h1>Ferries laid up for the winter</h1>"
	             "<p class=\"byline\">By Ines Carrow</p><div class=\"story-body\">");
	for (int i = 0; i < 14; i++) {
		buf_puts(&b, "<p>");
		for (int s = 0; s < 3; s++)
			put_sentence(&b);
		buf_puts(&b, "</p>\n");
	}
	memcpy(before, b.p, nbefore = b.n);
	buf_reset(&b);
	buf_puts(&b, "</div></article></main><aside><h2>More stories</h2><ul>");
	put_teasers(&b, PAGE_BYTES - 700 - nbefore);
	buf_puts(&b, "</ul></aside><footer>Bench Courier</footer></body></html>");
	memcpy(after, b.p, nafter = b.n);
	buf_free(&b);
}

static void answer_new(struct connection *c, const char *path)
{
	static unsigned long fetches;
	struct buf b = BUF_INIT(2 * PAGE_BYTES);
	char head[128];

	buf_printf(&b,
	           "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ferries laid up - Bench "
	           "Courier</title><meta property=\"og:type\" content=\"article\"></head><body>%.*s<p>The company of "
	           "%s counted %lu passengers",
	           (int)nbefore, before, path, ++fetches);
	buf_puts(&b, " on its boats, it said, and ");
	put_sentence(&b);
	buf_printf(&b, "</p>%.*s", (int)nafter, after);
	int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n",
	                 b.n);
	c->out = malloc((size_t)n + b.n);
	must(c->out, "memory");
	memcpy(c->out, head, (size_t)n);
	memcpy(c->out + n, b.p, b.n);
	c->nout = (size_t)n + b.n;
	new_answers++;
	buf_free(&b);
}

static void answer_text(struct connection *c, const char *status, const char *fields, const char *body)
{
	char text[512];
	int n = snprintf(text, sizeof text, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status, fields,
	                 strlen(body), body);

	c->out = malloc((size_t)n);
	must(c->out, "memory");
	memcpy(c->out, text, (size_t)n);
	c->nout = (size_t)n;
}

static void answer(struct connection *c)
{
	char path[128] = "", count[128];

	sscanf(c->in, "GET %127s", path);
	if (strcmp(path, "/_count") == 0) {
		snprintf(count, sizeof count, "{\"same\": %ld, \"new\": %ld, \"other\": %ld}", same_answers,
		         new_answers, other_answers);
		answer_text(c, "200 OK", "Content-Type: application/json\r\n", count);
	} else if (strncmp(path, "/same/", 6) == 0 && strstr(c->in, "\r\nIf-None-Match: " TAG "\r\n")) {
		same_answers++;
		answer_text(c, "304 Not Modified", "ETag: " TAG "\r\n", "");
	} else if (strncmp(path, "/new/", 5) == 0) {
		answer_new(c, path);
	} else {
		other_answers++;
		answer_text(c, "404 Not Found", "", "");
	}
}

static void drop(int fd)
{
	free(connections[fd]->out);
	free(connections[fd]);
	connections[fd] = NULL;
	close(fd);
}

static void work(int fd)
{
	struct connection *c = connections[fd];

	for (;;) {
		if (c->nout == 0) {
			ssize_t n = recv(fd, c->in + c->n, IN - 1 - c->n, 0);
			if (n == 0 || (n < 0 && errno != EAGAIN) || (n > 0 && c->n + (size_t)n >= IN - 1)) {
				drop(fd);
				return;
			}
			if (n < 0)
				return;
			c->n += (size_t)n;
			c->in[c->n] = '\0';
			if (c->n < 4 || memcmp(c->in + c->n - 4, "\r\n\r\n", 4) != 0)
				continue;
			answer(c);
			c->n = 0;
		}
		ssize_t n = send(fd, c->out + c->sent, c->nout - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			drop(fd);
			return;
		}
		c->sent += (size_t)n;
		if (c->sent == c->nout) {
			free(c->out);
			c->out = NULL;
			c->nout = c->sent = 0;
		}
	}
}

static void take_in(int poll, int listener)
{
	int one = 1, fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.fd = fd };
		if (fd >= MAX_FD || !(connections[fd] = calloc(1, sizeof **connections))) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
	}
}

static _Noreturn void serve(char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(argv[0], NULL, 10)) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0), one = 1;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[256];

	make_page();
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	must(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 4096) == 0, "listen");
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		int n = epoll_wait(poll, events, 256, -1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				take_in(poll, listener);
			else if (connections[events[i].data.fd])
				work(events[i].data.fd);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc == 8 && strcmp(argv[1], "fill") == 0)
		return fill(argv + 2);
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		serve(argv + 2);
	if (argc == 5 && strcmp(argv[1], "lease") == 0)
		return lease(argv + 2);
	fprintf(stderr, "usage: bench-fetch fill ARCHIVE ARTICLES HOSTS PORT same|new NOW | serve PORT | "
	                "lease ARCHIVE NOW ROUNDS\n");
	return 2;
}
