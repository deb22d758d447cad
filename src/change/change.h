/*
 * A change: two versions of an article, aligned, each edit named and weighed.
 *
 * Each version is a list of units: title, standfirst, byline line, then one
 * unit a block; a block is a list of sentences.  Sentences are aligned by
 * content, not by position (align.h), and make operations: one sentence stayed
 * as it was, was edited, split, merged, added or removed, and perhaps moved.
 * Inside an operation words are paired (wordedits.h) and cleaned up so that whole
 * words and phrases are shown.  From operations follow
 *
 *   rows    what stands beside what, for the page and the terminal
 *   edits   what a person would count, each with its kinds, the evidence, and
 *           a weight with the reason (kinds.h)
 *
 * and from the edits what the change is as a whole, and what it weighs.
 *
 * Cost, for two versions of 4.5 kB: 60 us where a sentence changed, 320 us (1.0
 * million instructions) where a third did; two unrelated texts of 30 kB take
 * 7 ms and stay below 20.
 */
#ifndef STET_CHANGE_CHANGE_H
#define STET_CHANGE_CHANGE_H

#include "change/align.h"
#include "change/kinds.h"
#include "text/article.h"
#include "text/sentences.h"

#define NO_UNIT UINT32_MAX
#define NO_OP UINT32_MAX

enum unit_kind { UNIT_TITLE, UNIT_STANDFIRST, UNIT_BYLINE, UNIT_BLOCK };

struct unit {
	enum unit_kind kind;
	enum block_kind block; /* UNIT_BLOCK only */
	struct str text;
	uint32_t first, n; /* its sentences; one for what is no block */
};

/* How many of the units are title, standfirst and byline: they come first. */
uint32_t units_heads(const struct unit *units, uint32_t n);

/* Bytes [from, to) of the old text became bytes [from, to) of the new one;
 * either may be empty.  Ordered, not touching each other. */
struct word_edit {
	uint32_t old_from, old_to;
	uint32_t new_from, new_to;
};

/* Words that stand inside edits, because the new text is the old one with the
 * edits carried out, but that a person would not call changed.  They are the
 * same on both sides but perhaps for the capital letter of a sentence. */
enum word_kept_kind {
	KEPT_MOVED,   /* they stand at another place of the text now, in another edit */
	KEPT_RECASED, /* in their place, but a sentence began with them or does now: "It", "it" */
};

struct word_kept {
	enum word_kept_kind kind;
	uint32_t old_from, old_to; /* bytes of the old text, inside the old side of one edit */
	uint32_t new_from, new_to; /* bytes of the new text, inside the new side of one edit */
	uint32_t words;
};

/* ---- operations ---------------------------------------------------------- */

enum op_kind { OP_SAME, OP_EDITED, OP_SPLIT, OP_MERGED, OP_RECAST, OP_ADDED, OP_REMOVED };
const char *op_kind_name(enum op_kind k); /* "same", "edited", "split", "merged", "recast", ... */

/* Old sentences that became new ones: 1:1, 1:n (split), n:1 (merged), n:m
 * (recast), 0:1, 1:0.  A side's text is the text of its sentences with a space
 * between two of them; words count in these texts. */
struct change_op {
	enum op_kind kind;
	bool moved;            /* not in the order of the rest */
	uint32_t *olds, *news; /* sentences, ascending */
	uint32_t nolds, nnews;
	struct str old_text, new_text;
	struct word_edit *words; /* none where a side is missing */
	uint32_t nwords;
	struct word_kept *kept; /* what of these is no change to a person */
	uint32_t nkept;
	uint32_t first_edit, nedits; /* in the change's edits */
};

/* Which bytes of the op's text sentence s of its olds (or news) is. */
struct span op_span(const struct change_op *op, const struct sentence *sentences, bool newer, uint32_t s);

/* ---- rows ---------------------------------------------------------------- */

/* Some sentences of one unit, next to each other. */
struct fragment {
	uint32_t unit;     /* NO_UNIT: nothing stands here */
	uint32_t from, to; /* sentences */
};

enum row_kind { ROW_SAME, ROW_EDITED, ROW_ADDED, ROW_REMOVED };
const char *row_kind_name(enum row_kind k); /* "same", "edited", "added", "removed" */

