/* The entries of a zip file: see zip.h.  The directory stands at the end. */
#include "import/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define END_BYTES 22
#define END64_LOCATOR_BYTES 20
#define END64_BYTES 56
#define ENTRY_BYTES 46
#define LOCAL_BYTES 30
#define MAX_COMMENT 65535
#define MAX_DIRECTORY (64 * MIB)
#define STORED 0
#define DEFLATED 8

struct zip {
	int fd;
	uint64_t size;
};

static uint64_t number(const unsigned char *p, int bytes)
{
	uint64_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | p[bytes];
	return n;
}

static bool read_at(const struct zip *z, uint64_t at, void *to, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(z->fd, (char *)to + done, n - done, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static bool is_signature(const unsigned char *p, unsigned char a, unsigned char b)
{
	return p[0] == 'P' && p[1] == 'K' && p[2] == a && p[3] == b;
}

/* Where the directory stands, and how long it is. */
static bool find_directory(const struct zip *z, uint64_t *at, uint64_t *length)
{
	unsigned char end64[END64_BYTES];
	size_t tail = z->size < END_BYTES + MAX_COMMENT ? (size_t)z->size : END_BYTES + MAX_COMMENT;
	unsigned char *p = mem_alloc(tail + END64_LOCATOR_BYTES);
	bool found = false;
	size_t i = tail;

	if (tail >= END_BYTES && read_at(z, z->size - tail, p, tail))
		for (i = tail - END_BYTES + 1; i-- > 0 && !found;)
			found = is_signature(p + i, 5, 6);
	i++;
	if (found) {
		*length = number(p + i + 12, 4);
		*at = number(p + i + 16, 4);
	}
	bool large = found && (*at == UINT32_MAX || *length == UINT32_MAX) && i >= END64_LOCATOR_BYTES;
	const unsigned char *locator = p + i - END64_LOCATOR_BYTES;
	if (large && is_signature(locator, 6, 7) && read_at(z, number(locator + 8, 8), end64, sizeof end64) &&
	    is_signature(end64, 6, 6)) {
		*length = number(end64 + 40, 8);
		*at = number(end64 + 48, 8);
	}
	free(p);
	return found && *at <= z->size && *length <= z->size - *at;
}

/* Numbers that do not fit stand in an extra field, in this order. */
static void read_zip64(const unsigned char *extra, size_t n, uint64_t *size, uint64_t *packed, uint64_t *local)
{
	uint64_t *const wanted[] = { size, packed, local };

	while (n >= 4) {
		size_t length = (size_t)number(extra + 2, 2);
		if (length > n - 4)
			return;
		const unsigned char *p = extra + 4, *end = p + length;
		for (size_t i = 0; number(extra, 2) == 1 && i < 3; i++) {
			if (*wanted[i] != UINT32_MAX || end - p < 8)
				continue;
			*wanted[i] = number(p, 8);
			p += 8;
		}
		extra += 4 + length;
		n -= 4 + length;
	}
}

/* Where the bytes begin stands in front of them. */
static bool find_bytes(const struct zip *z, uint64_t local, struct stream_part *part)
{
	unsigned char head[LOCAL_BYTES];

	if (local > z->size || !read_at(z, local, head, sizeof head) || !is_signature(head, 3, 4))
		return false;
	part->begin = local + LOCAL_BYTES + number(head + 26, 2) + number(head + 28, 2);
	return part->begin <= z->size && part->length <= z->size - part->begin;
}

static bool read_entry(const struct zip *z, struct arena *a, const unsigned char *p, struct zip_entry *out)
{
	size_t name = (size_t)number(p + 28, 2), extra = (size_t)number(p + 30, 2);
	uint64_t packed = number(p + 20, 4), size = number(p + 24, 4), local = number(p + 42, 4);
	unsigned method = (unsigned)number(p + 10, 2);

	read_zip64(p + ENTRY_BYTES + name, extra, &size, &packed, &local);
	out->name = arena_str(a, str_of((const char *)p + ENTRY_BYTES, name));
	out->part = (struct stream_part){ .length = packed, .deflated = method == DEFLATED };
	bool encrypted = p[8] & 1;
	return !encrypted && (method == STORED || method == DEFLATED) && find_bytes(z, local, &out->part);
}

static int by_place(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;
	return (x->part.begin > y->part.begin) - (x->part.begin < y->part.begin);
}

/* Those that lie over one before them go. */
static size_t without_overlaps(struct zip_entry *list, size_t n, size_t *bad)
{
	uint64_t end = 0;
	size_t kept = 0;

	qsort(list, n, sizeof *list, by_place);
	for (size_t i = 0; i < n; i++) {
		if (list[i].part.begin < end) {
			(*bad)++;
			continue;
		}
		end = list[i].part.begin + list[i].part.length;
		list[kept++] = list[i];
	}
	return kept;
}

static void read_directory(const struct zip *z, struct arena *a, const unsigned char *p, size_t left,
                           struct zip_entry **out, size_t *n, size_t *bad)
{
	size_t cap = left / ENTRY_BYTES;

	*out = ARENA_ARRAY(a, struct zip_entry, cap ? cap : 1);
	while (left >= ENTRY_BYTES && is_signature(p, 1, 2)) {
		size_t size = ENTRY_BYTES + (size_t)(number(p + 28, 2) + number(p + 30, 2) + number(p + 32, 2));
		if (size > left)
			break;
		struct zip_entry entry;
		if (!read_entry(z, a, p, &entry))
			(*bad)++;
		else if (entry.part.length)
			(*out)[(*n)++] = entry;
		p += size;
		left -= size;
	}
	*n = without_overlaps(*out, *n, bad);
}

bool zip_entries(const char *path, struct arena *a, struct zip_entry **out, size_t *n, size_t *bad, struct err *e)
{
	struct zip z = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct stat st;
	uint64_t at = 0, length = 0;

	*n = *bad = 0;
	if (z.fd < 0)
		return err_set(e, ERR_IO, "cannot open %s: %s", path, strerror(errno));
	z.size = fstat(z.fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	bool ok = find_directory(&z, &at, &length) || err_set(e, ERR_FORMAT, "%s: it ends like no zip file", path);
	if (ok && length > MAX_DIRECTORY)
		ok = err_set(e, ERR_LIMIT, "%s: its directory is larger than %zu MiB", path, MAX_DIRECTORY / MIB);
	if (ok) {
		unsigned char *p = mem_alloc((size_t)length + 1);
		ok = read_at(&z, at, p, (size_t)length) || err_set(e, ERR_IO, "cannot read %s", path);
		if (ok)
			read_directory(&z, a, p, (size_t)length, out, n, bad);
		free(p);
	}
	close(z.fd);
	return ok;
}
