/* fleetmark-launch: starts one foreign program with the rights that its plan gives and no more,
 * watches its whole tree of processes, and ends all of it.
 *
 * Enters: descriptors 0 to 2 for the target, FM_FD_CONTROL (a packet socket to the agent) and
 * FM_FD_PLAN (plan.h). Leaves: the records of report.h.
 *
 * Single-threaded on purpose: capability and identity calls act on one thread. This process
 * keeps the agent's rights, so that it can end whatever the target became; only the child drops
 * them. It is the subreaper of the tree: a daemonised process comes back to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"
#include "report.h"
#include "tree.h"

/* The launcher after its fork. */
struct watch {
    pid_t child; /* the target, or the first process of its namespaces */
    int signals; /* signalfd of all signals */
    int report;  /* from the target's process until its exec; -1 afterwards */
    int status;  /* from the first process of the namespaces; -1 without one or after its end */
    int executed;
    int failed;
    struct fm_started started;
};

static _Noreturn void fail(enum fm_step step, int error) {
    fm_send_failure(FM_FD_CONTROL, step, error, 0);
    exit(1);
}

static int randomises_addresses(void) {
    char digit = '0';
    int file = open("/proc/sys/kernel/randomize_va_space", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 1;
    ssize_t size = read(file, &digit, 1);
    close(file);
    return size != 1 || digit != '0';
}

/* Room for the longest `part of PATH`/`program`. */
static unsigned long path_room(const struct fm_plan *plan) {
    unsigned long longest = 0;
    for (char **each = plan->variables; *each != NULL; each++)
        if (strlen(*each) > longest) longest = strlen(*each);
    return longest + strlen(plan->arguments[0]) + 2;
}

/* All signals become readable, also SIGTERM, which the kernel sends when the agent's thread
 * ends. Result: the signalfd. */
static int prepare(const struct fm_plan *plan) {
    sigset_t all;
    int error = fm_tree_open();
    if (error != 0) fail(FM_STEP_LAUNCHER, error);
    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, NULL) != 0) fail(FM_STEP_LAUNCHER, errno);
    /* An ignored SIGCHLD, inherited, would throw the children's status away. */
    struct sigaction action = {.sa_handler = SIG_DFL};
    if (sigaction(SIGCHLD, &action, NULL) != 0) fail(FM_STEP_LAUNCHER, errno);
    int signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) fail(FM_STEP_LAUNCHER, errno);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) fail(FM_STEP_LAUNCHER, errno);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0) fail(FM_STEP_LAUNCHER, errno);
    if (getppid() != (pid_t)plan->agent) fail(FM_STEP_LAUNCHER, ESRCH);
    return signals;
}

static void prepare_target(struct fm_target *target, const struct fm_plan *plan, int report) {
    target->plan = plan;
    target->report = report;
    target->no_capabilities = cap_init();
    target->path_room = path_room(plan);
    target->path = malloc(target->path_room);
    target->randomised = randomises_addresses();
    if (target->no_capabilities == NULL || target->path == NULL)
        fail(FM_STEP_LAUNCHER, ENOMEM);
    fm_target_spaces(target->spaces);
    if (plan->flags & FM_PLAN_FILTER) {
        int error = fm_filter_make(&target->filter, (plan->flags & FM_PLAN_PERF) != 0);
        if (error != 0) fail(FM_STEP_FILTER, error);
    }
}

static void start(const struct fm_plan *plan, struct watch *watch) {
    static struct fm_target target;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        fail(FM_STEP_LAUNCHER, errno);
    prepare_target(&target, plan, pair[1]);
    if (plan->namespaces != 0) {
        struct fm_init init;
        enum fm_step step;
        int error = fm_init_start(&target, &init, &step);
        if (error != 0) fail(step, error);
        watch->child = init.pid;
        watch->status = init.status;
        fm_tree_set_init(init.pid);
    } else {
        watch->child = fm_target_start(&target);
        if (watch->child < 0) fail(FM_STEP_FORK, errno);
        if (watch->child == 0) fm_target_run(&target);
    }
    close(pair[1]);
    watch->report = pair[0];
    /* The pipes must end when the target's tree ends, and nobody may look into this process. */
    for (int descriptor = 0; descriptor < 3; descriptor++) close(descriptor);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Passes on what the target's process reports. Its end of file means that the exec worked, so
 * `started` is held back until then. */
static void forward_reports(struct watch *watch) {
    struct fm_receipt record;
    if (watch->report < 0) return;
    while (watch->report >= 0) {
        ssize_t size = recv(watch->report, &record, sizeof record, MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) {
            close(watch->report);
            watch->report = -1;
        } else if (record.record == FM_STARTED && size == sizeof watch->started) {
            memcpy(&watch->started, &record, sizeof watch->started);
            watch->executed = 1;
        } else {
            watch->failed |= record.record == FM_FAILED;
            fm_send(FM_FD_CONTROL, &record, (unsigned long)size);
        }
    }
    if (watch->executed && !watch->failed)
        fm_send(FM_FD_CONTROL, &watch->started, sizeof watch->started);
}

/* What the first process of the namespaces says. Result: whether the target has ended. */
static int hear_init(struct watch *watch, struct fm_ended *ended) {
    struct fm_ended record;
    while (watch->status >= 0) {
        ssize_t size = recv(watch->status, &record, sizeof record, MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) return 0;
        if (size == sizeof record && record.record == FM_ENDED) {
            *ended = record;
            return 1;
        }
        if (size > 0) {
            watch->failed = 1;
            fm_send(FM_FD_CONTROL, &record, (unsigned long)size);
            continue;
        }
        close(watch->status);
        watch->status = -1;
    }
    return 0;
}

/* Reaps orphans that came to us, and the child. Result: whether the target has ended. */
static int reap(struct watch *watch, struct fm_ended *ended) {
    struct rusage usage;
    int64_t seen = fm_now();
    int status;
    pid_t pid;
    if (hear_init(watch, ended)) return 1;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        if (pid != watch->child) continue;
        /* What it said before its end counts more than how it ended. */
        if (hear_init(watch, ended)) return 1;
        ended->end_ns = seen;
        ended->wait_status = status;
        fm_fill_usage(ended, &usage);
        return 1;
    }
    return 0;
}

