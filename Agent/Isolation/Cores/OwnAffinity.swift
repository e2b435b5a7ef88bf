import CPinning
import Glibc
package import LinuxSystem

/// Keeps this process off the processors that measure.
package enum OwnAffinity {
    /// Binds every thread that this process has; later ones inherit it. What it starts inherits it
    /// as well, so every launch names its processors.
    ///
    /// - Throws: when the kernel allows none of the processors.
    package static func bind(
        to cpus: [Int], reading tree: KernelTree = KernelTree()
    ) throws(SystemCallFailure) {
        var words = [UInt64](repeating: 0, count: CPUList.capacity / 64)
        for cpu in cpus where (0..<CPUList.capacity).contains(cpu) {
            words[cpu / 64] |= 1 << UInt64(cpu % 64)
        }
        var bound = Set<pid_t>()
        // A thread may be made while the list is read.
        while true {
            let fresh = tree.names(in: "/proc/self/task").compactMap { pid_t($0) }
                .filter { !bound.contains($0) }
            if fresh.isEmpty { return }
            for thread in fresh {
                bound.insert(thread)
                let status = unsafe fm_bind_thread(thread, words, UInt32(words.count))
                guard status == 0 || status == -ESRCH else {
                    throw SystemCallFailure("sched_setaffinity", errno: -status)
                }
            }
        }
    }
}
