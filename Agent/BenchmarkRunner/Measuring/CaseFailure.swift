import FleetModel
import Isolation

/// Why an execution gave no sample.
struct CaseFailure: Equatable {
    /// An error class of the formats, or a failure detail.
    let errorClass: String
    let message: String
    var exitStatus: Int32?
    var signal: Int32?

    init(_ errorClass: String, _ message: String) {
        self.errorClass = errorClass
        self.message = String(message.prefix(Failure.messageLimit))
    }

    init(_ detail: FailureDetail, _ message: String) {
        self.init(detail.rawValue, message)
    }

    /// `nil` for an execution that succeeded.
    init?(_ outcome: LaunchOutcome, okStatuses: Set<Int32> = [0], tail: String) {
        let last = tail.isEmpty ? "It printed nothing." : "Its last lines:\n" + tail
        switch (outcome.cause, outcome.ending) {
        case (.wallTimeout, _):
            self.init(.benchmarkHung, "The benchmark ran out of time. \(last)")
        case (.silence, _):
            self.init(.silence, "The benchmark printed nothing for too long. \(last)")
        case (.outputLimit, _):
            self.init(
                .badOutput,
                "The benchmark printed more than is taken."
                    + (tail.isEmpty ? "" : " Its last lines:\n" + tail))
        case (.cancelled, _):
            self.init(.other, "The benchmark was cancelled.")
        case (.diskFull, _):
            self.init(.diskFull, "The benchmark filled the disk. \(last)")
        case (.diskLimit, _):
            self.init(
                .diskFull,
                "The benchmark wrote more than it may: `measure.disk` of the project file. \(last)"
            )
        case (nil, let ending) where outcome.ranOutOfMemory && ending != .exited(0):
            self.init(.outOfMemory, "The benchmark ran out of memory. \(last)")
        case (nil, .exited(let status)) where okStatuses.contains(status):
            return nil
        case (nil, .exited(let status)):
            self.init("nonzero_exit", "The benchmark ended with status \(status). \(last)")
            exitStatus = status
        case (nil, .signalled(let number)):
            self.init(.benchmarkCrashed, "The benchmark was ended by signal \(number). \(last)")
            signal = number
        }
    }

    /// `nil` when this host and not the benchmark is to blame.
    init?(_ failure: LaunchFailure) {
        switch failure {
        case .executableMissing(let name):
            self.init(.benchmarkCrashed, "There is no program '\(name.prefix(200))' to run.")
        case .setupFailed(step: .directory, _, _), .setupFailed(step: .resolve, _, _),
            .setupFailed(step: .exec, _, _):
            self.init(.benchmarkCrashed, failure.description)
        case .planInvalid(let reason):
            self.init(.suiteInvalid, "The command cannot be run: \(reason)")
        case .inputRefused:
            self.init(.suiteInvalid, "stdin: \(failure).")
        default: return nil
        }
    }
}

/// Why the rest of an attempt is not done.
enum RunnerStop: Error, Equatable {
    case cancelled
    case deadline(AttemptEnd.Deadline, AttemptPhase)
    /// Of the attempt as a whole.
    case failed(Failure)
    case refused(Failure)
    case sink(RunnerSinkFailure)
}
