import Database
import FleetModel

/// A list of texts in one column: each on a line of its own as JSON writes it, with a line break
/// before and after, so that a search for a whole line finds exactly one text.
enum TextList {
    static func column(_ texts: [String]) -> String {
        "\n" + texts.map { JSONText.quoted($0) + "\n" }.joined()
    }

    /// For `LIKE … ESCAPE '!'`: the rows whose list has the text.
    static func pattern(containing text: String) -> String {
        "%\n" + escaped(JSONText.quoted(text)) + "\n%"
    }

    /// For `LIKE … ESCAPE '!'`: the rows whose text begins so.
    static func pattern(beginning text: String) -> String { escaped(text) + "%" }

    /// As JSON, which a list is but for the commas.
    static func json(_ column: String) -> String {
        "[" + column.split(separator: "\n").joined(separator: ",") + "]"
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == "!" || scalar == "%" || scalar == "_" { result += "!" }
            result.unicodeScalars.append(scalar)
        }
    }
}
