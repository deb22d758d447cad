/*
 * What killed a reader, kept for a person to look at: see reader.h.
 *
 * Names are of our own making: the first half of the SHA-256 of the address,
 * or of the bytes where there is none, so that one page that kills a reader at
 * every check takes one place.  A file is written under another name first and
 * then renamed, so that what stands there is whole.  Nobody but the user may
 * read it: it is the very thing that a parser did not survive.
 *
 * Limits: two processes that keep something aside at the same moment may
 * exceed the limits by one document.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/log.h"
#include "reader/parts.h"

#define NAME_LENGTH 32
#define BYTES_END ".bytes"
#define TEXT_END ".txt"

static char *folder_name; /* NULL: nothing is kept aside */

void reader_keep_aside(const char *folder)
{
	free(folder_name);
	folder_name = folder ? mem_strdup(folder) : NULL;
}

const char *reader_aside_of(const char *archive_path, struct arena *a)
{
	return arena_cstr(a, arena_printf(a, "%s-aside", archive_path));
}

/* ---- what lies there ------------------------------------------------------ */

struct sum {
	size_t documents, bytes;
	char oldest[NAME_LENGTH + 1];
	struct timespec since;
};

static bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static bool is_document(const char *name)
{
	return strlen(name) == NAME_LENGTH + strlen(BYTES_END) && strcmp(name + NAME_LENGTH, BYTES_END) == 0;
}

static struct sum count(int folder)
{
	struct sum sum = { 0 };
	struct stat st;
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* closedir closes it */
	DIR *dir = again >= 0 ? fdopendir(again) : NULL;

	for (struct dirent *d; dir && (d = readdir(dir));) {
		if (!is_document(d->d_name) || fstatat(folder, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		sum.bytes += (size_t)st.st_size;
		if (sum.documents++ == 0 || is_before(st.st_mtim, sum.since)) {
			sum.since = st.st_mtim;
			memcpy(sum.oldest, d->d_name, NAME_LENGTH);
		}
	}
	if (dir)
		closedir(dir);
	else if (again >= 0)
		close(again);
	return sum;
}

static int open_folder(const char *name)
{
	return open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

size_t reader_aside_count(const char *folder)
{
	int fd = open_folder(folder);
	if (fd < 0)
		return 0;
	size_t n = count(fd).documents;
	close(fd);
	return n;
}

static void remove_one(int folder, const char *name)
{
	char file[NAME_LENGTH + 16];

	snprintf(file, sizeof file, "%.*s" TEXT_END, NAME_LENGTH, name);
	unlinkat(folder, file, 0);
	snprintf(file, sizeof file, "%.*s" BYTES_END, NAME_LENGTH, name);
	unlinkat(folder, file, 0);
}

static void make_room(int folder, size_t bytes)
{
	for (int i = 0; i < 2 * MAX_ASIDE_DOCUMENTS; i++) {
		struct sum sum = count(folder);
		if (sum.documents == 0 || (sum.documents < MAX_ASIDE_DOCUMENTS && sum.bytes + bytes <= MAX_ASIDE_BYTES))
			return;
		remove_one(folder, sum.oldest);
	}
}

/* ---- one more ------------------------------------------------------------- */

static bool write_file(int folder, const char *name, const char *end, struct str bytes)
{
	char file[NAME_LENGTH + 16], draft[NAME_LENGTH + 32];

	snprintf(file, sizeof file, "%s%s", name, end);
	snprintf(draft, sizeof draft, "%s.draft", file);
	unlinkat(folder, draft, 0);
	int fd = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool ok = true;
	while (ok && bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n > 0)
			bytes = str_sub(bytes, (size_t)n, bytes.n);
		ok = n > 0 || (n < 0 && errno == EINTR);
	}
	ok = close(fd) == 0 && ok && renameat(folder, draft, folder, file) == 0;
	if (!ok)
		unlinkat(folder, draft, 0);
	return ok;
}

/* A line; control characters, which could make another, become spaces. */
static void put_line(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, "%-8s ", name);
	for (size_t i = 0; i < value.n; i++)
		buf_byte(b, (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static bool put_files(int folder, const struct read_job *job, const char *name, const char *why)
{
	struct buf text = BUF_INIT(MAX_URL_BYTES + 4 * KIB);

	put_line(&text, "address", job->url);
	put_line(&text, "type", str_sub(job->content_type, 0, KIB));
	put_line(&text, "read as", str_from(read_as_name(job->as)));
	put_line(&text, "why", str_from(why));
	make_room(folder, job->bytes.n);
	bool ok =
	        write_file(folder, name, TEXT_END, buf_view(&text)) && write_file(folder, name, BYTES_END, job->bytes);
	buf_free(&text);
	return ok;
}

void aside_put(const struct read_job *job, const char *why)
{
	char name[SHA256_TEXT];
	struct sha256 hash = hash_sha256(job->url.n ? job->url : job->bytes);

	if (!folder_name || job->bytes.n == 0)
		return;
	sha256_hex(&hash, name)[NAME_LENGTH] = '\0';
	int folder = mkdir(folder_name, 0700) == 0 || errno == EEXIST ? open_folder(folder_name) : -1;
	bool kept = folder >= 0 && put_files(folder, job, name, why);
	int failed = errno;
	if (folder >= 0)
		close(folder);
	if (kept)
		log_warning("%s: %.*s; the document is kept aside as %s/%s" BYTES_END, why, STR_ARG(job->url),
		            folder_name, name);
	else
		log_warning("%s: %.*s; the document could not be kept aside in %s: %s", why, STR_ARG(job->url),
		            folder_name, strerror(failed));
}
