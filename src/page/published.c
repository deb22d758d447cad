/*
 * When the article was published and changed.
 *
 * JSON-LD and <meta> first, unless the address has an earlier day: systems put
 * the day of a move or an update there, and leave addresses alone.  Then <time>,
 * elements that call themselves a date, short lines near the title and the
 * beginning of the text, all as long as the address does not have another day;
 * then the address, lines below the text, and last what is known of the change.
 *
 * Metadata in UTC may lie a day off the day that the reader is shown; then the
 * shown date is kept as the written one, while the instant stays.
 *
 * Limits: in 3/4/2020 the month comes first only in American pages, by
 * their language or their address.
 */
#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_DATE_BYTES 400
#define MAX_DATE_LINES 60  /* that are searched for a date */
#define MAX_LINES_ABOVE 3  /* the title, in which a date may stand */
#define MAX_SHOWN_LINES 16 /* near the title, in which the reader is shown the day */
#define MAX_DATE_WEIGHT 120
#define MAX_LEAD 14 /* bytes before a date at the beginning of the text */
#define HOUR 3600
#define DAY (24 * HOUR)

struct dater {
	struct scan *s;
	const struct body *body;
	struct article *article;
	uint32_t until; /* the article's end */
	bool month_first;
};

static bool find(const struct dater *d, struct str text, struct date *date, struct str *found)
{
	return date_find_in(text, d->month_first, date, found);
}

static bool set_date(struct str text, when *at, struct str *as_written)
{
	struct date d;

	if (*at != WHEN_NONE || text.n < 6 || !date_parse(text, &d))
		return false;
	*at = d.at;
	*as_written = text;
	return true;
}

static bool set_found(struct dater *d, struct str text)
{
	struct date date;
	struct str found;

	if (d->article->published != WHEN_NONE || !find(d, text, &date, &found))
		return false;
	d->article->published = date.at;
	d->article->published_text = found;
	return true;
}

/* "en-us", or English in a domain without a country. */
static bool puts_month_first(struct str language, struct str url)
{
	static const struct str countries[] = { STR(".uk/"), STR(".au/"), STR(".nz/"), STR(".ie/"), STR(".in/"),
		                                STR(".za/"), STR(".ca/"), STR(".sg/"), STR(".hk/"), STR(".my/"),
		                                STR(".pk/"), STR(".bd/"), STR(".ng/"), STR(".ke/"), STR(".lk/"),
		                                STR(".eu/"), STR(".de/"), STR(".gh/"), STR(".lu/"), STR(".ch/") };

	if (!str_starts_nocase(language, STR("en")))
		return false;
	if (language.n >= 5)
		return str_eq_nocase(str_sub(language, 3, 5), STR("us"));
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++)
		if (str_has(str_sub(url, 0, 80), countries[i]))
			return false;
	return true;
}

/* A <time> near the article; one in a link belongs to another article, unless there is no other. */
static void date_from_time(struct dater *d)
{
	const struct html *h = d->s->html;

	for (int linked = 0; linked < 2; linked++)
		for (uint32_t i = 1; i < d->until && d->article->published == WHEN_NONE; i++) {
			if (h->nodes[i].tag != TAG_TIME || d->s->info[i].in_link != (linked == 1) ||
			    d->s->info[i].skipped)
				continue;
			struct str value = text_normal(d->s->arena, html_attribute(h, i, "datetime"));
			if (!set_date(value, &d->article->published, &d->article->published_text))
				set_found(d, meta_short_text(d->s->arena, h, i, MAX_DATE_BYTES));
		}
}

static bool says_date(const struct scan *s, const struct line *l)
{
	uint32_t up = 0;

	for (uint32_t i = s->html->nodes[l->at].parent; i && up < 4; i = s->html->nodes[i].parent, up++)
		if (s->info[i].says & SAYS_DATE)
			return true;
	return false;
}

