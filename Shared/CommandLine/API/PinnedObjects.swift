// What the API tells about the pinned baseline (API contract, section 3.4).

/// What a project's runs are held against over a long time.
struct PinnedBaseline: Decodable, Sendable {
    /// A change; without a commit it ended what was pinned before.
    struct Entry: Decodable, Sendable {
        let version: Int64
        let commit: String?
        let release: String?
        let hostClass: String?
        let note: String?
        let by: String?
        let atUs: Int64?
    }

    let version: Int64
    let commit: String?
    let release: String?
    let hostClass: String?
    let note: String?
    let by: String?
    let atUs: Int64?
    /// That have a point of it.
    let series: Int64?
    /// Newest first.
    let history: [Entry]?

    /// `v1.0 (77aa0141c2d3) for hosts of linux, by ann at 2026-11-01 10:00:00Z: last good`.
    func line(_ session: Session) -> String {
        guard let commit else { return "nothing is pinned" }
        var text = release.map { "\($0) (\(Readable.commit(commit)))" } ?? Readable.commit(commit)
        if let hostClass { text += " for hosts of \(hostClass)" }
        if let by {
            text += ", by \(by)"
            if let atUs {
                text += " at " + Moment.text(atUs, utc: session.settings.usesUTC)
            }
        }
        if let note { text += ": \(note)" }
        return PlainLine.text(text)
    }
}
