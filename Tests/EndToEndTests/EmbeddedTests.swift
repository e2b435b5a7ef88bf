import TestSupport
import Testing

/// The controller as a library: a program outside of the package's walls, built from
/// `docs/embedding`.
@Suite struct EmbeddedTests {
    @Test func `a program of its own runs a controller and stops it`() async throws {
        try await withTemporaryFolder { folder in
            let program = try RunningProgram(
                BuiltProducts.path(of: "embedded-controller"), [folder + "/state"],
                logFile: folder + "/log")
            #expect(try await program.wait() == 0)
            #expect(program.output.contains("listening on http://127.0.0.1:"))
            #expect(program.output.hasSuffix("stopped\n"), "\(program.output)")
        }
    }
}