/* Class names lie often: only short text. */
static void date_from_classes(struct dater *d)
{
	for (size_t k = 0, seen = 0; k < d->s->nlines && d->article->published == WHEN_NONE; k++) {
		const struct line *l = &d->s->lines[k];
		if (l->at >= d->until || seen > MAX_DATE_LINES)
			return;
		if (l->weight > 150 || l->link * 2 > l->weight || !says_date(d->s, l))
			continue;
		seen++;
		set_found(d, scan_line_text(d->s, l));
	}
}

static size_t title_line(const struct dater *d)
{
	for (size_t k = 0; k < d->s->nlines && d->s->lines[k].at < d->until; k++)
		if (d->s->lines[k].to - d->s->lines[k].from < 2 * MAX_TITLE_BYTES &&
		    text_alike(scan_line_text(d->s, &d->s->lines[k]), d->article->title))
			return k;
	return d->s->nlines;
}

static bool begins_with_date(const struct dater *d, struct str text, struct date *date, struct str *found)
{
	return find(d, str_sub(text, 0, 60), date, found) && (size_t)(found->p - text.p) <= MAX_LEAD;
}

/* In a short line between title and text, or just above the title; or at the beginning of the text. */
static void date_from_lines(struct dater *d, size_t title)
{
	const struct scan *s = d->s;
	struct date date;
	struct str found;

	for (size_t k = title, seen = 0; k < s->nlines && seen <= MAX_DATE_LINES; k++, seen++) {
		if (s->lines[k].at >= d->until || d->article->published != WHEN_NONE)
			break;
		if (s->lines[k].weight <= MAX_DATE_WEIGHT)
			set_found(d, scan_line_text(s, &s->lines[k]));
		else if (seen < 8 && begins_with_date(d, scan_line_text(s, &s->lines[k]), &date, &found))
			set_found(d, found);
	}
	for (size_t k = title; k < s->nlines && k > 0 && title - k < MAX_LINES_ABOVE; k--)
		if (s->lines[k - 1].weight <= MAX_DATE_WEIGHT / 2)
			set_found(d, scan_line_text(s, &s->lines[k - 1]));
}

/* Without the title's line: from the article on. */
static void date_from_body(struct dater *d)
{
	for (size_t k = 0, seen = 0; k < d->s->nlines && seen <= MAX_DATE_LINES; k++) {
		const struct line *l = &d->s->lines[k];
		if (l->at < d->body->node)
			continue;
		if (l->at >= d->until)
			return;
		seen++;
		if (l->weight <= MAX_DATE_WEIGHT)
			set_found(d, scan_line_text(d->s, l));
	}
}

/* Below the text, where some systems say who wrote it and when; not in what belongs to others. */
static void date_from_below(struct dater *d)
{
	static const struct str rights[] = { STR("©"), STR("(c)"), STR("copyright") };

	for (size_t k = 0, seen = 0; k < d->s->nlines && seen < MAX_DATE_LINES / 2; k++) {
		const struct line *l = &d->s->lines[k];
		if (l->at < d->until)
			continue;
		seen++;
		if (l->weight > 2 * MAX_DATE_WEIGHT || l->link * 2 > l->weight)
			continue;
		struct str text = scan_line_text(d->s, l);
		bool right = false;
		for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]) && !right; i++)
			right = str_find_nocase(text, rights[i]) != STR_NPOS;
		if (!right)
			set_found(d, text);
	}
}

/* /2020/03/13/, /2020/3/13/ or 20200313 in the address. */
static bool date_in_address(struct str url, struct date *date, struct str *found)
{
	size_t path = str_find(url, STR("://"));

	for (size_t i = path == STR_NPOS ? 0 : path + 3; i + 8 < url.n; i++) {
		char before = url.p[i - (i > 0)];
		if ((before != '/' && before != '-' && before != '_') ||
		    !(str_starts(str_sub(url, i, url.n), STR("20")) || str_starts(str_sub(url, i, url.n), STR("19"))))
			continue;
		for (size_t n = 10; n >= 8; n--) {
			struct str text = str_sub(url, i, i + n);
			bool ends = i + n >= url.n || !char_is_digit(url.p[i + n]);
			if (text.n == n && ends && char_is_digit(text.p[n - 1]) && date_parse(text, date)) {
				*found = text;
				return true;
			}
		}
	}
	return false;
}

