import Patterns

/// One expression for lines of text.
struct TextRule: Sendable {
    let pattern: LinearPattern
    let name: String?
    let measure: RuleMeasure
    /// Group numbers by param.
    let params: [String: Int]
    private let value: Int
    private let nameGroup: Int?
    private let unitGroup: Int?
    private let thousands: UInt8?
    private let decimal: UInt8

    init(_ rule: RuleText) throws(RuleSet.Fault) {
        guard let text = rule.json["pattern"]?.string else {
            throw rule.fault("`pattern` is missing")
        }
        do throws(LinearPattern.Fault) {
            pattern = try LinearPattern(text)
        } catch {
            throw rule.fault("the pattern cannot be used: \(error)")
        }
        measure = try rule.measure()
        name = rule.json["name"]?.string
        nameGroup = pattern.group(named: "name")
        unitGroup = pattern.group(named: "unit")
        guard let value = pattern.group(named: "value") else {
            throw rule.fault("the pattern has no group (?<value>…)")
        }
        guard name != nil || nameGroup != nil else {
            throw rule.fault("neither the rule nor its pattern has a name")
        }
        self.value = value
        var params: [String: Int] = [:]
        for param in rule.json["params"]?.elements ?? .none {
            guard let key = param.string, let group = pattern.group(named: key) else {
                throw rule.fault("the pattern has no group for a param")
            }
            params[key] = group
        }
        self.params = params
        thousands = try Self.mark("thousands", rule)
        decimal = try Self.mark("decimal", rule) ?? UInt8(ascii: ".")
    }

    /// A mark in numbers is one character.
    private static func mark(
        _ key: StaticString, _ rule: RuleText
    ) throws(RuleSet.Fault) -> UInt8? {
        guard let json = rule.json[key] else { return nil }
        guard let text = json.string, text.utf8.count == 1, let mark = text.utf8.first,
            !TextCursor.isDigit(mark)
        else { throw rule.fault("`\(key)` is not one character of ASCII") }
        return mark
    }

    /// What the line says; nil if the pattern does not match.
    func match(_ line: [UInt8]) -> (identity: ResultIdentity, unit: CanonicalUnit, Double?)? {
        guard let groups = pattern.firstMatch(in: line) else { return nil }
        func text(_ group: Int?) -> String? {
            guard let group, group < groups.count, let range = groups[group] else { return nil }
            return String(decoding: line[range], as: UTF8.self)
        }
        var found: [String: String] = [:]
        for (key, group) in params { found[key] = text(group) }
        let identity = ResultIdentity(
            name: text(nameGroup) ?? name ?? "", params: found, metric: measure.metric)
        let number = value < groups.count ? groups[value].flatMap { self.number(line[$0]) } : nil
        return (identity, Units.canonical(text(unitGroup) ?? measure.unit ?? ""), number)
    }

    private func number(_ text: ArraySlice<UInt8>) -> Double? {
        let point = UInt8(ascii: ".")
        var plain: [UInt8] = []
        for byte in text where byte != thousands {
            // A point that is not the decimal mark has no meaning.
            guard byte != point || decimal == point else { return nil }
            plain.append(byte == decimal ? point : byte)
        }
        return DecimalNumber.read(plain[...])
    }
}

/// Tries a project's expressions on each line; the first that matches has it.
struct TextRules: LineReader {
    let rules: [TextRule]

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let bytes = Array(line.bytes)
        for rule in rules {
            guard let (identity, unit, value) = rule.match(bytes) else { continue }
            guard !identity.name.isEmpty else {
                return results.fail(
                    .entryInvalid, message: "a rule matched an empty name", at: line.position)
            }
            return try results.add(identity) { () throws(ValueFault) in
                try ResultRecord(unit, better: rule.measure.better, sample: value)
            }
        }
    }
}
