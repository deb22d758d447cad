/*
 * Lines to an article: see saved_inner.h.
 *
 * What is not the article's own words is known by where it stands and what it
 * says: bylines and dates between the title and the first paragraph, the
 * agency and the credits at the end, then the furniture of the page that the
 * text was copied from.
 *
 * Limits: bylines, furniture and credits are known in English, German, French
 * and Spanish; agencies by a table.
 */
#include <string.h>

#include "page/saved_inner.h"
#include "text/dates.h"
#include "text/norm.h"
#include "text/sentences.h"
#include "text/tokens.h"

#define HEAD_LINES 6       /* bylines and dates are looked for in these */
#define SHORT_LINE 100     /* bytes; longer lines are no bylines, headings, credits */
#define TITLE_MOST 200     /* a first line longer than this that ends like a sentence is none */
#define TITLE_FROM_TEXT 80 /* bytes of a title made from the first sentence */

/* ------------------------------------------------------------- word lists -- */

/* A line that is one of these, and all after it, is not the article. */
static const char *const endings[] = {
	"related articles",
	"related article",
	"related stories",
	"related content",
	"related coverage",
	"related topics",
	"related news",
	"related posts",
	"related",
	"read more",
	"read next",
	"more on this story",
	"more stories",
	"more from this section",
	"most read",
	"most popular",
	"most viewed",
	"trending",
	"trending now",
	"top stories",
	"you may also like",
	"you might also like",
	"recommended",
	"recommended for you",
	"recommended stories",
	"about the author",
	"share this",
	"share this article",
	"share this story",
	"leave a reply",
	"leave a comment",
	"comments",
	"post navigation",
	"sign up for our newsletter",
	"around the web",
	"sponsored content",
	"mehr zum thema",
	"das k\xc3\xb6nnte sie auch interessieren",
	"meistgelesen",
	"lesen sie auch",
	"kommentare",
	"\xc3\xa0 lire aussi",
	"lire aussi",
	"sur le m\xc3\xaame sujet",
	"noticias relacionadas",
	"te puede interesar",
};

/* A line that is one of these is not the article, wherever it stands. */
static const char *const furniture[] = {
	"avatar",
	"by admin",
	"admin",
	"share",
	"tweet",
	"email",
	"print",
	"save",
	"facebook",
	"twitter",
	"whatsapp",
	"linkedin",
	"reddit",
	"pinterest",
	"telegram",
	"copy link",
	"advertisement",
	"advertising",
	"loading",
	"loading...",
	"share on facebook",
	"share on twitter",
	"share via email",
	"share on whatsapp",
	"click to share",
	"follow us",
	"subscribe",
	"anzeige",
	"teilen",
	"publicit\xc3\xa9",
	"partager",
	"publicidad",
	"compartir",
};

static const char *const agencies[] = {
	"aap",
	"abc",
	"afp",
	"agence france-presse",
	"agencies",
	"ani",
	"anadolu",
	"ansa",
	"ap",
	"apa",
	"associated press",
	"bbc",
	"belga",
	"bloomberg",
	"cp",
	"dpa",
	"efe",
	"ians",
	"interfax",
	"itar-tass",
	"jiji",
	"kyodo",
	"ntb",
	"nyt",
	"pa",
	"pap",
	"press association",
	"press trust of india",
	"pti",
	"reuters",
	"ria novosti",
	"ritzau",
	"sda",
	"sid",
	"sputnik",
	"staff and agencies",
	"tass",
	"the associated press",
	"the canadian press",
	"the new york times",
	"the press association",
	"the wall street journal",
	"the washington post",
	"tt",
	"upi",
	"wall street journal",
	"washington post",
	"with agencies",
	"wsj",
	"xinhua",
	"yonhap",
};

static const char *const credits[] = {
	"with reporting by ", "additional reporting by ", "reporting by ",          "with additional reporting by ",
	"written by ",        "with contributions from ", "with contributions by ",
};

static bool listed(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(s, str_from(list[i])))
			return true;
	return false;
}
#define LISTED(s, list) listed((s), (list), sizeof(list) / sizeof *(list))

/* Marks around a credit: dashes, brackets, full stops, bars. */
static struct str strip_marks(struct str s)
{
	static const char *const marks[] = { "-", "\xe2\x80\x93", "\xe2\x80\x94", "(", ")", "[", "]", ".", "|",
		                             ":", "\xc2\xa9",     "\xe2\x80\xa2", ",", "/", "*" };
	bool again = true;

