import Patterns

/// A path within a document of this module's reader.
struct RulePath: Sendable {
    let path: JSONPath

    init?(_ text: String) {
        guard let path = JSONPath(text) else { return nil }
        self.path = path
    }

    /// Everything that the path means below a value, in order.
    func values(in root: JSONValue) -> [JSONValue] {
        var found = [root]
        for step in path.steps {
            switch step {
            case .key(let key): found = found.compactMap { $0[named: key] }
            case .index(let index):
                found = found.compactMap { value in
                    guard index < value.count else { return nil }
                    var elements = value.elements.makeIterator()
                    for _ in 0..<index { _ = elements.next() }
                    return elements.next()
                }
            case .all:
                found = found.flatMap { $0.isObject ? $0.members.map(\.value) : Array($0.elements) }
            }
        }
        return found
    }

    func first(in root: JSONValue) -> JSONValue? { values(in: root).first }
}

/// One choice of items in a JSON document.
struct TreeRule: Sendable {
    private enum NamePart: Sendable {
        case word(String)
        case path(RulePath)
    }

    let each: RulePath
    let measure: RuleMeasure
    private let name: [NamePart]
    private let params: [String: RulePath]
    private let value: RulePath

    init(_ rule: RuleText) throws(RuleSet.Fault) {
        each = try rule.path(at: "each")
        value = try rule.path(at: "value")
        measure = try rule.measure()
        var name: [NamePart] = []
        for part in rule.json["name"]?.elements ?? .none {
            guard let text = part.string else { throw rule.fault("`name` is not a list of text") }
            name.append(text.hasPrefix("$") ? .path(try rule.path(text)) : .word(text))
        }
        guard !name.isEmpty else { throw rule.fault("`name` is missing") }
        self.name = name
        var params: [String: RulePath] = [:]
        for (key, path) in rule.json["params"]?.members ?? [] {
            guard let text = path.string else { throw rule.fault("a param is no path") }
            params[key] = try rule.path(text)
        }
        self.params = params
    }

    /// nil if a part of the name is missing.
    func name(of item: JSONValue) -> String? {
        var parts: [String] = []
        for part in name {
            switch part {
            case .word(let text): parts.append(text)
            case .path(let path):
                guard let value = path.first(in: item), !value.isNull else { return nil }
                parts.append(value.parameterText)
            }
        }
        return parts.joined(separator: "/")
    }

    func params(of item: JSONValue) -> [String: String] {
        params.compactMapValues {
            $0.first(in: item).flatMap { $0.isNull ? nil : $0.parameterText }
        }
    }

    /// One number, or an array of samples.
    func samples(of item: JSONValue, _ unit: CanonicalUnit) throws(ValueFault) -> [Double] {
        var samples: [Double] = []
        for value in value.values(in: item) {
            if value.isArray {
                samples += try unit.values(value)
            } else {
                samples.append(try unit.value(value))
            }
        }
        guard !samples.isEmpty else { throw .invalid }
        return samples
    }
}

/// Reads what a project's rules choose of a JSON document.
enum TreeRules {
    static func read(
        _ input: FormatInput, _ rules: [TreeRule], into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let root = try input.document().root
        for rule in rules {
            let unit = Units.canonical(rule.measure.unit ?? "")
            for item in rule.each.values(in: root) {
                guard let name = rule.name(of: item), !name.isEmpty else {
                    results.fail(.entryInvalid, message: "an item has no name")
                    continue
                }
                let identity = ResultIdentity(
                    name: name, params: rule.params(of: item), metric: rule.measure.metric)
                try results.add(identity) { () throws(ValueFault) in
                    var record = ResultRecord(unit, better: rule.measure.better)
                    record.samples = try rule.samples(of: item, unit)
                    return record
                }
            }
        }
    }
}
