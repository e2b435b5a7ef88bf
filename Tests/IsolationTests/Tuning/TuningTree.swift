import Foundation
import Isolation
import LinuxSystem
import Testing

/// A benchmark host made of files: four cores, a frequency driver, interrupts, a service.
struct TuningTree: Sendable {
    let root: String

    init(below folder: String, _ changes: [String: String?] = [:]) throws {
        root = folder + "/host"
        let files = Self.files.merging(changes.compactMapValues { $0 }) { $1 }
            .filter { changes[$0.key, default: ""] != nil }
        try HostTree.write(files, below: root)
        for folder in ["/run/systemd/system", "/usr/bin", "/units"] {
            try FileManager.default.createDirectory(
                atPath: root + folder, withIntermediateDirectories: true)
        }
        try Self.write(Self.systemctl(root), asProgram: root + "/usr/bin/systemctl")
        try "active\n".write(
            toFile: root + "/units/irqbalance.service", atomically: false, encoding: .utf8)
        for (slice, cpus) in ["system.slice": "\n", "user.slice": "0-1 3\n"] {
            try cpus.write(toFile: "\(root)/units/\(slice)", atomically: false, encoding: .utf8)
        }
    }

    var tree: KernelTree { KernelTree(root: root) }
    var places: TuningPlaces {
        TuningPlaces(journal: root + ".journal", lock: root + "/run/fleetmark/tuning.lock")
    }

    func tuner(_ files: (any KernelFiles)? = nil) -> HostTuner {
        HostTuner(
            HostTuner.Parts(
                files: files ?? tree,
                services: ServiceControl(root: root, files: tree, runner: HostPrograms()),
                places: places, agentVersion: "0", wallClock: { 42 }))
    }

    func wish(_ profile: TuningProfile = .default, only: Set<String>? = nil) -> HostTuner.Wish {
        HostTuner.Wish(profile: profile, housekeeping: [0], measuring: [1, 2, 3], only: only)
    }

    /// Every value that tuning may touch. Of a choice the chosen word: a file does not show the
    /// others again as the kernel does.
    func values() -> [String: String] {
        var values: [String: String] = [:]
        for path in Self.files.keys where path != "/dev/cpu_dma_latency" {
            let form: ValueForm = path.contains("transparent_hugepage") ? .choice : .text
            values[path] = text(path).map { form.token(of: $0) }
        }
        values["irqbalance"] = text("/units/irqbalance.service")
        for slice in ["system.slice", "user.slice"] {
            values[slice] = text("/units/\(slice)")?.replacing(" ", with: ",")
        }
        return values
    }

