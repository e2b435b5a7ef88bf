import FleetModel
import WebSupport

/// Words that whoever asks for a run, or sends one, calls it by.
enum GivenLabels {
    static let form = JSONSchema.map(.text(1...255))

    /// None for nil.
    /// - Throws: 422 with the place of the label that breaks a rule.
    static func checked(
        _ labels: [String: String]?, at pointer: String
    ) throws(APIError) -> Parameters {
        let labels = labels ?? [:]
        guard labels.count <= HostLabel.countLimit else {
            throw APIError(
                .tooMany, "There are at most \(HostLabel.countLimit) labels.",
                details: ["pointer": .string(pointer)])
        }
        for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
            let isPlain = !value.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            guard HostLabel.isValid(name), isPlain, (1...255).contains(value.unicodeScalars.count)
            else {
                throw APIError(
                    .outOfRange,
                    "A label's name has 1 to \(HostLabel.lengthLimit) letters, digits and . _ - /; "
                        + "its value 1 to 255 characters, and no control ones.",
                    details: ["pointer": .string("\(pointer)/\(name.prefix(64))")])
            }
        }
        return Parameters(labels)
    }
}
