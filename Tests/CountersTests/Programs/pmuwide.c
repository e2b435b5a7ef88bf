#define _GNU_SOURCE
#include "pmuwide.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pmucheck.h"

#define UNIT "/sys/bus/event_source/devices/armv8_pmuv3"

static void read_text(const char *path, char *text, size_t room) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : read(file, text, room - 1);
    text[size < 0 ? 0 : size] = 0;
    text[strcspn(text, "\n")] = 0;
    if (file >= 0) close(file);
}

static void run_tree(struct launcher launcher) {
    if (write(launcher.go, "g", 1) != 1) check("gate", 0);
    waitpid(launcher.pid, NULL, 0);
    close(launcher.go);
}

void prove_raw(void) {
    char type[32], event[64], format[64];
    mkdir("/sys", 0755);
    if (mount("sysfs", "/sys", "sysfs", 0, NULL) != 0) check("sys", 0);
    read_text(UNIT "/type", type, sizeof type);
    read_text(UNIT "/events/inst_retired", event, sizeof event);
    read_text(UNIT "/format/event", format, sizeof format);
    printf("unit armv8_pmuv3 type %s inst_retired %s format %s\n", type, event, format);
    check("raw-described",
          strncmp(event, "event=0x", 8) == 0 && strcmp(format, "config:0-15") == 0);
    struct launcher launcher = launcher_start("children");
    struct fm_event raw = {.type = (uint32_t)strtoul(type, NULL, 10), .flags = TREE,
                           .config = strtoull(event + 6, NULL, 16)};
    int opened = open_event("raw", raw, launcher.pid, -1);
    run_tree(launcher);
    check_near("raw", read_one("raw", "instructions:u", opened), 4 * WORK);
    close(opened);
}

static int open_wide(struct fm_event event, int folder, int cpu) {
    return fm_perf_open(&event, folder < 0 ? -1 : folder, cpu, -1, folder >= 0);
}

void prove_processor(void) {
    struct fm_event event = hardware(INSTRUCTIONS, FM_PERF_DISABLED | FM_PERF_USER_ONLY);
    int opened = open_wide(event, -1, 0);
    check("processor-open", opened >= 0);
    fm_perf_enable(opened, 0);
    pid_t child = fork();
    if (child == 0) _exit(target_run("children"));
    waitpid(child, NULL, 0);
    fm_perf_disable(opened, 0);
    check_near("processor", read_one("processor", "instructions:u", opened), 4 * WORK);
    close(opened);
    int offline = open_wide(event, -1, 7);
    printf("refused processor-offline 1 %d\n", offline < 0 ? -offline : 0);
    check("processor-offline", offline < 0);
}

/* Result: a descriptor of a group's folder. */
static int make_group(void) {
    mkdir("/cg", 0755);
    if (mount("cgroup2", "/cg", "cgroup2", 0, NULL) != 0 || mkdir("/cg/run", 0755) != 0)
        check("cgroup-made", 0);
    return open("/cg/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Works in the group on one processor. */
static pid_t work_in_group(int cpu, const char *work) {
    pid_t child = fork();
    if (child != 0) return child;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) _exit(1);
    write_text("/cg/run/cgroup.procs", "0");
    target_run(work);
    _exit(0);
}

void prove_cgroup(void) {
    struct fm_event event = hardware(INSTRUCTIONS, FM_PERF_USER_ONLY | FM_PERF_DISABLED);
    int folder = make_group();
    int refused = open_wide(event, folder, 0);
    printf("refused cgroup-never-configured 1 %d\n", refused < 0 ? -refused : 0);
    if (refused >= 0) close(refused);
    /* Passed on and taken back: the hierarchy stays awake. */
    write_text("/cg/cgroup.subtree_control", "+pids");
    write_text("/cg/cgroup.subtree_control", "-pids");
    check("cgroup-any-processor", fm_perf_open(&event, folder, -1, -1, 1) == -EINVAL);
    int opened = open_wide(event, folder, 0);
    check("cgroup-open", opened >= 0);
    fm_perf_enable(opened, 0);
    waitpid(work_in_group(0, "children"), NULL, 0);
    /* As after a launch, whose group is gone before its counters are read. */
    check("cgroup-removed", rmdir("/cg/run") == 0);
    fm_perf_disable(opened, 0);
    check_near("cgroup", read_one("cgroup", "instructions:u", opened), 4 * WORK);
    close(opened);
    close(folder);
}

void prove_two_processors(void) {
    struct fm_event event = hardware(INSTRUCTIONS, FM_PERF_USER_ONLY | FM_PERF_DISABLED);
    int folder = make_group(), opened[2];
    write_text("/cg/cgroup.subtree_control", "+pids");
    for (int cpu = 0; cpu < 2; cpu++) {
        opened[cpu] = open_wide(event, folder, cpu);
        check("each-open", opened[cpu] >= 0);
        fm_perf_enable(opened[cpu], 0);
    }
    for (int index = 0; index < 4; index++) work_in_group(index % 2, "work");
    while (wait(NULL) > 0) continue;
    uint64_t first = read_one("each-0", "instructions:u", opened[0]);
    uint64_t second = read_one("each-1", "instructions:u", opened[1]);
    check_near("each-one-sees-half", first, 2 * WORK);
    check_near("each-sum", first + second, 4 * WORK);
    close(opened[0]);
    close(opened[1]);
    close(folder);
}