    func text(_ path: String) -> String? {
        (try? String(contentsOfFile: root + path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func set(_ path: String, _ text: String) throws {
        try text.write(toFile: root + path, atomically: false, encoding: .utf8)
    }

    /// Makes the path lead somewhere that refuses to be written.
    func replace(_ path: String, byLinkTo target: String) throws {
        try FileManager.default.removeItem(atPath: root + path)
        try FileManager.default.createSymbolicLink(
            atPath: root + path, withDestinationPath: target)
    }

    static let cpu = "/sys/devices/system/cpu"
    static let files: [String: String] = {
        var files = [
            "/proc/self/status": "Name:\tx\nCapEff:\t000001ffffffffff\nCpus_allowed_list:\t0-3\n",
            "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse\n",
            "/proc/sys/kernel/random/boot_id": "1f6e0000-0000-4000-8000-000000000001\n",
            "\(cpu)/online": "0-3\n",
            "\(cpu)/intel_pstate/no_turbo": "0\n",
            "\(cpu)/intel_pstate/status": "active\n",
            "\(cpu)/smt/control": "on\n",
            "/dev/cpu_dma_latency": "",
            "/proc/irq/default_smp_affinity": "f\n",
            "/sys/devices/virtual/workqueue/cpumask": "f\n",
            "/proc/sys/kernel/nmi_watchdog": "1\n",
            "/proc/sys/kernel/soft_watchdog": "1\n",
            "/proc/sys/kernel/perf_cpu_time_max_percent": "25\n",
            "/proc/sys/kernel/perf_event_max_sample_rate": "100000\n",
            "/proc/sys/kernel/timer_migration": "1\n",
            "/proc/sys/kernel/numa_balancing": "0\n",
            "/proc/sys/kernel/randomize_va_space": "2\n",
            "/proc/sys/kernel/perf_event_paranoid": "2\n",
            "/proc/sys/vm/swappiness": "60\n",
            "/proc/sys/vm/dirty_background_ratio": "10\n",
            "/proc/sys/vm/dirty_writeback_centisecs": "500\n",
            "/proc/sys/vm/overcommit_memory": "0\n",
            "/sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never\n",
            "/sys/kernel/mm/transparent_hugepage/defrag":
                "always defer defer+madvise [madvise] never\n",
            "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag": "1\n",
            "/sys/kernel/mm/ksm/run": "1\n",
        ]
        for number in 0..<4 {
            let policy = "\(cpu)/cpufreq/policy\(number)"
            files["\(policy)/scaling_governor"] = "powersave\n"
            files["\(policy)/energy_performance_preference"] = "balance_performance\n"
            files["\(policy)/scaling_min_freq"] = "800000\n"
            files["\(policy)/scaling_max_freq"] = "4000000\n"
            files["\(policy)/base_frequency"] = "2500000\n"
        }
        for number in [8, 9, 24, 130] {
            files["/proc/irq/\(number)/smp_affinity_list"] = "0-3\n"
        }
        return files
    }()

    /// Knows one unit, whose state is a file.
    /// By a process of its own: a child that another test forks meanwhile would keep this one's
    /// descriptor, and a file that somebody writes cannot be executed (ETXTBSY).
    private static func write(_ text: String, asProgram path: String) throws {
        let writer = try #require(popen("cat >'\(path)' && chmod 755 '\(path)'", "w"))
        fputs(text, writer)
        try #require(pclose(writer) == 0, "\(path)")
    }

    private static func systemctl(_ root: String) -> String {
        """
        #!/bin/sh
        unit=\(root)/units/irqbalance.service
        case "$1" in
        show)
            case "$3" in
            *.slice) echo AllowedCPUs=$(cat \(root)/units/$3);;
            *) echo LoadState=loaded; echo ActiveState=$(cat $unit);;
            esac;;
        set-property) echo "${4#AllowedCPUs=}" > \(root)/units/$3;;
        stop) echo inactive > $unit;;
        start) echo active > $unit;;
        esac

        """
    }
}

/// A tree whose kernel has a mind of its own in some places.
struct ScriptedKernel: KernelFiles {
    let tree: KernelTree
    /// What stands there after a write of a value.
    var answers: [String: @Sendable (String) -> String] = [:]
    /// Errors of a write.
    var refusals: [String: Int32] = [:]

    func content(of path: String) throws(SystemCallFailure) -> String {
        try tree.content(of: path)
    }

    func write(_ text: String, to path: String) throws(SystemCallFailure) {
        if let code = refusals[path] {
            throw SystemCallFailure("write", path: path, errno: code)
        }
        try tree.write(answers[path]?(text) ?? text, to: path)
    }

    func names(in folder: String) -> [String] { tree.names(in: folder) }
    func isFolder(_ path: String) -> Bool { tree.isFolder(path) }

    /// A new folder of resctrl has its files at once.
    func makeFolder(_ path: String) throws(SystemCallFailure) {
        try tree.makeFolder(path)
        for name in ["schemata", "cpus_list"] {
            try? Data(name == "schemata" ? "L3:0=fff\n".utf8 : "\n".utf8)
                .write(to: URL(filePath: "\(tree.root)\(path)/\(name)"))
        }
    }

    func removeFolder(_ path: String) throws(SystemCallFailure) {
        for name in ["schemata", "cpus_list"] {
            try? FileManager.default.removeItem(atPath: "\(tree.root)\(path)/\(name)")
        }
        try tree.removeFolder(path)
    }

    func mount(_ type: String, on path: String) throws(SystemCallFailure) {
        try? Data("\(type) \(path) \(type) rw 0 0\n".utf8)
            .write(to: URL(filePath: tree.root + "/proc/mounts"))
    }

    func unmount(_ path: String) throws(SystemCallFailure) {
        try? Data().write(to: URL(filePath: tree.root + "/proc/mounts"))
    }

    func openDevice(_ path: String) throws(SystemCallFailure) -> OwnedDescriptor {
        try tree.openDevice(path)
    }
}
