/// How a project tells what its own tool writes: `fleetmark.rules.v1`.
/// Source: the benchmark format specification, section 5.
package struct RuleSet: Sendable {
    /// Why rules cannot be used, for people.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    enum Kind: Sendable {
        case text([TextRule])
        case tree([TreeRule])
    }

    package static let schema = "fleetmark.rules.v1"
    private static let ruleLimit = 100

    package let id: String
    let kind: Kind

    /// - Parameters:
    ///   - json: the object; `schema` may be left out.
    ///   - name: stands for a missing `id`.
    /// - Throws: which rule is wrong, and how.
    package init(_ json: [UInt8], name: String? = nil) throws(Fault) {
        let root = try Self.object(json)
        if let schema = root["schema"], schema.string != Self.schema {
            throw Fault(description: "the schema is not \(Self.schema)")
        }
        guard let id = root["id"]?.string ?? name.map(Slug.of), !id.isEmpty else {
            throw Fault(description: "`id` is missing")
        }
        guard let list = root["rules"], list.isArray, (1...Self.ruleLimit).contains(list.count)
        else { throw Fault(description: "`rules` is not a list of 1 to \(Self.ruleLimit) rules") }
        self.id = id
        switch root["kind"]?.string {
        case "regex": kind = .text(try Self.rules(list, TextRule.init))
        case "json": kind = .tree(try Self.rules(list, TreeRule.init))
        default: throw Fault(description: "`kind` is neither `regex` nor `json`")
        }
    }

    private static func object(_ json: [UInt8]) throws(Fault) -> JSONValue {
        do throws(SyntaxFailure) {
            let root = try JSONDocument(
                json, json.indices, limits: ParseLimits(), deadline: ParseDeadline(.seconds(10))
            ).root
            if root.isObject { return root }
        } catch {
            let place = TextPosition(of: error.offset, in: json)
            throw Fault(
                description: "line \(place.line), column \(place.column): \(error.reason)")
        }
        throw Fault(description: "the rules are not an object")
    }

    private static func rules<Rule>(
        _ list: JSONValue, _ make: (RuleText) throws(Fault) -> Rule
    ) throws(Fault) -> [Rule] {
        var rules: [Rule] = []
        for json in list.elements {
            rules.append(try make(RuleText(json: json, number: rules.count + 1)))
        }
        return rules
    }
}

/// One rule as it was written, and its number for messages.
struct RuleText {
    let json: JSONValue
    let number: Int

    func fault(_ text: String) -> RuleSet.Fault {
        RuleSet.Fault(description: "rule \(number): \(text)")
    }

    /// What rules of both kinds say about their values.
    func measure() throws(RuleSet.Fault) -> RuleMeasure {
        let metric = json["metric"].map { Slug.of($0.string ?? "") } ?? "time"
        guard !metric.isEmpty else { throw fault("`metric` has neither letter nor digit") }
        let better = json["direction"]?.string.flatMap(BenchmarkResult.Better.init)
        guard better != nil || json["direction"] == nil else {
            throw fault("`direction` is none of lower, higher, none")
        }
        return RuleMeasure(metric: metric, unit: json["unit"]?.string, better: better)
    }

    func path(at key: StaticString) throws(RuleSet.Fault) -> RulePath {
        guard let text = json[key]?.string else { throw fault("`\(key)` is missing") }
        return try path(text)
    }

    func path(_ text: String) throws(RuleSet.Fault) -> RulePath {
        guard let path = RulePath(text) else {
            throw fault("`\(text)` is no path of $, .key, ['key'], [0] and [*]")
        }
        return path
    }
}

struct RuleMeasure: Sendable {
    let metric: String
    let unit: String?
    let better: BenchmarkResult.Better?
}
