package import LinuxSystem

/// Whether a host is a machine of its own. On a virtual machine or in a container most knobs are
/// missing, belong to somebody else, or change nothing that matters.
package enum Surroundings: Sendable, Equatable {
    case machine
    /// The hypervisor's name, where it says one.
    case virtualMachine(String?)
    /// The kind of container.
    case container(String)

    package init(reading files: some KernelFiles) {
        if let container = Self.container(files) {
            self = .container(container)
        } else if let name = Self.hypervisor(files) {
            self = .virtualMachine(name.isEmpty ? nil : name)
        } else {
            self = .machine
        }
    }

    package var isMachine: Bool { self == .machine }

    /// For a sentence: `in this virtual machine`.
    package var place: String {
        switch self {
        case .machine: "on this machine"
        case .virtualMachine: "in this virtual machine"
        case .container: "in this container"
        }
    }

    /// For a sentence: `a virtual machine (KVM)`.
    package var words: String {
        switch self {
        case .machine: "a machine of its own"
        case .virtualMachine(let name): "a virtual machine" + (name.map { " (\($0))" } ?? "")
        case .container(let kind): "a container (\(kind))"
        }
    }

    private static func container(_ files: some KernelFiles) -> String? {
        if let kind = files.line("/run/systemd/container") { return kind }
        let variables = (try? files.content(of: "/proc/1/environ")) ?? ""
        let named = variables.split(separator: "\0").first { $0.hasPrefix("container=") }
        if let kind = named?.dropFirst("container=".count), !kind.isEmpty { return String(kind) }
        // An image that boots as a machine keeps the marks of its maker; who sees the kernel's own
        // threads is in no container.
        if files.line("/proc/2/comm") == "kthreadd" { return nil }
        if files.exists("/run/.containerenv") { return "podman" }
        return files.exists("/.dockerenv") ? "docker" : nil
    }

    /// - Returns: empty for a hypervisor without a name; `nil` where none is seen.
    static func hypervisor(_ files: some KernelFiles) -> String? {
        if let type = files.line("/sys/hypervisor/type") { return type }
        if let name = files.line("/proc/device-tree/hypervisor/compatible") { return name }
        let vendor = files.line("/sys/class/dmi/id/sys_vendor") ?? ""
        let known = ["QEMU", "VMware", "innotek", "Xen", "Parallels", "Bochs", "Google"]
        if let match = known.first(where: { vendor.hasPrefix($0) }) { return match }
        let table = (try? files.content(of: "/proc/cpuinfo")) ?? ""
        let flags = table.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        return flags.split(separator: " ").contains("hypervisor") ? vendor : nil
    }
}
