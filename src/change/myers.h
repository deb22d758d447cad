/*
 * The longest common part of two sequences (E. W. Myers, "An O(ND) difference
 * algorithm and its variations", Algorithmica 1, 1986; linear space).
 *
 * Where two stretches differ so much that the search would take too long, the
 * furthest point that was reached divides them; the result is then common but
 * perhaps not the longest.
 */
#ifndef STET_CHANGE_MYERS_H
#define STET_CHANGE_MYERS_H

#include "text/tokens.h"

#define MYERS_NONE UINT32_MAX

/* partner[i] is the token of b that token i of a is, or MYERS_NONE.  About
 * 4 ns a step, (na + nb) * D steps, D the number of differences, at most 64
 * from each end before a stretch is divided, 16 in texts of more than 6,000
 * tokens. */
void myers_match(struct arena *scratch, const struct word *a, uint32_t na, const struct word *b, uint32_t nb,
                 uint32_t *partner);

#endif
