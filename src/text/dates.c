/*
 * Dates as news pages and feeds write them: see dates.h.
 *
 * A date is one of a table of patterns (PATTERNS below), tried at each place
 * where a number, a weekday or a month begins; a time of day and a zone may
 * stand behind it or before it.  Names of months and zones are data
 * (months.inc, zones.inc).  Digits of any script count.  In 3/4/2020 the day
 * comes first unless that is impossible; years run from 1000 to 9999, two
 * digits mean 1970 to 2069.
 *
 * Limits: no relative times ("5 hours ago"), no dates without a year.
 */
#include "text/dates.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/hash.h"

#define DIGIT_WITHIN 28 /* characters: "Wednesday, September 3rd" */

struct fields {
	int year, month, day, hour, minute, second, offset; /* offset in minutes */
	bool has_time, has_offset, afternoon, morning;
};

struct cursor {
	struct str s;
	size_t i;
	bool month_first; /* in 3/4/2020 */
};

static uint32_t peek(const struct cursor *c)
{
	size_t i = c->i;
	return i < c->s.n ? utf8_next(c->s, &i) : 0;
}

static void advance(struct cursor *c)
{
	if (c->i < c->s.n)
		utf8_next(c->s, &c->i);
}

static int digit_of(uint32_t c)
{
	return c < 0x80 ? (c >= '0' && c <= '9' ? (int)c - '0' : -1) : u_charDigitValue((UChar32)c);
}

static bool is_letter(uint32_t c)
{
	return c < 0x80 ? char_is_alpha((char)c)
	                : (u_isalpha((UChar32)c) || u_charType((UChar32)c) == U_NON_SPACING_MARK ||
	                   u_charType((UChar32)c) == U_COMBINING_SPACING_MARK);
}

static bool is_han(uint32_t c)
{
	return c >= 0x2e80 && c < 0xd800;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || c == 0x202f || c == 0x3000 ||
	       c == 0x2009;
}

/* A run of at least least and at most most digits that no other digit follows. */
static bool read_number(struct cursor *c, unsigned least, unsigned most, int *value)
{
	struct cursor at = *c;
	unsigned n = 0;
	int64_t v = 0;

	for (int d; at.i < at.s.n && (d = digit_of(peek(&at))) >= 0; n++) {
		if (n == most)
			return false;
		v = v * 10 + d;
		advance(&at);
	}
	if (n < least)
		return false;
	*value = (int)(v < INT32_MAX ? v : INT32_MAX);
	*c = at;
	return true;
}

/* A word in lower case, with its length; empty if there is none. */
static struct str read_word(struct cursor *c, char out[64])
{
	size_t n = 0;

	while (c->i < c->s.n && is_letter(peek(c)) && !is_han(peek(c)) && n < 60) {
		n += utf8_put((uint32_t)u_tolower((UChar32)peek(c)), out + n);
		advance(c);
	}
	return str_of(out, n);
}

static bool listed(const char *list, struct str word)
{
	struct str rest = str_from(list);

	if (!word.n)
		return false;
	for (size_t at; (at = str_find(rest, word)) != STR_NPOS; rest = str_sub(rest, at + 1, rest.n))
		if (at && rest.p[at - 1] == ' ' && rest.p[at + word.n] == ' ')
			return true;
	return false;
}

static const struct {
	int number;
	const char *names;
} months[] = {
#define MONTH(number, names) { number, names },
#include "text/months.inc"
#undef MONTH
};

static const char weekdays[] =
        " monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun "
        "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so "
        "lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim "
        "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom "
        "lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta feira "
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag poniedziałek wtorek środa czwartek piątek sobota "
        "niedziela "
        "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
        "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag "
        "pazartesi salı çarşamba perşembe cuma cumartesi pazar κυρ δευ τρί τετ πέμ παρ σάβ "
        "senin selasa rabu kamis jumat sabtu minggu শনিবার রবিবার সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার ";

/* Which hashes the names of months and weekdays have: nearly every word of a text is none. */
#define NAME_BITS 4096
static uint64_t month_bits[NAME_BITS / 64], weekday_bits[NAME_BITS / 64];
static pthread_once_t names_once = PTHREAD_ONCE_INIT;

