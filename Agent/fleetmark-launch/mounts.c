#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "place.h"
#include "view.h"

/* Where the new root is put together; what the host has there is opened before it is hidden. */
#define STAGE "/tmp"
/* Folders and empty files to mount on; what fills the root comes from mounts of its own. */
#define STAGE_OPTIONS "size=16m,nr_inodes=4096,mode=0755"
#define PROC "/proc"

/* The kernel's mount attributes of a plan's flags. */
static uint64_t attributes(uint32_t flags) {
    uint64_t bits = 0;
    if (flags & FM_ATTR_READ_ONLY) bits |= MOUNT_ATTR_RDONLY;
    if (flags & FM_ATTR_NO_SUID) bits |= MOUNT_ATTR_NOSUID;
    if (flags & FM_ATTR_NO_DEVICES) bits |= MOUNT_ATTR_NODEV;
    if (flags & FM_ATTR_NO_EXEC) bits |= MOUNT_ATTR_NOEXEC;
    return bits;
}

/* Adds to the attributes that a mount has, for all of its tree when asked. */
static int restrict_mount(int mount, uint32_t flags) {
    struct mount_attr wanted = {.attr_set = attributes(flags)};
    unsigned how = AT_EMPTY_PATH | (flags & FM_ATTR_RECURSIVE ? AT_RECURSIVE : 0);
    if (wanted.attr_set == 0) return 0;
    return mount_setattr(mount, "", how, &wanted, sizeof wanted);
}

/* A copy of what the host has at a path, not yet seen anywhere. */
static int copy_tree(const char *source, uint32_t flags) {
    unsigned how = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
    if (flags & FM_ATTR_RECURSIVE) how |= AT_RECURSIVE;
    return open_tree(AT_FDCWD, source, how);
}

