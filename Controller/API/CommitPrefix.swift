/// The beginning of a commit's hash as calls give it (API contract, §1, JSON).
enum CommitPrefix {
    /// Whether the text is 7 to 64 lower-case hexadecimal digits.
    static func isOne(_ text: String) -> Bool {
        (7...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                    true
                default: false
                }
            }
    }
}
