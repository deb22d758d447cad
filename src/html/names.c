/*
 * Names of elements and attributes: see names.h and html.h.
 *
 * Hash tables that are filled at first use and never change: open addressing,
 * at most a third full.
 */
#include "html/names.h"

#include <pthread.h>

static const struct str tag_names[TAG_NUMBERS] = {
	[TAG_NONE] = STR("#text"),
	[TAG_OTHER] = STR("?"),
#define HTML_TAG(upper, name) [TAG_##upper] = STR(name),
#include "html/builder_tags.inc"
#include "html/tags.inc"
#undef HTML_TAG
};

static const struct str attr_names[ATTR_COUNT] = {
	[ATTR_NONE] = STR(""),
#define HTML_ATTR(upper, name) [ATTR_##upper] = STR(name),
#include "html/attrs.inc"
#undef HTML_ATTR
};

#define TAG_SLOTS 1024
#define ATTR_SLOTS 256
#define LONGEST_ATTR 16
static uint8_t tag_slots[TAG_SLOTS], attr_slots[ATTR_SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static unsigned tag_hash(struct str name)
{
	const unsigned char *p = (const unsigned char *)name.p;

	return (unsigned)(name.n * 53 + p[0] * 7u + p[name.n - 1] * 31u + p[name.n / 2] * 83u) % TAG_SLOTS;
}

static unsigned attr_hash(struct str name)
{
	unsigned first = (unsigned char)name.p[0] | 0x20, last = (unsigned char)name.p[name.n - 1] | 0x20;

	return ((unsigned)name.n * 37 + first * 5 + last * 11) % ATTR_SLOTS;
}

static void fill(void)
{
	for (unsigned t = TAG_OTHER + 1; t < TAG_NUMBERS; t++) {
		unsigned slot = tag_hash(tag_names[t]);
		while (tag_slots[slot])
			slot = (slot + 1) % TAG_SLOTS;
		tag_slots[slot] = (uint8_t)t;
	}
	for (unsigned t = ATTR_NONE + 1; t < ATTR_COUNT; t++) {
		unsigned slot = attr_hash(attr_names[t]);
		while (attr_slots[slot])
			slot = (slot + 1) % ATTR_SLOTS;
		attr_slots[slot] = (uint8_t)t;
	}
}

uint16_t names_tag(struct str name)
{
	if (!name.n || name.n > LONGEST_TAG)
		return TAG_OTHER;
	pthread_once(&once, fill);
	for (unsigned slot = tag_hash(name); tag_slots[slot]; slot = (slot + 1) % TAG_SLOTS)
		if (str_eq(tag_names[tag_slots[slot]], name))
			return tag_slots[slot];
	return TAG_OTHER;
}

struct str names_of_tag(uint16_t tag)
{
	return tag < TAG_NUMBERS ? tag_names[tag] : tag_names[TAG_OTHER];
}

enum attr names_attr(struct str name)
{
	if (!name.n || name.n > LONGEST_ATTR)
		return ATTR_NONE;
	pthread_once(&once, fill);
	for (unsigned slot = attr_hash(name); attr_slots[slot]; slot = (slot + 1) % ATTR_SLOTS)
		if (str_eq_nocase(attr_names[attr_slots[slot]], name))
			return (enum attr)attr_slots[slot];
	return ATTR_NONE;
}

struct str names_of_attr(enum attr a)
{
	return attr_names[a];
}

enum tag html_tag(struct str name)
{
	uint16_t t = names_tag(name);
	return t < TAG_COUNT ? (enum tag)t : TAG_OTHER;
}

const char *html_tag_name(enum tag t)
{
	return t < TAG_COUNT ? tag_names[t].p : "?";
}

bool html_reads_attr(struct str name)
{
	return names_attr(name) != ATTR_NONE;
}
