/*
 * src/text/charset.c and what it is made of: what bytes say of themselves, what
 * they look like, and the decoders.
 */
#include "text/charset.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "base/hash.h"
#include "check.h"

/* What the beginning of a page says; NULL: nothing. */
static const struct {
	const char *page, *charset;
} said[] = {
	{ "<meta charset=koi8-r>", "koi8-r" },
	{ "<meta/charset='koi8-r'/>", "koi8-r" },
	{ "<META\tCHARSET = \"KOI8-R\" >", "koi8-r" },
	{ "<meta\vcharset=koi8-r>", NULL },
	{ "<meta charset=koi8-r", NULL },
	{ "<metacharset=koi8-r>", NULL },
	{ "<meta charset=koi8-r charset=big5>", "koi8-r" },
	{ "<meta charset=nonsense charset=big5>", NULL },
	{ "<meta content='text/html; charset=koi8-r'>", NULL },
	{ "<meta content='text/html; charset=koi8-r' http-equiv=content-type>", "koi8-r" },
	{ "<meta content='text/html; charset=koi8-r' http-equiv=refresh http-equiv=content-type>", NULL },
	{ "<meta http-equiv=content-type content='a charset, charset = \"koi8-r\" b'>", "koi8-r" },
	{ "<meta http-equiv=content-type content='charset=\"koi8-r'>", NULL },
	{ "<meta http-equiv=content-type content='charset=koi8-r;x' charset=big5>", "big5" },
	{ "<!--><meta charset=koi8-r>", "koi8-r" },
	{ "<!-- > <meta charset=koi8-r> --><meta charset=big5>", "big5" },
	{ "<p title='<meta charset=koi8-r>'><meta charset=big5>", "big5" },
	{ "<? <meta charset=koi8-r><meta charset=big5>", "big5" },
	{ "<meta charset=utf-16le>", "utf-8" },
	{ "<meta charset=x-user-defined>", "windows-1252" },
	{ "<?xml version='1.0' encoding = \"koi8-r\"?><p>", "koi8-r" },
	{ "<?xml version='1.0' encoding='koi8-r'?><meta charset=big5>", "big5" },
	{ "<?xml version='1.0'?><p encoding='koi8-r'>", NULL },
	{ " <?xml version='1.0' encoding='koi8-r'?>", NULL },
};

TEST(the_beginning_of_a_page_is_read_as_the_standard_says)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		const char *got = charset_by_prescan(str_from(said[i].page));
		if (!got != !said[i].charset || (got && strcmp(got, said[i].charset) != 0))
			test_failed(__FILE__, __LINE__, "%s says %s, not %s", said[i].page, got ? got : "nothing",
			            said[i].charset ? said[i].charset : "nothing");
	}
}

TEST(a_late_meta_is_found)
{
	char page[6000];

	memset(page, ' ', sizeof page);
	memcpy(page + 5000, "<meta charset=koi8-r>", 21);
	CHECK(!charset_by_prescan(str_of(page, sizeof page)));
	CHECK_STR(str_from(charset_of_html(str_of(page, sizeof page), STR_NONE)), "koi8-r");
}

