/*
 * One exchange: see transfer.h.
 *
 * Limits hold while bytes arrive: all headers together, the decoded body and how
 * much larger it is than the encoded one, the bodies of all transfers together,
 * the time from connect to last byte, and a least speed.  libcurl does not tell
 * of the framing of a body, of trailers, of frames of HTTP/2 and of TLS; so the
 * kernel is asked how much the connection has received at all.  The address of each connection is judged when its
 * socket is made, after the name was resolved, so that no name and no redirect leads where we must not go.  The body of
 * a redirect or of an error is read to keep the connection, but only the start of it, and not kept.
 *
 * Validators are sent only to the address that gave them: another address may
 * answer "not modified" about another page.
 */
#include "net/transfer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "net/flood.h"
#include "net/reach.h"
#include "net/result.h"

#define CONNECT_MS (MAX_CONNECT_SECONDS * 1000)
#define SKIPPED_BODY (64 * KIB)
#define FIRST_ROOM (256 * KIB) /* for a body that was announced; a larger one grows */
#define FAIR_BODY (1 * MIB)    /* a body up to this may always go on when memory is short */

static bool stop(struct transfer *t, enum fetch_result result, const char *why)
{
	t->stopped = result;
	return err_set(&t->why, ERR_LIMIT, "%s", why);
}

static int status_of(const struct transfer *t)
{
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static size_t limit_of(const struct transfer *t)
{
	size_t max = t->job->r.max_bytes;
	return max ? max : MAX_BODY_BYTES;
}

/* An answer says how long its body is: room for it, so that it need not move as it grows. */
static void make_room(struct transfer *t, int64_t length)
{
	if (length > 0 && length <= (int64_t)FIRST_ROOM && (size_t)length <= limit_of(t))
		buf_reserve(&t->body, (size_t)length);
}

/* The final headers are complete; false ends the transfer. */
static bool judge_headers(struct transfer *t)
{
	struct str headers = buf_view(&t->headers);
	int64_t length;

	t->headers_done = true;
	t->wanted = t->job->r.form.n == 0 && fetch_result_of_status(status_of(t), false) == FETCH_OK;
	if (!t->wanted)
		return true;
	if (!str_to_i64(fetch_field(headers, "Content-Length"), &length))
		length = 0;
	if (!t->job->r.beginning && length > (int64_t)limit_of(t))
		return stop(t, FETCH_TOO_LARGE, "the answer is announced as larger than the limit");
	if (!unpack_begin(&t->unpacker, fetch_field(headers, "Content-Encoding")))
		return stop(t, FETCH_BAD_ANSWER, "the answer is encoded in a way that was not asked for");
	make_room(t, length);
	return true;
}

/* Called with one line: status line, field, or the empty line at the end. */
static size_t on_header(char *p, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = size * count;
	struct str line = str_of(p, n);

	t->header_bytes += n;
	if (t->header_bytes > MAX_HEADER_BYTES) {
		stop(t, FETCH_TOO_LARGE, "the headers of the answer are larger than the limit");
		return 0;
	}
	if (t->headers_done)
		return n; /* trailers */
	while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (line.n == 0) {
		int status = status_of(t);
		t->in_block = false;
		return (status >= 200 || status == 101) && !judge_headers(t) ? 0 : n;
	}
	if (!t->in_block)
		buf_reset(&t->headers); /* what a 1xx answer left */
	t->in_block = true;
	buf_str(&t->headers, line);
	buf_puts(&t->headers, "\r\n");
	return n;
}

static bool keep_body(void *arg, struct str bytes)
{
	struct transfer *t = arg;

	if (t->job->r.beginning && bytes.n > limit_of(t) - t->body.n) {
		bytes.n = limit_of(t) - t->body.n;
		t->enough = true;
	}
	if (bytes.n > limit_of(t) - t->body.n)
		return stop(t, FETCH_TOO_LARGE, "the answer is larger than the limit");
	if (t->body.n + bytes.n > UNPACK_FREE_BYTES && t->body.n + bytes.n > MAX_UNPACK_RATIO * t->encoded)
		return stop(t, FETCH_TOO_LARGE, "the answer unpacks to far more than its size");
	if (t->rules->held + bytes.n > MAX_FETCH_HELD_BYTES && t->body.n + bytes.n > FAIR_BODY)
		return stop(t, FETCH_TOO_LARGE, "the answer is large and there is no memory for it now");
	buf_str(&t->body, bytes);
	t->rules->held += bytes.n;
	return !t->enough;
}

static size_t on_body(char *p, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = size * count;

	if (!t->wanted) {
		t->skipped += n;
		return t->skipped > SKIPPED_BODY ? 0 : n;
	}
	t->encoded += n;
	if (unpack_feed(&t->unpacker, str_of(p, n), keep_body, t))
		return n;
	if (t->stopped == FETCH_OK && !t->enough)
		stop(t, FETCH_BAD_ANSWER, "the answer is not encoded as it says");
	return 0;
}

/* Called when there is a connection, new or used before, and the request is to
 * be sent. */
static int on_connection(void *arg, char *peer, char *own, int peer_port, int own_port)
{
	struct transfer *t = arg;

	(void)own;
	t->socket = sockets_find(&t->rules->sockets, own_port, peer, peer_port);
	t->received_before = t->socket >= 0 ? socket_received(t->socket) : 0;
	return CURL_PREREQFUNC_OK;
}

/* Called whenever something moved, and once a second. */
static int on_progress(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow)
{
	struct transfer *t = arg;

	(void)dltotal, (void)dlnow, (void)ultotal, (void)ulnow;
	if (t->socket < 0 || socket_received(t->socket) <= t->received_before + MAX_RAW_BYTES)
		return 0;
	stop(t, FETCH_TOO_LARGE, "the answer is larger than the limit, with all that is around it");
	return 1;
}

static const char *refusal(struct transfer *t, const struct curl_sockaddr *address)
{
	t->was_private = !t->rules->allow_private && !reach_is_public(&address->addr);
	if (t->was_private)
		return "its address is not public, and --allow-private was not given";
	return reach_is_web_port(&address->addr) ? NULL : "its port is for another protocol than HTTP";
}

static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	const char *why = refusal(t, address);

	(void)purpose;
	if (why) {
		t->refused = why;
		return CURL_SOCKET_BAD;
	}
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	sockets_add(&t->rules->sockets, fd);
	return fd;
}

