/* The weight of an edit: see parts.h. */
#include "change/parts.h"

void edit_weigh(struct arena *a, const struct change *c, struct change_edit *e)
{
	(void)a, (void)c;
	e->weight = e->kind == EDIT_TYPOGRAPHY ? 0.05f : 0.5f;
	e->folded = e->kind == EDIT_TYPOGRAPHY ? "typography" : NULL;
}
