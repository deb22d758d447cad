/* What holds of the words that were edited, whoever found them. */
#ifndef STET_TESTS_EDITS_H
#define STET_TESTS_EDITS_H

#include "base/buf.h"
#include "change/change.h"
#include "check.h"

/* They are in order and not empty, and the old text with them carried out is the new one. */
static inline void check_rebuilds(struct str older, struct str newer, const struct word_edit *edits, uint32_t n)
{
	struct buf b = BUF_INIT(MIB);
	uint32_t at = 0, new_at = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct word_edit *e = &edits[i];
		CHECK(e->old_from <= e->old_to && e->old_to <= older.n);
		CHECK(e->new_from <= e->new_to && e->new_to <= newer.n);
		CHECK(e->old_from < e->old_to || e->new_from < e->new_to);
		CHECK(i == 0 || (e->old_from >= at && e->new_from >= new_at));
		CHECK(i == 0 || e->old_from > at || e->new_from > new_at);
		buf_str(&b, str_sub(older, at, e->old_from));
		buf_str(&b, str_sub(newer, e->new_from, e->new_to));
		at = e->old_to;
		new_at = e->new_to;
	}
	buf_str(&b, str_sub(older, at, older.n));
	CHECK(str_eq(buf_view(&b), newer));
	buf_free(&b);
}

#endif
