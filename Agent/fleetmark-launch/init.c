#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mounts.h"
#include "report.h"

/* As fork(2), in namespaces of its own or born in a control group. */
static pid_t clone_process(uint64_t flags, int group) {
    struct clone_args arguments = {.flags = flags, .exit_signal = SIGCHLD};
    if (group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)group;
    }
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

pid_t fm_target_start(struct fm_target *target) {
    target->launcher = getpid();
    if (!(target->plan->flags & FM_PLAN_GROUP)) return fork();
    return clone_process(0, FM_FD_GROUPS);
}

static uint64_t clone_flags(uint32_t namespaces) {
    uint64_t flags = 0;
    if (namespaces & FM_SPACE_MOUNT) flags |= CLONE_NEWNS;
    if (namespaces & FM_SPACE_PID) flags |= CLONE_NEWPID;
    if (namespaces & FM_SPACE_NETWORK) flags |= CLONE_NEWNET;
    if (namespaces & FM_SPACE_IPC) flags |= CLONE_NEWIPC;
    if (namespaces & FM_SPACE_UTS) flags |= CLONE_NEWUTS;
    if (namespaces & FM_SPACE_USER) flags |= CLONE_NEWUSER;
    return flags;
}

static _Noreturn void fail(int status, enum fm_step step, int error, uint32_t detail) {
    fm_send_failure(status, step, error, detail);
    _exit(1);
}

/* Brings up the loopback device, the only one inside. */
static void start_loopback(int status) {
    struct ifreq request = {.ifr_name = "lo"};
    int link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (link < 0) fail(status, FM_STEP_NETWORK, errno, 0);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(link, SIOCSIFFLAGS, &request) != 0) fail(status, FM_STEP_NETWORK, errno, 0);
    close(link);
}

static void furnish(struct fm_target *target, int status) {
    const struct fm_plan *plan = target->plan;
    struct fm_mount_fault fault = {0};
    if (plan->namespaces & FM_SPACE_NETWORK) start_loopback(status);
    if (plan->namespaces & FM_SPACE_UTS && sethostname(plan->host_name, strlen(plan->host_name)))
        fail(status, FM_STEP_HOST_NAME, errno, 0);
    if (plan->mount_count > 0 && fm_mounts_make(plan, &target->shares_proc, &fault) != 0)
        fail(status, fault.step, fault.error, fault.which);
}

/* Reaps until nothing is left inside, and tells of the target. */
static _Noreturn void reap_all(pid_t target, int status) {
    struct fm_ended ended = {.record = FM_ENDED};
    struct rusage usage;
    for (;;) {
        int how;
        pid_t pid = wait4(-1, &how, 0, &usage);
        int64_t seen = fm_now();
        if (pid < 0 && errno == EINTR) continue;
        if (pid < 0) _exit(0);
        if (pid != target) continue;
        ended.end_ns = seen;
        ended.wait_status = how;
        fm_fill_usage(&ended, &usage);
        fm_send(status, &ended, sizeof ended);
    }
}

static _Noreturn void run_init(struct fm_target *target, int status) {
    uint32_t word;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        fail(status, FM_STEP_LAUNCHER, errno, 0);
    /* The launcher's word that the user map stands; none comes from one that ended before the
     * line above. */
    if (recv(status, &word, sizeof word, 0) != (ssize_t)sizeof word) _exit(1);
    furnish(target, status);
    /* What the target runs may not look into this process. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    pid_t pid = fm_target_start(target);
    if (pid < 0) fail(status, FM_STEP_FORK, errno, 0);
    if (pid == 0) {
        close(status);
        fm_target_run(target);
    }
    for (int descriptor = 0; descriptor < 3; descriptor++) close(descriptor);
    close(target->report);
    close(FM_FD_CONTROL);
    reap_all(pid, status);
}

static int write_file(pid_t pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    ssize_t size = write(file, text, strlen(text));
    int error = size == (ssize_t)strlen(text) ? 0 : errno;
    close(file);
    return error;
}

/* The agent's user and group, the only ones inside, keep their numbers. */
static int map_user(pid_t pid) {
    char line[64];
    int error = write_file(pid, "setgroups", "deny");
    snprintf(line, sizeof line, "%u %u 1", geteuid(), geteuid());
    if (error == 0) error = write_file(pid, "uid_map", line);
    snprintf(line, sizeof line, "%u %u 1", getegid(), getegid());
    return error == 0 ? write_file(pid, "gid_map", line) : error;
}

int fm_init_start(struct fm_target *target, struct fm_init *init, enum fm_step *step) {
    const uint32_t namespaces = target->plan->namespaces;
    const uint32_t go = FM_COMMAND_GO;
    int pair[2];
    *step = FM_STEP_LAUNCHER;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return errno;
    *step = FM_STEP_FORK;
    init->pid = clone_process(clone_flags(namespaces), -1);
    if (init->pid < 0) return errno;
    if (init->pid == 0) {
        close(pair[0]);
        run_init(target, pair[1]);
    }
    close(pair[1]);
    init->status = pair[0];
    *step = FM_STEP_USER_MAP;
    int error = namespaces & FM_SPACE_USER ? map_user(init->pid) : 0;
    if (error != 0) {
        kill(init->pid, SIGKILL);
        return error;
    }
    fm_send(init->status, &go, sizeof go);
    return 0;
}
