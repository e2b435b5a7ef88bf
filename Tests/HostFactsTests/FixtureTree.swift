import FoundationEssentials
import HostFacts

/// A recorded host in a folder of its own, removed with the test.
final class FixtureTree: Sendable {
    let root: String

    init(_ files: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.path() + "fleetmark-facts-\(UUID())"
        for (path, text) in files {
            let file = root + path
            let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: file))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// A digest that a test can read.
    var reader: HostReader {
        HostReader(root: root) { "digest(" + String(decoding: $0, as: UTF8.self) + ")" }
    }

    func fingerprint() -> HostFingerprint { withExtendedLifetime(self) { reader.fingerprint() } }

    var cgroupVersion: Int { withExtendedLifetime(self) { reader.cgroupVersion } }

    static let cpuinfo = """
        processor\t: 0
        vendor_id\t: ExampleVendor
        cpu family\t: 25
        model\t\t: 97
        model name\t: Example 9000
        stepping\t: 2
        microcode\t: 0x2b
        physical id\t: 0
        core id\t\t: 0

        processor\t: 1
        physical id\t: 0
        core id\t\t: 0

        processor\t: 2
        physical id\t: 0
        core id\t\t: 1

        """

    static let host = [
        "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
        "/etc/os-release": "ID=debian\nVERSION_ID=\"13\"\nPRETTY_NAME=\"x\"\n",
        "/proc/cpuinfo": cpuinfo,
        "/proc/meminfo": "MemTotal:       32752112 kB\nMemFree: 1 kB\n",
        "/proc/loadavg": "0.25 0.10 0.12 3/234 5678\n",
        "/proc/sys/kernel/hostname": "bench-07\n",
        "/proc/sys/kernel/osrelease": "6.12.30\n",
        "/proc/sys/kernel/arch": "x86_64\n",
        "/proc/sys/kernel/random/boot_id": "1f6e0000-0000-4000-8000-000000000001\n",
        "/proc/sys/kernel/randomize_va_space": "2\n",
        "/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
        "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        "/sys/devices/system/cpu/vulnerabilities/meltdown": "Not affected\n",
        "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
    ]
}
