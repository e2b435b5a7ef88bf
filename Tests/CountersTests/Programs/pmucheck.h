/* What pmuproof writes of its counts, and what it finds wrong. */
#ifndef PMUCHECK_H
#define PMUCHECK_H

#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/types.h>

#include "cperfevent.h"
#include "pmutree.h"

/* Instructions of one piece of work. */
#define WORK ((int64_t)(ROUNDS * FM_PERF_LOOP_INSTRUCTIONS))
/* What starting and ending a process costs beside its work, in user mode. */
#define SLACK 40000
#define TREE (FM_PERF_DISABLED | FM_PERF_INHERIT | FM_PERF_ENABLE_ON_EXEC | FM_PERF_USER_ONLY)

enum { INSTRUCTIONS = PERF_COUNT_HW_INSTRUCTIONS, CYCLES = PERF_COUNT_HW_CPU_CYCLES };

/* Checks that did not hold. */
extern int faults;

void check(const char *name, int holds);

/* One of the kernel's general events. */
struct fm_event hardware(uint64_t config, uint32_t flags);

/* The value is what is expected or a little more. */
void check_near(const char *name, uint64_t value, int64_t expected);

/* fm_perf_open on every processor; a refusal is written. */
int open_event(const char *name, struct fm_event event, pid_t pid, int group);

void print_count(const char *name, const char *event, const struct fm_value *value);

/* fm_perf_read, written. */
uint64_t read_one(const char *name, const char *event, int descriptor);

/* Writes a setting of the kernel. */
void write_text(const char *path, const char *text);

#endif
