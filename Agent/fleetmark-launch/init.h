/* The first process of a launch that has namespaces of its own: it furnishes them, starts the
 * target, and stays so that all orphans come to it. When it ends, the kernel ends all inside. */
#ifndef FM_INIT_H
#define FM_INIT_H

#include "target.h"

struct fm_init {
    pid_t pid;  /* as the launcher sees it */
    int status; /* socket: its failures, and FM_ENDED when the target has ended */
};

/* Makes the namespaces and their first process. Result: 0, or an errno with `step` set. */
int fm_init_start(struct fm_target *target, struct fm_init *init, enum fm_step *step);

/* Starts the target's process; it enters the plan's control group at its birth. As fork(2). */
pid_t fm_target_start(struct fm_target *target);

#endif
