import FoundationEssentials
import HostFacts

@testable import BenchmarkRunner

/// A recorded host whose files a benchmark may change while it runs.
final class NoisyHost: Sendable {
    let root: String

    static let throttle = "/sys/devices/system/cpu/cpu0/thermal_throttle"
    static let sensor = "/sys/class/hwmon/hwmon0/temp1_input"

    init() throws {
        root = FileManager.default.temporaryDirectory.path() + "fleetmark-noise-\(UUID())"
        let files = [
            "/proc/stat": "cpu0 1 0 1 1 0 0 0 0 0 0\n",
            "/proc/loadavg": "0.1 0.1 0.1 1/100 5\n",
            "\(Self.throttle)/core_throttle_count": "0\n",
            "\(Self.throttle)/package_throttle_count": "0\n",
            "/sys/class/hwmon/hwmon0/name": "coretemp\n", Self.sensor: "40000\n",
        ]
        for (path, text) in files { try write(text, to: path) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ text: String, to path: String) throws {
        let file = root + path
        try FileManager.default.createDirectory(
            atPath: String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]),
            withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// Shell text that counts one throttling more.
    var throttles: String {
        let file = root + Self.throttle + "/core_throttle_count"
        return "echo $(( $(cat '\(file)') + 1 )) > '\(file)'"
    }

    func settings(
        _ profile: HostProfile = .shared,
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) -> NoiseSettings {
        NoiseSettings(root: root, choice: .fixed(profile), pause: pause)
    }
}
