import FleetModel
import Hummingbird
import HummingbirdTesting
import Storage
import Testing
import WebSupport

@testable import Dashboard

@Suite struct AccessTests {
    private static func secrets(_ fixture: DashboardFixture) -> [PagePath] {
        [
            .project("vault"), .run(fixture.story.secret.runs[0]),
            .request(fixture.story.secret.request),
        ]
    }

    @Test func `without a credential public projects are listed and no others`() async throws {
        try await DashboardFixture.with { fixture in
            let text = try await fixture.text("/")
            #expect(text.contains("href=\"/p/lantern\""))
            #expect(text.contains("href=\"/p/quarry\""))
            #expect(!text.contains("vault"))
            #expect(!text.contains("Secret plans"))
        }
    }

    @Test func `a private project is a page that does not exist`() async throws {
        try await DashboardFixture.with { fixture in
            func withoutAddress(_ response: TestResponse, _ path: String) -> String {
                // Only the way back from signing in tells one from the other.
                let written = PagePath.signIn(returnTo: path).text
                return String(buffer: response.body).replacing(written, with: "/sign-in")
            }
            let nowhere = try await fixture.page("/p/nowhere")
            #expect(nowhere.status == .notFound)
            for path in Self.secrets(fixture) {
                let response = try await fixture.page(path.text)
                #expect(response.status == .notFound)
                let shown = withoutAddress(response, path.text)
                #expect(shown == withoutAddress(nowhere, "/p/nowhere"), "\(path)")
            }
        }
    }

    @Test func `a key sees the project that it reaches and public ones`() async throws {
        try await DashboardFixture.with { fixture in
            for path in Self.secrets(fixture) + [.project("lantern")] {
                let response = try await fixture.page(path.text, DashboardFixture.member)
                #expect(response.status == .ok, "\(path)")
            }
            let list = try await fixture.text("/", DashboardFixture.member)
            #expect(list.contains("href=\"/p/vault\""))
        }
    }

    @Test func `an internal project is a page for every key, and for nobody without one`()
        async throws
    {
        try await DashboardFixture.with { fixture in
            var random = SystemRandomNumberGenerator()
            let now = ServerTime(microseconds: 1_800_000_000_000_000)
            _ = try await ProjectStore(fixture.database).create(
                ProjectStore.NewProject(
                    id: ProjectID(at: now, using: &random), name: "canteen", title: nil,
                    visibility: "internal", defaultBranch: "main",
                    repository: ProjectStore.NewRepository(
                        id: RepositoryID(at: now, using: &random), name: "canteen",
                        url: "file:///nowhere", forge: "none", defaultBranch: "main")))
            let path = PagePath.project("canteen").text
            #expect(try await fixture.page(path).status == .notFound)
            #expect(try await fixture.page(path, DashboardFixture.member).status == .ok)
            #expect(try await fixture.text("/", DashboardFixture.member).contains(path))
            #expect(try await !fixture.text("/").contains(path))
        }
    }

    @Test func `a bad credential is 401 on public pages too`() async throws {
        try await DashboardFixture.with { fixture in
            let response = try await fixture.page("/", [.authorization: "Bearer wrong"])
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == "Bearer realm=\"fleetmark\"")
            #expect(String(buffer: response.body).contains("The credentials are not accepted"))
        }
    }

    @Test func `logs and hosts of a public project are for its members`() async throws {
        try await DashboardFixture.with { fixture in
            let path = PagePath.run(fixture.story.failed).text
            let secrets = ["undeclared identifier", "bench-01", "Example 9354"]
            let open = try await fixture.text(path)
            let full = try await fixture.text(path, DashboardFixture.admin)
            let stranger = try await fixture.text(path, DashboardFixture.member)
            for secret in secrets {
                #expect(!open.contains(secret), "\(secret)")
                #expect(!stranger.contains(secret), "\(secret)")
                #expect(full.contains(secret), "\(secret)")
            }
            #expect(open.contains("shown to callers with a key of the project"))
        }
    }

    @Test func `what is no identifier names nothing`() async throws {
        try await DashboardFixture.with { fixture in
            for path in ["/runs/x", "/requests/x", "/p/lantern?before=x", "/p/%ff"] {
                let status = try await fixture.page(path).status
                #expect(status == (path == "/p/%ff" ? .badRequest : .notFound), "\(path)")
            }
            let other = PagePath.olderRuns(
                project: "quarry", than: fixture.story.guilty)
            #expect(try await fixture.page(other.text).status == .notFound)
        }
    }

    @Test func `programs get the API's own answer for what it does not have`() async throws {
        try await DashboardFixture.with { fixture in
            let response = try await fixture.page("/api/v1/nowhere")
            #expect(response.status == .notFound)
            #expect(response.body.readableBytes == 0)
        }
    }
}
