#define _GNU_SOURCE
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int fm_open_inside(int root, const char *path, uint64_t flags) {
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int fm_open_parent(int root, const char *path, const char **name) {
    char part[4096];
    const char *end = strrchr(path, '/');
    *name = end + 1;
    for (const char *stop = path + 1; stop <= end; stop++) {
        if (*stop != '/') continue;
        size_t length = (size_t)(stop - path);
        if (length >= sizeof part) return errno = ENAMETOOLONG, -1;
        memcpy(part, path, length);
        part[length] = 0;
        int folder = fm_open_inside(root, part, O_PATH | O_DIRECTORY);
        if (folder < 0) {
            const char *last;
            int above = fm_open_parent(root, part, &last);
            if (above < 0) return -1;
            int status = mkdirat(above, last, 0755);
            close(above);
            if (status != 0) return -1;
            folder = fm_open_inside(root, part, O_PATH | O_DIRECTORY);
            if (folder < 0) return -1;
        }
        close(folder);
    }
    size_t length = (size_t)(end - path);
    if (length == 0) return fm_open_inside(root, "/", O_PATH | O_DIRECTORY);
    memcpy(part, path, length);
    part[length] = 0;
    return fm_open_inside(root, part, O_PATH | O_DIRECTORY);
}

int fm_open_place(int root, const char *path, int is_folder) {
    const char *name;
    int place = fm_open_inside(root, path, O_PATH);
    if (place >= 0 || errno != ENOENT) return place;
    int parent = fm_open_parent(root, path, &name);
    if (parent < 0) return -1;
    int made;
    if (is_folder) {
        made = mkdirat(parent, name, 0755);
    } else {
        made = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (made >= 0) close(made);
    }
    int error = errno;
    close(parent);
    if (made < 0 && error != EEXIST) return errno = error, -1;
    return fm_open_inside(root, path, O_PATH);
}

static int is_folder(int descriptor) {
    struct stat facts;
    return fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
}

int fm_attach(int root, int mount, const char *target) {
    if (mount < 0) return -1;
    int place = fm_open_place(root, target, is_folder(mount));
    int status = -1;
    const unsigned how = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    if (place >= 0) status = move_mount(mount, "", place, "", how);
    int error = errno;
    if (place >= 0) close(place);
    close(mount);
    errno = error;
    return status;
}
