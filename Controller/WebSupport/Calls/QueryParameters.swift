package import Hummingbird

/// The query of a call, percent-decoded, in the order in which it was written.
package struct QueryParameters: Sendable, Equatable {
    package static let maximumCount = 200
    package let pairs: [Pair]

    /// One `name=value`.
    package struct Pair: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package init(_ request: Request) throws(APIError) { try self.init(request.uri.query) }

    /// Reads the text after `?`; `+` means a blank.
    package init(_ query: String?) throws(APIError) {
        var pairs: [Pair] = []
        for part in (query ?? "").split(separator: "&") {
            guard pairs.count < Self.maximumCount else {
                throw APIError(.invalidValue, "The query has more than 200 parameters.")
            }
            let halves = part.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]),
                let value = halves.count > 1 ? Self.decoded(halves[1]) : ""
            else { throw APIError(.invalidValue, "The query is not percent-encoded UTF-8.") }
            pairs.append(Pair(name: name, value: value))
        }
        self.pairs = pairs
    }

    package func values(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    /// The value of a parameter that may be there once.
    package func single(_ name: String) throws(APIError) -> String? {
        let found = values(name)
        guard found.count <= 1 else {
            throw Self.invalid(name, "The parameter \(name) is there more than once.")
        }
        return found.first
    }

    /// Each value of a parameter, as `read` takes it.
    package func words<Word>(
        _ name: String, _ read: (String) -> Word?
    ) throws(APIError) -> [Word] {
        var found: [Word] = []
        for text in values(name) {
            guard let word = read(text) else {
                throw Self.invalid(name, "\(name) has a value that it cannot have.")
            }
            found.append(word)
        }
        return found
    }

    package func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(APIError) -> Int? {
        guard let text = try single(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Self.invalid(
                name,
                "\(name) should be an integer from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// Exactly `true` or `false`.
    package func boolean(_ name: String) throws(APIError) -> Bool? {
        switch try single(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw Self.invalid(name, "\(name) should be true or false.")
        }
    }

    /// Refuses keys that the route does not name.
    func refuse(where isUnknown: (String) -> Bool) throws(APIError) {
        for pair in pairs where isUnknown(pair.name) {
            throw APIError(
                .unknownParameter, "The parameter is not known here.",
                details: ["parameter": .string(String(pair.name.prefix(128)))])
        }
    }

    private static func invalid(_ name: String, _ message: String) -> APIError {
        APIError(.invalidValue, message, details: ["parameter": .string(name)])
    }

    private static func decoded(_ text: Substring) -> String? {
        PercentEncoding.decoded(text, plusIsBlank: true)
    }
}

/// Percent-encoding of RFC 3986 §2.1.
package enum PercentEncoding {
    /// Nil for a broken escape or bytes that are not UTF-8.
    package static func decoded(
        _ text: some StringProtocol, plusIsBlank: Bool = false
    ) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Every byte but letters, digits and `-._~` (RFC 3986, §2.3).
    package static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || scalar == "-" || scalar == "." || scalar == "_" || scalar == "~"
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += isPlain ? String(scalar) : (byte < 16 ? "%0" : "%") + digits
        }
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        byte.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }.map(UInt8.init)
    }
}
