/*
 * Where a text speaks of a time: see moments.h.
 *
 * Each term is asked whether it is a part of a time: a weekday, a month beside
 * a number or by itself, a year, a time of day, "yesterday".  Parts that stand
 * side by side, with no more than small words between them, are one moment.
 */
#include "text/moments.h"

struct part {
	uint32_t first, end;
	uint64_t key;
	bool relative;
};

static uint64_t mix(uint64_t kind, int64_t value)
{
	uint64_t h = (kind * 1000003u + (uint64_t)value + 1) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* The whole number that a term of digits is, or -1. */
static int64_t plain(const struct terms *t, uint32_t i)
{
	int64_t v;

	if (i >= t->n || t->at[i].kind != TERM_DIGITS || t->at[i].to - t->at[i].from > 4)
		return -1;
	return str_to_i64(term_text(t, i, i + 1), &v) ? v : -1;
}

static bool has(const struct terms *t, uint32_t i, enum term_class c)
{
	return i < t->n && term_is(&t->at[i], c);
}

static bool sign_is(const struct terms *t, uint32_t i, uint32_t sign)
{
	return i < t->n && t->at[i].sign == sign;
}

static bool text_is(const struct terms *t, uint32_t i, const char *word)
{
	return i < t->n && str_eq_nocase(term_text(t, i, i + 1), str_from(word));
}

/* Behind an ordinal's ending or stop, and small words inside dates. */
static uint32_t skip_ordinal(const struct terms *t, uint32_t i)
{
	static const char *const endings[] = { "st", "nd", "rd", "th", "er", "º", "ª" };

	for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
		if (i < t->n && t->at[i].glued && text_is(t, i, endings[k]))
			return i + 1;
	return sign_is(t, i, '.') && t->at[i].glued ? i + 1 : i;
}

static uint32_t skip_joint(const struct terms *t, uint32_t i)
{
	static const char *const joints[] = { "of", "de", "del", "the", "den", "dem" };

	if (sign_is(t, i, ',') || (sign_is(t, i, '.') && t->at[i].glued))
		return i + 1;
	for (size_t k = 0; k < sizeof joints / sizeof *joints; k++)
		if (text_is(t, i, joints[k]))
			return i + 1;
	return i;
}

static bool is_year(int64_t v)
{
	return v >= 1500 && v < 2100;
}

/* "7 January 2020", "Jan. 7, 2020", "March": from the month at i, whose day
 * may stand before it. */
static bool read_month(const struct terms *t, uint32_t i, uint32_t least, struct part *p)
{
	const struct term *m = &t->at[i];
	uint32_t end = i + 1;
	bool day = false, year = false;

	if (!term_is(m, TERM_MONTH) || m->span != 1)
		return false;
	/* Where months are capitalised, "set" and "may" are none. */
	bool latin = (unsigned char)t->text.p[m->from] < 0xc5;
	if (latin && !m->capital && t->languages & 3 && (m->to - m->from < 4 || t->languages == 1))
		return false;
	p->first = i;
	p->key = mix(1, term_value(t, m, TERM_MONTH));
	for (uint32_t back = 1; back <= 3 && i >= least + back && !day; back++) {
		int64_t v = plain(t, i - back);
		uint32_t behind = v >= 0 ? skip_joint(t, skip_ordinal(t, i - back + 1)) : 0;
		if (v >= 1 && v <= 31 && behind == i) {
			p->first = i - back;
			p->key += mix(2, v);
			day = true;
		}
	}
	uint32_t next = sign_is(t, end, '.') ? end + 1 : end;
	int64_t v = plain(t, next);
	if (!day && v >= 1 && v <= 31) {
		p->key += mix(2, v);
		end = skip_ordinal(t, next + 1);
		day = true;
		v = plain(t, end + 1);
		if ((sign_is(t, end, '-') || sign_is(t, end, 0x2013)) && v >= 1 && v <= 31) { /* "27-30" */
			p->key += mix(9, v);
			end += 2;
		}
	}
	next = skip_joint(t, end);
	v = plain(t, next);
	if (is_year(v)) {
		p->key += mix(3, v);
		end = next + 1;
		year = true;
	}
	p->end = end;
	bool long_name = m->to - m->from >= 4 && m->capital && !m->opens && !t->title_case;
	bool named = i && has(t, i - 1, TERM_IN_YEAR) && m->to - m->from >= 3 && (m->capital || !(t->languages & 3));
	return day || year || long_name || named;
}

static bool read_year(const struct terms *t, uint32_t i, struct part *p)
{
	int64_t v = plain(t, i);

	if (!is_year(v) || t->at[i].to - t->at[i].from != 4)
		return false;
	*p = (struct part){ i, i + 1, mix(3, v), false };
	if (i + 1 < t->n && t->at[i + 1].glued && text_is(t, i + 1, "s"))
		return p->end = i + 2, true;
	if (sign_is(t, i + 1, 0) && i + 1 < t->n && t->at[i + 1].han)
		return str_eq(term_text(t, i + 1, i + 2), STR("年"));
	if (i && has(t, i - 1, TERM_IN_YEAR))
		return true;
	/* A count is written 2,024, or with a bound or unit. */
	const struct term *next = i + 1 < t->n ? &t->at[i + 1] : NULL, *before = i ? &t->at[i - 1] : NULL;
	bool counted = next && (next->classes & (TERM_BIT(TERM_UNIT) | TERM_BIT(TERM_SCALE) | TERM_BIT(TERM_BEHIND)) ||
	                        (next->sign == '%' || next->sign == 0x20ac || next->sign == '/' || next->sign == '|'));
	bool bound = before && (term_is(before, TERM_BEYOND) ||
	                        (before->kind == TERM_SIGN && t->at[i].glued && before->sign != '(' &&
	                         before->sign != '-' && before->sign != 0x2013));
	return v >= 1900 && !counted && !bound && !(before && before->sign == '|');
}

/* "10:30", "10.30am", "5 p.m.", "14 Uhr", "14h30", 10時30分. */
static bool read_clock(const struct terms *t, uint32_t i, struct part *p)
{
	struct str s = term_text(t, i, i + 1);
	size_t colon = str_find_byte(s, ':'), dot = str_find_byte(s, '.');
	int64_t hour, minute = 0;
	size_t cut = colon != STR_NPOS ? colon : dot;
	bool half = has(t, i + 1, TERM_HALF_DAY);

	if (t->at[i].kind != TERM_DIGITS || s.n > 8 || !str_to_i64(str_sub(s, 0, cut), &hour) || hour > 24)
		return false;
	if (cut != STR_NPOS && (!str_to_i64(str_sub(s, cut + 1, cut + 3), &minute) || minute > 59 || s.n < cut + 3))
		return false;
	if (colon == STR_NPOS && !half)
		return false;
	int64_t kind = half ? term_value(t, &t->at[i + 1], TERM_HALF_DAY) : 0;
	if (kind == 6 && !(t->at[i + 1].glued))
		return false; /* "5 h" lasts */
	if (kind == 4 && colon == STR_NPOS && dot == STR_NPOS && !(i && text_is(t, i - 1, "om")))
		return false; /* Dutch "5 uur" lasts, unless at it */
	p->first = i;
	p->end = half ? i + 1 + t->at[i + 1].span : i + 1;
	if (half && (kind == 3 || kind == 6) && plain(t, p->end) >= 0 && plain(t, p->end) < 60 && t->at[p->end].glued) {
		minute = plain(t, p->end++);
		if (p->end < t->n && t->at[p->end].han && str_eq(term_text(t, p->end, p->end + 1), STR("分")))
			p->end++;
	}
	hour += kind == 2 && hour < 12 ? 12 : 0;
	p->key = mix(4, hour * 60 + minute);
	while (has(t, p->end, TERM_HALF_DAY))
		p->end += t->at[p->end].span;
	return true;
}

static bool is_time_unit(const struct terms *t, uint32_t i)
{
	if (!has(t, i, TERM_UNIT))
		return false;
	int64_t u = term_value(t, &t->at[i], TERM_UNIT);
	return u >= TERM_UNIT_YEAR && u <= TERM_UNIT_DECADE;
}

/* "2 hours ago", "vor zwei Stunden". */
static bool read_ago(const struct terms *t, uint32_t i, struct part *p)
{
	bool before = has(t, i, TERM_AGO) && term_value(t, &t->at[i], TERM_AGO) == 1;
	uint32_t at = before ? i + t->at[i].span : i, first = at;

	if (at < t->n &&
	    (t->at[at].kind == TERM_DIGITS || has(t, at, TERM_NUMBER) || has(t, at, TERM_SEVERAL) ||
	     text_is(t, at, "an") || text_is(t, at, "a") || text_is(t, at, "einer") || text_is(t, at, "une")))
		at += t->at[at].span;
	if (at == first || !is_time_unit(t, at))
		return false;
	uint64_t key = mix(5, (int64_t)t->at[first].fold) + mix(6, term_value(t, &t->at[at], TERM_UNIT));
	at += t->at[at].span;
	if (!before && !(has(t, at, TERM_AGO) && term_value(t, &t->at[at], TERM_AGO) == 0))
		return false;
	*p = (struct part){ i, before ? at : at + t->at[at].span, key, true };
	return true;
}

/* N月N日, N日. */
static bool read_han_day(const struct terms *t, uint32_t i, struct part *p)
{
	static const struct str signs[] = { STR("年"), STR("月"), STR("日"), STR("號"), STR("号") };
	static const uint64_t kinds[] = { 3, 1, 2, 2, 2 };
	int64_t v = plain(t, i);

	if (v < 0 || i + 1 >= t->n || !t->at[i + 1].han)
		return false;
	for (size_t k = 0; k < 5; k++)
		if (str_eq(term_text(t, i + 1, i + 2), signs[k]) && (k ? v >= 1 && v <= 31 : is_year(v))) {
			*p = (struct part){ i, i + 2, mix(kinds[k], v), false };
			return true;
		}
	return false;
}

/* The part that begins at i, or whose month is at i. */
static bool read_part(const struct terms *t, uint32_t i, uint32_t least, struct part *p)
{
	const struct term *at = &t->at[i];

	*p = (struct part){ i, i + at->span, 0, false };
	if (at->kind == TERM_DIGITS)
		return read_han_day(t, i, p) || read_ago(t, i, p) || read_clock(t, i, p) || read_year(t, i, p);
	if (at->classes == 0)
		return false;
	if (read_ago(t, i, p))
		return true;
	*p = (struct part){ i, i + at->span, 0, false };
	if (term_is(at, TERM_WEEKDAY)) {
		p->key = mix(7, term_value(t, at, TERM_WEEKDAY));
		return at->capital || at->han || !(t->languages & 3);
	}
	if (term_is(at, TERM_DAY)) {
		p->key = mix(8, term_value(t, at, TERM_DAY));
		return !(at->capital && !at->opens && !t->title_case && at->span == 1 && (t->languages & 3) == 1);
	}
	return read_month(t, i, least, p);
}

/* From the end of one part to the beginning of the next is only a comma or a
 * small word. */
static bool touches(const struct terms *t, uint32_t end, uint32_t first)
{
	static const char *const between[] = { "at", "on", "um",  "à", "le", "el",  "den",
		                               "kl", "om", "the", "a", "de", "alle" };

	if (first <= end)
		return true;
	if (first > end + 2)
		return false;
	for (uint32_t i = end; i < first; i++) {
		bool small = sign_is(t, i, ',') || sign_is(t, i, '(') || sign_is(t, i, ')');
		for (size_t k = 0; k < sizeof between / sizeof *between && !small; k++)
			small = text_is(t, i, between[k]);
		if (!small)
			return false;
	}
	return true;
}

struct moment *moments_find(struct arena *a, struct terms *t, uint32_t *n)
{
	struct moment *all = NULL, *last = NULL;
	uint32_t least = 0;
	size_t room = 0;
	struct part p;

	static const uint64_t begins = TERM_BIT(TERM_WEEKDAY) | TERM_BIT(TERM_DAY) | TERM_BIT(TERM_MONTH) |
	                               TERM_BIT(TERM_AGO) | TERM_BIT(TERM_NUMBER) | TERM_BIT(TERM_SEVERAL);

	*n = 0;
	if (!t->digits && !(t->classes & (begins | TERM_BIT(TERM_UNIT))))
		return NULL;
	bool units = t->classes & TERM_BIT(TERM_UNIT);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct term *x = &t->at[i];
		bool may = x->kind == TERM_DIGITS || x->classes & begins ||
		           (units && x->to - x->from <= 5 && i + 1 < t->n && is_time_unit(t, i + 1));
		if (!may || !read_part(t, i, least, &p))
			continue;
		if (last && touches(t, last->end, p.first)) {
			last->end = p.end;
			last->key += p.key;
			last->relative |= p.relative;
		} else {
			all = arena_grow(a, all, &room, *n + 1, sizeof *all);
			last = &all[(*n)++];
			*last = (struct moment){ p.first, p.end, p.key, p.relative };
		}
		for (uint32_t k = last->first; k < last->end; k++)
			t->at[k].use = 1;
		least = last->end;
		i = last->end - 1;
	}
	return all;
}
