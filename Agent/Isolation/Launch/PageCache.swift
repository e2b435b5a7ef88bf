import Glibc
package import LinuxSystem

/// The files that the kernel keeps in memory, dropped before an execution that shall read them
/// from the disk (proc_sys_vm(5), `drop_caches`).
package struct PageCache: Sendable {
    /// In the words of a project file's `requires`.
    package static let item = "page_cache"
    private static let switchPath = "/proc/sys/vm/drop_caches"
    private static let everything = "3"

    private let tree: KernelTree
    private let sync: @Sendable () async -> Void

    /// `sync`: writes what programs have left in memory, which cannot be dropped before.
    package init(
        _ tree: KernelTree = KernelTree(),
        sync: @escaping @Sendable () async -> Void = { await DiskSync.run() }
    ) {
        self.tree = tree
        self.sync = sync
    }

    /// Why it cannot be dropped on this host.
    package var refusal: IsolationReceipt.Missing? {
        guard unsafe access(tree.root + Self.switchPath, W_OK) != 0 else { return nil }
        let code = errno
        return IsolationReceipt.Missing(
            item: Self.item,
            reason: "the page cache cannot be dropped (\(SystemCallFailure.text(of: code))), so "
                + "files that were read before come from memory",
            advice: "run the agent as root, outside of a container that makes /proc/sys read-only")
    }

    /// For a host of which its operator lets nothing be changed.
    package static let untouched = IsolationReceipt.Missing(
        item: item,
        reason: "the operator lets nothing of this host be changed, so files that were read "
            + "before come from memory",
        advice: "start the agent with another --tuning than observe")

    package func drop() async throws(SystemCallFailure) {
        await sync()
        try tree.write(Self.everything, to: Self.switchPath)
    }
}
