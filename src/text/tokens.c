/* Tokens: see tokens.h. */
#include "text/tokens.h"

struct tokens tokens_read(struct arena *a, struct str text)
{
	size_t n;
	struct word *words = text_words(a, text, &n);
	struct tokens t = { .text = text, .at = arena_alloc(a, n * sizeof(struct token)) };

	for (size_t i = 0; i < n; i++) {
		const struct word *w = &words[i];
		if (w->kind == WORD_SPACE)
			continue;
		t.at[t.n] = (struct token){ w->id, w->fold, w->from, w->to, w->kind };
		t.nwords += token_is_word(&t.at[t.n++]);
	}
	return t;
}
