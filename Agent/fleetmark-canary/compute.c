#include "canary.h"

enum { alu_steps = 100000000 };

/* What the chain below comes to; any other value is a broken processor or compiler. */
static const uint64_t alu_expected = UINT64_C(0x4792DD69ED994E06);

/* Each step needs the one before it, so that only the clock of the core decides. */
int fm_canary_alu(fm_canary_result *result) {
    uint64_t value = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t start = fm_canary_now();
    for (uint64_t step = 0; step < alu_steps; step += 1) {
        value ^= value >> 29;
        value = value * UINT64_C(0xBF58476D1CE4E5B9) + step;
    }
    result->elapsed_ns = fm_canary_now() - start;
    result->work = alu_steps;
    result->check = value;
    result->expected = alu_expected;
    return 0;
}