/* The transfer that opened it may be gone. */
static int on_close(void *rules, curl_socket_t fd)
{
	sockets_close(&((struct transfer_rules *)rules)->sockets, fd);
	return 0;
}

static void set_fixed_options(struct transfer *t)
{
	CURL *easy = t->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, t->rules);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connection);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, flood_watch);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &t->rules->turn);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, t->rules->user_agent);
	/* A folder of certificates is parsed again for every connection; the file
	 * is parsed once and shared. */
	curl_easy_setopt(easy, CURLOPT_CAINFO, t->rules->ca_file);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_SPEED);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LEAST_SPEED_SECONDS);
}

struct transfer *transfer_new(struct transfer_rules *rules)
{
	CURL *easy = curl_easy_init();

	if (!easy)
		return NULL;
	struct transfer *t = mem_zalloc(1, sizeof *t);
	t->rules = rules;
	t->easy = easy;
	t->headers = BUF_INIT(2 * MAX_HEADER_BYTES);
	t->body = BUF_INIT(ALLOC_MAX / 2);
	set_fixed_options(t);
	return t;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->fields);
	buf_free(&t->headers);
	buf_free(&t->body);
	unpack_free(&t->unpacker);
	job_free(t->job);
	free(t);
}

/* Adds "name: value", unless value is empty or would end the line. */
static bool add_field(struct transfer *t, const char *name, struct str value)
{
	struct buf b = BUF_INIT(MAX_HEADER_BYTES);

	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\0' || value.p[i] == '\r' || value.p[i] == '\n')
			return false;
	buf_printf(&b, "%s: ", name);
	buf_str(&b, value);
	bool good = value.n > 0 && !b.full;
	if (good)
		t->fields = curl_slist_append(t->fields, buf_cstr(&b));
	buf_free(&b);
	return good;
}

