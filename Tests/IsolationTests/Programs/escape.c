/* A hostile program: tries one thing that a benchmark must not be able to do.
 *
 *   escape NAME [ARGUMENT]
 *
 * Exit status 0: it succeeded, and the host is open. 1: it was refused, and the reason is printed
 * as the name of an errno. 2: the attempt itself is wrong.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *argument;

/* Reading gives away a secret as soon as one byte comes. */
static int read_file(const char *path) {
    char byte;
    int file = open(path, O_RDONLY);
    if (file < 0) return -1;
    ssize_t size = read(file, &byte, 1);
    if (size == 0) errno = ENODATA;
    return size == 1 ? 0 : -1;
}

static int write_file(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    if (file < 0) return -1;
    return write(file, "x", 1) == 1 ? 0 : -1;
}

static int do_read(void) { return read_file(argument); }
static int do_write(void) { return write_file(argument); }

static int do_list(void) {
    int folder = open(argument, O_RDONLY | O_DIRECTORY);
    char entries[1024];
    if (folder < 0) return -1;
    /* A folder with more than itself and its parent. */
    long size = syscall(SYS_getdents64, folder, entries, sizeof entries);
    if (size <= 48) errno = ENOENT;
    return size > 48 ? 0 : -1;
}

/* By a link in the workspace, as a result file that leads elsewhere. */
static int do_write_by_link(void) {
    unlink("way-out");
    if (symlink(argument, "way-out") != 0) return -1;
    return write_file("way-out");
}

static int do_connect(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons((uint16_t)atoi(argument));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int link = socket(AF_INET, SOCK_STREAM, 0);
    if (link < 0) return -1;
    return connect(link, (struct sockaddr *)&address, sizeof address);
}

static int do_connect_outside(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
    int link = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (link < 0) return -1;
    int status = connect(link, (struct sockaddr *)&address, sizeof address);
    return status != 0 && errno == EINPROGRESS ? 0 : status;
}

static int do_ask_names(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)};
    inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
    int link = socket(AF_INET, SOCK_DGRAM, 0);
    if (link < 0) return -1;
    ssize_t size = sendto(link, "x", 1, 0, (struct sockaddr *)&address, sizeof address);
    return size == 1 ? 0 : -1;
}

static int do_raw_socket(void) { return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }

static int do_abstract_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + 1, argument, sizeof address.sun_path - 2);
    int link = socket(AF_UNIX, SOCK_STREAM, 0);
    if (link < 0) return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argument));
    return connect(link, (struct sockaddr *)&address, size);
}

static int do_signal(void) { return kill(atoi(argument), SIGKILL); }

/* Of the same user the kernel takes the signal and does not deliver it; had the first process
 * ended, so would have everybody. */
static int do_signal_init(void) {
    if (kill(1, SIGKILL) != 0) return -1;
    usleep(100000);
    errno = ECANCELED;
    return -1;
}

/* Reaches every process that this user may signal, but not this one. */
static int do_signal_all(void) {
    kill(-1, SIGKILL);
    errno = ESRCH;
    return -1;
}

static int do_mount(void) { return mount("x", ".", "tmpfs", 0, ""); }
static int do_remount(void) { return mount("", "/usr", "", MS_REMOUNT | MS_BIND, ""); }
static int do_pivot(void) { return (int)syscall(SYS_pivot_root, ".", "."); }
static int do_chroot(void) { return chroot("."); }
static int do_unmount(void) { return umount2("/proc", MNT_DETACH); }
static int do_new_mount_api(void) { return (int)syscall(SYS_fsopen, "tmpfs", 0); }
static int do_load_module(void) { return (int)syscall(SYS_init_module, "x", 1, ""); }
static int do_load_kernel(void) { return (int)syscall(SYS_kexec_load, 0, 0, NULL, 0); }
static int do_trace_init(void) { return (int)ptrace(PTRACE_ATTACH, 1, NULL, NULL); }
static int do_trace_self(void) { return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL); }

static int do_read_memory(void) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)4096, 1};
    return (int)syscall(SYS_process_vm_readv, 1, &here, 1, &there, 1, 0);
}

static int do_become_root(void) { return setuid(0); }
static int do_user_namespace(void) { return unshare(CLONE_NEWUSER); }

static int leave(pid_t pid) {
    if (pid == 0) _exit(0);
    return pid > 0 ? 0 : -1;
}

