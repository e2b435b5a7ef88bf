import LinuxSystem

/// One line of the catalogue.
struct HostFact: Sendable {
    let name: String
    let level: FingerprintLevel
    /// `nil` where this host does not say.
    let read: @Sendable (HostReader) -> FactValue?

    init(
        _ name: String, _ level: FingerprintLevel,
        _ read: @escaping @Sendable (HostReader) -> FactValue?
    ) {
        self.name = name
        self.level = level
        self.read = read
    }

    /// A fact that is the text of one file.
    init(_ name: String, _ level: FingerprintLevel, file path: String) {
        self.init(name, level) { $0.line(path).map(FactValue.text) }
    }
}

/// Every fact of the fingerprint. Source: control plane, §2.4.
enum HostFactCatalogue {
    static let facts: [HostFact] =
        identity + hardware + PlatformFacts.facts + TuningFacts.facts + runState

    private static let identity = [
        HostFact("machine_id_hash", .identity) { reader in
            (try? reader.identity()).map { .text($0.machineIDHash) }
        },
        HostFact("board_serial_hash", .identity) { reader in
            (try? reader.identity())?.boardSerialHash.map(FactValue.text)
        },
    ]

    /// Nothing here varies from boot to boot.
    private static let hardware = [
        HostFact("arch", .hardwareClass) { .text($0.architecture) },
        HostFact("cpu_vendor", .hardwareClass) { $0.processor("vendor_id", "CPU implementer") },
        HostFact("cpu_family", .hardwareClass) { $0.processor("cpu family", "CPU architecture") },
        HostFact("cpu_model", .hardwareClass) { $0.processor("model", "CPU part") },
        HostFact("cpu_stepping", .hardwareClass) { $0.processor("stepping", "CPU revision") },
        HostFact("cpu_name", .hardwareClass) { reader in
            .text(reader.cpuModel(ProcessorTable(reading: reader.tree)))
        },
        HostFact("cores", .hardwareClass) { reader in
            .number(Int64(ProcessorTable(reading: reader.tree).cores))
        },
        HostFact("threads", .hardwareClass) { reader in
            .number(Int64(ProcessorTable(reading: reader.tree).count))
        },
        HostFact("packages", .hardwareClass) { $0.count(of: "physical id") },
        HostFact("numa_nodes", .hardwareClass) { $0.numaNodes },
        HostFact("caches", .hardwareClass) { $0.caches },
        HostFact("memory_class_gib", .hardwareClass) { $0.memoryClass },
        HostFact("virtual", .hardwareClass) { $0.hypervisor },
    ]

    private static let runState = [
        HostFact("clocksource", .runState, file: HostReader.clocksourceFile),
        HostFact("temperature_mc", .runState) { reader in
            SignalPlace(tree: reader.tree, cpus: []).temperature()
                .map { .number(Int64(($0 * 1000).rounded())) }
        },
        HostFact("frequency_khz", .runState) { reader in
            reader.line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq")
                .flatMap { Int64($0) }.map(FactValue.number)
        },
        HostFact("throttle_events", .runState) { reader in
            reader.line("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count")
                .flatMap { Int64($0) }.map(FactValue.number)
        },
        HostFact("runnable", .runState) { reader in
            .number(Int64(HostReader.load(of: reader.line("/proc/loadavg") ?? "").runnable))
        },
        HostFact("users", .runState) { .number(Int64($0.users)) },
        HostFact("memory_available_mib", .runState) { reader in
            (try? reader.tree.field("MemAvailable", in: "/proc/meminfo"))
                .flatMap { $0?.split(separator: " ").first.flatMap { Int64($0) } }
                .map { .number($0 / 1024) }
        },
    ]
}

extension HostReader {
    static let clocksourceFile =
        "/sys/devices/system/clocksource/clocksource0/current_clocksource"

    /// The first of these fields that the first processor has.
    func processor(_ names: String...) -> FactValue? {
        let fields = ProcessorTable(reading: tree).fields
        return names.lazy.compactMap { fields[$0] }.first.map(FactValue.text)
    }

    /// How many different values a field has over all processors; `nil` without the field.
    fileprivate func count(of field: String) -> FactValue? {
        let text = (try? tree.text("/proc/cpuinfo")) ?? ""
        var found = Set<String>()
        for line in text.split(separator: "\n") where line.hasPrefix(field) {
            found.insert(line.drop { $0 != ":" }.dropFirst().trimmingWhitespace())
        }
        return found.isEmpty ? nil : .number(Int64(found.count))
    }

    fileprivate var numaNodes: FactValue? {
        tree.cpuList("/sys/devices/system/node/online").map { .number(Int64($0.count)) }
    }

    /// `yes` where the processor says that it runs under a hypervisor.
    fileprivate var hypervisor: FactValue? {
        let fields = ProcessorTable(reading: tree).fields
        guard let flags = fields["flags"] else { return nil }
        return .text(flags.split(separator: " ").contains("hypervisor") ? "yes" : "no")
    }

    /// `level type size` of each cache of the first processor.
    fileprivate var caches: FactValue? {
        var found: [String] = []
        for index in 0..<16 {
            let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)"
            guard let level = line("\(folder)/level"), let type = line("\(folder)/type"),
                let size = line("\(folder)/size")
            else { break }
            found.append("\(level) \(type) \(size)")
        }
        return found.isEmpty ? nil : .list(found)
    }

    /// The power of two, in GiB, that is nearest above: firmware takes a little of each size.
    fileprivate var memoryClass: FactValue? {
        let bytes = memoryBytes
        guard bytes > 0 else { return nil }
        var gibibytes: Int64 = 1
        while gibibytes < 1 << 30, gibibytes << 30 < bytes { gibibytes <<= 1 }
        return .number(gibibytes)
    }

    var mitigations: FactValue? {
        let names = [
            "gather_data_sampling", "indirect_target_selection", "itlb_multihit", "l1tf", "mds",
            "meltdown", "mmio_stale_data", "reg_file_data_sampling", "retbleed",
            "spec_rstack_overflow", "spec_store_bypass", "spectre_v1", "spectre_v2", "srbds",
            "tsa", "tsx_async_abort", "vmscape",
        ]
        let found = names.compactMap { name in
            line("/sys/devices/system/cpu/vulnerabilities/\(name)").map { "\(name): \($0)" }
        }
        return found.isEmpty ? nil : .list(found)
    }

    /// `madvise` of `always [madvise] never`.
    static func chosenWord(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }
}
