extension JobDescription {
    /// How the measured processes are kept apart from the rest of the host.
    package struct Isolation: Codable, Sendable, Equatable {
        package let level: Level
        package let cpus: CPUs
        package let memoryMaxBytes: Int64?
        package let processesMax: Int?
        package let network: Network
        /// Absent means off.
        package let addressRandomisation: Switch?
        package let scheduler: Scheduler
        package let tuning: [String]
        /// Items without which the attempt ends `refused`.
        package let required: [String]

        package init(
            level: Level, cpus: CPUs, memoryMaxBytes: Int64? = nil, processesMax: Int? = nil,
            network: Network, addressRandomisation: Switch? = nil, scheduler: Scheduler,
            tuning: [String], required: [String]
        ) {
            self.level = level
            self.cpus = cpus
            self.memoryMaxBytes = memoryMaxBytes
            self.processesMax = processesMax
            self.network = network
            self.addressRandomisation = addressRandomisation
            self.scheduler = scheduler
            self.tuning = tuning
            self.required = required
        }

        private enum CodingKeys: String, CodingKey {
            case level
            case cpus
            case memoryMaxBytes = "memory_max_bytes"
            case processesMax = "pids_max"
            case network
            case addressRandomisation = "aslr"
            case scheduler
            case tuning
            case required
        }
    }
}

extension JobDescription.Isolation {
    /// Which processors are wanted.
    package struct CPUs: Codable, Sendable, Equatable {
        package let count: Int
        /// Absent means true.
        package let wholeCores: Bool?
        package let numa: Numa?

        package init(
            count: Int, wholeCores: Bool? = nil, numa: Numa? = nil
        ) {
            self.count = count
            self.wholeCores = wholeCores
            self.numa = numa
        }

        private enum CodingKeys: String, CodingKey {
            case count
            case wholeCores = "whole_cores"
            case numa
        }
    }
}

extension JobDescription.Isolation {
    package enum Level: String, Sendable, CaseIterable, Codable {
        case full, partial, none
    }

    package enum Network: String, Sendable, CaseIterable, Codable {
        case off, loopback, on
    }

    package enum Scheduler: String, Sendable, CaseIterable, Codable {
        case other, fifo, batch
    }

    package enum Switch: String, Sendable, CaseIterable, Codable {
        case off, on
    }

    package enum Numa: String, Sendable, CaseIterable, Codable {
        case one, any
    }
}

extension JobDescription {
    /// How long the job and its phases may take.
    package struct Timeouts: Codable, Sendable, Equatable {
        package let phase: Phases
        package let job: Nanoseconds

        package init(
            phase: Phases, job: Nanoseconds
        ) {
            self.phase = phase
            self.job = job
        }

        private enum CodingKeys: String, CodingKey {
            case phase
            case job = "job_ns"
        }
    }
}

extension JobDescription.Timeouts {
    /// How long each phase may take.
    package struct Phases: Codable, Sendable, Equatable {
        package let fetch: Nanoseconds
        package let build: Nanoseconds
        package let measure: Nanoseconds
        package let cleanup: Nanoseconds

        package init(
            fetch: Nanoseconds, build: Nanoseconds, measure: Nanoseconds, cleanup: Nanoseconds
        ) {
            self.fetch = fetch
            self.build = build
            self.measure = measure
            self.cleanup = cleanup
        }

        private enum CodingKeys: String, CodingKey {
            case fetch = "fetch_ns"
            case build = "build_ns"
            case measure = "measure_ns"
            case cleanup = "cleanup_ns"
        }
    }
}

extension JobDescription {
    /// Which canaries surround the measurement.
    package struct Canary: Codable, Sendable, Equatable {
        package let before: Length
        package let after: Length

        package init(
            before: Length, after: Length
        ) {
            self.before = before
            self.after = after
        }

        private enum CodingKeys: String, CodingKey {
            case before
            case after
        }
    }
}

extension JobDescription.Canary {
    package enum Length: String, Sendable, CaseIterable, Codable {
        case short, full, none
    }
}

extension JobDescription {
    /// Whether a profile is taken after measuring.
    package struct Profile: Codable, Sendable, Equatable {
        package let kind: Kind
        /// Absent means 999.
        package let frequencyHertz: Int?
        /// Absent means always.
        package let moment: Moment?

        package init(
            kind: Kind, frequencyHertz: Int? = nil, moment: Moment? = nil
        ) {
            self.kind = kind
            self.frequencyHertz = frequencyHertz
            self.moment = moment
        }

        private enum CodingKeys: String, CodingKey {
            case kind
            case frequencyHertz = "frequency_hz"
            case moment = "when"
        }
    }
}

extension JobDescription.Profile {
    package enum Moment: String, Sendable, CaseIterable, Codable {
        case always
        /// When the agent's own look at the pairs says that the candidate is slower.
        case regression
    }

    package enum Kind: String, Sendable, CaseIterable, Codable {
        case none, perf, callgrind, auto
    }
}

extension JobDescription {
    /// Files that are kept from the workspace.
    package struct Artifact: Codable, Sendable, Equatable {
        package let name: String
        package let glob: String
        package let kind: String
        package let maxBytes: Int64

        package init(
            name: String, glob: String, kind: String, maxBytes: Int64
        ) {
            self.name = name
            self.glob = glob
            self.kind = kind
            self.maxBytes = maxBytes
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case glob
            case kind
            case maxBytes = "max_bytes"
        }
    }
}
