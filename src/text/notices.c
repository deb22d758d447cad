/* Notices: see notices.h. */
#include "text/notices.h"

#define MOST_BYTES 1000 /* looked at */

static const struct str anywhere[] = {
#define SURELY(words)
#define OPENING(words)
#define NOTICE(words) STR(words),
#define CREDIT(words) STR(words),
#include "text/notices.inc"
#undef OPENING
#undef NOTICE
#undef CREDIT
};

static const struct str openings[] = {
#define OPENING(words) STR(words),
#define NOTICE(words)
#define CREDIT(words)
#include "text/notices.inc"
#undef SURELY
#undef OPENING
#undef NOTICE
#undef CREDIT
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

static struct str without_marks(struct str s)
{
	while (s.n && strchr("[(*-+ ", s.p[0]))
		s = str_sub(s, 1, s.n);
	return s;
}

/* A note that speaks of a correction. */
static bool notes(struct str s)
{
	static const char *const notes_open[] = { "note",      "please note", "nb:",       "hinweis",
		                                  "anmerkung", "nota",        "opmerking", "注" };

	for (size_t i = 0; i < sizeof notes_open / sizeof *notes_open; i++)
		if (str_starts(s, str_from(notes_open[i])))
			return notice_may_be(s) || str_has(s, STR("revis"));
	return false;
}

bool notice_dates(struct str sentence)
{
	static const char *const dates_open[] = {
		"updated",
		"last updated",
		"last modified",
		"published",
		"posted",
		"first published",
		"originally published",
		"aktualisiert",
		"zuletzt aktualisiert",
		"stand:",
		"veröffentlicht",
		"publié",
		"mis à jour",
		"actualizado",
		"publicado",
		"última actualización",
		"pubblicato",
		"aggiornato",
		"ultimo aggiornamento",
		"atualizado",
		"gepubliceerd",
		"laatst bijgewerkt",
		"bijgewerkt",
		"uppdaterad",
		"publicerad",
		"opdateret",
		"oppdatert",
		"publisert",
		"更新",
		"最後更新",
		"發布",
		"发布",
	};
	char bytes[MOST_BYTES];
	struct str s = without_marks(lower(sentence, bytes));

	for (size_t i = 0; i < sizeof dates_open / sizeof *dates_open; i++)
		if (str_starts(s, str_from(dates_open[i])))
			return true;
	return false;
}

bool notice_opens(struct str sentence)
{
	char bytes[MOST_BYTES];
	struct str s = without_marks(lower(sentence, bytes));

	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		if (openings[i].p[0] == (s.n ? s.p[0] : 0) && str_starts(s, openings[i]) &&
		    is_set_off(str_sub(s, openings[i].n, s.n)))
			return true;
	return notes(s);
}