static void fill_names(uint64_t *bits, const char *names)
{
	struct str word;

	for (struct str rest = str_from(names); rest.n;) {
		str_cut(rest, ' ', &word, &rest);
		uint64_t bit = hash_quick(word) % NAME_BITS;
		bits[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

static void fill_all_names(void)
{
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++)
		fill_names(month_bits, months[i].names);
	fill_names(weekday_bits, weekdays);
}

static bool may_be(const uint64_t *bits, struct str word)
{
	pthread_once(&names_once, fill_all_names);
	uint64_t bit = hash_quick(word) % NAME_BITS;
	return bits[bit / 64] >> bit % 64 & 1;
}

static bool read_month(struct cursor *c, int *month)
{
	struct cursor at = *c;
	char lower[64];
	struct str word = read_word(&at, lower);

	if (word.n < 2 || !may_be(month_bits, word))
		return false;
	for (size_t i = 0; i < 12; i++) {
		if (!listed(months[i].names, word))
			continue;
		if (peek(&at) == '.')
			advance(&at);
		*month = months[i].number;
		*c = at;
		return true;
	}
	return false;
}

static bool read_weekday(struct cursor *c)
{
	struct cursor at = *c;
	char lower[64];

	struct str word = read_word(&at, lower);
	if (!may_be(weekday_bits, word) || !listed(weekdays, word))
		return false;
	if (peek(&at) == '.')
		advance(&at);
	*c = at;
	return true;
}

static bool read_literal(struct cursor *c, struct str what)
{
	if (!str_starts_nocase(str_sub(c->s, c->i, c->s.n), what))
		return false;
	c->i += what.n;
	return true;
}

static void skip_blanks(struct cursor *c)
{
	while (c->i < c->s.n && is_blank(peek(c)))
		advance(c);
}

/* Blanks, commas and the small words inside dates. */
static void skip_filler(struct cursor *c)
{
	static const char fillers[] = " de del of d di the ";

	for (;;) {
		skip_blanks(c);
		uint32_t p = peek(c);
		if (p == ',' || p == 0x60c || p == 0x3001) {
			advance(c);
			continue;
		}
		struct cursor at = *c;
		char lower[64];
		if (!listed(fillers, read_word(&at, lower)))
			return;
		*c = at;
	}
}

/* "st", "nd", "rd", "th", "er", "." or an ordinal sign behind a day. */
static void skip_ordinal(struct cursor *c)
{
	struct cursor at = *c;
	char lower[64];
	uint32_t p = peek(c);

	if (p == '.' || p == 0xba || p == 0xaa)
		advance(c);
	else if (listed(" st nd rd th er ", read_word(&at, lower)))
		*c = at;
}

/*
 * One pattern at the cursor: Y year of four digits, y of two, M month and D
 * day in one or two digits, m and d in two, N month by name, W weekday, a
 * space any filler, E a Japanese or Taiwanese era with its year; anything
 * else stands for itself.
 */
static bool match_pattern(const char *pattern, struct cursor *c, struct fields *f)
{
	static const struct {
		struct str name;
		int before;
	} eras[] = { { STR("令和"), 2018 }, { STR("平成"), 1988 }, { STR("民國"), 1911 } };
	struct cursor at = *c;
	struct str p = str_from(pattern);

	for (size_t i = 0; i < p.n; i++) {
		bool ok = true;
		switch (p.p[i]) {
		case 'Y':
			ok = read_number(&at, 4, 4, &f->year) && f->year >= 100;
			if (ok && f->year >= 2400 && f->year < 2700)
				f->year -= 543; /* Buddhist */
			break;
		case 'y':
			ok = read_number(&at, 2, 2, &f->year);
			f->year += f->year < 70 ? 2000 : 1900;
			break;
		case 'M':
			ok = read_number(&at, 1, 2, &f->month);
			break;
		case 'D':
			ok = read_number(&at, 1, 2, &f->day);
			if (ok && (i + 1 == p.n || p.p[i + 1] == ' '))
				skip_ordinal(&at);
			break;
		case 'N':
			ok = read_month(&at, &f->month);
			break;
		case 'W':
			ok = read_weekday(&at);
			break;
		case 'E':
			ok = false;
			for (size_t k = 0; k < 3 && !ok; k++) {
				ok = read_literal(&at, eras[k].name) && read_number(&at, 1, 3, &f->year);
				f->year += eras[k].before;
			}
			break;
		case ' ':
			skip_filler(&at);
			break;
		default:
			ok = at.i < at.s.n && at.s.p[at.i] == p.p[i];
			at.i++;
		}
		if (!ok)
			return false;
	}
	*c = at;
	return true;
}

/* 20200313, at times with the time behind it. */
static bool match_compact(struct cursor *c, struct fields *f)
{
	struct cursor at = *c;
	int v = 0;

	if (read_number(&at, 8, 8, &v)) {
		*c = at;
		int t = 0;
		if (read_literal(&at, STR("T")) && read_number(&at, 6, 6, &t)) { /* 20200313T140500 */
			f->hour = t / 10000, f->minute = t / 100 % 100, f->second = t % 100;
			f->has_time = true;
			*c = at;
		}
	} else if (read_number(&at, 14, 14, &v)) {
		struct cursor part = { .s = str_sub(c->s, 0, c->i + 8), .i = c->i };
		struct cursor time = { .s = str_sub(c->s, 0, c->i + 14), .i = c->i + 8 };
		int t = 0;
		if (!read_number(&part, 8, 8, &v) || !read_number(&time, 6, 6, &t))
			return false;
		f->hour = t / 10000, f->minute = t / 100 % 100, f->second = t % 100;
		f->has_time = true;
		*c = at;
	} else {
		return false;
	}
	f->year = v / 10000, f->month = v / 100 % 100, f->day = v % 100;
	return true;
}

static bool is_day(const struct fields *f)
{
	when ignored;
	return when_from_civil(f->year, f->month, f->day, 0, 0, 0, 0, &ignored);
}

/* How many digits in a row stand at the cursor; more than four count as five. */
static unsigned digits_at(struct cursor at)
{
	unsigned n = 0;

	while (n < 5 && at.i < at.s.n && digit_of(peek(&at)) >= 0) {
		advance(&at);
		n++;
	}
	return n;
}

/* Whether a pattern that begins so may match where so many digits stand. */
static bool may_match(char first, unsigned digits)
{
	switch (first) {
	case 'Y':
		return digits == 4;
	case 'y':
		return digits == 2;
	case 'D':
	case 'M':
		return digits == 1 || digits == 2;
	default:
		return digits == 0;
	}
}

static bool read_day(struct cursor *c, struct fields *f)
{
	static const char *const patterns[] = {
		"Y-M-D", "Y/M/D", "Y.M.D",   "Y年 M月 D日", "Y년 M월 D일", "E年 M月 D日", "N D Y",
		"D N Y", "D-N-Y", "D/N/Y",   "Y N D",       "Y-N-D",       "D. M. Y",     "D.M.Y",
		"D/M/Y", "D-M-Y", "D年M月Y", "D N y",       "D-N-y",       "D.M.y",       "D/M/y",
	};
	unsigned digits = digits_at(*c);

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct cursor at = *c;
		struct fields found = *f;
		if (!may_match(patterns[i][0], digits) || !match_pattern(patterns[i], &at, &found))
			continue;
		bool swap = found.month > 12 || (c->month_first && found.day <= 12 && patterns[i][1] == '/');
		if (patterns[i][0] == 'D' && swap && found.day <= 12) {
			int month = found.day;
			found.day = found.month;
			found.month = month;
		}
		if (!is_day(&found))
			continue;
		*f = found;
		*c = at;
		return true;
	}
	struct cursor at = *c;
	struct fields found = *f;
	if (!match_compact(&at, &found) || !is_day(&found) || found.year < 1900 || found.year > 2100)
		return false;
	*f = found;
	*c = at;
	return true;
}

/* "上午", "下午", "오후", "a.m.", "PM". */
static void read_half(struct cursor *c, struct fields *f)
{
	static const struct {
		struct str name;
		bool afternoon;
	} halves[] = {
		{ STR("上午"), false }, { STR("早上"), false }, { STR("凌晨"), false }, { STR("午前"), false },
		{ STR("下午"), true },  { STR("晚上"), true },  { STR("午後"), true },  { STR("오전"), false },
		{ STR("오후"), true },  { STR("a.m."), false }, { STR("p.m."), true },  { STR("am"), false },
		{ STR("pm"), true },
	};
	struct cursor at = *c;

	skip_blanks(&at);
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		struct cursor behind = at;
		if (!read_literal(&behind, halves[i].name) || (halves[i].name.p[0] < 'z' && is_letter(peek(&behind)) &&
		                                               (unsigned char)halves[i].name.p[0] < 0x80))
			continue;
		f->afternoon |= halves[i].afternoon;
		f->morning |= !halves[i].afternoon;
		*c = behind;
		return;
	}
}

