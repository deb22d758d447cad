/* Files: see file.h.  Room is made for the size that the file says it has, and
 * one byte more, so that its end is met without another allocation. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define PIECE (64 * KIB)

static bool read_to_end(int fd, const char *path, struct buf *out, struct err *e)
{
	struct stat st;
	size_t want = PIECE;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO, "cannot read %s: it is a folder", path);
	if (S_ISREG(st.st_mode) && st.st_size >= 0 && (size_t)st.st_size < out->max - out->n)
		want = (size_t)st.st_size + 1;
	for (;;) {
		size_t left = out->max - out->n;
		char spare;
		char *to = left ? buf_reserve(out, want < left ? want : left) : &spare;
		ssize_t n = read(fd, to, left ? (want < left ? want : left) : 1);
		if (n == 0)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
		if (!left)
			return err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", path, out->max);
		buf_commit(out, (size_t)n);
		want = PIECE;
	}
}

bool file_read(const char *path, struct buf *out, struct err *e)
{
	if (strcmp(path, "-") == 0)
		return read_to_end(STDIN_FILENO, "standard input", out, e);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", path,
		               strerror(errno));
	bool ok = read_to_end(fd, path, out, e);
	close(fd);
	return ok;
}

bool file_sync_name(const char *path)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	free(copy);
	return ok;
}

bool file_not_written(const char *path, int cause, struct err *e)
{
	return err_set(e, cause == ENOSPC || cause == EDQUOT ? ERR_FULL : ERR_IO, "cannot write %s: %s", path,
	               strerror(cause));
}

bool file_fill(const char *part, file_filler *fill, void *with, struct err *e)
{
	FILE *f = fopen(part, "w+e");

	if (!f)
		return file_not_written(part, errno, e);
	bool ok = fill(with, f, part, e);
	if (fclose(f) != 0 && ok)
		ok = file_not_written(part, errno, e);
	if (!ok)
		unlink(part);
	return ok;
}

bool file_replace(const char *part, const char *path, struct err *e)
{
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0 && rename(part, path) == 0 && file_sync_name(path);
	int cause = errno;

	if (fd >= 0)
		close(fd);
	if (ok)
		return true;
	unlink(part);
	return file_not_written(path, cause, e);
}

bool file_make_folders(const char *path, struct err *e)
{
	char *p = mem_strdup(path);
	bool ok = true;

	for (char *slash = strchr(p + 1, '/'); ok && *p && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(p, 0700) != 0 && errno != EEXIST)
			ok = err_set(e, ERR_IO, "cannot make the folder %s: %s", p, strerror(errno));
		*slash = '/';
	}
	free(p);
	return ok;
}
