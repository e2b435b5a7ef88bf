#include "report.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

int64_t fm_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void fm_send(int socket, const void *record, unsigned long size) {
    ssize_t sent;
    do sent = send(socket, record, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
}

void fm_send_failure(int socket, enum fm_step step, int error, uint32_t detail) {
    struct fm_failed failed = {
        .record = FM_FAILED, .step = (uint32_t)step, .error = error, .detail = detail};
    fm_send(socket, &failed, sizeof failed);
}

static int64_t microseconds(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

void fm_fill_usage(struct fm_ended *ended, const struct rusage *usage) {
    ended->user_us = microseconds(usage->ru_utime);
    ended->system_us = microseconds(usage->ru_stime);
    ended->maximum_resident_kib = usage->ru_maxrss;
    ended->minor_faults = usage->ru_minflt;
    ended->major_faults = usage->ru_majflt;
    ended->input_blocks = usage->ru_inblock;
    ended->output_blocks = usage->ru_oublock;
    ended->voluntary_switches = usage->ru_nvcsw;
    ended->involuntary_switches = usage->ru_nivcsw;
}
