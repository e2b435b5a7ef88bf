import Glibc
import Isolation
import LinuxSystem

/// Copies a tree in which a stranger may have put anything: files and links as they are, with their
/// rights and times, so that build tools find nothing newer than it was. Pipes, sockets and devices
/// are left out.
struct FolderCopy {
    enum Failure: Error, CustomStringConvertible {
        case tooLarge(bytes: Int64)
        case tooMany
        case tooDeep
        /// A file that the build's user does not own.
        case foreign(String)
        /// Somebody ended it; what was copied by then lies there.
        case cancelled

        var description: String {
            switch self {
            case .tooLarge(let bytes): "there are more than \(bytes) bytes"
            case .tooMany: "there are more than \(FolderCopy.entryLimit) files"
            case .tooDeep: "its folders are too deep"
            case .foreign(let path): "'\(path)' belongs to another user"
            case .cancelled: "the attempt is cancelled"
            }
        }
    }

    static let entryLimit = 1_000_000
    private static let depthLimit = 200
    /// What a name costs on the disk besides the content, so that empty files count, too.
    private static let entryBytes: Int64 = 4096

    /// Whose files are taken.
    let owner: UInt32
    let byteLimit: Int64
    /// Whether what has the same name in the target goes first.
    let replaces: Bool
    /// Looked at before each file.
    let cancellation: LaunchCancellation?
    private(set) var bytes: Int64 = 0
    private var entries = 0

    init(
        owner: UInt32, byteLimit: Int64, replaces: Bool = false,
        cancellation: LaunchCancellation? = nil
    ) {
        self.owner = owner
        self.byteLimit = byteLimit
        self.replaces = replaces
        self.cancellation = cancellation
    }

    /// Into a folder that is empty unless the copy replaces.
    ///
    /// `meant`: which paths, `nil` for all; a folder that is meant comes with all that is in it.
    /// `except`: what is left out at the top. Throws: `Failure`, `SystemCallFailure`.
    mutating func copy(
        _ source: borrowing FolderHandle, into target: borrowing FolderHandle,
        only meant: GlobList? = nil, except: String? = nil
    ) throws {
        try copy(
            source, into: target, Place(meant: meant, except: except.map { Array($0.utf8) }))
    }

    private struct Place {
        var meant: GlobList?
        var except: [UInt8]?
        var trail: [[UInt8]] = []
        /// Whether the folder is meant itself.
        var isMeant = false

        func takes(_ name: [UInt8]) -> Bool {
            guard let meant else { return true }
            return meant.verdict(on: trail + [name]) ?? isMeant
        }

        var takesFolder: Bool { meant == nil || isMeant }

        func below(_ name: [UInt8]) -> Place {
            Place(meant: meant, except: nil, trail: trail + [name], isMeant: takes(name))
        }
    }

    private mutating func copy(
        _ source: borrowing FolderHandle, into target: borrowing FolderHandle, _ place: Place
    ) throws {
        guard place.trail.count < Self.depthLimit else { throw Failure.tooDeep }
        for entry in try source.entries() {
            if cancellation?.urgency != nil { throw Failure.cancelled }
            entries += 1
            bytes += Self.entryBytes
            guard entries <= Self.entryLimit else { throw Failure.tooMany }
            guard bytes <= byteLimit else { throw Failure.tooLarge(bytes: byteLimit) }
            let name = entry.nameBytes
            if name == place.except { continue }
            if entry.isFolder {
                try copyFolder(entry, source, target, place.below(name))
            } else if place.takes(name) {
                try copyFile(entry, source, target, place.trail + [name])
            }
        }
    }

    private mutating func copyFolder(
        _ entry: FolderHandle.Entry, _ source: borrowing FolderHandle,
        _ target: borrowing FolderHandle, _ place: Place
    ) throws {
        let inner = try FolderHandle(entry.name, in: source)
        let copied = try folder(entry.name, in: target)
        try copy(inner, into: copied, place)
        // Of what is not meant only the folders on the way to what is are wanted.
        if !place.takesFolder, try copied.entries().isEmpty {
            return try target.unlink(entry)
        }
        try inner.giveFacts(to: copied)
    }

    private func folder(
        _ name: [CChar], in target: borrowing FolderHandle
    ) throws(SystemCallFailure) -> FolderHandle {
        do throws(SystemCallFailure) {
            return try FolderHandle(making: name, in: target)
        } catch {
            guard replaces, error.errno == EEXIST else { throw error }
            return try FolderHandle(name, in: target)
        }
    }

    private mutating func copyFile(
        _ entry: FolderHandle.Entry, _ source: borrowing FolderHandle,
        _ target: borrowing FolderHandle, _ path: [[UInt8]]
    ) throws {
        if replaces { try target.forget(entry.name) }
        if entry.isLink { return try source.copyLink(entry.name, into: target) }
        guard entry.isRegular else { return }
        let left = byteLimit - bytes
        switch try source.copyFile(entry.name, of: owner, limit: left, into: target) {
        case .copied(let count): bytes += count
        case .tooLong: throw Failure.tooLarge(bytes: byteLimit)
        case .foreign:
            let names = path.map { String(decoding: $0, as: UTF8.self) }
            throw Failure.foreign(names.joined(separator: "/"))
        }
    }
}
