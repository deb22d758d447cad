/*
 * In which blocks two texts differ: see unlike.h.
 *
 * What is equal at both ends is passed over; of what is left the longest common
 * subsequence stands still, so that a block that moved differs on both sides.
 *
 * It is an edit if title, standfirst or byline differ, if a block differs that
 * is not doubtful, if much of the text differs, or if a doubtful block was
 * reworded: what rotates is replaced, what is edited keeps most of its words.
 * A line in which only a figure differs may be a counter or a death toll, so
 * that is an edit too; but it may be learned to be a counter.
 */
#include "watch/unlike.h"

#include <string.h>

#include "text/notices.h"
#include "text/tokens.h"

#define MOST_CELLS 40000 /* of the table of the longest common subsequence */
/* A block below this is doubtful where only two texts are known.  Half of what
 * is sure: a false version is a nuisance, an edit that was missed is a lie. */
#define DOUBTFUL (PAGE_SURE / 2)
#define MOST_PAIRS 100        /* of blocks, to be compared word by word */
#define MOST_WORD_PAIRS 40000 /* of words of two blocks; more is reworded */
#define SMALL_SHARE 5         /* one in so many bytes is a small part */
#define FEW_WORDS 6           /* a line in which only figures differ is a counter */

/* What is a heading and what a paragraph is a matter of markup. */
static bool same_block(const struct block *x, const struct block *y)
{
	return str_eq(x->text, y->text);
}

static bool same_head(const struct article *x, const struct article *y)
{
	if (!str_eq(x->title, y->title) || !str_eq(x->standfirst, y->standfirst) || x->nbylines != y->nbylines)
		return false;
	for (size_t i = 0; i < x->nbylines; i++)
		if (!str_eq(x->bylines[i], y->bylines[i]))
			return false;
	return true;
}

static size_t text_bytes(const struct article *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nblocks; i++)
		n += t->blocks[i].text.n;
	return n;
}

bool unlike_aside(const struct learn_text *t, uint64_t place)
{
	size_t there = 0;

	if (!t->traits || !place)
		return false;
	for (size_t i = 0; i < t->text.nblocks; i++)
		if (t->traits[i].place == place)
			there += t->text.blocks[i].text.n;
	return there * SMALL_SHARE < text_bytes(&t->text);
}

bool unlike_is_notice(struct str text)
{
	return notice_may_be(text);
}

bool unlike_is_marked(enum block_kind k)
{
	return k != BLOCK_PARAGRAPH && k != BLOCK_HEADING && k != BLOCK_ITEM;
}

static bool doubtful(const struct learn_text *t, size_t i)
{
	return !unlike_is_marked(t->text.blocks[i].kind) && t->traits && t->traits[i].place &&
	       t->traits[i].score < DOUBTFUL && !unlike_is_notice(t->text.blocks[i].text);
}

/* ---- alignment ----------------------------------------------------------- */

/* Blocks from..to of both sides, from begin to the two ends. */
struct middle {
	const struct block *x, *y;
	uint32_t begin, xend, yend;
};

static void list_all(struct middle m, struct unlike *u)
{
	for (uint32_t i = m.begin; i < m.xend; i++)
		u->olds[u->nolds++] = i;
	for (uint32_t i = m.begin; i < m.yend; i++)
		u->news[u->nnews++] = i;
}

static void list_uncommon(struct arena *a, struct middle m, struct unlike *u)
{
	uint32_t nx = m.xend - m.begin, ny = m.yend - m.begin, i = 0, k = 0;
	size_t width = ny + 1;
	const struct block *x = m.x + m.begin, *y = m.y + m.begin;
	uint32_t *best = ARENA_ARRAY(a, uint32_t, (nx + 1) * width);

	memset(best, 0, (nx + 1) * width * sizeof *best);
	for (uint32_t r = nx; r-- > 0;)
		for (uint32_t c = ny; c-- > 0;) {
			uint32_t down = best[(r + 1) * width + c], right = best[r * width + c + 1];
			best[r * width + c] = same_block(&x[r], &y[c]) ? best[(r + 1) * width + c + 1] + 1
			                      : down > right           ? down
			                                               : right;
		}
	while (i < nx || k < ny) {
		if (i < nx && k < ny && same_block(&x[i], &y[k])) {
			i++;
			k++;
		} else if (k == ny || (i < nx && best[(i + 1) * width + k] >= best[i * width + k + 1])) {
			u->olds[u->nolds++] = m.begin + i++;
		} else {
			u->news[u->nnews++] = m.begin + k++;
		}
	}
}

