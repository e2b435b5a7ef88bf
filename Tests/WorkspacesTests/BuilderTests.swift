import FleetModel
import FoundationEssentials
import Glibc
import Isolation
import TestSupport
import Testing
import Workspaces

@Suite struct BuilderTests {
    private func prepared() async throws -> (WorkspaceFixture, Workspace) {
        let fixture = try await WorkspaceFixture()
        return (fixture, try await fixture.workspaces.prepare(try fixture.request(3)))
    }

    @Test func `prefetch runs before the commands, each in its phase`() async throws {
        let (fixture, workspace) = try await prepared()
        let transcript = Transcript()
        let plan = BuildPlan(
            prefetch: [.init(.shell("echo fetched"))],
            commands: [.init(.program(["echo", "$HOME *"])), .init(.shell("echo done"))])
        let report = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(report.failure == nil)
        #expect(report.steps.map(\.phase) == [.prefetch, .build, .build])
        #expect(report.steps.map(\.index) == [0, 0, 1])
        #expect(report.wallNanoseconds > 0)
        #expect(transcript.text == "fetched\n$HOME *\ndone\n")
    }

    @Test func `home, temporary folder and variables are the build's own`() async throws {
        let (fixture, workspace) = try await prepared()
        let transcript = Transcript()
        let plan = BuildPlan(
            commands: [
                .init(
                    .shell("echo $HOME $TMPDIR $ONE $TWO $PWD"), directory: "dir",
                    environment: ["TWO": "step"])
            ], environment: ["ONE": "plan", "TWO": "plan"])
        let report = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(report.failure == nil)
        #expect(
            transcript.text
                == "\(workspace.home) \(workspace.temporary) plan step"
                + " \(workspace.checkout)/dir\n")
    }

    @Test func `the first failure ends the build and says what was last said`() async throws {
        let (fixture, workspace) = try await prepared()
        let plan = BuildPlan(commands: [
            .init(.shell("echo before; echo 'undefined reference' >&2; exit 3")),
            .init(.shell("touch never")),
        ])
        let report = await fixture.build(plan, in: workspace)
        let failure = try #require(report.failure)
        #expect(failure.failureClass == .jobError)
        #expect(failure.detail == .buildFailed)
        #expect(failure.exitStatus == 3)
        #expect(failure.message.contains("undefined reference"))
        #expect(report.steps.count == 1)
        #expect(!exists(workspace.checkout + "/never"))
    }

    @Test func `a shell step ends at its first failing or undefined word`() async throws {
        let (fixture, workspace) = try await prepared()
        for text in ["false; touch never", "echo $UNSET_VARIABLE; touch never"] {
            let report = await fixture.build(
                BuildPlan(commands: [.init(.shell(text))]), in: workspace)
            #expect(report.failure?.detail == .buildFailed)
        }
        #expect(!exists(workspace.checkout + "/never"))
    }

    @Test func `a build that runs out of time is a timeout`() async throws {
        let (fixture, workspace) = try await prepared()
        let plan = BuildPlan(
            commands: [.init(.shell("sleep 600"))], timeout: .milliseconds(300))
        let report = await fixture.build(plan, in: workspace)
        #expect(report.failure?.failureClass == .timeout)
        #expect(report.failure?.detail == .buildFailed)
    }

    @Test(.enabled(if: TestLauncher.isReal, "needs the fleetmark-launch program"))
    func `a build that leaves daemons behind succeeds, and they are gone`() async throws {
        let (fixture, workspace) = try await prepared()
        let transcript = Transcript()
        let text = "setsid sleep 600 >/dev/null 2>&1 </dev/null & echo $!"
        let plan = BuildPlan(commands: [.init(.shell(text))])
        let report = await fixture.build(plan, in: workspace) { transcript.add($0) }
        #expect(report.failure == nil)
        #expect(report.steps.first?.outcome.leftoverProcesses == 1)
        let daemon = try #require(pid_t(transcript.text.split(separator: "\n").first ?? ""))
        #expect(kill(daemon, 0) == -1)
    }

    @Test(.enabled(if: TestLauncher.isReal, "needs the fleetmark-launch program"))
    func `a build that says nothing for too long is a timeout of silence`() async throws {
        let (fixture, workspace) = try await prepared()
        let plan = BuildPlan(
            commands: [.init(.shell("sleep 600"))], silence: .milliseconds(300))
        let report = await fixture.build(plan, in: workspace)
        #expect(report.failure?.failureClass == .timeout)
        #expect(report.failure?.detail == .silence)
    }

    @Test func `a program that is not there fails the build by name`() async throws {
        let (fixture, workspace) = try await prepared()
        let plan = BuildPlan(commands: [.init(.program(["fleetmark-no-such-program"]))])
        let report = await fixture.build(plan, in: workspace)
        #expect(report.failure?.detail == .buildFailed)
        #expect(report.failure?.message.contains("fleetmark-no-such-program") == true)
        #expect(report.steps.isEmpty)
    }

    @Test(arguments: ["..", "/tmp", "nothing", "out"])
    func `a folder outside the checkout is refused`(_ directory: String) async throws {
        var fixture = try await WorkspaceFixture()
        try await fixture.remote.add([
            .init(mark: 7, branch: "links", files: [.init("out", "/tmp", mode: "120000")])
        ])
        let workspace = try await fixture.workspaces.prepare(try fixture.request(7))
        let plan = BuildPlan(commands: [.init(.shell("true"), directory: directory)])
        let report = await fixture.build(plan, in: workspace)
        #expect(report.failure?.detail == .suiteInvalid)
    }

    @Test func `control characters of the output stay out of the message`() async throws {
        let (fixture, workspace) = try await prepared()
        let plan = BuildPlan(commands: [
            .init(.shell("printf '\\033[31mred\\033[0m\\377\\000\\n'; exit 1"))
        ])
        let report = await fixture.build(plan, in: workspace)
        let message = try #require(report.failure?.message)
        #expect(message.hasSuffix("[31mred[0m\u{FFFD}"))
    }

    @Test func `a cancelled build is marked as such`() async throws {
        let (fixture, workspace) = try await prepared()
        let cancellation = LaunchCancellation()
        cancellation.cancel()
        let report = await Builder(
            launcher: fixture.launcher, identity: TestLauncher.workIdentity
        ).build(
            BuildPlan(commands: [.init(.shell("true"))]), in: workspace,
            cancellation: cancellation, output: { _ in })
        #expect(report.wasCancelled)
    }
}
