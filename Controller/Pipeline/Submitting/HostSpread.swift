package import FleetModel
import JobPlanning
import ProjectFile
import Storage

/// On which classes of hosts a revision is measured (project file, §2.6, `requires`).
struct HostSpread {
    /// Those that may be given work.
    let hosts: [Host]
    /// Where all is measured that the wish leaves, unless no host of the class can and another
    /// class can.
    let usual: String
    /// Somebody named the class or the host, which is then the only one.
    let isNamed: Bool

    struct Host: Sendable {
        let id: HostID
        let name: String
        let hostClass: String
        let offers: HostOffers
    }

    struct Place: Hashable, Sendable {
        let hostClass: String
        /// Beside the usual class: the cells whose entries with `on: each` a host of the class can
        /// measure, and only those entries.
        let further: [MatrixCell]?
    }

    /// The class that has everything first, then the others by name.
    func places(for file: ProjectFile, _ wish: MeasuringWish) -> [Place] {
        guard !isNamed else { return [Place(hostClass: usual, further: nil)] }
        let executions = EffectiveSuite(file).executions
        let first = main(for: executions.filter(wish.narrowing.wants))
        let needs = Self.needs(of: executions.filter(wish.onEachClass.narrowing.wants))
        return [Place(hostClass: first, further: nil)]
            + classes(besides: first).compactMap { name in
                let cells = file.cells.filter { cell in
                    needs[cell].map { isTaken($0, in: name) } ?? false
                }
                return cells.isEmpty ? nil : Place(hostClass: name, further: cells)
            }
    }

    /// The usual class where it can take all cells, or no other one can.
    private func main(for executions: [BenchmarkExecution]) -> String {
        let needs = Self.needs(of: executions).values
        return ([usual] + classes(besides: usual)).first { name in
            needs.allSatisfy { isTaken($0, in: name) }
        } ?? usual
    }

    /// Without cells whose entries no host at all could measure together.
    private static func needs(
        of executions: [BenchmarkExecution]
    ) -> [MatrixCell: HostNeeds] {
        Dictionary(grouping: executions, by: \.cell).compactMapValues { try? HostNeeds.all($0) }
    }

    private func classes(besides name: String) -> [String] {
        Set(hosts.map(\.hostClass)).subtracting([name]).sorted()
    }

    private func isTaken(_ needs: HostNeeds, in hostClass: String) -> Bool {
        hosts.contains { $0.hostClass == hostClass && needs.unmet(by: $0.offers).isEmpty }
    }
}

/// A job that none of the hosts of its place can take.
package struct HostLack: Hashable, Sendable {
    package let commit: CommitHash
    package let hostClass: String
    /// Empty without a matrix.
    package let cell: Parameters
    package let shortage: HostNeeds.Shortage
    package let hosts: [Host]
    /// Other cells of the run that none can take either.
    package let others: Int

    package struct Host: Hashable, Sendable {
        package let id: HostID
        package let name: String
        /// In the words of the project file: `pmu`, `cpus: 8`.
        package let unmet: [String]
    }

    /// `the cell cc=clang: …`, without its full stop.
    package var text: String {
        let rest = others == 0 ? "" : " (and \(others) more \(others == 1 ? "cell" : "cells"))"
        let place = cell == .none ? "" : "the cell \(cell.text)\(rest): "
        return place + shortage.text
    }
}

extension HostSpread {
    /// Nil where each job has a host that could take it, and where the class has no host yet.
    func lack(
        of jobs: [SubmissionStore.Job], at commit: CommitHash, in hostClass: String
    ) -> HostLack? {
        let lacking = jobs.compactMap { job -> (SubmissionStore.Job, HostNeeds.Shortage)? in
            let asked = asked(by: job, in: hostClass).map(\.offers)
            return job.needs.shortage(among: asked).map { (job, $0) }
        }
        guard let (job, shortage) = lacking.first else { return nil }
        return HostLack(
            commit: commit, hostClass: hostClass, cell: job.cell, shortage: shortage,
            hosts: asked(by: job, in: hostClass).map {
                HostLack.Host(id: $0.id, name: $0.name, unmet: job.needs.unmet(by: $0.offers))
            }, others: lacking.count - 1)
    }

    private func asked(by job: SubmissionStore.Job, in hostClass: String) -> [Host] {
        hosts.filter { $0.hostClass == hostClass && (job.host ?? $0.id) == $0.id }
    }

    /// - Throws: `SubmitFailure` for a place that there is not.
    init(_ all: [HostRecord], _ place: TriggerOrder.Place) throws {
        let known = all.filter { $0.state != .retired }
        self.init(
            hosts: known.filter { $0.state != .pending }.map {
                Host(id: $0.id, name: $0.name, hostClass: $0.hostClass, offers: $0.offers)
            },
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
