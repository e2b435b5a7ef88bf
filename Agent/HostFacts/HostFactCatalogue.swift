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
    static let facts: [HostFact] = identity + hardware + platform + tuning + runState

    private static let identity = [
        HostFact("machine_id_hash", .identity) { reader in
            (try? reader.identity()).map { .text($0.machineIDHash) }
        },
        HostFact("board_serial_hash", .identity) { reader in
            (try? reader.identity())?.boardSerialHash.map(FactValue.text)
        },
    ]

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
        HostFact("caches", .hardwareClass) { $0.caches },
        HostFact("memory_class_gib", .hardwareClass) { $0.memoryClass },
    ]

    private static let platform = [
        HostFact("kernel", .platformEpoch, file: "/proc/sys/kernel/osrelease"),
        HostFact("os", .platformEpoch) { .text($0.operatingSystem) },
        HostFact("microcode", .platformEpoch) { $0.processor("microcode") },
        HostFact("firmware", .platformEpoch, file: "/sys/class/dmi/id/bios_version"),
        HostFact("mitigations", .platformEpoch) { $0.mitigations },
    ]

    private static let cpu = "/sys/devices/system/cpu"
    private static let tuning = [
        HostFact("governor", .tuning, file: "\(cpu)/cpu0/cpufreq/scaling_governor"),
        HostFact("no_turbo", .tuning, file: "\(cpu)/intel_pstate/no_turbo"),
        HostFact("boost", .tuning, file: "\(cpu)/cpufreq/boost"),
        HostFact("smt", .tuning, file: "\(cpu)/smt/control"),
        HostFact("aslr", .tuning, file: "/proc/sys/kernel/randomize_va_space"),
        HostFact("nmi_watchdog", .tuning, file: "/proc/sys/kernel/nmi_watchdog"),
        HostFact("soft_watchdog", .tuning, file: "/proc/sys/kernel/soft_watchdog"),
        HostFact("numa_balancing", .tuning, file: "/proc/sys/kernel/numa_balancing"),
        HostFact("timer_migration", .tuning, file: "/proc/sys/kernel/timer_migration"),
        HostFact("swappiness", .tuning, file: "/proc/sys/vm/swappiness"),
        HostFact("same_page_merging", .tuning, file: "/sys/kernel/mm/ksm/run"),
        HostFact("new_interrupts_go_to", .tuning, file: "/proc/irq/default_smp_affinity"),
        HostFact("frequency_driver", .tuning, file: "\(cpu)/intel_pstate/status"),
        HostFact("perf_event_paranoid", .tuning, file: "/proc/sys/kernel/perf_event_paranoid"),
        HostFact("isolated_cpus", .tuning, file: "\(cpu)/isolated"),
        HostFact("huge_pages", .tuning) { reader in
            reader.line("/sys/kernel/mm/transparent_hugepage/enabled")
                .flatMap(HostReader.chosenWord).map(FactValue.text)
        },
    ]

    private static let runState = [
        HostFact("clocksource", .runState, file: HostReader.clocksourceFile),
        HostFact("temperature_mc", .runState) { reader in
            reader.line("/sys/class/thermal/thermal_zone0/temp").flatMap { Int64($0) }
                .map(FactValue.number)
        },
    ]
}

extension HostReader {
    static let clocksourceFile =
        "/sys/devices/system/clocksource/clocksource0/current_clocksource"

    /// The first of these fields that the first processor has.
    fileprivate func processor(_ names: String...) -> FactValue? {
        let fields = ProcessorTable(reading: tree).fields
        return names.lazy.compactMap { fields[$0] }.first.map(FactValue.text)
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

    fileprivate var mitigations: FactValue? {
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
    fileprivate static func chosenWord(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }
}
