/*
 * Furniture by its words: see inner.h.  The phrases are data (phrases.inc);
 * they are compared with the line in lower case, signs at its end left out.
 */
#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>

#include "page/inner.h"
#include "text/dates.h"

#define MAX_PHRASE_WEIGHT 220
#define MAX_HEADING_WEIGHT 90

static const struct phrase {
	enum phrase_kind kind;
	struct str text;
} phrases[] = {
#define PHRASE(kind, text) { kind, STR(text) },
#include "page/phrases.inc"
#undef PHRASE
};
#define NPHRASES (sizeof(phrases) / sizeof(phrases[0]))

/* Phrases by the sum of their first two bytes, as chains of index + 1. */
static uint16_t chains[512], next_in_chain[NPHRASES];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static unsigned chain_of(struct str s)
{
	return (unsigned)(unsigned char)s.p[0] + (s.n > 1 ? (unsigned char)s.p[1] : 0);
}

/* Most of what is compared is ASCII. */
static bool is_alnum(uint32_t c)
{
	return c < 0x80 ? char_is_alpha((char)c) || char_is_digit((char)c) : (bool)u_isalnum((UChar32)c);
}

static uint32_t lower(uint32_t c)
{
	return c < 0x80 ? (unsigned char)char_lower((char)c) : (uint32_t)u_tolower((UChar32)c);
}

/* What a byte of ASCII is in a folded line: its lower case, and whether it is part of a word. */
enum { PART = 0x80 };
static uint8_t folded_ascii[128];

static void fill_tables(void)
{
	for (unsigned c = 0; c < 128; c++)
		folded_ascii[c] = (uint8_t)(lower(c) | (is_alnum(c) || c == '(' ? PART : 0));
	for (size_t i = NPHRASES; i-- > 0;) {
		unsigned chain = chain_of(phrases[i].text);
		next_in_chain[i] = chains[chain];
		chains[chain] = (uint16_t)(i + 1);
	}
}

/* In lower case, without signs at either end. */
static struct str fold(struct str s, char *out, size_t room)
{
	size_t n = 0, end = 0;

	for (size_t i = 0; i < s.n && n + 4 < room;) {
		unsigned char byte = (unsigned char)s.p[i];
		if (byte < 0x80) {
			uint8_t folded = folded_ascii[byte];
			i++;
			if (!n && !(folded & PART) && byte != '@')
				continue;
			out[n++] = (char)(folded & ~PART);
			end = folded & PART || byte == ':' ? n : end;
			continue;
		}
		uint32_t c = lower(utf8_next(s, &i));
		if (c == 0x2019)
			c = '\'';
		bool part = is_alnum(c) || c == 0xa9 || c == '(' || c >= 0x900;
		if (!n && !part)
			continue;
		n += utf8_put(c, out + n);
		if (part)
			end = n;
	}
	return str_of(out, end);
}

static bool matches(struct str s, struct str phrase)
{
	if (str_ends(phrase, STR("*")))
		return str_starts(s, str_sub(phrase, 0, phrase.n - 1));
	return str_eq(s, phrase);
}

#define HEAD_ROOM 32 /* of what is folded to see whether the rest is worth it */

/* Whether some phrase may begin as the line does. */
static bool may_be_phrase(struct str text)
{
	char folded[HEAD_ROOM];
	struct str head = fold(text, folded, sizeof(folded));

	if (head.n < 4)
		return true;
	for (size_t k = chains[chain_of(head)]; k; k = next_in_chain[k - 1]) {
		struct str p = phrases[k - 1].text;
		size_t n = str_ends(p, STR("*")) ? p.n - 1 : p.n;
		if (!memcmp(p.p, head.p, n < head.n ? n : head.n))
			return true;
	}
	return false;
}

enum phrase_kind phrase_of(struct str text)
{
	char folded[256];
	uint32_t weight = scan_weight(text);

