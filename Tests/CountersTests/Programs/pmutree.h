/* What pmuproof counts: itself, executed again as a tree of processes of known work. */
#ifndef PMUTREE_H
#define PMUTREE_H

#include <sys/types.h>

/* Rounds of fm_perf_loop in one piece of work. */
#define ROUNDS 1000000ull

/* Stands where fleetmark-launch does: it is counted, waits at its gate, forks and never execs. */
struct launcher {
    pid_t pid;
    int go; /* a byte written here opens the gate */
};

/* work: as target_run. */
struct launcher launcher_start(const char *work);

/* One piece of work, and three more by `children` or `threads`, ten more by an `orphan`, sixty
 * more for `long`. Result: the exit status. */
int target_run(const char *work);

#endif
