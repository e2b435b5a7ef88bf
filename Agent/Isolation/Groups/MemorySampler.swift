import Glibc
import LinuxSystem

/// Follows the memory of a group whose kernel keeps no peak (before 5.19): looks at
/// `memory.current` each 50 ms, from the agent's own processors. What comes and goes between two
/// looks is not seen.
final class MemorySampler {
    private static let interval: Int64 = 50_000_000

    private let file: OwnedDescriptor
    private(set) var peakBytes: Int64?
    /// CLOCK_MONOTONIC_RAW.
    private(set) var nextLook: Int64 = 0

    /// `nil` where the kernel keeps the peak itself, or does not say what the group has now.
    init?(_ folder: GroupFolder) {
        guard folder.text("memory.peak") == nil,
            let file = try? OwnedDescriptor.open(
                "\(folder.tree.root)\(folder.path)/memory.current", O_RDONLY)
        else { return nil }
        self.file = file
    }

    func look(at now: Int64) {
        guard now >= nextLook else { return }
        nextLook = now + Self.interval
        var text = [UInt8](repeating: 0, count: 32)
        let count = unsafe pread(file.rawValue, &text, text.count, 0)
        let digits = text.prefix { (48...57).contains($0) }
        guard count > 0, let bytes = Int64(String(decoding: digits, as: UTF8.self)) else { return }
        peakBytes = max(peakBytes ?? 0, bytes)
    }
}
