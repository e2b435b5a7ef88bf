/* A fixed piece of work in one chain of dependent steps; prints how long it took, in nanoseconds of
 * CLOCK_MONOTONIC_RAW. `spin N`: N steps, more than zero. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(int count, char **words) {
    int64_t start = now();
    uint64_t value = 88172645463325252u;
    long steps = count > 1 ? atol(words[1]) : 0;
    for (long step = 0; step < steps; step++) {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    printf("%" PRId64 " %" PRIu64 "\n", now() - start, value);
    return steps > 0 ? 0 : 2;
}
