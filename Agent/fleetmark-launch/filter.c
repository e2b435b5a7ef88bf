#define _GNU_SOURCE
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

/* x86-64 answers a second set of numbers above this one; nothing of today uses them. */
#define X32_NUMBERS 0x40000000u

static const int refused[] = {
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_open_tree, SYS_move_mount, SYS_fsopen,
    SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_swapon, SYS_swapoff,
    SYS_unshare, SYS_setns, SYS_chroot,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd, SYS_kcmp,
    SYS_bpf, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot,
    SYS_clock_settime, SYS_settimeofday, SYS_clock_adjtime, SYS_adjtimex,
    SYS_acct, SYS_quotactl, SYS_open_by_handle_at, SYS_syslog, SYS_vhangup,
    SYS_sethostname, SYS_setdomainname,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
    SYS_iopl, SYS_ioperm,
#endif
};

static void add(struct fm_filter *filter, struct sock_filter line) {
    if (filter->count < FM_FILTER_ROOM) filter->code[filter->count++] = line;
}

static void load(struct fm_filter *filter, size_t offset) {
    add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct fm_filter *filter, uint32_t action) {
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* The answer follows and is skipped unless the loaded number is `number`. */
static void answer_if(struct fm_filter *filter, int number, uint32_t action) {
    struct sock_filter line = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
    add(filter, line);
    answer(filter, action);
}

int fm_filter_make(struct fm_filter *filter, int allows_perf) {
    filter->count = 0;
#ifndef NATIVE
    (void)allows_perf;
    return ENOSYS;
#else
    const uint32_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
        CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    struct sock_filter is_native = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
    struct sock_filter is_x32 = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_NUMBERS, 0, 1);
    struct sock_filter is_clone = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
    struct sock_filter has_spaces = BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, spaces, 0, 1);
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, is_native);
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
    load(filter, offsetof(struct seccomp_data, nr));
    add(filter, is_x32);
    answer(filter, SECCOMP_RET_ERRNO | ENOSYS);
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++)
        answer_if(filter, refused[index], SECCOMP_RET_ERRNO | EPERM);
    if (!allows_perf) answer_if(filter, SYS_perf_event_open, SECCOMP_RET_ERRNO | EPERM);
    answer_if(filter, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    add(filter, is_clone);
    /* The flags' low half, which both processors store first. */
    load(filter, offsetof(struct seccomp_data, args[0]));
    add(filter, has_spaces);
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
    answer(filter, SECCOMP_RET_ALLOW);
    return filter->count < FM_FILTER_ROOM ? 0 : E2BIG;
#endif
}

int fm_filter_install(const struct fm_filter *filter) {
    struct sock_fprog program = {.len = filter->count,
                                 .filter = (struct sock_filter *)filter->code};
    /* Without the flag, older kernels would slow the target for the sake of its filter. */
    long status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                          &program);
    return status == 0 ? 0 : errno;
}
