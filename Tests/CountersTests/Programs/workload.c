/* Work of a known amount, in one process, its children, its threads or an orphan.
 *     workload WHERE WHAT AMOUNT
 * WHERE: self, children (three and this one), threads (as many), orphan (this one and a daemon).
 * WHAT: pages (touched), naps (slept), moves (between the first two processors), cpu (ms of time),
 * loop (thousands of rounds). */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *what;
static long amount;

static void pages(void) {
    char *room = mmap(NULL, (size_t)amount * 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) exit(3);
    madvise(room, (size_t)amount * 4096, MADV_NOHUGEPAGE);
    for (long index = 0; index < amount; index++) ((volatile char *)room)[index * 4096] = 1;
}

static void naps(void) {
    struct timespec nap = {.tv_nsec = 1000000};
    for (long index = 0; index < amount; index++) nanosleep(&nap, NULL);
}

static void moves(void) {
    for (long index = 0; index < amount; index++) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(index % 2, &set);
        if (sched_setaffinity(0, sizeof set, &set) != 0) exit(4);
    }
}

static void cpu(void) {
    struct timespec used;
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < amount);
}

static void loop(void) {
    volatile long sum = 0;
    for (long index = 0; index < amount * 1000; index++) sum += index;
}

static void *work(void *unused) {
    if (strcmp(what, "pages") == 0) pages();
    if (strcmp(what, "naps") == 0) naps();
    if (strcmp(what, "moves") == 0) moves();
    if (strcmp(what, "cpu") == 0) cpu();
    if (strcmp(what, "loop") == 0) loop();
    return unused;
}

static void threads(void) {
    pthread_t threads[3];
    for (int index = 0; index < 3; index++) pthread_create(&threads[index], NULL, work, NULL);
    for (int index = 0; index < 3; index++) pthread_join(threads[index], NULL);
}

static void children(void) {
    for (int index = 0; index < 3; index++) {
        if (fork() != 0) continue;
        work(NULL);
        _exit(0);
    }
    while (wait(NULL) > 0) continue;
}

/* Its parent waits for the end of its work through a pipe, not as its parent. */
static void orphan(void) {
    int done[2];
    char byte;
    if (pipe(done) != 0) exit(5);
    if (fork() == 0) {
        if (fork() != 0) _exit(0);
        setsid();
        close(done[0]);
        work(NULL);
        _exit(0);
    }
    close(done[1]);
    while (read(done[0], &byte, 1) > 0) continue;
}

int main(int count, char **words) {
    if (count != 4) return 2;
    what = words[2];
    amount = atol(words[3]);
    if (strcmp(words[1], "children") == 0) children();
    if (strcmp(words[1], "threads") == 0) threads();
    if (strcmp(words[1], "orphan") == 0) orphan();
    work(NULL);
    return 0;
}
