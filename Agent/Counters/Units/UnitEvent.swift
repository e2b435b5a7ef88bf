/// An event as the folder of a counting unit describes it: `power/energy-pkg/`.
package struct UnitEvent: Hashable, Sendable {
    /// The longest name of a raw event.
    private static let limitBytes = 200

    /// The first of these that the host has.
    package let units: [String]
    /// `energy-pkg`, or `event=0x3c,umask=1`.
    package let terms: String

    package init(_ units: [String], _ terms: String) {
        self.units = units
        self.terms = terms
    }

    /// An event that the user spells out: `cpu/event=0x3c,umask=1/`.
    ///
    /// Where it is counted follows from the unit's folder and not from its name, but for `msr`,
    /// whose folder does not say that it belongs to whole processors.
    ///
    /// - Returns: `nil` for what is not spelled so.
    package static func raw(_ text: String) -> CounterEvent? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, parts[2].isEmpty,
            text.utf8.count <= limitBytes, isUnitName(parts[0]),
            parts[1].utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "=") || $0 == comma })
        else { return nil }
        let described = UnitEvent([String(parts[0])], String(parts[1]))
        return CounterEvent(
            text, of: described, at: parts[0] == "msr" ? .processors : .tree, set: .raw)
    }

    private static let comma = UInt8(ascii: ",")

    /// A folder's name that leads nowhere else.
    private static func isUnitName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: ".") else { return false }
        return text.utf8.allSatisfy(isPlain)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
            || "_.-".utf8.contains(byte)
    }
}
