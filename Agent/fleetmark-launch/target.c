#define _GNU_SOURCE
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "own.h"
#include "report.h"

/* The status that a shell gives when it cannot execute; nobody reads it but a debugger. */
#define SETUP_STATUS 125

static void give_up(const struct fm_target *target, enum fm_step step, int error) {
    fm_send_failure(target->report, step, error, 0);
    _exit(SETUP_STATUS);
}

static void require(const struct fm_target *target, enum fm_step step, int holds) {
    if (!holds) give_up(target, step, errno);
}

static int has_capability(cap_value_t capability) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {{0}};
    if (syscall(SYS_capget, &header, data) != 0) return 0;
    return (data[capability / 32].effective >> (capability % 32)) & 1;
}

/* What was ignored or blocked by the agent would otherwise stay so over the exec. The system call
 * itself, since the library refuses the two signals that it keeps for its threads (32 and 33). */
static void reset_signals(const struct fm_target *target) {
    /* rt_sigaction(2) wants handler, flags, restorer and mask; all zero is SIG_DFL. */
    const unsigned long fallback[4] = {0, 0, 0, 0};
    sigset_t none;
    for (int signal = 1; signal < NSIG; signal++)
        syscall(SYS_rt_sigaction, signal, fallback, NULL, 8ul);
    sigemptyset(&none);
    require(target, FM_STEP_SIGNALS, sigprocmask(SIG_SETMASK, &none, NULL) == 0);
}

/* A hard limit above the present one needs CAP_SYS_RESOURCE; without it the lower one stays,
 * since a limit promises "at most". */
static void set_limit(const struct fm_target *target, const struct fm_limit *limit) {
    struct rlimit present, wanted = limit->value;
    if (setrlimit(limit->resource, &wanted) == 0) return;
    require(target, FM_STEP_LIMITS, errno == EPERM);
    require(target, FM_STEP_LIMITS, getrlimit(limit->resource, &present) == 0);
    if (wanted.rlim_max > present.rlim_max) wanted.rlim_max = present.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
    require(target, FM_STEP_LIMITS, setrlimit(limit->resource, &wanted) == 0);
}

static void set_oom_score(const struct fm_target *target) {
    char text[16];
    int size = snprintf(text, sizeof text, "%d", target->plan->oom_score_adj);
    int file = fm_open_own("/proc/self/oom_score_adj");
    require(target, FM_STEP_LIMITS, file >= 0);
    require(target, FM_STEP_LIMITS, write(file, text, (size_t)size) == size);
    close(file);
}

/* Writing 0 moves the writer (cgroups(7)); the files were opened by the agent, with its rights. */
static void enter_groups(const struct fm_target *target) {
    for (uint32_t index = 0; index < target->plan->attach_count; index++) {
        ssize_t size = write((int)(FM_FD_GROUPS + 1 + index), "0", 1);
        require(target, FM_STEP_GROUPS_ENTER, size == 1);
    }
}

static void set_scheduling(const struct fm_target *target) {
    const struct fm_plan *plan = target->plan;
    struct sched_param parameters = {.sched_priority = (int)plan->priority};
    if (plan->policy != SCHED_OTHER) {
        int status = sched_setscheduler(0, (int)plan->policy, &parameters);
        require(target, FM_STEP_SCHEDULER, status == 0);
    }
    if (plan->nice != 0)
        require(target, FM_STEP_SCHEDULER, setpriority(PRIO_PROCESS, 0, plan->nice) == 0);
}

static void set_resources(const struct fm_target *target) {
    const struct fm_plan *plan = target->plan;
    enter_groups(target);
    set_oom_score(target);
    set_scheduling(target);
    for (uint32_t index = 0; index < plan->limit_count; index++)
        set_limit(target, &plan->limits[index]);
    umask(022);
    if (plan->cpu_words > 0) {
        long status = syscall(SYS_sched_setaffinity, 0, plan->cpu_words * 8ul, plan->cpus);
        require(target, FM_STEP_AFFINITY, status == 0);
    }
    if (plan->flags & FM_PLAN_FIXED_LAYOUT) {
        int present = personality(0xffffffff);
        require(target, FM_STEP_ADDRESS_SPACE, present >= 0);
        int status = personality((unsigned long)present | ADDR_NO_RANDOMIZE);
        require(target, FM_STEP_ADDRESS_SPACE, status >= 0);
    }
}

