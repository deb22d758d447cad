/* Notices: see notices.h. */
#include "text/notices.h"

#include <pthread.h>

#define MOST_BYTES 1000 /* looked at */

static const struct str anywhere[] = {
#define NOTICE(words) STR(words),
#define CREDIT(words) STR(words),
#include "text/notices.inc"
};

static const struct str openings[] = {
#define OPENING(words) STR(words),
#include "text/notices.inc"
};

static struct str lower(struct str s, char out[MOST_BYTES])
{
	size_t n = s.n < MOST_BYTES ? s.n : MOST_BYTES;

	for (size_t i = 0; i < n; i++)
		out[i] = char_lower(s.p[i]);
	return str_of(out, n);
}

bool notice_may_be(struct str line)
{
	char bytes[MOST_BYTES];
	struct str s = lower(line, bytes);

	for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++)
		if (memmem(s.p, s.n, anywhere[i].p, anywhere[i].n))
			return true;
	return false;
}

/* Behind the opening word: a colon, a dash, a bracket, a date, nothing. */
static bool is_set_off(struct str rest)
{
	static const char *const signs[] = { ":", "：", "–", "—", "-", "(", ")", "]", "*", "|", "." };

	rest = str_trim(rest);
	if (rest.n == 0)
		return true;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (str_starts(rest, str_from(signs[i])))
			return true;
	size_t colon = str_find_byte(rest, ':'); /* "Update, 10 May:", "Update 14.30 Uhr:" */
	return colon < 30 && memchr(rest.p, '\n', colon) == NULL && (rest.p[0] == ',' || char_is_digit(rest.p[0]));
}

static const struct str notes_open[] = {
	STR("note"),      STR("please note"), STR("nb:"),       STR("hinweis"),
	STR("anmerkung"), STR("nota"),        STR("opmerking"), STR("注"),
};

static const struct str dates_open[] = {
	STR("updated"),
	STR("last updated"),
	STR("last modified"),
	STR("published"),
	STR("posted"),
	STR("first published"),
	STR("originally published"),
	STR("aktualisiert"),
	STR("zuletzt aktualisiert"),
	STR("stand:"),
	STR("veröffentlicht"),
	STR("publié"),
	STR("mis à jour"),
	STR("actualizado"),
	STR("publicado"),
	STR("última actualización"),
	STR("pubblicato"),
	STR("aggiornato"),
	STR("ultimo aggiornamento"),
	STR("atualizado"),
	STR("gepubliceerd"),
	STR("laatst bijgewerkt"),
	STR("bijgewerkt"),
	STR("uppdaterad"),
	STR("publicerad"),
	STR("opdateret"),
	STR("oppdatert"),
	STR("publisert"),
	STR("更新"),
	STR("最後更新"),
	STR("發布"),
	STR("发布"),
};

/* Which two bytes the openings begin with: nearly every sentence begins otherwise. */
#define PAIR_BITS 2048
static uint64_t pair_bits[PAIR_BITS / 64];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t pair_of(struct str s)
{
	return ((unsigned char)char_lower(s.p[0]) * 31u + (unsigned char)char_lower(s.p[1]) * 7u) % PAIR_BITS;
}

static void add_pairs(const struct str *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pair_bits[pair_of(all[i]) / 64] |= (uint64_t)1 << pair_of(all[i]) % 64;
}

static void fill_pairs(void)
{
	add_pairs(openings, sizeof openings / sizeof *openings);
	add_pairs(notes_open, sizeof notes_open / sizeof *notes_open);
	add_pairs(dates_open, sizeof dates_open / sizeof *dates_open);
}

static struct str without_marks(struct str s)
{
	while (s.n && strchr("[(*-+ ", s.p[0]))
		s = str_sub(s, 1, s.n);
	return s;
}

/* A note that speaks of a correction. */
static bool notes(struct str s)
{
	for (size_t i = 0; i < sizeof notes_open / sizeof *notes_open; i++)
		if (str_starts(s, notes_open[i]))
			return notice_may_be(s) || str_has(s, STR("revis"));
	return false;
}

static bool may_open(struct str sentence)
{
	struct str s = without_marks(sentence);

	pthread_once(&once, fill_pairs);
	return s.n >= 2 && pair_bits[pair_of(s) / 64] >> pair_of(s) % 64 & 1;
}

/* What a sentence begins with, in lower case; empty where that opens nothing. */
static struct str opening_of(struct str sentence, char bytes[MOST_BYTES])
{
	return may_open(sentence) ? without_marks(lower(sentence, bytes)) : STR_NONE;
}

bool notice_dates(struct str sentence)
{
	char bytes[MOST_BYTES];
	struct str s = opening_of(sentence, bytes);

	for (size_t i = 0; s.n && i < sizeof dates_open / sizeof *dates_open; i++)
		if (str_starts(s, dates_open[i]))
			return true;
	return false;
}

bool notice_opens(struct str sentence)
{
	char bytes[MOST_BYTES];
	struct str s = opening_of(sentence, bytes);

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		if (openings[i].p[0] == s.p[0] && str_starts(s, openings[i]) &&
		    is_set_off(str_sub(s, openings[i].n, s.n)))
			return true;
	return notes(s);
}
