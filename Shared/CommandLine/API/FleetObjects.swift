// What the API tells about projects and hosts (API contract, sections 3.1, 3.2, 3.6).

struct Project: Decodable, Sendable {
    let id: String
    let name: String
    let title: String?
    let description: String?
    let visibility: String?
    let defaultBranch: String?
    let createdUs: Int64?
    let archivedUs: Int64?
    let queueLimit: Int64?
    let version: Int64?
}

struct Repository: Decodable, Sendable {
    struct Fault: Decodable, Sendable {
        let reason: String?
        let message: String?
    }

    let id: String
    let name: String?
    let url: String?
    let forge: String?
    let defaultBranch: String?
    let pollEveryS: Int64?
    let lastFetchUs: Int64?
    let lastError: Fault?
}

struct Host: Decodable, Sendable {
    struct CurrentJob: Decodable, Sendable {
        let attemptId: String?
        let phase: String?
    }

    struct Agent: Decodable, Sendable {
        let version: String?
    }

    struct Canary: Decodable, Sendable {
        let state: String?
        let wantedUs: Int64?
    }

    struct Capabilities: Decodable, Sendable {
        let arch: String?
        let os: String?
        let kernel: String?
        let cpuModel: String?
        let cores: Int64?
        let memoryBytes: Int64?
        /// What `requires` of a project file may ask for.
        let items: [String]?
    }

    let id: String
    let name: String
    let version: Int64?
    let state: String?
    /// Why, and who says so; for operators.
    let stateReason: String?
    let stateBy: String?
    let contact: String?
    let labels: [String: String]?
    let hostClass: String?
    let capabilities: Capabilities?
    let job: CurrentJob?
    let agent: Agent?
    let canary: Canary?
    let lastContactUs: Int64?
}

struct EnrolmentToken: Decodable, Sendable {
    let id: String
    /// Only in the reply that makes it.
    let token: String?
    let hostName: String?
    let preapproved: Bool?
    let expiresUs: Int64?
    let caFingerprint: String?
    let agentsUrl: String?
    let usedUs: Int64?
    let usedBy: String?
}

/// A host that was asked for its canaries.
struct AskedCanary: Decodable, Sendable {
    let wantedUs: Int64
}

/// What a host's canaries took.
struct HostCanaries: Decodable, Sendable {
    struct Point: Decodable, Sendable {
        let atUs: Int64
        let name: String
        let median: Double
        let state: String
        let reason: String?
    }

    struct Limits: Decodable, Sendable {
        let low: Double
        let high: Double
    }

    /// Newest first.
    let points: [Point]
    let limits: [String: Limits]
    /// Until they have come.
    let wantedUs: Int64?
}

/// Something that happened on a host.
struct HostEvent: Decodable, Sendable {
    let atUs: Int64
    let kind: String
    let text: String
}

/// Something that a host cannot give.
struct HostLimit: Decodable, Sendable {
    let check: String
    let weight: String?
    let text: String
    let advice: String?
}

/// A fact that two hosts do not share.
struct HostDifference: Decodable, Sendable {
    let layer: String
    let path: String
    let a: String?
    let b: String?
}
