/*
 * schedule: what each policy would have seen of histories of edits.
 *
 *   bench-schedule [OPTION]... [FILE.jsonl[.gz]]...
 *
 * A line of a file is one article: {"source": "...", "versions": [{"first_seen":
 * "2024-03-31T12:32:30Z"}, ...]}; other members are ignored.  Without a file,
 * and with --invented, articles are invented: edits as a Poisson process whose
 * rate decays, other rates for each source, most articles never edited.
 *
 *   --policy NAME      only this one (and newssniffer, to compare)
 *   --sources          a table of sources
 *   --later-half       count only articles found in the later half of their source's time
 *   --spread SEED      an edit may have been made at any time since the snapshot before: draw it
 *   --quiet N          to each article add N that are never edited
 *   --hints            a feed that is polled each 15 minutes tells of every edit
 *   --set NAME=VALUE   a setting, as with stet -o
 *
 * The articles are watched from their first version until a policy gives them
 * up, all sources together in the order of time; the models learn from what the
 * policy's own checks saw, and from nothing else.  An edit is caught if a check
 * falls between it and the next; its delay counts from the recorded time.
 */
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base/alloc.h"
#include "watch/policy.h"

struct history {
	size_t source;
	when *at; /* of the versions, the first is when it was found */
	size_t n;
	bool counts;
};

struct origin {
	char name[80];
	when first, last;
	when *grid; /* all recorded times */
	size_t ngrid, capgrid;
};

struct set {
	struct history *histories;
	size_t n, cap;
	struct origin *origins;
	size_t norigins, caporigins;
};

static uint64_t random_state = 1;

