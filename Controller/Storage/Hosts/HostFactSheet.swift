import FoundationEssentials

/// What an agent said of its host when its session began, read from the text that is stored.
package struct HostFactSheet: Hashable, Sendable {
    /// By layer of the fingerprint, then by name; lists are one text.
    package let layers: [String: [String: String]]
    /// What the host cannot give, in the agent's order.
    package let limits: [Limit]

    /// One thing that the host cannot give (isolation and counters, §7).
    package struct Limit: Hashable, Sendable, Decodable {
        package let code: String
        package let subject: String?
        package let actual: String?
        package let message: String
        package let advice: String?
        /// `note`, `limit` or `obstacle`.
        package let weight: String?
    }

    /// One fact that two sheets say otherwise; nil where a sheet does not have it.
    package struct Difference: Hashable, Sendable {
        package let layer: String
        package let name: String
        package let first: String?
        package let second: String?
    }

    private static let order = ["identity", "hardware_class", "platform_epoch", "tuning"]
    private static let limitsRead = 200

    /// What cannot be read says nothing.
    package init(_ text: String?) {
        let bytes = Data((text ?? "{}").utf8)
        let found = try? JSONDecoder().decode(Document.self, from: bytes)
        layers = (found?.fingerprint ?? [:]).mapValues { layer in
            (layer.facts ?? [:]).mapValues(\.text)
        }
        let items = found?.capabilities?.limits ?? []
        limits = items.prefix(Self.limitsRead).compactMap(\.value)
    }

    /// What another sheet says otherwise, by layer and name. The state of the moment, such as a
    /// temperature, is no difference.
    package func differences(to other: HostFactSheet) -> [Difference] {
        Self.order.flatMap { layer -> [Difference] in
            let (mine, theirs) = (layers[layer] ?? [:], other.layers[layer] ?? [:])
            return Set(mine.keys).union(theirs.keys).sorted().compactMap { name in
                guard mine[name] != theirs[name] else { return nil }
                return Difference(
                    layer: layer, name: name, first: mine[name], second: theirs[name])
            }
        }
    }

    private struct Document: Decodable {
        let fingerprint: [String: Layer]?
        let capabilities: Capabilities?
    }

    private struct Layer: Decodable {
        let facts: [String: Fact]?
    }

    private struct Capabilities: Decodable {
        let limits: [Lenient<Limit>]?

        private enum CodingKeys: String, CodingKey { case limits }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            limits = try? container.decode([Lenient<Limit>].self, forKey: .limits)
        }
    }

    /// One that is malformed takes none of the others along.
    private struct Lenient<Value: Decodable>: Decodable {
        let value: Value?

        init(from decoder: any Decoder) throws {
            value = try? Value(from: decoder)
        }
    }

    /// A text, a number or a list of them.
    private struct Fact: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Int64.self) {
                text = "\(number)"
            } else if let flag = try? container.decode(Bool.self) {
                text = flag ? "yes" : "no"
            } else if let number = try? container.decode(Double.self) {
                text = "\(number)"
            } else if let list = try? container.decode([Fact].self) {
                text = list.map(\.text).joined(separator: ", ")
            } else {
                text = "?"
            }
        }
    }
}
