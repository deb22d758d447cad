/*
 * How a change is made, step by step: change.c calls these in this order.
 */
#ifndef STET_CHANGE_PARTS_H
#define STET_CHANGE_PARTS_H

#include "change/change.h"

/* layout.c: units and their sentences, of both versions. */
void layout_make(struct arena *a, const struct article *older, const struct article *newer, struct change *c);

/* Sentences linked, over the whole of both versions. */
struct links {
	uint32_t *to_new, *to_old;
	bool *moved; /* of each old sentence that has a partner */
	struct align_kin *kin;
	uint32_t nkin;
	struct tokens **old_tokens, **new_tokens;
	struct op_tokens *op_tokens; /* of each operation, from ops_make on */
};

/* Of the texts of an operation, where they were read. */
struct op_tokens {
	struct tokens old, new;
};

/* link.c: heads with heads, the sentences of blocks by what they say. */
void links_make(struct arena *a, const struct change *c, struct links *out);

/* ops.c: links to operations, and the words in them. */
void ops_make(struct arena *a, struct links *l, struct change *c);

/* rows.c */
void rows_make(struct arena *a, const struct links *l, struct change *c);

/* edits.c: operations to edits, with their permanent names. */
void edits_make(struct arena *a, const struct article *older, const struct article *newer, struct change *c);

/* name.c: the kinds of all edits and what they rest on; what the texts of the
 * operations state is left in readings, one for each operation. */
struct op_reading;
void edits_name(struct arena *a, struct change *c, struct str language, const struct op_tokens *tokens,
                struct op_reading *readings);

/* weigh.c: the weights of all edits, and the rules that fold them. */
void edits_weigh(struct arena *a, struct change *c, const struct op_reading *readings);

/* A weight as everybody gives it: whole thousandths, rounded down, so that what is
 * listed as 0.3 is not less. */
float weight_exact(float weight);

/* judge.c: what the change is as a whole, and what it weighs. */
void change_judge(struct arena *a, const struct article *older, const struct article *newer,
                  const struct change_context *context, const struct op_reading *readings, struct change *c);

#endif
