package import FleetModel

extension JobDescription {
    /// Where the code comes from.
    package struct Repository: Codable, Sendable, Equatable {
        package let id: RepositoryID
        package let url: String
        package let credential: Credential?
        /// Absent means none.
        package let submodules: Submodules?
        /// Absent means false.
        package let largeFiles: Bool?
        /// Absent means the whole history.
        package let depth: Int?

        package init(
            id: RepositoryID, url: String, credential: Credential? = nil,
            submodules: Submodules? = nil, largeFiles: Bool? = nil, depth: Int? = nil
        ) {
            self.id = id
            self.url = url
            self.credential = credential
            self.submodules = submodules
            self.largeFiles = largeFiles
            self.depth = depth
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case url
            case credential
            case submodules
            case largeFiles = "lfs"
            case depth
        }
    }
}

extension JobDescription.Repository {
    /// Reaches the fetch phase only, and is never stored.
    package struct Credential: Codable, Sendable, Equatable {
        package let kind: String
        package let secret: Secret
        package let expires: ServerTime

        package init(
            kind: String, secret: Secret, expires: ServerTime
        ) {
            self.kind = kind
            self.secret = secret
            self.expires = expires
        }

        private enum CodingKeys: String, CodingKey {
            case kind
            case secret
            case expires = "expires_us"
        }
    }
}

extension JobDescription {
    /// One commit to measure.
    package struct Revision: Codable, Sendable, Equatable {
        package let role: RevisionRole
        package let commit: CommitHash
        package let tree: String?
        /// A unified diff that is applied after checkout.
        package let patch: Base64Bytes?
        package let buildKey: String
        /// Digest of a blob with the finished build.
        package let cachedBuild: String?
        /// What its own project file says, where that differs from the job's build.
        package let build: JobDescription.Build?

        package init(
            role: RevisionRole, commit: CommitHash, tree: String? = nil, patch: Base64Bytes? = nil,
            buildKey: String, cachedBuild: String? = nil, build: JobDescription.Build? = nil
        ) {
            self.role = role
            self.commit = commit
            self.tree = tree
            self.patch = patch
            self.buildKey = buildKey
            self.cachedBuild = cachedBuild
            self.build = build
        }

        private enum CodingKeys: String, CodingKey {
            case role
            case commit
            case tree
            case patch
            case buildKey = "build_key"
            case cachedBuild = "cached_build"
            case build
        }
    }
}

extension JobDescription {
    /// Which benchmarks, and where that was said.
    package struct Suite: Codable, Sendable, Equatable {
        package let name: String
        package let digest: String
        package let source: Source
        package let path: String?
        package let blob: String?
        package let overrides: JSONValue?

        package init(
            name: String, digest: String, source: Source, path: String? = nil, blob: String? = nil,
            overrides: JSONValue? = nil
        ) {
            self.name = name
            self.digest = digest
            self.source = source
            self.path = path
            self.blob = blob
            self.overrides = overrides
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case digest
            case source
            case path
            case blob
            case overrides
        }
    }
}

extension JobDescription.Suite {
    package enum Source: String, Sendable, CaseIterable, Codable {
        case repository, stored
    }
}

extension JobDescription {
    /// How the code becomes programs.
    package struct Build: Codable, Sendable, Equatable {
        package let steps: [Step]
        /// Run with the network on.
        package let fetch: [Step]?
        /// Absent: the build is made anew each time, and not kept.
        package let cache: Cache?
        /// Glob patterns.
        package let outputs: [String]
        package let network: Network

        package init(
            steps: [Step], fetch: [Step]? = nil, cache: Cache? = nil, outputs: [String],
            network: Network
        ) {
            self.steps = steps
            self.fetch = fetch
            self.cache = cache
            self.outputs = outputs
            self.network = network
        }

        private enum CodingKeys: String, CodingKey {
            case steps
            case fetch
            case cache
            case outputs
            case network
        }
    }
}

extension JobDescription.Build {
    /// When a finished build that the host keeps may be used.
    package struct Cache: Codable, Sendable, Equatable {
        /// Digest of all that the project file says of the build.
        package let key: String
        /// Patterns of the tracked files that decide; absent or empty means all.
        package let files: [String]?
        /// What is kept besides the outputs.
        package let paths: [String]?
        /// Build although one fits; absent means false.
        package let isFresh: Bool?

        package init(
            key: String, files: [String]? = nil, paths: [String]? = nil, isFresh: Bool? = nil
        ) {
            self.key = key
            self.files = files
            self.paths = paths
            self.isFresh = isFresh
        }

        private enum CodingKeys: String, CodingKey {
            case key
            case files
            case paths
            case isFresh = "fresh"
        }
    }

    /// One command line of a build.
    package struct Step: Codable, Sendable, Equatable {
        package let run: String
        package let directory: String?
        package let environment: [String: String]?
        package let timeout: Nanoseconds

        package init(
            run: String, directory: String? = nil, environment: [String: String]? = nil,
            timeout: Nanoseconds
        ) {
            self.run = run
            self.directory = directory
            self.environment = environment
            self.timeout = timeout
        }

        private enum CodingKeys: String, CodingKey {
            case run
            case directory = "dir"
            case environment = "env"
            case timeout = "timeout_ns"
        }
    }
}

extension JobDescription.Build {
    package enum Network: String, Sendable, CaseIterable, Codable {
        case fetchOnly = "fetch_only"
        case off, on
    }
}

extension JobDescription {
    /// Which lockfiles are read.
    package struct Dependencies: Codable, Sendable, Equatable {
        package let lockfiles: Lockfiles

        package init(
            lockfiles: Lockfiles
        ) {
            self.lockfiles = lockfiles
        }

        private enum CodingKeys: String, CodingKey {
            case lockfiles
        }
    }
}

extension JobDescription.Dependencies {
    /// The word `auto`, or paths inside the repository.
    package enum Lockfiles: Sendable, Equatable, Codable {
        case auto
        case paths([String])

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let word = try? container.decode(String.self) else {
                self = .paths(try container.decode([String].self))
                return
            }
            guard word == "auto" else { throw container.broken("The only word is auto.") }
            self = .auto
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .auto: try container.encode("auto")
            case .paths(let paths): try container.encode(paths)
            }
        }
    }
}