/* What may stand between hour and minute, or minute and second. */
static bool read_time_sign(struct cursor *c, bool first, bool *needs_word)
{
	static const struct str signs[] = { STR(":"),  STR("："), STR("時"), STR("时"), STR("點"),
		                            STR("点"), STR("시"), STR("h"),  STR("분"), STR("分") };

	*needs_word = false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (read_literal(c, signs[i])) {
			skip_blanks(c);
			return true;
		}
	*needs_word = read_literal(c, STR("."));
	return *needs_word && first;
}

static bool read_time(struct cursor *c, struct fields *f)
{
	static const struct str units[] = { STR("Uhr"), STR("uur"), STR("분"),  STR("分"),
		                            STR("초"),  STR("秒"),  STR("hrs"), STR("h") };
	struct cursor at = *c;
	struct fields t = *f;
	bool dotted = false, dotted_again, unit = false;

	read_half(&at, &t);
	skip_blanks(&at);
	if (!read_number(&at, 1, 2, &t.hour))
		return false;
	t.minute = t.second = 0;
	struct cursor hour_only = at;
	if (!read_time_sign(&at, true, &dotted) || !read_number(&at, dotted ? 2 : 1, 2, &t.minute)) {
		at = hour_only; /* "5 pm", "14 Uhr" */
		dotted = true;
	}
	struct cursor seconds = at;
	if (at.i != hour_only.i && read_time_sign(&seconds, false, &dotted_again) &&
	    read_number(&seconds, 1, 2, &t.second)) {
		at = seconds;
		if (read_literal(&seconds, STR(".")) || read_literal(&seconds, STR(","))) {
			int fraction;
			if (read_number(&seconds, 1, 9, &fraction))
				at = seconds;
		}
	}
	read_half(&at, &t);
	struct cursor behind = at;
	skip_blanks(&behind);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && !unit; i++)
		unit = read_literal(&behind, units[i]);
	if (unit && !(peek(&behind) < 0x80 && is_letter(peek(&behind))))
		at = behind;
	if (dotted && !unit && !t.afternoon && !t.morning)
		return false;
	if (t.afternoon && t.hour < 12)
		t.hour += 12;
	if (t.morning && t.hour == 12)
		t.hour = 0;
	if (t.hour > 24 || t.minute > 59 || t.second > 60)
		return false;
	t.has_time = true;
	*f = t;
	*c = at;
	return true;
}

