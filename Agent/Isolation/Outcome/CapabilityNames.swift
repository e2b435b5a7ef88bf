/// The kernel's capabilities by number. Source: capabilities(7), linux/capability.h.
enum CapabilityNames {
    private static let all = [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
        "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
        "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace",
        "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
        "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
        "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read",
        "perfmon", "bpf", "checkpoint_restore",
    ]

    /// - Returns: `cap_net_raw` and the like by number; newer ones than these as `cap_63`.
    static func names(in mask: UInt64) -> [String] {
        (0..<64).filter { mask >> UInt64($0) & 1 == 1 }
            .map { "cap_" + ($0 < all.count ? all[$0] : "\($0)") }
    }
}
