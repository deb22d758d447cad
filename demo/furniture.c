/*
 * Page furniture: see sheet.h.
 *
 * Everything here takes chances on purpose: order, numbers, identifiers and
 * advertisements are drawn anew for every request.  Nothing of it may ever
 * become a version.
 */
#include "outlet.h"
#include "sheet.h"

static const char *const FILLERS[] = {
	"Five soups for a wet week",
	"Why your neighbour owns a second kettle",
	"In pictures: the regatta that nobody won",
	"Quiz: which lighthouse are you?",
	"House prices: the street where they fell",
	"The lost dog, the found dog and the third dog",
	"“I paid 40 crowns for a lemon”",
	"A walk of nine kilometres with only one hill",
	"Readers’ letters: in defence of the semicolon",
	"How to keep a fern alive until Christmas",
	"The pilot who reads poems to his passengers",
	"Opinion: abolish the second half",
};

static const char *const ADS[] = {
	"Dunmore Mattresses: sleep like a harbour seal. Now from 399 crowns.",
	"Halden Insurance pays before you have finished the form.",
	"Cruise the seven fjords with Albion Star. Cabins with windows while they last.",
	"Tired of gutters? So were we. GutterFree, in Stonecote and Port Merrow.",
	"The new Veloce E3. It is quiet. It is blue. It is here.",
	"Your will in forty minutes. Pargeter and Daughters, solicitors.",
};

static const char *const SKIES[] = { "Fog", "Bright spells", "Showers", "Drizzle", "Gale warning", "Fair" };

#define COUNT(array) ((unsigned)(sizeof(array) / sizeof *(array)))

static void link_to_any(struct sheet *s)
{
	if (s->nnews && sheet_random(s, 3)) {
		const struct news *n = &s->news[sheet_random(s, (unsigned)s->nnews)];
		sheet_put(s, "<a href=\"%t#box-%x\">%t</a>", n->story->path, n->text.title);
		return;
	}
	const char *filler = FILLERS[sheet_random(s, COUNT(FILLERS))];
	sheet_put(s, "<a href=\"/features#%x\">%t</a>", str_from(filler));
}

static void list_of_links(struct sheet *s, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		sheet_put(s, "<li data-pos=\"%d\" id=\"l-%x\">", (int)i + 1);
		link_to_any(s);
		sheet_put(s, " <span class=\"n\">%d</span></li>\n", (int)sheet_random(s, 900) + 12);
	}
}

void furniture_most_read(struct sheet *s, const char *css)
{
	sheet_put(s, "<div class=\"%r\" id=\"mr-%x\"><h3>Most read</h3><ol>\n", str_from(css));
	list_of_links(s, 5);
	sheet_put(s, "</ol></div>\n");
}

void furniture_related(struct sheet *s, const char *css)
{
	sheet_put(s, "<aside class=\"%r\" data-slot=\"%x\"><h4>Read also</h4><ul>\n", str_from(css));
	list_of_links(s, 2 + sheet_random(s, 3));
	sheet_put(s, "</ul></aside>\n");
}

void furniture_ad(struct sheet *s)
{
	sheet_put(s,
	          "<div class=\"ad ad-slot\" id=\"ad-%x\" aria-label=\"Advertisement\"><span>Advertisement</span>"
	          "<a rel=\"sponsored\" href=\"https://ads.example/%x\">%t</a></div>\n",
	          str_from(ADS[sheet_random(s, COUNT(ADS))]));
}

void furniture_newsletter(struct sheet *s)
{
	sheet_put(s,
	          "<form class=\"newsletter\" action=\"/newsletter\" method=\"post\">"
	          "<input type=\"hidden\" name=\"token\" value=\"%x%x\">"
	          "<label>Our morning letter, already read by %d people <input type=\"email\" name=\"email\"></label>"
	          "<button>Sign up</button></form>\n",
	          30000 + (int)sheet_random(s, 9000));
}

void furniture_scripts(struct sheet *s)
{
	sheet_put(s, "<script nonce=\"%x%x\">window.__page={id:\"%x\",t:%d};</script>\n",
	          (int)sheet_random(s, 1000000));
}

const char *furniture_weather(struct sheet *s)
{
	return SKIES[sheet_random(s, COUNT(SKIES))];
}