/* "+02:00", "-0500", "+8". */
static bool read_offset(struct cursor *c, int *minutes)
{
	struct cursor at = *c;
	uint32_t sign = peek(&at);
	int hours = 0, rest = 0;

	if (sign != '+' && sign != '-' && sign != 0x2212)
		return false;
	advance(&at);
	if (read_number(&at, 4, 4, &hours)) {
		rest = hours % 100;
		hours /= 100;
	} else if (read_number(&at, 1, 2, &hours)) {
		struct cursor more = at;
		if (read_literal(&more, STR(":")) && read_number(&more, 2, 2, &rest))
			at = more;
	} else {
		return false;
	}
	if (hours > 15 || rest > 59)
		return false;
	*minutes = (hours * 60 + rest) * (sign == '+' ? 1 : -1);
	*c = at;
	return true;
}

static bool read_zone(struct cursor *c, struct fields *f)
{
	static const struct {
		const char *name;
		int minutes;
	} zones[] = {
#define ZONE(name, minutes) { name, minutes },
#include "text/zones.inc"
#undef ZONE
	};
	struct cursor at = *c;
	char lower[64];

	skip_blanks(&at);
	bool open = read_literal(&at, STR("("));
	if (read_literal(&at, STR("Etc/")))
		skip_blanks(&at);
	bool found = read_offset(&at, &f->offset);
	if (!found) {
		struct str word = read_word(&at, lower);
		for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]) && !found; i++)
			if (str_eq(word, str_from(zones[i].name))) {
				found = true;
				f->offset = zones[i].minutes;
			}
		if (found && f->offset == 0)
			read_offset(&at, &f->offset);
	}
	if (!found)
		return false;
	if (open && !read_literal(&at, STR(")")))
		return false;
	f->has_offset = true;
	*c = at;
	return true;
}

