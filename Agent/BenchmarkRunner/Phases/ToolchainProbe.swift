package import HostFacts
package import Isolation
package import Workspaces

/// Asks compilers and interpreters for their version, once when the agent starts: those that are
/// not installed as packages stand in no list.
package enum ToolchainProbe {
    private static let questions = [
        ("swift", ["swiftc", "--version"]), ("clang", ["clang", "--version"]),
        ("gcc", ["gcc", "--version"]), ("rustc", ["rustc", "--version"]),
        ("go", ["go", "version"]), ("node", ["node", "--version"]),
        ("python3", ["python3", "--version"]),
    ]
    private static let limit = Duration.seconds(10)
    private static let lengthLimit = 120

    /// A program that is missing or says nothing is left out.
    package static func ask(
        _ launcher: any ProgramLauncher, identity: ProcessIdentity?
    ) async -> [Toolchain] {
        var found: [Toolchain] = []
        for (name, command) in questions {
            let capture = OutputCapture(keepsOutput: true)
            let plan = LaunchPlan(
                arguments: command, directory: "/",
                environment: CleanEnvironment.base(home: "/"), identity: identity,
                limits: LaunchLimits(wall: limit), phase: .host)
            guard
                let outcome = try? await launcher.run(
                    plan, cancellation: LaunchCancellation(), output: { capture.add($0) }),
                outcome.succeeded, let version = version(in: capture.standardOutput ?? [])
            else { continue }
            found.append(Toolchain(name: name, version: version))
        }
        return found
    }

    /// The first line, without what a terminal would act on.
    static func version(in output: [UInt8]) -> String? {
        let line = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).first
        let scalars = (line ?? "").unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        let text = String(String.UnicodeScalarView(scalars.prefix(lengthLimit)))
        return text.isEmpty ? nil : text
    }
}