static void align(struct arena *a, const struct article *x, const struct article *y, struct unlike *u)
{
	struct middle m = {
		.x = x->blocks, .y = y->blocks, .xend = (uint32_t)x->nblocks, .yend = (uint32_t)y->nblocks
	};

	while (m.begin < m.xend && m.begin < m.yend && same_block(&m.x[m.begin], &m.y[m.begin]))
		m.begin++;
	while (m.xend > m.begin && m.yend > m.begin && same_block(&m.x[m.xend - 1], &m.y[m.yend - 1])) {
		m.xend--;
		m.yend--;
	}
	u->olds = ARENA_ARRAY(a, uint32_t, m.xend - m.begin + 1);
	u->news = ARENA_ARRAY(a, uint32_t, m.yend - m.begin + 1);
	if ((uint64_t)(m.xend - m.begin) * (m.yend - m.begin) > MOST_CELLS)
		list_all(m, u);
	else
		list_uncommon(a, m, u);
}

/* ---- judging ------------------------------------------------------------- */

/* How many words of x stand in y too, each as often. */
static size_t words_in_common(const struct tokens *x, const struct tokens *y, bool *used)
{
	size_t common = 0;

	for (uint32_t i = 0; i < x->n; i++)
		for (uint32_t k = 0; k < y->n && token_is_word(&x->at[i]); k++)
			if (!used[k] && token_is_word(&y->at[k]) && x->at[i].fold == y->at[k].fold) {
				used[k] = true;
				common++;
				break;
			}
	return common;
}

static uint32_t letters_of(const struct tokens *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n; i++)
		n += t->at[i].kind == WORD_LETTERS;
	return n;
}

enum wording { REPLACED, RECOUNTED, REWORDED };

/* Most of its words were kept; all but the figures; or neither. */
static enum wording wording(struct arena *a, struct str older, struct str newer)
{
	struct tokens x = tokens_read(a, older), y = tokens_read(a, newer);
	uint32_t longer = x.nwords > y.nwords ? x.nwords : y.nwords;

	if ((uint64_t)x.n * y.n > MOST_WORD_PAIRS)
		return REWORDED;
	bool *used = ARENA_ARRAY(a, bool, y.n + 1);
	size_t common = words_in_common(&x, &y, used);
	bool figures = common >= letters_of(&x) && common >= letters_of(&y);
	if (figures && longer <= FEW_WORDS)
		return RECOUNTED;
	return common * 3 >= (size_t)longer * 2 ? REWORDED : REPLACED;
}

static enum wording worst_wording(struct arena *a, const struct learn_text *older, const struct learn_text *newer,
                                  const struct unlike *u)
{
	enum wording worst = REPLACED;

	for (size_t i = 0; i < u->nolds; i++)
		for (size_t k = 0; k < u->nnews; k++) {
			const struct block *x = &older->text.blocks[u->olds[i]], *y = &newer->text.blocks[u->news[k]];
			if (str_eq(x->text, y->text) || x->text.n > 2 * y->text.n || y->text.n > 2 * x->text.n)
				continue;
			enum wording w = wording(a, x->text, y->text);
			worst = w > worst ? w : worst;
		}
	return worst;
}

/* Looks at the blocks of one side that differ. */
static void judge_side(const struct learn_text *t, const uint32_t *list, size_t n, struct unlike *u)
{
	size_t differs = 0;

	for (size_t i = 0; i < n; i++) {
		const struct str text = t->text.blocks[list[i]].text;
		bool unsure = doubtful(t, list[i]);
		differs += text.n;
		u->edit |= !unsure;
		u->still &=
		        unsure || (t->traits && unlike_aside(t, t->traits[list[i]].place) && !unlike_is_notice(text));
	}
	if (differs * SMALL_SHARE > text_bytes(&t->text))
		u->edit = true;
	if (differs * 2 > text_bytes(&t->text))
		u->still = false;
}

void unlike_find(struct arena *a, const struct learn_text *older, const struct learn_text *newer, struct unlike *out)
{
	*out = (struct unlike){ .head = !same_head(&older->text, &newer->text) };
	out->edit = out->head;
	out->still = !out->head;
	align(a, &older->text, &newer->text, out);
	judge_side(older, out->olds, out->nolds, out);
	judge_side(newer, out->news, out->nnews, out);
	if (!out->still)
		return;
	enum wording w = out->nolds * out->nnews > MOST_PAIRS ? REWORDED : worst_wording(a, older, newer, out);
	out->edit |= w != REPLACED;
	out->still = w != REWORDED; /* what only counts may be furniture, if it does so everywhere */
}
