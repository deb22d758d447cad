/*
 * stet-demo: three invented outlets that rewrite their stories in one day.
 *
 * Serves http://harbour-courier.localhost:PORT/, upland-gazette and
 * meridian-post, on the loopback address only.  The day of 24 hours runs at
 * --speed; what happens in it is in demo/stories and printed by --list.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "outlet.h"
#include "server.h"

#define STANDARD_START "2025-08-14T06:00:00Z"

/* One thing that happens: a story appears or is edited. */
struct event {
	int64_t at;
	const struct story *story;
	struct str what;
};

struct day {
	struct arena *arena;
	struct story *stories;
	size_t nstories;
	struct event *events; /* by time */
	size_t nevents;
};

static const char USAGE[] = "usage: stet-demo [--port N] [--start TIME] [--speed N] [--seed N] [--quiet]\n"
                            "       stet-demo --list\n"
                            "\n"
                            "Serves three invented outlets on the loopback address, whose stories are\n"
                            "edited in the course of a day.\n"
                            "\n"
                            "  --port N      port to listen on; 0, the default, takes one that is free\n"
                            "  --start TIME  when the day begins; default " STANDARD_START "\n"
                            "  --speed N     how many times as fast as real time it passes; default 180;\n"
                            "                0: the clock stands until POST /_clock?time=... sets it\n"
                            "  --seed N      another choice of advertisements and the like\n"
                            "  --quiet       do not print what happens\n"
                            "  --list        print what happens in the day, and end\n";

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool day_load(struct day *day, struct err *e)
{
	*day = (struct day){ .arena = arena_new() };
	day->stories = ARENA_ARRAY(day->arena, struct story, story_files_count);
	day->events = ARENA_ARRAY(day->arena, struct event, story_files_count * (MAX_STORY_EDITS + 1));
	for (size_t i = 0; i < story_files_count; i++) {
		struct story *s = &day->stories[day->nstories++];
		if (!story_parse(day->arena, str_from(story_files[i].name),
		                 str_of(story_files[i].text, story_files[i].size), s, e))
			return false;
		day->events[day->nevents++] = (struct event){ s->published, s, STR("The story is published") };
		for (size_t k = 0; k < s->nedits; k++)
			day->events[day->nevents++] = (struct event){ s->edits[k].at, s, s->edits[k].what };
	}
	qsort(day->events, day->nevents, sizeof *day->events, by_time);
	return true;
}

static void print_event(const struct event *event)
{
	long long minutes = llabs(event->at) / MINUTES;

	printf("%s%02lld:%02lld  %-16.*s %-36.*s %.*s\n", event->at < 0 ? "-" : " ", minutes / 60, minutes % 60,
	       STR_ARG(event->story->outlet), STR_ARG(event->story->path), STR_ARG(event->what));
}

static void print_addresses(unsigned port)
{
	printf("listening on 127.0.0.1:%u\n", port);
	for (size_t i = 0; i < outlets_count; i++)
		printf("http://%s.localhost:%u%s  %s\n", outlets[i].host, port, outlets[i].feed_path, outlets[i].name);
	fflush(stdout);
}

/* Prints what happens when it happens, until a signal comes. */
static void wait_and_tell(const struct day *day, struct server *server, when start, bool quiet, const sigset_t *ends)
{
	size_t next = 0;
	int64_t ms;

	for (;;) {
		for (; next < day->nevents && server_ms_until(server, start + day->events[next].at) == 0; next++)
			if (!quiet && day->events[next].at > 0)
				print_event(&day->events[next]);
		fflush(stdout);
		ms = next < day->nevents ? server_ms_until(server, start + day->events[next].at) : -1;
		if (ms < 0 || ms > 500)
			ms = 500; /* the clock may be set meanwhile */
		struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 + 1000 };
		if (sigtimedwait(ends, NULL, &pause) > 0)
			return;
	}
}

struct options {
	struct server_config config;
	bool list, quiet, help;
};

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option rows[] = {
		{ "port", required_argument, NULL, 'p' },  { "start", required_argument, NULL, 't' },
		{ "speed", required_argument, NULL, 's' }, { "seed", required_argument, NULL, 'r' },
		{ "quiet", no_argument, NULL, 'q' },       { "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },        { 0 },
	};
	char *end = "";
	bool fine = when_parse_iso(STR(STANDARD_START), &o->config.start);
	int c;

	o->config.speed = 180;
	while (fine && (c = getopt_long(argc, argv, "h", rows, NULL)) != -1) {
		if (c == 'p')
			o->config.port = (unsigned)strtoul(optarg, &end, 10);
		else if (c == 't')
			fine = when_parse_iso(str_from(optarg), &o->config.start);
		else if (c == 's')
			o->config.speed = strtod(optarg, &end);
		else if (c == 'r')
			o->config.seed = strtoull(optarg, &end, 10);
		else if (c == 'q')
			o->quiet = true;
		else if (c == 'l')
			o->list = true;
		else if (c == 'h')
			o->help = true;
		else
			return false;
		fine = fine && *end == '\0';
	}
	return fine && optind == argc && o->config.port < 65536 && o->config.speed >= 0 && o->config.speed <= 1e6;
}

static int serve(struct day *day, struct options *o)
{
	struct server *server;
	struct err e;
	sigset_t ends;

	/* Blocked before the server's thread exists, so that only we take them. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	o->config.stories = day->stories;
	o->config.nstories = day->nstories;
	if (!server_new(&o->config, &server, &e)) {
		fprintf(stderr, "stet-demo: %s\n", e.text);
		return 1;
	}
	print_addresses(server_port(server));
	wait_and_tell(day, server, o->config.start, o->quiet, &ends);
	server_free(server);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct day day;
	struct err e;
	int status = 0;

	if (!parse_options(argc, argv, &o) || o.help) {
		fputs(USAGE, o.help ? stdout : stderr);
		return o.help ? 0 : 2;
	}
	if (!day_load(&day, &e)) {
		fprintf(stderr, "stet-demo: %s\n", e.text);
		status = 1;
	} else if (o.list) {
		for (size_t i = 0; i < day.nevents; i++)
			print_event(&day.events[i]);
	} else {
		status = serve(&day, &o);
	}
	arena_free(day.arena);
	return status;
}
