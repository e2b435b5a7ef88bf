import Database
import FleetModel
import Storage
import TestSupport
import Testing

/// Users, teams and bindings, and what they give a key.
@Suite struct PeopleTests {
    private struct Fixture {
        let database: any Database
        let project: ProjectID
        var users: UserStore { UserStore(database) }
        var teams: TeamStore { TeamStore(database) }
        var bindings: BindingStore { BindingStore(database) }
        var keys: KeyStore { KeyStore(database) }
        var here: BindingStore.Place { .project(project, name: "lantern") }

        func user(_ name: String) async throws -> UserRecord {
            try await users.create(
                QueueFixture.fresh(),
                .init(name: name, identities: [.init(issuer: "https://id", subject: name)]),
                by: "test")
        }

        @discardableResult
        func key(
            _ digest: String, of user: UserID? = nil, role: String = "viewer"
        ) async throws -> KeyStore.Key {
            var key = KeyStore.Key(
                id: QueueFixture.fresh(), name: digest, prefix: "pg_live_ab", role: role,
                project: "none", expiresAt: nil)
            key.user = user
            return try await keys.create(key, digest: digest)
        }
    }

    private func with(_ backend: TestBackend, _ body: (Fixture) async throws -> Void) async throws {
        try await QueueFixture.with(backend) { fixture in
            let people = Fixture(database: fixture.database, project: fixture.project)
            try await people.key("root", role: "admin")
            try await body(people)
            let report = try await AuditVerification(fixture.database).run()
            #expect(report.fault == nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a key holds its own roles, its user's and those of the user's teams`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { people in
            let ada = try await people.user("ada")
            let key = try await people.key("ada's", of: ada.id)
            let team = try await people.teams.create(
                QueueFixture.fresh(), name: "parsers", title: nil, by: "test")
            _ = try await people.teams.set(ada.id, of: team.id, to: "member", by: "test")
            for (subject, role) in [
                (BindingStore.Subject(.key, key.id.text), "contributor"),
                (.init(.user, ada.id.text), "promoter"), (.init(.team, team.id.text), "admin"),
            ] {
                _ = try await people.bindings.put(
                    role, grants: [], to: subject, on: people.here, by: "test")
            }
            _ = try await people.bindings.put(
                "viewer", grants: ["operate"], to: .init(.user, ada.id.text), on: .installation,
                by: "test")
            let found = try #require(try await people.keys.key(withDigest: "ada's"))
            #expect(
                Set(found.roles.map { "\($0.project ?? "*") \($0.role) \($0.grants)" }) == [
                    "lantern contributor []", "lantern promoter []", "lantern admin []",
                    "* viewer [\"operate\"]",
                ])
            #expect(try await people.keys.key(withDigest: "root")?.roles == [])
            _ = try await people.teams.set(ada.id, of: team.id, to: nil, by: "test")
            #expect(try await people.keys.key(withDigest: "ada's")?.roles.count == 3)
            let listed = try await people.bindings.bindings(on: people.here)
            #expect(listed.map(\.name) == ["ada's", "parsers", "ada"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `putting a user out of action ends keys and sessions at once`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { people in
            let ada = try await people.user("ada")
            let key = try await people.key("ada's", of: ada.id)
            let sessions = WebSessionStore(people.database)
            _ = try await sessions.open(digest: "cookie", key: key, lifetime: .seconds(60))
            let seen = try #require(try await people.users.user(ada.id))
            #expect(seen.lastSeenAt != nil)
            var facts = UserStore.Facts(name: "ada", identities: seen.identities)
            facts.isDisabled = true
            let out = try await people.users.change(
                ada.id, from: seen.version, to: facts, by: "test")
            #expect(out.disabledAt != nil)
            #expect(try await people.keys.key(withDigest: "ada's") == nil)
            #expect(try await sessions.session(withDigest: "cookie") == nil)
            let holder = try await people.users.holder(
                of: .init(issuer: "https://id", subject: "ada"))
            #expect(holder?.isDisabled == true)
            await #expect(throws: StoreFailure.notFound("active user")) {
                try await people.key("another", of: ada.id)
            }
            facts.isDisabled = false
            _ = try await people.users.change(ada.id, from: out.version, to: facts, by: "test")
            // Who comes back gets new keys.
            #expect(try await people.keys.key(withDigest: "ada's") == nil)
            try await people.key("another", of: ada.id)
            #expect(try await people.keys.key(withDigest: "another") != nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a user who is removed leaves the name free and nothing else behind`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { people in
            let ada = try await people.user("ada")
            try await people.key("ada's", of: ada.id)
            _ = try await people.bindings.put(
                "admin", grants: [], to: .init(.user, ada.id.text), on: people.here, by: "test")
            await #expect(throws: StoreFailure.taken("ada")) { _ = try await people.user("ada") }
            try await people.users.remove(ada.id, at: ada.version, by: "test")
            #expect(try await people.users.user(ada.id) == nil)
            #expect(try await people.keys.key(withDigest: "ada's") == nil)
            #expect(try await people.bindings.bindings(on: people.here).isEmpty)
            let other = try await people.user("ada")
            #expect(other.id != ada.id)
            await #expect(throws: StoreFailure.notFound("user")) {
                try await people.users.remove(ada.id, at: 1, by: "test")
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `two who change one user do not undo each other`(_ backend: TestBackend) async throws {
        try await with(backend) { people in
            let ada = try await people.user("ada")
            _ = try await people.users.change(
                ada.id, from: 1, to: .init(name: "ada l."), by: "test")
            await #expect(throws: StoreFailure.staleVersion(current: 2)) {
                _ = try await people.users.change(
                    ada.id, from: 1, to: .init(name: "ada b."), by: "test")
            }
            _ = try await people.user("grace")
            await #expect(throws: StoreFailure.taken("grace")) {
                _ = try await people.users.change(
                    ada.id, from: 2, to: .init(name: "grace"), by: "test")
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `the last administrator stays`(_ backend: TestBackend) async throws {
        try await with(backend) { people in
            let ada = try await people.user("ada")
            let subject = BindingStore.Subject(.user, ada.id.text)
            try await people.key("ada's", of: ada.id)
            _ = try await people.bindings.put(
                "admin", grants: [], to: subject, on: .installation, by: "test")
            // Another administrator's key is in force, so this one may go and come.
            try await people.bindings.remove(subject, on: .installation, by: "test")
            _ = try await people.bindings.put(
                "admin", grants: [], to: subject, on: .installation, by: "test")
            let root = try #require(try await people.keys.key(withDigest: "root"))
            _ = try await people.keys.revoke(root.id) {
                AuditEvent(by: "test", "delete", "key", $0.id.text, in: "*")
            }
            await #expect(throws: StoreFailure.lastAdministrator) {
                try await people.bindings.remove(subject, on: .installation, by: "test")
            }
            await #expect(throws: StoreFailure.lastAdministrator) {
                _ = try await people.bindings.put(
                    "viewer", grants: [], to: subject, on: .installation, by: "test")
            }
            await #expect(throws: StoreFailure.lastAdministrator) {
                try await people.users.remove(ada.id, at: 1, by: "test")
            }
            #expect(try await people.keys.key(withDigest: "ada's")?.roles.count == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a key that is revoked keeps its first time, and its sessions end`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { people in
            let key = try await people.key("ci")
            let sessions = WebSessionStore(people.database)
            _ = try await sessions.open(digest: "cookie", key: key, lifetime: .seconds(60))
            let event: @Sendable (KeyStore.Key) -> AuditEvent = {
                AuditEvent(by: "test", "delete", "key", $0.id.text, in: "none")
            }
            let first = try await people.keys.revoke(key.id, noting: event)
            let again = try await people.keys.revoke(key.id, noting: event)
            #expect(first?.revokedAt != nil)
            #expect(first?.revokedAt == again?.revokedAt)
            #expect(try await sessions.session(withDigest: "cookie") == nil)
            #expect(try await people.keys.revoke(QueueFixture.fresh(), noting: event) == nil)
            let names = try await people.keys.keys().map(\.name)
            #expect(names == ["ci", "root"])
        }
    }
}
