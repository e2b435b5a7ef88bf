/// The platform's epoch: a change breaks a series without beginning another.
enum PlatformFacts {
    static let facts = [
        HostFact("kernel", .platformEpoch, file: "/proc/sys/kernel/osrelease"),
        HostFact("kernel_build", .platformEpoch, file: "/proc/sys/kernel/version"),
        HostFact("kernel_command_line", .platformEpoch) { $0.commandLine },
        HostFact("os", .platformEpoch) { .text($0.operatingSystem) },
        HostFact("microcode", .platformEpoch) { $0.processor("microcode") },
        HostFact("firmware", .platformEpoch, file: "/sys/class/dmi/id/bios_version"),
        HostFact("firmware_date", .platformEpoch, file: "/sys/class/dmi/id/bios_date"),
        HostFact("mitigations", .platformEpoch) { $0.mitigations },
        HostFact("libc", .platformEpoch) { $0.libraryVersion },
        HostFact("toolchains", .platformEpoch) { reader in
            let found = reader.toolchains.map { "\($0.name) \($0.version)" }
            return found.isEmpty ? nil : .list(found)
        },
    ]
}

extension HostReader {
    /// What the kernel was started with, but for what names this boot or a disk.
    fileprivate var commandLine: FactValue? {
        line("/proc/cmdline").map { text in
            let varying = ["BOOT_IMAGE=", "initrd=", "root=", "resume=", "systemd.machine_id="]
            return .text(
                text.split(separator: " ").filter { word in
                    !varying.contains { word.hasPrefix($0) }
                }.joined(separator: " "))
        }
    }
}
