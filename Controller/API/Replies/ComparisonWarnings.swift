import AgentProtocol
import FleetModel
package import Storage
import WebSupport

/// What a reader of a comparison should know of where its two runs were measured: another tuning of
/// the host, or another reference of its canaries (isolation and counters, §4.1 and §6.3).
///
/// Both sides of one run are measured in turns on one host, so only two runs can differ.
package struct ComparisonWarnings: Sendable {
    let runs: RunStore
    let measurements: MeasurementStore

    package init(runs: RunStore, measurements: MeasurementStore) {
        self.runs = runs
        self.measurements = measurements
    }

    /// `{reason, text}` each.
    func warnings(on comparison: ComparisonStore.Comparison) async throws -> [WebSupport.JSONValue]
    {
        var found = try await places(of: comparison)
        for (side, name) in [(comparison.base, "base"), (comparison.candidate, "candidate")] {
            guard let run = side.run, let warning = try await stoppedCells(of: run, name) else {
                continue
            }
            found.append(warning)
        }
        return found
    }

    private static let shownCells = 5

    /// What a verdict over the other cells does not tell by itself.
    private func stoppedCells(
        of run: RunID, _ side: String
    ) async throws -> WebSupport.JSONValue? {
        let jobs = try await runs.jobs(of: run).filter { $0.cell != .none }
        let stopped = jobs.compactMap { job in job.ending.map { "\(job.cell.text) \($0)" } }
        guard !stopped.isEmpty else { return nil }
        let rest =
            stopped.count > Self.shownCells ? "; and \(stopped.count - Self.shownCells) more" : ""
        let text =
            "\(stopped.count) of \(jobs.count) cells of the \(side) did not come to an end: "
            + stopped.prefix(Self.shownCells).joined(separator: "; ") + rest + "."
        return .object(["reason": "cells_missing", "text": .string(text)])
    }

    /// None where the runs' agents said too little. Cells of a matrix are looked at each by itself.
    private func places(
        of comparison: ComparisonStore.Comparison
    ) async throws -> [WebSupport.JSONValue] {
        guard let base = comparison.base.run, let candidate = comparison.candidate.run,
            base != candidate
        else { return [] }
        let (before, after) = (try await places(of: base), try await places(of: candidate))
        var found: [Warning] = []
        for (cell, old) in before.sorted(by: { $0.key.canonicalText < $1.key.canonicalText }) {
            // What two hosts measured is compared where somebody asks for it.
            guard let new = after[cell],
                old.host == new.host || comparison.method.design == .acrossHosts
            else { continue }
            found += [Self.tuning(old, new), Self.reference(old, new)].compactMap(\.self)
        }
        var known: Set<Warning> = []
        return found.filter { known.insert($0).inserted }.map { warning in
            .object(["reason": .string(warning.reason), "text": .string(warning.text)])
        }
    }

    private struct Warning: Hashable {
        let reason: String
        let text: String
    }

    /// Where a job was measured, as far as its agent said.
    private struct Place {
        let host: HostID
        var profile: String?
        /// What was found in force, by knob; `nil` without a receipt of a measurement.
        var tuning: [String: String]?
        /// The digest of kernel, microcode and firmware.
        var platform: String?
    }

    /// By the cells of the run's jobs.
    private func places(of run: RunID) async throws -> [Parameters: Place] {
        let attempts = try await runs.attempts(of: run)
        var places: [Parameters: Place] = [:]
        for job in try await runs.jobs(of: run) {
            let own = attempts.filter { $0.job == job.id }
            guard let attempt = own.last(where: \.isCounted) ?? own.last else { continue }
            places[job.cell] = try await place(of: attempt)
        }
        return places
    }

    private func place(of attempt: AttemptRecord) async throws -> Place {
        var place = Place(host: attempt.host)
        for receipt in try await measurements.receipts(of: attempt.id) {
            let body = Array(receipt.body.utf8)
            if receipt.kind == "isolation",
                let record = try? WireCodec.decode(IsolationRecord.self, from: body),
                record.isOfMeasuring
            {
                place.profile = record.tuningProfile
                place.tuning = Dictionary(
                    record.tuning.map { ($0.knob, $0.found) }, uniquingKeysWith: { $1 })
            }
            if receipt.kind == "environment",
                let record = try? WireCodec.decode(EnvironmentRecord.self, from: body)
            {
                place.platform = record.fingerprint["platform_epoch"]?.digest
            }
        }
        return place
    }

    private static let shownKnobs = 5

    private static func tuning(_ base: Place, _ candidate: Place) -> Warning? {
        guard let before = base.tuning, let after = candidate.tuning else { return nil }
        var differences: [String] = []
        if base.profile != candidate.profile {
            differences.append(
                "profile \(base.profile ?? "none") and \(candidate.profile ?? "none")")
        }
        for knob in Set(before.keys).union(after.keys).sorted() where before[knob] != after[knob] {
            differences.append("\(knob) \(before[knob] ?? "unset") and \(after[knob] ?? "unset")")
        }
        guard !differences.isEmpty else { return nil }
        let rest = differences.count > shownKnobs ? ", and more" : ""
        return Warning(
            reason: "tuning_differs",
            text: "The base and the candidate were measured under different tuning of the host: "
                + differences.prefix(shownKnobs).joined(separator: "; ") + rest + ".")
    }

    private static func reference(_ base: Place, _ candidate: Place) -> Warning? {
        if base.host != candidate.host {
            return Warning(
                reason: "reference_differs",
                text: "The base and the candidate were measured on two hosts, each with canaries "
                    + "of its own: a part of the difference may be the hosts'.")
        }
        guard let before = base.platform, let after = candidate.platform, before != after else {
            return nil
        }
        return Warning(
            reason: "reference_differs",
            text: "The host's platform (kernel, microcode, firmware) has changed between the two "
                + "runs, and the reference of its canaries with it.")
    }
}

extension IsolationRecord {
    /// An agent of an earlier version names no phase; what names a benchmark was measured then.
    fileprivate var isOfMeasuring: Bool {
        phase == "measure" || phase == nil && benchmark != nil
    }
}
