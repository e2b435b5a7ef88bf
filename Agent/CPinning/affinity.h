// Which processors a thread may use. Glibc's module lacks sched_setaffinity(2), and Swift cannot
// call syscall(2), which takes any number of arguments.

#ifndef FM_AFFINITY_H
#define FM_AFFINITY_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Binds a thread (0: the caller) to the processors whose bits are set, lowest first:
/// sched_setaffinity(2). Returns 0 or -errno.
static inline int32_t fm_bind_thread(
    int32_t thread, const uint64_t *_Nonnull words, uint32_t count) {
    long status = syscall(SYS_sched_setaffinity, thread, count * sizeof(uint64_t), words);
    return status < 0 ? -errno : 0;
}

#endif
