/* Tries the shim on a machine whose counts are known: a Debian kernel under an emulator that
 * counts every instruction (scripts/prove pmu). It is that machine's first process.
 *
 * Writes one line per count, which the Swift tests read, too:
 *     count NAME EVENT VALUE ENABLED_NS RUNNING_NS
 *     refused NAME EVENT ERRNO
 *     check NAME ok|WRONG
 * and `proof ok` or `proof failed` at the end. With the word `no-pmu` or `no-instructions` it
 * checks how a machine without them refuses, and with `two-processors` that a control group is
 * counted on each of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cperfevent.h"
#include "pmucheck.h"
#include "pmutree.h"
#include "pmuwide.h"

static void run(struct launcher launcher) {
    int status = 0;
    if (write(launcher.go, "g", 1) != 1) check("gate", 0);
    waitpid(launcher.pid, &status, 0);
    close(launcher.go);
    check("launcher-ended", WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static uint64_t count_tree(const char *name, const char *work, uint32_t flags) {
    struct launcher launcher = launcher_start(work);
    int event = open_event(name, hardware(INSTRUCTIONS, flags), launcher.pid, -1);
    run(launcher);
    uint64_t value = event < 0 ? 0 : read_one(name, "instructions:u", event);
    close(event);
    return value;
}

static void prove_self(void) {
    int event = open_event("self", hardware(INSTRUCTIONS, FM_PERF_DISABLED | FM_PERF_USER_ONLY),
                           0, -1);
    struct fm_value before = {0}, after = {0};
    fm_perf_enable(event, 0);
    fm_perf_loop(ROUNDS);
    fm_perf_disable(event, 0);
    fm_perf_read(event, &before);
    fm_perf_enable(event, 0);
    fm_perf_loop(2 * ROUNDS);
    fm_perf_disable(event, 0);
    fm_perf_read(event, &after);
    print_count("self-once", "instructions:u", &before);
    print_count("self-thrice", "instructions:u", &after);
    /* The difference of N and 2 N is nearly free of what enabling costs. */
    int64_t excess = (int64_t)after.value - 2 * (int64_t)before.value - WORK;
    check("self-known-count", excess > -WORK / 1000 && excess < WORK / 1000);
    fm_perf_reset(event, 0);
    fm_perf_read(event, &after);
    check("self-reset", after.value == 0);
    close(event);
}

static void prove_trees(void) {
    uint64_t child = count_tree("child", "work", TREE);
    check_near("child", child, WORK);
    check("child-again", count_tree("child-again", "work", TREE) == child);
    check_near("children", count_tree("children", "children", TREE), 4 * WORK);
    check_near("threads", count_tree("threads", "threads", TREE), 4 * WORK);
    check_near("orphan", count_tree("orphan", "orphan", TREE), 11 * WORK);
    uint64_t alone = count_tree("not-inherited", "children", TREE & ~(uint32_t)FM_PERF_INHERIT);
    check("not-inherited", alone == 0);
}

/* While the orphan works, the sum misses it. */
static void prove_early_read(void) {
    struct launcher launcher = launcher_start("orphan");
    int event = open_event("orphan-alive", hardware(INSTRUCTIONS, TREE), launcher.pid, -1);
    if (write(launcher.go, "g", 1) != 1) check("gate", 0);
    usleep(100000);
    uint64_t early = read_one("orphan-alive", "instructions:u", event);
    waitpid(launcher.pid, NULL, 0);
    uint64_t whole = read_one("orphan-ended", "instructions:u", event);
    check("orphan-early-read-is-less", early > 0 && early + (uint64_t)(9 * WORK) < whole);
    close(event);
    close(launcher.go);
}

static void prove_group(void) {
    struct launcher launcher = launcher_start("children");
    struct fm_value values[4];
    uint32_t count = 0;
    int leader = open_event("group", hardware(INSTRUCTIONS, TREE | FM_PERF_GROUP_READ),
                            launcher.pid, -1);
    uint32_t member = FM_PERF_INHERIT | FM_PERF_USER_ONLY | FM_PERF_GROUP_READ;
    int second = open_event("group", hardware(CYCLES, member), launcher.pid, leader);
    run(launcher);
    int status = fm_perf_read_group(leader, values, 4, &count);
    check("group-read", status == 0 && count == 2);
    print_count("group", "instructions:u", &values[0]);
    print_count("group", "cycles:u", &values[1]);
    check_near("group-instructions", values[0].value, 4 * WORK);
    check("group-all-the-time", values[0].running_ns == values[0].enabled_ns);
    check("group-no-room", fm_perf_read_group(leader, values, 1, &count) == -ENOSPC);
    close(second);
    close(leader);
}

/* A seventh event does not fit the processor's six counters. */
static void prove_too_large(void) {
    int events[7], opened = 0;
    for (int index = 0; index < 7; index++) {
        /* A leader that an exec enables counts when the kernel looks whether all fit. */
        struct fm_event event = hardware(INSTRUCTIONS, index == 0 ? TREE : TREE & ~1u & ~4u);
        events[index] = fm_perf_open(&event, 0, -1, index == 0 ? -1 : events[0], 0);
        if (events[index] < 0) printf("refused too-large 1 %d\n", -events[index]);
        opened += events[index] >= 0;
    }
    check("too-large", opened == 6 && events[6] == -EINVAL);
    for (int index = 0; index < opened; index++) close(events[index]);
}

