/* What a change is as a whole: see parts.h. */
#include "change/parts.h"

void change_judge(struct arena *a, const struct article *older, const struct article *newer,
                  const struct change_context *context, struct change *c)
{
	(void)a, (void)older, (void)newer;
	if (context && context->technical)
		c->natures |= KIND_BIT(NATURE_TECHNICAL);
	for (uint32_t i = 0; i < c->nedits; i++) {
		if (!c->edits[i].folded)
			c->kinds |= c->edits[i].kinds;
		if (c->edits[i].weight > c->weight)
			c->weight = c->edits[i].weight;
	}
}
