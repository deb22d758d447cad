/* stet sources: the outlets that are watched, or one of them with its feeds. */
#include <string.h>

#include "cli/curve.h"
#include "cli/furniture.h"
#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/json.h"

#define MAX_ARTICLES 20

extern const struct command cmd_sources;

/* ---- all ---------------------------------------------------------------- */

static void pad(const struct context *c, enum color color, struct str s, size_t columns)
{
	size_t taken = text_columns(s);

	output_text(c, color, s);
	output_printf(c, COLOR_NONE, "%*s", (int)(taken < columns ? columns - taken : 0) + 2, "");
}

static void print_list(struct context *c, const struct source_row *rows, size_t n)
{
	size_t key = 3, site = 4;
	char at[WHEN_TEXT];

	if (!n) {
		output_printf(c, COLOR_NONE, "No source is watched yet; `stet watch URL` adds one.\n");
		return;
	}
	output_begin(c);
	for (size_t i = 0; i < n; i++) {
		size_t k = text_columns(rows[i].source.key), s = text_columns(rows[i].source.site);
		key = k > key ? k : key;
		site = s > site ? s : site;
	}
	pad(c, COLOR_BOLD, STR("KEY"), key);
	pad(c, COLOR_BOLD, STR("SITE"), site);
	output_printf(c, COLOR_BOLD, "%6s %9s %9s %9s  %s\n", "FEEDS", "ARTICLES", "CHECKED", "VERSIONS",
	              "LAST CHANGE");
	for (size_t i = 0; i < n && !output_broken(); i++) {
		const struct source_row *r = &rows[i];
		pad(c, COLOR_CYAN, r->source.key, key);
		pad(c, COLOR_NONE, r->source.site, site);
		output_printf(c, COLOR_NONE, "%6lld %9lld %9lld %9lld  %s\n", (long long)r->feeds,
		              (long long)r->articles, (long long)r->checked, (long long)r->versions,
		              r->last_change == WHEN_NONE ? "none yet" : when_human(r->last_change, at));
	}
}

static void write_list(const struct source_row *rows, size_t n)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_key(&j, "sources");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		view_json_source(&j, &rows[i]);
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

/* ---- one ---------------------------------------------------------------- */

/* All that is told of a source. */
struct one {
	const struct source_row *row;
	struct curve curve;
	struct target *targets;
	size_t ntargets;
	struct traffic_day days[TRAFFIC_DAYS];
	size_t ndays;
};

static void print_target(const struct context *c, const struct target *t)
{
	when now = clock_now(&c->clock);

	output_printf(c, COLOR_NONE, "\n%s %.*s\n", target_kind_name(t->kind), STR_ARG(t->url));
	if (t->label.n)
		output_printf(c, COLOR_NONE, "  name:    %.*s\n", STR_ARG(t->label));
	if (t->filter.n)
		output_printf(c, COLOR_NONE, "  only:    addresses that contain \"%.*s\"\n", STR_ARG(t->filter));
	output_printf(c, COLOR_NONE, "  state:   %s", target_state_name(t->state));
	if (t->state == TARGET_CHECKED && t->due != WHEN_NONE)
		output_printf(c, COLOR_NONE, ", next check %.*s",
		              STR_ARG(t->due <= now ? STR("now") : phrase_relative(c->arena, t->due, now)));
	output_text(c, COLOR_NONE, STR("\n"));
	if (t->last_check != WHEN_NONE)
		output_printf(c, t->failures ? COLOR_RED : COLOR_NONE, "  checked: %.*s: %.*s\n",
		              STR_ARG(phrase_relative(c->arena, t->last_check, now)), STR_ARG(t->last_outcome));
	if (t->failures)
		output_printf(c, COLOR_RED, "  failing: %.*s in a row\n",
		              STR_ARG(phrase_count(c->arena, t->failures, "check", "checks")));
}

