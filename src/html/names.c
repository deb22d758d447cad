/*
 * Names of elements and attributes: see names.h and html.h.
 *
 * Hash tables that are filled at first use and never change: open addressing,
 * at most a fifth full.
 */
#include "html/names.h"

#include <pthread.h>
#include <string.h>

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

/* One of these tables: keys, and the numbers that they stand for, 0 where a slot is free. */
#define SLOTS 1024
struct table {
	struct name_key keys[SLOTS];
	uint8_t numbers[SLOTS];
};
static struct table tags, attrs;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static unsigned slot_of(const struct name_key *key)
{
	uint64_t a, b;

	memcpy(&a, key->bytes, sizeof(a));
	memcpy(&b, key->bytes + sizeof(a), sizeof(b));
	return (unsigned)((a * 0x9e3779b97f4a7c15u ^ b * 0xc2b2ae3d27d4eb4fu) >> 54);
}

static struct name_key key_of(struct str name)
{
	struct name_key key = { { 0 } };

	memcpy(key.bytes, name.p, name.n);
	return key;
}

static void add(struct table *t, struct str name, unsigned number)
{
	struct name_key key = key_of(name);
	unsigned slot = slot_of(&key);

	while (t->numbers[slot])
		slot = (slot + 1) % SLOTS;
	t->keys[slot] = key;
	t->numbers[slot] = (uint8_t)number;
}

static unsigned find(const struct table *t, const struct name_key *key)
{
	for (unsigned slot = slot_of(key); t->numbers[slot]; slot = (slot + 1) % SLOTS)
		if (!memcmp(t->keys[slot].bytes, key->bytes, NAME_KEY_BYTES))
			return t->numbers[slot];
	return 0;
}

static void fill(void)
{
	for (unsigned t = TAG_OTHER + 1; t < TAG_NUMBERS; t++)
		add(&tags, tag_names[t], t);
	for (unsigned t = ATTR_NONE + 1; t < ATTR_COUNT; t++)
		add(&attrs, attr_names[t], t);
}

void names_begin(void)
{
	pthread_once(&once, fill);
}

uint16_t names_tag_of_key(const struct name_key *key)
{
	unsigned number = find(&tags, key);
	return (uint16_t)(number ? number : TAG_OTHER);
}

enum attr names_attr_of_key(const struct name_key *key)
{
	return (enum attr)find(&attrs, key);
}

uint16_t names_tag(struct str name)
{
	if (!name.n || name.n > NAME_KEY_BYTES)
		return TAG_OTHER;
	names_begin();
	struct name_key key = key_of(name);
	return names_tag_of_key(&key);
}

struct str names_of_tag(uint16_t tag)
{
	return tag < TAG_NUMBERS ? tag_names[tag] : tag_names[TAG_OTHER];
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
	struct name_key key = { { 0 } };

	if (!name.n || name.n > NAME_KEY_BYTES)
		return false;
	names_begin();
	for (size_t i = 0; i < name.n; i++)
		key.bytes[i] = char_lower(name.p[i]);
	return names_attr_of_key(&key) != ATTR_NONE;
}
