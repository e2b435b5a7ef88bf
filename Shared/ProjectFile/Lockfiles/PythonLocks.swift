import FleetModel

/// `poetry.lock`. What is direct stands in `pyproject.toml` beside it.
enum PoetryLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let direct = PythonProject.direct(source)
        return try source.toml()["package", default: .list([])].items.map { package in
            let name = package["name"]?.text ?? ""
            return LockedDependency(
                .pypi, PythonProject.normalised(name), package["version"]?.text ?? "",
                digest: package["files"]?.items.compactMap { $0["hash"]?.text }.min(),
                isDirect: direct.contains(PythonProject.normalised(name)))
        }
    }
}

/// `uv.lock`. What the project's own packages ask for is direct.
enum UvLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.toml()
        if let version = document["version"]?.text, version != "1" {
            throw .unknownVersion(version)
        }
        let packages = document["package"]?.items ?? []
        let own = packages.filter(isOwn)
        let direct = Set(own.flatMap(asked))
        return packages.filter { !isOwn($0) }.map { package in
            let name = package["name"]?.text ?? ""
            return LockedDependency(
                .pypi, name, package["version"]?.text ?? "",
                digest: package["sdist"]?["hash"]?.text
                    ?? package["wheels"]?.items.compactMap { $0["hash"]?.text }.min(),
                isDirect: direct.contains(name))
        }
    }

    private static func isOwn(_ package: TOMLValue) -> Bool {
        let kinds = package["source"]?.entries.keys
        return ["virtual", "editable", "directory"].contains { kinds?.contains($0) == true }
    }

    private static func asked(_ package: TOMLValue) -> [String] {
        let groups =
            [package["dependencies"]].compactMap(\.self)
            + (package["dev-dependencies"]?.entries.values.map(\.self) ?? [])
            + (package["optional-dependencies"]?.entries.values.map(\.self) ?? [])
        return groups.flatMap(\.items).compactMap { $0["name"]?.text }
    }
}

/// `requirements*.txt`: only versions that are pinned by `==`. The comments of pip-compile tell
/// what is not direct.
enum RequirementsText {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        var found: [LockedDependency] = []
        for block in blocks(try source.lines()) {
            let requirement = block.code.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            guard let sign = requirement.range(ofFirst: "==") else { continue }
            let name = requirement[..<sign.lowerBound].prefix { $0 != "[" }
            let version = requirement[sign.upperBound...].drop { $0 == "=" }
            guard !name.isEmpty, !version.hasSuffix("*") else { continue }
            found.append(
                LockedDependency(
                    .pypi, PythonProject.normalised(String(name)), String(version),
                    digest: block.hashes.min(), isDirect: block.isDirect))
        }
        return found
    }

    private struct Block {
        var code: Substring
        var hashes: [String] = []
        /// Who asked, by the comments below it.
        var askers: [Substring] = []

        var isDirect: Bool {
            askers.isEmpty || askers.contains { $0.hasPrefix("-r ") || $0.hasSuffix(".in") }
        }
    }

    /// A requirement with its options and comments, which follow it on lines of their own.
    private static func blocks(_ lines: [Substring]) -> [Block] {
        var blocks: [Block] = []
        var isVia = false
        for line in lines {
            var text = line.trimmingBlanks
            if text.hasSuffix("\\") { text = text.dropLast().trimmingBlanks }
            if text.hasPrefix("#") {
                guard !blocks.isEmpty, line.first == " " else { continue }
                var comment = text.dropFirst().trimmingBlanks
                if comment.hasPrefix("via") {
                    isVia = true
                    comment = comment.dropFirst(3).trimmingBlanks
                }
                if isVia, !comment.isEmpty { blocks[blocks.count - 1].askers.append(comment) }
                continue
            }
            isVia = false
            let words = text.split(separator: " ")
            let hashes = words.filter { $0.hasPrefix("--hash=") }.map { String($0.dropFirst(7)) }
            if text.hasPrefix("--hash="), !blocks.isEmpty {
                blocks[blocks.count - 1].hashes += hashes
            } else if !text.isEmpty, !text.hasPrefix("-") {
                let parts = text.split(separator: "#", maxSplits: 1)
                var block = Block(code: parts[0].spacesAroundEqualsRemoved)
                block.hashes = hashes
                if parts.count > 1, parts[1].trimmingBlanks.hasPrefix("via ") {
                    block.askers = [parts[1].trimmingBlanks.dropFirst(4)]
                }
                blocks.append(block)
            }
        }
        return blocks
    }
}

/// What a `pyproject.toml` asks for itself.
enum PythonProject {
    static func direct(_ source: LockfileSource) -> Set<String> {
        guard let project = source.tomlCompanion() else { return [] }
        let poetry = project.find(["tool", "poetry"])
        let tables =
            [poetry?["dependencies"], poetry?["dev-dependencies"]].compactMap(\.self)
            + (poetry?["group"]?.entries.values.compactMap { $0["dependencies"] } ?? [])
        let lists =
            [project.find(["project", "dependencies"])].compactMap(\.self)
            + (project.find(["project", "optional-dependencies"])?.entries.values.map(\.self) ?? [])
        let names =
            tables.flatMap(\.entries.keys)
            + lists.flatMap(\.items).compactMap(\.text).map { text in
                String(text.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) })
            }
        return Set(names.map(normalised))
    }

    /// As the index compares names (PEP 503).
    static func normalised(_ name: String) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }
}