static void set_fields(struct transfer *t, const struct job *j)
{
	struct str validated = j->r.validated_url.n ? j->r.validated_url : j->r.url;

	curl_slist_free_all(t->fields);
	t->fields = NULL;
	t->conditional = false;
	if (str_eq(validated, j->url)) {
		t->conditional |= add_field(t, "If-None-Match", j->r.etag);
		t->conditional |= add_field(t, "If-Modified-Since", j->r.last_modified);
	}
	add_field(t, "Accept", j->r.accept);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->fields);
}

/* The form is the job's, which outlives the transfer. */
static void set_form(struct transfer *t, const struct job *j)
{
	if (j->r.form.n == 0) {
		curl_easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)j->r.form.n);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, j->r.form.p);
}

void transfer_begin(struct transfer *t, struct job *j, int64_t now)
{
	int64_t left = t->rules->timeout_ms - j->wall_ms;
	char url[MAX_URL_BYTES + 1];
	size_t n = j->url.n < MAX_URL_BYTES ? j->url.n : MAX_URL_BYTES;

	memcpy(url, j->url.p, n);
	url[n] = '\0';
	t->job = j;
	t->header_bytes = t->skipped = t->encoded = 0;
	t->socket = -1;
	t->refused = NULL;
	t->unpacker.packed = false;
	t->in_block = t->headers_done = t->wanted = t->was_private = t->enough = false;
	t->stopped = FETCH_OK;
	t->error[0] = '\0';
	t->began = now;
	err_clear(&t->why);
	buf_reset(&t->headers);
	buf_reset(&t->body);
	left = left > 1 ? left : 1;
	curl_easy_setopt(t->easy, CURLOPT_URL, url);
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left < CONNECT_MS ? left : CONNECT_MS));
	set_fields(t, j);
	set_form(t, j);
}

static void add_sums(struct transfer *t, int64_t now)
{
	curl_off_t body = 0;
	long headers = 0;

	curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
	curl_easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &headers);
	t->job->wire_bytes += body + headers;
	t->job->wall_ms += now - t->began;
}

/* The status line without the protocol: "404 Not Found". */
static struct str status_text(const struct transfer *t)
{
	struct str headers = buf_view(&t->headers), line = STR_NONE, protocol, text;

	str_next_line(&headers, &line);
	str_cut(line, ' ', &protocol, &text);
	return str_trim(text);
}

static void judge_status(struct transfer *t)
{
	struct str text = status_text(t);

	if (result_is_redirect(t->status)) {
		t->result = FETCH_OK;
		return;
	}
	if (t->job->r.form.n && t->status >= 200 && t->status < 300) {
		t->result = FETCH_OK;
		return;
	}
	t->result = fetch_result_of_status(t->status, t->conditional);
	if (t->result != FETCH_OK && t->result != FETCH_NOT_MODIFIED)
		err_set(&t->why, ERR_NET, "the server answered \"%.*s\"", text.n > 100 ? 100 : (int)text.n, text.p);
}

static void judge_error(struct transfer *t, CURLcode code)
{
	if (t->refused && code == CURLE_COULDNT_CONNECT) {
		t->result = t->was_private ? FETCH_PRIVATE : FETCH_UNREACHABLE;
		err_set(&t->why, ERR_NET, "%s", t->refused);
		return;
	}
	t->result = result_of_curl(code);
	if (t->result == FETCH_UNREACHABLE && t->headers_done)
		t->result = FETCH_BAD_ANSWER; /* it was there, and broke off */
	err_set(&t->why, ERR_NET, "%s", t->error[0] ? t->error : curl_easy_strerror(code));
}

void transfer_end(struct transfer *t, CURLcode code, int64_t now)
{
	add_sums(t, now);
	t->status = status_of(t);
	if (code == CURLE_OK && !unpack_is_whole(&t->unpacker)) {
		stop(t, FETCH_BAD_ANSWER, "the answer breaks off in the middle");
		code = CURLE_PARTIAL_FILE;
	}
	if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && (t->skipped > SKIPPED_BODY || t->enough)))
		judge_status(t);
	else if (t->stopped != FETCH_OK)
		t->result = t->stopped;
	else
		judge_error(t, code);
	if (code != CURLE_OK && !t->enough) {
		t->rules->held -= t->body.n;
		buf_free(&t->body); /* half a page is no page */
	}
}
