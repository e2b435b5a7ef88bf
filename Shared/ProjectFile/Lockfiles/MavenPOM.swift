import FleetModel
import Markup

/// `pom.xml`: Maven has no lockfile, so only what this file pins by itself is known. A version
/// that a parent or an imported list manages is left out, and said to be; the versions of the
/// parent and of such lists stand for what they manage. Profiles and plugins are not read.
struct MavenPOM {
    private let project: XMLElement
    private let properties: MavenProperties
    /// By `group:artifact`, versions of `dependencyManagement` as they are written.
    private var managed: [String: String] = [:]
    private var versions: [LockedDependency] = []
    private var leftOut: [String] = []

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> LockfileReading {
        let project = try source.xml()
        guard project.isNamed("project") else {
            throw .malformed("the outermost element is not <project>", line: nil)
        }
        var pom = MavenPOM(project)
        pom.readParent()
        pom.readManagement()
        pom.readDependencies()
        return LockfileReading(versions: pom.versions, notes: pom.notes)
    }

    private init(_ project: XMLElement) {
        self.project = project
        properties = MavenProperties(project)
    }

    private mutating func readParent() {
        guard let parent = project.child("parent"), let name = name(parent) else { return }
        take(name, parent.child("version")?.trimmedText)
    }

    private mutating func readManagement() {
        for entry in dependencies(in: project.child("dependencyManagement")) {
            guard let name = name(entry) else { continue }
            let version = entry.child("version")?.trimmedText
            if entry.child("scope")?.trimmedText == "import" {
                take(name, version)
            } else {
                managed[name] = version
            }
        }
    }

    private mutating func readDependencies() {
        for entry in dependencies(in: project) {
            guard let name = name(entry) else { continue }
            let version = entry.child("version")?.trimmedText ?? managed[name]
            // A module of the same project has its version, which says nothing.
            guard version.map(properties.isOwnVersion) != true else { continue }
            take(name, version)
        }
    }

    private mutating func take(_ name: String, _ version: String?) {
        guard let version = version.flatMap(properties.resolved), Self.isFixed(version) else {
            leftOut.append(name)
            return
        }
        versions.append(LockedDependency(.maven, name, version, isDirect: true))
    }

    /// Ranges and the words for the newest one pin nothing.
    private static func isFixed(_ version: String) -> Bool {
        !version.isEmpty && !["LATEST", "RELEASE"].contains(version)
            && !version.contains { "[](),".contains($0) }
    }

    private func dependencies(in parent: XMLElement?) -> [XMLElement] {
        parent?.child("dependencies")?.children.filter { $0.isNamed("dependency") } ?? []
    }

    /// `group:artifact`, as all tools of this ecosystem write it.
    private func name(_ element: XMLElement) -> String? {
        guard
            let group = element.child("groupId").flatMap({ properties.resolved($0.trimmedText) }),
            let artifact = element.child("artifactId")
                .flatMap({ properties.resolved($0.trimmedText) }),
            !group.isEmpty, !artifact.isEmpty
        else { return nil }
        return "\(group):\(artifact)"
    }

    private var notes: [String] {
        let names = Set(leftOut).sorted()
        guard let first = names.first else { return [] }
        let others = names.count > 1 ? " and \(names.count - 1) more" : ""
        return [
            "\(Quoted.clip(first))\(others): no version is pinned in this file (a parent, an "
                + "imported list or a range decides), so none is kept"
        ]
    }
}

/// The properties of one file, which may name each other.
struct MavenProperties {
    private static let mostSteps = 64
    private static let longest = 255
    private static let ownVersions: Set<String> = [
        "project.version", "pom.version", "version",
    ]

    private var values: [String: String] = [:]

    init(_ project: XMLElement) {
        for property in project.child("properties")?.children ?? [] {
            values[property.name] = property.trimmedText
        }
        let parent = project.child("parent")
        for key in ["groupId", "artifactId", "version"] {
            let above = parent.flatMap { Self.text(key, $0) }
            values["project.parent.\(key)"] = above
            // What a project does not say it has from its parent.
            let own = Self.text(key, project) ?? (key == "artifactId" ? nil : above)
            for prefix in ["project.", "pom.", ""] where values[prefix + key] == nil {
                values[prefix + key] = own
            }
        }
    }

    private static func text(_ key: String, _ element: XMLElement) -> String? {
        element.children.first { $0.name == key }?.trimmedText
    }

    /// Whether this is the version of the project itself.
    func isOwnVersion(_ text: String) -> Bool {
        guard let name = Self.firstReference(in: text) else { return false }
        return Self.ownVersions.contains(String(name.inner)) && name.whole == text[...]
    }

    /// The text with every `${name}` replaced; nothing if one is not known here, names itself, or
    /// grows beyond what a version can be.
    func resolved(_ text: String) -> String? {
        var text = text
        var steps = 0
        while let reference = Self.firstReference(in: text) {
            steps += 1
            guard steps <= Self.mostSteps, let value = values[String(reference.inner)] else {
                return nil
            }
            text.replaceSubrange(
                reference.whole.startIndex..<reference.whole.endIndex, with: value)
            guard text.utf8.count <= Self.longest else { return nil }
        }
        return text
    }

    private static func firstReference(
        in text: String
    ) -> (whole: Substring, inner: Substring)? {
        guard let start = text[...].range(ofFirst: "${"),
            let end = text[start.upperBound...].firstIndex(of: "}")
        else { return nil }
        return (text[start.lowerBound...end], text[start.upperBound..<end])
    }
}

extension XMLElement {
    /// The text inside, without white space at its ends.
    fileprivate var trimmedText: String {
        var rest = text[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
