// HostFacts: what a host is and how it is right now. Enters: a root with `/proc`, `/sys` and
// `/etc`, and a digest function. Leaves: plain values; nothing on the host is changed.

package import LinuxSystem

/// Reads a host's identity, fingerprint and health.
package struct HostReader: Sendable {
    /// Makes the hexadecimal digest of bytes.
    package typealias Digest = @Sendable ([UInt8]) -> String

    let tree: KernelTree
    let digest: Digest
    /// Compilers that said their version themselves; they stand before package lists.
    package var askedToolchains: [Toolchain] = []

    /// `root`: `/` in service, a recorded tree in tests.
    package init(root: String = "/", digest: @escaping Digest) {
        self.init(tree: KernelTree(root: root), digest: digest)
    }

    package init(tree: KernelTree, digest: @escaping Digest) {
        self.tree = tree
        self.digest = digest
    }

    /// The kernel's identifier of this boot.
    package func bootIdentifier() throws(HostFactFailure) -> String {
        do throws(SystemCallFailure) {
            return try tree.bootIdentifier()
        } catch {
            throw HostFactFailure(fact: "boot id", reason: error.description)
        }
    }

    /// 2, 1, or 0 for a host without control groups.
    package var cgroupVersion: Int {
        if (try? tree.text("/sys/fs/cgroup/cgroup.controllers")) != nil { return 2 }
        return (try? tree.text("/proc/cgroups")).map { $0.isEmpty ? 0 : 1 } ?? 0
    }

    /// The trimmed text of a small file; `nil` where it is missing, empty or unreadable.
    func line(_ path: String) -> String? {
        guard let text = try? tree.text(path, limitBytes: 65536) else { return nil }
        let trimmed = text.trimmingWhitespace().filter { $0 != "\0" }
        return trimmed.isEmpty ? nil : trimmed
    }
}

/// A fact without which the agent cannot introduce its host.
package struct HostFactFailure: Error, Equatable, CustomStringConvertible {
    package let fact: String
    package let reason: String

    package init(fact: String, reason: String) {
        self.fact = fact
        self.reason = reason
    }

    package var description: String { "cannot read the host's \(fact): \(reason)" }
}
