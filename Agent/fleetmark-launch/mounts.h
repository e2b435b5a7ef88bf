/* The file system that a target sees: an empty root with what the plan puts into it. */
#ifndef FM_MOUNTS_H
#define FM_MOUNTS_H

#include "plan.h"

struct fm_mount_fault {
    enum fm_step step;
    int error;
    uint32_t which; /* the plan's mount, from 1; 0 for the root */
};

/* Makes the new root in this process's own mount namespace and moves into it; the host's files
 * are gone afterwards. `shares_proc` is set when the kernel refuses a fresh /proc.
 *
 * Result: 0, or -1 with `fault` filled. */
int fm_mounts_make(const struct fm_plan *plan, int *shares_proc, struct fm_mount_fault *fault);

#endif
