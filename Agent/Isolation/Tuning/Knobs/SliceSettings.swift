import LinuxSystem

/// Holds the other programs of the host to the housekeeping cores.
///
/// Source: isolation-and-counters.md, section 5, rule 2. Kernels before 6.7 give no partition below
/// systemd's groups; there it is what keeps others off.
enum SliceSettings {
    private static let slices = ["system.slice", "user.slice"]

    /// Nothing is asked of the slice that the agent itself is in: its runs are held to what that
    /// has.
    static func others(_ host: TuningHost) -> [KnobSetting] {
        let own = (try? host.files.content(of: "/proc/self/cgroup")) ?? ""
        let wanted = host.canSteer ? CPUList.text(of: host.housekeeping) : nil
        return slices.map { slice in
            KnobSetting(
                "other_slices", slice, kind: .slice, form: .list,
                wanted: own.contains("/\(slice)/") ? nil : wanted)
        }
    }
}
