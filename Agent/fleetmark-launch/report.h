/* What the launcher tells the agent, one record per packet on FM_FD_CONTROL, and what it is told.
 *
 * Records are these structures as the compiler lays them out: naturally aligned, no padding left
 * unnamed, host byte order. An ordinary launch sends receipt, started, ended; a failed one sends
 * failed (a receipt may precede it). With FM_PLAN_GATED, gated comes first. The end of the socket
 * ends the tree.
 */
#ifndef FM_REPORT_H
#define FM_REPORT_H

#include <stdint.h>

#include "plan.h"

enum fm_record {
    FM_RECEIPT = 1,
    FM_STARTED = 2,
    FM_FAILED = 3,
    FM_ENDED = 4,
    FM_GATED = 5
};

/* From the agent: one u32 per packet. Go is heard only at the gate, where the other two end the
 * launch before it began. */
enum fm_command { FM_COMMAND_TERMINATE = 1, FM_COMMAND_KILL = 2, FM_COMMAND_GO = 3 };

#define FM_RECEIPT_NO_NEW_PRIVILEGES 1u
#define FM_RECEIPT_RANDOMISED 2u
/* The root folder cannot be written. */
#define FM_RECEIPT_ROOT_READ_ONLY 4u
/* No fresh /proc could be had, so the host's is shown, read-only. */
#define FM_RECEIPT_PROC_SHARED 8u
#define FM_RECEIPT_FILTERED 16u

/* Read back inside the target's process, just before its exec. */
struct fm_receipt {
    uint32_t record;
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    uint32_t group_count;
    uint32_t cpu_words;
    uint32_t namespaces; /* those that are not the launcher's */
    uint32_t policy;
    int32_t nice;
    uint32_t reserved;
    uint64_t effective;
    uint64_t permitted;
    uint64_t inheritable;
    uint64_t bounding;
    uint64_t cpus[FM_MAX_CPU_WORDS];
};

struct fm_started {
    uint32_t record;
    int32_t pid; /* as the target sees it */
    int64_t exec_ns; /* CLOCK_MONOTONIC_RAW, the last thing read before execve(2) */
};

struct fm_failed {
    uint32_t record;
    uint32_t step;
    int32_t error;
    uint32_t detail; /* which mount, from 1; otherwise 0 */
};

/* The launcher stands before its fork and waits. */
struct fm_gated {
    uint32_t record;
    int32_t pid; /* the launcher's own */
};

/* Sent when the whole tree is gone, or was given up. Usage is wait4(2)'s of the target. */
struct fm_ended {
    uint32_t record;
    int32_t wait_status;
    uint32_t leftovers;
    uint32_t survivors;
    int64_t end_ns; /* CLOCK_MONOTONIC_RAW, as soon as the target's end was seen */
    int64_t user_us;
    int64_t system_us;
    int64_t maximum_resident_kib;
    int64_t minor_faults;
    int64_t major_faults;
    int64_t input_blocks;
    int64_t output_blocks;
    int64_t voluntary_switches;
    int64_t involuntary_switches;
};

_Static_assert(sizeof(struct fm_receipt) == 72 + 8 * FM_MAX_CPU_WORDS, "no hidden padding");
_Static_assert(sizeof(struct fm_started) == 16, "no hidden padding");
_Static_assert(sizeof(struct fm_failed) == 16, "no hidden padding");
_Static_assert(sizeof(struct fm_gated) == 8, "no hidden padding");
_Static_assert(sizeof(struct fm_ended) == 96, "no hidden padding");

/* Copies wait4(2)'s numbers. */
struct rusage;
void fm_fill_usage(struct fm_ended *ended, const struct rusage *usage);

/* Nanoseconds of CLOCK_MONOTONIC_RAW. */
int64_t fm_now(void);

/* One packet, never blocking and never raising SIGPIPE. */
void fm_send(int socket, const void *record, unsigned long size);

/* `detail`: 0, or which of several. */
void fm_send_failure(int socket, enum fm_step step, int error, uint32_t detail);

#endif
