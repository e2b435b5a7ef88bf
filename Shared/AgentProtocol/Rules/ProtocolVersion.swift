/// A version of the protocol. A minor adds only optional fields and record types.
package struct ProtocolVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What this build speaks.
    package static let current = ProtocolVersion(major: 1, minor: 0)

    package let major: UInt16
    package let minor: UInt16

    package init(major: UInt16, minor: UInt16) {
        self.major = major
        self.minor = minor
    }

    /// Accepts exactly `major.minor` in decimal digits.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 11,
            parts.allSatisfy({
                $0.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
            }),
            let major = UInt16(parts[0]), let minor = UInt16(parts[1])
        else { return nil }
        self.init(major: major, minor: minor)
    }

    package var description: String { "\(major).\(minor)" }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
    }
}

/// The versions that one side speaks, both ends included.
package struct ProtocolRange: Hashable, Sendable, Codable {
    /// What this build speaks as a controller and offers as an agent.
    package static let supported = ProtocolRange(endingAt: .current)

    package let min: ProtocolVersion
    package let max: ProtocolVersion

    /// Nil unless `min` ≤ `max`.
    package init?(min: ProtocolVersion, max: ProtocolVersion) {
        guard min <= max else { return nil }
        self.min = min
        self.max = max
    }

    /// A minor and the two before it (API contract, §4.1).
    package init(endingAt newest: ProtocolVersion) {
        let oldest = newest.minor >= 2 ? newest.minor - 2 : 0
        min = ProtocolVersion(major: newest.major, minor: oldest)
        max = newest
    }

    /// The highest version inside both ranges, nil when they do not meet.
    package func highestShared(with offer: ProtocolRange) -> ProtocolVersion? {
        let highest = Swift.min(max, offer.max)
        return highest >= Swift.max(min, offer.min) ? highest : nil
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        min = try container.decode(ProtocolVersion.self, forKey: .min)
        max = try container.decode(ProtocolVersion.self, forKey: .max)
        guard min <= max else {
            throw DecodingError.dataCorruptedError(
                forKey: .min, in: container, debugDescription: "The range is empty.")
        }
    }

    private enum CodingKeys: String, CodingKey { case min, max }
}

extension ProtocolVersion: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw container.broken("A version is major.minor.")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
