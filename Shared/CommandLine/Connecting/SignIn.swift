import FoundationEssentials

/// What `login` stored: one server, the key for it, and the CA that it showed.
struct SignIn: Codable, Equatable, Sendable {
    var version = 1
    let server: String
    let key: String?
    /// PEM.
    let pinnedCA: String?
    /// Of the pinned CA: `SHA256:` and hexadecimal digits.
    let fingerprint: String?
}

/// `credentials.json` beside the configuration.
struct SignInFile: Sendable {
    let folder: String

    var path: String { folder + "/credentials.json" }

    /// `$XDG_CONFIG_HOME/fleetmark`, else `~/.config/fleetmark`; nothing without either.
    init?(environment: [String: String]) {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            folder = base + "/fleetmark"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            folder = home + "/.config/fleetmark"
        } else {
            return nil
        }
    }

    /// - Returns: nothing when nobody has signed in.
    func read() throws(CommandFailure) -> SignIn? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let text = try PrivateTextFile.read(path)
        do {
            let stored = try JSONDecoder().decode(SignIn.self, from: Data(text.utf8))
            guard stored.version == 1 else { throw CommandFailure.usage("") }
            return stored
        } catch {
            throw .usage("\(path) could not be understood", try: "fleetmark login URL")
        }
    }

    func write(_ signIn: SignIn) throws(CommandFailure) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            let text = String(decoding: try encoder.encode(signIn), as: UTF8.self)
            try PrivateTextFile.write(text + "\n", to: path, in: folder)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.failed, "not_stored", "\(path) could not be written")
        }
    }

    /// - Returns: whether there was one.
    func remove() throws(CommandFailure) -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CommandFailure(.failed, "not_removed", "\(path) could not be removed")
        }
        return true
    }
}