/* Broken bytes: what is an error, and that ASCII behind one is not lost. */
static const struct {
	const char *charset;
	struct str bytes;
	const char *text;
} broken[] = {
	{ "utf-8", STR("a\xf0\x9f\x98<b\xed\xa0\x80"), "a\ufffd<b\ufffd\ufffd\ufffd" },
	{ "big5", STR("\xa4\xa4<\xa4<\x80\xff\xa4"), "中<\ufffd<\ufffd\ufffd\ufffd" },
	{ "big5", STR("\x88\x62\x88\xa5\x87\x40"), "\u00ca\u0304\u00ea\u030c\u43f0" },
	{ "big5", STR("\x81\x40\xc6\xa1"), "\ufffd@\u2460" },
	{ "euc-kr", STR("\xb0\xa1\x81\x41\xb0<\xc9\xa1\xfe\xa1"), "가갂\ufffd<\ufffd\ufffd" },
	{ "shift_jis", STR("\x93\xfa\xb1\x80\x93<\xa0\xfc\xfc\xf0\x40"), "日ｱ\xc2\x80\ufffd<\ufffd\ufffd\ue000" },
	{ "euc-jp", STR("\xc6\xfc\x8e\xb1\x8f\xb0\xa1\x8f\xb0<\x8e<\xc6<\x8f\xa1\xa1"),
	  "日ｱ丂\ufffd<\ufffd<\ufffd<\ufffd" },
	{ "gb18030", STR("\xd6\xd0\x80\x81\x30\x81\x30\x90\x30\x81\x30\xff"), "中€\xc2\x80\U00010000\ufffd" },
	{ "gb18030", STR("\x81\x30<\x81\x30\x81<\x81<\x84\x31\xa5\x30\x81\x30\x81"),
	  "\ufffd0<\ufffd0\ufffd<\ufffd<\ufffd\ufffd" },
	{ "gbk", STR("\xa6\xd9\xa3\xa0"), "\ufe10\u3000" },
	{ "iso-2022-jp", STR("a\x1b$BF|\x1b(Bb\x1b(J\\~\x1b(I1\x1b(B"), "a日b¥‾ｱ" },
	{ "iso-2022-jp", STR("\x1b$B\x1b(Ba\x1b$XF\x0e\xc6"), "\ufffda\ufffd$XF\ufffd\ufffd" },
	{ "iso-2022-jp", STR("\x1b$BF"), "\ufffd" },
	{ "utf-16le", STR("a\0\0\xd8<\0\x3d\xd8\0\xde\0\xdc\x01"), "a\ufffd<😀\ufffd\ufffd" },
	{ "utf-16be", STR("\0a\xd8\x3d\xde\0\xd8\0\0"), "a😀\ufffd" },
	{ "windows-1252", STR("\x80\x81\x93"), "€\xc2\x81“" },
	{ "windows-1255", STR("\xca\xd9\xe0"), "\u05ba\ufffdא" },
	{ "windows-874", STR("\xa1\xdb"), "ก\ufffd" },
	{ "iso-8859-16", STR("\xa4\xa5\xaa"), "€„Ș" },
	{ "koi8-u", STR("\xae\xa4"), "ўє" },
	{ "ibm866", STR("\x1a\x80\x7f"), "\x1a\u0410\x7f" },
	{ "x-user-defined", STR("a\x80\xff"), "a\uf780\uf7ff" },
	{ "replacement", STR("abc"), "\ufffd" },
};

TEST(broken_bytes_are_decoded_as_the_standard_says)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct str text = charset_decode(a, broken[i].bytes, broken[i].charset);
		if (!str_eq(text, str_from(broken[i].text)))
			test_failed(__FILE__, __LINE__, "case %zu, %s: \"%.*s\", not \"%s\"", i, broken[i].charset,
			            STR_ARG(text), broken[i].text);
	}
	arena_free(a);
}

/* Every character of two bytes, each on a line, as one digest: the tables are
 * made of ICU's, which may change. */
static const struct {
	const char *charset;
	unsigned char prefix;
	const char *digest;
} tables[] = {
	{ "big5", 0, "2782e5b11a7c5f113adde255a02440862c46aadba0ea50e881d7fe614442deb1" },
	{ "euc-kr", 0, "fae589e5a5ee670ebaea1afb29e5d1e6308fc55959ca8ea75cb7624a31fd1be2" },
	{ "shift_jis", 0, "c3eb4c9c190774aa081cb4f1e5eac37426865ddb5ef844e7a4e409984ea9d2ba" },
	{ "euc-jp", 0, "3dc1231f7c2dc4db53b3fb5f1fa6fac7fe914aa8156dbe16f6f6d1e78f380e47" },
	{ "euc-jp", 0x8f, "2a730a250ed59a12cfc72ddab456685bcc000ce0fedf7d742a721ddde29df9bb" },
	{ "gb18030", 0, "17bc4b587f9aa56d6af2ebe252739efdf1eee871168f69e30fc6db7f8b776030" },
};

static const char *digest_of(struct arena *a, const char *charset, struct str bytes)
{
	char hex[SHA256_TEXT];
	struct sha256 digest = hash_sha256(charset_decode(a, bytes, charset));

	return arena_cstr(a, str_from(sha256_hex(&digest, hex)));
}

TEST(the_tables_are_those_of_the_standard)
{
	struct arena *a = arena_new();
	char *bytes = arena_alloc(a, MIB);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		size_t n = 0;
		for (unsigned lead = 0x80; lead < 0x100; lead++)
			for (unsigned trail = 0x40; trail < 0x100; trail++) {
				if (tables[i].prefix)
					bytes[n++] = (char)tables[i].prefix;
				bytes[n++] = (char)lead;
				bytes[n++] = (char)trail;
				bytes[n++] = '\n';
			}
		CHECK_STR(str_from(digest_of(a, tables[i].charset, str_of(bytes, n))), tables[i].digest);
	}
	arena_free(a);
}

