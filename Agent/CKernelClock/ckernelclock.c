#include "ckernelclock.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

int fm_clock_is_synchronised(void) {
    struct timex facts;
    memset(&facts, 0, sizeof facts);
    int state = adjtimex(&facts);
    if (state < 0) return -errno;
    return state != TIME_ERROR && (facts.status & STA_UNSYNC) == 0;
}
