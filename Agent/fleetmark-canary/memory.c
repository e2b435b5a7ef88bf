#include "canary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { line_bytes = 64, latency_steps = 3000000 };

static const uint64_t bandwidth_bytes = UINT64_C(8) << 30;

/* Memory that is really there before the time begins. */
static uint64_t *_Nullable touched(size_t bytes) {
    uint64_t *memory = aligned_alloc(4096, bytes);
    if (memory != NULL) memset(memory, 1, bytes);
    return memory;
}

/* Reads a buffer from front to end, again and again. */
int fm_canary_mem_bandwidth(size_t bytes, fm_canary_result *result) {
    bytes -= bytes % 4096;
    uint64_t *memory = touched(bytes);
    if (memory == NULL) return -ENOMEM;
    size_t count = bytes / sizeof *memory;
    uint64_t passes = (bandwidth_bytes + bytes - 1) / bytes;
    uint64_t sum = 0;
    uint64_t start = fm_canary_now();
    for (uint64_t pass = 0; pass < passes; pass += 1) {
        for (size_t index = 0; index < count; index += 1) sum += memory[index];
        /* The compiler must not know that the next pass reads the same. */
        __asm__ volatile("" : "+r"(memory) : : "memory");
    }
    result->elapsed_ns = fm_canary_now() - start;
    result->work = passes * bytes;
    result->check = sum;
    result->expected = passes * count * UINT64_C(0x0101010101010101);
    free(memory);
    return 0;
}

/* A random cycle through all lines of the buffer, always the same one (Sattolo's shuffle). */
static void make_cycle(uint64_t *_Nonnull memory, uint64_t lines) {
    const uint64_t stride = line_bytes / sizeof *memory;
    for (uint64_t line = 0; line < lines; line += 1) memory[line * stride] = line;
    uint64_t random = UINT64_C(0x2545F4914F6CDD1D);
    for (uint64_t line = lines - 1; line > 0; line -= 1) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint64_t other = random % line;
        uint64_t kept = memory[line * stride];
        memory[line * stride] = memory[other * stride];
        memory[other * stride] = kept;
    }
}

/* Each read says where the next one is. After as many steps as there are lines the walk is back
 * at its first line: the number of steps is rounded so that it must be there. */
int fm_canary_mem_latency(size_t bytes, fm_canary_result *result) {
    bytes -= bytes % 4096;
    uint64_t *memory = touched(bytes);
    if (memory == NULL) return -ENOMEM;
    const uint64_t stride = line_bytes / sizeof *memory;
    uint64_t lines = bytes / line_bytes;
    make_cycle(memory, lines);
    uint64_t rounds = latency_steps / lines + 1;
    uint64_t steps = rounds * lines;
    uint64_t line = 0;
    uint64_t start = fm_canary_now();
    for (uint64_t step = 0; step < steps; step += 1) line = memory[line * stride];
    result->elapsed_ns = fm_canary_now() - start;
    result->work = steps;
    result->check = line;
    result->expected = 0;
    free(memory);
    return 0;
}
