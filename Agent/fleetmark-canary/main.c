#include "canary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const size_t smallest_buffer = 1 << 20;
static const size_t largest_buffer = (size_t)1 << 30;

uint64_t fm_canary_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int usage(void) {
    fputs("usage: fleetmark-canary alu | mem-bw BYTES | mem-lat BYTES | syscall | fork | io\n",
          stderr);
    return 2;
}

/* 0 for anything but a decimal number within the bounds. */
static size_t buffer_size(const char *_Nonnull text) {
    char *end = NULL;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end != '\0' || text[0] == '-') return 0;
    return value < smallest_buffer || value > largest_buffer ? 0 : (size_t)value;
}

static int run(int count, char *_Nonnull *_Nonnull words, fm_canary_result *_Nonnull result) {
    const char *name = words[1];
    if (count == 3) {
        size_t bytes = buffer_size(words[2]);
        if (bytes == 0) return 1;
        if (strcmp(name, "mem-bw") == 0) return fm_canary_mem_bandwidth(bytes, result);
        if (strcmp(name, "mem-lat") == 0) return fm_canary_mem_latency(bytes, result);
        return 1;
    }
    if (strcmp(name, "alu") == 0) return fm_canary_alu(result);
    if (strcmp(name, "syscall") == 0) return fm_canary_syscall(result);
    if (strcmp(name, "fork") == 0) return fm_canary_fork(result);
    if (strcmp(name, "io") == 0) return fm_canary_io(result);
    return 1;
}

int main(int count, char **words) {
    if (count < 2 || count > 3) return usage();
    fm_canary_result result = {0};
    int status = run(count, words, &result);
    if (status > 0) return usage();
    if (status < 0) {
        fprintf(stderr, "fleetmark-canary %s: %s\n", words[1], strerror(-status));
        return 3;
    }
    if (result.check != result.expected) {
        fprintf(stderr, "fleetmark-canary %s: the work came to %" PRIx64 ", not to %" PRIx64 "\n",
                words[1], result.check, result.expected);
        return 1;
    }
    printf("%s %" PRIu64 " %" PRIx64 " %" PRIu64 "\n", words[1], result.work, result.check,
           result.elapsed_ns);
    return fflush(stdout) == 0 ? 0 : 3;
}
