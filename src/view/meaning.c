/* What came of a check, in words: see meaning.h. */
#include "view/meaning.h"

#include "archive/outcomes.h"

struct str meaning_of_outcome(struct str name)
{
	const struct outcome_info *info = outcome_by_name(name);

	return info && info->class != CLASS_SEEN ? str_from(info->about) : STR_NONE;
}