/* What may stand between a date and its time. */
static void skip_joint(struct cursor *c)
{
	static const char joints[] = " t at um à a às las le kl o godz ob klo om в о время time uhr ore alle ";

	for (int words = 0;;) {
		skip_blanks(c);
		uint32_t p = peek(c);
		if (p == ',' || p == '|' || p == '-' || p == 0x2013 || p == 0x2014 || p == 0xb7 || p == 0x2022 ||
		    p == '/' || p == '.' || p == ';' || p == '@' || p == ':' || p == '(') {
			advance(c);
			continue;
		}
		struct cursor at = *c;
		char lower[64];
		if (words == 3 || !listed(joints, read_word(&at, lower)))
			return;
		words++;
		*c = at;
	}
}

/* "(Thursday)", "星期四" behind a date. */
static void skip_weekday(struct cursor *c)
{
	static const struct str names[] = { STR("星期"), STR("週"), STR("周"), STR("禮拜") };
	struct cursor at = *c;

	skip_blanks(&at);
	bool open = read_literal(&at, STR("(")) || read_literal(&at, STR("（"));
	bool found = false;
	for (size_t i = 0; i < 4 && !found; i++)
		if (read_literal(&at, names[i])) {
			advance(&at);
			found = true;
		}
	if (!found && open && is_han(peek(&at))) { /* "(木)" */
		advance(&at);
		found = true;
	}
	found = found || read_weekday(&at);
	if (open && !read_literal(&at, STR(")")) && !read_literal(&at, STR("）")))
		return;
	if (found)
		*c = at;
}

/* asctime: "Sun Jan  4 16:29:06 2004", with a zone before or behind the year. */
static bool read_asctime(struct cursor *c, struct fields *f)
{
	struct cursor at = *c;
	struct fields t = *f;

	if (!match_pattern("N D ", &at, &t) || !read_time(&at, &t))
		return false;
	read_zone(&at, &t);
	if (!match_pattern(" Y", &at, &t) || !is_day(&t))
		return false;
	if (!t.has_offset)
		read_zone(&at, &t);
	*f = t;
	*c = at;
	return true;
}

static bool read_date(struct cursor *c, struct fields *f)
{
	struct cursor at = *c;

	*f = (struct fields){ 0 };
	if (read_weekday(&at))
		skip_filler(&at);
	if (read_asctime(&at, f)) {
		*c = at;
		return true;
	}
	struct cursor before = at;
	if (read_time(&before, f)) { /* 14:05, 13 March 2020 */
		read_zone(&before, f);
		skip_joint(&before);
		if (read_weekday(&before))
			skip_filler(&before);
		if (read_day(&before, f)) {
			*c = before;
			return true;
		}
		*f = (struct fields){ 0 };
	}
	if (!read_day(&at, f) || (digit_of(peek(&at)) >= 0 && !f->has_time))
		return false;
	skip_weekday(&at);
	struct cursor behind = at;
	skip_joint(&behind);
	if (f->has_time || read_time(&behind, f)) {
		if (f->has_time && behind.i > at.i)
			at = behind;
		read_zone(&at, f);
	}
	*c = at;
	return true;
}

static bool finish(const struct fields *f, struct date *out)
{
	int hour = f->hour, minute = f->minute, second = f->second;

	*out = (struct date){ .at = WHEN_NONE, .has_time = f->has_time, .has_offset = f->has_offset };
	if (hour == 24 || second == 60) /* the end of the day; a leap second */
		hour = hour == 24 ? 23 : hour, minute = 59, second = 59;
	if (!when_from_civil(f->year, f->month, f->day, hour, minute, second, f->offset * 60, &out->at))
		return false;
	return when_from_civil(f->year, f->month, f->day, 0, 0, 0, 0, &out->day);
}

/* Whether the word at the cursor is none that a date begins with: no month, no weekday, no "am" or "pm". */
static bool begins_no_date(struct cursor c)
{
	char lower[64], first = c.i < c.s.n ? char_lower(c.s.p[c.i]) : ' ';

	if (!char_is_alpha(first) || first == 'a' || first == 'p')
		return false;
	struct str word = read_word(&c, lower);
	return !may_be(month_bits, word) && !may_be(weekday_bits, word);
}

/* May a date begin at i? Only where a run of digits begins, or a word with a
 * digit soon behind it; the next digit stands at digit. */
