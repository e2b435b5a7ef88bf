import Database
import FleetModel
import FoundationEssentials

extension Row {
    /// The JSON object that `Parameters.canonicalText` wrote.
    func parameters(_ column: String) throws(DatabaseFailure) -> Parameters {
        let text = try text(column)
        guard let values = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else {
            throw .wrongType(column: column, expected: "an object of texts", found: text)
        }
        return Parameters(values)
    }

    /// A JSON object of numbers.
    func numbers(_ column: String) throws(DatabaseFailure) -> [String: Double] {
        let text = try text(column)
        guard let values = try? JSONDecoder().decode([String: Double].self, from: Data(text.utf8))
        else {
            throw .wrongType(column: column, expected: "an object of numbers", found: text)
        }
        return values
    }

    /// The JSON array that `textList` wrote.
    func textList(_ column: String) throws(DatabaseFailure) -> [String] {
        let text = try text(column)
        guard let values = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
            throw .wrongType(column: column, expected: "an array of texts", found: text)
        }
        return values
    }
}

extension DatabaseValue {
    static func parameters(_ parameters: Parameters) -> Self { .text(parameters.canonicalText) }

    static func textList(_ list: [String]) -> Self {
        .text("[" + list.map(JSONText.quoted).joined(separator: ",") + "]")
    }
}
