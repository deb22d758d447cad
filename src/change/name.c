/* The kinds of an edit: see parts.h. */
#include "change/parts.h"

void edit_name(struct arena *a, const struct change *c, struct str language, struct change_edit *e)
{
	(void)a, (void)c, (void)language, (void)e;
}
