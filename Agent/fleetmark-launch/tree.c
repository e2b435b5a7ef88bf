#define _GNU_SOURCE
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

/* A process that SIGKILL does not end within this sits inside the kernel (disk, network). */
#define END_LIMIT_NS (10 * INT64_C(1000000000))
/* Passes that stop whatever still runs, so that a fork bomb cannot outrun the killing. */
#define STOP_PASSES 16

struct process {
    pid_t pid;
    pid_t parent;
    char state;
    char descends;
};

static DIR *proc;
static struct process *table;
static size_t table_count, table_room;
static pid_t init;

void fm_tree_set_init(int pid) { init = pid; }

int fm_tree_open(void) {
    int descriptor = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return errno;
    proc = fdopendir(descriptor);
    return proc == NULL ? errno : 0;
}

/* Reads state and parent of /proc/PID/stat (proc_pid_stat(5)); the name may hold anything. */
static int read_process(pid_t pid, struct process *process) {
    char path[32], text[512];
    snprintf(path, sizeof path, "%d/stat", (int)pid);
    int file = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0) return -1;
    text[size] = 0;
    const char *after = strrchr(text, ')');
    int parent = 0;
    if (after == NULL || sscanf(after + 1, " %c %d", &process->state, &parent) != 2) return -1;
    process->pid = pid;
    process->parent = parent;
    process->descends = 0;
    return 0;
}

static int by_pid(const void *left, const void *right) {
    pid_t first = ((const struct process *)left)->pid;
    pid_t second = ((const struct process *)right)->pid;
    return (first > second) - (first < second);
}

static int add(const struct process *process) {
    if (table_count == table_room) {
        size_t room = table_room == 0 ? 256 : 2 * table_room;
        struct process *larger = realloc(table, room * sizeof *table);
        if (larger == NULL) return -1;
        table = larger;
        table_room = room;
    }
    table[table_count++] = *process;
    return 0;
}

/* Marks descendants, one generation or more per pass. */
static void mark_descendants(void) {
    pid_t self = getpid();
    int changed = 1;
    while (changed) {
        changed = 0;
        for (size_t index = 0; index < table_count; index++) {
            struct process *each = &table[index];
            if (each->descends) continue;
            struct process key = {.pid = each->parent};
            struct process *parent = bsearch(&key, table, table_count, sizeof key, by_pid);
            each->descends = each->parent == self || (parent != NULL && parent->descends);
            changed |= each->descends;
        }
    }
}

static void scan(void) {
    struct dirent *entry;
    struct process process;
    table_count = 0;
    rewinddir(proc);
    while ((entry = readdir(proc)) != NULL) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (pid <= 0 || *end != 0 || read_process((pid_t)pid, &process) != 0) continue;
        if (add(&process) != 0) break;
    }
    if (table_count > 0) qsort(table, table_count, sizeof *table, by_pid);
    mark_descendants();
}

static int is_alive(const struct process *process) {
    return process->descends && process->pid != init && process->state != 'Z' &&
        process->state != 'X';
}

/* Our own children keep their number until we reap them. Deeper ones may be reaped by their
 * parent at any time and their number given to a stranger, so they are pinned and looked at
 * again before the signal is sent. */
static void send_signal(const struct process *process, int signal) {
    if (process->parent == getpid()) {
        kill(process->pid, signal);
        return;
    }
    int pinned = (int)syscall(SYS_pidfd_open, process->pid, 0);
    if (pinned < 0) return;
    struct process again;
    if (read_process(process->pid, &again) == 0 &&
        (again.parent == process->parent || again.parent == getpid()))
        syscall(SYS_pidfd_send_signal, pinned, signal, NULL, 0);
    close(pinned);
}

unsigned fm_tree_signal(int signal) {
    unsigned count = 0;
    scan();
    for (size_t index = 0; index < table_count; index++) {
        if (!is_alive(&table[index])) continue;
        send_signal(&table[index], signal);
        count++;
    }
    return count;
}

/* Result: whether any descendant still ran. */
static int stop_running(void) {
    int ran = 0;
    scan();
    for (size_t index = 0; index < table_count; index++) {
        if (!is_alive(&table[index]) || table[index].state == 'T') continue;
        send_signal(&table[index], SIGSTOP);
        ran = 1;
    }
    return ran;
}

static int reaped_all(void) {
    pid_t reaped;
    do reaped = waitpid(-1, NULL, WNOHANG);
    while (reaped > 0 || (reaped < 0 && errno == EINTR));
    return reaped < 0;
}

unsigned fm_tree_count(void) {
    unsigned count = 0;
    if (reaped_all()) return 0;
    scan();
    for (size_t index = 0; index < table_count; index++) count += is_alive(&table[index]);
    return count;
}

unsigned fm_tree_end(void) {
    int64_t give_up = fm_now() + END_LIMIT_NS;
    struct timespec pause = {.tv_sec = 0, .tv_nsec = 2000000};
    if (init > 0) kill(init, SIGKILL);
    for (int round = 0; !reaped_all(); round++) {
        for (int pass = 0; round > 0 && pass < STOP_PASSES && stop_running(); pass++) continue;
        fm_tree_signal(SIGKILL);
        if (fm_now() > give_up) return reaped_all() ? 0 : fm_tree_count();
        nanosleep(&pause, NULL);
    }
    return 0;
}
