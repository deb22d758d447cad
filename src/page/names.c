/*
 * Whose words they are: bylines and agencies.
 *
 * Names are looked for in the metadata; in markup that names authors
 * (rel=author, itemprop=author, links to an author's page, class names); in
 * short lines such as "By A. Lund" near the title; and last beside the date
 * and under the text.  The first of these that has a person is believed,
 * unless the metadata has only a login, or only some of the names that the
 * page shows.  Lists are taken apart; roles, places and labels are dropped.
 *
 * What is an agency (agencies.inc), a desk or the site itself is no person:
 * it is the byline only where the page names nobody else.  An agency is also
 * the credit.
 *
 * Limits: a person is told from a place or a rubric by its form alone, so
 * names without any mark are believed only beside a date or in a signature,
 * and only with two words or more.
 */
#include <string.h>
#include <unicode/uchar.h>

#include "page/inner.h"
#include "text/dates.h"

#define DATELINE_BYTES 90  /* of the first block, that an agency may stand in */
#define SIGNATURE_BYTES 60 /* of the last one, and of a line behind it */
#define SIGNATURE_LINES 3
#define MAX_NAME_BYTES 80
#define MAX_NAMES_BYTES 1000 /* of an element that names authors, with its white space */
#define MAX_AUTHOR_NODES 80  /* of such an element */
#define MAX_AUTHOR_GAP 60    /* nodes between two authors of one byline */
#define MAX_BYLINE_WEIGHT 90
#define MAX_SHARED_BYLINE 4  /* names in a byline that completes the metadata's */
#define MARKED_PLACES 4      /* of these, those that say that they name the author */
#define SURE_PLACES 2        /* of the places of choose_names: markup that means it, "By ..." */
#define MIN_RUNNING_TEXT 120 /* weight of a line that is no byline; half of it if it ends as a sentence does */
#define MAX_NODES_BELOW 250  /* below the text, in which authors are named when nothing above does */
#define MAX_HEAD_LINES 14    /* behind the title, in which a byline may stand */

static const struct agency {
	struct str name, code;
} agencies[] = {
#define AGENCY(name, code) { STR(name), STR(code) },
#include "page/agencies.inc"
#undef AGENCY
};

/* What one place of the page says. */
struct credit {
	struct str names[MAX_BYLINES]; /* persons */
	size_t n;
	struct str others[MAX_BYLINES]; /* agencies, desks, the site, as written */
	size_t nothers;
};

struct namer {
	struct scan *s;
	const struct meta *m;
	const struct body *body;
	struct article *article;
	uint32_t until; /* the article's end */
	struct str site, host;
	bool people; /* the page says that these are persons: the site may be called like its only author */
};

static struct str agency_of(struct str s)
{
	for (size_t i = 0; i < sizeof(agencies) / sizeof(agencies[0]); i++)
		if (str_eq_nocase(s, agencies[i].name))
			return agencies[i].code;
	return STR_NONE;
}

static void add_agency(struct scan *s, struct article *a, struct str code)
{
	if (!code.n || str_has(a->agency, code))
		return;
	a->agency = a->agency.n ? arena_printf(s->arena, "%.*s, %.*s", STR_ARG(a->agency), STR_ARG(code)) : code;
}

static bool is_in(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(s, list[i]))
			return true;
	return false;
}
#define IS_IN(list, s) is_in(list, sizeof(list) / sizeof((list)[0]), s)

/* Words before a name, the longer ones first. */
static const struct str by_words[] = {
	STR("reported by "),
	STR("written by "),
	STR("posted by "),
	STR("words by "),
	STR("story by "),
	STR("published by "),
	STR("created by "),
	STR("guest post by "),
	STR("author: "),
	STR("authors: "),
	STR("author "),
	STR("by: "),
	STR("by "),
	STR("text by "),
	STR("text: "),
	STR("geschrieben von "),
	STR("verfasst von "),
	STR("erstellt von "),
	STR("ein artikel von "),
	STR("artikel von "),
	STR("ein gastbeitrag von "),
	STR("eine analyse von "),
	STR("ein kommentar von "),
	STR("kommentar von "),
	STR("interview von "),
	STR("von: "),
	STR("von "),
	STR("autor: "),
	STR("autorin: "),
	STR("autoren: "),
	STR("text von "),
	STR("publié par "),
	STR("écrit par "),
	STR("par: "),
	STR("par "),
	STR("escrito por "),
	STR("publicado por "),
	STR("por: "),
	STR("por "),
	STR("scritto da "),
	STR("a cura di "),
	STR("di "),
	STR("door: "),
	STR("door "),
	STR("geschreven door "),
	STR("skrevet av "),
	STR("av: "),
	STR("av "),
	STR("af: "),
	STR("af "),
	STR("tekst: "),
	STR("tekst og foto: "),
	STR("journalist: "),
	STR("autor "),
	STR("автор: "),
	STR("автор "),
	STR("текст: "),
	STR("oleh: "),
	STR("oleh "),
	STR("penulis: "),
	STR("yazar: "),
	STR("haber: "),
	STR("autorė: "),
	STR("記者 "),
	STR("记者 "),
	STR("記者／"),
	STR("文／記者 "),
	STR("文／記者"),
	STR("文／"),
	STR("文："),
	STR("文/"),
	STR("作者："),
	STR("作者:"),
	STR("作者 "),
	STR("記者："),
	STR("记者："),
	STR("撰文："),
	STR("撰文／"),
	STR("記者"),
	STR("本报记者"),
	STR("글 "),
};

