import LinuxSystem

/// What a host says about itself when it joins a fleet.
package struct HostIdentity: Sendable, Equatable {
    package let name: String
    /// Digest of the machine id, which itself stays on the host.
    package let machineIDHash: String
    /// `nil` without a board serial, or without the right to read it.
    package let boardSerialHash: String?
    /// As uname(2) spells it: `x86_64`, `aarch64`.
    package let architecture: String
    /// Such as `debian-13`.
    package let operatingSystem: String
    package let kernel: String
    package let cpuModel: String
    /// Physical cores, at least 1.
    package let cores: Int
    package let memoryBytes: Int64
}

extension HostReader {
    /// `name`: the name to go by; `nil` takes the host's own.
    /// Throws: for a host without a machine id, which could not be told from others.
    package func identity(name: String? = nil) throws(HostFactFailure) -> HostIdentity {
        guard let machine = line("/etc/machine-id") ?? line("/var/lib/dbus/machine-id"),
            machine != "uninitialized"
        else {
            throw HostFactFailure(
                fact: "machine id",
                reason: "/etc/machine-id is missing or empty; systemd-machine-id-setup makes one")
        }
        let processors = ProcessorTable(reading: tree)
        return HostIdentity(
            name: name ?? line("/proc/sys/kernel/hostname") ?? "unnamed",
            machineIDHash: digest(Array("fleetmark:\(machine)".utf8)),
            boardSerialHash: line("/sys/class/dmi/id/board_serial")
                .map { digest(Array("fleetmark:\($0)".utf8)) },
            architecture: architecture, operatingSystem: operatingSystem,
            kernel: line("/proc/sys/kernel/osrelease") ?? "unknown",
            cpuModel: cpuModel(processors), cores: max(1, processors.cores),
            memoryBytes: memoryBytes)
    }

    /// The architecture that this program was built for, unless the kernel names it.
    package var architecture: String {
        if let named = line("/proc/sys/kernel/arch") { return named }
        #if arch(x86_64)
            return "x86_64"
        #elseif arch(arm64)
            return "aarch64"
        #else
            return "unknown"
        #endif
    }

    /// `ID-VERSION_ID` of os-release(5).
    var operatingSystem: String {
        var fields: [String: String] = [:]
        let text = line("/etc/os-release") ?? line("/usr/lib/os-release") ?? ""
        for row in text.split(separator: "\n") {
            guard let equals = row.firstIndex(of: "=") else { continue }
            let value = row[row.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }
            fields[String(row[..<equals])] = value
        }
        let name = fields["ID"] ?? "linux"
        return fields["VERSION_ID"].map { "\(name)-\($0)" } ?? name
    }

    /// `MemTotal` of `/proc/meminfo`; 0 where it cannot be read.
    package var memoryBytes: Int64 {
        guard let text = try? tree.field("MemTotal", in: "/proc/meminfo"),
            let kibibytes = text.split(separator: " ").first.flatMap({ Int64($0) })
        else { return 0 }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? 0 : bytes
    }

    func cpuModel(_ processors: ProcessorTable) -> String {
        let fields = processors.fields
        if let name = fields["model name"] ?? line("/proc/device-tree/model") { return name }
        if let implementer = fields["CPU implementer"], let part = fields["CPU part"] {
            return "implementer \(implementer) part \(part)"
        }
        return "unknown"
    }
}