static bool may_begin(struct str s, size_t i, size_t digit, uint32_t before)
{
	struct cursor c = { .s = s, .i = i };
	uint32_t p = peek(&c);

	if (digit_of(p) >= 0)
		return digit_of(before) < 0 && before != '.' && before != '/' && before != '-';
	if (!is_letter(p) || (is_letter(before) && !is_han(before)))
		return false;
	unsigned between = 0;
	for (struct cursor at = c; at.i < digit && digit - i >= DIGIT_WITHIN; advance(&at))
		if (++between == DIGIT_WITHIN)
			return false;
	return !begins_no_date(c);
}

/* What begins with this byte is no digit of any script: a control or letter below U+0640, in U+3000 to U+9FFF or in
 * U+B000 to U+DFFF. */
static bool begins_no_digit(unsigned char c)
{
	return (c >= 0xc2 && c <= 0xd8) || (c >= 0xe3 && c <= 0xe9) || (c >= 0xeb && c <= 0xed);
}

/* Where the next digit stands, from i on; s.n if there is none. */
static size_t next_digit(struct str s, size_t i)
{
	size_t at = i;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		at = i;
		if (begins_no_digit(c) || (c & 0xc0) == 0x80) /* nor is what continues it */
			i++;
		else if (digit_of(utf8_next(s, &i)) >= 0)
			return at;
	}
	return s.n;
}

bool date_find_in(struct str s, bool month_first, struct date *out, struct str *found)
{
	uint32_t before = ' ';
	size_t digit = next_digit(s, 0);

	for (size_t i = 0; i < s.n;) {
		if (digit < i)
			digit = next_digit(s, i);
		if (digit == s.n)
			return false;
		if (digit - i > 4 * DIGIT_WITHIN) { /* too far for any word to begin a date */
			before = utf8_next(s, &i);
			continue;
		}
		struct cursor c = { s, i, month_first };
		struct fields f;
		if (may_begin(s, i, digit, before) && read_date(&c, &f) && finish(&f, out)) {
			*found = str_trim(str_sub(s, i, c.i));
			return true;
		}
		before = utf8_next(s, &i);
	}
	return false;
}

bool date_find(struct str s, struct date *out, struct str *found)
{
	return date_find_in(s, false, out, found);
}

when date_day(struct str written, when at)
{
	const when length = 24 * 3600;
	struct date d;
	struct str found;

	if (at == WHEN_NONE)
		return WHEN_NONE;
	for (int month_first = 0; month_first < 2; month_first++)
		if (date_find_in(written, month_first, &d, &found) && d.day - at < length && at - d.day < 2 * length)
			return d.day;
	return at - (at % length + length) % length;
}

/* Only white space, signs and words such as "Published" in s. */
static bool is_label(struct str s)
{
	static const char labels[] = " published publish updated update on at posted post last first modified date "
	                             "dated created by the gmt utc local time "
	                             "veröffentlicht aktualisiert stand am den vom erstellt zuletzt publié mis à jour "
	                             "le actualizado publicado "
	                             "el pubblicato aggiornato il опубликовано обновлено gepubliceerd opublikowano "
	                             "aktualizacja data edt est "
	                             "uhr ist প্রকাশ প্রকাশিত আপডেট publisert oppdatert publicerad "
	                             "uppdaterad julkaistu "
	                             "päivitetty güncelleme yayınlanma ";
	struct cursor c = { .s = s };
	char lower[64];

	while (c.i < s.n) {
		uint32_t p = peek(&c);
		if (digit_of(p) >= 0)
			return false;
		if (is_han(p) || !is_letter(p)) {
			advance(&c);
			continue;
		}
		if (!listed(labels, read_word(&c, lower)))
			return false;
	}
	return true;
}

/* W3C's reduced forms, year and month or the year alone. */
static bool parse_reduced(struct str s, struct date *out)
{
	struct cursor c = { .s = s };
	struct fields f = { .month = 1, .day = 1 };

	if (!read_number(&c, 4, 4, &f.year))
		return false;
	if (c.i < s.n && !(read_literal(&c, STR("-")) && read_number(&c, 2, 2, &f.month)))
		return false;
	return c.i == s.n && finish(&f, out);
}

bool date_parse(struct str s, struct date *out)
{
	struct str found;

	s = str_trim(s);
	if (s.n > 200)
		return false;
	if (parse_reduced(s, out))
		return true;
	if (!date_find(s, out, &found))
		return false;
	size_t from = (size_t)(found.p - s.p);
	return is_label(str_sub(s, 0, from)) && is_label(str_sub(s, from + found.n, s.n));
}
