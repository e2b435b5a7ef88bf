/// What a job asks of the host that measures it; empty parts ask for nothing.
///
/// Source: project-file.md, section 2.6, `requires`.
package struct HostNeeds: Hashable, Sendable, Codable {
    /// Label → values of which one must stand on the host, ascending.
    package let labels: [String: [String]]
    /// Words of `HostOffers.capabilities`, ascending.
    package let capabilities: [String]
    /// Ascending; empty for any.
    package let architectures: [String]
    package let cores: Int?
    package let memoryBytes: Int64?

    package static let none = HostNeeds()

    package init(
        labels: [String: [String]] = [:], capabilities: [String] = [],
        architectures: [String] = [], cores: Int? = nil, memoryBytes: Int64? = nil
    ) {
        self.labels = labels.mapValues { Set($0).sorted() }
        self.capabilities = Set(capabilities).sorted()
        self.architectures = Set(architectures).sorted()
        self.cores = cores
        self.memoryBytes = memoryBytes
    }

    private enum CodingKeys: String, CodingKey {
        case labels
        case capabilities
        case architectures = "arch"
        case cores = "cpus"
        case memoryBytes = "memory_bytes"
    }

    /// What a host must have for both; nil where no host can: another label or architecture for
    /// each of them.
    package func together(with other: HostNeeds) -> HostNeeds? {
        var labels = labels
        for (label, values) in other.labels {
            let both = labels[label].map { Set($0).intersection(values) } ?? Set(values)
            guard !both.isEmpty else { return nil }
            labels[label] = both.sorted()
        }
        var architectures = Set(architectures)
        if architectures.isEmpty {
            architectures = Set(other.architectures)
        } else if !other.architectures.isEmpty {
            architectures.formIntersection(other.architectures)
            guard !architectures.isEmpty else { return nil }
        }
        return HostNeeds(
            labels: labels, capabilities: capabilities + other.capabilities,
            architectures: Array(architectures),
            cores: [cores, other.cores].compactMap(\.self).max(),
            memoryBytes: [memoryBytes, other.memoryBytes].compactMap(\.self).max())
    }

    /// The parts that a host does not meet, each in the words of a project file: `pmu`,
    /// `cpus: 8`, `labels.zone: a or b`.
    ///
    /// What an agent has not said is not held against its host: the agent refuses by itself.
    package func unmet(by offers: HostOffers) -> [String] {
        var unmet: [String] = []
        for (label, values) in labels.sorted(by: { $0.key < $1.key })
        where !(offers.labels[label].map(values.contains) ?? false) {
            unmet.append("labels.\(label): \(values.joined(separator: " or "))")
        }
        if let known = offers.capabilities {
            unmet += capabilities.filter { !known.contains($0) }
        }
        if !architectures.isEmpty, !architectures.contains(offers.architecture) {
            unmet.append("arch: \(architectures.joined(separator: " or "))")
        }
        if let cores, cores > offers.cores { unmet.append("cpus: \(cores)") }
        if let memoryBytes, memoryBytes > offers.memoryBytes {
            unmet.append("memory: \(Self.sizeText(memoryBytes))")
        }
        return unmet
    }

    private static func sizeText(_ bytes: Int64) -> String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where bytes > 0 && bytes % (1 << Int64(shift)) == 0 {
            return "\(bytes >> Int64(shift))\(unit)"
        }
        return "\(bytes)B"
    }
}

/// What a host has of what jobs may ask for.
package struct HostOffers: Hashable, Sendable {
    package let labels: [String: String]
    /// nil where its agent has not said.
    package let capabilities: Set<String>?
    package let architecture: String
    /// Physical ones.
    package let cores: Int
    package let memoryBytes: Int64

    package init(
        labels: [String: String], capabilities: Set<String>?, architecture: String, cores: Int,
        memoryBytes: Int64
    ) {
        self.labels = labels
        self.capabilities = capabilities
        self.architecture = architecture
        self.cores = cores
        self.memoryBytes = memoryBytes
    }
}
