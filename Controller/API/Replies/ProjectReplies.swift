import FleetModel
import Storage
import WebSupport

extension JSONValue {
    /// `queueLimit`: of projects that have none of their own.
    init(_ project: ProjectStore.Project, queueLimit: Int) {
        self = .members([
            "id": .string(project.id.text), "name": .string(project.name),
            "title": project.title.map { .string($0) },
            "visibility": .string(project.visibility),
            "default_branch": .string(project.defaultBranch),
            "created_us": .integer(project.createdAt.microseconds),
            "updated_us": .integer(project.updatedAt.microseconds),
            "archived_us": project.archivedAt.map { .integer($0.microseconds) },
            "version": .integer(project.version),
            "queue_limit": .integer(project.queueLimit ?? Int64(queueLimit)),
        ])
    }

    init(_ repository: ProjectStore.Repository) {
        let error: JSONValue? = repository.lastError.map {
            .object(["reason": .string($0.reason), "message": .string($0.message)])
        }
        self = .members([
            "id": .string(repository.id.text), "name": .string(repository.name),
            "url": .string(repository.url), "forge": .string(repository.forge),
            "default_branch": repository.defaultBranch.map { .string($0) },
            "last_fetch_us": repository.lastFetch.map { .integer($0.microseconds) },
            "last_error": error, "version": .integer(repository.version),
        ])
    }

    init(_ host: HostRecord, contact: HostContact) {
        let facts = host.facts
        self = .members([
            "id": .string(host.id.text), "name": .string(host.name),
            "state": .string(host.state.rawValue), "contact": .string(contact.rawValue),
            "host_class": .string(host.hostClass),
            "labels": .object(host.offers.labels.mapValues { .string($0) }),
            "capabilities": .members([
                "arch": .string(facts.architecture), "os": .string(facts.os),
                "kernel": .string(facts.kernel), "cpu_model": .string(facts.cpuModel),
                "cores": .integer(facts.cores), "memory_bytes": .integer(facts.memoryBytes),
                "items": host.offers.capabilities.map {
                    .array($0.sorted().map { .string($0) })
                },
            ]),
            "agent": .object(["version": .string(host.agentVersion)]),
            "last_contact_us": host.lastContact.map { .integer($0.microseconds) },
            "version": .integer(host.version),
            "canary": .members([
                "state": .string(host.canary.state.rawValue),
                "checked_us": host.canary.checkedAt.map { .integer($0.microseconds) },
                "wanted_us": host.canary.wantedAt.map { .integer($0.microseconds) },
            ]),
        ])
    }

    /// Newest first, with the limits of each canary as its newest result has them.
    init(_ canaries: [CanaryResult], of host: HostRecord) {
        var limits: [String: JSONValue] = [:]
        for result in canaries {
            guard limits[result.name] == nil, let range = result.limits else { continue }
            limits[result.name] = .object([
                "low": .real(range.lowerBound), "high": .real(range.upperBound),
            ])
        }
        self = .members([
            "noise_floor_rel": host.canary.calibration.noiseFloor.map { .real($0) },
            "counter_overhead_rel": host.canary.calibration.counterOverhead.map { .real($0) },
            "wanted_us": host.canary.wantedAt.map { .integer($0.microseconds) },
            "points": .array(
                canaries.map { result in
                    .members([
                        "at_us": .integer(result.at.microseconds), "name": .string(result.name),
                        "median": .real(result.median), "mad": .real(result.mad),
                        "z": result.z.map { .real($0) },
                        "instructions": result.instructions.map { .integer($0) },
                        "state": .string(result.state.rawValue),
                        "reason": result.reason.map { .string($0) },
                    ])
                }), "limits": .object(limits),
        ])
    }

    init(_ token: EnrolmentStore.Token) {
        self = .members([
            "id": .string(token.id.text), "host_name": token.hostName.map { .string($0) },
            "preapproved": .bool(token.isPreapproved),
            "expires_us": .integer(token.expiresAt.microseconds),
            "used_us": token.usedAt.map { .integer($0.microseconds) },
            "used_by": token.usedBy.map { .string($0.text) },
        ])
    }
}
