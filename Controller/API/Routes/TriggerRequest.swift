import FleetModel
import Identity
import JobPlanning
import Pipeline
import Storage
import WebSupport

/// The body of a manual trigger.
struct TriggerRequest: Decodable {
    let repository: String?
    let ref: String?
    let commit: String?
    let range: RangeField?
    let base: String?
    let benchmarks: [String]?
    let tags: [String]?
    let matrix: [String: String]?
    let suite: String?
    let counters: [String]?
    let profile: String?
    let hostClass: String?
    let host: String?
    let repetitions: RepetitionsField?
    let priority: String?
    let force: Bool?
    let freshBuild: Bool?
    let patch: String?
    let reason: String?
    let labels: [String: String]?
    let dryRun: Bool?

    private enum CodingKeys: String, CodingKey {
        case repository, ref, commit, range, base, suite, benchmarks, tags, matrix, host, counters
        case profile, repetitions, priority, force, reason, patch
        case hostClass = "host_class"
        case freshBuild = "fresh_build"
        case labels = "labels_run"
        case dryRun = "dry_run"
    }

    static let form = JSONSchema.body([
        "repository?": .text, "ref?": .text, "commit?": .text, "range?": RangeField.form,
        "base?": .text, "benchmarks?": .list(.text), "tags?": .list(.text),
        "matrix?": .map(.text), "suite?": .words(["default"]),
        "counters?": .list(.text, most: 100), "profile?": .words(MeasuringWish.Profile.self),
        "host_class?": .text, "host?": .identifier, "repetitions?": RepetitionsField.form,
        "priority?": .words(priorities.map(\.rawValue).sorted()), "force?": .boolean,
        "fresh_build?": .boolean, "patch?": .text, "reason?": .text(0...500),
        "labels_run?": GivenLabels.form, "dry_run?": .boolean,
    ])

    /// `{from, to, …}` or `"A..B"`.
    struct RangeField: Decodable {
        let from: String
        let to: String
        let step: Int
        let limit: Int
        let firstParent: Bool

        private enum CodingKeys: String, CodingKey {
            case from, to, step, limit
            case firstParent = "first_parent"
        }

