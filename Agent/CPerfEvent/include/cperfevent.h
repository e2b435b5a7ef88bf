/* perf_event_open(2): opening counters and reading them, and nothing else.
 *
 * Enters: plain numbers. Leaves: a descriptor, or values. A result below zero is -errno. Which
 * event to open, what a refusal means and what a ratio is worth is decided by the callers.
 */
#ifndef CPERFEVENT_H
#define CPERFEVENT_H

#include <stdint.h>

/* perf_event_attr's bits; all others are refused with -EINVAL. */
enum {
    FM_PERF_DISABLED = 1,       /* counts nothing until it is enabled */
    FM_PERF_INHERIT = 2,        /* counts threads and children that are made later, too */
    FM_PERF_ENABLE_ON_EXEC = 4, /* execve(2) enables it */
    FM_PERF_USER_ONLY = 8,
    FM_PERF_KERNEL_ONLY = 16,
    FM_PERF_GROUP_READ = 32     /* fm_perf_read_group is possible */
};

/* What to count: perf_event_attr's fields of the same names. */
struct fm_event {
    uint32_t type;
    uint32_t flags;
    uint64_t config;
    uint64_t config1;
    uint64_t config2;
};

/* One count. The times are sums over all tasks that were counted. */
struct fm_value {
    uint64_t value;
    uint64_t enabled_ns;
    uint64_t running_ns;
    uint64_t id;
};

/* perf_event_open(2). pid 0 is the caller, -1 everybody; with cgroup set, pid is a descriptor of
 * a cgroup's folder. group is the leader's descriptor or -1. Closed on exec.
 * Result: a descriptor. A kernel that knows a smaller structure is asked in its size. */
int fm_perf_open(const struct fm_event *_Nonnull event, int32_t pid, int32_t cpu, int32_t group,
                 int32_t cgroup);

/* read(2) of one event without FM_PERF_GROUP_READ. -ENODATA: the kernel gave up on the event,
 * which is what a read of no bytes means. */
int fm_perf_read(int32_t descriptor, struct fm_value *_Nonnull value);

/* read(2) of a leader with FM_PERF_GROUP_READ: as many as `count` says afterwards, in the order
 * of opening. -ENOSPC: there are more than `room`. */
int fm_perf_read_group(int32_t descriptor, struct fm_value *_Nonnull values, uint32_t room,
                       uint32_t *_Nonnull count);

/* ioctl(2), PERF_EVENT_IOC_ENABLE, _DISABLE and _RESET; with group, of the leader's whole group. */
int fm_perf_enable(int32_t descriptor, int32_t group);
int fm_perf_disable(int32_t descriptor, int32_t group);
int fm_perf_reset(int32_t descriptor, int32_t group);

/* Bytes of perf_event_attr as this kernel knows it. */
int fm_perf_attr_size(void);

/* A loop of exactly FM_PERF_LOOP_INSTRUCTIONS instructions per round, for trying a counter. */
#define FM_PERF_LOOP_INSTRUCTIONS 2
void fm_perf_loop(uint64_t rounds);

#endif
