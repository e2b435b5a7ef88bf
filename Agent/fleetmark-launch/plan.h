/* What the agent asks of one launch: the plan's bytes and their parsed form.
 *
 * The plan is one blob on descriptor FM_FD_PLAN, read to its end. Numbers are little-endian and
 * unaligned; the order is exactly this:
 *
 *   u32 magic            FM_PLAN_MAGIC, "FMLP"
 *   u32 version          FM_PLAN_VERSION
 *   u32 size             bytes of the whole blob, this header included
 *   u32 flags            FM_PLAN_IDENTITY, FM_PLAN_FIXED_LAYOUT, FM_PLAN_GATED; all others are
 *                        refused
 *   u32 uid              0 without FM_PLAN_IDENTITY, never 0 with it
 *   u32 gid              as uid
 *   u32 agent            process id of the agent, which must be the launcher's parent
 *   i32 oom_score_adj    -1000 to 1000
 *   u32 limit count      up to FM_MAX_LIMITS, then per limit:
 *       u32 resource     RLIMIT_* of setrlimit(2)
 *       u64 soft         all bits set: no limit
 *       u64 hard         not below soft
 *   u32 processor words  up to FM_MAX_CPU_WORDS; 0 leaves the affinity alone, then per word:
 *       u64 mask         bit b of word w is processor 64 w + b
 *   string directory     absolute
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
#define FM_PLAN_VERSION 1u
#define FM_PLAN_IDENTITY 1u
#define FM_PLAN_FIXED_LAYOUT 2u
/* Nothing is forked until FM_COMMAND_GO; what counts the launcher by then counts the target. */
#define FM_PLAN_GATED 4u
#define FM_PLAN_FLAGS (FM_PLAN_IDENTITY | FM_PLAN_FIXED_LAYOUT | FM_PLAN_GATED)

#define FM_MAX_PLAN_BYTES (16u << 20)
#define FM_MAX_LIMITS 16u
#define FM_MAX_CPU_WORDS 128u
#define FM_MAX_STRINGS 65536u

/* Descriptors that the agent hands over; 0, 1 and 2 become the target's own. */
#define FM_FD_CONTROL 3
#define FM_FD_PLAN 4

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
    FM_STEP_EXEC = 20
};

struct fm_limit {
    uint32_t resource;
    struct rlimit value;
};

/* Strings point into the blob, which lives as long as the process. */
struct fm_plan {
    uint32_t flags;
    uint32_t uid;
    uint32_t gid;
    uint32_t agent;
    int32_t oom_score_adj;
    uint32_t limit_count;
    struct fm_limit limits[FM_MAX_LIMITS];
    uint32_t cpu_words;
    uint64_t cpus[FM_MAX_CPU_WORDS];
    char *directory;
    char **arguments;
    char **variables;
};

/* Reads and checks the whole plan. Result: 0, or the errno of what is wrong (EPROTO: another
 * version, EINVAL: a number out of bounds or bytes too many, EMSGSIZE: too long or too short). */
int fm_plan_read(int descriptor, struct fm_plan *plan);

#endif