TEST(four_bytes_of_gb18030_are_those_of_the_standard)
{
	struct arena *a = arena_new();
	char *bytes = arena_alloc(a, MIB);
	size_t n = 0;

	for (unsigned p = 0; p < 39420 + 100; p++) {
		bytes[n++] = (char)(0x81 + p / 12600);
		bytes[n++] = (char)(0x30 + p / 1260 % 10);
		bytes[n++] = (char)(0x81 + p / 10 % 126);
		bytes[n++] = (char)(0x30 + p % 10);
	}
	CHECK_STR(str_from(digest_of(a, "gb18030", str_of(bytes, n))),
	          "9216641608346f1eaeb89394c0b6eb42cded13c4917c16d5980bd76e07afef2c");
	arena_free(a);
}

/* Of our own writing; each is encoded and must be recognised. */
static const struct {
	const char *charset, *converter, *text;
} written[] = {
	{ "windows-1251", "windows-1251",
	  "<p>Городской совет отложил решение о новом мосте. <b>Жители</b> ждут его уже десять лет." },
	{ "koi8-r", "KOI8-R",
	  "<p>Городской совет отложил решение о новом мосте. <b>Жители</b> ждут его уже десять лет." },
	{ "iso-8859-5", "ISO-8859-5",
	  "<p>Городской совет отложил решение о новом мосте. <b>Жители</b> ждут его уже десять лет." },
	{ "windows-1253", "windows-1253",
	  "<p>Το δημοτικό συμβούλιο ανέβαλε την απόφαση για τη νέα γέφυρα “για μήνες”, είπε ο δήμαρχος." },
	{ "windows-1255", "windows-1255", "<p>מועצת העיר דחתה את ההחלטה על הגשר החדש, התושבים מחכים לו עשר שנים." },
	{ "windows-1256", "windows-1256",
	  "<p>أجل مجلس المدينة قراره بشأن الجسر الجديد، والسكان ينتظرونه منذ عشر سنوات." },
	{ "windows-1250", "windows-1250",
	  "<p>Rada miasta odłożyła decyzję w sprawie nowego mostu – mieszkańcy czekają na niego już dziesięć lat." },
	{ "windows-1254", "windows-1254",
	  "<p>Belediye meclisi yeni köprü kararını erteledi. Şehirde yaşayanlar onu on yıldır bekliyor, dediğine "
	  "göre." },
	{ "windows-1252", "windows-1252",
	  "<p>Der Stadtrat hat die Entscheidung über die neue Brücke vertagt. Die Bürger warten „seit zehn Jahren“." },
	{ "windows-1252", "windows-1252",
	  "<p>The café by the bridge stays open, says Renée. Renée has run the café for years." },
	{ "windows-874", "windows-874", "<p>สภาเมืองเลื่อนการตัดสินใจเรื่องสะพานใหม่ ชาวบ้านรอมาสิบปีแล้ว นายกเทศมนตรีกล่าว" },
	{ "shift_jis", "Shift_JIS", "<p>市議会は新しい橋についての決定を延期した。住民はもう十年も待っている。" },
	{ "euc-jp", "EUC-JP", "<p>市議会は新しい橋についての決定を延期した。住民はもう十年も待っている。" },
	{ "euc-kr", "EUC-KR", "<p>시의회는 새 다리에 대한 결정을 미루었다. 주민들은 벌써 십 년을 기다리고 있다." },
	{ "gb18030", "gb18030", "<p>市议会推迟了关于新桥的决定。居民们已经等了十年，市长说他们还要再等几个月。" },
	{ "big5", "Big5", "<p>市議會推遲了關於新橋的決定。居民們已經等了十年，市長說他們還要再等幾個月。" },
	{ "utf-16le", "UTF-16LE", "<p>The town council has put off its decision on the new bridge." },
	{ "utf-16be", "UTF-16BE", "<p>The town council has put off its decision on the new bridge." },
	{ "utf-8", "UTF-8", "<p>Le conseil a reporté sa décision." },
};

TEST(texts_that_say_nothing_are_recognised)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		UErrorCode status = U_ZERO_ERROR;
		char bytes[1024];
		int32_t n =
		        ucnv_convert(written[i].converter, "UTF-8", bytes, sizeof bytes, written[i].text, -1, &status);
		CHECK(U_SUCCESS(status));
		const char *got = charset_guess(str_of(bytes, (size_t)n));
		if (strcmp(got, written[i].charset) != 0)
			test_failed(__FILE__, __LINE__, "%s is taken for %s", written[i].charset, got);
		CHECK_STR(charset_decode(a, str_of(bytes, (size_t)n), got), written[i].text);
	}
	arena_free(a);
}

TEST_MAIN
