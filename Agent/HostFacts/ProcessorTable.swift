import LinuxSystem

/// `/proc/cpuinfo`, parsed (proc_cpuinfo(5)).
struct ProcessorTable: Equatable {
    /// Of the first processor, by name.
    let fields: [String: String]
    /// Processors that are listed.
    let count: Int
    /// Distinct pairs of package and core; `count` where the kernel does not say.
    let cores: Int

    init(reading tree: KernelTree) {
        self.init(text: (try? tree.text("/proc/cpuinfo", limitBytes: 16 << 20)) ?? "")
    }

    init(text: String) {
        var first: [String: String] = [:]
        var count = 0
        var places = Set<String>()
        for block in Self.blocks(of: text) {
            guard block["processor"] != nil else { continue }
            if count == 0 { first = block }
            count += 1
            if let core = block["core id"] {
                places.insert("\(block["physical id"] ?? "")/\(core)")
            }
        }
        fields = first
        self.count = count
        cores = places.isEmpty ? count : places.count
    }

    private static func blocks(of text: String) -> [[String: String]] {
        var blocks: [[String: String]] = []
        var block: [String: String] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":") else {
                if !block.isEmpty { blocks.append(block) }
                block = [:]
                continue
            }
            let name = line[..<colon].trimmingWhitespace()
            block[name] = line[line.index(after: colon)...].trimmingWhitespace()
        }
        if !block.isEmpty { blocks.append(block) }
        return blocks
    }
}
