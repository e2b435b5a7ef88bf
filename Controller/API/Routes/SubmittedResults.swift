import FleetModel
import Hummingbird
import Pipeline
import Storage
import WebSupport

/// The body of what was measured elsewhere.
struct SubmittedResults: Decodable {
    let commit: String
    let ref: String?
    let repository: String?
    let committedAt: Int64?
    let parent: String?
    let measuredAt: Int64?
    let host: HostField
    let suite: String?
    let labels: [String: String]?
    let dependencies: [DependencyField]?
    let format: String?
    let results: JSONValue?
    let text: String?
    let runKey: String?

    private enum CodingKeys: String, CodingKey {
        case commit, ref, repository, parent, host, suite, labels, dependencies, format, results
        case text
        case committedAt = "commit_time_us"
        case measuredAt = "measured_us"
        case runKey = "run_key"
    }

    struct HostField: Decodable {
        let name: String
        let architecture: String
        let os: String
        let kernel: String?
        let model: String?
        let cores: Int64?
        let memory: Int64?
        let labels: [String: String]?

        private enum CodingKeys: String, CodingKey {
            case name, os, kernel, labels
            case architecture = "arch"
            case model = "cpu_model"
            case cores = "cpu_count"
            case memory = "memory_bytes"
        }

        static let form = JSONSchema.body([
            "name": .text(matching: "^[A-Za-z0-9._-]{1,64}$"), "arch": .text(1...64),
            "os": .text(1...255), "kernel?": .text(0...255), "cpu_model?": .text(0...255),
            "cpu_count?": .integer(1...1_000_000), "memory_bytes?": .integer(from: 0),
            "labels?": GivenLabels.form,
        ])
    }

    struct DependencyField: Decodable {
        let ecosystem: String
        let name: String
        let version: String
        let digest: String?
        let direct: Bool?

        static let form = JSONSchema.body([
            "ecosystem": .text(1...255), "name": .text(1...255), "version": .text(0...255),
            "digest?": .text(0...255), "direct?": .boolean,
        ])
    }

    private static let declared: [String: JSONSchema] = [
        "commit": .commit, "ref?": .text(0...255), "repository?": .text,
        "commit_time_us?": .time, "parent?": .commit, "measured_us?": .time,
        "host": HostField.form, "suite?": .text(1...64), "labels?": GivenLabels.form,
        "dependencies?": .list(DependencyField.form, most: dependencyLimit),
        "format?": .text, "run_key?": .text(1...128),
    ]

    static let form = JSONSchema.body(
        declared.merging(["results?": .map(.anything), "text?": .text]) { $1 })

    /// The same with the tool's output as a file beside it.
    static let parts = JSONSchema.body(["meta": .body(declared), "file": .bytes])

    /// Of either form.
    static func sent(
        _ request: Request, in context: some FleetContext
    ) async throws -> (declared: Self, document: ResultDocument) {
        guard request.hasForm else {
            let body = try await request.decodeBody(Self.self, context: context)
            return (body, try body.document(file: nil))
        }
        let form = try await request.decodeForm(in: context)
        try form.refuseOthers(than: ["meta", "file"])
        let body = try context.decode(Self.self, from: try form.part("meta"))
        return (body, try body.document(file: try form.part("file")))
    }

    private static let dependencyLimit: Int64 = 20_000

    /// - Throws: 422 for none and for more than one of them, and for a format that there is not.
    private func document(file: [UInt8]?) throws(APIError) -> ResultDocument {
        switch (results, text.map { Array($0.utf8) }, file) {
        case (let results?, nil, nil):
            guard format == nil || format == "fleetmark-json" else {
                throw Self.refused("/format", "`results` are always of the format fleetmark-json.")
            }
            return ResultDocument(format: "fleetmark-json", bytes: Array(results.text.utf8))
        case (nil, let output?, nil), (nil, nil, let output?):
            let format = format ?? "auto"
            guard ResultDocument.isKnown(format: format) else {
                throw Self.refused(
                    "/format", "There is no format of this name; `auto` finds it by content.")
            }
            return ResultDocument(format: format, bytes: output)
        default:
            throw APIError(
                .oneOfRequired, "Give exactly one of results, text and the part file.",
                details: ["pointer": ""])
        }
    }

