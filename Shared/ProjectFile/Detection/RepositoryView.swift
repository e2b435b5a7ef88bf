/// The files of a repository, as far as recognising its tools needs them.
package struct RepositoryView {
    /// Relative to the repository, ascending.
    package let paths: [String]
    private let read: (String) -> [UInt8]?

    /// `read`: the bytes of one of the paths; nothing for a file that is too long.
    package init(paths: [String], read: @escaping (String) -> [UInt8]?) {
        self.paths = paths.sorted()
        self.read = read
    }

    func contains(_ path: String) -> Bool { paths.contains(path) }

    /// Bytes that are not UTF-8 are replaced.
    func text(_ path: String) -> String? { read(path).map { String(decoding: $0, as: UTF8.self) } }

    /// Files of this name, those nearest to the root first.
    func files(named name: String) -> [String] {
        files { $0 == name }
    }

    func files(_ isMeant: (_ name: Substring) -> Bool) -> [String] {
        paths.filter { isMeant(Self.name($0)) }
            .sorted { (Self.depth($0), $0) < (Self.depth($1), $1) }
    }

    /// Files whose text has one of the words.
    func files(
        _ isMeant: (_ name: Substring) -> Bool, withAny words: [String]
    ) -> [String] {
        files(isMeant).filter { path in
            text(path).map { text in words.contains { text.contains($0) } } ?? false
        }
    }

    static func name(_ path: String) -> Substring {
        path.split(separator: "/").last ?? path[...]
    }

    /// `.` for a file at the root.
    static func folder(_ path: String) -> String {
        let names = path.split(separator: "/").dropLast()
        return names.isEmpty ? "." : names.joined(separator: "/")
    }

    private static func depth(_ path: String) -> Int { path.utf8.count { $0 == 0x2F } }
}
