#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The unread rest of the blob. The first fault sticks and makes every later read return zero. */
struct reader {
    unsigned char *next;
    size_t left;
    int error;
};

static unsigned char *take(struct reader *reader, size_t size) {
    if (reader->error != 0 || reader->left < size) {
        if (reader->error == 0) reader->error = EMSGSIZE;
        return NULL;
    }
    unsigned char *start = reader->next;
    reader->next += size;
    reader->left -= size;
    return start;
}

static uint64_t take_number(struct reader *reader, size_t size) {
    const unsigned char *bytes = take(reader, size);
    uint64_t value = 0;
    for (size_t index = 0; bytes != NULL && index < size; index++)
        value |= (uint64_t)bytes[index] << (8 * index);
    return value;
}

static uint32_t take_u32(struct reader *reader) { return (uint32_t)take_number(reader, 4); }

static void require(struct reader *reader, int holds, int error) {
    if (reader->error == 0 && !holds) reader->error = error;
}

static uint32_t take_count(struct reader *reader, uint32_t least, uint32_t most) {
    uint32_t count = take_u32(reader);
    require(reader, count >= least && count <= most, EINVAL);
    return reader->error == 0 ? count : 0;
}

static char *take_string(struct reader *reader) {
    uint32_t length = take_u32(reader);
    char *text = (char *)take(reader, (size_t)length + 1);
    if (text == NULL) return NULL;
    require(reader, memchr(text, 0, (size_t)length + 1) == text + length, EINVAL);
    return reader->error == 0 ? text : NULL;
}

static char **take_strings(struct reader *reader, uint32_t least) {
    uint32_t count = take_count(reader, least, FM_MAX_STRINGS);
    /* Each string takes five bytes at least, so a lying count fails before it costs memory. */
    require(reader, count <= reader->left / 5, EMSGSIZE);
    if (reader->error != 0) return NULL;
    char **strings = calloc((size_t)count + 1, sizeof *strings);
    require(reader, strings != NULL, ENOMEM);
    for (uint32_t index = 0; reader->error == 0 && index < count; index++)
        strings[index] = take_string(reader);
    return strings;
}

static void take_header(struct reader *reader, struct fm_plan *plan) {
    size_t whole = reader->left;
    require(reader, take_u32(reader) == FM_PLAN_MAGIC, EPROTO);
    require(reader, take_u32(reader) == FM_PLAN_VERSION, EPROTO);
    require(reader, take_u32(reader) == whole, EMSGSIZE);
    plan->flags = take_u32(reader);
    require(reader, (plan->flags & ~FM_PLAN_FLAGS) == 0, EINVAL);
    plan->uid = take_u32(reader);
    plan->gid = take_u32(reader);
    if (plan->flags & FM_PLAN_IDENTITY) {
        require(reader, plan->uid != 0 && plan->uid != UINT32_MAX, EINVAL);
        require(reader, plan->gid != 0 && plan->gid != UINT32_MAX, EINVAL);
    } else {
        require(reader, plan->uid == 0 && plan->gid == 0, EINVAL);
    }
    plan->agent = take_u32(reader);
    require(reader, plan->agent > 0 && plan->agent <= INT_MAX, EINVAL);
    plan->oom_score_adj = (int32_t)take_u32(reader);
    require(reader, plan->oom_score_adj >= -1000 && plan->oom_score_adj <= 1000, EINVAL);
}

static void take_scheduling(struct reader *reader, struct fm_plan *plan) {
    plan->policy = take_u32(reader);
    plan->priority = take_u32(reader);
    plan->nice = (int32_t)take_u32(reader);
    int is_fifo = plan->policy == SCHED_FIFO;
    require(reader, is_fifo || plan->policy == SCHED_OTHER || plan->policy == SCHED_BATCH, EINVAL);
    require(reader, is_fifo ? plan->priority >= 1 && plan->priority <= 99 : plan->priority == 0,
            EINVAL);
    require(reader, plan->nice >= -20 && plan->nice <= 19, EINVAL);
}

static void take_spaces(struct reader *reader, struct fm_plan *plan) {
    const uint32_t least = FM_SPACE_MOUNT | FM_SPACE_PID;
    plan->namespaces = take_u32(reader);
    require(reader, (plan->namespaces & ~FM_SPACES) == 0, EINVAL);
    require(reader, plan->namespaces == 0 || (plan->namespaces & least) == least, EINVAL);
    plan->attach_count = take_count(reader, 0, FM_MAX_GROUPS);
}