/* What stands beside what, in reading order.  A paragraph that was split, or
 * into which another one came, has several rows one after the other.  Unrelated
 * text never shares a row.  A sentence that moved stands in a row at its old
 * place and in one at its new place; the rest of both rows says how these are. */
struct change_row {
	enum row_kind kind;
	bool moved; /* every sentence of it moved away or here */
	struct fragment old, new;
};

/* ---- edits --------------------------------------------------------------- */

/* Why an edit has a kind: where the words stand, in the texts of its op, and
 * what they say: "more than 250" to "up to 275". */
struct finding {
	enum edit_kind kind;
	struct word_edit at;
	struct str why; /* “more than 250” became “up to 275” */
	bool vague;     /* of a source: it has no name any more */
};

/* What a person would count as one edit: a changed phrase; or a whole title,
 * standfirst, byline; or a whole sentence that came, went or moved. */
struct change_edit {
	uint32_t op;         /* NO_OP: the page's dates, or where paragraphs begin */
	struct word_edit at; /* in the op's texts */
	enum edit_kind kind;
	uint32_t kinds; /* all that hold, kind among them */
	struct finding *findings;
	uint32_t nfindings;
	float weight;       /* 0 to 1 */
	struct str why;     /* of the weight */
	const char *folded; /* the rule by which it is trivial, or NULL */
	uint64_t key;       /* its permanent name: from the words, not from where they stand */
};

struct change {
	struct unit *old_units, *new_units;
	uint32_t nold_units, nnew_units;
	struct sentence *old_sentences, *new_sentences;
	uint32_t nold, nnew;
	uint32_t *old_op, *new_op; /* of each sentence */
	struct change_op *ops;     /* in reading order of the new version, what went at the place where it stood */
	uint32_t nops;
	struct align_kin *kin; /* passages that went from one sentence to another while both have partners */
	uint32_t nkin;
	struct change_row *rows;
	uint32_t nrows;
	struct change_edit *edits; /* in the order of their ops */
	uint32_t nedits;

	uint32_t words_added, words_removed; /* an edited word counts in both */
	uint32_t counts[OP_REMOVED + 1];     /* ops of each kind */
	uint32_t moved;                      /* ops that moved */
	bool title_changed;

	uint32_t kinds;   /* of all edits that are not folded */
	uint32_t natures; /* bits of enum nature */
	float weight;     /* 0 to 1 */
	struct str why;
};

/* What is known besides the two texts; all may be zero. */
struct change_context {
	bool technical;                /* both were read from the same bytes */
	const struct article *earlier; /* versions before the old one, newest first, */
	uint32_t nearlier;             /* to see what came back */
};

/* Strings are borrowed from the two articles, the rest is from the arena. */
void change_compute(struct arena *a, const struct article *older, const struct article *newer,
                    const struct change_context *context, struct change *out);

/* A row read as one text that tells both, a piece a sentence: a new sentence,
 * in which the words that went are told where they went (op_words_at); or an
 * old one that has no place in the row any more, since it was removed, moved,
 * or merged into another paragraph. */
struct piece {
	bool newer;
	uint32_t op, sentence;
};
struct piece *change_row_pieces(struct arena *a, const struct change *c, const struct change_row *row, uint32_t *n);

/* Part of an op's text, cut where words differ.  RUNS_BOTH is the new text with
 * the old words in place: each stands in the first sentence that it touches. */
enum run_kind { RUN_SAME, RUN_GONE, RUN_CAME };
enum run_view { RUNS_OLD, RUNS_NEW, RUNS_BOTH };
struct run {
	enum run_kind kind;
	bool kept;       /* it only moved within the text, or lost or got a sentence's capital */
	struct str text; /* never empty */
	uint32_t word;   /* of the op's words; not of RUN_SAME */
};
struct run *op_runs(struct arena *a, const struct change_op *op, enum run_view view, struct span part, uint32_t *n);

/* Raised whenever the comparison says something else than before: what an
 * archive keeps of older comparisons is made again. */
#define CHANGE_METHOD 6

/* Weighs this much or more: it matters.  The same number everywhere. */
#define WEIGHT_MATTERS 0.3f
#define MATTERS_THOUSANDTHS 300 /* as archives keep weights */

#endif