	while (again) {
		again = false;
		s = str_trim(s);
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
			struct str m = str_from(marks[i]);
			if (str_starts(s, m)) {
				s = str_sub(s, m.n, s.n);
				again = true;
			} else if (str_ends(s, m)) {
				s = str_sub(s, 0, s.n - m.n);
				again = true;
			}
		}
	}
	return s;
}

/* Does s end as a sentence does, quotation marks and brackets apart? */
static bool ends_sentence(struct str s)
{
	static const char *const closers[] = { "\"",           "'",        ")",           "]", "\xe2\x80\x9d",
		                               "\xe2\x80\x99", "\xc2\xbb", "\xe2\x80\x9c" };
	for (size_t i = 0; i < sizeof closers / sizeof *closers;) {
		struct str c = str_from(closers[i++]);
		if (str_ends(s, c)) {
			s = str_sub(s, 0, s.n - c.n);
			i = 0;
		}
	}
	static const char *const stops[] = { ".",           "!", "?", "\xe2\x80\xa6", "\xe3\x80\x82", "\xef\xbc\x81",
		                             "\xef\xbc\x9f" };
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
		if (str_ends(s, str_from(stops[i])))
			return true;
	return false;
}

static size_t sentence_count(struct arena *a, struct str s)
{
	size_t n;
	text_sentences(a, s, STR_NONE, &n);
	return n;
}

struct str saved_take_name(struct str *names, const char *const separators[], size_t n)
{
	struct str all = *names;
	size_t cut = all.n, skip = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = str_find(all, str_from(separators[i]));
		if (at < cut) {
			cut = at;
			skip = strlen(separators[i]);
		}
	}
	*names = str_sub(all, cut + skip, all.n);
	return str_sub(all, 0, cut);
}

/* ---------------------------------------------------------------- agencies -- */

/* All of s is names of agencies: "AFP, WSJ", "(Reuters)", "AP and staff". */
static bool is_agencies(struct str s)
{
	size_t names = 0;

	s = strip_marks(s);
	if (s.n == 0 || s.n > SHORT_LINE)
		return false;
	if (LISTED(s, agencies))
		return true;
	while (s.n) {
		static const char *const between[] = {
			",", "/", ";", " and ", " & ", " with ", " und ", " et ", " y "
		};
		if (!LISTED(strip_marks(saved_take_name(&s, between, sizeof between / sizeof *between)), agencies))
			return false;
		names++;
		s = str_trim(s);
	}
	return names > 0;
}

/* Where a credit begins that is glued to the end of a paragraph: behind the
 * last sentence, "... to prevail.AFP, WSJ".  s.n if there is none. */
static size_t glued_agencies(struct str s)
{
	size_t least = s.n > SHORT_LINE ? s.n - SHORT_LINE : 0;

	for (size_t at = s.n; at-- > least + 1;) {
		struct str rest = str_sub(s, at, s.n);
		bool capital = rest.p[0] == '(' || (rest.p[0] >= 'A' && rest.p[0] <= 'Z');
		if (capital && is_agencies(rest) && ends_sentence(str_trim(str_sub(s, 0, at))))
			return at;
	}
	return s.n;
}

/* ----------------------------------------------------------- bylines, dates -- */

static void add_byline(struct article *out, struct str name)
{
	name = strip_marks(name);
	if (name.n == 0 || name.n > SHORT_LINE || out->nbylines == MAX_BYLINES || is_agencies(name))
		return;
	out->bylines[out->nbylines++] = name;
}

/* "Kim Dozier and John Walcott/Washington" to two names. */
static void add_bylines(struct article *out, struct str names)
{
	while (names.n) {
		static const char *const between[] = { ", and ", " and ", ", ", " & ", " und ", " et ", " y " };
		struct str name, place;
		str_cut(saved_take_name(&names, between, sizeof between / sizeof *between), '/', &name, &place);
		add_byline(out, name);
	}
}

static void set_published(struct article *out, const struct date *d, struct str text)
{
	if (out->published != WHEN_NONE)
		return;
	out->published = d->at;
	out->published_text = text;
}