static double uniform(void)
{
	random_state += 0x9e3779b97f4a7c15U;
	uint64_t z = random_state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

/* ---- histories ------------------------------------------------------------- */

static size_t origin_of(struct set *set, const char *name)
{
	for (size_t i = 0; i < set->norigins; i++)
		if (!strcmp(set->origins[i].name, name))
			return i;
	set->origins = mem_grow(set->origins, &set->caporigins, set->norigins + 1, sizeof *set->origins);
	struct origin *o = &set->origins[set->norigins];
	*o = (struct origin){ .first = INT64_MAX, .last = INT64_MIN };
	snprintf(o->name, sizeof o->name, "%s", name);
	return set->norigins++;
}

static void add_history(struct set *set, size_t source, const when *at, size_t n)
{
	struct origin *o = &set->origins[source];

	set->histories = mem_grow(set->histories, &set->cap, set->n + 1, sizeof *set->histories);
	struct history *h = &set->histories[set->n++];
	*h = (struct history){ .source = source, .n = n, .at = mem_alloc(n * sizeof *at), .counts = true };
	memcpy(h->at, at, n * sizeof *at);
	for (size_t i = 0; i < n; i++) {
		o->grid = mem_grow(o->grid, &o->capgrid, o->ngrid + 1, sizeof *o->grid);
		o->grid[o->ngrid++] = at[i];
	}
	o->first = at[0] < o->first ? at[0] : o->first;
	o->last = at[0] > o->last ? at[0] : o->last;
}

static void take_line(struct set *set, const char *line)
{
	json_t *row = json_loads(line, 0, NULL), *versions = json_object_get(row, "versions");
	const char *source = json_string_value(json_object_get(row, "source"));
	when at[1000];
	size_t n = 0;

	for (size_t i = 0; source && i < json_array_size(versions) && n < 1000; i++) {
		const char *t = json_string_value(json_object_get(json_array_get(versions, i), "first_seen"));
		if (t && when_parse_iso(str_from(t), &at[n]) && (n == 0 || at[n] > at[n - 1]))
			n++;
	}
	if (n)
		add_history(set, origin_of(set, source), at, n);
	json_decref(row);
}

static bool read_file(struct set *set, const char *path)
{
	enum { LINE = 1 << 20 };
	gzFile f = gzopen(path, "rb");
	char *line = mem_alloc(LINE);

	while (f && gzgets(f, line, LINE))
		take_line(set, line);
	free(line);
	return f && gzclose(f) == Z_OK;
}

/* A site: which part of its articles is edited, how often and how soon after
 * publication; the rate of edits falls with a power of the time. */
static void invent_articles(struct set *set, size_t source, double edited, double scale, double power)
{
	for (int i = 0; i < 400; i++) {
		when at[200] = { (when)(1700000000 + uniform() * 120 * DAYS) };
		size_t n = 1;
		double mean = uniform() < edited ? 1 + 3 * uniform() * uniform() : 0, u = 0;
		while (mean > 0 && n < 200) {
			u += -log(uniform()) / mean; /* a Poisson process on (0, 1), stretched */
			double hours = u < 1 ? scale * (pow(1 - u, -1 / power) - 1) : INFINITY;
			if (hours > 40 * 24)
				break;
			when t = at[0] + (when)(hours * HOURS) + 60;
			at[n] = t > at[n - 1] ? t : at[n - 1] + 1;
			n++;
		}
		add_history(set, source, at, n);
	}
}

static void invent(struct set *set)
{
	for (int s = 0; s < 12; s++) {
		char name[32];
		double edited = 0.1 + 0.5 * uniform(), scale = exp(log(0.3) + uniform() * log(30.0));
		snprintf(name, sizeof name, "invented-%d", s);
		invent_articles(set, origin_of(set, name), edited, scale, 1 + uniform());
	}
}

static int by_when(const void *a, const void *b)
{
	const when *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void sort_grids(struct set *set)
{
	for (size_t i = 0; i < set->norigins; i++)
		qsort(set->origins[i].grid, set->origins[i].ngrid, sizeof(when), by_when);
}

/* The recorded time before this one; an edit lies between them. */
static when snapshot_before(const struct origin *o, when at)
{
	size_t low = 0, high = o->ngrid;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (o->grid[mid] < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? o->grid[low - 1] : at;
}

static void spread(struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct history *h = &set->histories[i];
		for (size_t k = h->n; k-- > 1;) {
			when from = snapshot_before(&set->origins[h->source], h->at[k]);
			from = from > h->at[k - 1] ? from : h->at[k - 1];
			h->at[k] = from + 1 + (when)(uniform() * (double)(h->at[k] - from - 1));
		}
		for (size_t k = 1; k < h->n; k++)
			if (h->at[k] <= h->at[k - 1])
				h->at[k] = h->at[k - 1] + 1;
	}
}

static void add_quiet(struct set *set, int times)
{
	size_t n = set->n;

	for (size_t i = 0; i < n * (size_t)times; i++) {
		const struct origin *o = &set->origins[set->histories[i % n].source];
		when at = o->first + (when)(uniform() * (double)(o->last - o->first));
		add_history(set, set->histories[i % n].source, &at, 1);
	}
}

static void keep_later_half(struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct origin *o = &set->origins[set->histories[i].source];
		set->histories[i].counts = set->histories[i].at[0] >= o->first + (o->last - o->first) / 2;
	}
}

/* ---- the replay ------------------------------------------------------------ */

struct score {
	int64_t articles, edits, caught, requests;
	double *delays;
	size_t n, cap;
	double sum;
};

struct event {
	when at;
	uint32_t article;
	bool hint;
};

struct replay {
	const struct set *set;
	const struct settings *settings;
	struct target *targets;
	size_t *version; /* that the last check saw */
	struct event *heap;
	size_t nheap, capheap;
	struct hazard *models; /* of the sources; the last is of all */
	struct score *scores;  /* likewise */
	int64_t checks;
};

static bool before(struct event a, struct event b)
{
	return a.at != b.at ? a.at < b.at : a.article < b.article;
}

static void push(struct replay *r, struct event e)
{
	r->heap = mem_grow(r->heap, &r->capheap, r->nheap + 1, sizeof *r->heap);
	size_t i = r->nheap++;
	for (; i && before(e, r->heap[(i - 1) / 2]); i = (i - 1) / 2)
		r->heap[i] = r->heap[(i - 1) / 2];
	r->heap[i] = e;
}

static struct event pop(struct replay *r)
{
	struct event top = r->heap[0], last = r->heap[--r->nheap];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= r->nheap)
			break;
		if (child + 1 < r->nheap && before(r->heap[child + 1], r->heap[child]))
			child++;
		if (!before(r->heap[child], last))
			break;
		r->heap[i] = r->heap[child];
		i = child;
	}
	r->heap[i] = last;
	return top;
}

static void caught(struct replay *r, size_t source, double delay)
{
	for (size_t k = 0; k < 2; k++) {
		struct score *s = &r->scores[k ? r->set->norigins : source];
		s->delays = mem_grow(s->delays, &s->cap, s->n + 1, sizeof *s->delays);
		s->delays[s->n++] = delay;
		s->sum += delay;
		s->caught++;
	}
}

static void check(struct replay *r, uint32_t id, when now)
{
	const struct history *h = &r->set->histories[id];
	struct target *t = &r->targets[id];
	size_t seen = r->version[id], newest = seen;
	struct target was = *t;

	while (newest + 1 < h->n && h->at[newest + 1] <= now)
		newest++;
	bool first = t->last_check == WHEN_NONE, changed = newest != seen;
	if (h->counts) {
		r->scores[h->source].requests++;
		r->scores[r->set->norigins].requests++;
	}
	if (changed && h->counts)
		caught(r, h->source, (double)(now - h->at[newest]));
	r->version[id] = newest;
	/* last_blob counts the changes here: a replay has no bytes */
	struct policy_case c = { .now = now,
		                 .outcome = first || changed ? OUTCOME_NEW_VERSION : OUTCOME_UNCHANGED,
		                 .retry_after = -1,
		                 .changes = t->last_blob + changed };
	if (first || changed)
		t->last_change = now;
	if (policy_of(r->settings)->learns) {
		struct hazard *general = &r->models[r->set->norigins], *own = &r->models[h->source];
		policy_learn(r->settings, &c, &was, t, own, general);
		c.source = own;
		c.general = general;
	}
	policy_next(r->settings, &c, t);
	r->checks++;
	t->last_check = now;
	t->last_blob += changed;
	if (t->state == TARGET_CHECKED)
		push(r, (struct event){ t->due, id, false });
}

