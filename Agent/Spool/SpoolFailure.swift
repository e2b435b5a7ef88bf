package import AgentProtocol

/// Why the spool did not do as it was asked.
package enum SpoolFailure: Error, Equatable {
    /// No room: the attempt ends with `spool_full`, and what is stored stays sendable.
    case full
    /// A record breaks a rule of the protocol; nothing of the call was taken.
    case recordInvalid(index: Int, FieldProblem)
    /// One record alone is larger than a batch may be.
    case recordTooLarge(index: Int, bytes: Int)
    /// The attempt's end is stored already and differs, or nothing more may be added after it.
    case finished
    /// A number outside of the sealed batches.
    case unknownSequence(Int64)
    /// The attempt has a spool already.
    case exists(String)
    /// The spool was discarded.
    case discarded
    /// The attempt's file is damaged or not a spool; it has to be set aside.
    case unreadable(path: String, reason: String)
    /// The file system or SQLite refused.
    case storage(operation: String, path: String, reason: String)
}
