/*
 * Files that are part of the program: the style sheet, a script that no page
 * needs, the icon and the rules for robots.  tools/embed.py makes their bytes from the sources beside this
 * file, so that the server needs no files at all.
 */
#include "view/view.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

#include "view/assets.inc"

const struct view_asset view_assets[] = {
	{ "style.css", "text/css; charset=utf-8", { (const char *)asset_style_css, sizeof asset_style_css } },
	{ "diff.js", "text/javascript; charset=utf-8", { (const char *)asset_diff_js, sizeof asset_diff_js } },
	{ "favicon.svg", "image/svg+xml", { (const char *)asset_favicon_svg, sizeof asset_favicon_svg } },
	{ "robots.txt", "text/plain; charset=utf-8", { (const char *)asset_robots_txt, sizeof asset_robots_txt } },
};
const size_t view_nassets = sizeof view_assets / sizeof *view_assets;

const struct view_asset *view_asset_find(const char *name)
{
	for (size_t i = 0; i < view_nassets; i++)
		if (strcmp(view_assets[i].name, name) == 0)
			return &view_assets[i];
	return NULL;
}

static char assets_tag[17];

static void make_assets_tag(void)
{
	uint64_t tag = 0;

	for (size_t i = 0; i < view_nassets; i++)
		tag = tag * 31 + hash_quick(view_assets[i].bytes);
	snprintf(assets_tag, sizeof assets_tag, "%016llx", (unsigned long long)tag);
}

const char *view_assets_tag(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_assets_tag);
	return assets_tag;
}