static void start(struct replay *r, bool hints)
{
	for (size_t i = 0; i < r->set->n; i++) {
		const struct history *h = &r->set->histories[i];
		r->targets[i] = (struct target){ .kind = TARGET_ARTICLE,
			                         .state = TARGET_CHECKED,
			                         .added = h->at[0],
			                         .due = h->at[0],
			                         .last_check = WHEN_NONE,
			                         .last_change = WHEN_NONE,
			                         .published = WHEN_NONE };
		push(r, (struct event){ h->at[0], (uint32_t)i, false });
		for (size_t k = 1; hints && k < h->n; k++)
			push(r, (struct event){ h->at[k] + (h->at[k] * 7919) % (15 * MINUTES), (uint32_t)i, true });
		if (!h->counts)
			continue;
		for (size_t k = 0; k < 2; k++) {
			r->scores[k ? r->set->norigins : h->source].articles++;
			r->scores[k ? r->set->norigins : h->source].edits += (int64_t)h->n - 1;
		}
	}
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void replay(struct replay *r, bool hints)
{
	start(r, hints);
	while (r->nheap) {
		struct event e = pop(r);
		struct target *t = &r->targets[e.article];
		if (e.hint) {
			when due = t->due;
			policy_hint(r->settings, e.at, t);
			if (t->state == TARGET_CHECKED && t->due != due)
				push(r, (struct event){ t->due, e.article, false });
		} else if (t->state == TARGET_CHECKED && t->due == e.at) {
			check(r, e.article, e.at);
		}
	}
	for (size_t i = 0; i <= r->set->norigins; i++)
		if (r->scores[i].n)
			qsort(r->scores[i].delays, r->scores[i].n, sizeof(double), by_size);
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Scores by outlet, the last of all.  us: of a check, the replay's own work included. */
static struct score *run(const struct set *set, const struct settings *s, const char *policy, bool hints, double *us)
{
	struct settings mine = *s;
	struct replay r = { .set = set, .settings = &mine };

	snprintf(mine.policy, sizeof mine.policy, "%s", policy);
	r.targets = mem_zalloc(set->n, sizeof *r.targets);
	r.version = mem_zalloc(set->n, sizeof *r.version);
	r.models = mem_zalloc(set->norigins + 1, sizeof *r.models);
	r.scores = mem_zalloc(set->norigins + 1, sizeof *r.scores);
	*us = cpu_us();
	replay(&r, hints);
	*us = (cpu_us() - *us) / (double)r.checks;
	free(r.targets);
	free(r.version);
	free(r.models);
	free(r.heap);
	return r.scores;
}

/* ---- the tables ------------------------------------------------------------ */

static double quantile(const struct score *s, double q)
{
	return s->n ? s->delays[(size_t)(q * (double)(s->n - 1))] / MINUTES : 0;
}

static double mean(const struct score *s)
{
	return s->n ? s->sum / (double)s->n / MINUTES : 0;
}

static double share(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static void print_score(const char *name, const struct score *s, double us)
{
	printf("%-12s %8lld %7lld %7lld %6.1f%% %9.1f %9.1f %9.1f %9lld %6.2f\n", name, (long long)s->articles,
	       (long long)s->edits, (long long)s->caught, 100 * share((double)s->caught, (double)s->edits),
	       quantile(s, 0.5), mean(s), quantile(s, 0.9), (long long)s->requests, us);
}

/* Ours beside the plain rule's, and ours as a part of it. */
static void print_sources(const struct set *set, const struct score *ours, const struct score *theirs)
{
	printf("\n%-18s %8s %6s | %11s | %18s | %18s | %20s\n", "source", "articles", "edits", "caught",
	       "median, minutes", "mean, minutes", "requests");
	for (size_t i = 0; i <= set->norigins; i++) {
		const struct score *a = &ours[i], *b = &theirs[i];
		if (!a->edits)
			continue;
		printf("%-18.18s %8lld %6lld | %5lld %5lld | %6.1f %6.1f %4.2f | %6.0f %6.0f %4.2f | %6lld %6lld "
		       "%6.3f\n",
		       i == set->norigins ? "all" : set->origins[i].name, (long long)a->articles, (long long)a->edits,
		       (long long)a->caught, (long long)b->caught, quantile(a, 0.5), quantile(b, 0.5),
		       share(quantile(a, 0.5), quantile(b, 0.5)), mean(a), mean(b), share(mean(a), mean(b)),
		       (long long)a->requests, (long long)b->requests, share((double)a->requests, (double)b->requests));
	}
}

/* The sources on which the learned policy does worst beside the plain rule;
 * with fewer edits one cannot tell. */
#define ENOUGH_EDITS 100

static void print_worst(const struct set *set, const struct score *ours, const struct score *theirs)
{
	size_t slow = set->norigins, missed = set->norigins;
	double slowest = 0, fewest = INFINITY;

	for (size_t i = 0; i < set->norigins; i++) {
		const struct score *a = &ours[i], *b = &theirs[i];
		if (a->edits < ENOUGH_EDITS)
			continue;
		double median = share(quantile(a, 0.5), quantile(b, 0.5)),
		       seen = share((double)a->caught, (double)b->caught);
		slow = median > slowest ? i : slow;
		slowest = median > slowest ? median : slowest;
		missed = seen < fewest ? i : missed;
		fewest = seen < fewest ? seen : fewest;
	}
	if (slow == set->norigins)
		return;
	printf("worst of the sources with %d edits or more: median delay %.2f of newssniffer's (%s), caught %+.1f %% "
	       "(%s)\n",
	       ENOUGH_EDITS, slowest, set->origins[slow].name, 100 * (fewest - 1), set->origins[missed].name);
}

/* ---- the command line -------------------------------------------------------- */

struct wanted {
	struct settings settings;
	const char *policy; /* NULL: all */
	bool sources, later_half, hints, invented;
	int seed, quiet;
};

static bool set_setting(struct settings *s, char *text)
{
	struct err e;
	char *equals = strchr(text, '=');

	if (!equals) {
		fprintf(stderr, "--set takes NAME=VALUE\n");
		return false;
	}
	*equals = 0;
	if (settings_set(s, text, equals + 1, &e))
		return true;
	fprintf(stderr, "%s\n", e.text);
	return false;
}

static bool read_options(int argc, char **argv, struct wanted *w)
{
	static const struct option options[] = {
		{ "policy", required_argument, NULL, 'p' },
		{ "sources", no_argument, NULL, 'o' },
		{ "later-half", no_argument, NULL, 'l' },
		{ "spread", required_argument, NULL, 'r' },
		{ "quiet", required_argument, NULL, 'q' },
		{ "hints", no_argument, NULL, 'h' },
		{ "set", required_argument, NULL, 's' },
		{ "invented", no_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	settings_defaults(&w->settings);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		w->policy = option == 'p' ? optarg : w->policy;
		w->sources |= option == 'o';
		w->later_half |= option == 'l';
		w->hints |= option == 'h';
		w->invented |= option == 'i';
		if (option == 'r')
			w->seed = (int)strtol(optarg, NULL, 10);
		if (option == 'q')
			w->quiet = (int)strtol(optarg, NULL, 10);
		if (option == '?' || (option == 's' && !set_setting(&w->settings, optarg)))
			return false;
	}
	return true;
}

static void compare(const struct set *set, const struct wanted *w)
{
	struct score *ours = NULL, *theirs = NULL, *score;

	printf("%-12s %8s %7s %7s %7s %9s %9s %9s %9s %6s\n", "policy", "articles", "edits", "caught", "share",
	       "median", "mean", "9 in 10", "requests", "us");
	for (size_t i = 0; i < policy_count; i++) {
		const char *name = policies[i].name;
		bool plain = !strcmp("newssniffer", name);
		double us;
		if (w->policy && strcmp(w->policy, name) && !plain)
			continue;
		score = run(set, &w->settings, name, w->hints, &us);
		print_score(name, &score[set->norigins], us);
		theirs = plain ? score : theirs;
		ours = w->policy ? (strcmp(w->policy, name) ? ours : score) : (i ? ours : score);
	}
	if (!ours || !theirs)
		return;
	print_worst(set, ours, theirs);
	if (w->sources)
		print_sources(set, ours, theirs);
}

int main(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct set set = { 0 };

	if (!read_options(argc, argv, &w))
		return 2;
	for (int i = optind; i < argc; i++)
		if (!read_file(&set, argv[i])) {
			fprintf(stderr, "bench-schedule: cannot read %s\n", argv[i]);
			return 1;
		}
	if (w.invented || optind == argc)
		invent(&set);
	sort_grids(&set);
	if (w.seed) {
		random_state = (uint64_t)w.seed;
		spread(&set);
	}
	add_quiet(&set, w.quiet);
	if (w.later_half)
		keep_later_half(&set);
	compare(&set, &w);
	return 0;
}
