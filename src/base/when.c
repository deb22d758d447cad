/*
 * Points in time: see when.h.  The calendar is the proleptic Gregorian one;
 * days are counted with the era arithmetic of 400-year cycles.
 */
#include "base/when.h"

#include <stdio.h>
#include <string.h>

static const char *const MONTHS[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};
static const char *const WEEKDAYS[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

static int64_t days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static int days_in_month(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	return m == 2 && leap ? 29 : days[m - 1];
}

bool when_from_civil(int year, int month, int day, int hour, int minute, int second, int offset, when *out)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	if (hour == 24 && minute == 0 && second == 0)
		; /* ISO 8601's end of the day */
	else if (hour < 0 || hour > 23)
		return false;
	if (minute < 0 || minute > 59 || second < 0 || second > 60 || offset < -DAYS || offset > DAYS)
		return false;
	if (second == 60)
		second = 59;
	*out = days_from_civil(year, month, day) * DAYS + hour * HOURS + minute * MINUTES + second - offset;
	return true;
}

int64_t when_second_of_day(when t)
{
	return (t % DAYS + DAYS) % DAYS;
}

int64_t when_day(when t)
{
	return t / DAYS - (t % DAYS < 0);
}

struct civil when_to_civil(when t)
{
	int64_t days = when_day(t), rest = when_second_of_day(t);
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	int64_t weekday = (days + 4) % 7;

	return (struct civil){
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(rest / HOURS),
		.minute = (int)(rest % HOURS / MINUTES),
		.second = (int)(rest % MINUTES),
		.weekday = (int)(weekday < 0 ? weekday + 7 : weekday),
	};
}

/* Reads exactly n digits at *s. */
static bool take_digits(struct str *s, size_t n, int *out)
{
	int v = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!char_is_digit(s->p[i]))
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = str_sub(*s, n, s->n);
	*out = v;
	return true;
}

static bool take_byte(struct str *s, char c)
{
	if (s->n == 0 || char_lower(s->p[0]) != char_lower(c))
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static bool take_offset(struct str *s, int *offset)
{
	int sign, hours, minutes = 0;

	*offset = 0;
	*s = str_trim(*s);
	if (s->n == 0 || take_byte(s, 'Z'))
		return true;
	if (take_byte(s, '+'))
		sign = 1;
	else if (take_byte(s, '-'))
		sign = -1;
	else
		return false;
	if (!take_digits(s, 2, &hours))
		return false;
	take_byte(s, ':');
	if (s->n && !take_digits(s, 2, &minutes))
		return false;
	*offset = sign * (hours * HOURS + minutes * MINUTES);
	return true;
}

bool when_parse_iso(struct str s, when *out)
{
	int year, month, day, hour = 0, minute = 0, second = 0, offset = 0;

	s = str_trim(s);
	if (!take_digits(&s, 4, &year) || !take_byte(&s, '-') || !take_digits(&s, 2, &month) || !take_byte(&s, '-') ||
	    !take_digits(&s, 2, &day))
		return false;
	if (s.n == 0)
		return when_from_civil(year, month, day, 0, 0, 0, 0, out);
	if (!take_byte(&s, 'T') && !take_byte(&s, ' '))
		return false;
	if (!take_digits(&s, 2, &hour) || !take_byte(&s, ':') || !take_digits(&s, 2, &minute))
		return false;
	if (take_byte(&s, ':')) {
		if (!take_digits(&s, 2, &second))
			return false;
		if (take_byte(&s, '.') || take_byte(&s, ','))
			while (s.n && char_is_digit(s.p[0]))
				s = str_sub(s, 1, s.n);
	}
	if (!take_offset(&s, &offset) || s.n)
		return false;
	return when_from_civil(year, month, day, hour, minute, second, offset, out);
}

bool when_parse_digits(struct str s, when *out)
{
	static const size_t lengths[] = { 4, 2, 2, 2, 2, 2 };
	int parts[] = { 0, 1, 1, 0, 0, 0 };

	if (s.n < lengths[0])
		return false;
	for (size_t i = 0; i < 6 && s.n; i++)
		if (!take_digits(&s, lengths[i], &parts[i]))
			return false;
	return s.n == 0 && parts[3] < 24 &&
	       when_from_civil(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], 0, out);
}