/* "7 January 2020 01:21 (UTC+04:00)" */
static bool read_date_line(struct str line, struct article *out)
{
	struct date d;

	if (line.n > SHORT_LINE || !date_parse(line, &d))
		return false;
	set_published(out, &d, line);
	return true;
}

/* "By bne IntelIiNews March 13, 2020" */
static bool read_byline(struct str line, struct article *out)
{
	static const char *const openings[] = { "by ", "von ", "par ", "por " };
	struct str names = STR_NONE, found;
	struct date d;

	if (line.n > SHORT_LINE || ends_sentence(line))
		return false;
	for (size_t i = 0; i < sizeof openings / sizeof *openings && !names.n; i++)
		if (str_starts_nocase(line, str_from(openings[i])))
			names = str_trim(str_sub(line, strlen(openings[i]), line.n));
	if (names.n == 0)
		return false;
	if (date_find(names, &d, &found)) {
		set_published(out, &d, found);
		names = str_sub(names, 0, (size_t)(found.p - names.p));
	}
	add_bylines(out, names);
	return true;
}

static bool read_credit(struct str line, struct article *out)
{
	struct str s = strip_marks(line);

	for (size_t i = 0; i < sizeof credits / sizeof *credits && line.n <= 3 * SHORT_LINE; i++) {
		if (!str_starts_nocase(s, str_from(credits[i])))
			continue;
		if (out->nbylines == 0)
			add_bylines(out, str_sub(s, strlen(credits[i]), s.n));
		return true;
	}
	return false;
}

/* -------------------------------------------------------------------- title -- */

static bool is_running(struct arena *a, struct str line)
{
	if (!ends_sentence(line))
		return line.n > 2 * TITLE_MOST;
	return line.n > TITLE_MOST || (line.n > SHORT_LINE && sentence_count(a, line) > 1);
}

/* The first words of a text without a title, cut at a word. */
static struct str title_from(struct arena *a, struct str paragraph)
{
	size_t n;
	struct span *sentences = text_sentences(a, paragraph, STR_NONE, &n);
	struct str s = n ? str_sub(paragraph, sentences[0].from, sentences[0].to) : paragraph;

	if (s.n <= TITLE_FROM_TEXT)
		return str_ends(s, STR(".")) ? str_sub(s, 0, s.n - 1) : s;
	size_t words, to = 0;
	struct word *w = text_words(a, s, &words);
	for (size_t i = 0; i < words && w[i].to <= TITLE_FROM_TEXT; i++)
		if (w[i].kind == WORD_LETTERS || w[i].kind == WORD_NUMBER)
			to = w[i].to;
	for (to = to ? to : TITLE_FROM_TEXT; to && ((unsigned char)s.p[to] & 0xc0) == 0x80;)
		to--; /* not within a character */
	return arena_printf(a, "%.*s\xe2\x80\xa6", (int)to, s.p);
}

/* How many longer words of s stand in other too. */
static unsigned words_in_common(struct arena *a, struct str s, struct str other)
{
	struct tokens x = tokens_read(a, s), y = tokens_read(a, other);
	unsigned common = 0;

	for (uint32_t i = 0; i < x.n; i++)
		for (uint32_t j = 0; j < y.n && token_weight(&x.at[i]) == 1; j++)
			if (x.at[i].fold == y.at[j].fold) {
				common++;
				break;
			}
	return common;
}

/* One sentence below the title, much shorter than the paragraph that follows
 * and telling the same. */
static bool is_standfirst(struct arena *a, struct str line, struct str next)
{
	return line.n >= 40 && line.n <= 2 * SHORT_LINE && line.n * 100 <= next.n * 65 && next.n < 2000 &&
	       !is_agencies(line) && sentence_count(a, line) == 1 && words_in_common(a, line, next) >= 2;
}

/* --------------------------------------------------------------------- body -- */

bool saved_add_block(struct article *out, enum block_kind kind, struct str text, struct err *e)
{
	if (text.n > MAX_BLOCK_BYTES || out->nblocks == MAX_BLOCKS)
		return err_set(e, ERR_LIMIT, "the text has a paragraph above %zu bytes or more than %d of them",
		               MAX_BLOCK_BYTES, MAX_BLOCKS);
	out->blocks[out->nblocks++] = (struct block){ kind, WHEN_NONE, text };
	return true;
}