/* Only while CAP_SETPCAP is held; without it there is nothing to drop that an exec could give
 * back, since no_new_privs follows. */
static void drop_bounding_set(const struct fm_target *target) {
    if (!has_capability(CAP_SETPCAP)) return;
    for (int capability = 0; capability <= 63; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
        require(target, FM_STEP_BOUNDING_SET, errno == EINVAL);
        break;
    }
    int bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
    require(target, FM_STEP_BOUNDING_SET, prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) == 0);
}

/* Programs open their output anew by /dev/stdout, which asks who owns the pipe. */
static void give_pipes(const struct fm_plan *plan) {
    struct stat facts;
    for (int descriptor = 1; descriptor <= 2; descriptor++)
        if (fstat(descriptor, &facts) == 0 && S_ISFIFO(facts.st_mode) &&
            fchown(descriptor, plan->uid, plan->gid) != 0)
            continue;
}

/* Groups, group, user in exactly this order: after the user changed, the first two fail. */
static void drop_privileges(const struct fm_target *target) {
    const struct fm_plan *plan = target->plan;
    drop_bounding_set(target);
    if (plan->flags & FM_PLAN_IDENTITY) {
        give_pipes(plan);
        require(target, FM_STEP_GROUPS, setgroups(0, NULL) == 0);
        require(target, FM_STEP_GROUP, setresgid(plan->gid, plan->gid, plan->gid) == 0);
        require(target, FM_STEP_USER, setresuid(plan->uid, plan->uid, plan->uid) == 0);
    } else if (getuid() == 0 || geteuid() == 0) {
        give_up(target, FM_STEP_USER, EPERM);
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    require(target, FM_STEP_CAPABILITIES, cap_set_proc(target->no_capabilities) == 0);
    /* A change of user clears this, so it comes after. */
    require(target, FM_STEP_PARENT, prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0);
    if (getppid() != target->launcher) _exit(SETUP_STATUS);
}

static uint64_t bounding_set(void) {
    uint64_t set = 0;
    for (int capability = 0; capability <= 63; capability++)
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1) set |= UINT64_C(1) << capability;
    return set;
}

void fm_target_spaces(uint64_t spaces[6]) {
    static const char *const names[6] = {"mnt", "pid", "net", "ipc", "uts", "user"};
    char path[32];
    struct stat facts;
    for (int index = 0; index < 6; index++) {
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[index]);
        spaces[index] = stat(path, &facts) == 0 ? facts.st_ino : 0;
    }
}

/* What keeps the target from its host, as the kernel shows it. */
static void read_walls(const struct fm_target *target, struct fm_receipt *receipt) {
    uint64_t spaces[6];
    struct statvfs root;
    fm_target_spaces(spaces);
    for (int index = 0; index < 6; index++)
        if (spaces[index] != 0 && spaces[index] != target->spaces[index])
            receipt->namespaces |= 1u << index;
    if (statvfs("/", &root) == 0 && (root.f_flag & ST_RDONLY))
        receipt->flags |= FM_RECEIPT_ROOT_READ_ONLY;
    if (target->shares_proc) receipt->flags |= FM_RECEIPT_PROC_SHARED;
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2) receipt->flags |= FM_RECEIPT_FILTERED;
    receipt->policy = (uint32_t)sched_getscheduler(0);
    receipt->nice = getpriority(PRIO_PROCESS, 0);
}

static void read_receipt(const struct fm_target *target, struct fm_receipt *receipt) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {{0}};
    memset(receipt, 0, sizeof *receipt);
    receipt->record = FM_RECEIPT;
    receipt->uid = getuid();
    receipt->gid = getgid();
    int groups = getgroups(0, NULL);
    require(target, FM_STEP_VERIFY, groups >= 0);
    receipt->group_count = (uint32_t)groups;
    require(target, FM_STEP_VERIFY, syscall(SYS_capget, &header, data) == 0);
    receipt->effective = data[0].effective | (uint64_t)data[1].effective << 32;
    receipt->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    receipt->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    receipt->bounding = bounding_set();
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof receipt->cpus, receipt->cpus);
    require(target, FM_STEP_VERIFY, bytes > 0);
    receipt->cpu_words = (uint32_t)(bytes / 8);
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
        receipt->flags |= FM_RECEIPT_NO_NEW_PRIVILEGES;
    if (target->randomised && !(personality(0xffffffff) & ADDR_NO_RANDOMIZE))
        receipt->flags |= FM_RECEIPT_RANDOMISED;
    read_walls(target, receipt);
}

