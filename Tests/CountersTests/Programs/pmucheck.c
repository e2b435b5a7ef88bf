#include "pmucheck.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int faults;

void check(const char *name, int holds) {
    printf("check %s %s\n", name, holds ? "ok" : "WRONG");
    faults += !holds;
}

struct fm_event hardware(uint64_t config, uint32_t flags) {
    return (struct fm_event){.type = PERF_TYPE_HARDWARE, .flags = flags, .config = config};
}

void check_near(const char *name, uint64_t value, int64_t expected) {
    int64_t over = (int64_t)value - expected;
    check(name, over >= 0 && over <= SLACK);
}

int open_event(const char *name, struct fm_event event, pid_t pid, int group) {
    int opened = fm_perf_open(&event, pid, -1, group, 0);
    if (opened < 0) printf("refused %s %llu %d\n", name, (unsigned long long)event.config, -opened);
    return opened;
}

void print_count(const char *name, const char *event, const struct fm_value *value) {
    printf("count %s %s %llu %llu %llu\n", name, event, (unsigned long long)value->value,
           (unsigned long long)value->enabled_ns, (unsigned long long)value->running_ns);
}

uint64_t read_one(const char *name, const char *event, int descriptor) {
    struct fm_value value = {0};
    int status = fm_perf_read(descriptor, &value);
    if (status != 0) check(name, 0);
    print_count(name, event, &value);
    return value.value;
}

void write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) check(path, 0);
    if (file >= 0) close(file);
}
