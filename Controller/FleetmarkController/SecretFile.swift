import FoundationEssentials

/// A file that holds nothing but a secret, or several.
struct SecretFile {
    private let path: String

    /// Larger files are no secrets.
    private static let maximumBytes = 1 << 20

    init(_ path: String) { self.path = path }

    /// The whole text of the file that the option `flag` names.
    ///
    /// Fails for a file that is not there, that everybody may read, or that is no text; never with
    /// anything of its content.
    func text(for flag: String) throws(StartFailure) -> String {
        let files = FileManager.default
        guard let facts = try? files.attributesOfItem(atPath: resolved),
            let mode = facts[.posixPermissions] as? Int
        else { throw StartFailure(.usage, "\(flag): there is no file \(path)") }
        guard mode & 0o004 == 0 else {
            throw StartFailure(
                .usage, "\(flag): everybody may read \(path), which is for a secret; chmod o-r it")
        }
        guard let data = files.contents(atPath: path), data.count <= Self.maximumBytes,
            let text = String(validating: data, as: UTF8.self)
        else { throw StartFailure(.usage, "\(flag): the file \(path) cannot be read as text") }
        return text
    }

    /// The first line, without its end.
    func line(for flag: String) throws(StartFailure) -> String {
        let text = try text(for: flag)
        return String(text.prefix { !$0.isNewline })
    }

    /// Behind links: Kubernetes makes its secrets so.
    private var resolved: String { URL(filePath: path).resolvingSymlinksInPath().path }
}
