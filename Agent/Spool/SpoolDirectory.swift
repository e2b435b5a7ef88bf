// Spool: the agent's durable outbox. Records, log bytes and the end of an attempt enter; sealed
// batches, log chunks and the finish body leave, in order and byte for byte the same each time,
// over any crash. One directory per attempt under the root:
//     <attempt id>/spool.sqlite   records, batches, counters (WAL, synchronous FULL)
//     <attempt id>/log            the log, append only
//     <attempt id>/artifacts/     files by their digest, which spool.sqlite lists
// `new-…` is a directory that is not complete yet, `discarded-…` one that is being removed,
// `unreadable-…` one that is set aside for people.

package import AgentProtocol
import CrashPoints
package import FleetModel
import FoundationEssentials
import Synchronization

/// What all attempts of one spool share.
struct SpoolContext: Sendable {
    let budget: SpoolBudget
    let limits: SpoolLimits
    let digest: @Sendable ([UInt8]) -> String
}

/// The spool of one agent: all attempts whose data the controller may still lack.
///
/// One process at a time has a root open; the agent's own lock on the host sees to that.
package final class SpoolDirectory: Sendable {
    /// A directory that could not be read and where it is now.
    package struct SetAside: Hashable, Sendable {
        package let name: String
        package let path: String
        package let reason: String
    }

    private static let freshPrefix = "new-"
    private static let discardedPrefix = "discarded-"
    private static let asidePrefix = "unreadable-"

    package let root: String
    /// What was found damaged at the start, with the path where it lies now.
    package let setAside: [SetAside]
    private let context: SpoolContext
    private let open: Mutex<[AttemptID: AttemptSpool]>

    /// Opens every attempt under the root, which is made if it is missing.
    ///
    /// `capacityBytes` counts for all attempts together; logs may fill three quarters of it.
    /// `digest` makes the value of the `Fleetmark-Digest` header from a batch body. A damaged
    /// attempt is set aside; a disk that is full or refuses makes the whole call throw.
    package init(
        root: String, capacityBytes: Int64, limits: SpoolLimits = .standard,
        digest: @escaping @Sendable ([UInt8]) -> String
    ) throws(SpoolFailure) {
        self.root = root
        context = SpoolContext(
            budget: SpoolBudget(capacityBytes: capacityBytes), limits: limits, digest: digest)
        try SpoolFiles.makeDirectory(root)
        var found: [AttemptID: AttemptSpool] = [:]
        var aside: [SetAside] = []
        for name in try SpoolFiles.directories(in: root) {
            if name.hasPrefix(Self.freshPrefix) || name.hasPrefix(Self.discardedPrefix) {
                try SpoolFiles.removeTree(root + "/" + name)
            } else if let attempt = AttemptID(name) {
                do throws(SpoolFailure) {
                    found[attempt] = try Self.recover(attempt, root: root, context)
                } catch .unreadable(_, let reason) {
                    aside.append(try Self.setAside(name, root: root, reason))
                }
            }
        }
        setAside = aside
        open = Mutex(found)
    }

    private static func recover(
        _ attempt: AttemptID, root: String, _ context: SpoolContext
    ) throws(SpoolFailure) -> AttemptSpool {
        let path = root + "/" + attempt.text
        let store = try SpoolStore(path: try existingFile(path))
        let image = try store.load()
        guard image.lease.attempt == attempt else {
            throw .unreadable(path: path, reason: "another attempt is inside")
        }
        return try AttemptSpool(
            image.interrupted(), store: store, path: path, context: context)
    }

    /// SQLite would make a missing file anew.
    private static func existingFile(_ directory: String) throws(SpoolFailure) -> String {
        let path = directory + "/spool.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unreadable(path: path, reason: "no such file")
        }
        return path
    }

    private static func setAside(
        _ name: String, root: String, _ reason: String
    ) throws(SpoolFailure) -> SetAside {
        var place = asidePrefix + name
        var number = 1
        while FileManager.default.fileExists(atPath: root + "/" + place) {
            number += 1
            place = asidePrefix + name + "-\(number)"
        }
        try SpoolFiles.rename(name, to: place, in: root)
        return SetAside(name: name, path: root + "/" + place, reason: reason)
    }

    /// The attempts that hold data, oldest first.
    package var attempts: [AttemptSpool] {
        open.withLock { $0.values.sorted { $0.attempt < $1.attempt } }
    }

    package subscript(attempt: AttemptID) -> AttemptSpool? { open.withLock { $0[attempt] } }

    /// Bytes of records and logs in all attempts.
    package var usedBytes: Int64 { context.budget.usedBytes }

    /// Makes the spool of a claimed attempt; it is durable when this returns.
    ///
    /// The job is stored without its secrets, which may only be held in memory.
    package func create(
        _ lease: SpoolLease, job: JobDescription
    ) throws(SpoolFailure) -> AttemptSpool {
        try open.withLock { (open) throws(SpoolFailure) in
            let name = lease.attempt.text
            guard open[lease.attempt] == nil else { throw .exists(name) }
            let fresh = root + "/" + Self.freshPrefix + name
            if FileManager.default.fileExists(atPath: fresh) { try SpoolFiles.removeTree(fresh) }
            try SpoolFiles.makeDirectory(fresh)
            try fill(fresh, lease, job)
            CrashPoint.spoolFilled.reach()
            try SpoolFiles.rename(Self.freshPrefix + name, to: name, in: root)
            CrashPoint.spoolMade.reach()
            let path = root + "/" + name
            let store = try SpoolStore(path: path + "/spool.sqlite")
            let spool = try AttemptSpool(
                try store.load(), store: store, path: path, context: context)
            open[lease.attempt] = spool
            return spool
        }
    }

    private func fill(
        _ directory: String, _ lease: SpoolLease, _ job: JobDescription
    ) throws(SpoolFailure) {
        let descriptor: [UInt8]
        do throws(EncodingError) {
            descriptor = try WireCodec.encode(job.withoutSecrets())
        } catch {
            throw .storage(operation: "create", path: directory, reason: "\(error)")
        }
        let store = try SpoolStore(path: directory + "/spool.sqlite")
        try store.begin(lease, descriptor: descriptor)
        try store.close()
        try SpoolFiles.synchronise(directory: directory)
    }

    /// Removes an attempt for good; only after `may_discard`, or the directive `abandon`.
    package func discard(_ attempt: AttemptID) throws(SpoolFailure) {
        try open.withLock { (open) throws(SpoolFailure) in
            guard let spool = open[attempt] else { throw .discarded }
            try spool.close()
            open[attempt] = nil
            let gone = Self.discardedPrefix + attempt.text
            CrashPoint.spoolDiscarding.reach()
            try SpoolFiles.rename(attempt.text, to: gone, in: root)
            CrashPoint.spoolRenamed.reach()
            try SpoolFiles.removeTree(root + "/" + gone)
            CrashPoint.spoolDiscarded.reach()
        }
    }
}