/* A new instance of a file system with options, detached. */
static int make_file_system(const char *type, const char *const *options, uint32_t flags) {
    int context = fsopen(type, FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    int status = 0;
    for (; status == 0 && options[0] != NULL; options += 2)
        status = fsconfig(context, FSCONFIG_SET_STRING, options[0], options[1], 0);
    if (status == 0) status = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    int mount = -1;
    if (status == 0) mount = fsmount(context, FSMOUNT_CLOEXEC, (unsigned)attributes(flags));
    int error = errno;
    close(context);
    errno = error;
    return mount;
}

static int make_tmpfs(const struct fm_plan *plan, const struct fm_mount *mount) {
    char size[32], mode[16], uid[16], gid[16];
    int owned = (mount->flags & FM_MOUNT_OWNED) && (plan->flags & FM_PLAN_IDENTITY);
    snprintf(size, sizeof size, "%llu", (unsigned long long)mount->size);
    snprintf(mode, sizeof mode, "%04o", mount->mode);
    snprintf(uid, sizeof uid, "%u", owned ? plan->uid : geteuid());
    snprintf(gid, sizeof gid, "%u", owned ? plan->gid : getegid());
    const char *options[] = {"size", size, "mode", mode, "uid", uid, "gid", gid, NULL};
    return make_file_system("tmpfs", options, mount->flags);
}

static int make_terminals(const struct fm_mount *mount) {
    const char *options[] = {"mode", "0620", "ptmxmode", "0666", NULL};
    return make_file_system("devpts", options, mount->flags);
}

/* Some hosts, containers mostly, refuse a fresh one because theirs has parts hidden. */
static int make_proc(const struct fm_mount *mount, int host_proc, int *shares_proc) {
    const char *options[] = {NULL};
    int fresh = make_file_system("proc", options, mount->flags);
    if (fresh >= 0 || (errno != EPERM && errno != EACCES)) return fresh;
    *shares_proc = 1;
    if (restrict_mount(host_proc, mount->flags | FM_ATTR_READ_ONLY | FM_ATTR_RECURSIVE) != 0)
        return -1;
    return fcntl(host_proc, F_DUPFD_CLOEXEC, 0);
}

static int make_link(int root, const struct fm_mount *mount) {
    const char *name;
    int parent = fm_open_parent(root, mount->target, &name);
    if (parent < 0) return -1;
    int status = symlinkat(mount->source, parent, name);
    int error = errno;
    close(parent);
    errno = error;
    return status;
}

static int make_directory(int root, const struct fm_plan *plan, const struct fm_mount *mount) {
    int place = fm_open_place(root, mount->target, 1);
    if (place < 0) return -1;
    close(place);
    place = fm_open_inside(root, mount->target, O_RDONLY | O_DIRECTORY);
    if (place < 0) return -1;
    int status = fchmod(place, mount->mode);
    if (status == 0 && (mount->flags & FM_MOUNT_OWNED) && (plan->flags & FM_PLAN_IDENTITY))
        status = fchown(place, plan->uid, plan->gid);
    int error = errno;
    close(place);
    errno = error;
    return status;
}

static int mount_again(int root, const struct fm_mount *mount) {
    int place = fm_open_inside(root, mount->target, O_PATH);
    if (place < 0) return -1;
    int copy = open_tree(place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    int error = errno;
    close(place);
    if (copy < 0) return errno = error, -1;
    if (restrict_mount(copy, mount->flags) != 0) return -1;
    return fm_attach(root, copy, mount->target);
}

/* Result: whether there is anything at a path of the new root. */
static int is_there(int root, const char *path) {
    int place = fm_open_inside(root, path, O_PATH);
    if (place < 0) return 0;
    close(place);
    return 1;
}

/* What the host has, opened before the stage hides any of it; -1 for what is skipped. */
static int *open_sources(const struct fm_plan *plan, struct fm_mount_fault *fault) {
    int *sources = calloc((size_t)plan->mount_count + 1, sizeof *sources);
    if (sources == NULL) return NULL;
    for (uint32_t index = 0; index < plan->mount_count; index++) {
        const struct fm_mount *mount = &plan->mounts[index];
        sources[index] = -1;
        if (mount->kind != FM_MOUNT_BIND) continue;
        fault->which = index + 1;
        int tree = copy_tree(mount->source, mount->flags);
        if (tree < 0 && (mount->flags & FM_MOUNT_OPTIONAL) && errno == ENOENT) continue;
        if (tree < 0 || restrict_mount(tree, mount->flags) != 0) {
            free(sources);
            return NULL;
        }
        sources[index] = tree;
    }
    return sources;
}

static int make(const struct fm_plan *plan, const struct fm_mount *mount, int root, int source,
                int host_proc, int *shares_proc) {
    if ((mount->flags & FM_MOUNT_COVER) && !is_there(root, mount->target)) return 0;
    switch (mount->kind) {
    case FM_MOUNT_BIND:
        return source < 0 ? 0 : fm_attach(root, source, mount->target);
    case FM_MOUNT_TMPFS: return fm_attach(root, make_tmpfs(plan, mount), mount->target);
    case FM_MOUNT_PROC:
        return fm_attach(root, make_proc(mount, host_proc, shares_proc), mount->target);
    case FM_MOUNT_PTS: return fm_attach(root, make_terminals(mount), mount->target);
    case FM_MOUNT_DIRECTORY: return make_directory(root, plan, mount);
    case FM_MOUNT_AGAIN: return mount_again(root, mount);
    case FM_MOUNT_VIEW: return fm_view_make(root, plan, mount, make_tmpfs(plan, mount));
    default: return make_link(root, mount);
    }
}

/* Leaves the host's files for the new root, which nobody can write any more. */
static int enter(int root) {
    struct mount_attr read_only = {
        .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
    if (fchdir(root) != 0) return -1;
    if (syscall(SYS_pivot_root, ".", ".") != 0) return -1;
    if (umount2(".", MNT_DETACH) != 0) return -1;
    if (chdir("/") != 0) return -1;
    return mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof read_only);
}

int fm_mounts_make(const struct fm_plan *plan, int *shares_proc, struct fm_mount_fault *fault) {
    fault->step = FM_STEP_ROOT;
    fault->which = 0;
    umask(0);
    int status = mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    int host_proc = status == 0 ? copy_tree(PROC, FM_ATTR_RECURSIVE) : -1;
    if (host_proc < 0) return fault->error = errno, -1;
    fault->step = FM_STEP_MOUNT;
    int *sources = open_sources(plan, fault);
    if (sources == NULL) return fault->error = errno, -1;
    fault->step = FM_STEP_ROOT;
    fault->which = 0;
    if (mount("fleetmark", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, STAGE_OPTIONS) != 0)
        return fault->error = errno, -1;
    int root = open(STAGE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return fault->error = errno, -1;
    fault->step = FM_STEP_MOUNT;
    for (uint32_t index = 0; index < plan->mount_count; index++) {
        fault->which = index + 1;
        if (make(plan, &plan->mounts[index], root, sources[index], host_proc, shares_proc) != 0)
            return fault->error = errno, -1;
    }
    free(sources);
    fault->step = FM_STEP_ROOT;
    fault->which = 0;
    close(host_proc);
    if (enter(root) != 0) return fault->error = errno, -1;
    close(root);
    return 0;
}
