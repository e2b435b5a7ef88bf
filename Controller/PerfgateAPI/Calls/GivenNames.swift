import WebSupport

/// Names that clients give to what they store.
enum GivenNames {
    /// Characters of a project, version, reference, tag or other short text.
    static let maximumCharacters = 255
    static let maximumTags = 64
    /// All reasons of a verdict together.
    static let maximumReasonBytes = 64 << 10
    static let maximumBenchmarkBytes = 64

    /// Refuses what is no benchmark's name: 400 (perfgate contract, §2.7).
    static func check(benchmark: String) throws(APIError) {
        guard let fault = fault(ofBenchmark: benchmark) else { return }
        throw APIError(
            .invalidValue, "The benchmark's name \(fault).", details: ["pointer": "/benchmark"])
    }

    static func fault(ofBenchmark name: String) -> String? {
        let bytes = name.utf8
        if bytes.isEmpty { return "is empty" }
        if bytes.count > maximumBenchmarkBytes { return "is longer than 64 bytes" }
        guard bytes.allSatisfy(isNameByte) else {
            return "may have a–z, 0–9, '_', '.', '-' and '/' only"
        }
        for part in name.split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty { return "has an empty part beside a '/'" }
            if part == "." || part == ".." { return "has the part '\(part)'" }
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Refuses texts that are longer than a name may be: 400.
    static func check(_ texts: [(field: String, text: String?)]) throws(APIError) {
        for (field, text) in texts {
            guard let text, text.unicodeScalars.count > maximumCharacters else { continue }
            throw APIError(
                .invalidValue, "\(field) is longer than \(maximumCharacters) characters.",
                details: ["pointer": .string("/" + field)])
        }
    }

    static func check(tags: [String]) throws(APIError) {
        guard tags.count <= maximumTags else {
            throw APIError(
                .invalidValue, "There are more than \(maximumTags) tags.",
                details: ["pointer": "/tags"])
        }
        try check(tags.map { ("tags", $0) })
    }

    static func check(reasons: [String]) throws(APIError) {
        guard reasons.reduce(0, { $0 + $1.utf8.count }) <= maximumReasonBytes else {
            throw APIError(
                .invalidValue, "The reasons are longer than 64 KiB together.",
                details: ["pointer": "/reasons"])
        }
    }
}
