/* From an address in a file to the target that stands for it. */
#include "import/inner.h"
#include "text/norm.h"
#include "url/url.h"
#include "watch/policy.h"

/* The address as it is stored: canonical if it is one of the web, else as it
 * stands, since archives hold captures under names of other kinds too. */
static void address_of(struct arena *a, struct str uri, struct str *url, struct str *origin, struct str *site,
                       struct str *key)
{
	struct str identity;
	struct url u;
	struct err unused;

	if (url_identity(a, uri, &identity) && url_parse(a, identity, NULL, &u, &unused)) {
		*url = u.href;
		*origin = url_origin(u.href);
		*site = url_site(a, &u);
		*key = url_source_key(a, &u);
		return;
	}
	*url = str_sub(text_printable(a, uri), 0, MAX_URL_BYTES);
	*origin = STR_NONE;
	*site = STR("imported");
	*key = STR("imported");
}

bool import_target(struct import *im, struct arena *a, struct str uri, struct str key_hint, when at, struct target *t,
                   struct err *e)
{
	struct str origin, site, key;
	struct source known;
	int64_t id;

	address_of(a, uri, &uri, &origin, &site, &key);
	if (archive_target_by_url(im->ar, a, uri, t, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	*t = (struct target){
		.kind = TARGET_NEW,
		.state = TARGET_IMPORTED,
		.url = uri,
		.origin = origin,
		.added = at,
		.due = WHEN_NONE,
		.period = policy_first_period(im->settings, TARGET_NEW),
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
		.published = WHEN_NONE,
	};
	if (im->options->source_key.n)
		key = im->options->source_key, site = key;
	else if (key_hint.n)
		key = key_hint;
	if (archive_source_by_key(im->ar, a, key, &known, e))
		t->source = known.id;
	else if (e->kind != ERR_NOT_FOUND || !archive_source_ensure(im->ar, site, key, at, &t->source, e))
		return false;
	if (!archive_target_add(im->ar, t, &id, e))
		return false;
	t->id = id;
	return true;
}
