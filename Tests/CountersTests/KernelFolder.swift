import Glibc
import LinuxSystem
import Testing

/// A tree of kernel files below a folder that goes away with the test.
enum KernelFolder {
    static let devices = "/sys/bus/event_source/devices"

    static func lend(_ files: [String: String], _ body: (KernelTree) throws -> Void) throws {
        var name = Array("/tmp/fleetmark-host-XXXXXX".utf8CString)
        try #require(mkdtemp(&name) != nil)
        let root = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Workload.remove(root) }
        for (path, text) in files {
            var folder = root
            for part in path.split(separator: "/").dropLast() {
                folder += "/\(part)"
                mkdir(folder, 0o755)
            }
            let file = try OwnedDescriptor.open(root + path, O_WRONLY | O_CREAT, mode: 0o644)
            try file.write(Array(text.utf8))
        }
        try body(KernelTree(root: root))
    }

    /// The units of a server with two cores of two threads each: an Intel processor with top-down
    /// events, RAPL and msr, as its kernel writes them.
    static let server: [String: String] = [
        "/proc/sys/kernel/perf_event_paranoid": "0\n",
        "/sys/devices/system/cpu/online": "0-3\n",
        "\(devices)/cpu/type": "4\n",
        "\(devices)/cpu/format/event": "config:0-7\n",
        "\(devices)/cpu/format/umask": "config:8-15\n",
        "\(devices)/cpu/format/inv": "config:23\n",
        "\(devices)/cpu/format/cmask": "config:24-31\n",
        "\(devices)/cpu/format/ldlat": "config1:0-15\n",
        "\(devices)/cpu/format/split": "config2:0-1,60-61\n",
        "\(devices)/cpu/format/new": "config3:0-1\n",
        "\(devices)/cpu/events/slots": "event=0x00,umask=0x4\n",
        "\(devices)/cpu/events/topdown-retiring": "event=0x00,umask=0x80\n",
        "\(devices)/cpu/events/topdown-bad-spec": "event=0x00,umask=0x81\n",
        "\(devices)/cpu/events/topdown-fe-bound": "event=0x00,umask=0x82\n",
        "\(devices)/cpu/events/topdown-be-bound": "event=0x00,umask=0x83\n",
        "\(devices)/cpu/events/mem-loads": "event=0xcd,umask=0x1,ldlat=3\n",
        "\(devices)/power/type": "23\n", "\(devices)/power/cpumask": "0\n",
        "\(devices)/power/format/event": "config:0-7\n",
        "\(devices)/power/events/energy-pkg": "event=0x02\n",
        "\(devices)/power/events/energy-pkg.scale": "2.3283064365386962890625e-10\n",
        "\(devices)/power/events/energy-pkg.unit": "Joules\n",
        "\(devices)/msr/type": "9\n", "\(devices)/msr/format/event": "config:0-63\n",
        "\(devices)/msr/events/tsc": "event=0x00\n", "\(devices)/msr/events/aperf": "event=0x01\n",
        "\(devices)/msr/events/mperf": "event=0x02\n", "\(devices)/msr/events/smi": "event=0x04\n",
        "\(devices)/uncore_imc_0/type": "30\n", "\(devices)/uncore_imc_0/cpumask": "0\n",
        "\(devices)/uncore_imc_0/format/event": "config:0-7\n",
        "\(devices)/uncore_imc_0/events/data_reads": "event=0x20\n",
        "\(devices)/uncore_imc_0/events/data_reads.scale": "6.103515625e-5\n",
        "\(devices)/uncore_imc_0/events/data_reads.unit": "MiB\n",
    ].merging(cores([[0, 2], [1, 3]])) { $1 }

    /// All in one package.
    private static func cores(_ cores: [[Int]]) -> [String: String] {
        var files: [String: String] = [:]
        for core in cores {
            for cpu in core {
                let folder = "/sys/devices/system/cpu/cpu\(cpu)/topology"
                files["\(folder)/physical_package_id"] = "0\n"
                files["\(folder)/core_cpus_list"] = CPUList.text(of: core) + "\n"
            }
        }
        return files
    }
}
