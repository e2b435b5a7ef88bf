import Hummingbird

/// Who calls, by keys that stand in the configuration; `demo` is their project.
enum Client: String, CaseIterable, Sendable {
    case nobody
    case viewer, contributor, promoter, admin
    /// Limited to benchmarks that begin with `web-`.
    case webContributor, webPromoter, webAdmin
    /// Of the project `other`.
    case stranger
    /// A key of the wrong form, one that nobody has, and another scheme.
    case malformed, unknown, basic

    private var key: String {
        let place = Self.allCases.firstIndex(of: self) ?? 0
        return "pg_test_" + String(repeating: "a", count: 30) + "\(10 + place)"
    }

    /// As `--api-keys` takes it; nil for who has no key.
    var flag: String? {
        switch self {
        case .nobody, .malformed, .unknown, .basic: nil
        case .viewer, .contributor, .promoter, .admin: "\(rawValue):\(key):demo"
        case .webContributor: "contributor:\(key):demo:^web-"
        case .webPromoter: "Promoter:\(key):demo:^web-"
        case .webAdmin: "ADMIN:\(key):demo:^web-"
        case .stranger: "promoter:\(key):other"
        }
    }

    var header: String? {
        switch self {
        case .nobody: nil
        case .malformed: "Bearer secret"
        case .basic: "Basic YTpi"
        default: "Bearer \(key)"
        }
    }
}
