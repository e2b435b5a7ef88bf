import Glibc

/// Looks once a second whether enough of a file system is still free.
struct DiskWatch {
    private static let interval: Int64 = 1_000_000_000

    private let floor: LaunchLimits.DiskFloor
    /// CLOCK_MONOTONIC_RAW.
    private(set) var nextLook: Int64 = 0

    init(_ floor: LaunchLimits.DiskFloor) { self.floor = floor }

    /// A file system that says nothing is not full.
    mutating func isFilled(at now: Int64) -> Bool {
        guard now >= nextLook else { return false }
        nextLook = now + Self.interval
        var facts = statvfs()
        guard unsafe statvfs(floor.path, &facts) == 0 else { return false }
        let (bytes, overflow) = UInt64(facts.f_bavail)
            .multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return !overflow && bytes < UInt64(max(0, floor.bytes))
    }
}
