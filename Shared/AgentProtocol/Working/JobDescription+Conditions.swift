extension JobDescription {
    /// How the measured processes are kept apart from the rest of the host.
    package struct Isolation: Codable, Sendable, Equatable {
        package let level: Level
        package let cpus: CPUs
        package let memoryMaxBytes: Int64?
        package let processesMax: Int?
        /// What one execution may write to its workspace.
        package let diskMaxBytes: Int64?
        package let network: Network
        /// Absent means off.
        package let addresses: Addresses?
        /// Whether hash seeds are fixed. Absent means true.
        package let deterministic: Bool?
        /// Absent means warm.
        package let pageCache: PageCache?
        package let scheduler: Scheduler
        /// The name of a profile of host tuning; empty for what the host's operator chose.
        package let tuning: [String]
        /// Items without which the attempt ends `refused`.
        package let required: [String]

        package init(
            level: Level, cpus: CPUs, memoryMaxBytes: Int64? = nil, processesMax: Int? = nil,
            diskMaxBytes: Int64? = nil, network: Network, addresses: Addresses? = nil,
            deterministic: Bool? = nil, pageCache: PageCache? = nil, scheduler: Scheduler,
            tuning: [String], required: [String]
        ) {
            self.level = level
            self.cpus = cpus
            self.memoryMaxBytes = memoryMaxBytes
            self.processesMax = processesMax
            self.diskMaxBytes = diskMaxBytes
            self.network = network
            self.addresses = addresses
            self.deterministic = deterministic
            self.pageCache = pageCache
            self.scheduler = scheduler
            self.tuning = tuning
            self.required = required
        }

        private enum CodingKeys: String, CodingKey {
            case level
            case cpus
            case memoryMaxBytes = "memory_max_bytes"
            case processesMax = "pids_max"
            case diskMaxBytes = "disk_max_bytes"
            case network
            case addresses = "aslr"
            case deterministic
            case pageCache = "page_cache"
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
        /// All that the host can measure on, whatever the count says. Absent means false.
        package let all: Bool?
        /// Absent means true.
        package let wholeCores: Bool?
        package let numa: Numa?
        /// Hardware threads of each core. Absent means one.
        package let threads: Threads?

        package init(
            count: Int, all: Bool? = nil, wholeCores: Bool? = nil, numa: Numa? = nil,
            threads: Threads? = nil
        ) {
            self.count = count
            self.all = all
            self.wholeCores = wholeCores
            self.numa = numa
            self.threads = threads
        }

        private enum CodingKeys: String, CodingKey {
            case count
            case all
            case wholeCores = "whole_cores"
            case numa
            case threads
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

    /// The layout of the address space (isolation and counters, §3.7).
    package enum Addresses: String, Sendable, CaseIterable, Codable {
        /// Randomisation off, and an environment of one size.
        case off
        /// Randomisation on, and an environment whose size is drawn from the job's seed.
        case on
        /// Off where counters count, on elsewhere.
        case auto
        /// As the host has it.
        case host
    }

    package enum PageCache: String, Sendable, CaseIterable, Codable {
        case warm
        /// Dropped before each execution.
        case cold
    }

    package enum Threads: String, Sendable, CaseIterable, Codable {
        case one, all
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
