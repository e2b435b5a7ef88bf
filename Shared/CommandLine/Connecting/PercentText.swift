/// Percent-encoding (RFC 3986, section 2).
enum PercentText {
    /// Keeps unreserved characters and those of `extra`.
    static func encode(_ text: String, keeping extra: String = "") -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isUnreserved =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._~".unicodeScalars.contains(scalar))
            if isUnreserved || (scalar.isASCII && extra.unicodeScalars.contains(scalar)) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    /// `?a=1&b=2`, or nothing for no fields.
    static func query(_ fields: [QueryField]) -> String {
        guard !fields.isEmpty else { return "" }
        return "?"
            + fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }
}

struct QueryField: Hashable, Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
