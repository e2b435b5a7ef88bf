/// The git configuration that lets a file remote be opened whoever owns it.
///
/// The operator has allowed file remotes and named this one, and git's own question, whether its
/// owner is the caller, would refuse every shared folder. Source: git-config(1), safe.directory.
package enum FileRemoteTrust {
    /// The text of a configuration file. `path` is a checked `RemoteURL`'s, so without quotes and
    /// backslashes.
    package static func configuration(for path: String) -> String {
        var base = path[...]
        while base.count > 1, base.hasSuffix("/") { base.removeLast() }
        let forms = ["", "/.git", ".git"].map { "\tdirectory = \"\(base)\($0)\"\n" }
        return "[safe]\n" + forms.joined()
    }
}
