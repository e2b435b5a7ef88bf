/* A folder that a target may change without changing it. */
#ifndef FM_VIEW_H
#define FM_VIEW_H

#include "plan.h"

/* Lays an overlay over what stands at the mount's target in the new root; the changes go to
 * `scratch`, a detached tmpfs whose descriptor is taken.
 *
 * Result: 0, or -1 with errno. */
int fm_view_make(int root, const struct fm_plan *plan, const struct fm_mount *mount, int scratch);

#endif
