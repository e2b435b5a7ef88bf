import FleetModel

/// The cells of a run's matrix that `--matrix K=V` leaves.
struct CellChoice {
    let axes: [AxisArgument]

    /// Their jobs; nil where no axis is named.
    func jobs(of run: String, _ client: APIClient) async throws -> [Job]? {
        guard !axes.isEmpty else { return nil }
        let all = try await client.get("/runs/\(run)/jobs", as: ReplyPage<Job>.self).value.items
        let found = all.filter { job in
            axes.allSatisfy { job.cell?[$0.pair.name] == $0.pair.value }
        }
        guard !found.isEmpty else {
            let cells = all.map(\.cellText).filter { !$0.isEmpty }
            throw CommandFailure.usage(
                "the run has no such cell",
                try: cells.isEmpty ? "it has no matrix" : "one of " + cells.joined(separator: "; "))
        }
        return found
    }
}
