package import BenchmarkRunner
package import FleetModel
import FoundationEssentials
import JobPlanning

/// Something that this machine could not measure, or not as well as it could be.
package struct LocalLimit: Hashable, Sendable {
    package let code: String
    package let message: String
    package let advice: String

    package init(code: String, message: String, advice: String) {
        self.code = code
        self.message = message
        self.advice = advice
    }
}

/// Measures a suite on this machine, without a controller, as an attempt of the fleet would.
///
/// Enters: an order. Leaves: a document with all that was measured, and an exit status.
package struct LocalRun: Sendable {
    private let worker: any AttemptWorker
    private let limits: [LocalLimit]
    /// A folder that nobody else uses, absolute; emptied before and after.
    private let folder: String
    private let now: @Sendable () -> ServerTime
    private let say: @Sendable (String) -> Void
    private let show: @Sendable ([UInt8]) -> Void

    package init(
        worker: any AttemptWorker, limits: [LocalLimit], folder: String,
        now: @escaping @Sendable () -> ServerTime, say: @escaping @Sendable (String) -> Void,
        show: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.worker = worker
        self.limits = limits
        self.folder = folder
        self.now = now
        self.say = say
        self.show = show
    }

    package struct Ended: Sendable {
        /// `fleetmark.results.v1`, one line.
        package let document: [UInt8]
        /// Why it ended before its end, for people.
        package let problem: String?
        package let status: Int32
    }

    /// - Throws: `LocalFailure` where nothing was begun.
    package func run(
        _ order: LocalOrder, cancellation: AttemptCancellation
    ) async throws -> Ended {
        let git = LocalGit(environment: order.environment)
        let project = try await LocalProject(order, git: git)
        try empty()
        defer { try? empty() }
        let snapshot = try await LocalSnapshot(
            at: folder + "/snapshot.git", of: project, git: git)
        let candidate = try await Self.candidate(order, snapshot)
        var base: LocalSnapshot.Side?
        var baseProject: LocalProject?
        if let against = order.against {
            base = try await snapshot.revision(against)
            var old = order
            old.revision = against
            // A base that has no file is built as the candidate is.
            baseProject = try? await LocalProject(old, git: git)
        }
        let plan = LocalPlan(
            order: order, project: project, snapshot: snapshot.path, candidate: candidate,
            base: base, baseProject: baseProject)
        let attempts = try plan.attempts(at: now())
        say(Self.headline(project, candidate, base))
        let sink = LocalSink(folder: order.artifacts, say: say, show: show)
        let ends = await measure(attempts, sink, cancellation)
        let document = LocalDocument(
            project: project, candidate: candidate, base: base, results: sink.results,
            receipts: sink.receipts, limits: limits, kept: sink.kept,
            ends: ends)
        return Ended(
            document: try document.json(), problem: Self.problem(ends),
            status: Self.status(ends, sink.results))
    }

    /// One matrix cell after the other.
    private func measure(
        _ attempts: [AttemptPlan], _ sink: LocalSink, _ cancellation: AttemptCancellation
    ) async -> [LocalEnd] {
        var ends: [LocalEnd] = []
        for attempt in attempts {
            if attempts.count > 1 { say("cell " + attempt.cell.text) }
            sink.beginAttempt()
            let end = await worker.run(attempt, sink: sink, cancellation: cancellation)
            ends.append(LocalEnd(cell: attempt.cell, end: end))
            if end.outcome == .cancelled { break }
        }
        await worker.stop()
        return ends
    }

    private static func candidate(
        _ order: LocalOrder, _ snapshot: LocalSnapshot
    ) async throws -> LocalSnapshot.Side {
        guard let revision = order.revision else {
            return try await snapshot.workingTree(withIgnored: !order.builds)
        }
        return try await snapshot.revision(revision)
    }

    /// Room for nothing but this run.
    private func empty() throws(LocalFailure) {
        let files = FileManager.default
        do {
            if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o711])
        } catch {
            throw .failed("\(folder) cannot be made: \(error)")
        }
    }

    private static func headline(
        _ project: LocalProject, _ candidate: LocalSnapshot.Side, _ base: LocalSnapshot.Side?
    ) -> String {
        func text(_ side: LocalSnapshot.Side) -> String {
            guard let revision = side.revision, !side.label.hasPrefix(revision.prefix(7)) else {
                return side.label
            }
            return "\(side.label) (\(revision.prefix(7))\(side.isChanged ? " with changes" : ""))"
        }
        let against = base.map { " against \(text($0))" } ?? ""
        return "\(project.name): \(text(candidate))\(against)"
    }

    private static func problem(_ ends: [LocalEnd]) -> String? {
        let problems = ends.compactMap(problem)
        return problems.isEmpty ? nil : problems.joined(separator: "\n")
    }

    private static func problem(_ end: LocalEnd) -> String? {
        guard let failure = end.end.failure else { return nil }
        let isHidden =
            failure.exitStatus == 127 || failure.message.contains("there is no program")
        let advice =
            "\n  try: programs see /usr, /opt, /etc and the files measured, and nothing else; "
            + "--readable FOLDER shows them a toolchain that lies elsewhere, and "
            + "--isolation none all of this machine"
        let place = end.cell == .none ? "" : end.cell.text + ": "
        return place + failure.message + (isHidden ? advice : "")
    }

    /// Not what was judged: the rows of the document say that.
    private static func status(_ ends: [LocalEnd], _ results: LocalResults) -> Int32 {
        let outcomes = ends.map(\.end.outcome)
        if outcomes.contains(.cancelled) { return 130 }
        let good = results.count(.ok)
        guard good > 0 else { return 4 }
        let isWhole = outcomes.allSatisfy { $0 == .completed } && good == results.cases.count
        return isWhole ? 0 : 3
    }
}

/// How one matrix cell ended.
struct LocalEnd: Sendable {
    let cell: Parameters
    let end: AttemptEnd
}
