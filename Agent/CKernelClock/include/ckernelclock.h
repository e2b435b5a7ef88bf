/* Whether the kernel's clock is disciplined (adjtimex(2)), which Swift's Glibc module lacks. */
#pragma once

/* 1 when the clock is synchronised, 0 when it is not, -errno when the call is refused. */
int fm_clock_is_synchronised(void);
