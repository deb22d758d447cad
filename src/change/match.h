/*
 * Sentences that have no equal: their partners and who is kin to whom.
 */
#ifndef STET_CHANGE_MATCH_H
#define STET_CHANGE_MATCH_H

#include "change/align.h"

/* Works on what al says already, the equal sentences, and adds to it: to_new,
 * to_old, kin, tokens.  moved is left in a state of no meaning. */
void match_sentences(struct arena *a, const struct sentence *const sentences[2], const uint32_t n[2],
                     struct alignment *al);

#endif
