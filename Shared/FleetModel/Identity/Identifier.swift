// FleetModel: the values that all programs share. Nothing enters but plain values, nothing leaves
// but validated ones: no sockets, no files, no clocks, no imports.

/// A UUIDv7 in lower-case text, distinct in type for each kind of object.
///
/// The first 48 bits are milliseconds since 1970, so identifiers sort by age.
/// Source: RFC 9562 §5.7.
package struct Identifier<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Accepts exactly the 36-character lower-case form of any UUID version.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            if isDash {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard Hexadecimal.isLowerCase(byte) else { return nil }
            }
        }
        self.text = text
    }

    /// Makes a fresh identifier from the given time and randomness.
    package init(at time: ServerTime, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: time.microseconds / 1000) & 0xFFFF_FFFF_FFFF
        let first = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        let second = 0x8000_0000_0000_0000 | generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        let digits = Hexadecimal.text(first, digits: 16) + Hexadecimal.text(second, digits: 16)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            text.append(digit)
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.text < rhs.text }
}

/// The kinds of objects that carry an identifier.
package enum IdentifierKind {
    package enum Project {}
    package enum Repository {}
    package enum Request {}
    package enum Run {}
    package enum Job {}
    package enum Attempt {}
    package enum Artifact {}
    package enum Host {}
    package enum Agent {}
    package enum Session {}
    package enum Claim {}
    package enum Suite {}
    package enum Measurement {}
    package enum Series {}
    package enum Comparison {}
    package enum ChangePoint {}
    package enum Token {}
    package enum Key {}
    package enum User {}
    package enum Team {}
}

package typealias ProjectID = Identifier<IdentifierKind.Project>
package typealias RepositoryID = Identifier<IdentifierKind.Repository>
package typealias RequestID = Identifier<IdentifierKind.Request>
package typealias RunID = Identifier<IdentifierKind.Run>
package typealias JobID = Identifier<IdentifierKind.Job>
package typealias AttemptID = Identifier<IdentifierKind.Attempt>
package typealias ArtifactID = Identifier<IdentifierKind.Artifact>
package typealias HostID = Identifier<IdentifierKind.Host>
package typealias AgentID = Identifier<IdentifierKind.Agent>
package typealias SessionID = Identifier<IdentifierKind.Session>
package typealias ClaimID = Identifier<IdentifierKind.Claim>
package typealias SuiteID = Identifier<IdentifierKind.Suite>
package typealias MeasurementID = Identifier<IdentifierKind.Measurement>
package typealias SeriesID = Identifier<IdentifierKind.Series>
package typealias ComparisonID = Identifier<IdentifierKind.Comparison>
package typealias ChangePointID = Identifier<IdentifierKind.ChangePoint>
package typealias TokenID = Identifier<IdentifierKind.Token>
package typealias KeyID = Identifier<IdentifierKind.Key>
package typealias UserID = Identifier<IdentifierKind.User>
package typealias TeamID = Identifier<IdentifierKind.Team>
