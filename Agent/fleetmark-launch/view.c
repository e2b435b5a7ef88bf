#define _GNU_SOURCE
#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"

/* Makes a folder that belongs to the target's user, and opens it. Result: a descriptor or -1. */
static int make_owned(int parent, const char *name, const struct fm_plan *plan, uint32_t mode) {
    if (mkdirat(parent, name, mode) != 0) return -1;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return -1;
    int status = 0;
    if (plan->flags & FM_PLAN_IDENTITY) status = fchown(folder, plan->uid, plan->gid);
    if (status == 0) return folder;
    int error = errno;
    close(folder);
    return errno = error, -1;
}

/* An overlay of a folder and two folders for what changes; its mount, detached. The kernel takes
 * paths only, and a descriptor's own path cannot lead anywhere else. */
static int make_overlay(const struct fm_plan *plan, int lower, int upper, int work) {
    char paths[3][32];
    const int folders[3] = {lower, upper, work};
    static const char *const names[3] = {"lowerdir", "upperdir", "workdir"};
    for (int index = 0; index < 3; index++)
        snprintf(paths[index], sizeof paths[index], "/proc/self/fd/%d", folders[index]);
    int context = fsopen("overlay", FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    int status = 0;
    for (int index = 0; status == 0 && index < 3; index++)
        status = fsconfig(context, FSCONFIG_SET_STRING, names[index], paths[index], 0);
    /* Whoever is root of a user namespace only may not write the other kind of attributes. */
    if (status == 0 && (plan->namespaces & FM_SPACE_USER))
        status = fsconfig(context, FSCONFIG_SET_FLAG, "userxattr", NULL, 0);
    if (status == 0) status = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    int mount = -1;
    const unsigned calm = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    if (status == 0) mount = fsmount(context, FSMOUNT_CLOEXEC, calm);
    int error = errno;
    close(context);
    return errno = error, mount;
}

/* The tmpfs stands at the target, below the overlay and so out of reach: the kernel wants the
 * folders of an overlay on mounts that are attached. */
int fm_view_make(int root, const struct fm_plan *plan, const struct fm_mount *mount, int scratch) {
    struct stat facts;
    int lower = fm_open_inside(root, mount->target, O_PATH | O_DIRECTORY);
    int seen = lower < 0 ? -1 : fstat(lower, &facts);
    if (fm_attach(root, scratch, mount->target) != 0 || seen != 0) return -1;
    int place = fm_open_inside(root, mount->target, O_RDONLY | O_DIRECTORY);
    if (place < 0) return -1;
    int upper = make_owned(place, "upper", plan, facts.st_mode & 07777);
    int work = upper < 0 ? -1 : make_owned(place, "work", plan, 0700);
    int overlay = work < 0 ? -1 : make_overlay(plan, lower, upper, work);
    int status = overlay < 0 ? -1 : fm_attach(root, overlay, mount->target);
    const int error = errno, used[] = {lower, place, upper, work};
    for (int index = 0; index < 4; index++)
        if (used[index] >= 0) close(used[index]);
    return errno = error, status;
}
