#include "canary.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { calls = 2500000, processes = 3000, block_bytes = 1 << 20, blocks = 32 };

/* getppid(2) past the C library, which might remember its answer. */
int fm_canary_syscall(fm_canary_result *result) {
    uint64_t parent = (uint64_t)getppid();
    uint64_t sum = 0;
    uint64_t start = fm_canary_now();
    for (int call = 0; call < calls; call += 1) sum += (uint64_t)syscall(SYS_getppid);
    result->elapsed_ns = fm_canary_now() - start;
    result->work = calls;
    result->check = sum;
    result->expected = parent * calls;
    return 0;
}

/* fork(2), _exit(2) and waitpid(2), one process after the other. */
int fm_canary_fork(fm_canary_result *result) {
    uint64_t sum = 0;
    uint64_t start = fm_canary_now();
    for (int number = 0; number < processes; number += 1) {
        pid_t child = fork();
        if (child < 0) return -errno;
        if (child == 0) _exit(number & 0x7F);
        int status = 0;
        while (waitpid(child, &status, 0) < 0) {
            if (errno != EINTR) return -errno;
        }
        if (WIFEXITED(status)) sum += (uint64_t)WEXITSTATUS(status);
    }
    result->elapsed_ns = fm_canary_now() - start;
    result->work = processes;
    result->check = sum;
    result->expected = 0;
    for (int number = 0; number < processes; number += 1) {
        result->expected += (uint64_t)(number & 0x7F);
    }
    return 0;
}

static int write_all(int file, const unsigned char *_Nonnull bytes) {
    size_t done = 0;
    while (done < block_bytes) {
        ssize_t count = write(file, bytes + done, block_bytes - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count < 0 ? -errno : -EIO;
        done += (size_t)count;
    }
    return 0;
}

static int read_all(int file, unsigned char *_Nonnull bytes) {
    size_t done = 0;
    while (done < block_bytes) {
        ssize_t count = read(file, bytes + done, block_bytes - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count < 0 ? -errno : -EIO;
        done += (size_t)count;
    }
    return 0;
}

static int io_work(int file, fm_canary_result *_Nonnull result) {
    static unsigned char block[block_bytes];
    int status = 0;
    uint64_t start = fm_canary_now();
    for (int number = 0; number < blocks && status == 0; number += 1) {
        memset(block, number + 1, sizeof block);
        status = write_all(file, block);
    }
    if (status == 0 && fdatasync(file) != 0) status = -errno;
    if (status == 0 && lseek(file, 0, SEEK_SET) < 0) status = -errno;
    for (int number = 0; number < blocks && status == 0; number += 1) {
        status = read_all(file, block);
        result->check += (uint64_t)block[0] + block[block_bytes - 1];
    }
    result->elapsed_ns = fm_canary_now() - start;
    return status;
}

int fm_canary_io(fm_canary_result *result) {
    const char *name = "canary-io.tmp";
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return -errno;
    unlink(name);
    int status = io_work(file, result);
    close(file);
    result->work = (uint64_t)blocks * block_bytes;
    result->expected = (uint64_t)blocks * (blocks + 1);
    return status;
}
