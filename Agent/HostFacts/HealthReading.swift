import Glibc
import LinuxSystem

/// How a host is just before it asks for work.
package struct HealthReading: Sendable, Equatable {
    /// Free for unprivileged users, on the file system of the asked folder.
    package let diskFreeBytes: Int64
    package let inodeFreeShare: Double
    /// Load average of one minute.
    package let load: Double
    /// Processes that are runnable now, this one among them.
    package let runnable: Int
    /// People who are logged in.
    package let users: Int
    package let temperatureCelsius: Double?
    /// Whether a processor core has been throttled since the boot.
    package let isThrottled: Bool
    package let clocksource: String
}

extension HostReader {
    /// `folder`: a path on the file system that holds the agent's state.
    package func health(folder: String) throws(HostFactFailure) -> HealthReading {
        let space = try Self.space(of: folder)
        let load = Self.load(of: line("/proc/loadavg") ?? "")
        let temperature = line("/sys/class/thermal/thermal_zone0/temp").flatMap { Double($0) }
        let throttles = line(
            "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count")
        return HealthReading(
            diskFreeBytes: space.bytes, inodeFreeShare: space.inodeShare, load: load.average,
            runnable: load.runnable, users: users,
            temperatureCelsius: temperature.map { $0 / 1000 },
            isThrottled: (throttles.flatMap { Int64($0) } ?? 0) > 0,
            clocksource: line(Self.clocksourceFile) ?? "unknown")
    }

    private static func space(
        of folder: String
    ) throws(HostFactFailure) -> (bytes: Int64, inodeShare: Double) {
        var facts = statvfs()
        guard unsafe statvfs(folder, &facts) == 0 else {
            throw HostFactFailure(
                fact: "free space at \(folder)", reason: SystemCallFailure.text(of: errno))
        }
        let (bytes, overflow) = UInt64(facts.f_bavail)
            .multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        // File systems without fixed inodes report none at all: nothing can run out.
        let share = facts.f_files == 0 ? 1 : Double(facts.f_favail) / Double(facts.f_files)
        return (overflow ? .max : Int64(clamping: bytes), min(1, max(0, share)))
    }

    /// `0.04 0.10 0.12 1/234 5678` (proc_loadavg(5)).
    static func load(of text: String) -> (average: Double, runnable: Int) {
        let words = text.split(separator: " ")
        let average = words.first.flatMap { Double($0) } ?? 0
        let running = words.count > 3 ? words[3].split(separator: "/").first : nil
        return (average.isFinite ? max(0, average) : 0, max(0, running.flatMap { Int($0) } ?? 0))
    }

    /// Records of kind USER_PROCESS in utmp(5); 0 on hosts without the file.
    var users: Int {
        let recordBytes = 384
        let userProcess: UInt8 = 7
        guard let bytes = try? tree.bytes("/run/utmp") else { return 0 }
        return stride(from: 0, to: bytes.count - recordBytes + 1, by: recordBytes)
            .count { bytes[$0] == userProcess }
    }
}
