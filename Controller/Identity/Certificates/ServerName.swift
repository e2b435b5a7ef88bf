import Glibc

/// A name that a server certificate vouches for.
package enum ServerName: Hashable, Sendable, Comparable {
    /// Lower-case letters, digits, hyphens and dots, at most 253 characters; `*.` may lead.
    case dns(String)
    /// Four or sixteen bytes in network order.
    case address([UInt8])

    /// Reads an IP address, or else a DNS name; nil when it is neither.
    package init?(_ text: String) {
        if let bytes = Self.addressBytes(text) {
            self = .address(bytes)
            return
        }
        let name = text.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, !labels.isEmpty else { return nil }
        for (index, label) in labels.enumerated() {
            if index == 0, label == "*", labels.count > 2 { continue }
            guard Self.isLabel(label) else { return nil }
        }
        self = .dns(name)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        switch (lhs, rhs) {
        case (.dns(let one), .dns(let other)): one < other
        case (.dns, .address): true
        case (.address, .dns): false
        case (.address(let one), .address(let other)): one.lexicographicallyPrecedes(other)
        }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-")
        else { return false }
        return label.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    private static func addressBytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
        if inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
        return nil
    }
}