/* s without "By " in front; itself if there is none. */
static struct str without_by(struct str s)
{
	for (size_t i = 0; i < sizeof(by_words) / sizeof(by_words[0]); i++)
		if (str_starts_nocase(s, by_words[i]) && s.n > by_words[i].n)
			return str_trim(str_sub(s, by_words[i].n, s.n));
	return s;
}

static bool is_word_char(uint32_t c)
{
	return u_isalpha((UChar32)c) || c == '\'' || c == 0x2019 || c == '-' || c == '.' ||
	       u_charType((UChar32)c) == U_NON_SPACING_MARK;
}

/* How s is made: its words, and those that begin with a capital letter. */
static void count_words(struct str s, size_t *words, size_t *capitals, bool *plain)
{
	static const struct str particles[] = { STR("de"),  STR("van"), STR("von"), STR("der"), STR("den"), STR("da"),
		                                STR("dos"), STR("al"),  STR("bin"), STR("la"),  STR("le"),  STR("di"),
		                                STR("el"),  STR("del"), STR("y"),   STR("zu"),  STR("du"),  STR("ter"),
		                                STR("v."),  STR("do"),  STR("das") };
	struct str word, rest = s;

	*words = *capitals = 0;
	*plain = true;
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		*plain = *plain && (c == ' ' || is_word_char(c));
	}
	while (rest.n) {
		size_t i = 0;
		str_cut(rest, ' ', &word, &rest);
		if (!word.n || IS_IN(particles, word))
			continue;
		++*words;
		*capitals += (bool)u_isupper((UChar32)utf8_next(word, &i));
	}
}

/* By its form a person and nothing else: "Anna B. Lund". */
static bool is_person(struct str s)
{
	size_t words, capitals;
	bool plain;

	count_words(s, &words, &capitals, &plain);
	return plain && words >= 2 && words <= 4 && capitals == words && s.n <= 40 && !phrase_of(s);
}

static bool has_han(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c >= 0x2e80 && c < 0xd800)
			return true;
	}
	return false;
}

static bool is_name(struct str s)
{
	size_t spaces = 0, digits = 0;

	if (s.n < 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (str_find_byte(STR("@<{}?!_=\\"), s.p[i]) != STR_NPOS)
			return false;
		spaces += s.p[i] == ' ';
		digits += char_is_digit(s.p[i]);
	}
	if (char_is_digit(s.p[0]) || str_has(s, STR("//")) || str_starts_nocase(s, STR("www.")))
		return false;
	return s.n <= MAX_NAME_BYTES && spaces <= 6 && (!digits || (digits <= 2 && spaces <= 2));
}

