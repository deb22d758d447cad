/*
 * The words of a text with what they may mean: number words, units, months,
 * cues of attribution, hedges, places, titles of persons.
 *
 * The vocabulary is data (numerals.inc, moments.inc, cues.inc, places.inc,
 * months.inc), a few thousand words and phrases of English, German, French,
 * Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian and Chinese
 * (with some Japanese).  All of it is one hash table that is made at first use,
 * about 1 ms; a word costs 20 ns.  A phrase is found at its first word, the
 * longest one wins.
 *
 * Limits: whole words only, no stems; a language without tables has only what
 * all languages share (digits, signs, units, names of countries and cities).
 */
#ifndef STET_TEXT_TERMS_H
#define STET_TEXT_TERMS_H

#include "text/tokens.h"

enum term_class {
	TERM_NUMBER,   /* "seven", 三: the value */
	TERM_SCALE,    /* "hundred", "million", 萬: the value that multiplies */
	TERM_MANY,     /* "dozens", "hundreds": the value of one */
	TERM_SEVERAL,  /* before a scale: "several", "many"; 1: also before what is counted */
	TERM_BEYOND,   /* a bound before a number: enum figure_bound, + 10 if approximate */
	TERM_BEHIND,   /* the same behind it: "or more" */
	TERM_UNIT,     /* enum term_unit */
	TERM_FRACTION, /* "half", "thirds": the value is what divides */
	TERM_MULTIPLE, /* "twice", "doubled": the value */
	TERM_ORDINAL,  /* "fourth": a rank */
	TERM_UNRANKED, /* behind an ordinal that is no rank then: "party", "nature" */
	TERM_NUMBERED, /* what is told apart by a number, not counted: "flight", "article" */
	TERM_AND,      /* inside a number: "and", "y" */
	TERM_TO,       /* between the ends of a range */
	TERM_MONTH,    /* 1 to 12 */
	TERM_WEEKDAY,  /* 1 Monday to 7 */
	TERM_DAY,      /* "yesterday", "this morning": a number of its own for each meaning */
	TERM_HALF_DAY, /* "am", "Uhr", "o'clock": stands behind or before a time of day */
	TERM_AGO,      /* "ago", "il y a" */
	TERM_IN_YEAR,  /* "in", "since": a year may follow */
	TERM_SAY,      /* a verb of saying: 0 says, 1 claims, 2 admits, 3 denies, 4 announces,
	                  5 rejects, 6 shows */
	TERM_SAYING,   /* a form of one that says it behind "was", too: "saying" */
	TERM_HELPER,   /* between subject and verb: "has"; 1 "was": the subject says nothing; 2 also behind the verb */
	TERM_SOURCE,   /* "according to": who said it follows */
	TERM_SPEAKER,  /* a speaker without a name: 1 vague ("sources"), 2 official ("police"), 0 other */
	TERM_PRONOUN,  /* "he": a speaker who was named before */
	TERM_HEDGE,    /* how sure it is: a number for each shade */
	TERM_PLACE,    /* the number of the place, the same for its names and its people */
	TERM_WHERE,    /* "in", "near": a place may follow */
	TERM_TITLE,    /* of a person: "Mr", "President" */
	TERM_GIVEN,    /* a first name */
	TERM_STRONG,   /* an act told in strong words; value: the number of the pair */
	TERM_WEAK,     /* the same told in weak words */
	TERM_SITE,     /* "river", "street": the last word of a place */
	TERM_BODY,     /* "airways", "university": of an organisation */
	TERM_GENERIC,  /* written in capitals, but no name: "COVID", "TV" */
	TERM_NOT,      /* turns a sentence round */
	TERM_ASK,      /* opens a question: "how", "is" */
	TERM_COUNTER,  /* what a page counts of its readers: "comments", "min read" */
	TERM_TOLL,     /* who is counted among the victims: "killed", "missing" */
	TERM_NOTICE,   /* "an earlier version of this": of notices.inc */
	TERM_COMMON,   /* tells the language */
	TERM_CLASSES
};
#define TERM_BIT(c) ((uint64_t)1 << (c))

enum term_unit {
	TERM_NO_UNIT,
#define UNIT(id, name) TERM_UNIT_##id,
#include "text/units.inc"
#undef UNIT
	TERM_UNITS
};
const char *term_unit_name(enum term_unit u); /* "percent", "usd", "km" */

/* A language is a bit; a set of them says which tables count. */
#define TERM_ALL_LANGUAGES 0xffffu
/* Of a BCP 47 tag: its bit; all for "" (unknown); none for one without tables. */
uint32_t terms_language(struct str tag);

enum term_kind {
	TERM_LETTERS, /* a word; one Han or Kana character each */
	TERM_DIGITS,  /* "5200", "3,500.5", "10:30" */
	TERM_SIGN,    /* one each */
};

struct term {
	uint32_t from, to; /* bytes */
	uint64_t fold;     /* equal where only case differs */
	uint64_t classes;  /* bits of what the phrase that begins here may be */
	uint32_t sense;    /* for term_value */
	uint32_t sign;     /* TERM_SIGN: the character */
	uint8_t kind, nsenses;
	uint8_t span;      /* terms of that phrase, at least 1 */
	bool glued;        /* no space before it */
	bool opens;        /* first word of a sentence, or behind a quotation mark or colon */
	bool capital;      /* begins with a capital letter */
	bool upper;        /* two letters or more, all capital */
	bool han;          /* a single character of a script without spaces */
	uint8_t use;       /* taken by a moment (1) or a figure (2); 0 free */
	uint8_t note;      /* for whoever reads the terms; 0 at first */
};

struct terms {
	struct str text;
	uint32_t languages;
	struct term *at;
	uint32_t n;
	uint64_t classes; /* of any of them */
	bool digits;      /* some are TERM_DIGITS */
	bool title_case; /* nearly all words are capitalised: that says nothing */
};

/* Terms of a text; languages as of terms_language, all and unsure: guessed from
 * the text where it has enough common words. */
struct terms terms_read(struct arena *a, struct str text, uint32_t languages);

/* The same of a text whose tokens were read. */
struct terms terms_read_tokens(struct arena *a, const struct tokens *tokens, uint32_t languages);

/* Which of these languages a text is most likely in; all if that is not clear. */
uint32_t terms_guess(const struct terms *t);

/* The first term that ends behind byte from; n if none does. */
uint32_t terms_find(const struct terms *t, uint32_t from);

/* The value of a term in a class that it has. */
int64_t term_value(const struct terms *t, const struct term *at, enum term_class c);

static inline bool term_is(const struct term *t, enum term_class c)
{
	return t->classes & TERM_BIT(c);
}

static inline struct str term_text(const struct terms *t, uint32_t from, uint32_t to)
{
	return from < to && to <= t->n ? str_sub(t->text, t->at[from].from, t->at[to - 1].to) : STR_NONE;
}

#endif
