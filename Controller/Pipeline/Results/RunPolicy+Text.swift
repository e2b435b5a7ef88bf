import Analysis
import FoundationEssentials

extension RunPolicy {
    /// As it is kept with a run.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    init(text: String) throws {
        self = try JSONDecoder().decode(RunPolicy.self, from: Data(text.utf8))
    }
}
