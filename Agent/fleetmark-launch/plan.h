/* What the agent asks of one launch: the plan's bytes and their parsed form.
 *
 * The plan is one blob on descriptor FM_FD_PLAN, read to its end. Numbers are little-endian and
 * unaligned; the order is exactly this:
 *
 *   u32 magic            FM_PLAN_MAGIC, "FMLP"
 *   u32 version          FM_PLAN_VERSION
 *   u32 size             bytes of the whole blob, this header included
 *   u32 flags            FM_PLAN_IDENTITY and the rest; unknown ones are refused
 *   u32 uid              0 without FM_PLAN_IDENTITY, never 0 with it
 *   u32 gid              as uid
 *   u32 agent            process id of the agent, which must be the launcher's parent
 *   i32 oom_score_adj    -1000 to 1000
 *   u32 policy           SCHED_* of sched_setscheduler(2): other, fifo or batch
 *   u32 priority         1 to 99 for fifo, otherwise 0
 *   i32 nice             -20 to 19
 *   u32 namespaces       FM_SPACE_*; 0 or at least mount and pid
 *   u32 attach count     up to FM_MAX_GROUPS: as many `cgroup.procs` files stand on descriptors
 *                        FM_FD_GROUPS + 1 and up, and the target's process enters each
 *   u32 limit count      up to FM_MAX_LIMITS, then per limit:
 *       u32 resource     RLIMIT_* of setrlimit(2)
 *       u64 soft         all bits set: no limit
 *       u64 hard         not below soft
 *   u32 processor words  up to FM_MAX_CPU_WORDS; 0 leaves the affinity alone, then per word:
 *       u64 mask         bit b of word w is processor 64 w + b
 *   string host name     empty without FM_SPACE_UTS, never empty with it
 *   u32 mount count      up to FM_MAX_MOUNTS; 0 without FM_SPACE_MOUNT, then per mount, in the
 *                        order of making:
 *       u32 kind         FM_MOUNT_*
 *       u32 flags        FM_ATTR_*, FM_MOUNT_OPTIONAL, FM_MOUNT_OWNED, FM_MOUNT_COVER
 *       u32 mode         permissions of what is made
 *       u64 size         bytes of a tmpfs, also of a view's changes
 *       string source    absolute path on the host; a symbolic link's text; otherwise empty
 *       string target    absolute path in the new root
 *   string directory     absolute, in the new root where there is one
 *   u32 argument count   1 to FM_MAX_STRINGS, then as many strings
 *   u32 variable count   up to FM_MAX_STRINGS, then as many strings NAME=value
 *
 *   string: u32 length without the NUL, the bytes (no NUL among them), one NUL
 *
 * Nothing may follow. `LaunchPlanEncoding.swift` writes it; golden bytes in its tests hold both.
 */
#ifndef FM_PLAN_H
#define FM_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#define FM_PLAN_MAGIC 0x504c4d46u
#define FM_PLAN_VERSION 2u
#define FM_PLAN_IDENTITY 1u
#define FM_PLAN_FIXED_LAYOUT 2u
/* Nothing is forked until FM_COMMAND_GO; what counts the launcher by then counts the target. */
#define FM_PLAN_GATED 4u
/* System calls that no benchmark needs and an intruder would like are refused (filter.h). */
#define FM_PLAN_FILTER 8u
/* With the filter: perf_event_open(2) is let through. */
#define FM_PLAN_PERF 16u
/* Descriptor FM_FD_GROUPS is a cgroup v2 directory, and the target is born in it. */
#define FM_PLAN_GROUP 32u
#define FM_PLAN_FLAGS 63u

#define FM_SPACE_MOUNT 1u
#define FM_SPACE_PID 2u
#define FM_SPACE_NETWORK 4u
#define FM_SPACE_IPC 8u
#define FM_SPACE_UTS 16u
/* For an agent that is not root: its own user is the only one inside. */
#define FM_SPACE_USER 32u
#define FM_SPACES 63u