static void take_limits(struct reader *reader, struct fm_plan *plan) {
    plan->limit_count = take_count(reader, 0, FM_MAX_LIMITS);
    for (uint32_t index = 0; index < plan->limit_count; index++) {
        struct fm_limit *limit = &plan->limits[index];
        limit->resource = take_u32(reader);
        limit->value.rlim_cur = take_number(reader, 8);
        limit->value.rlim_max = take_number(reader, 8);
        require(reader, limit->resource < RLIM_NLIMITS, EINVAL);
        require(reader, limit->value.rlim_cur <= limit->value.rlim_max, EINVAL);
    }
}

static void take_processors(struct reader *reader, struct fm_plan *plan) {
    uint64_t any = 0;
    plan->cpu_words = take_count(reader, 0, FM_MAX_CPU_WORDS);
    for (uint32_t index = 0; index < plan->cpu_words; index++) {
        plan->cpus[index] = take_number(reader, 8);
        any |= plan->cpus[index];
    }
    require(reader, plan->cpu_words == 0 || any != 0, EINVAL);
}

static void take_mounts(struct reader *reader, struct fm_plan *plan) {
    plan->mount_count = take_count(reader, 0, FM_MAX_MOUNTS);
    require(reader, plan->mount_count == 0 || (plan->namespaces & FM_SPACE_MOUNT), EINVAL);
    plan->mounts = calloc((size_t)plan->mount_count + 1, sizeof *plan->mounts);
    require(reader, plan->mounts != NULL, ENOMEM);
    for (uint32_t index = 0; reader->error == 0 && index < plan->mount_count; index++) {
        struct fm_mount *mount = &plan->mounts[index];
        mount->kind = take_u32(reader);
        mount->flags = take_u32(reader);
        mount->mode = take_u32(reader);
        mount->size = take_number(reader, 8);
        mount->source = take_string(reader);
        mount->target = take_string(reader);
        require(reader, mount->kind >= FM_MOUNT_BIND && mount->kind <= FM_MOUNT_VIEW, EINVAL);
        require(reader, (mount->flags & ~FM_MOUNT_FLAGS) == 0 && mount->mode <= 07777, EINVAL);
        require(reader, reader->error == 0 && mount->target[0] == '/', EINVAL);
        require(reader, mount->kind != FM_MOUNT_BIND || mount->source[0] == '/', EINVAL);
    }
}

static int parse(unsigned char *blob, size_t size, struct fm_plan *plan) {
    struct reader reader = {.next = blob, .left = size, .error = 0};
    take_header(&reader, plan);
    take_scheduling(&reader, plan);
    take_spaces(&reader, plan);
    take_limits(&reader, plan);
    take_processors(&reader, plan);
    plan->host_name = take_string(&reader);
    require(&reader, reader.error == 0 && (plan->host_name[0] != 0) ==
                         ((plan->namespaces & FM_SPACE_UTS) != 0), EINVAL);
    take_mounts(&reader, plan);
    plan->directory = take_string(&reader);
    require(&reader, reader.error == 0 && plan->directory[0] == '/', EINVAL);
    plan->arguments = take_strings(&reader, 1);
    require(&reader, reader.error == 0 && plan->arguments[0][0] != 0, EINVAL);
    plan->variables = take_strings(&reader, 0);
    for (char **each = plan->variables; reader.error == 0 && *each != NULL; each++)
        require(&reader, **each != '=' && strchr(*each, '=') != NULL, EINVAL);
    require(&reader, reader.left == 0, EINVAL);
    return reader.error;
}

int fm_plan_read(int descriptor, struct fm_plan *plan) {
    size_t size = 0;
    /* One byte more than allowed shows that there is too much; untouched pages cost nothing. */
    unsigned char *blob = malloc(FM_MAX_PLAN_BYTES + 1);
    memset(plan, 0, sizeof *plan);
    if (blob == NULL) return ENOMEM;
    while (size <= FM_MAX_PLAN_BYTES) {
        ssize_t count = read(descriptor, blob + size, FM_MAX_PLAN_BYTES + 1 - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        if (count == 0) return parse(blob, size, plan);
        size += (size_t)count;
    }
    return EMSGSIZE;
}