/* Words that are never part of a name: what people do. */
static bool has_role(struct str s)
{
	static const struct str roles[] = {
		STR("editor"),        STR("reporter"),      STR("correspondent"), STR("director"),   STR("journalist"),
		STR("producer"),      STR("professor"),     STR("president"),     STR("manager"),    STR("contributor"),
		STR("redakteur"),     STR("korrespondent"), STR("redaktor"),      STR("volontär"),   STR("chefredakt"),
		STR("rédact"),        STR("correspondant"), STR("corresponsal"),  STR("periodista"), STR("specialist"),
		STR("critic"),        STR("columnist"),     STR("writer"),        STR("analyst"),    STR("founder"),
		STR("consultant"),    STR("university"),    STR("fellow"),        STR("anchor"),     STR("photograph"),
		STR("autorenprofil"), STR("fotograf"),      STR("photojournal"),  STR("head of"),    STR("associate"),
		STR("strategist"),    STR("ressortleit"),   STR("mitarbeiter"),   STR("officer"),    STR("marketing"),
		STR("journaliste"),   STR("giornalista"),   STR("muhabir"),       STR("intern "),    STR("lecturer"),
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (str_find_nocase(s, roles[i]) != STR_NPOS)
			return true;
	return false;
}

static const struct str labels[] = {
	STR("home"),
	STR("more"),
	STR("weiter"),
	STR("author"),
	STR("authors"),
	STR("by"),
	STR("follow"),
	STR("autor"),
	STR("share"),
	STR("contact"),
	STR("autoren"),
	STR("und"),
	STR("and"),
	STR("и"),
	STR("weitere artikel"),
	STR("admin"),
	STR("bio"),
	STR("administrator"),
	STR("about the author"),
	STR("view all posts"),
	STR("root"),
	STR("null"),
	STR("undefined"),
	STR("unknown"),
	STR("all posts"),
	STR("user"),
	STR("guest"),
	STR("webmaster"),
	STR("none"),
	STR("false"),
	STR("editor"),
	STR("reporter"),
	STR("default"),
	STR("super user"),
	STR("superuser"),
	STR("written by"),
	STR("posted by"),
	STR("updated"),
	STR("published"),
	STR("email"),
	STR("e-mail"),
	STR("website"),
	STR("twitter"),
	STR("facebook"),
	STR("linkedin"),
	STR("et al"),
	STR("others"),
	STR("author archive"),
	STR("comments"),
	STR("comment"),
	STR("bluesky"),
	STR("mastodon"),
	STR("github"),
	STR("rss"),
	STR("profile"),
	STR("uncategorized"),
	STR("click here"),
	STR("allgemein"),
	STR("news"),
	STR("blog"),
	STR("von"),
	STR("read more"),
	STR("instagram"),
	STR("mehr"),
	STR("autorin"),
};
static const struct str label_starts[] = {
	STR("view all"),      STR("more from"),    STR("all posts"), STR("follow "),  STR("zeige "),
	STR("alle beiträge"), STR("alle artikel"), STR("mehr von"),  STR("see all"),  STR("voir tous"),
	STR("ver todos"),     STR("read more"),    STR("more by"),   STR("posts by"), STR("last updated"),
	STR("min read"),      STR("articles by"),  STR("weitere "),  STR("updated "), STR("published ")
};

/* Links, labels and logins that stand among names. */
static bool is_label(struct str name)
{
	if (IS_IN(labels, name))
		return true;
	for (size_t i = 0; i < sizeof(label_starts) / sizeof(label_starts[0]); i++)
		if (str_starts_nocase(name, label_starts[i]))
			return true;
	return false;
}

/* The outlet, or one of its desks. */
static bool is_desk(const struct namer *n, struct str name)
{
	static const struct str words[] = { STR("staff"),    STR("redaktion"), STR("redacción"), STR("redazione"),
		                            STR("newsdesk"), STR("redaction"), STR("rédaction"), STR("redação"),
		                            STR("newsroom"), STR("desk"),      STR("agencies"),  STR("agenturen"),
		                            STR("редакция"), STR("編輯部"),    STR("team"),      STR("online"),
		                            STR("bureau"),   STR("editorial"), STR("redakcja"),  STR("redactie") };

	struct str own = str_sub(n->host, 0, str_find_byte(n->host, '.'));
	size_t space = str_find_byte(name, ' ');

	if (!n->people && (text_alike(name, n->site) || text_alike(name, n->host) || text_alike(name, own)))
		return true;
	if (space != STR_NPOS && text_alike(str_sub(name, 0, space), own)) /* "MDR THÜRINGEN" */
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = str_find_nocase(name, words[i]);
		size_t end = at == STR_NPOS ? 0 : at + words[i].n;
		if (at != STR_NPOS && (!at || name.p[at - 1] == ' ' || name.p[at - 1] == '-') &&
		    (end == name.n || name.p[end] == ' '))
			return true;
	}
	return false;
}

static void put_unique(struct str *list, size_t *n, struct str name)
{
	for (size_t i = 0; i < *n; i++)
		if (text_alike(list[i], name))
			return;
	if (*n < MAX_BYLINES)
		list[(*n)++] = name;
}

/* Without the words that lead to a date: "A. Lund, published on". */
static struct str without_date_words(struct str s)
{
	static const struct str words[] = {
		STR("on"),   STR("le"),     STR("am"),   STR("vom"),           STR("in"),
		STR("den"),  STR("el"),     STR("il"),   STR("published"),     STR("updated"),
		STR("date"), STR("posted"), STR("at"),   STR("last"),          STR("der"),
		STR("op"),   STR("the"),    STR("from"), STR("veröffentlicht")
	};

	for (bool again = true; again && s.n;) {
		size_t from = s.n;
		while (from && s.p[from - 1] != ' ')
			from--;
		struct str word = str_sub(s, from, s.n);
		while (word.n && str_find_byte(STR(",:;|-"), word.p[word.n - 1]) != STR_NPOS)
			word.n--;
		again = !word.n || IS_IN(words, word);
		if (again)
			s = str_trim(str_sub(s, 0, from));
	}
	return s;
}

