/* Facts in words: see phrase.h. */
#include "cli/phrase.h"

struct str phrase_count(struct arena *a, int64_t n, const char *one, const char *many)
{
	if (n == 0)
		return arena_printf(a, "no %s", many);
	return arena_printf(a, "%lld %s", (long long)n, n == 1 ? one : many);
}

/* "; " between parts, ", " inside one. */
static void add_part(struct buf *b, const char *separator, struct str part)
{
	if (b->n)
		buf_puts(b, separator);
	buf_str(b, part);
}

static void add_words(struct arena *a, struct buf *b, const struct change_summary *s)
{
	if (s->words_added) {
		add_part(b, "; ", phrase_count(a, s->words_added, "word added", "words added"));
		if (s->words_removed)
			buf_printf(b, ", %lld removed", (long long)s->words_removed);
	} else if (s->words_removed) {
		add_part(b, "; ", phrase_count(a, s->words_removed, "word removed", "words removed"));
	}
}

struct str phrase_summary(struct arena *a, const struct change_summary *s)
{
	struct buf b = BUF_INIT(512);

	if (s->title_changed)
		add_part(&b, "; ", STR("headline changed"));
	add_words(a, &b, s);
	if (s->moved)
		add_part(&b, "; ", phrase_count(a, s->moved, "sentence moved", "sentences moved"));
	if (!b.n)
		buf_puts(&b, "only signs or spaces changed");
	struct str phrase = arena_str(a, buf_view(&b));
	buf_free(&b);
	return phrase;
}

static struct str human(struct arena *a, when t)
{
	char text[WHEN_TEXT];
	return arena_str(a, str_from(when_human(t, text)));
}

struct str phrase_window(struct arena *a, when before, when first_seen, int64_t later)
{
	char day[WHEN_TEXT], other[WHEN_TEXT], hm[WHEN_TEXT], length[WHEN_TEXT];

	if (first_seen == WHEN_NONE && later >= 0)
		return arena_printf(a, "%s later than the version before", when_length(later, length));
	if (first_seen == WHEN_NONE)
		return STR("at an unknown time");
	if (before == WHEN_NONE)
		return arena_printf(a, "before %.*s", STR_ARG(human(a, first_seen)));
	if (before / MINUTES >= first_seen / MINUTES)
		return arena_printf(a, "on %.*s", STR_ARG(human(a, first_seen)));
	when_date(before, day);
	when_date(first_seen, other);
	when_hm(before, hm);
	if (str_eq(str_from(day), str_from(other)))
		return arena_printf(a, "between %s, %s and %s UTC", day, hm, when_hm(first_seen, length));
	return arena_printf(a, "between %s, %s and %.*s", day, hm, STR_ARG(human(a, first_seen)));
}

struct str phrase_relative(struct arena *a, when t, when now)
{
	char length[WHEN_TEXT];

	if (t == WHEN_NONE)
		return STR("at an unknown time");
	when_length(t - now, length);
	if (t == now)
		return STR("now");
	return t > now ? arena_printf(a, "in %s", length) : arena_printf(a, "%s ago", length);
}

static struct str phrase_given_up(struct arena *a, const struct article_row *row, when now)
{
	bool changed = row->last_change != WHEN_NONE;
	when last = changed ? row->last_change : row->first_seen;

	return arena_printf(a, "no; %s %.*s and will not be checked again", changed ? "last changed" : "first seen",
	                    STR_ARG(phrase_relative(a, last, now)));
}

struct str phrase_state(struct arena *a, const struct article_row *row, when now)
{
	static const char *const fixed[TARGET_STATES] = {
		[TARGET_UNWATCHED] = "no; somebody stopped it (`stet watch` starts it again)",
		[TARGET_IMPORTED] = "no; imported, never fetched from its site",
		[TARGET_FAILED] = "no; its address did not bring an article",
		[TARGET_ERASED] = "no; it was erased",
	};

	switch (row->state) {
	case TARGET_CHECKED:
		if (row->next_check == WHEN_NONE)
			return STR("yes");
		return row->next_check <= now
		               ? STR("yes; due now")
		               : arena_printf(a, "yes; next %.*s", STR_ARG(phrase_relative(a, row->next_check, now)));
	case TARGET_GIVEN_UP:
		return phrase_given_up(a, row, now);
	case TARGET_GONE:
		return arena_printf(
		        a, "no; gone from its address, last looked for %.*s%s%.*s",
		        STR_ARG(phrase_relative(a, row->last_check, now)),
		        row->next_check == WHEN_NONE ? "" : ", again ",
		        STR_ARG(row->next_check == WHEN_NONE ? STR_NONE : phrase_relative(a, row->next_check, now)));
	default:
		return row->state < TARGET_STATES && fixed[row->state] ? str_from(fixed[row->state]) : STR("no");
	}
}

struct str phrase_bytes(struct arena *a, int64_t n)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double x = (double)n;
	size_t i = 0;

	if (n < 1000)
		return arena_printf(a, "%lld bytes", (long long)n);
	for (x /= 1000; x >= 999.5 && i < 3; i++)
		x /= 1000;
	return arena_printf(a, x < 9.95 ? "%.1f %s" : "%.0f %s", x, units[i]);
}