/* Never executes with more rights than planned. */
static void verify(const struct fm_target *target, const struct fm_receipt *receipt) {
    const struct fm_plan *plan = target->plan;
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    int sound = (receipt->flags & FM_RECEIPT_NO_NEW_PRIVILEGES) &&
        (receipt->effective | receipt->permitted | receipt->inheritable) == 0;
    require(target, FM_STEP_VERIFY, getresuid(&real, &effective, &saved) == 0);
    require(target, FM_STEP_VERIFY, getresgid(&real_group, &effective_group, &saved_group) == 0);
    /* The namespaces themselves were made or the launch failed; here only what hides the host. */
    if (plan->mount_count > 0) sound = sound && (receipt->flags & FM_RECEIPT_ROOT_READ_ONLY);
    if (plan->flags & FM_PLAN_FILTER) sound = sound && (receipt->flags & FM_RECEIPT_FILTERED);
    sound = sound && real != 0 && effective == real && saved == real &&
        effective_group == real_group && saved_group == real_group;
    if (plan->flags & FM_PLAN_IDENTITY)
        sound = sound && real == plan->uid && real_group == plan->gid && receipt->group_count == 0;
    if (!sound) give_up(target, FM_STEP_VERIFY, EPERM);
}

static int is_program(const char *path) {
    struct stat facts;
    if (stat(path, &facts) != 0) return 0;
    if (S_ISREG(facts.st_mode) && access(path, X_OK) == 0) return 1;
    errno = EACCES;
    return 0;
}

static const char *search_path(const struct fm_plan *plan) {
    for (char **each = plan->variables; *each != NULL; each++)
        if (strncmp(*each, "PATH=", 5) == 0) return *each + 5;
    return "";
}

/* As execvp(3), with the target's rights and the plan's PATH; an empty part is the folder. */
static const char *resolve(const struct fm_target *target) {
    const char *name = target->plan->arguments[0];
    int error = ENOENT;
    if (strchr(name, '/') != NULL) {
        require(target, FM_STEP_RESOLVE, is_program(name));
        return name;
    }
    const char *part = search_path(target->plan);
    while (*part != 0) {
        int length = (int)strcspn(part, ":");
        int size = snprintf(target->path, target->path_room, "%.*s%s%s", length, part,
                            length == 0 ? "" : "/", name);
        if (size > 0 && (unsigned long)size < target->path_room && is_program(target->path))
            return target->path;
        if (errno == EACCES) error = EACCES;
        part += length + (part[length] == ':');
    }
    give_up(target, FM_STEP_RESOLVE, error);
    return NULL;
}

_Noreturn void fm_target_run(struct fm_target *target) {
    const struct fm_plan *plan = target->plan;
    struct fm_receipt receipt;
    require(target, FM_STEP_SESSION, setsid() >= 0);
    reset_signals(target);
    int status = (int)syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    require(target, FM_STEP_DESCRIPTORS, status == 0);
    set_resources(target);
    drop_privileges(target);
    require(target, FM_STEP_DIRECTORY, chdir(plan->directory) == 0);
    status = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    require(target, FM_STEP_NO_NEW_PRIVILEGES, status == 0);
    if (plan->flags & FM_PLAN_FILTER) {
        /* Last, since it refuses some of the calls above. */
        int error = fm_filter_install(&target->filter);
        if (error != 0) give_up(target, FM_STEP_FILTER, error);
    }
    read_receipt(target, &receipt);
    verify(target, &receipt);
    fm_send(target->report, &receipt, sizeof receipt);
    const char *path = resolve(target);
    struct fm_started started = {.record = FM_STARTED, .pid = getpid(), .exec_ns = fm_now()};
    fm_send(target->report, &started, sizeof started);
    execve(path, plan->arguments, plan->variables);
    give_up(target, FM_STEP_EXEC, errno);
    _exit(SETUP_STATUS);
}
