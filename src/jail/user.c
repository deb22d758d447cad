/*
 * Who a process is: never root, if it can be helped, and without the rights of
 * root in any case.
 *
 * Limits: files that only root may read are out of reach from then on, also
 * where the user stays root, since reading them is a capability.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "jail/jail.h"

static bool leave_groups(const char *name, gid_t gid)
{
	return (name ? initgroups(name, gid) : setgroups(0, NULL)) == 0 && setresgid(gid, gid, gid) == 0;
}

static bool become(const char *name, uid_t uid, gid_t gid, struct err *e)
{
	if (leave_groups(name, gid) && setresuid(uid, uid, uid) == 0)
		return true;
	return err_set(e, ERR_USAGE, "cannot become the user %s (number %u): %s", name ? name : "without a name",
	               (unsigned)uid, strerror(errno));
}

static bool become_named(const char *name, struct err *e)
{
	const struct passwd *p = getpwnam(name);

	if (!p)
		return err_set(e, ERR_USAGE, "there is no user \"%.60s\" on this machine", name);
	if (p->pw_uid == geteuid())
		return true;
	if (geteuid() != 0)
		return err_set(e, ERR_USAGE,
		               "only root can become another user: start it as root, or as \"%.60s\" itself", name);
	return become(p->pw_name, p->pw_uid, p->pw_gid, e);
}

static bool become_owner(const char *archive_dir, struct err *e)
{
	struct stat st;

	if (geteuid() != 0)
		return true;
	if (stat(archive_dir, &st) == 0 && st.st_uid != 0) {
		const struct passwd *p = getpwuid(st.st_uid);
		return become(p ? p->pw_name : NULL, st.st_uid, p ? p->pw_gid : st.st_gid, e);
	}
	log_warning("this runs as root, which it need not: `useradd --system stet`, give that user the archive and "
	            "its folder (chown -R stet %s), and start it with --user stet",
	            archive_dir);
	return true;
}

/* What of root's rights a process may still have that stayed root, or may get
 * back by starting a program. */
static bool drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); /* root alone can; the others have none to get */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &head, none) == 0)
		return true;
	return err_set(e, ERR_IO, "cannot give up capabilities: %s", strerror(errno));
}

bool jail_become(const char *user, const char *archive_dir, struct err *e)
{
	umask(077);
	if (!(*user ? become_named(user, e) : become_owner(archive_dir, e)) || !drop_capabilities(e))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_IO, "cannot give up new privileges: %s", strerror(errno));
	return true;
}
