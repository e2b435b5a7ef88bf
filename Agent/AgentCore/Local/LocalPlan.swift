import AgentProtocol
import BenchmarkRunner
import Crypto
import FleetModel
import JobPlanning
import ProjectFile

/// Turns an order into attempts as a controller's jobs would become, one for each matrix cell.
struct LocalPlan {
    let order: LocalOrder
    let project: LocalProject
    let snapshot: String
    let candidate: LocalSnapshot.Side
    let base: LocalSnapshot.Side?
    /// As the base has it; both sides are built as their own file says.
    let baseProject: LocalProject?

    private static let deadline = Duration.seconds(7 * 24 * 3600)

    /// - Throws: where nothing is left to measure, or the file asks for what this agent cannot do.
    func attempts(at now: ServerTime) throws(LocalFailure) -> [AttemptPlan] {
        if let refusal = UnsupportedKeys.refusal(of: project.file) {
            throw .usage(refusal)
        }
        try checkNames()
        var plans: [AttemptPlan] = []
        let planner = planner(at: now)
        for cell in planner.cells(of: project.file) {
            if let plan = try plan(cell, by: planner, at: now) { plans.append(plan) }
        }
        guard !plans.isEmpty else {
            throw .usage(
                "the filters leave no benchmark; `fleetmark check --print matrix` lists all")
        }
        return plans
    }

    private func checkNames() throws(LocalFailure) {
        let suite = EffectiveSuite(project.file)
        let names = Set(project.file.benchmarks.map(\.name)).sorted()
        for pattern in order.wish.narrowing.benchmarks {
            let one = MeasuringWish.Narrowing(benchmarks: [pattern])
            guard !suite.executions.contains(where: one.wants) else { continue }
            throw .usage(
                "no benchmark is called \(pattern); there are \(names.joined(separator: ", "))")
        }
        if let problem = order.wish.narrowing.unknownCell(of: project.file) {
            throw .usage(problem)
        }
    }

    private func planner(at now: ServerTime) -> JobPlanner {
        var random = SystemRandomNumberGenerator()
        let source = JobPlanner.Source(
            project: .init(id: ProjectID(at: now, using: &random), name: project.name),
            repository: RepositoryID(at: now, using: &random), url: "file://" + snapshot)
        return JobPlanner(order.wish, of: source, comparisons: 1)
    }

    private func plan(
        _ cell: MatrixCell, by planner: JobPlanner, at now: ServerTime
    ) throws(LocalFailure) -> AttemptPlan? {
        var random = SystemRandomNumberGenerator()
        let identity = JobPlanner.Identity(
            run: RunID(at: now, using: &random), job: JobID(at: now, using: &random),
            unclaimed: AttemptID(at: now, using: &random),
            anyHost: HostID(at: now, using: &random), request: RequestID(at: now, using: &random),
            now: now, expires: now + Self.deadline, seed: random.next() >> 1)
        let made: JobPlanner.Plan?
        do throws(HostNeeds.Clash) {
            made = try planner.plan(
                JobPlanner.Sides(
                    candidate: side(candidate, of: project),
                    base: base.map { side($0, of: baseProject ?? project) }), in: cell,
                as: identity)
        } catch {
            throw .usage(error.text)
        }
        guard let job = made?.description, let plan = PlanMaker.plan(job, deadline: Self.deadline)
        else { return nil }
        return adapted(plan)
    }

    private func side(
        _ side: LocalSnapshot.Side, of project: LocalProject
    ) -> JobPlanner.Side {
        let suite = EffectiveSuite(project.file)
        func digest(_ form: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: form)) }
        return JobPlanner.Side(
            commit: side.commit, file: project.file, path: project.path ?? "",
            digest: digest(suite.suiteForm), buildKey: side.commit.text,
            buildDigest: digest(suite.buildForm))
    }

    /// What stands in the order goes before the file. Nothing is refused for what this machine
    /// lacks: these results enter no series, and what was missing is said beside them.
    private func adapted(_ plan: AttemptPlan) -> AttemptPlan {
        var plan = plan
        plan.canary = CanaryWish()
        plan.isolation = adapted(plan.isolation)
        plan.build = adapted(plan.build)
        for index in plan.revisions.indices {
            plan.revisions[index].build = plan.revisions[index].build.map(adapted)
        }
        for index in plan.benchmarks.indices {
            let own = plan.benchmarks[index].isolation
            plan.benchmarks[index].isolation = own.map(adapted)
            plan.benchmarks[index].environment = withSearchPath(plan.benchmarks[index].environment)
            if !order.warmsUp { plan.benchmarks[index].repetitions?.warmup = .count(0) }
        }
        return plan
    }

    private func adapted(_ wish: IsolationWish) -> IsolationWish {
        var wish = wish
        wish.required = []
        wish.level = order.isolation ?? wish.level
        if let cores = order.cores {
            wish.cores.count = cores
            wish.cores.takesAll = false
        }
        if !order.tunes { wish.tuning = nil }
        return wish
    }

    private func adapted(_ build: BuildWish) -> BuildWish {
        guard order.builds else { return BuildWish() }
        var build = build
        build.prefetch = build.prefetch.map(withSearchPath)
        build.steps = build.steps.map(withSearchPath)
        return build
    }

    private func withSearchPath(_ step: BuildWish.Step) -> BuildWish.Step {
        var step = step
        step.environment = withSearchPath(step.environment)
        return step
    }

    /// Tools are found where the caller finds them, as far as they can be seen from inside.
    private func withSearchPath(_ variables: [String: String]) -> [String: String] {
        guard variables["PATH"] == nil, let path = order.environment["PATH"] else {
            return variables
        }
        return variables.merging(["PATH": path]) { own, _ in own }
    }
}
