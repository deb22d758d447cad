/*
 * What a file is, by its first bytes.
 *
 * A packed file is what its plain bytes say.  An index is told by its first
 * line: the head that CDX files have, or a key, a time of 14 digits and more.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/inner.h"
#include "import/stream.h"

#define LOOK 4096

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_repository(const char *path, struct arena *a)
{
	return access(arena_printf(a, "%s/.git", path).p, F_OK) == 0 ||
	       (access(arena_printf(a, "%s/HEAD", path).p, F_OK) == 0 &&
	        access(arena_printf(a, "%s/objects", path).p, F_OK) == 0);
}

static bool is_cdx_line(struct str line)
{
	struct str key, time, rest;

	if (str_starts(line, STR(" CDX ")) || str_starts(line, STR("CDX ")))
		return true;
	if (!str_cut(line, ' ', &key, &rest) || !str_cut(rest, ' ', &time, &rest) || time.n < 14 || time.n > 17 ||
	    (!str_has(key, STR(")")) && !str_has(key, STR("/")) && !str_has(key, STR("!"))))
		return false;
	for (size_t i = 0; i < time.n; i++)
		if (!char_is_digit(time.p[i]))
			return false;
	return rest.n > 0;
}

static bool is_git_export(struct str head)
{
	static const char *const starts[] = { "blob\n", "reset refs/", "commit refs/", "feature ", "option git" };
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_starts(head, str_from(starts[i])))
			return true;
	return false;
}

/* Page files, and bytes in any character set, but no programs or pictures. */
static enum import_format text_or_html(struct str head)
{
	struct str trimmed = str_trim(head);

	if (str_starts(trimmed, STR("\xef\xbb\xbf")))
		trimmed = str_trim(str_sub(trimmed, 3, trimmed.n));
	if (str_starts(trimmed, STR("<")))
		return FORMAT_HTML;
	bool wide = str_starts(head, STR("\xff\xfe")) || str_starts(head, STR("\xfe\xff"));
	for (size_t i = 0; i < head.n && !wide; i++)
		if ((unsigned char)head.p[i] < 0x20 && !char_is_space(head.p[i]) && head.p[i] != 0x1b)
			return FORMAT_UNKNOWN;
	return FORMAT_TEXT;
}

static enum import_format format_of(struct str head)
{
	struct str rest = head, line = STR_NONE;

	if (str_starts(head, STR("WARC/")))
		return FORMAT_WARC;
	if (str_starts(head, STR("PK\x03\x04")) || str_starts(head, STR("PK\x05\x06")))
		return FORMAT_ZIP;
	if (str_starts(head, STR("SQLite format 3")))
		return FORMAT_SQLITE;
	if (is_git_export(head))
		return FORMAT_GIT_EXPORT;
	str_next_line(&rest, &line);
	if (is_cdx_line(line) || (str_starts(line, STR("!meta ")) && str_next_line(&rest, &line)))
		return FORMAT_CDX;
	return text_or_html(head);
}

bool import_recognise(const char *path, enum import_format *out, struct err *e)
{
	struct stream *s;

	*out = FORMAT_UNKNOWN;
	if (strcmp(path, "-") == 0) {
		*out = FORMAT_GIT_EXPORT;
		return true;
	}
	if (is_folder(path)) {
		struct arena *a = arena_new();
		if (is_repository(path, a))
			*out = FORMAT_GIT;
		arena_free(a);
		return true;
	}
	if (!stream_open(path, NULL, &s, e))
		return false;
	struct str head = stream_peek(s, LOOK);
	if (head.n)
		*out = format_of(head);
	stream_close(s);
	return true;
}
