import Glibc

/// The controller's own folder: readable by nobody else, since it holds keys.
struct StateFolder {
    let path: String

    var database: String { path + "/fleetmark.db" }
    var certificates: String { path + "/certificates" }
    var artifacts: String { path + "/artifacts" }
    var mirrors: String { path + "/mirrors" }
    var adminKey: String { path + "/admin.key" }

    /// Makes what is missing, and takes access from everybody else.
    func prepare() throws(StartFailure) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            try make(made)
        }
        for folder in [certificates, mirrors] { try make(folder) }
        guard chmod(path, 0o700) == 0 else { throw Self.failure(path) }
    }

    private func make(_ folder: String) throws(StartFailure) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Self.failure(folder) }
    }

    private static func failure(_ folder: String) -> StartFailure {
        let reason = String(cString: strerror(errno))
        return StartFailure(.surroundings, "the state folder \(folder) cannot be made: \(reason)")
    }
}

/// Keeps a second controller off a state folder, for as long as this value lives.
final class StateFolderLock: Sendable {
    private let descriptor: Int32

    init(_ folder: StateFolder) throws(StartFailure) {
        let path = folder.path + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StartFailure(.surroundings, "\(path) cannot be opened: \(reason)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StartFailure(
                .surroundings, "another controller uses the state folder \(folder.path)")
        }
    }

    deinit { close(descriptor) }
}
