package import FleetModel
import Glibc
package import LinuxSystem

/// Cachegrind without its cache simulation: the provider of `instructions_simulated`, exact from
/// run to run where there are no counters (isolation-and-counters.md, section 6.4).
package struct CachegrindTool: Sendable, Equatable {
    /// Absolute.
    package let path: String
    /// `3.19.0`.
    package let version: String

    /// What the metric is called, whatever the tool's version.
    package static let metric = "instructions_simulated"

    static let countsName = "counts"
    static let logName = "log"
    private static let oldest = [3, 19]

    /// - Parameters:
    ///   - path: of valgrind, absolute.
    ///   - versionOutput: what `valgrind --version` wrote.
    /// - Throws: for a tool that is too old or says no version.
    package init(path: String, versionOutput: String) throws(SimulationFailure) {
        let text = versionOutput.trimmingWhitespace()
        let version = text.hasPrefix("valgrind-") ? text.dropFirst(9).prefix(32) : ""
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
            .prefix(2).map { Int($0) ?? -1 }
        let isPlain = version.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0)
                || $0 == 46 || $0 == 45
        }
        guard numbers.count == 2, numbers.allSatisfy({ $0 >= 0 }), isPlain else {
            throw .versionUnreadable(String(text.prefix(100)))
        }
        guard !numbers.lexicographicallyPrecedes(Self.oldest) else {
            throw .toolTooOld(String(version))
        }
        self.path = path
        self.version = String(version)
    }

    /// Where a program of this name is; `nil` when no folder of `path` has it.
    package static func find(in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/valgrind" }
            .first { isProgram($0) }
    }

    private static func isProgram(_ path: String) -> Bool {
        let status = unsafe access(path, X_OK)
        return path.hasPrefix("/") && status == 0
    }

    /// The tool and its version are part of it: two tools count a little differently.
    package var identity: MetricIdentity {
        MetricIdentity(
            name: Self.metric, unit: "count", better: .lower, provider: .simulated,
            pmu: "cachegrind-\(version)")
    }

    /// The command that counts another.
    ///
    /// Options are taken from nowhere else: a checkout could bring a `.valgrindrc`. With `-v` the
    /// log tells a program that was executed from a mere copy of its parent.
    ///
    /// - Parameters:
    ///   - arguments: of the program, its name first; never empty.
    ///   - folder: absolute, empty, where the program's user may write.
    /// - Returns: the new arguments, valgrind's path first.
    package func command(counting arguments: [String], into folder: String) -> [String] {
        // In names given to valgrind a percent sign begins a placeholder.
        let place = folder.replacing("%", with: "%%")
        return [
            path, "-v", "--command-line-only=yes", "--tool=cachegrind", "--cache-sim=no",
            "--branch-sim=no", "--trace-children=yes", "--vgdb=no",
            "--cachegrind-out-file=\(place)/\(Self.countsName).%p",
            "--log-file=\(place)/\(Self.logName).%p", "--",
        ] + arguments
    }

    /// The command that says which functions another spends its instructions in, and through whom.
    ///
    /// `callers`: of a function that are told apart.
    func command(
        tracing arguments: [String], into folder: String, as name: String, callers: Int
    ) -> [String] {
        let place = folder.replacing("%", with: "%%")
        return [
            path, "-v", "--command-line-only=yes", "--tool=callgrind", "--trace-children=yes",
            "--separate-callers=\(callers)", "--vgdb=no",
            "--callgrind-out-file=\(place)/\(name).%p",
            "--log-file=\(place)/\(Self.logName).%p", "--",
        ] + arguments
    }

    /// What the program needs beside fixed addresses to take the same way each time: no random
    /// hash seeds, and no second heap that depends on which thread came first. The job's own
    /// variables go over it.
    package static let environment = [
        "PYTHONHASHSEED": "0", "SWIFT_DETERMINISTIC_HASHING": "1", "MALLOC_ARENA_MAX": "1",
    ]
}

/// Why there is no simulated count.
package enum SimulationFailure: Error, Sendable, Equatable {
    case toolTooOld(String)
    case versionUnreadable(String)
    /// The program uses instructions that this valgrind does not know.
    case unsupportedInstruction
    /// No process left a count: none began, or all were killed.
    case nothingCounted
    /// The file is not what cachegrind writes.
    case malformed(file: String, reason: String)
    case tooManyProcesses(limit: Int)
    case unreadable(SystemCallFailure)
}

extension SimulationFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .toolTooOld(let version):
            "instructions_simulated needs valgrind ≥ 3.19; this is \(version)"
        case .versionUnreadable(let text):
            "valgrind does not say its version: \"\(text)\""
        case .unsupportedInstruction:
            "the program uses instructions that valgrind does not know; build it without "
                + "-march=native"
        case .nothingCounted: "valgrind left no count"
        case .malformed(let file, let reason): "the count \(file) cannot be used: \(reason)"
        case .tooManyProcesses(let limit): "more than \(limit) processes were counted"
        case .unreadable(let failure): "the counts cannot be read: \(failure)"
        }
    }
}