/* The day before or after the instant that a reader somewhere on earth may be shown. */
static bool is_shown_day(when at, when day)
{
	return day != WHEN_NONE && at + 14 * HOUR >= day && at - 12 * HOUR < day + DAY;
}

static when day_of(when at)
{
	return at - ((at % DAY) + DAY) % DAY;
}

/* True if the day was settled: it is that of the instant, or the written text was changed. */
static bool settle_day(struct article *a, const struct date *date, struct str found)
{
	when day = day_of(date->at);

	if (date->has_offset || !is_shown_day(a->published, day))
		return false;
	if (day != day_of(a->published))
		a->published_text = found;
	return true;
}

/* What day a reader is shown, where the metadata counts in UTC. */
static void settle_shown_day(struct dater *d, size_t title, const struct date *address, struct str in_address)
{
	struct article *a = d->article;
	struct date date;
	struct str found;

	if (address && settle_day(a, address, in_address))
		return;
	size_t from = title < d->s->nlines && title > MAX_LINES_ABOVE ? title - MAX_LINES_ABOVE : 0;
	for (size_t k = from, seen = 0; k < d->s->nlines && seen < MAX_SHOWN_LINES; k++) {
		const struct line *l = &d->s->lines[k];
		if (l->at >= d->until)
			return;
		if (title >= d->s->nlines && l->at < d->body->node)
			continue;
		seen++;
		struct str text = scan_line_text(d->s, l);
		bool has = l->weight <= MAX_DATE_WEIGHT ? find(d, text, &date, &found)
		                                        : begins_with_date(d, text, &date, &found);
		if (has && settle_day(a, &date, found))
			return;
	}
}

static bool in_utc(struct str written)
{
	struct date d;

	return date_parse(written, &d) && d.has_time && (!d.has_offset || day_of(d.at) == d.day);
}

void dates_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out)
{
	struct article *a = &out->article;
	struct dater d = { .s = s, .body = body, .article = a };
	struct date address = { .at = WHEN_NONE };
	struct str in_address = STR_NONE;

	d.until = body->node ? s->html->nodes[body->node].end : s->html->nnodes;
	d.month_first = puts_month_first(m->language, s->page_url);
	a->published = a->modified = WHEN_NONE;
	if (!set_date(m->ld_published, &a->published, &a->published_text))
		set_date(m->published, &a->published, &a->published_text);
	if (!set_date(m->ld_modified, &a->modified, &a->modified_text))
		set_date(m->modified, &a->modified, &a->modified_text);
	bool has = date_in_address(s->page_url, &address, &in_address) ||
	           date_in_address(m->canonical, &address, &in_address);
	size_t title = title_line(&d);
	if (a->published != WHEN_NONE && has && address.at < day_of(a->published) - 2 * DAY) {
		a->published = WHEN_NONE;
	} else if (a->published != WHEN_NONE && in_utc(a->published_text)) {
		settle_shown_day(&d, title, has ? &address : NULL, in_address);
		return;
	}
	date_from_time(&d);
	date_from_classes(&d);
	if (body->node) {
		date_from_lines(&d, title);
		date_from_body(&d);
	}
	if (has && (a->published == WHEN_NONE || !is_shown_day(a->published, address.day))) {
		a->published = WHEN_NONE; /* what the page shows is another date than its own */
		set_date(in_address, &a->published, &a->published_text);
	}
	date_from_below(&d);
	if (a->published == WHEN_NONE) {
		a->published = a->modified;
		a->published_text = a->modified_text;
	}
}
