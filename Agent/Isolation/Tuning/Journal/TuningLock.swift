import Glibc
package import LinuxSystem

/// Held by the one process that tunes this host; the kernel lets go of it when the process dies
/// (flock(2)).
package struct TuningLock: ~Copyable, Sendable {
    package static let standardPath = "/run/fleetmark/tuning.lock"

    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// The number of the process, where it could be read.
        case held(by: Int?)
        case unusable(SystemCallFailure)

        package var description: String {
            switch self {
            case .held(let process):
                "another agent tunes this host" + (process.map { " (pid \($0))" } ?? "")
            case .unusable(let failure): "the host cannot be locked for tuning: \(failure)"
            }
        }
    }

    private let file: OwnedDescriptor

    /// `path`: its folder is made, not the folder's own parents.
    package init(_ path: String = standardPath) throws(Failure) {
        let file: OwnedDescriptor
        do throws(SystemCallFailure) {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            let status = unsafe mkdir(folder, 0o755)
            guard status == 0 || errno == EEXIST else {
                throw SystemCallFailure("mkdir", path: folder, errno: errno)
            }
            file = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        } catch {
            throw .unusable(error)
        }
        let number = file.rawValue
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw .unusable(SystemCallFailure("flock", path: path, errno: errno))
            }
            throw .held(by: Self.holder(file))
        }
        _ = ftruncate(number, 0)
        // Only a help for people: the lock is the kernel's.
        try? file.write(Array("\(getpid())\n".utf8))
        self.file = file
    }

    /// Said aloud, since a program that is just being started shares the open file until its exec.
    deinit {
        let number = file.rawValue
        flock(number, LOCK_UN)
    }

    /// Who holds it now; `nil` when nobody does, or it cannot be seen.
    package static func holder(of path: String = standardPath) -> Int? {
        guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NOFOLLOW) else { return nil }
        let number = file.rawValue
        guard flock(number, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return holder(file)
    }

    private static func holder(_ file: borrowing OwnedDescriptor) -> Int? {
        guard let bytes = try? file.read(upTo: 32) else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self).trimmingWhitespace())
    }
}
