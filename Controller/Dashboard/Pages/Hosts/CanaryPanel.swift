import FleetModel
import Storage

/// How a host stands by its canaries: one line for each, with its recent past.
struct CanaryPanel: Hashable, Sendable {
    let state: StateChip
    let lines: [Line]
    let hasLines: Bool
    /// What the host's own noise hides, and what counting costs; empty before it is known.
    let sentences: [String]
    let document: String
    let order: FormButton?

    /// One canary.
    struct Line: Hashable, Sendable {
        let name: ForeignText
        let state: StateChip
        let median: Quantity
        /// `0.49 s to 0.51 s`; nil before there is a reference.
        let limits: String?
        let reason: ForeignText?
        let checkedAt: Moment
        let graph: CanaryGraph?
        let count: String
    }

    private static let shown = 60

    /// Nil for a host that never ran any, and that this reader cannot ask. `results`: newest
    /// first.
    init?(_ results: [CanaryResult], of host: HostRecord, viewer: Viewer) {
        order = Self.order(host, viewer)
        guard !results.isEmpty || order != nil || host.canary.wantedAt != nil else { return nil }
        state = StateChip(host.canary.state)
        let byName = Dictionary(grouping: results, by: \.name)
        lines = byName.sorted { Self.rank($0.key) < Self.rank($1.key) }.compactMap { _, found in
            Line(Array(found.prefix(Self.shown)))
        }
        hasLines = !results.isEmpty
        sentences = Self.sentences(host)
        document = DocumentPath.canary(host.id).text
    }

    private static func order(_ host: HostRecord, _ viewer: Viewer) -> FormButton? {
        guard viewer.operates, viewer.token != nil, host.canary.wantedAt == nil,
            ![.pending, .retired].contains(host.state)
        else { return nil }
        return FormButton(.order("canary", host.id), "Run all canaries", viewer)
    }

    private static func sentences(_ host: HostRecord) -> [String] {
        var found: [String] = []
        if host.canary.wantedAt != nil {
            found.append("All canaries are asked for; the host runs them when it has no work.")
        }
        if let floor = host.canary.calibration.noiseFloor {
            found.append(
                "Noise floor \(percent(floor)): no change of a time below \(percent(3 * floor)) "
                    + "counts here.")
        }
        if let overhead = host.canary.calibration.counterOverhead {
            found.append(
                overhead <= 0
                    ? "Counting costs nothing that can be told."
                    : "Counting makes programs \(percent(overhead)) slower.")
        }
        return found
    }

    private static func percent(_ share: Double) -> String {
        "\(Figures.fixed(share * 100, decimals: 2))\(Figures.thinSpace)%"
    }

    private static func rank(_ name: String) -> String {
        let order = ["alu", "mem-bw", "mem-lat", "syscall", "fork", "io"]
        return "\(order.firstIndex(of: name) ?? 9)\(name)"
    }
}

extension CanaryPanel.Line {
    /// Newest first; nil for none.
    init?(_ results: [CanaryResult]) {
        guard let newest = results.first else { return nil }
        let scale = UnitScale(unit: "s", largest: newest.median)
        let range = results.lazy.compactMap(\.limits).first
        name = ForeignText(newest.name, limit: 40)
        state = StateChip(newest.state)
        median = scale.quantity(newest.median)
        limits = range.map { "\(scale.text($0.lowerBound)) to \(scale.text($0.upperBound))" }
        reason = newest.state.isDeviant ? newest.reason.map { ForeignText($0, limit: 160) } : nil
        checkedAt = Moment(newest.at)
        graph = CanaryGraph(results.reversed().map { ($0.median, $0.state.isDeviant) }, range)
        count = Figures.grouped(Int64(results.count))
    }
}

/// Medians in their order over the band of what is allowed, in a box of 240 × 36.
struct CanaryGraph: Hashable, Sendable {
    let path: String
    let bandTop: String?
    let bandHeight: String?
    let dots: [Dot]
    let label: String

    struct Dot: Hashable, Sendable {
        let x: String
        let y: String
        /// `regressed` for what deviates; else `base`.
        let kind: String
    }

    private static let width = 240.0
    private static let height = 36.0

    /// Oldest first; nil without a value.
    init?(_ values: [(value: Double, isDeviant: Bool)], _ limits: ClosedRange<Double>?) {
        let finite = values.filter { $0.value.isFinite }
        let all = finite.map(\.value) + (limits.map { [$0.lowerBound, $0.upperBound] } ?? [])
        guard !finite.isEmpty, let least = all.min(), let greatest = all.max() else { return nil }
        let span = greatest > least ? greatest - least : 1
        func y(_ value: Double) -> Double {
            2 + (1 - (value - least) / span) * (Self.height - 4)
        }
        func x(_ place: Int) -> Double {
            finite.count < 2
                ? Self.width / 2 : 2 + Double(place) / Double(finite.count - 1) * (Self.width - 4)
        }
        let places = finite.indices.map { (x($0), y(finite[$0].value)) }
        path = places.enumerated().map { number, place in
            "\(number == 0 ? "M" : "L")\(Self.text(place.0)) \(Self.text(place.1))"
        }.joined()
        bandTop = limits.map { Self.text(y($0.upperBound)) }
        bandHeight = limits.map { Self.text(y($0.lowerBound) - y($0.upperBound)) }
        dots = finite.indices.filter { finite[$0].isDeviant || $0 == finite.count - 1 }.map {
            Dot(
                x: Self.text(places[$0].0), y: Self.text(places[$0].1),
                kind: finite[$0].isDeviant ? "regressed" : "base")
        }
        let outside = finite.count(where: \.isDeviant)
        label = "the last \(finite.count) results, \(outside) of them outside of the limits"
    }

    private static func text(_ number: Double) -> String { Figures.fixed(number, decimals: 1) }
}

extension CanaryResult.State {
    var isDeviant: Bool { self == .warn || self == .quarantine }
}

extension StateChip {
    init(_ state: CanaryResult.State) {
        switch state {
        case .valid: self.init(kind: "done", word: "canaries valid")
        case .warn: self.init(kind: "caution", word: "canary warns")
        case .quarantine: self.init(kind: "failed", word: "canary out of bounds")
        case .unknown: self.init(kind: "wait", word: "no reference yet")
        }
    }
}
