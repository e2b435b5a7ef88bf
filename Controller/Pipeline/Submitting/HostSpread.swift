import FleetModel
import JobPlanning
import ProjectFile
import Storage

/// On which classes of hosts a revision is measured (project file, §2.6, `requires.on`).
struct HostSpread {
    /// What each host offers that may be given work; only their classes are looked at.
    let hosts: [(hostClass: String, offers: HostOffers)]
    /// Where all is measured that the wish leaves.
    let usual: String
    /// Somebody named the class or the host, which is then the only one.
    let isNamed: Bool

    struct Place: Hashable, Sendable {
        let hostClass: String
        /// Beside the usual class: the cells whose entries with `on: each` a host of the class can
        /// measure, and only those entries.
        let further: [MatrixCell]?
    }

    /// The usual class first, then the others by name.
    func places(for file: ProjectFile, _ wish: MeasuringWish) -> [Place] {
        let all = [Place(hostClass: usual, further: nil)]
        let wanted = EffectiveSuite(file).executions.filter(wish.onEachClass.narrowing.wants)
        guard !isNamed, !wanted.isEmpty else { return all }
        let byCell = Dictionary(grouping: wanted, by: \.cell)
        let needs = byCell.compactMapValues { try? HostNeeds.all($0) }
        let others = Set(hosts.map(\.hostClass)).subtracting([usual]).sorted()
        return all
            + others.compactMap { name in
                let offers = hosts.filter { $0.hostClass == name }.map(\.offers)
                let cells = file.cells.filter { cell in
                    guard let needs = needs[cell] else { return false }
                    return offers.contains { needs.unmet(by: $0).isEmpty }
                }
                return cells.isEmpty ? nil : Place(hostClass: name, further: cells)
            }
    }
}

extension HostSpread {
    /// - Throws: `SubmitFailure` for a place that there is not.
    init(_ all: [HostRecord], _ place: TriggerOrder.Place) throws {
        let known = all.filter { $0.state != .retired }
        self.init(
            hosts: known.filter { $0.state != .pending }.map { ($0.hostClass, $0.offers) },
            usual: try Self.usual(place, among: known),
            isNamed: place.host != nil || place.hostClass != nil)
    }

    private static func usual(
        _ place: TriggerOrder.Place, among hosts: [HostRecord]
    ) throws -> String {
        if let id = place.host {
            guard let host = hosts.first(where: { $0.id == id }) else {
                throw SubmitFailure.noEligibleHost("no host \(id)")
            }
            return host.hostClass
        }
        // The usual class may wait for its first host; any other word is a slip.
        let classes = Set(hosts.map(\.hostClass)).union([HostClassName.standard])
        if let asked = place.hostClass {
            guard classes.contains(asked) else { throw SubmitFailure.unknownHostClass(asked) }
            return asked
        }
        let working = Set(hosts.filter { $0.state != .pending }.map(\.hostClass))
        if working.contains(HostClassName.standard) { return HostClassName.standard }
        return working.min() ?? HostClassName.standard
    }
}