/* Without what stands behind a name in brackets, behind a bar or a dash, or after "in" and "for". */
static struct str bare_name(struct str name)
{
	static const struct str ends[] = { STR(" | "),     STR(" – "),  STR(" — "),   STR(" - "),
		                           STR(" for "),   STR("／"),   STR(" in "),  STR(" aus "),
		                           STR(" using "), STR(" @"),   STR(" für "), STR(" i "),
		                           STR(" · "),     STR(" • "),  STR(" on "),  STR(" am "),
		                           STR(" from "),  STR(" at "), STR(" ⋅ "),   STR(" on behalf of ") };
	static const struct str signs = STR(" ,;.:|-*\"/[]");

	size_t open = str_find_byte(name, '(');
	if (open != STR_NPOS && open > 1)
		name = str_sub(name, 0, open);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t at = str_find(name, ends[i]);
		if (at != STR_NPOS && at > 2)
			name = str_sub(name, 0, at);
	}
	while (name.n && str_find_byte(signs, name.p[0]) != STR_NPOS)
		name = str_sub(name, 1, name.n);
	while (name.n && str_find_byte(STR(" ,;:|-*\"/[]"), name.p[name.n - 1]) != STR_NPOS)
		name.n--;
	return without_date_words(name);
}

/* "松岡大地": two to five characters and no outlet. */
static bool is_han_name(struct str s)
{
	static const struct str outlets[] = { STR("新聞"), STR("新闻"), STR("報"), STR("报"), STR("社"),
		                              STR("網"),   STR("网"),   STR("台"), STR("部"), STR("設定") };
	size_t n = 0;

	for (size_t i = 0; i < s.n; n++) {
		uint32_t c = utf8_next(s, &i);
		if (c < 0x2e80 || c > 0xd7ff)
			return false;
	}
	for (size_t i = 0; i < sizeof(outlets) / sizeof(outlets[0]); i++)
		if (str_ends(s, outlets[i]))
			return false;
	return n >= 2 && n <= 5;
}

static bool has_space(struct str s)
{
	return str_find_byte(s, ' ') != STR_NPOS;
}

static void add_name(struct namer *n, struct credit *c, struct str name)
{
	size_t open = str_find_byte(name, '('); /* "A. Lund (AFP)" */
	if (open != STR_NPOS)
		add_agency(n->s, n->article, agency_of(str_sub(name, open + 1, str_find_byte(name, ')'))));
	size_t colon = str_find_byte(name, ':'); /* "Interview: A. Lund" */
	name = bare_name(without_by(str_trim(colon == STR_NPOS ? name : str_sub(name, colon + 1, name.n))));
	struct str code = agency_of(name);
	add_agency(n->s, n->article, code);
	if (!is_name(name) || is_label(name))
		return;
	if (code.n || is_desk(n, name)) {
		put_unique(c->others, &c->nothers, name);
		return;
	}
	if (c->n && has_role(name))
		return;
	if (c->n && has_space(c->names[0]) && !has_space(name) && !has_han(name)) /* a place or a degree */
		return;
	put_unique(c->names, &c->n, name);
}

/* "By A, B and C" to A, B and C. */
static void split_names(struct namer *n, struct credit *c, struct str list)
{
	static const struct str joints[] = { STR(" and "), STR(" und "), STR(" et "),   STR(" y "),   STR(" e "),
		                             STR(" en "),  STR(" & "),   STR(", "),     STR("; "),    STR(" / "),
		                             STR(" | "),   STR("、"),    STR(" og "),   STR(" och "), STR(" i "),
		                             STR(" и "),   STR("，"),    STR(" with "), STR(" • "),   STR(" · "),
		                             STR(" mit "), STR(" ve ") };

	list = without_by(str_trim(list));
	for (size_t i = 0, from = 0; i <= list.n;) {
		size_t cut = 0;
		for (size_t k = 0; k < sizeof(joints) / sizeof(joints[0]) && !cut && i < list.n; k++)
			if (list.p[i] == joints[k].p[0] && str_starts_nocase(str_sub(list, i, list.n), joints[k]))
				cut = joints[k].n;
		if (!cut && i < list.n && (list.p[i] == ',' || list.p[i] == ';'))
			cut = 1;
		if (!cut && i < list.n) {
			i++;
			continue;
		}
		add_name(n, c, str_sub(list, from, i));
		if (i == list.n)
			break;
		i += cut;
		from = i;
	}
}

