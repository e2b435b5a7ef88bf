/// Each link to a file of the repository leads to one, and each anchor to a heading.
///
/// Addresses elsewhere are not asked for: tests do not leave the machine.
enum LinkRules {
    static func violations(in pages: [MarkdownPage], files: Set<String>) -> [Violation] {
        let anchors = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0.anchors) })
        let folders = Set(files.flatMap(foldersAbove))
        return pages.flatMap { page in
            page.links.compactMap { link in
                fault(of: link.target, on: page.path, files: files.union(folders), anchors: anchors)
                    .map { Violation(page.path, line: link.line, $0) }
            }
        }
    }

    private static func fault(
        of target: String, on page: String, files: Set<String>, anchors: [String: Set<String>]
    ) -> String? {
        if target.contains("://") || target.hasPrefix("mailto:") { return nil }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        guard let file = path.isEmpty ? page : resolve(path, from: page) else {
            return "\(target) leads out of the repository"
        }
        guard files.contains(file) else { return "\(target): there is no \(file)" }
        guard parts.count == 2, let known = anchors[file] else { return nil }
        return known.contains(String(parts[1])) ? nil : "\(target): \(file) has no such heading"
    }

    /// The path from the root that `target` means on `page`, or nil outside of the root.
    static func resolve(_ target: String, from page: String) -> String? {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..":
                guard parts.popLast() != nil else { return nil }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    private static func foldersAbove(_ path: String) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        return parts.indices.map { parts[..<$0].joined(separator: "/") }
    }
}