static int do_clone_namespace(void) {
    return leave((pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static int do_clone3_namespace(void) {
    struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    return leave((pid_t)syscall(SYS_clone3, &arguments, sizeof arguments));
}

static int do_enter_namespace(void) {
    int space = open("/proc/1/ns/net", O_RDONLY);
    return space < 0 ? -1 : setns(space, 0);
}

static int do_make_device(void) { return mknod("device", S_IFBLK | 0600, makedev(8, 0)); }

static int do_count_all(void) {
    struct perf_event_attr wanted = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof wanted, .config = PERF_COUNT_SW_CPU_CLOCK,
        .exclude_kernel = 1, .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
}

static int do_bpf(void) {
    union bpf_attr wanted = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4,
                             .max_entries = 1};
    return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &wanted, sizeof wanted);
}

static int do_keys(void) {
    return (int)syscall(SYS_add_key, "user", "x", "x", 1, -5 /* user session */);
}

static int do_set_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now);
}

static int do_rename_host(void) { return sethostname("x", 1); }

static int do_raise_limit(void) {
    struct rlimit more = {1 << 20, 1 << 20};
    return setrlimit(RLIMIT_NOFILE, &more);
}

static int do_go_first(void) {
    errno = 0;
    return setpriority(PRIO_PROCESS, 0, -20);
}

static int do_real_time(void) {
    struct sched_param wanted = {.sched_priority = 50};
    return sched_setscheduler(0, SCHED_FIFO, &wanted);
}

/* Succeeds when it runs on the processor that it was not given. */
static int do_take_processor(void) {
    cpu_set_t wanted;
    CPU_ZERO(&wanted);
    CPU_SET(atoi(argument), &wanted);
    if (sched_setaffinity(0, sizeof wanted, &wanted) != 0) return -1;
    if (sched_getcpu() == atoi(argument)) return 0;
    errno = EINVAL;
    return -1;
}

static int do_host_memory(void) {
    int segment = shmget((key_t)strtol(argument, NULL, 10), 0, 0);
    return segment < 0 ? -1 : 0;
}

static int do_spoil_parent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
    int file = open(path, O_RDWR);
    return file < 0 ? -1 : 0;
}

static int do_cgroup(void) {
    if (write_file("/sys/fs/cgroup/cgroup.procs") == 0) return 0;
    return write_file("/sys/fs/cgroup/memory/cgroup.procs");
}

static const struct {
    const char *name;
    int (*attempt)(void);
} attempts[] = {
    {"read", do_read}, {"write", do_write}, {"list", do_list},
    {"write-by-link", do_write_by_link}, {"connect", do_connect},
    {"connect-outside", do_connect_outside}, {"ask-names", do_ask_names},
    {"raw-socket", do_raw_socket}, {"abstract-socket", do_abstract_socket},
    {"signal", do_signal}, {"signal-init", do_signal_init}, {"signal-all", do_signal_all},
    {"mount", do_mount}, {"remount", do_remount}, {"pivot", do_pivot}, {"chroot", do_chroot},
    {"unmount", do_unmount}, {"new-mount-api", do_new_mount_api},
    {"load-module", do_load_module}, {"load-kernel", do_load_kernel},
    {"trace-init", do_trace_init}, {"trace-self", do_trace_self},
    {"read-memory", do_read_memory}, {"become-root", do_become_root},
    {"user-namespace", do_user_namespace}, {"clone-namespace", do_clone_namespace},
    {"clone3-namespace", do_clone3_namespace}, {"enter-namespace", do_enter_namespace},
    {"make-device", do_make_device}, {"count", do_count_all}, {"bpf", do_bpf},
    {"keys", do_keys}, {"set-clock", do_set_clock}, {"rename-host", do_rename_host},
    {"raise-limit", do_raise_limit}, {"go-first", do_go_first}, {"real-time", do_real_time},
    {"take-processor", do_take_processor}, {"host-memory", do_host_memory},
    {"spoil-parent", do_spoil_parent}, {"cgroup", do_cgroup},
};

int main(int count, char **words) {
    argument = count > 2 ? words[2] : "";
    for (size_t index = 0; count > 1 && index < sizeof attempts / sizeof attempts[0]; index++) {
        if (strcmp(attempts[index].name, words[1]) != 0) continue;
        errno = 0;
        if (attempts[index].attempt() >= 0) {
            puts("succeeded");
            return 0;
        }
        puts(strerrorname_np(errno));
        return 1;
    }
    fprintf(stderr, "no such attempt\n");
    return 2;
}