/* An address of somebody's page: /author/anna-lund. */
static bool is_author_address(struct str href)
{
	static const struct str parts[] = {
		STR("/author/"),       STR("/authors/"),     STR("/autor/"),       STR("/autoren/"),
		STR("/autores/"),      STR("/autorin/"),     STR("/auteur/"),      STR("/auteurs/"),
		STR("/autore/"),       STR("/autori/"),      STR("/by/"),          STR("/byline/"),
		STR("/journalist/"),   STR("/journalists/"), STR("/columnist/"),   STR("/contributor/"),
		STR("/contributors/"), STR("/reporter/"),    STR("/reporters/"),   STR("/writer/"),
		STR("/writers/"),      STR("/redakteur/"),   STR("/journaliste/"), STR("/people/"),
		STR("/staff/"),        STR("/profile/"),     STR("/yazar/"),       STR("/yazarlar/"),
		STR("/skribent/"),     STR("/firma/"),       STR("/autor-"),       STR("/author-"),
		STR("author="),
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_find_nocase(href, parts[i]) != STR_NPOS)
			return true;
	return false;
}

enum mark { MARK_NONE, MARK_CLASS, MARK_LINK, MARK_AUTHOR }; /* the last is the surest */

static enum mark mark_of(const struct namer *n, uint32_t i)
{
	const struct html_node *node = &n->s->html->nodes[i];
	uint32_t says = n->s->info[i].says;
	enum mark m = says & SAYS_AUTHOR && !(says & SAYS_FURNITURE) ? MARK_CLASS : MARK_NONE;

	for (uint32_t k = node->attr; k < node->attr + node->nattr; k++) {
		const struct html_attr *at = &n->s->html->attrs[k];
		if ((str_eq(at->name, STR("rel")) && str_find_nocase(at->value, STR("author")) != STR_NPOS) ||
		    (str_eq(at->name, STR("itemprop")) && str_eq_nocase(at->value, STR("author"))))
			return MARK_AUTHOR;
		if (node->tag == TAG_A && m < MARK_LINK && str_eq(at->name, STR("href")) &&
		    is_author_address(at->value))
			m = MARK_LINK;
	}
	return m;
}

static void names_of_links(struct namer *n, uint32_t node, struct credit *c)
{
	const struct html *h = n->s->html;

	for (uint32_t i = node + 1; i < h->nodes[node].end; i++) {
		bool named = h->nodes[i].nattr && str_eq_nocase(html_attribute(h, i, "itemprop"), STR("name"));
		if ((h->nodes[i].tag != TAG_A && !named) || n->s->info[i].skipped)
			continue;
		struct str text = h->nodes[i].tag == TAG_META ? html_attribute(h, i, "content")
		                                              : meta_short_text(n->s->arena, h, i, MAX_NAMES_BYTES);
		if (text.n && text.n < MAX_NAME_BYTES)
			split_names(n, c, text);
	}
}

/* In a paragraph of running text, where people are linked who are written about. */
static bool in_running_text(const struct scan *s, uint32_t node)
{
	size_t from = 0, to = s->nlines;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (s->lines[middle].at < node)
			from = middle + 1;
		else
			to = middle;
	}
	for (size_t k = from ? from - 1 : 0; k <= from && k < s->nlines; k++)
		if (s->lines[k].weight > (s->lines[k].sentence ? MIN_RUNNING_TEXT / 2 : MIN_RUNNING_TEXT) &&
		    s->lines[k].node == s->info[node].block)
			return true;
	return false;
}

/* Beside a date: "4 Feb 2022 | 13:10 | Anna Lund". */
static void names_beside_date(struct namer *n, struct str text, struct credit *c)
{
	static const struct str signs[] = {
		STR("|"), STR("·"), STR("•"), STR(" - "), STR(" – "), STR(" — "), STR(", ")
	};

	for (size_t i = 0, from = 0; i <= text.n;) {
		size_t cut = 0;
		for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]) && !cut && i < text.n; k++)
			if (str_starts(str_sub(text, i, text.n), signs[k]))
				cut = signs[k].n;
		if (!cut && i < text.n) {
			i++;
			continue;
		}
		struct str part = str_trim(str_sub(text, from, i));
		struct str bare = without_by(part);
		if (bare.n < part.n || is_person(part))
			split_names(n, c, bare);
		i += cut ? cut : 1;
		from = i;
	}
}

/* A byline that may hold the date as well: "By A. Lund, 4 Feb 2022". */
static void names_around_date(struct namer *n, struct str text, struct credit *c)
{
	struct date d;
	struct str found;

	if (!date_find(text, &d, &found)) {
		split_names(n, c, text);
		return;
	}
	struct str head = str_trim(str_sub(text, 0, (size_t)(found.p - text.p)));
	struct str tail = str_trim(str_sub(text, (size_t)(found.p - text.p) + found.n, text.n));
	size_t before = c->n;
	head = without_date_words(head);
	if (head.n)
		split_names(n, c, head);
	if (c->n == before && tail.n)
		names_beside_date(n, tail, c);
}