static bool month_from_name(const char *name, int *month)
{
	for (int i = 0; i < 12; i++)
		if (str_eq_nocase(str_from(name), str_from(MONTHS[i]))) {
			*month = i + 1;
			return true;
		}
	return false;
}

bool when_parse_http(struct str s, when *out)
{
	char text[64], name[4], zone[8];
	int year, month, day, hour, minute, second;

	s = str_trim(s);
	if (s.n >= sizeof text)
		return false;
	memcpy(text, s.p ? s.p : "", s.n);
	text[s.n] = '\0';
	if (sscanf(text, "%*[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %7s", &day, name, &year, &hour, &minute, &second,
	           zone) == 7 &&
	    strcmp(zone, "GMT") == 0)
		; /* IMF-fixdate */
	else if (sscanf(text, "%*[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d %7s", &day, name, &year, &hour, &minute,
	                &second, zone) == 7 &&
	         strcmp(zone, "GMT") == 0)
		year += year < 70 ? 2000 : 1900; /* RFC 850 */
	else if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", name, &day, &hour, &minute, &second,
	                &year) != 6) /* asctime */
		return false;
	return month_from_name(name, &month) && when_from_civil(year, month, day, hour, minute, second, 0, out);
}

char *when_iso(when t, char out[WHEN_TEXT])
{
	out[0] = '\0';
	if (t == WHEN_NONE)
		return out;
	struct civil c = when_to_civil(t);
	snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
	return out;
}

char *when_digits(when t, char out[WHEN_TEXT])
{
	struct civil c = when_to_civil(t);

	*out = '\0';
	if (t != WHEN_NONE)
		snprintf(out, WHEN_TEXT, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute,
		         c.second);
	return out;
}

char *when_http(when t, char out[WHEN_TEXT])
{
	out[0] = '\0';
	if (t == WHEN_NONE)
		return out;
	struct civil c = when_to_civil(t);
	snprintf(out, WHEN_TEXT, "%s, %02d %s %04d %02d:%02d:%02d GMT", WEEKDAYS[c.weekday], c.day, MONTHS[c.month - 1],
	         c.year, c.hour, c.minute, c.second);
	return out;
}

char *when_date(when t, char out[WHEN_TEXT])
{
	if (t == WHEN_NONE) {
		snprintf(out, WHEN_TEXT, "time unknown");
		return out;
	}
	struct civil c = when_to_civil(t);
	snprintf(out, WHEN_TEXT, "%d %s %d", c.day, MONTHS[c.month - 1], c.year);
	return out;
}

char *when_hm(when t, char out[WHEN_TEXT])
{
	out[0] = '\0';
	if (t == WHEN_NONE)
		return out;
	struct civil c = when_to_civil(t);
	snprintf(out, WHEN_TEXT, "%02d:%02d", c.hour, c.minute);
	return out;
}

char *when_human(when t, char out[WHEN_TEXT])
{
	when_date(t, out);
	if (t != WHEN_NONE) {
		struct civil c = when_to_civil(t);
		size_t n = strlen(out);
		snprintf(out + n, WHEN_TEXT - n, ", %02d:%02d UTC", c.hour, c.minute);
	}
	return out;
}

char *when_length(int64_t seconds, char out[WHEN_TEXT])
{
	/* Up to a limit, a unit in which to count and the words before it. */
	static const struct {
		int64_t below, unit;
		const char *before, *one;
	} steps[] = {
		{ 45 * MINUTES, MINUTES, "", "minute" },
		{ 22 * HOURS, HOURS, "about ", "hour" },
		{ 60 * DAYS, DAYS, "", "day" },
		{ 365 * DAYS, 30 * DAYS, "about ", "month" },
	};
	if (seconds < 0)
		seconds = seconds == INT64_MIN ? INT64_MAX : -seconds;
	if (seconds < 30) {
		snprintf(out, WHEN_TEXT, "less than a minute");
		return out;
	}
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (seconds >= steps[i].below)
			continue;
		int64_t n = (seconds + steps[i].unit / 2) / steps[i].unit;
		n = n ? n : 1;
		snprintf(out, WHEN_TEXT, "%s%lld %s%s", steps[i].before, (long long)n, steps[i].one, n == 1 ? "" : "s");
		return out;
	}
	int64_t years = seconds / (365 * DAYS);
	snprintf(out, WHEN_TEXT, "over %lld year%s", (long long)years, years == 1 ? "" : "s");
	return out;
}