/* Twelve events that share six counters: each is counted a part of the time. */
static void prove_multiplexing(void) {
    struct launcher launcher = launcher_start("long");
    int events[12];
    char name[24];
    for (int index = 0; index < 12; index++)
        events[index] = open_event("multiplexed", hardware(INSTRUCTIONS, TREE), launcher.pid, -1);
    run(launcher);
    for (int index = 0; index < 12; index++) {
        struct fm_value value = {0};
        fm_perf_read(events[index], &value);
        snprintf(name, sizeof name, "multiplexed-%d", index);
        print_count(name, "instructions:u", &value);
        check("multiplexed", value.running_ns < value.enabled_ns && value.running_ns > 0);
        close(events[index]);
    }
}

static void prove_never_enabled(void) {
    int event = open_event("never-enabled", hardware(INSTRUCTIONS, TREE), 0, -1);
    fm_perf_loop(ROUNDS);
    check("never-enabled", read_one("never-enabled", "instructions:u", event) == 0);
    close(event);
}

/* Events that this processor lacks, and the software events that every kernel has. */
static void prove_catalogue(void) {
    static const struct { const char *name; uint32_t type; uint64_t config; } missing[] = {
        {"branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS},
        {"cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES},
        {"ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES}};
    static const struct { const char *name; uint64_t config; } software[] = {
        {"task-clock", PERF_COUNT_SW_TASK_CLOCK}, {"page-faults", PERF_COUNT_SW_PAGE_FAULTS},
        {"context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES},
        {"cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS}};
    for (unsigned index = 0; index < sizeof missing / sizeof *missing; index++) {
        struct fm_event event = {.type = missing[index].type, .flags = FM_PERF_USER_ONLY,
                                 .config = missing[index].config};
        int opened = fm_perf_open(&event, 0, -1, -1, 0);
        printf("refused %s %llu %d\n", missing[index].name,
               (unsigned long long)missing[index].config, opened < 0 ? -opened : 0);
        if (opened >= 0) close(opened);
    }
    for (unsigned index = 0; index < sizeof software / sizeof *software; index++) {
        struct launcher launcher = launcher_start("children");
        struct fm_event event = {.type = PERF_TYPE_SOFTWARE, .config = software[index].config,
                                 .flags = TREE & ~(uint32_t)FM_PERF_USER_ONLY};
        int opened = open_event(software[index].name, event, launcher.pid, -1);
        run(launcher);
        read_one("software", software[index].name, opened);
        close(opened);
    }
}

/* What an unprivileged process may count at each level of kernel.perf_event_paranoid. */
static void prove_paranoid(void) {
    static const char *const levels[] = {"-1", "0", "1", "2", "3", "4"};
    for (unsigned index = 0; index < sizeof levels / sizeof *levels; index++) {
        write_text("/proc/sys/kernel/perf_event_paranoid", levels[index]);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            if (setgid(1000) != 0 || setuid(1000) != 0) _exit(1);
            struct fm_event user = hardware(INSTRUCTIONS, FM_PERF_USER_ONLY);
            struct fm_event clock = {.type = PERF_TYPE_SOFTWARE,
                                     .config = PERF_COUNT_SW_TASK_CLOCK};
            int first = fm_perf_open(&user, 0, -1, -1, 0);
            int second = fm_perf_open(&clock, 0, -1, -1, 0);
            int third = fm_perf_open(&user, -1, 0, -1, 0);
            printf("refused paranoid%s instructions:u %d\n", levels[index],
                   first < 0 ? -first : 0);
            printf("refused paranoid%s task-clock %d\n", levels[index], second < 0 ? -second : 0);
            printf("refused paranoid%s processor %d\n", levels[index], third < 0 ? -third : 0);
            fflush(stdout);
            int level = (int)index - 1;
            _exit((first >= 0) == (level <= 2) && (second >= 0) == (level <= 1) &&
                          (third >= 0) == (level <= 0)
                      ? 0
                      : 1);
        }
        int status = 1;
        waitpid(child, &status, 0);
        check("paranoid", status == 0);
    }
}

/* A machine that counts only cycles, or nothing at all. */
static void prove_absence(int has_cycles) {
    struct fm_event instructions = hardware(INSTRUCTIONS, FM_PERF_USER_ONLY);
    struct fm_event cycles = hardware(CYCLES, FM_PERF_USER_ONLY);
    int first = fm_perf_open(&instructions, 0, -1, -1, 0);
    int second = fm_perf_open(&cycles, 0, -1, -1, 0);
    printf("refused absent instructions:u %d\n", first < 0 ? -first : 0);
    printf("refused absent cycles:u %d\n", second < 0 ? -second : 0);
    check("absent-instructions", first == -ENOENT);
    check("absent-cycles", has_cycles ? second >= 0 : second == -ENOENT);
}

static void prove_counts(void) {
    prove_self();
    prove_trees();
    prove_early_read();
    prove_group();
    prove_too_large();
    prove_multiplexing();
    prove_never_enabled();
    prove_catalogue();
    prove_raw();
    prove_processor();
    prove_cgroup();
    prove_paranoid();
}

int main(int count, char **words) {
    /* The kernel hands its own unknown parameters to the first process. */
    if (getpid() != 1) return count > 1 ? target_run(words[1]) : 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    mkdir("/proc", 0755);
    if (mount("proc", "/proc", "proc", 0, NULL) != 0) check("proc", 0);
    printf("kernel-attr-size %d\n", fm_perf_attr_size());
    const char *machine = count > 1 ? words[1] : "whole";
    if (strcmp(machine, "whole") == 0) prove_counts();
    else if (strcmp(machine, "two-processors") == 0) prove_two_processors();
    else prove_absence(strcmp(machine, "no-instructions") == 0);
    printf(faults == 0 ? "proof ok\n" : "proof failed\n");
    fflush(stdout);
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