/* The second name of "By <a>A. Lund</a> and B. Ito". */
static void names_behind_link(struct namer *n, struct str text, struct str linked, struct credit *c)
{
	static const struct str joints[] = { STR("and "), STR("und "), STR("et "), STR("y "),   STR("e "),
		                             STR("en "),  STR("& "),   STR("og "), STR("och "), STR("и ") };
	size_t at = str_find(text, linked);
	struct str rest = at == STR_NPOS ? STR_NONE : str_trim(str_sub(text, at + linked.n, text.n));
	struct credit more = { 0 };

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
		if (str_starts(rest, joints[i])) {
			split_names(n, &more, str_sub(rest, joints[i].n, rest.n));
			break;
		}
	for (size_t i = 0; i < more.n; i++)
		if (is_person(more.names[i]))
			put_unique(c->names, &c->n, more.names[i]);
}

/* The names in one element that says it is about authors. */
static void names_of_element(struct namer *n, uint32_t node, bool doubtful, struct credit *c)
{
	struct credit links = { 0 };

	if (n->s->html->nodes[node].end - node > MAX_AUTHOR_NODES)
		return;
	struct str text = meta_short_text(n->s->arena, n->s->html, node, MAX_NAMES_BYTES);
	if (!text.n || (doubtful && in_running_text(n->s, node)))
		return;
	names_of_links(n, node, &links);
	bool person = false;
	for (size_t i = 0; i < links.n; i++)
		person |= is_person(links.names[i]);
	bool first = links.n && str_starts(without_by(text), links.names[0]);
	if (links.n && (first || scan_weight(text) > 100)) {
		for (size_t i = 0; i < links.n; i++)
			if (!person || is_person(links.names[i]))
				put_unique(c->names, &c->n, links.names[i]);
		names_behind_link(n, text, links.names[links.n - 1], c);
		return;
	}
	if (scan_weight(text) <= 100 && text.n < 200)
		names_around_date(n, text, c);
}

/* Marked elements that stand together: the first group that has a name, from one node to another. */
static void names_from_markup(struct namer *n, uint32_t from, uint32_t to, struct credit found[MARK_AUTHOR + 1])
{
	const struct html *h = n->s->html;
	uint32_t last[MARK_AUTHOR + 1] = { 0 };

	for (uint32_t i = from; i < to; i++) {
		if (!h->nodes[i].nattr || h->nodes[i].tag == TAG_META || n->s->info[i].skipped)
			continue;
		enum mark m = mark_of(n, i);
		if (m == MARK_NONE || (found[m].n && i > last[m] + MAX_AUTHOR_GAP))
			continue;
		size_t before = found[m].n + found[m].nothers;
		names_of_element(n, i, m == MARK_LINK, &found[m]);
		if (found[m].n + found[m].nothers > before)
			last[m] = h->nodes[i].end;
		if (m == MARK_AUTHOR && found[m].n > before)
			i = h->nodes[i].end - 1;
	}
}

/* Under the text only markup that means it, and a person, are believed. */
static void names_below(struct namer *n, struct credit *c)
{
	struct credit found[MARK_AUTHOR + 1] = { 0 };
	uint32_t left = n->s->html->nnodes - n->until;

	names_from_markup(n, n->until, n->until + (left < MAX_NODES_BELOW ? left : MAX_NODES_BELOW), found);
	const struct credit *best = found[MARK_AUTHOR].n ? &found[MARK_AUTHOR] : &found[MARK_LINK];
	if (best->n && is_person(best->names[0]))
		*c = *best;
}

/* "A report by Anna Lund" to "Anna Lund"; empty if there is no such thing. */
static struct str name_behind_by(struct str text)
{
	static const struct str words[] = { STR(" by "), STR(" von "), STR(" par "),          STR(" por "),
		                            STR(" di "), STR(" av "),  STR("contributors: "), STR("contributor: ") };
	static const struct str pictures[] = { STR("photo"),   STR("foto"), STR("image"), STR("illustration"),
		                               STR("picture"), STR("bild"), STR("video"), STR("graphic") };

	struct date d;
	struct str found;

	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (str_starts_nocase(text, pictures[i]))
			return STR_NONE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = str_find_nocase(text, words[i]);
		struct str name = at == STR_NPOS ? STR_NONE : str_trim(str_sub(text, at + words[i].n, text.n));
		if (date_find(name, &d, &found))
			name = str_sub(name, 0, (size_t)(found.p - name.p));
		name = bare_name(str_trim(name));
		if (is_person(name))
			return name;
	}
	return STR_NONE;
}