/* Feeds and the like first; imports can bring any number of articles. */
static void print_targets(const struct context *c, const struct one *x)
{
	const struct target *targets = x->targets;
	size_t articles = 0;

	for (size_t i = 0; i < x->ntargets && !output_broken(); i++)
		if (targets[i].kind != TARGET_ARTICLE)
			print_target(c, &targets[i]);
	for (size_t i = 0; i < x->ntargets && !output_broken(); i++)
		if (targets[i].kind == TARGET_ARTICLE && articles++ < MAX_ARTICLES)
			print_target(c, &targets[i]);
	if (articles > MAX_ARTICLES)
		output_printf(c, COLOR_DIM,
		              "\nand %zu more articles that no feed found; `stet export --what articles --source %.*s` "
		              "lists all\n",
		              articles - MAX_ARTICLES, STR_ARG(x->row->source.key));
}

/* What we cost its hosts, newest day first. */
static void print_traffic(const struct context *c, const struct traffic_day *days, size_t n)
{
	char day[WHEN_TEXT];

	if (n == 0)
		return;
	output_printf(c, COLOR_NONE, "\nRequests by day (UTC), robots.txt included\n");
	output_printf(c, COLOR_BOLD, "  %-12s %9s %15s %8s %10s\n", "DAY", "REQUESTS", "UNCHANGED (304)", "FAILED",
	              "RECEIVED");
	for (size_t i = n; i-- > 0;) {
		const struct traffic_day *d = &days[i];
		output_printf(c, COLOR_NONE, "  %-12s %9lld %13d %% %8lld %10.*s\n",
		              when_date(traffic_day_begins(d), day), (long long)d->requests,
		              traffic_unchanged_percent(d), (long long)d->failed,
		              STR_ARG(phrase_bytes(c->arena, d->bytes)));
	}
}

static void print_source(struct context *c, const struct one *x)
{
	const struct source_row *r = x->row;
	char at[WHEN_TEXT];

	output_begin(c);
	output_printf(c, COLOR_YELLOW, "source ");
	output_printf(c, COLOR_CYAN, "%.*s\n", STR_ARG(r->source.key));
	if (r->source.name.n)
		output_printf(c, COLOR_BOLD, "%.*s\n", STR_ARG(r->source.name));
	output_printf(c, COLOR_NONE, "Site:         %.*s\n", STR_ARG(r->source.site));
	output_printf(c, COLOR_NONE, "Since:        %s\n", when_human(r->source.added, at));
	output_printf(c, COLOR_NONE, "Articles:     %lld, of which %lld are still checked\n", (long long)r->articles,
	              (long long)r->checked);
	output_printf(c, COLOR_NONE, "Versions:     %lld\n", (long long)r->versions);
	output_printf(c, COLOR_NONE, "Last change:  %s\n",
	              r->last_change == WHEN_NONE ? "none yet" : when_human(r->last_change, at));
	curve_print(c, &x->curve);
	print_traffic(c, x->days, x->ndays);
	print_targets(c, x);
}

static void write_source(const struct one *x)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_key(&j, "source");
	view_json_source(&j, x->row);
	json_key(&j, "schedule");
	curve_write(&j, &x->curve);
	json_key(&j, "watched");
	json_array(&j);
	for (size_t i = 0; i < x->ntargets; i++)
		view_json_target(&j, &x->targets[i]);
	json_end(&j);
	json_key(&j, "traffic");
	view_json_traffic(&j, x->days, x->ndays);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static bool show_one(struct context *c, struct archive *ar, const struct source_row *rows, size_t nrows, struct err *e)
{
	struct target_filter filter = { .feeds_only = true, .any_state = true };
	struct source source;
	struct one x;
	size_t at = 0;

	if (!source_from_operand(ar, c->arena, c->argv[0], &source, e))
		return false;
	if (context_option(c, &cmd_sources, "furniture"))
		return furniture_show(c, ar, &source, e);
	filter.source = source.id;
	if (!archive_targets(ar, c->arena, filter, &x.targets, &x.ntargets, e) ||
	    !curve_load(ar, source.id, &x.curve, e) ||
	    !traffic_days(ar, c->arena, source.id, clock_now(&c->clock), x.days, &x.ndays, e))
		return false;
	while (at < nrows && rows[at].source.id != source.id)
		at++;
	if (at == nrows)
		return err_set(e, ERR_NOT_FOUND, "there is no source \"%.60s\"; `stet sources` lists them", c->argv[0]);
	x.row = &rows[at];
	if (c->json)
		write_source(&x);
	else
		print_source(c, &x);
	return true;
}

