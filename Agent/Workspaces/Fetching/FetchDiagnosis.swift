/// Reads from git's words why a remote did not give what was asked.
///
/// git has no exit statuses for these; the phrases are those of git 2.39 to 2.50, of libcurl and
/// of OpenSSH, in the C locale.
enum FetchDiagnosis {
    private static let refusals = [
        "authentication failed", "could not read username", "could not read password",
        "terminal prompts disabled", "permission denied", "http basic: access denied",
        "invalid username or", "returned error: 401", "returned error: 403",
        "host key verification failed", "unable to read askpass",
    ]
    private static let absences = [
        "not our ref", "couldn't find remote ref", "could not find remote ref",
        "unadvertised object", "no such remote ref",
    ]

    /// The remote answered, but has no such object, or does not give it away.
    static func saysObjectMissing(_ message: String) -> Bool {
        let lower = message.lowercased()
        return absences.contains { lower.contains($0) }
    }

    static func failure(from message: String) -> WorkspaceFailure {
        let lower = message.lowercased()
        if let line = message.split(whereSeparator: \.isNewline).first(where: isFsckFinding) {
            return .contentRefused(printable(line))
        }
        let reason = summary(of: message)
        return refusals.contains { lower.contains($0) }
            ? .remoteAuthFailed(reason) : .remoteUnreachable(reason)
    }

    /// The line that says most: the first `fatal:` or `error:`, else the last one; at most 300
    /// characters, without control characters.
    static func summary(of message: String) -> String {
        let lines = message.split(whereSeparator: \.isNewline)
        let line =
            lines.first { $0.hasPrefix("fatal:") } ?? lines.first { $0.hasPrefix("error:") }
            ?? lines.last ?? "git gave no reason"
        return printable(line)
    }

    /// git's own check of what comes in, git-fsck(1): `error: object HASH: NAME: TEXT`.
    private static func isFsckFinding(_ line: Substring) -> Bool {
        line.hasPrefix("error: object ") || line.contains("fsck error")
    }

    private static func printable(_ line: Substring) -> String {
        let scalars = line.unicodeScalars.prefix(300).filter {
            $0.properties.generalCategory != .control
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