/* "the news desk", "hand", "our reader": no name begins with a small letter, but for "van Dijk". */
static bool begins_small(struct str s)
{
	static const struct str particles[] = { STR("de "),  STR("van "), STR("von "), STR("da "), STR("di "),
		                                STR("del "), STR("ter "), STR("la "),  STR("le "), STR("el "),
		                                STR("al"),   STR("d'"),   STR("bell ") };
	size_t i = 0;

	if (!s.n || !u_islower((UChar32)utf8_next(s, &i)))
		return false;
	for (size_t k = 0; k < sizeof(particles) / sizeof(particles[0]); k++)
		if (str_starts(s, particles[k]))
			return false;
	return true;
}

/* "By" or "Author:" and nothing else: the next line has the name. */
static bool is_lone_by(struct str text)
{
	while (text.n && (text.p[text.n - 1] == ':' || text.p[text.n - 1] == ' '))
		text.n--;
	for (size_t i = 0; i < sizeof(by_words) / sizeof(by_words[0]); i++) {
		struct str word = by_words[i];
		while (word.n && (word.p[word.n - 1] == ':' || word.p[word.n - 1] == ' '))
			word.n--;
		if (text.n && str_eq_nocase(text, word))
			return true;
	}
	return false;
}

/* One short line near the title. */
static void names_from_line(struct namer *n, struct str text, struct credit *by, struct credit *beside)
{
	struct str names = without_by(text), found;
	struct date d;

	if (!by->n && names.n < text.n && text.n < 200 && !begins_small(names)) {
		names_around_date(n, names, by);
		return;
	}
	struct str person = by->n || text.n > 80 ? STR_NONE : name_behind_by(text);
	if (person.n)
		split_names(n, by, person);
	else if (!beside->n && date_find(text, &d, &found))
		names_beside_date(n, text, beside);
}

/* Short lines near the title: "By A. Lund", and names that share a line with the date. */
static void names_from_lines(struct namer *n, struct credit *by, struct credit *beside)
{
	const struct scan *s = n->s;
	bool after_title = false, lone_by = false;

	for (size_t k = 0, seen = 0; k < s->nlines && n->body->node && seen < MAX_HEAD_LINES; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= n->until)
			return;
		if (l->to - l->from > 3 * MAX_TITLE_BYTES)
			continue;
		struct str text = scan_line_text(s, l);
		bool title = text_alike(text, n->article->title);
		after_title |= title;
		seen += after_title || l->at >= n->body->node;
		if (l->weight > MAX_BYLINE_WEIGHT || (l->sentence && l->weight > 40) || title ||
		    (!seen && k + 6 < s->nlines && !text_alike(scan_line_text(s, &s->lines[k + 1]), n->article->title)))
			continue;
		if (lone_by && !by->n && l->weight < MAX_NAME_BYTES)
			names_around_date(n, text, by);
		else
			names_from_line(n, text, by, beside);
		lone_by = is_lone_by(text);
	}
}

/* A last short paragraph that is a person and nothing else. */
static void name_from_signature(struct namer *n, struct credit *c)
{
	struct article *a = n->article;

	for (size_t k = a->nblocks, looked = 0; k-- > 0 && looked < 2; looked++) {
		struct str text = a->blocks[k].text;
		struct str bare = without_by(text);
		if (a->blocks[k].kind == BLOCK_PARAGRAPH && a->nblocks > 3 && text.n < 60 &&
		    (is_person(text) || (bare.n < text.n && is_person(bare)))) {
			split_names(n, c, bare);
			return;
		}
	}
}

static void agency_from(struct scan *s, struct article *a, struct str text)
{
	for (size_t i = 0; i < sizeof(agencies) / sizeof(agencies[0]); i++) {
		size_t at = str_find(text, agencies[i].name), end = at + agencies[i].name.n;
		if (at == STR_NPOS || !at || (text.p[at - 1] != '(' && text.p[at - 1] != '/'))
			continue;
		if (end < text.n && (text.p[end] == ')' || text.p[end] == '/' || text.p[end] == ','))
			add_agency(s, a, agencies[i].code);
	}
}

/* "LONDON (Reuters) -", "(AFP)", "【新华社北京...电】" at the edges of the text, and
 * in short lines just behind it. */
static void agency_from_text(struct scan *s, struct article *a)
{
	size_t behind = s->nlines;

	if (!a->nblocks)
		return;
	struct str last = a->blocks[a->nblocks - 1].text;
	agency_from(s, a, str_sub(a->blocks[0].text, 0, DATELINE_BYTES));
	agency_from(s, a, str_sub(last, last.n > SIGNATURE_BYTES ? last.n - SIGNATURE_BYTES : 0, last.n));
	while (behind && s->lines[behind - 1].score <= 0)
		behind--;
	for (size_t k = behind; k < s->nlines && k < behind + SIGNATURE_LINES; k++)
		if (s->lines[k].weight <= SIGNATURE_BYTES)
			agency_from(s, a, scan_line_text(s, &s->lines[k]));
}

