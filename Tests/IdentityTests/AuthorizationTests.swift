import Testing

@testable import Identity

/// The whole table of perfgate-api §3.3 and §3.4, and what bindings add to it.
@Suite struct AuthorizationTests {
    private func key(
        _ scopes: Set<Scope>, _ project: String? = "api", _ pattern: String? = nil,
        bindings: [KeyIdentity.Binding] = []
    ) -> KeyIdentity {
        KeyIdentity(
            id: "k", name: "k", scopes: scopes, project: project,
            benchmarks: pattern.map { BenchmarkPattern($0) }, bindings: bindings)
    }

    private func refusal(
        _ key: KeyIdentity, _ scope: Scope, _ project: String = "api", _ benchmark: String? = nil
    ) -> AccessRefusal? {
        do {
            try key.authorize(scope, on: project, benchmark: benchmark)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: Role.allCases, Scope.allCases)
    func `a role has its scopes on its own project`(_ role: Role, _ scope: Scope) {
        let table: [Role: Set<Scope>] = [
            .viewer: [.read], .contributor: [.read, .write],
            .promoter: [.read, .write, .promote],
            .admin: [.read, .write, .promote, .delete, .admin, .operate],
        ]
        let expected = table[role]?.contains(scope) == true
        #expect((refusal(key(role.scopes), scope) == nil) == expected)
    }

    @Test(arguments: Role.allCases)
    func `only an administrator reaches another project`(_ role: Role) {
        let found = refusal(key(role.scopes), .read, "Api")
        #expect(found == (role == .admin ? nil : .projectMismatch(asked: "Api")))
    }

    @Test func `the scope is looked at before the project, the project before the pattern`() {
        let reader = key([.read], "api", "^web-")
        #expect(refusal(reader, .write, "other", "db") == .scopeMissing(.write))
        #expect(refusal(reader, .read, "other", "db") == .projectMismatch(asked: "other"))
        #expect(refusal(reader, .read, "api", "db") == .benchmarkRestricted("db"))
        #expect(refusal(reader, .read, "api", "web-1") == nil)
        #expect(refusal(reader, .read, "api") == nil)
    }

    @Test(arguments: [
        ("web-", "my-web-x", true), ("^web-", "my-web-x", false), ("(?i)WEB", "my-web-x", true),
        ("", "anything", true), ("b$", "a/b", true), (".*", "x", true),
    ])
    func `a pattern is searched for anywhere`(_ pattern: String, _ name: String, _ isMatch: Bool) {
        #expect((refusal(key([.read], "api", pattern), .read, "api", name) == nil) == isMatch)
    }

    @Test func `a pattern holds for administrators too`() {
        let admin = key(Role.admin.scopes, "api", "^web-")
        #expect(refusal(admin, .read, "other", "db") == .benchmarkRestricted("db"))
    }

    @Test(arguments: ["(", "(?=a)", "(a)\\1", "a{2000}"])
    func `a pattern that cannot be compiled lets nothing through`(_ pattern: String) {
        let broken = key(Role.admin.scopes, nil, pattern)
        guard case .brokenPattern? = refusal(broken, .read, "api", "x") else {
            Issue.record("\(pattern) is no fault")
            return
        }
        #expect(refusal(broken, .read, "api") == nil)
        #expect(BenchmarkPattern(pattern).fault != nil)
    }

    @Test(.timeLimit(.minutes(1))) func `a hostile pattern stalls nothing`() {
        let hostile = key([.read], "api", "^(a+)+$")
        let name = String(repeating: "a", count: 60_000) + "!"
        #expect(refusal(hostile, .read, "api", name) == .benchmarkRestricted(name))
    }

    @Test func `the scopes of a token are taken literally`() {
        let deleter = key([.delete])
        #expect(refusal(deleter, .delete) == nil)
        #expect(refusal(deleter, .read) == .scopeMissing(.read))
        let bareAdmin = key([.admin])
        #expect(refusal(bareAdmin, .admin, "other") == nil)
        #expect(refusal(bareAdmin, .read, "other") == .scopeMissing(.read))
    }

    @Test func `the strongest binding counts, on its own project alone`() {
        let guest = key(
            [.read], "api",
            bindings: [
                .init(project: "web", scopes: Role.contributor.scopes),
                .init(project: "web", scopes: Role.viewer.scopes),
            ])
        #expect(refusal(guest, .write, "web") == nil)
        #expect(refusal(guest, .write, "api") == .scopeMissing(.write))
        #expect(refusal(guest, .read, "db") == .projectMismatch(asked: "db"))
    }

    @Test func `the administrator of a project has nothing of the installation`() {
        let owner = key(
            [], "none", bindings: [.init(project: "web", scopes: Role.admin.scopes)])
        #expect(refusal(owner, .admin, "web") == nil)
        #expect(refusal(owner, .read, "api") == .projectMismatch(asked: "api"))
        #expect(owner.installationScopes.isEmpty)
        #expect(!owner.readsEveryProject)
        #expect(throws: AccessRefusal.scopeMissing(.admin)) {
            try owner.authorize(installation: .admin)
        }
    }

    @Test func `a binding on the installation reaches every project`() {
        let steward = key([], "none", bindings: [.init(project: nil, scopes: [.read, .operate])])
        #expect(refusal(steward, .read, "any") == nil)
        #expect(steward.readsEveryProject)
        #expect(steward.installationScopes == [.read, .operate])
    }
}
