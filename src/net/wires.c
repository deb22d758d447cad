/*
 * Transfers behind one epoll: see wires.h.
 *
 * libcurl says which sockets it waits for and when it wants to be called
 * whatever happens; both are kept up to date by its two callbacks.  Being told
 * of each socket that is ready, it looks at that transfer alone, where
 * curl_multi_perform asks the kernel about every one of them.
 */
#include "net/wires.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

#define LONGEST_POLL_MS (60 * 60 * 1000)
#define EVENTS 64
#define MAX_FDS (MAX_READER_CHILDREN + 1)

struct wires {
	CURLM *curl;
	int epoll;
	int64_t due; /* when libcurl wants to be called; INT64_MAX: when something happens */
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct wires *w = arg;
	struct epoll_event event = { .data.fd = fd };

	(void)easy, (void)socket_arg;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		event.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		event.events |= EPOLLOUT;
	if (epoll_ctl(w->epoll, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT)
		epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
	return 0;
}

static int on_timer(CURLM *curl, long ms, void *arg)
{
	struct wires *w = arg;

	(void)curl;
	w->due = ms < 0 ? INT64_MAX : clock_monotonic_ms() + ms;
	return 0;
}

bool wires_new(size_t max_idle, struct wires **out, struct err *e)
{
	struct wires *w = mem_zalloc(1, sizeof *w);

	w->due = INT64_MAX;
	w->curl = curl_multi_init();
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!w->curl || w->epoll < 0) {
		err_set(e, ERR_INTERNAL, "libcurl cannot be started: %s", strerror(errno));
		wires_free(w);
		return false;
	}
	curl_multi_setopt(w->curl, CURLMOPT_MAXCONNECTS, (long)max_idle);
	curl_multi_setopt(w->curl, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(w->curl, CURLMOPT_SOCKETDATA, w);
	curl_multi_setopt(w->curl, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(w->curl, CURLMOPT_TIMERDATA, w);
	*out = w;
	return true;
}

void wires_free(struct wires *w)
{
	if (!w)
		return;
	if (w->curl)
		curl_multi_cleanup(w->curl);
	if (w->epoll >= 0)
		close(w->epoll);
	free(w);
}

static bool good(CURLMcode code, struct err *e)
{
	return code == CURLM_OK || err_set(e, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
}

bool wires_add(struct wires *w, CURL *easy, struct err *e)
{
	return good(curl_multi_add_handle(w->curl, easy), e);
}

void wires_remove(struct wires *w, CURL *easy)
{
	curl_multi_remove_handle(w->curl, easy);
}

static int bits_of(uint32_t events)
{
	return (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
	       (events & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

bool wires_work(struct wires *w, struct err *e)
{
	struct epoll_event events[EVENTS];
	int running, n = epoll_wait(w->epoll, events, EVENTS, 0);

	for (int i = 0; i < n; i++)
		if (!good(curl_multi_socket_action(w->curl, events[i].data.fd, bits_of(events[i].events), &running), e))
			return false;
	if (w->due > clock_monotonic_ms())
		return true;
	w->due = INT64_MAX;
	return good(curl_multi_socket_action(w->curl, CURL_SOCKET_TIMEOUT, 0, &running), e);
}

CURL *wires_done(struct wires *w, CURLcode *code)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(w->curl, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		*code = message->data.result;
		return message->easy_handle;
	}
	return NULL;
}

bool wires_wait(struct wires *w, struct pollfd *fds, size_t nfds, int64_t until, struct err *e)
{
	struct pollfd all[MAX_FDS + 1] = { { .fd = w->epoll, .events = POLLIN } };
	int64_t now = clock_monotonic_ms();

	if (nfds > MAX_FDS)
		return err_set(e, ERR_INTERNAL, "more than %d descriptors to wait for", MAX_FDS);
	until = w->due < until ? w->due : until;
	int64_t ms = until > now ? until - now : 0;
	for (size_t i = 0; i < nfds; i++)
		all[i + 1] = fds[i];
	int n = poll(all, (nfds_t)nfds + 1, (int)(ms < LONGEST_POLL_MS ? ms : LONGEST_POLL_MS));
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_set(e, ERR_INTERNAL, "cannot wait for the network: %s", strerror(errno));
	for (size_t i = 0; i < nfds; i++)
		fds[i].revents = n > 0 ? all[i + 1].revents : 0;
	return true;
}
