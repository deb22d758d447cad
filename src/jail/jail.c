/*
 * The jail: see jail.h for who is locked up how.
 *
 * The order matters: libraries that open files on their first use are warmed
 * up by the caller (and the hashes here), then descriptors and limits go, then
 * the file system, and the system calls last, since each step needs calls that
 * the next one takes away.
 *
 * Computing time is not limited here: a reader lives through many documents,
 * and its parent moves the limit (RLIMIT_CPU) forward with each of them.
 *
 * Limits: a build with the address sanitizer maps terabytes and opens files of
 * its own, so there the limit on memory and the list of system calls are left
 * out.  Such a build is for tests, never for service.
 */
#include "jail/jail.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "jail/parts.h"

#define READER_DESCRIPTORS 4

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

struct limit {
	int what;
	rlim_t most;
	const char *name;
	bool not_sanitized;
};

static const struct limit reader_limits[] = {
	{ RLIMIT_AS, MAX_READER_MEMORY, "memory", true }, { RLIMIT_NOFILE, READER_DESCRIPTORS, "open files", false },
	{ RLIMIT_FSIZE, 0, "the size of files", false },  { RLIMIT_NPROC, 0, "processes", false },
	{ RLIMIT_MEMLOCK, 0, "locked memory", false },    { RLIMIT_CORE, 0, "core files", false },
};

static bool lower(const struct limit *l, struct err *e)
{
	struct rlimit r;

	if (SANITIZED && l->not_sanitized)
		return true;
	if (getrlimit((__rlimit_resource_t)l->what, &r) == 0) {
		if (r.rlim_max > l->most)
			r.rlim_max = l->most;
		r.rlim_cur = r.rlim_max;
		if (setrlimit((__rlimit_resource_t)l->what, &r) == 0)
			return true;
	}
	return err_set(e, ERR_IO, "cannot limit %s: %s", l->name, strerror(errno));
}

/* No more rights through a file's mode. */
static bool give_up_privileges(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_IO, "cannot give up new privileges: %s", strerror(errno));
	return true;
}

static bool server;

void jail_allow_server(void)
{
	server = true;
}

static bool enter(const struct jail_path *paths, enum jail_tcp tcp, enum calls_role role, struct err *e)
{
	const struct limit core = { RLIMIT_CORE, 0, "core files", false };

	hash_sha256(STR_NONE); /* the library reads its settings at the first hash */
	return give_up_privileges(e) && landlock_enter(paths, tcp, e) && lower(&core, e) &&
	       (SANITIZED || calls_enter(role, server, e));
}

/* Of the first object, which is the program: the loader that its file names. */
static int find_loader(struct dl_phdr_info *object, size_t size, void *loader)
{
	(void)size;
	for (unsigned i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			*(const char **)loader = (const char *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
	return 1;
}

static const char *loader_of_program(void)
{
	const char *loader = NULL;

	dl_iterate_phdr(find_loader, &loader);
	return loader ? loader : "/proc/self/exe";
}

static bool check_archive_dir(const char *archive_dir, struct err *e)
{
	if (access(archive_dir, R_OK | W_OK | X_OK) == 0)
		return true;
	return err_set(e, ERR_IO, "cannot write in %s: %s", archive_dir, strerror(errno));
}

bool jail_enter_supervisor(const char *archive_dir, struct err *e)
{
	const struct jail_path paths[] = {
		{ "/", JAIL_READ },
		{ archive_dir, JAIL_READ | JAIL_WRITE },
		{ "/dev/null", JAIL_READ | JAIL_WRITE },
		{ "/proc/self/exe", JAIL_READ | JAIL_RUN },
		{ loader_of_program(), JAIL_READ | JAIL_RUN },
		{ NULL, 0 },
	};
	return check_archive_dir(archive_dir, e) && enter(paths, JAIL_TCP_ALL, CALLS_SUPERVISOR, e);
}

bool jail_enter_starter(struct err *e)
{
	const struct jail_path paths[] = {
		{ "/", JAIL_READ },
		{ "/dev/null", JAIL_READ | JAIL_WRITE },
		{ "/proc/self/exe", JAIL_READ | JAIL_RUN },
		{ loader_of_program(), JAIL_READ | JAIL_RUN },
		{ NULL, 0 },
	};
	return enter(paths, JAIL_TCP_NONE, CALLS_STARTER, e);
}

/* The folder where the resolver's settings are, which are made anew whenever
 * the machine joins another network. */
static const char *resolver_folder(char path[PATH_MAX])
{
	if (!realpath("/etc/resolv.conf", path))
		return "/etc";
	char *slash = strrchr(path, '/');
	*(slash == path ? slash + 1 : slash) = '\0';
	return path;
}

bool jail_enter_watch(const char *archive_dir, const char *ca_file, struct err *e)
{
	char resolver[PATH_MAX];
	const struct jail_path paths[] = {
		{ archive_dir, JAIL_READ | JAIL_WRITE },
		{ "/dev/null", JAIL_READ | JAIL_WRITE },
		{ "/dev/urandom", JAIL_READ },
		{ "/etc", JAIL_FILES },
		{ resolver_folder(resolver), JAIL_FILES },
		{ ca_file, JAIL_READ },
		{ NULL, 0 },
	};
	return check_archive_dir(archive_dir, e) && enter(paths, JAIL_TCP_CONNECT, CALLS_WATCH, e);
}

bool jail_enter_reader(struct err *e)
{
	static const struct jail_path nothing[] = { { NULL, 0 } };

	signal(SIGXFSZ, SIG_IGN); /* a line for the log may go to a file */
	if (close_range(READER_DESCRIPTORS, ~0U, 0) != 0)
		return err_set(e, ERR_IO, "cannot close what a reader does not need: %s", strerror(errno));
	if (!give_up_privileges(e) || !landlock_enter(nothing, JAIL_TCP_NONE, e))
		return false;
	for (size_t i = 0; i < sizeof reader_limits / sizeof *reader_limits; i++)
		if (!lower(&reader_limits[i], e))
			return false;
	return SANITIZED || calls_enter(CALLS_READER, false, e);
}

bool jail_enter_serve(const char *archive_dir, struct err *e)
{
	const struct jail_path paths[] = {
		{ archive_dir, JAIL_READ | JAIL_WRITE },
		{ "/dev/null", JAIL_READ | JAIL_WRITE },
		{ "/dev/urandom", JAIL_READ },
		/* Fonts are opened when a card first needs them. */
		{ "/usr/share/fonts", JAIL_READ },
		{ "/usr/local/share/fonts", JAIL_READ },
		{ "/usr/share/fontconfig", JAIL_READ },
		{ "/etc/fonts", JAIL_READ },
		{ "/var/cache/fontconfig", JAIL_READ },
		{ NULL, 0 },
	};

	if (access(archive_dir, R_OK | X_OK) != 0)
		return err_set(e, ERR_IO, "cannot enter %s: %s", archive_dir, strerror(errno));
	return enter(paths, server ? JAIL_TCP_CONNECT : JAIL_TCP_NONE, CALLS_SERVE, e);
}