/* Result: whether the agent's thread is gone. */
static int drain_signals(int signals) {
    struct signalfd_siginfo signal;
    int orphaned = 0;
    while (read(signals, &signal, sizeof signal) == (ssize_t)sizeof signal)
        orphaned |= signal.ssi_signo == SIGTERM;
    return orphaned;
}

/* Result: whether the agent is gone. */
static int obey(void) {
    uint32_t command = 0;
    ssize_t size = recv(FM_FD_CONTROL, &command, sizeof command, MSG_DONTWAIT);
    if (size < 0) return errno != EAGAIN && errno != EINTR;
    if (size == 0) return 1;
    if (size != sizeof command) return 0;
    if (command == FM_COMMAND_KILL) fm_tree_signal(SIGKILL);
    if (command == FM_COMMAND_TERMINATE) {
        fm_tree_signal(SIGTERM);
        fm_tree_signal(SIGCONT);
    }
    return 0;
}

/* Stands still before the fork, so that the agent can open counters on this process, which the
 * target and all of its tree inherit. Ends the launch when the agent is gone or wants no more. */
static void wait_at_gate(int signals) {
    struct fm_gated gated = {.record = FM_GATED, .pid = getpid()};
    fm_send(FM_FD_CONTROL, &gated, sizeof gated);
    for (;;) {
        struct pollfd ready[2] = {
            {.fd = signals, .events = POLLIN}, {.fd = FM_FD_CONTROL, .events = POLLIN}};
        if (poll(ready, 2, -1) < 0 && errno != EINTR) fail(FM_STEP_LAUNCHER, errno);
        if (ready[0].revents != 0 && drain_signals(signals)) exit(1);
        uint32_t command = 0;
        ssize_t size = recv(FM_FD_CONTROL, &command, sizeof command, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (size <= 0) exit(1);
        if (size != sizeof command) continue;
        if (command == FM_COMMAND_GO) return;
        if (command == FM_COMMAND_KILL || command == FM_COMMAND_TERMINATE) exit(1);
    }
}

/* Waits for the target's end; ends the tree itself when the agent is gone. */
static void watch_target(struct watch *watch, struct fm_ended *ended) {
    for (;;) {
        struct pollfd ready[4] = {
            {.fd = watch->signals, .events = POLLIN},
            {.fd = FM_FD_CONTROL, .events = POLLIN},
            {.fd = watch->report, .events = POLLIN},
            {.fd = watch->status, .events = POLLIN}};
        if (poll(ready, 4, -1) < 0 && errno != EINTR) exit((int)fm_tree_end());
        int orphaned = 0;
        if (ready[0].revents != 0 || ready[3].revents != 0) {
            if (reap(watch, ended)) return;
            orphaned = drain_signals(watch->signals);
            /* A child that ended between the two would be lost with its signal. */
            if (reap(watch, ended)) return;
        }
        if (ready[2].revents != 0) forward_reports(watch);
        if (ready[1].revents != 0) orphaned |= obey();
        if (orphaned) {
            fm_tree_end();
            exit(1);
        }
    }
}

int main(void) {
    struct fm_plan plan;
    struct fm_ended ended = {.record = FM_ENDED};
    struct watch watch = {.report = -1, .status = -1};
    if (fcntl(FM_FD_CONTROL, F_SETFD, FD_CLOEXEC) != 0) return 2;
    int error = fm_plan_read(FM_FD_PLAN, &plan);
    if (error != 0) fail(FM_STEP_PLAN, error);
    close(FM_FD_PLAN);
    if (syscall(SYS_close_range, FM_FD_GROUPS + 1 + plan.attach_count, ~0u, 0) != 0)
        fail(FM_STEP_LAUNCHER, errno);
    watch.signals = prepare(&plan);
    if (plan.flags & FM_PLAN_GATED) wait_at_gate(watch.signals);
    start(&plan, &watch);
    watch_target(&watch, &ended);
    forward_reports(&watch);
    ended.leftovers = fm_tree_count();
    ended.survivors = fm_tree_end();
    if (watch.failed) return 0;
    /* Killed from outside before its exec, for want of memory mostly. */
    if (!watch.executed) fail(FM_STEP_EXEC, ECHILD);
    fm_send(FM_FD_CONTROL, &ended, sizeof ended);
    return 0;
}
