/* The system calls that are refused to a target, by seccomp(2).
 *
 * A list of what is refused and not of what is allowed: a benchmark must not meet surprises. The
 * kernel remembers which calls pass whatever their arguments (5.11 and later), so the filter
 * costs the allowed ones next to nothing. Refused calls answer EPERM; clone3(2) answers ENOSYS,
 * since its flags cannot be seen from here and libraries then use clone(2), whose flags can. */
#ifndef FM_FILTER_H
#define FM_FILTER_H

#include <linux/filter.h>

#define FM_FILTER_ROOM 256

struct fm_filter {
    unsigned short count;
    struct sock_filter code[FM_FILTER_ROOM];
};

/* Writes the program for this processor's system calls. Result: 0, or ENOSYS on one that it does
 * not know. */
int fm_filter_make(struct fm_filter *filter, int allows_perf);

/* Puts it in force for this process and all that descend from it; needs no_new_privs. Result: 0
 * or an errno. */
int fm_filter_install(const struct fm_filter *filter);

#endif
