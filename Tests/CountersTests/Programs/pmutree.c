#define _GNU_SOURCE
#include "pmutree.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cperfevent.h"

static void *thread_work(void *rounds) {
    fm_perf_loop(*(uint64_t *)rounds);
    return NULL;
}

static void make_threads(int count) {
    static uint64_t rounds = ROUNDS;
    pthread_t threads[8];
    for (int index = 0; index < count; index++)
        pthread_create(&threads[index], NULL, thread_work, &rounds);
    for (int index = 0; index < count; index++) pthread_join(threads[index], NULL);
}

static void make_children(int count) {
    for (int index = 0; index < count; index++) {
        if (fork() != 0) continue;
        fm_perf_loop(ROUNDS);
        _exit(0);
    }
    while (wait(NULL) > 0) continue;
}

/* A grandchild that outlives its parent, works, and is adopted. */
static void leave_orphan(void) {
    if (fork() != 0) return;
    if (fork() != 0) _exit(0);
    setsid();
    usleep(200000);
    fm_perf_loop(10 * ROUNDS);
    _exit(0);
}

int target_run(const char *work) {
    fm_perf_loop(ROUNDS);
    if (strcmp(work, "children") == 0) make_children(3);
    if (strcmp(work, "threads") == 0) make_threads(3);
    if (strcmp(work, "orphan") == 0) {
        leave_orphan();
        wait(NULL);
    }
    if (strcmp(work, "long") == 0) fm_perf_loop(60 * ROUNDS);
    return 0;
}

/* Works before and between fork and exec, none of which may be counted. */
static _Noreturn void launch(int go, const char *work) {
    char byte;
    int status;
    if (read(go, &byte, 1) != 1) _exit(1);
    fm_perf_loop(ROUNDS);
    pid_t child = fork();
    if (child == 0) {
        fm_perf_loop(2 * ROUNDS);
        execl("/init", "/init", work, (char *)NULL);
        _exit(127);
    }
    /* As the launcher does: the whole tree comes back and is reaped. */
    while (wait(&status) > 0) continue;
    fm_perf_loop(ROUNDS);
    _exit(0);
}

struct launcher launcher_start(const char *work) {
    int gate[2];
    if (pipe2(gate, O_CLOEXEC) != 0) return (struct launcher){-1, -1};
    pid_t pid = fork();
    if (pid == 0) {
        close(gate[1]);
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        launch(gate[0], work);
    }
    close(gate[0]);
    return (struct launcher){pid, gate[1]};
}
