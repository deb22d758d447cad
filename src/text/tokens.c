/* Tokens: see tokens.h. */
#include "text/tokens.h"

#include <unicode/uchar.h>

#define FIRST_MARK_BYTE 0xcc /* no mark and no joiner is below U+0300 */

/* A reader sees one character where a mark follows a letter, or a joiner a
 * sign; the rules for words part them behind Han and behind a space. */
static bool goes_on(const struct tokens *t, const struct word *w)
{
	if (t->n == 0 || t->at[t->n - 1].to != w->from || (unsigned char)t->text.p[w->from] < FIRST_MARK_BYTE)
		return false;
	size_t at = w->from;
	uint32_t c = utf8_next(t->text, &at);
	return u_hasBinaryProperty((UChar32)c, UCHAR_GRAPHEME_EXTEND) || c == 0x200d;
}

struct tokens tokens_read(struct arena *a, struct str text)
{
	size_t n;
	struct tokens t = { .text = text, .at = text_words_only(a, text, &n) };

	while (t.n < n && (t.at[t.n].plain || !goes_on(&t, &t.at[t.n])))
		t.nwords += token_is_word(&t.at[t.n++]);
	for (size_t i = t.n; i < n; i++) {
		const struct word *w = &t.at[i];
		if (!w->plain && goes_on(&t, w)) {
			struct word *last = &t.at[t.n - 1];
			last->to = w->to;
			last->id = text_id(str_sub(text, last->from, last->to));
			continue;
		}
		t.at[t.n] = *w;
		t.nwords += token_is_word(&t.at[t.n++]);
	}
	return t;
}

static bool all_spaces(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_space(s.p[i]))
			return false;
	return s.n > 0;
}

bool tokens_join(struct arena *a, struct str text, const struct tokens *const *parts, const uint32_t *from, uint32_t n,
                 struct tokens *out)
{
	struct tokens t = { .text = text };
	uint32_t all = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (i && !all_spaces(str_sub(text, from[i - 1] + parts[i - 1]->text.n, from[i])))
			return false;
		all += parts[i]->n;
	}
	t.at = arena_alloc(a, ((size_t)all + 1) * sizeof *t.at);
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < parts[i]->n; k++) {
			struct word *w = &t.at[t.n++];
			*w = parts[i]->at[k];
			w->from += from[i];
			w->to += from[i];
		}
		t.nwords += parts[i]->nwords;
	}
	*out = t;
	return true;
}
