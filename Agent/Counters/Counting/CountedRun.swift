import Glibc
import LinuxSystem

/// What an execution is found by when its counters are opened.
package struct CountedRun: Sendable, Equatable {
    /// The process that will make the target.
    package let launcher: Int32
    /// Absolute; `nil` for a run without a control group that could be counted.
    package let groupFolder: String?

    package init(launcher: Int32, groupFolder: String? = nil) {
        self.launcher = launcher
        self.groupFolder = groupFolder
    }
}

/// The folder of a run's control group while counters are opened on it.
struct CountedGroup: ~Copyable {
    private let folder: OwnedDescriptor

    init(_ path: String) throws(SystemCallFailure) {
        folder = try OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    var number: Int32 { folder.rawValue }

    /// A hierarchy in which no controller was ever passed on knows no group to count
    /// (isolation-and-counters.md, section 2.7): one is passed on and taken back.
    ///
    /// - Returns: whether trying again is worth it.
    static func wake(above path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return false }
        let parent = String(path[..<slash])
        let tree = KernelTree()
        let words = { (file: String) in
            ((try? tree.text("\(parent)/\(file)", limitBytes: 4096)) ?? "")
                .split(whereSeparator: \.isWhitespace)
        }
        let passed = words("cgroup.subtree_control")
        guard passed.isEmpty, let controller = words("cgroup.controllers").first else {
            return false
        }
        let file = "\(parent)/cgroup.subtree_control"
        guard write("+\(controller)", to: file) else { return false }
        _ = write("-\(controller)", to: file)
        return true
    }

    private static func write(_ text: String, to path: String) -> Bool {
        do throws(SystemCallFailure) {
            try OwnedDescriptor.open(path, O_WRONLY).write(Array(text.utf8))
            return true
        } catch {
            return false
        }
    }
}