        static let form = JSONSchema.either([
            .text(matching: "\\.\\."),
            .body([
                "from": .text, "to": .text, "step?": .integer(from: 1),
                "limit?": .integer(1...1000),
                "first_parent?": .boolean,
            ]),
        ])

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                guard let dots = text.firstRange(of: "..") else {
                    throw APIError(
                        .invalidValue, "A range is written A..B.", details: ["pointer": "/range"])
                }
                from = String(text[..<dots.lowerBound])
                to = String(text[dots.upperBound...])
                step = 1
                limit = 100
                firstParent = false
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            from = try container.decode(String.self, forKey: .from)
            to = try container.decode(String.self, forKey: .to)
            step = try container.decodeIfPresent(Int.self, forKey: .step) ?? 1
            limit = try container.decodeIfPresent(Int.self, forKey: .limit) ?? 100
            firstParent = try container.decodeIfPresent(Bool.self, forKey: .firstParent) ?? false
        }
    }

    /// Exactly so many, or `{min, max, target_rel}`.
    struct RepetitionsField: Decodable {
        let fixed: Int?
        let minimum: Int?
        let maximum: Int?
        let target: Double?

        private enum CodingKeys: String, CodingKey {
            case min, max
            case target = "target_rel"
        }

        static let form = JSONSchema.either([
            .integer(1...10_000),
            .body([
                "min?": .integer(1...10_000), "max?": .integer(1...10_000), "target_rel?": .number,
            ]),
        ])

        init(from decoder: any Decoder) throws {
            if let count = try? decoder.singleValueContainer().decode(Int.self) {
                fixed = count
                minimum = nil
                maximum = nil
                target = nil
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            fixed = nil
            minimum = try container.decodeIfPresent(Int.self, forKey: .min)
            maximum = try container.decodeIfPresent(Int.self, forKey: .max)
            target = try container.decodeIfPresent(Double.self, forKey: .target)
        }
    }

    /// - Throws: 404 for a suite that there is not, 422 for fields that contradict each other or
    ///   break a limit.
    func order(
        for project: ProjectStore.Project, repository: ProjectStore.Repository,
        by key: KeyIdentity
    ) throws(APIError) -> TriggerOrder {
        try requireKnownSuite()
        return TriggerOrder(
            project: project, repository: repository, selection: try selection(),
            base: baseChoice,
            wish: MeasuringWish(
                narrowing: MeasuringWish.Narrowing(
                    benchmarks: benchmarks ?? [], tags: tags ?? [], cells: matrix ?? [:],
                    counters: try knownCounters(), profile: try knownProfile()),
                effort: try effort(by: key, on: project)),
            place: TriggerOrder.Place(hostClass: hostClass, host: try hostID()),
            origin: TriggerOrder.Origin(
                kind: "manual", by: key.name, reason: try GivenReason.checked(reason),
                labels: try GivenLabels.checked(labels, at: "/labels_run")),
            // Who wants it built anew wants to know how that measures.
            isForced: force ?? false || freshBuild ?? false, patch: try knownPatch(),
            admits: { (try? key.reaches(benchmark: $0)) ?? false })
    }

    /// A project has one suite so far, that of its repository.
    private func requireKnownSuite() throws(APIError) {
        guard let suite, suite != "default" else { return }
        throw APIError(.unknownSuite, "The project has no suite \(suite).")
    }

    private func knownCounters() throws(APIError) -> [String]? {
        guard let counters else { return nil }
        guard counters.count <= 100 else {
            throw Self.outOfRange("/counters", "At most 100 counters can be asked for.")
        }
        for (index, name) in counters.enumerated() where !MeasuringWish.knows(counter: name) {
            throw Self.outOfRange("/counters/\(index)", "There is no counter of this name.")
        }
        return counters.filter { $0 != "none" }
    }

    private func knownProfile() throws(APIError) -> MeasuringWish.Profile? {
        guard let profile else { return nil }
        guard let known = MeasuringWish.Profile(rawValue: profile) else {
            let words = MeasuringWish.Profile.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.outOfRange("/profile", "The profile is one of \(words).")
        }
        return known
    }

    /// It takes the place of a base, and stands on one commit.
    private func knownPatch() throws(APIError) -> CommitPatch? {
        guard let patch else { return nil }
        guard range == nil, base == nil || base == "parent" else {
            throw APIError(
                .invalidValue,
                "A patch is measured on one commit and compared with that commit without it.",
                details: ["pointer": "/patch"])
        }
        do throws(CommitPatch.Refusal) {
            return try CommitPatch(patch)
        } catch {
            switch error {
            case .tooLong:
                throw Self.outOfRange(
                    "/patch",
                    "The patch has \(patch.utf8.count) bytes, and at most "
                        + "\(CommitPatch.byteLimit) (10 MiB) are measured so: commit the change on "
                        + "a branch that the controller can fetch, and trigger that.")
            case .noDiff:
                throw APIError(
                    .invalidValue, "The patch is no unified diff: it names no file.",
                    details: ["pointer": "/patch"])
            case .submodule:
                throw APIError(
                    .invalidValue,
                    "The patch changes a submodule: leave that out, the commit's own is built.",
                    details: ["pointer": "/patch"])
            }
        }
    }

    private func selection() throws(APIError) -> TriggerOrder.Selection {
        let given = [ref != nil, commit != nil, range != nil].count { $0 }
        guard given == 1 else {
            throw APIError(
                .oneOfRequired, "Give exactly one of ref, commit and range.",
                details: ["pointer": ""])
        }
        if let range {
            guard range.step >= 1, (1...1000).contains(range.limit) else {
                throw Self.outOfRange("/range", "The step is at least 1, the limit 1 to 1000.")
            }
            return .range(
                from: range.from, to: range.to, step: range.step, limit: range.limit,
                firstParent: range.firstParent)
        }
        return .revision(ref ?? commit ?? "")
    }

    private var baseChoice: TriggerOrder.BaseChoice {
        switch base {
        case nil: return .usual
        case "parent": return .parent
        case "none": return .none
        case "merge_base": return .mergeBase
        case "baseline": return .pinned
        case .some(let text): return .given(text)
        }
    }

    private func hostID() throws(APIError) -> HostID? {
        guard let host else { return nil }
        guard let id = HostID(host) else {
            throw Self.outOfRange("/host", "The host is given by its id.")
        }
        return id
    }

    private func effort(
        by key: KeyIdentity, on project: ProjectStore.Project
    ) throws(APIError) -> MeasuringWish.Effort {
        let counts = [repetitions?.fixed, repetitions?.minimum, repetitions?.maximum]
        guard counts.compactMap({ $0 }).allSatisfy((1...10_000).contains) else {
            throw Self.outOfRange("/repetitions", "Repetitions are 1 to 10,000.")
        }
        if let low = repetitions?.minimum, let high = repetitions?.maximum, low > high {
            throw Self.outOfRange("/repetitions", "The minimum is above the maximum.")
        }
        if let target = repetitions?.target, !(target > 0 && target < 1) {
            throw Self.outOfRange("/repetitions", "The target lies between 0 and 1.")
        }
        return MeasuringWish.Effort(
            fixed: repetitions?.fixed, minimum: repetitions?.minimum,
            maximum: repetitions?.maximum, target: repetitions?.target,
            priority: try place(asked: priority, by: key.scopes(on: project.name)),
            buildsAnew: freshBuild ?? false)
    }

    /// The other priorities are for work that the controller gives itself.
    private static let priorities: Set<Priority> = [
        .urgent, .interactive, .main, .nightly, .backfill,
    ]

    /// Before all others goes only what those ask for who answer for the fleet (API contract, §2).
    private func place(asked: String?, by scopes: Set<Scope>) throws(APIError) -> Priority {
        let word = asked.map(Priority.init(rawValue:)) ?? .interactive
        guard let word, Self.priorities.contains(word) else {
            let known = Priority.allCases.filter(Self.priorities.contains).map(\.rawValue)
            throw Self.outOfRange(
                "/priority", "The priority is one of \(known.joined(separator: ", ")).")
        }
        guard word != .urgent || !scopes.isDisjoint(with: [.admin, .operate]) else {
            throw APIError(
                .scopeMissing, "The priority urgent is for administrators and operators.",
                details: ["scope": .string(Scope.operate.rawValue)])
        }
        return word
    }

    private static func outOfRange(_ pointer: String, _ message: String) -> APIError {
        APIError(.outOfRange, message, details: ["pointer": .string(pointer)])
    }
}
