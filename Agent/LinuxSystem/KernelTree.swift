import Glibc

/// Reads files below one root: `/` in service, a recorded tree in tests.
///
/// Meant for `/proc` and `/sys`, whose files say no size: reads to the end, up to a bound.
package struct KernelTree: Sendable, Equatable {
    /// Without a slash at the end; empty for the real root.
    package let root: String

    package init(root: String = "/") {
        var trimmed = root[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.root = String(trimmed)
    }

    /// `path`: absolute, as on a real host: `/proc/self/status`.
    ///
    /// Returns: at most `limitBytes`; bytes that are not UTF-8 become U+FFFD.
    package func text(
        _ path: String, limitBytes: Int = 1 << 20
    ) throws(SystemCallFailure) -> String {
        String(decoding: try bytes(path, limitBytes: limitBytes), as: UTF8.self)
    }

    package func bytes(
        _ path: String, limitBytes: Int = 1 << 20
    ) throws(SystemCallFailure) -> [UInt8] {
        let file = try OwnedDescriptor.open(root + path, O_RDONLY | O_NOCTTY)
        var content: [UInt8] = []
        while content.count < limitBytes {
            let chunk = try file.read(upTo: min(65536, limitBytes - content.count))
            if chunk.isEmpty { break }
            content += chunk
        }
        return content
    }

    /// The value of a `Name:   value` line, as in `/proc/self/status`; `nil` without one.
    package func field(_ name: String, in path: String) throws(SystemCallFailure) -> String? {
        let prefix = name + ":"
        for line in try text(path).split(separator: "\n") where line.hasPrefix(prefix) {
            return line.dropFirst(prefix.count).trimmingWhitespace()
        }
        return nil
    }

    /// A processor list file; `nil` when it is missing or malformed.
    package func cpuList(_ path: String) -> [Int]? {
        guard let text = try? text(path) else { return nil }
        return CPUList.parse(text)
    }

    /// The kernel's identifier of this boot, lower-case UUID text.
    package func bootIdentifier() throws(SystemCallFailure) -> String {
        try text("/proc/sys/kernel/random/boot_id", limitBytes: 64).trimmingWhitespace()
    }
}