	if (!weight || weight > MAX_PHRASE_WEIGHT)
		return PHRASE_NONE;
	pthread_once(&tables_once, fill_tables);
	if (!may_be_phrase(text))
		return PHRASE_NONE;
	struct str s = fold(text, folded, sizeof(folded));
	struct str bare = str_ends(s, STR(":")) ? str_sub(s, 0, s.n - 1) : s;
	if (!s.n)
		return PHRASE_NONE;
	for (size_t k = chains[chain_of(s)]; k; k = next_in_chain[k - 1]) {
		size_t i = k - 1;
		if (phrases[i].kind != PHRASE_LINE && weight > MAX_HEADING_WEIGHT)
			continue;
		if (matches(s, phrases[i].text) || matches(bare, phrases[i].text))
			return phrases[i].kind;
	}
	return PHRASE_NONE;
}

static bool has_any(struct str s, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_has(s, list[i]))
			return true;
	return false;
}

bool phrase_is_counter(struct str text)
{
	static const struct str units[] = {
		STR(" ago"),        STR("views"),        STR("view"),   STR("comment"), STR("shares"), STR("min read"),
		STR("minute read"), STR("minutes read"), STR("vor "),   STR("il y a"),  STR("hace "),  STR("fa"),
		STR("назад"),       STR("просмотр"),     STR("小時前"), STR("小时前"),  STR("分鐘前"), STR("分钟前"),
		STR("日前"),        STR("天前"),         STR("瀏覽"),   STR("浏览"),    STR("閱讀"),   STR("阅读"),
		STR("人氣"),        STR("時間前"),       STR("分前"),   STR("লাইক"),    STR("likes"),  STR("followers"),
		STR("önce"),        STR("temu"),         STR("sedan"),  STR("siden"),
	};
	char folded[128];
	bool digit = false, letter = false;

	if (scan_weight(text) > 40)
		return false;
	pthread_once(&tables_once, fill_tables);
	struct str s = fold(text, folded, sizeof(folded));
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		digit |= u_isdigit((UChar32)c);
		letter |= u_isalpha((UChar32)c);
	}
	return digit && (!letter || has_any(s, units, sizeof(units) / sizeof(units[0])));
}

static bool contains(struct str text, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find_nocase(text, list[i]) != STR_NPOS)
			return true;
	return false;
}

bool phrase_is_missing(struct str text)
{
	static const struct str list[] = {
		STR("page not found"),
		STR("404 not found"),
		STR("error 404"),
		STR("404 error"),
		STR("404 -"),
		STR("page you requested"),
		STR("page you're looking for"),
		STR("page you are looking for"),
		STR("page cannot be found"),
		STR("page can't be found"),
		STR("page doesn't exist"),
		STR("page does not exist"),
		STR("no longer available"),
		STR("article not found"),
		STR("seite nicht gefunden"),
		STR("page introuvable"),
		STR("página no encontrada"),
		STR("pagina non trovata"),
		STR("pagina niet gevonden"),
		STR("страница не найдена"),
		STR("strona nie została znaleziona"),
		STR("nie znaleziono strony"),
		STR("找不到頁面"),
		STR("找不到网页"),
		STR("頁面不存在"),
		STR("页面不存在"),
		STR("ページが見つかりません"),
		STR("sidan kunde inte hittas"),
		STR("página no existe"),
		STR("página não encontrada"),
		STR("página não existe"),
		STR("pàgina no trobada"),
		STR("siden blev ikke fundet"),
		STR("siden finnes ikke"),
		STR("siden ble ikke funnet"),
		STR("sivua ei löyt"),
		STR("stránka nenalezena"),
		STR("stránka nebyla nalezena"),
		STR("oldal nem található"),
		STR("pagina nu a fost găsită"),
		STR("stranica nije pronađena"),
		STR("sayfa bulunamadı"),
		STR("σελίδα δεν βρέθηκε"),
		STR("сторінку не знайдено"),
		STR("страницата не е намерена"),
		STR("페이지를 찾을 수 없"),
		STR("الصفحة غير موجودة"),
		STR("صفحه مورد نظر یافت نشد"),
		STR("הדף לא נמצא"),
		STR("पृष्ठ नहीं मिला"),
		STR("পাতাটি পাওয়া যায়নি"),
		STR("không tìm thấy trang"),
		STR("halaman tidak ditemukan"),
		STR("ไม่พบหน้า"),
	};
	return contains(text, list, sizeof(list) / sizeof(list[0]));
}

