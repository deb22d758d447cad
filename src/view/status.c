/*
 * The status page: what the machine is doing, what waits, what fails and why.
 */
#include "view/meaning.h"
#include "view/parts.h"

#define FAILURES 30

static void put_row(struct html *h, const char *term, struct str value)
{
	html_open(h, "tr");
	html_open(h, "th");
	html_attr(h, "scope", "row");
	html_puts(h, term);
	html_close(h, "th");
	html_element(h, "td", "number", value);
	html_close(h, "tr");
}

static void begin_table(struct html *h, const char *id, const char *heading)
{
	html_open(h, "section");
	html_attr(h, "aria-labelledby", id);
	html_open(h, "h2");
	html_attr(h, "id", id);
	html_puts(h, heading);
	html_close(h, "h2");
	html_open(h, "table");
	html_attr(h, "class", "list");
	html_open(h, "tbody");
}

static void end_table(struct html *h)
{
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "section");
}

/* One sentence that tells whether all is well. */
static void put_headline(struct html *h, struct view *v, const struct archive_status *s)
{
	char text[WHEN_TEXT];

	html_open(h, "p");
	html_attr(h, "class", "standfirst");
	if (s->last_check == WHEN_NONE)
		html_puts(h, "Nothing has been checked yet. ");
	else
		html_printf(h, "The last check was %s ago. ", when_length(v->now - s->last_check, text));
	if (s->due)
		html_text(h, arena_printf(v->arena, "%.*s due now.",
		                          STR_ARG(count_text(v->arena, s->due, "address is", "addresses are"))));
	else if (s->next_due != WHEN_NONE)
		html_printf(h, "The next is due in %s.", when_length(s->next_due - v->now, text));
	else
		html_puts(h, "Nothing is waiting to be checked.");
	html_close(h, "p");
	/* An hour is longer than any pause between feeds. */
	if (s->due && s->last_check != WHEN_NONE && v->now - s->last_check > HOURS)
		html_element_z(h, "p", "note problem",
		               "Addresses are due, but nothing has been checked for over an hour: "
		               "\"stet run\" does not seem to be running.");
	if (s->room < (int64_t)LEAST_ROOM_BYTES)
		html_element(h, "p", "note problem",
		             arena_printf(v->arena,
		                          "The disk is nearly full: %.*s are left. Nothing is fetched until there are "
		                          "%.*s.",
		                          STR_ARG(bytes_text(v->arena, s->room)),
		                          STR_ARG(bytes_text(v->arena, (int64_t)LEAST_ROOM_BYTES))));
}

static void put_counts(struct html *h, struct arena *a, const struct archive_status *s)
{
	const struct {
		const char *term;
		int64_t n;
	} kept[] = { { "Sources", s->sources },   { "Feeds", s->feeds },     { "Articles", s->articles },
		     { "Versions", s->versions }, { "Changes", s->changes }, { "Checks", s->checks } },
	  states[] = { { "Still checked", s->checked },
		       { "Given up after a long time without a change", s->given_up },
		       { "Gone from their site", s->gone },
		       { "No longer watched", s->unwatched },
		       { "Imported", s->imported } };

	begin_table(h, "kept", "What is kept");
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		put_row(h, kept[i].term, number_text(a, kept[i].n));
	put_row(h, "Bytes received", bytes_text(a, s->blob_bytes));
	put_row(h, "Bytes kept, packed", bytes_text(a, s->packed_bytes));
	put_row(h, "Archive file", bytes_text(a, s->file_bytes));
	if (s->room != INT64_MAX)
		put_row(h, "Left on the disk", bytes_text(a, s->room));
	end_table(h);
	begin_table(h, "states", "Articles by state");
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		put_row(h, states[i].term, number_text(a, states[i].n));
	end_table(h);
}

/* What went wrong, for those who meet the name for the first time. */
static void put_about(struct html *h, struct str outcome)
{
	struct str meaning = meaning_of_outcome(outcome);

	if (!meaning.n)
		return;
	html_puts(h, " ");
	html_element(h, "span", "aside meaning", meaning);
}

static void put_day(struct html *h, struct arena *a, const struct archive_status *s)
{
	begin_table(h, "day", "Checks of the last 24 hours");
	for (size_t i = 0; i < s->nday; i++) {
		html_open(h, "tr");
		html_open(h, "th");
		html_attr(h, "scope", "row");
		html_text(h, s->day[i].outcome);
		put_about(h, s->day[i].outcome);
		html_close(h, "th");
		html_element(h, "td", "number", number_text(a, s->day[i].checks));
		html_close(h, "tr");
	}
	if (s->nday == 0)
		put_row(h, "none", STR("0"));
	end_table(h);
}

