import FleetModel
import Storage

/// What follows from when a host was last heard.
struct HostClock: Hashable, Sendable {
    let now: ServerTime
    /// Without a word for this long a host is unreachable, and offline after ten times that.
    let unreachable: Duration

    func contact(of host: HostRecord) -> HostContact {
        host.contact(at: now, unreachable: unreachable)
    }
}

/// A host's name as a link.
struct HostLink: Hashable, Sendable {
    let href: String
    let name: ForeignText

    init(_ host: HostRecord) {
        href = PagePath.host(host.id).text
        name = ForeignText(host.name, limit: 60)
    }
}

/// How much of its work an attempt has done.
struct WorkProgress: Hashable, Sendable {
    let phase: String?
    /// `22 of 36`; nil before the agent has said how much there is.
    let text: String?
    /// For the bar: `61%`.
    let share: String?

    init?(_ progress: AttemptRecord.Progress) {
        guard progress.phase != nil || progress.total > 0 else { return nil }
        phase = progress.phase?.rawValue
        let done = min(max(0, progress.done), max(0, progress.total))
        text = progress.total > 0 ? "\(done) of \(progress.total)" : nil
        share =
            progress.total > 0
            ? Figures.fixed(Double(done) / Double(progress.total) * 100, decimals: 1) + "%" : nil
    }
}

/// A button that does something, for those who may; some ask for a reason first.
struct FormButton: Hashable, Sendable {
    let action: String
    let deed: String
    let token: String?
    /// What is asked for before; nil for what is done at once.
    let ask: String?
    let label: String
    /// Unlike any other on the page.
    let field: String
    let isPrimary: Bool

    init(
        _ path: FormPath, _ deed: String, _ viewer: Viewer, ask: String? = nil,
        label: String? = nil, isPrimary: Bool = false
    ) {
        action = path.text
        self.deed = deed
        token = viewer.token
        self.ask = ask
        self.label = label ?? deed
        field = "reason" + path.text.split(separator: "/").map { "-" + $0 }.joined()
        self.isPrimary = isPrimary
    }
}
