import LinuxSystem

/// The kernel's files at one instant, unread: taking one costs some reads and nothing else.
package struct SignalSnapshot: Sendable {
    /// CLOCK_MONOTONIC_RAW.
    package let nanoseconds: Int64
    private let found: [String: Result<[UInt8], SignalAbsence>]
    let clock: ClockState?

    /// Reads what every signal of the catalogue asks for.
    package init(of place: SignalPlace, clock: ClockState? = .now(), at nanoseconds: Int64) {
        var found: [String: Result<[UInt8], SignalAbsence>] = [:]
        for signal in SignalCatalogue.signals {
            for path in signal.files(place) where found[path] == nil {
                found[path] = Self.read(path, place.tree)
            }
        }
        self.found = found
        self.clock = clock
        self.nanoseconds = nanoseconds
    }

    func bytes(_ path: String) throws(SignalAbsence) -> [UInt8] {
        switch found[path] {
        case .success(let bytes): return bytes
        case .failure(let absence): throw absence
        case nil: throw SignalAbsence("\(path) was not read")
        }
    }

    private static func read(
        _ path: String, _ tree: KernelTree
    ) -> Result<[UInt8], SignalAbsence> {
        do throws(SystemCallFailure) {
            return .success(try tree.bytes(path, limitBytes: 4 << 20))
        } catch {
            return .failure(SignalAbsence("\(path): \(SystemCallFailure.text(of: error.errno))"))
        }
    }
}