static void put_failure(struct html *h, const struct check *c, const struct target *t)
{
	html_open(h, "li");
	html_open(h, "p");
	html_attr(h, "class", "when");
	part_time(h, c->at);
	html_puts(h, " · ");
	html_element(h, "b", NULL, c->outcome);
	if (c->status)
		html_printf(h, " · HTTP status %d", c->status);
	if (t->failures > 1)
		html_printf(h, " · %lld times in a row", (long long)t->failures);
	html_close(h, "p");
	html_open(h, "p");
	if (t->source_key.n) {
		part_source_link(h, t->source_key, "source");
		html_puts(h, " ");
	}
	part_original(h, t->url, STR_NONE);
	html_close(h, "p");
	struct str meaning = meaning_of_outcome(c->outcome);
	if (c->detail.n)
		part_foreign(h, "p", "detail", STR_NONE, c->detail);
	else if (meaning.n)
		html_element(h, "p", "detail", meaning);
	html_close(h, "li");
}

static bool put_failures(struct html *h, struct view *v, struct err *e)
{
	struct check *checks;
	struct target *targets;
	size_t n;

	if (!archive_checks_latest(v->archive, v->arena, true, FAILURES, &checks, &targets, &n, e))
		return false;
	html_element_z(h, "h2", NULL, "Latest checks that failed");
	if (n == 0) {
		html_element_z(h, "p", "note", "None.");
		return true;
	}
	html_open(h, "ul");
	html_attr(h, "class", "failures");
	for (size_t i = 0; i < n; i++)
		put_failure(h, &checks[i], &targets[i]);
	html_close(h, "ul");
	return true;
}

/* ---- what is watched ---------------------------------------------------- */

static void put_due(struct html *h, struct view *v, const struct target *t)
{
	if (t->state != TARGET_CHECKED)
		html_puts(h, target_state_name(t->state));
	else if (t->due == WHEN_NONE)
		html_puts(h, "not planned");
	else if (t->due <= v->now)
		html_puts(h, "due now");
	else
		part_time(h, t->due);
}

static void put_watched_row(struct html *h, struct view *v, const struct target *t)
{
	html_open(h, "tr");
	html_open(h, "th");
	html_attr(h, "scope", "row");
	part_original(h, t->url, STR_NONE);
	html_close(h, "th");
	html_open(h, "td");
	html_puts(h, target_kind_name(t->kind));
	html_close(h, "td");
	html_open(h, "td");
	if (t->last_check == WHEN_NONE) {
		html_puts(h, "not yet");
	} else {
		part_time(h, t->last_check);
		html_puts(h, ", ");
		html_text(h, t->last_outcome);
	}
	html_close(h, "td");
	html_open(h, "td");
	put_due(h, v, t);
	html_close(h, "td");
	html_close(h, "tr");
}

static bool put_watched(struct html *h, struct view *v, struct err *e)
{
	static const char *const names[] = { "Address", "Kind", "Last check", "Next check" };
	struct target_filter filter = { .feeds_only = true, .any_state = true };
	struct target *targets;
	size_t n;

	if (!archive_targets(v->archive, v->arena, filter, &targets, &n, e))
		return false;
	html_element_z(h, "h2", NULL, "What is watched");
	if (n == 0) {
		html_element_z(h, "p", "note", "Nothing yet.");
		return true;
	}
	html_open(h, "div");
	html_attr(h, "class", "scroll");
	html_open(h, "table");
	html_attr(h, "class", "list");
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		html_open(h, "th");
		html_attr(h, "scope", "col");
		html_puts(h, names[i]);
		html_close(h, "th");
	}
	html_close(h, "tr");
	html_close(h, "thead");
	html_open(h, "tbody");
	for (size_t i = 0; i < n && i < MAX_PAGE_ROWS; i++)
		put_watched_row(h, v, &targets[i]);
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "div");
	if (n > MAX_PAGE_ROWS)
		html_element(h, "p", "note", arena_printf(v->arena, "and %zu more.", n - (size_t)MAX_PAGE_ROWS));
	return true;
}

bool view_status(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct archive_status s;

	if (!archive_status(v->archive, v->arena, v->now, &s, e))
		return false;
	frame_begin(&h, v, &(struct frame){ .title = STR("Status"), .here = "/status", .can_live = true });
	html_element_z(&h, "h1", NULL, "Status");
	put_headline(&h, v, &s);
	frame_live(&h, v);
	html_open(&h, "div");
	html_attr(&h, "class", "panels");
	put_day(&h, v->arena, &s);
	put_counts(&h, v->arena, &s);
	html_close(&h, "div");
	if (!put_watched(&h, v, e) || !put_failures(&h, v, e))
		return false;
	frame_end(&h, v);
	return true;
}
