import BenchmarkFormats

/// Finds the projects in a Toujou runner's configuration, wherever they stand in it
/// (decision record 0048).
struct ToujouReader {
    private(set) var projects: [ImportedProject] = []
    private(set) var gaps = ImportGaps()

    /// Projects of one file.
    private static let projectLimit = 1_000

    init(_ document: JSONDocument) {
        visit(PlacedValue(value: document.root, place: .root), named: nil, in: .elsewhere)
        for index in projects.indices { setUniqueName(index) }
    }

    /// Where a value stands: below `projects`, or in a list or map that does.
    private enum Room { case elsewhere, projects, element }

    /// Looks for projects; what holds none is one gap, not one for each leaf.
    private mutating func visit(_ found: PlacedValue, named name: String?, in room: Room) {
        if found.value.isObject, Self.isProject(LooseObject(found)) {
            return readProject(found, named: name)
        }
        let before = (gaps, projects.count)
        for (key, part) in found.parts {
            let folded = key.map(LooseName.fold) ?? ""
            let next: Room =
                switch room {
                case .projects: .element
                case .elsewhere where ToujouWords.projects.contains(folded): .projects
                default: .elsewhere
                }
            if part.isContainer {
                visit(part, named: key, in: next)
            } else if next == .element {
                gaps.skip(part.place, "is no object with a repository and benchmarks")
            } else if !part.value.isNull {
                gaps.pass(part.place)
            }
        }
        guard projects.count == before.1, gaps.skipped == before.0.skipped else { return }
        gaps.join(
            since: before.0, at: found.place,
            room == .element ? "no benchmarks in it" : nil)
    }

    private static func isProject(_ object: LooseObject) -> Bool {
        if object.look(ToujouWords.projects)?.isContainer == true { return false }
        if object.look(ToujouWords.benchmarks)?.isContainer == true { return true }
        // Many sections have an address; only one with a command is a project.
        return object.has(ToujouWords.repository)
            && (object.has(ToujouWords.command) || object.has(ToujouWords.program))
    }

    private mutating func readProject(_ found: PlacedValue, named hint: String?) {
        guard projects.count < Self.projectLimit else {
            return gaps.skip(found.place, "more than \(Self.projectLimit) projects")
        }
        var object = LooseObject(found)
        var project = ImportedProject(name: "", place: found.place)
        let name = object.take(ToujouWords.name)
        if name?.part.text == nil, let part = name?.part { gaps.pass(part.place, "is no text") }
        readRepository(&object, &project)
        let given = hint.flatMap { hint in
            ToujouWords.sections.union(ToujouWords.projects).contains(LooseName.fold(hint))
                ? nil : hint
        }
        project.name = Self.projectName(
            name?.part.text ?? given ?? project.remote.map(Self.lastPart) ?? "project")
        var reader = ToujouBenchmarkReader(gaps: gaps)
        reader.read(&object, into: &project)
        gaps = reader.gaps
        gaps.pass(object.rest)
        guard !project.benchmarks.isEmpty else {
            return gaps.skip(found.place, "no benchmark in it can be run")
        }
        projects.append(project)
    }

    private mutating func readRepository(
        _ object: inout LooseObject, _ project: inout ImportedProject
    ) {
        if let found = object.take(ToujouWords.repository)?.part {
            if let text = found.text {
                setRemote(text, found.place, &project)
            } else if found.value.isObject {
                var inner = LooseObject(found)
                if let address = inner.take(ToujouWords.address)?.part, let text = address.text {
                    setRemote(text, address.place, &project)
                }
                project.branch = inner.take(ToujouWords.branch)?.part.text
                gaps.pass(inner.rest)
            } else {
                gaps.pass(found.place, "is no address")
            }
        }
        guard let branch = object.take(ToujouWords.branch)?.part else { return }
        guard let text = branch.text else { return gaps.pass(branch.place, "is no text") }
        project.branch = text
    }

    private mutating func setRemote(
        _ text: String, _ place: JSONPlace, _ project: inout ImportedProject
    ) {
        let address = RemoteText(text)
        project.remote = address.text
        if address.hadSecret {
            gaps.pass(place, "the secret in this address is left out; give the controller its own")
        }
    }

    private static func lastPart(_ remote: String) -> String {
        let last = remote.split { "/:\\".contains($0) }.last.map(String.init) ?? remote
        return last.lowercased().hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// As a controller takes names; also fit for a folder.
    private static func projectName(_ text: String) -> String {
        var name = ""
        for character in text.lowercased() {
            let fits =
                character.utf8.count == 1
                && character.utf8.allSatisfy { byte in
                    LooseName.isLetterOrDigit(byte) || "._-".utf8.contains(byte)
                }
            if fits {
                name.append(character)
            } else if name.last != "-" {
                name.append("-")
            }
        }
        let start = name.drop { !$0.isLetter && !$0.isNumber }.prefix(60)
        var trimmed = String(start)
        while trimmed.last == "-" { trimmed.removeLast() }
        return trimmed.isEmpty ? "project" : trimmed
    }

    private mutating func setUniqueName(_ index: Int) {
        let taken = Set(projects[..<index].map(\.name))
        let name = projects[index].name
        var number = 2
        while taken.contains(projects[index].name) {
            projects[index].name = "\(name)-\(number)"
            number += 1
        }
    }
}

/// The address of a repository, without what nobody else should read.
struct RemoteText: Equatable {
    let text: String
    let hadSecret: Bool

    init(_ given: String) {
        guard let scheme = given.firstRange(of: "://") else {
            (text, hadSecret) = (given, false)
            return
        }
        let rest = given[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else {
            (text, hadSecret) = (given, false)
            return
        }
        let user = authority[..<at].prefix { $0 != ":" }
        let isWeb = given.lowercased().hasPrefix("http")
        // Over HTTP the name alone may be a token; over SSH it is the account.
        let kept = isWeb || user.isEmpty ? "" : user + "@"
        hadSecret = isWeb || user.endIndex != at
        text = given[..<scheme.upperBound] + kept + rest[authority.index(after: at)...]
    }
}