enum fm_mount_kind {
    FM_MOUNT_BIND = 1,
    FM_MOUNT_TMPFS = 2,
    FM_MOUNT_PROC = 3,
    FM_MOUNT_PTS = 4,
    FM_MOUNT_DIRECTORY = 5,
    FM_MOUNT_LINK = 6,
    /* What is in the new root at the target, mounted over itself with the attributes. */
    FM_MOUNT_AGAIN = 7,
    /* What is in the new root at the target can be changed without changing it: the changes are
     * in a tmpfs of this launch alone. */
    FM_MOUNT_VIEW = 8
};

#define FM_ATTR_READ_ONLY 1u
#define FM_ATTR_NO_SUID 2u
#define FM_ATTR_NO_DEVICES 4u
#define FM_ATTR_NO_EXEC 8u
/* With what is mounted below the source; the attributes then hold for all of it. */
#define FM_ATTR_RECURSIVE 16u
/* Skipped where the source does not exist. */
#define FM_MOUNT_OPTIONAL 32u
/* Belongs to the target's user. */
#define FM_MOUNT_OWNED 64u
/* Hides what is at the target, and is skipped where nothing is. */
#define FM_MOUNT_COVER 128u
#define FM_MOUNT_FLAGS 255u

#define FM_MAX_PLAN_BYTES (16u << 20)
#define FM_MAX_LIMITS 16u
#define FM_MAX_CPU_WORDS 128u
#define FM_MAX_STRINGS 65536u
#define FM_MAX_GROUPS 16u
#define FM_MAX_MOUNTS 256u

/* Descriptors that the agent hands over; 0, 1 and 2 become the target's own. */
#define FM_FD_CONTROL 3
#define FM_FD_PLAN 4
/* /dev/null without FM_PLAN_GROUP. */
#define FM_FD_GROUPS 5

/* Where a launch failed; `LaunchStep.swift` has the same numbers. */
enum fm_step {
    FM_STEP_PLAN = 1,
    FM_STEP_LAUNCHER = 2,
    FM_STEP_FORK = 3,
    FM_STEP_SESSION = 4,
    FM_STEP_SIGNALS = 5,
    FM_STEP_DESCRIPTORS = 6,
    FM_STEP_LIMITS = 7,
    FM_STEP_AFFINITY = 8,
    FM_STEP_ADDRESS_SPACE = 9,
    FM_STEP_BOUNDING_SET = 10,
    FM_STEP_GROUPS = 11,
    FM_STEP_GROUP = 12,
    FM_STEP_USER = 13,
    FM_STEP_CAPABILITIES = 14,
    FM_STEP_PARENT = 15,
    FM_STEP_DIRECTORY = 16,
    FM_STEP_NO_NEW_PRIVILEGES = 17,
    FM_STEP_VERIFY = 18,
    FM_STEP_RESOLVE = 19,
    FM_STEP_EXEC = 20,
    FM_STEP_USER_MAP = 21,
    FM_STEP_NETWORK = 22,
    FM_STEP_HOST_NAME = 23,
    FM_STEP_MOUNT = 24,
    FM_STEP_ROOT = 25,
    FM_STEP_GROUPS_ENTER = 26,
    FM_STEP_SCHEDULER = 27,
    FM_STEP_FILTER = 28
};

struct fm_limit {
    uint32_t resource;
    struct rlimit value;
};

struct fm_mount {
    uint32_t kind;
    uint32_t flags;
    uint32_t mode;
    uint64_t size;
    char *source;
    char *target;
};

/* Strings point into the blob, which lives as long as the process. */
struct fm_plan {
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    uint32_t agent;
    int32_t oom_score_adj;
    uint32_t policy;
    uint32_t priority;
    int32_t nice;
    uint32_t namespaces;
    uint32_t attach_count;
    uint32_t limit_count;
    struct fm_limit limits[FM_MAX_LIMITS];
    uint32_t cpu_words;
    uint64_t cpus[FM_MAX_CPU_WORDS];
    char *host_name;
    uint32_t mount_count;
    struct fm_mount *mounts;
    char *directory;
    char **arguments;
    char **variables;
};

/* Reads and checks the whole plan. Result: 0, or the errno of what is wrong (EPROTO: another
 * version, EINVAL: a number out of bounds or bytes too many, EMSGSIZE: too long or too short). */
int fm_plan_read(int descriptor, struct fm_plan *plan);

#endif
