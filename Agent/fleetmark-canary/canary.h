/* fleetmark-canary: six small fixed pieces of work that watch the host itself.
 *
 * Enters: the name of one, and for the memory ones the size of their buffer. Leaves: one line
 * `NAME WORK CHECK ELAPSED_NS` on standard output and status 0; status 1 when the work came to
 * another result than it must, 2 for wrong arguments, 3 when the host refused something.
 * Setting up is outside the time. CLOCK_MONOTONIC_RAW throughout. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a piece of work gives back. */
typedef struct {
    uint64_t work;       /* Steps, bytes, calls or processes; always the same number. */
    uint64_t check;      /* Depends on every step. */
    uint64_t expected;   /* What `check` must be. */
    uint64_t elapsed_ns; /* Of the work alone. */
} fm_canary_result;

/* Each returns 0, or -errno where the host refused something. */
int fm_canary_alu(fm_canary_result *_Nonnull result);
int fm_canary_mem_bandwidth(size_t bytes, fm_canary_result *_Nonnull result);
int fm_canary_mem_latency(size_t bytes, fm_canary_result *_Nonnull result);
int fm_canary_syscall(fm_canary_result *_Nonnull result);
int fm_canary_fork(fm_canary_result *_Nonnull result);
/* Writes, syncs and reads a file in the working folder, and removes it. */
int fm_canary_io(fm_canary_result *_Nonnull result);

/* CLOCK_MONOTONIC_RAW in nanoseconds (clock_gettime(2)). */
uint64_t fm_canary_now(void);
