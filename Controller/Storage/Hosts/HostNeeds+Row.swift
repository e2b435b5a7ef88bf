import Database
import FleetModel
import FoundationEssentials

extension HostNeeds {
    /// As it is stored: equal needs have equal texts, and none has none.
    var text: String { self == .none ? "" : StoredJSON.text(of: self) }
}

extension Row {
    func needs(_ column: String) throws(DatabaseFailure) -> HostNeeds {
        let text = try text(column)
        return text.isEmpty ? .none : try StoredJSON.read(text, of: column)
    }
}

extension HostOffers {
    static let columns = "labels, capabilities, architecture, cores, memory_bytes"

    init(_ row: Row) throws(DatabaseFailure) {
        let said = try row.optionalText("capabilities")
        var capabilities: [String]?
        if let said { capabilities = try StoredJSON.read(said, of: "capabilities") }
        self.init(
            labels: try StoredJSON.read(try row.text("labels"), of: "labels"),
            capabilities: capabilities.map(Set.init), architecture: try row.text("architecture"),
            cores: Int(clamping: try row.integer("cores")),
            memoryBytes: try row.integer("memory_bytes"))
    }
}

/// Small values in columns of JSON text.
enum StoredJSON {
    static func text(of value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("texts and numbers are always JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func read<Value: Decodable>(
        _ text: String, of column: String
    ) throws(DatabaseFailure) -> Value {
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else {
            throw .wrongType(column: column, expected: "\(Value.self)", found: text)
        }
        return value
    }
}