static bool show(struct context *c, struct archive *ar, struct err *e)
{
	struct source_row *rows;
	size_t n;

	if (!archive_sources(ar, c->arena, &rows, &n, e))
		return false;
	if (c->argc)
		return show_one(c, ar, rows, n, e);
	if (c->json)
		write_list(rows, n);
	else
		print_list(c, rows, n);
	return true;
}

/* A person's word on one piece of furniture. */
static bool judge(struct context *c, struct archive *ar, const char *option, enum furniture_verdict verdict,
                  struct err *e)
{
	struct source source;
	int64_t id;

	if (!context_option(c, &cmd_sources, option))
		return true;
	return source_from_operand(ar, c->arena, c->argv[0], &source, e) &&
	       context_number(c, &cmd_sources, option, 0, 1, INT64_MAX, &id, e) &&
	       archive_furniture_judge(ar, source.id, id, verdict, clock_now(&c->clock), e);
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	const char *keep = context_option(c, &cmd_sources, "keep"), *drop = context_option(c, &cmd_sources, "drop");
	bool writes = keep || drop;
	bool furniture = writes || context_option(c, &cmd_sources, "furniture");

	if (furniture && c->argc == 0)
		return err_set(e, ERR_USAGE, "--furniture, --keep and --drop are about one source: name its KEY");
	if (keep && drop && !strcmp(keep, drop))
		return err_set(e, ERR_USAGE, "--keep %s and --drop %s contradict each other", keep, drop);
	bool ok = context_archive(c, writes ? ARCHIVE_WRITE : ARCHIVE_READ, &ar, e) &&
	          judge(c, ar, "keep", VERDICT_KEEP, e) && judge(c, ar, "drop", VERDICT_DROP, e) && show(c, ar, e);

	archive_close(ar);
	return ok;
}

const struct command cmd_sources = {
	.name = "sources",
	.summary = "list the sources, or one with its feeds",
	.usage = "[OPTION]... [KEY]",
	.about = "Lists the sources that are watched or were imported. With KEY, tells more of this one: its "
	         "feeds and the other addresses that somebody asked to watch, when each is checked next, what "
	         "the last check brought, and how many requests its hosts got from us on each of the last 14 days. "
	         "A row of bars shows how soon after publication its articles are edited, as the schedule has "
	         "learned it: each bar is a stretch of time 1.4 times as long as the one before.\n"
	         "\n"
	         "With --furniture, lists what the pages of the source have taught: lines that repeat in its "
	         "articles, and places whose text changes while the article stands still. What is in force is left "
	         "out of articles; the rest is still being learned. Where the list is wrong, --keep N takes a rule "
	         "out of force for good, and --drop N puts one in force; `stet rebuild` then makes the versions of the "
	         "past again.",
	.examples = "stet sources\n"
	            "stet sources courier\n"
	            "stet sources courier --furniture\n"
	            "stet sources courier --keep 17",
	.has_json = true,
	.options = { { "furniture", 0, NULL, "list what its pages have taught about its furniture" },
	             { "keep", 0, "N", "never leave out what --furniture lists as N" },
	             { "drop", 0, "N", "always leave out what --furniture lists as N" },
	             { NULL } },
	.most = 1,
	.run = run,
};
