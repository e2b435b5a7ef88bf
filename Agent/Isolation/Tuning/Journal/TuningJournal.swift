import CrashPoints
import Glibc
import LinuxSystem

/// The file that remembers what stood before the host was changed. It is on a disk that survives
/// the power: knobs fall back by themselves then, services that were stopped do not.
///
/// Source: isolation-and-counters.md, section 4.1.
struct TuningJournal: ~Copyable {
    private static let limitBytes = 64 << 20

    private let file: OwnedDescriptor
    private var sequence: Int

    /// What stands in the file; nothing without a file.
    static func read(_ path: String) throws(SystemCallFailure) -> JournalContent {
        do throws(SystemCallFailure) {
            let text = try KernelTree().text(path, limitBytes: limitBytes)
            return JournalContent(parsing: text)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return JournalContent()
        }
    }

    /// Begins an empty journal.
    ///
    /// `path`: absolute, in an existing folder.
    static func begin(
        _ path: String, _ header: JournalContent.Header
    ) throws(SystemCallFailure) -> TuningJournal {
        let journal = try TuningJournal(path, sequence: 0)
        try journal.truncate()
        CrashPoint.tuningHeaderWriting.reach()
        try journal.append([
            ("journal", JournalContent.schema), ("boot", header.boot), ("agent", header.agent),
            ("span", header.span), ("time_us", header.time),
        ])
        try journal.sync()
        try syncFolder(of: path)
        CrashPoint.tuningHeaderWritten.reach()
        return journal
    }

    /// Goes on where an earlier process ended.
    static func resume(
        _ path: String, _ content: JournalContent
    ) throws(SystemCallFailure) -> TuningJournal {
        let journal = try TuningJournal(path, sequence: content.lastSequence)
        // Behind half a line the next one could not be told.
        if content.isTorn { try journal.truncate(to: content.wholeBytes) }
        return journal
    }

    private init(_ path: String, sequence: Int) throws(SystemCallFailure) {
        file = try OwnedDescriptor.open(
            path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
        self.sequence = sequence
    }

    /// Announces a change; when this returns it is on the disk.
    ///
    /// - Returns: its number, for `record`.
    mutating func announce(
        _ setting: KnobSetting, original: String, wanted: String
    ) throws(SystemCallFailure) -> Int {
        sequence += 1
        CrashPoint.tuningChangeAnnouncing.reach()
        try append([
            ("seq", "\(sequence)"), ("knob", setting.knob), ("path", setting.path),
            ("kind", setting.kind.rawValue), ("form", setting.form.rawValue),
            ("original", original), ("wanted", wanted),
        ])
        CrashPoint.tuningChangeAnnounced.reach()
        try sync()
        CrashPoint.tuningChangeSynced.reach()
        return sequence
    }

    enum Result {
        case applied
        case rejected(actual: String)
        case failed(errno: Int32)
        case restored
    }

    /// Not synced: a result that is lost costs a comparison, not a value.
    borrowing func record(_ result: Result, of sequence: Int) throws(SystemCallFailure) {
        var fields = [("seq", "\(sequence)")]
        switch result {
        case .applied: fields.append(("result", "applied"))
        case .rejected(let actual): fields += [("result", "rejected"), ("actual", actual)]
        case .failed(let errno): fields += [("result", "failed"), ("errno", "\(errno)")]
        case .restored: fields.append(("result", "restored"))
        }
        try append(fields)
    }

    /// Everything stands as before: the journal is emptied.
    borrowing func clear() throws(SystemCallFailure) {
        CrashPoint.tuningJournalClearing.reach()
        try truncate()
        CrashPoint.tuningJournalTruncated.reach()
        let number = file.rawValue
        _ = try retryingOnInterrupt("fsync") { fsync(number) }
        CrashPoint.tuningJournalCleared.reach()
    }

    private borrowing func truncate(to bytes: Int = 0) throws(SystemCallFailure) {
        let number = file.rawValue
        _ = try retryingOnInterrupt("ftruncate") { ftruncate(number, bytes) }
    }

    private borrowing func sync() throws(SystemCallFailure) {
        let number = file.rawValue
        _ = try retryingOnInterrupt("fdatasync") { fdatasync(number) }
    }

    private borrowing func append(_ fields: [(String, String)]) throws(SystemCallFailure) {
        try append(JournalLine.encode(fields))
    }

    private borrowing func append(_ text: String) throws(SystemCallFailure) {
        try file.write(Array(text.utf8))
    }

    private static func syncFolder(of path: String) throws(SystemCallFailure) {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        let folder = try OwnedDescriptor.open(
            cut == path.startIndex ? "/" : String(path[..<cut]), O_RDONLY | O_DIRECTORY)
        let number = folder.rawValue
        _ = try retryingOnInterrupt("fsync", path: path) { fsync(number) }
    }
}