static bool add_line(struct article *out, struct str line, bool last, struct err *e)
{
	enum block_kind kind = BLOCK_PARAGRAPH;
	static const char *const bullets[] = { "- ", "* ", "\xe2\x80\xa2 ", "\xe2\x80\xa2" };

	for (size_t i = 0; i < sizeof bullets / sizeof *bullets && kind == BLOCK_PARAGRAPH; i++)
		if (str_starts(line, str_from(bullets[i]))) {
			line = str_trim(str_sub(line, strlen(bullets[i]), line.n));
			kind = BLOCK_ITEM;
		}
	if (line.n == 0)
		return true;
	bool capital = line.p[0] >= 'A' && line.p[0] <= 'Z';
	if (kind == BLOCK_PARAGRAPH && !last && capital && line.n <= 60 && !ends_sentence(line))
		kind = BLOCK_HEADING;
	return saved_add_block(out, kind, line, e);
}

/* Without the furniture at the end. */
static struct saved_lines cut_endings(struct saved_lines lines)
{
	for (size_t i = lines.n > 3 ? 2 : lines.n; i < lines.n; i++)
		if (lines.at[i].n <= SHORT_LINE && LISTED(strip_marks(lines.at[i]), endings))
			lines.n = i;
	return lines;
}

static struct saved_lines drop_furniture(struct arena *a, struct saved_lines lines)
{
	struct saved_lines kept = { ARENA_ARRAY(a, struct str, lines.n), 0 };

	for (size_t i = 0; i < lines.n; i++)
		if (lines.at[i].n > SHORT_LINE || !LISTED(strip_marks(lines.at[i]), furniture))
			kept.at[kept.n++] = lines.at[i];
	return kept;
}

/* Agency and credits at the end, which may stand in any order. */
static void read_tail(struct saved_lines *lines, struct article *out)
{
	while (lines->n > 1) {
		struct str *last = &lines->at[lines->n - 1];
		if (is_agencies(*last) && !out->agency.n) {
			out->agency = strip_marks(*last);
			lines->n--;
		} else if (read_credit(*last, out)) {
			lines->n--;
		} else {
			break;
		}
	}
	struct str *last = lines->n ? &lines->at[lines->n - 1] : NULL;
	size_t at = last && !out->agency.n ? glued_agencies(*last) : 0;
	if (last && !out->agency.n && at < last->n) {
		out->agency = strip_marks(str_sub(*last, at, last->n));
		*last = str_trim(str_sub(*last, 0, at));
	}
}

/* Bylines and dates above the text; returns how many lines they took. */
static void read_head(struct saved_lines *lines, struct article *out)
{
	size_t kept = 0, n = lines->n < HEAD_LINES ? lines->n : HEAD_LINES;
	bool text = false;

	for (size_t i = 0; i < lines->n; i++) {
		struct str line = lines->at[i];
		text = text || line.n > 2 * SHORT_LINE;
		if (i < n && !text && (read_date_line(line, out) || read_byline(line, out)))
			continue;
		lines->at[kept++] = line;
	}
	lines->n = kept;
}

bool saved_article(struct arena *a, struct str title, struct saved_lines lines, struct article *out, struct err *e)
{
	*out = (struct article){ .published = WHEN_NONE, .modified = WHEN_NONE };
	lines = drop_furniture(a, cut_endings(lines));
	if (!title.n && lines.n && !is_running(a, lines.at[0])) {
		title = lines.at[0];
		lines.at++;
		lines.n--;
		if (lines.n >= 3 && is_standfirst(a, lines.at[0], lines.at[1])) {
			out->standfirst = lines.at[0];
			lines.at++;
			lines.n--;
		}
	}
	read_head(&lines, out);
	read_tail(&lines, out);
	out->title = title.n || !lines.n ? title : title_from(a, lines.at[0]);
	if (out->title.n > MAX_TITLE_BYTES)
		return err_set(e, ERR_LIMIT, "the title is longer than %zu bytes", MAX_TITLE_BYTES);
	out->blocks = ARENA_ARRAY(a, struct block, lines.n < MAX_BLOCKS ? lines.n : MAX_BLOCKS);
	for (size_t i = 0; i < lines.n; i++)
		if (!add_line(out, lines.at[i], i + 1 == lines.n, e))
			return false;
	return true;
}