    /// - Throws: 422 for what breaks a rule.
    func declaration(
        for project: ProjectStore.Project, _ repository: ProjectStore.Repository,
        by sender: String, at now: ServerTime
    ) throws(APIError) -> ResultIntake.Declaration {
        var labels = ResultIntake.Labels()
        labels.ofRun = try GivenLabels.checked(self.labels, at: "/labels")
        labels.ofHost = try GivenLabels.checked(host.labels, at: "/host/labels")
        return ResultIntake.Declaration(
            project: project, repository: repository, commit: try Self.hash(commit, "/commit"),
            ref: try Self.text(ref, "/ref"),
            suite: try Self.text(suite, "/suite", upTo: 64) ?? "default",
            host: try host.declared(), labels: labels, dependencies: try locked(),
            measuredAt: try Self.time(measuredAt, "/measured_us", before: now),
            parent: try parent.map { text throws(APIError) in try Self.hash(text, "/parent") },
            committedAt: try Self.time(committedAt, "/commit_time_us", before: now),
            key: try Self.text(runKey, "/run_key", upTo: 128), sender: sender)
    }

    private func locked() throws(APIError) -> [LockedDependency] {
        let all = dependencies ?? []
        guard all.count <= Self.dependencyLimit else {
            throw APIError(
                .tooMany, "At most \(Self.dependencyLimit) dependencies are taken.",
                details: ["pointer": "/dependencies"])
        }
        var locked: [LockedDependency] = []
        for (index, entry) in all.enumerated() {
            let place = "/dependencies/\(index)"
            locked.append(
                LockedDependency(
                    ecosystem: try Self.name(entry.ecosystem, place + "/ecosystem"),
                    name: try Self.name(entry.name, place + "/name"),
                    version: try Self.text(entry.version, place + "/version") ?? "",
                    digest: try Self.text(entry.digest, place + "/digest"),
                    isDirect: entry.direct ?? true))
        }
        return locked
    }
}

extension SubmittedResults.HostField {
    /// What is not declared is unknown, and as such part of what makes the machine.
    fileprivate func declared() throws(APIError) -> DeclaredHost {
        let allowed = name.utf8.allSatisfy { byte in
            byte < 0x80
                && (Character(UnicodeScalar(byte)).isLetter
                    || Character(UnicodeScalar(byte)).isNumber || "._-".utf8.contains(byte))
        }
        guard allowed, (1...64).contains(name.utf8.count) else {
            throw SubmittedResults.refused(
                "/host/name", "A host's name has 1 to 64 letters, digits, dots, dashes, _.")
        }
        guard (cores ?? 0) >= 0, (memory ?? 0) >= 0 else {
            throw SubmittedResults.refused("/host", "Processors and bytes are counts.")
        }
        let facts = HostFactsSummary(
            architecture: try SubmittedResults.name(architecture, "/host/arch", upTo: 64),
            os: try SubmittedResults.name(os, "/host/os"),
            kernel: try SubmittedResults.text(kernel, "/host/kernel") ?? "",
            cpuModel: try SubmittedResults.text(model, "/host/cpu_model") ?? "",
            cores: cores ?? 0, memoryBytes: memory ?? 0)
        return DeclaredHost(name: name, facts: facts)
    }
}

extension SubmittedResults {
    /// Clocks of senders differ from ours by so much.
    private static let slack = Duration.seconds(300)

    fileprivate static func refused(_ pointer: String, _ message: String) -> APIError {
        APIError(.outOfRange, message, details: ["pointer": .string(pointer)])
    }

    private static func hash(_ text: String, _ pointer: String) throws(APIError) -> CommitHash {
        guard let hash = CommitHash(text.lowercased()) else {
            throw refused(pointer, "A commit is given by its whole hash.")
        }
        return hash
    }

    private static func time(
        _ value: Int64?, _ pointer: String, before now: ServerTime
    ) throws(APIError) -> ServerTime? {
        guard let value else { return nil }
        let time = ServerTime(microseconds: value)
        guard value >= 0, time <= now + slack else {
            throw refused(pointer, "The time lies before 1970 or in the future.")
        }
        return min(time, now)
    }

    fileprivate static func name(
        _ text: String, _ pointer: String, upTo limit: Int = 255
    ) throws(APIError) -> String {
        guard let name = try self.text(text, pointer, upTo: limit) else {
            throw refused(pointer, "The text is empty.")
        }
        return name
    }

    /// Nil for an empty one.
    fileprivate static func text(
        _ text: String?, _ pointer: String, upTo limit: Int = 255
    ) throws(APIError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let isPlain = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        guard isPlain, text.unicodeScalars.count <= limit else {
            throw refused(pointer, "A text has at most \(limit) characters and no control ones.")
        }
        return text
    }
}
