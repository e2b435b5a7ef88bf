import FoundationEssentials
import Glibc
import Isolation
import Workspaces

/// The launcher of the tests and the identities it is used with.
///
/// The real one where its program has been built beside the tests; what only it can do is skipped
/// elsewhere.
enum TestLauncher {
    static let program: String? = {
        guard
            let tests = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe"),
            let slash = tests.lastIndex(of: "/")
        else { return nil }
        let path = tests[..<slash] + "/fleetmark-launch"
        return access(String(path), X_OK) == 0 ? String(path) : nil
    }()

    static let launcher: any ProgramLauncher =
        program.map { Launcher(programPath: $0) } ?? StandInLauncher()

    /// Numbers that own nothing else; nil when the tests do not run as root.
    static let fetchIdentity = isRoot ? ProcessIdentity(uid: 64_001, gid: 64_001) : nil
    static let workIdentity = isRoot ? ProcessIdentity(uid: 64_002, gid: 64_002) : nil

    static var isRoot: Bool { geteuid() == 0 }
    static var isReal: Bool { program != nil }
}
