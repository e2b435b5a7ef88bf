/* The process that becomes the target. */
#ifndef FM_TARGET_H
#define FM_TARGET_H

#include <sys/capability.h>
#include <sys/types.h>

#include "filter.h"
#include "plan.h"

/* What is made before the fork, since nothing is allocated after rights were dropped. */
struct fm_target {
    const struct fm_plan *plan;
    int report;           /* socket for records, closed by the exec */
    pid_t launcher;
    cap_t no_capabilities;
    char *path;           /* room for the program's resolved path */
    unsigned long path_room;
    int randomised;       /* whether this kernel randomises addresses at all */
    int shares_proc;      /* whether /proc is the host's */
    uint64_t spaces[6];   /* the launcher's own namespaces, in the order of FM_SPACE_* */
    struct fm_filter filter;
};

/* The namespaces of this process by the inodes of /proc/self/ns; 0 for what cannot be read. */
void fm_target_spaces(uint64_t spaces[6]);

/* Drops everything the plan does not give and executes the program. */
_Noreturn void fm_target_run(struct fm_target *target);

#endif
