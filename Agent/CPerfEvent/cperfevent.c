#define _GNU_SOURCE
#include "cperfevent.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KNOWN_FLAGS                                                                              \
    (FM_PERF_DISABLED | FM_PERF_INHERIT | FM_PERF_ENABLE_ON_EXEC | FM_PERF_USER_ONLY |           \
     FM_PERF_KERNEL_ONLY | FM_PERF_GROUP_READ)

/* More members than a group can have on any machine. */
#define GROUP_ROOM 64

static int result_of(long status) { return status < 0 ? -errno : (int)status; }

static void fill(struct perf_event_attr *attr, const struct fm_event *event) {
    memset(attr, 0, sizeof *attr);
    attr->size = sizeof *attr;
    attr->type = event->type;
    attr->config = event->config;
    attr->config1 = event->config1;
    attr->config2 = event->config2;
    attr->disabled = (event->flags & FM_PERF_DISABLED) != 0;
    attr->inherit = (event->flags & FM_PERF_INHERIT) != 0;
    attr->enable_on_exec = (event->flags & FM_PERF_ENABLE_ON_EXEC) != 0;
    attr->exclude_kernel = (event->flags & FM_PERF_USER_ONLY) != 0;
    attr->exclude_hv = (event->flags & FM_PERF_USER_ONLY) != 0;
    attr->exclude_user = (event->flags & FM_PERF_KERNEL_ONLY) != 0;
    attr->read_format =
        PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING | PERF_FORMAT_ID;
    if (event->flags & FM_PERF_GROUP_READ) attr->read_format |= PERF_FORMAT_GROUP;
}

int fm_perf_open(const struct fm_event *event, int32_t pid, int32_t cpu, int32_t group,
                 int32_t cgroup) {
    struct perf_event_attr attr;
    unsigned long flags = PERF_FLAG_FD_CLOEXEC | (cgroup ? PERF_FLAG_PID_CGROUP : 0);
    if (event->flags & ~(uint32_t)KNOWN_FLAGS) return -EINVAL;
    fill(&attr, event);
    int opened = result_of(syscall(SYS_perf_event_open, &attr, pid, cpu, group, flags));
    if (opened != -E2BIG || attr.size >= sizeof attr) return opened;
    /* The kernel has written its own size. */
    return result_of(syscall(SYS_perf_event_open, &attr, pid, cpu, group, flags));
}

int fm_perf_read(int32_t descriptor, struct fm_value *value) {
    uint64_t words[4];
    ssize_t size;
    do size = read(descriptor, words, sizeof words);
    while (size < 0 && errno == EINTR);
    if (size < 0) return -errno;
    if (size != (ssize_t)sizeof words) return -ENODATA;
    *value = (struct fm_value){words[0], words[1], words[2], words[3]};
    return 0;
}

int fm_perf_read_group(int32_t descriptor, struct fm_value *values, uint32_t room,
                       uint32_t *count) {
    uint64_t words[3 + 2 * GROUP_ROOM];
    ssize_t size;
    *count = 0;
    do size = read(descriptor, words, sizeof words);
    while (size < 0 && errno == EINTR);
    if (size < 0) return -errno;
    if (size < (ssize_t)(3 * sizeof *words) || words[0] > GROUP_ROOM) return -ENODATA;
    if ((size_t)size != (3 + 2 * words[0]) * sizeof *words) return -ENODATA;
    if (words[0] > room) return -ENOSPC;
    for (uint64_t index = 0; index < words[0]; index++) {
        const uint64_t *member = words + 3 + 2 * index;
        values[index] = (struct fm_value){member[0], words[1], words[2], member[1]};
    }
    *count = (uint32_t)words[0];
    return 0;
}

static int tell(int32_t descriptor, unsigned long request, int32_t group) {
    return result_of(ioctl(descriptor, request, group ? PERF_IOC_FLAG_GROUP : 0));
}

int fm_perf_enable(int32_t descriptor, int32_t group) {
    return tell(descriptor, PERF_EVENT_IOC_ENABLE, group);
}

int fm_perf_disable(int32_t descriptor, int32_t group) {
    return tell(descriptor, PERF_EVENT_IOC_DISABLE, group);
}

int fm_perf_reset(int32_t descriptor, int32_t group) {
    return tell(descriptor, PERF_EVENT_IOC_RESET, group);
}

int fm_perf_attr_size(void) {
    struct perf_event_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.size = 8;
    int opened = result_of(syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
    if (opened >= 0) {
        close(opened);
        return -EPROTO;
    }
    return opened == -E2BIG ? (int)attr.size : opened;
}

void fm_perf_loop(uint64_t rounds) {
    if (rounds == 0) return;
#if defined(__x86_64__)
    __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(rounds) : : "cc");
#elif defined(__aarch64__)
    __asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(rounds) : : "cc");
#else
#error "no loop of known length for this processor"
#endif
}
