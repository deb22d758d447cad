/* WACZ (Web Archive Collection Zipped): the WARC files of its folder archive/. */
#include "import/inner.h"
#include "import/zip.h"

static bool is_warc(struct str name)
{
	return str_starts(name, STR("archive/")) &&
	       (str_ends_nocase(name, STR(".warc")) || str_ends_nocase(name, STR(".warc.gz")) ||
	        str_ends_nocase(name, STR(".warc.zst")));
}

static void tell_bad_entries(struct import *im, size_t bad)
{
	struct err why;

	if (bad) {
		err_set(&why, ERR_FORMAT, "%s: entries that cannot be read: %zu", im->path, bad);
		import_count_bad(im, &why);
	}
}

bool import_wacz(struct import *im, struct err *e)
{
	struct zip_entry *list;
	size_t n, bad, found = 0;

	if (!zip_entries(im->path, im->arena, &list, &n, &bad, e))
		return false;
	tell_bad_entries(im, bad);
	for (size_t i = 0; i < n; i++) {
		if (!is_warc(list[i].name))
			continue;
		found++;
		if (!import_warcs(im, &list[i].part, list[i].name, e))
			return false;
	}
	return found || err_set(e, ERR_FORMAT, "%s: a zip file without archive/*.warc.gz is no WACZ", im->path);
}
