import AgentProtocol
import FleetModel
import JobPlanning
import ProjectFile
import Storage

/// A run before it is stored.
struct RunDraft {
    let pair: RunSubmitter.Pair
    let order: TriggerOrder
    let place: HostSpread.Place
    let request: SubmissionStore.Request
    /// The project's own, behind what the file says.
    let policy: RunPolicy.Stored?
    let limits: MatrixLimits
    let now: ServerTime

    /// The same revisions, suite and place give the same key, so that nothing is measured twice
    /// unless somebody asks for it (control plane, §2.3).
    var naturalKey: String {
        let effort = order.wish.effort
        let narrowing = order.wish.narrowing
        var parts = [
            order.repository.id.text, pair.commit.text, pair.base?.commit.text ?? "",
            pair.suite.suite?.digest ?? "", pair.suite.suite?.configDigest ?? "",
            pair.baseSuite?.digest ?? "", place.hostClass, order.place.host?.text ?? "",
            narrowing.benchmarks.joined(separator: ","),
            narrowing.tags.joined(separator: ","),
            "\(effort.fixed ?? 0)/\(effort.minimum ?? 0)/\(effort.maximum ?? 0)",
            "\(effort.target ?? 0)", "\(request.comparisons)",
        ]
        if let cells = place.further {
            parts.append("each " + cells.map(\.text).joined(separator: "; "))
        }
        if !narrowing.cells.isEmpty {
            parts.append("cells " + Parameters(narrowing.cells).canonicalText)
        }
        if let counters = narrowing.counters {
            parts.append("counters " + counters.joined(separator: ","))
        }
        if let profile = narrowing.profile { parts.append("profile " + profile.rawValue) }
        if let patch = order.patch { parts.append("patch " + patch.digest) }
        return SHA256Text.of(parts.joined(separator: "\n"))
    }

    /// Instead of a run that no host could take, in a request of which others can be measured.
    func refused(
        for lack: HostLack, using random: inout some RandomNumberGenerator
    ) throws -> SubmissionStore.Run {
        guard case .valid(let suite) = pair.suite else { return try run(using: &random) }
        let failure = Failure(
            .policy, .other, "No host fits: \(lack.text). See fleetmark hosts, or ask for less.")
        return try run(RunID(at: now, using: &random), suite, [], failure: failure)
    }

    func run(using random: inout some RandomNumberGenerator) throws -> SubmissionStore.Run {
        let id = RunID(at: now, using: &random)
        switch pair.suite {
        case .invalid(let problem): return try refused(id, suite: nil, problem)
        case .valid(let suite):
            let cells = place.further ?? planner.cells(of: suite.file)
            let refusal =
                UnsupportedKeys.refusal(of: suite.file) ?? baseRefusal
                ?? limits.refusal(of: cells.count)
            if let refusal { return try refused(id, suite: suite, refusal) }
            do {
                var jobs: [SubmissionStore.Job] = []
                for cell in cells {
                    jobs += try [job(of: id, suite, in: cell, using: &random)].compactMap(\.self)
                }
                guard jobs.isEmpty else { return try run(id, suite, jobs, failure: nil) }
                let problem = "The filters leave no benchmark of this revision."
                return try refused(id, suite: suite, problem)
            } catch let clash as HostNeeds.Clash {
                return try refused(id, suite: suite, clash.text)
            }
        }
    }

    /// Measured beside another commit than its file asks for it would say something else.
    private var baseRefusal: String? {
        guard let wanted = pair.baseClass, wanted != place.hostClass else { return pair.refusal }
        return "The pinned baseline is for hosts of the class \(wanted), and this run is of "
            + "\(place.hostClass)."
    }

    private func refused(
        _ id: RunID, suite: SuiteLoader.Suite?, _ problem: String
    ) throws -> SubmissionStore.Run {
        try run(id, suite, [], failure: Failure(.jobError, .suiteInvalid, problem))
    }

    private func run(
        _ id: RunID, _ suite: SuiteLoader.Suite?, _ jobs: [SubmissionStore.Job], failure: Failure?
    ) throws -> SubmissionStore.Run {
        SubmissionStore.Run(
            id: id, repository: order.repository.id, commit: pair.commit, base: pair.base,
            patch: order.patch.map { .init(digest: $0.digest, body: $0.bytes) }, ref: ref,
            hostClass: place.hostClass,
            suite: RunRecord.Suite(
                name: "default", digest: suite?.digest, configDigest: suite?.configDigest),
            naturalKey: naturalKey, priority: order.wish.effort.priority,
            policy: try suite.map { try RunPolicy($0.file, policy).text } ?? "{}",
            configurations: suite.map { RunRecord.Configurations($0.file) } ?? .none,
            labels: order.origin.labels, jobs: jobs, failure: failure)
    }

    private var ref: String? {
        guard case .revision(let text) = order.selection, CommitHash(text) == nil else {
            return nil
        }
        return text
    }

    private var planner: JobPlanner {
        JobPlanner(
            place.further == nil ? order.wish : order.wish.onEachClass,
            of: JobPlanner.Source(
                project: .init(id: order.project.id, name: order.project.name),
                repository: order.repository.id, url: order.repository.url),
            comparisons: request.comparisons)
    }

    private func job(
        of run: RunID, _ suite: SuiteLoader.Suite, in cell: MatrixCell,
        using random: inout some RandomNumberGenerator
    ) throws -> SubmissionStore.Job? {
        let identity = JobPlanner.Identity(
            run: run, job: JobID(at: now, using: &random),
            unclaimed: AttemptID(at: now, using: &random),
            anyHost: order.place.host ?? HostID(at: now, using: &random), request: request.id,
            now: now, expires: now + JobQueue.startWindow, seed: random.next() >> 1)
        let sides = JobPlanner.Sides(
            candidate: side(pair.commit, suite),
            base: pair.base.flatMap { base in pair.baseSuite.map { side(base.commit, $0) } })
        guard let plan = try planner.plan(sides, in: cell, as: identity) else { return nil }
        let text = String(decoding: try WireCodec.encode(plan.description), as: UTF8.self)
        return SubmissionStore.Job(
            id: identity.job, kind: "measure", cell: Parameters(cell.values),
            host: order.place.host, description: text, timeout: plan.timeout,
            queueLimit: .seconds(7 * 24 * 3600), needs: plan.needs)
    }
}

extension RunDraft {
    private func side(_ commit: CommitHash, _ suite: SuiteLoader.Suite) -> JobPlanner.Side {
        let buildForm = EffectiveSuite(suite.file).buildForm
        return JobPlanner.Side(
            commit: commit, file: suite.file, path: suite.path, digest: suite.digest,
            buildKey: SHA256Text.of("\(commit)\n\(suite.digest)"),
            buildDigest: SHA256Text.of(String(decoding: buildForm, as: UTF8.self)))
    }
}

extension RunRecord.Configurations {
    init(_ file: ProjectFile) {
        self.init(
            file.benchmarks.map { entry in
                Entry(
                    benchmark: entry.name, prefix: entry.prefix,
                    digest: SHA256Text.of(EffectiveSuite.fingerprintForm(of: entry)))
            })
    }
}
