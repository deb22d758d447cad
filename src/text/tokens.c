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
	struct word *words = text_words_only(a, text, &n);
	struct tokens t = { .text = text, .at = arena_alloc(a, n * sizeof(struct token)) };

	for (size_t i = 0; i < n; i++) {
		const struct word *w = &words[i];
		if (goes_on(&t, w)) {
			struct token *last = &t.at[t.n - 1];
			last->to = w->to;
			last->id = text_id(str_sub(text, last->from, last->to));
			continue;
		}
		t.at[t.n] = (struct token){ w->id, w->fold, w->from, w->to, w->kind };
		t.nwords += token_is_word(&t.at[t.n++]);
	}
	return t;
}