static bool has_all(const struct credit *more, const struct credit *less)
{
	for (size_t i = 0; i < less->n; i++) {
		bool found = false;
		for (size_t k = 0; k < more->n && !found; k++)
			found = text_alike(more->names[k], less->names[i]);
		if (!found)
			return false;
	}
	return true;
}

/* "jdoe", "editor2": what a system calls somebody, not what a reader does. */
static bool is_login(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || (unsigned char)s.p[i] >= 0x80 || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

static void take_names(struct article *a, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a->bylines[i] = names[i];
	a->nbylines = n;
}

/* All names that more has beyond less look like persons'. */
static bool completes(const struct credit *more, const struct credit *less)
{
	if (more->n <= less->n || more->n > MAX_SHARED_BYLINE || !has_all(more, less))
		return false;
	for (size_t i = 0; i < more->n; i++)
		if (!is_person(more->names[i]))
			return false;
	return true;
}

static bool same_names(const struct credit *a, const struct credit *b)
{
	return a->n == b->n && has_all(a, b);
}

/* Two places of the page name the same, and the metadata others, or many more: all who had a hand in the pictures. */
static const struct credit *agreed(const struct credit *said, const struct credit *const *shown, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct credit *c = shown[i];
		if (!c->n || !is_person(c->names[0]) || (has_all(said, c) && said->n < c->n + MAX_SHARED_BYLINE))
			continue;
		for (size_t k = i + 1; k < n; k++)
			if (same_names(c, shown[k]))
				return c;
	}
	return NULL;
}

/* The page shows one of these names somewhere. */
static bool any_in(struct str text, const struct credit *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_has(text, c->names[i]) || str_find_nocase(text, c->names[i]) != STR_NPOS)
			return true;
	return false;
}

/*
 * The surest place first.  Others, such as the site itself, stand before a
 * doubtful name of an unsure place, and before any if a sure place has them.
 */
static void choose_names(struct article *a, struct str text, const struct credit *said,
                         const struct credit *const *shown, size_t n)
{
	const struct credit *best = said->n ? said : NULL;
	bool login = said->n == 1 && is_login(said->names[0]), others = false;

	for (size_t i = 0; i < n; i++) {
		const struct credit *c = shown[i];
		bool sure =
		        c->n && (i < SURE_PLACES ||
		                 (!others && (!said->nothers || is_person(c->names[0]) || is_han_name(c->names[0]))));
		if (sure &&
		    (!best || (best == said && login) || (best == said && i < SURE_PLACES && completes(c, best))))
			best = c;
		others |= i < SURE_PLACES && c->nothers;
	}
	bool unseen = best == said && !any_in(text, said);
	for (size_t i = 0; i < MARKED_PLACES && unseen; i++)
		if (shown[i]->n && (is_person(shown[i]->names[0]) || is_han_name(shown[i]->names[0]))) {
			best = shown[i];
			break;
		}
	if (best == said && agreed(said, shown, MARKED_PLACES))
		best = agreed(said, shown, MARKED_PLACES);
	if (best)
		take_names(a, best->names, best->n);
	for (size_t i = 0; i < SURE_PLACES && !a->nbylines; i++)
		take_names(a, shown[i]->others, shown[i]->nothers);
	if (!a->nbylines)
		take_names(a, said->others, said->nothers);
	for (size_t i = 0; i < n && !a->nbylines; i++)
		take_names(a, shown[i]->others, shown[i]->nothers);
}

void names_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out)
{
	struct article *a = &out->article;
	struct namer n = { .s = s, .m = m, .body = body, .article = a, .site = m->site_name };
	struct credit said = { 0 }, marked[MARK_AUTHOR + 1] = { 0 }, by = { 0 }, beside = { 0 }, below = { 0 },
	              signature = { 0 };
	struct url u;
	struct err ignored;

	n.until = body->node ? s->html->nodes[body->node].end : 0;
	if (url_parse(s->arena, s->page_url, NULL, &u, &ignored))
		n.host = url_site(s->arena, &u);
	n.people = m->authors_are_people;
	for (size_t i = 0; i < m->nauthors; i++)
		split_names(&n, &said, m->authors[i]);
	n.people = false;
	names_from_markup(&n, 1, n.until, marked);
	names_from_lines(&n, &by, &beside);
	if (!said.n && !marked[MARK_AUTHOR].n && !by.n && n.until)
		names_below(&n, &below);
	name_from_signature(&n, &signature);

	const struct credit *shown[] = { &marked[MARK_AUTHOR], &by,   &marked[MARK_LINK], &marked[MARK_CLASS], &beside,
		                         &signature,           &below };
	choose_names(a, s->text, &said, shown, sizeof(shown) / sizeof(shown[0]));
	agency_from_text(s, a);
}
