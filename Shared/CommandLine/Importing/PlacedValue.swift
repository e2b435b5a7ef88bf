import BenchmarkFormats

/// A value of a JSON file, and where it stands in it.
struct PlacedValue {
    let value: JSONValue
    let place: JSONPlace

    /// Without white space at its ends; nothing if none is left.
    var text: String? {
        guard let text = value.string else { return nil }
        var rest = text[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.isEmpty ? nil : String(rest)
    }

    /// One text, or a list of nothing else.
    var texts: [String]? {
        if let text { return [text] }
        let texts = parts.compactMap(\.part.text)
        return value.isArray && !texts.isEmpty && texts.count == value.count ? texts : nil
    }

    /// The text of anything but a list, an object and nothing.
    var scalarText: String? { isContainer || value.isNull ? nil : value.parameterText }

    var isContainer: Bool { value.isArray || value.isObject }

    /// The elements of a list, or the members of an object with their keys, repeated ones too.
    var parts: [(key: String?, part: PlacedValue)] {
        var parts: [(String?, PlacedValue)] = []
        for element in value.elements {
            parts.append((nil, PlacedValue(value: element, place: place.index(parts.count))))
        }
        value.forEachMember { key, value in
            let key = key.string ?? ""
            parts.append((key, PlacedValue(value: value, place: place.key(key))))
        }
        return parts
    }
}

/// `$.Runner.Projects[0]['odd key']`.
struct JSONPlace: Hashable {
    private enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    private static let longestKey = 80

    private var steps: [Step] = []

    static let root = JSONPlace()

    func key(_ key: String) -> JSONPlace { adding(.key(String(key.prefix(Self.longestKey)))) }
    func index(_ index: Int) -> JSONPlace { adding(.index(index)) }

    private func adding(_ step: Step) -> JSONPlace {
        var place = self
        place.steps.append(step)
        return place
    }

    var text: String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key):
                let isPlain = key.utf8.allSatisfy { byte in
                    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                        || LooseName.isLetterOrDigit(byte)
                }
                text += isPlain && !key.isEmpty ? ".\(key)" : "['\(key)']"
            }
        }
    }
}

/// Names without case and marks, as .NET compares them and as people write them: `repoUrl`,
/// `RepoURL` and `repo_url` are the same.
enum LooseName {
    static func fold(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }
}

/// An object whose members are asked for by any of several names. What nobody asks for is left
/// over, and so is a second member of the same meaning.
struct LooseObject {
    let place: JSONPlace
    private var members: [(name: String, part: PlacedValue)]

    init(_ object: PlacedValue) {
        place = object.place
        members = object.parts.map { (LooseName.fold($0.key ?? ""), $0.part) }
    }

    init(_ members: [(name: String, part: PlacedValue)], at place: JSONPlace) {
        self.place = place
        self.members = members
    }

    func has(_ names: [String]) -> Bool { find(names) != nil }
    func look(_ names: [String]) -> PlacedValue? { find(names).map { members[$0].part } }

    /// The member with the first of these names that is there; nulls are passed over.
    mutating func take(_ names: [String]) -> (name: String, part: PlacedValue)? {
        find(names).map { members.remove(at: $0) }
    }

    /// What was not asked for; a null says nothing.
    var rest: [PlacedValue] { members.map(\.part).filter { !$0.value.isNull } }

    private func find(_ names: [String]) -> Int? {
        for name in names {
            if let place = members.firstIndex(where: { $0.name == name && !$0.part.value.isNull }) {
                return place
            }
        }
        return nil
    }
}
