extension HostReader {
    /// What the references of the canaries are valid for.
    package var canaryKey: CanaryBook.Key {
        CanaryBook.Key(
            kernel: line("/proc/sys/kernel/osrelease") ?? "unknown",
            microcode: ProcessorTable(reading: tree).fields["microcode"] ?? "unknown",
            tuning: layer(.tuning).digest)
    }

    /// Of the last level that the first processor has; `nil` where the kernel does not say.
    package var lastCacheBytes: Int64? {
        var last: (level: Int64, bytes: Int64)?
        for index in 0..<16 {
            let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)"
            guard let level = line("\(folder)/level").flatMap({ Int64($0) }),
                let bytes = line("\(folder)/size").flatMap(Self.bytes)
            else { continue }
            if level > last?.level ?? 0 { last = (level, bytes) }
        }
        return last?.bytes
    }

    /// `32768K`, as the kernel writes the sizes of caches.
    private static func bytes(_ text: String) -> Int64? {
        guard text.hasSuffix("K"), let kibibytes = Int64(text.dropLast()), kibibytes > 0 else {
            return nil
        }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }
}