bool phrase_is_bot_wall(struct str text)
{
	static const struct str list[] = {
		STR("checking your browser"),
		STR("just a moment"),
		STR("verify you are human"),
		STR("verify that you are human"),
		STR("are you a robot"),
		STR("you are not a robot"),
		STR("you're not a robot"),
		STR("attention required"),
		STR("access denied"),
		STR("access to this page has been denied"),
		STR("unusual traffic"),
		STR("ddos protection"),
		STR("request blocked"),
		STR("you have been blocked"),
		STR("captcha"),
		STR("pardon our interruption"),
		STR("enable javascript and cookies to continue"),
		STR("needs to review the security"),
		STR("request could not be satisfied"),
		STR("403 forbidden"),
		STR("bot detection"),
		STR("are you human"),
		STR("vérifiez que vous êtes humain"),
		STR("vérifier que vous êtes un humain"),
		STR("bestätigen sie, dass sie ein mensch sind"),
		STR("überprüfung ihres browsers"),
		STR("verifica que eres humano"),
		STR("verifique que você é humano"),
		STR("verifica di essere umano"),
		STR("я не робот"),
		STR("nie jestem robotem"),
		STR("robot olmadığınızı"),
		STR("我不是機器人"),
		STR("我不是机器人"),
		STR("ロボットではありません"),
		STR("로봇이 아닙니다"),
	};
	return contains(text, list, sizeof(list) / sizeof(list[0]));
}

bool phrase_is_consent(struct str text)
{
	static const struct str list[] = {
		STR("we value your privacy"), STR("we and our partners"),   STR("accept all cookies"),
		STR("accept cookies"),        STR("your privacy choices"),  STR("before you continue"),
		STR("cookie settings"),       STR("consent to the use"),    STR("zustimmung"),
		STR("cookies akzeptieren"),   STR("accepter et continuer"), STR("aceptar cookies"),
		STR("accetta i cookie"),      STR("privacy manager"),
	};
	return contains(text, list, sizeof(list) / sizeof(list[0]));
}

bool phrase_is_paywall(struct str text)
{
	static const struct str list[] = {
		STR("subscribe to read"),
		STR("subscribe to continue"),
		STR("subscribe to unlock"),
		STR("to continue reading"),
		STR("already a subscriber"),
		STR("already subscribed"),
		STR("for subscribers only"),
		STR("subscriber-only"),
		STR("subscriber only"),
		STR("exclusive to subscribers"),
		STR("become a subscriber"),
		STR("this article is for subscribers"),
		STR("log in to read"),
		STR("register to read"),
		STR("create a free account"),
		STR("mit einem abo"),
		STR("jetzt abonnieren"),
		STR("weiterlesen mit"),
		STR("réservé aux abonnés"),
		STR("réservé à nos abonnés"),
		STR("contenido exclusivo para suscriptores"),
		STR("riservato agli abbonati"),
		STR("alleen voor abonnees"),
		STR("訂閱"),
		STR("会員限定"),
		STR("會員專享"),
	};
	return contains(text, list, sizeof(list) / sizeof(list[0]));
}

bool text_alike(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		uint32_t x = 0, y = 0;
		while (i < a.n && !is_alnum(x = utf8_next(a, &i)))
			x = 0;
		while (k < b.n && !is_alnum(y = utf8_next(b, &k)))
			y = 0;
		if (!x || !y)
			return !x && !y;
		if (lower(x) != lower(y))
			return false;
	}
}
