/* What is found by other things than a tree: raw events, processors, control groups. */
#ifndef PMUWIDE_H
#define PMUWIDE_H

/* The unit's own number of an event, as its folder below /sys says it. */
void prove_raw(void);

/* Whoever works on a processor, from when the counter is turned on. */
void prove_processor(void);

/* Work of a process that is no descendant of the launcher, found by its control group. */
void prove_cgroup(void);

/* A control group whose processes work on two processors. */
void prove_two_processors(void);

#endif
