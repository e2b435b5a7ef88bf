import Glibc

/// Looks once a second how much of a file system is free, and how much of it a program has taken.
struct DiskWatch {
    enum Finding: Sendable {
        /// Less is free than must stay so.
        case full
        /// The program has written more than it may.
        case beyondLimit
    }

    private static let interval: Int64 = 1_000_000_000

    private let floor: LaunchLimits.DiskFloor
    private let limit: Int64?
    private let freeBefore: Int64?
    /// Wall clock, as files are stamped.
    private let began: Int64
    /// CLOCK_MONOTONIC_RAW.
    private(set) var nextLook: Int64 = 0

    init(_ floor: LaunchLimits.DiskFloor) {
        self.floor = floor
        limit = floor.useBytes
        freeBefore = Self.free(at: floor.path)
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
        began = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// A file system that says nothing is not full.
    ///
    /// The folder is walked only while as much less is free as the limit allows: others may have
    /// taken it.
    mutating func look(at now: Int64) -> Finding? {
        guard now >= nextLook else { return nil }
        nextLook = now + Self.interval
        guard let free = Self.free(at: floor.path) else { return nil }
        if free < floor.bytes { return .full }
        guard let limit, let freeBefore, freeBefore - free > limit else { return nil }
        return WrittenBytes(sinceNanoseconds: began).count(in: floor.path, upTo: limit) > limit
            ? .beyondLimit : nil
    }

    private static func free(at path: String) -> Int64? {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else { return nil }
        let (bytes, overflow) = UInt64(facts.f_bavail)
            .multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }
}
