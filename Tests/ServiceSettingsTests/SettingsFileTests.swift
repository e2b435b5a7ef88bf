import Foundation
import TestSupport
import Testing

@testable import ServiceSettings

@Suite struct SettingsFileTests {
    private static let options = [
        ServiceOption("log-level"), ServiceOption("port"), ServiceOption("jwt-secret"),
        ServiceOption("api-keys", isRepeating: true),
    ]

    private static var rules: SettingRules {
        var rules = SettingRules(prefix: "FM_")
        rules.masked = { option, _ in option == "jwt-secret" ? "•••" : nil }
        return rules
    }

    private static func read(
        _ text: String?, mode: Int = 0o644, isNeeded: Bool = true,
        _ body: (String, Result<SettingsFile?, SettingFault>) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/c.yaml"
            if let text {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: path)
            }
            try body(
                path,
                Result { () throws(SettingFault) in
                    try SettingsFile.read(path, for: options, rules: rules, isNeeded: isNeeded)
                })
        }
    }

    struct Case: Sendable {
        let text: String
        let said: String
    }

    @Test(arguments: [
        Case(
            text: "log_levl: info\n",
            said: "PATH:1:1: unknown key `log_levl`; did you mean `log_level`?"),
        Case(
            text: "port: 1\n\nfrobnicate: true\n", said: "PATH:3:1: unknown key `frobnicate`"),
        Case(
            text: "port: 1\nport: 2\n",
            said: "PATH:2:1: `port` stands here twice, first on line 1"),
        Case(
            text: "log_level: {a: b}\n",
            said: "PATH:1:12: `log_level` is one value or a list of values; write it in quotes if "
                + "it looks otherwise"),
        Case(
            text: "- port\n",
            said: "PATH:1:1: the file is keys with their values, as in `port: 8080`, not a list"),
        Case(
            text: "port: [1\n",
            said: "PATH:2:1: this is not YAML"),
    ])
    func `what is wrong is told by its place`(_ given: Case) async throws {
        try await Self.read(given.text) { path, result in
            let fault = #expect(throws: SettingFault.self) { _ = try result.get() }
            let said = given.said.replacing("PATH", with: path)
            #expect(fault?.description.hasPrefix(said) == true, "\(fault?.description ?? "")")
        }
    }

    @Test func `a mistake beside a secret does not show it`() async throws {
        try await Self.read("jwt_secert: hunter2 hunter2\n") { _, result in
            let fault = #expect(throws: SettingFault.self) { _ = try result.get() }
            #expect(fault?.description.contains("did you mean `jwt_secret`?") == true)
            #expect(fault?.description.contains("hunter2") == false)
        }
    }

    @Test func `a file with a secret is nobody else's`() async throws {
        try await Self.read("port: 1\njwt_secret: hunter2\n") { path, result in
            let fault = #expect(throws: SettingFault.self) { _ = try result.get() }
            #expect(
                fault?.description == "\(path):2: `jwt_secret` is a secret, and everybody may "
                    + "read the file: chmod o-r \(path)")
        }
        try await Self.read("jwt_secret: hunter2\n", mode: 0o640) { _, result in
            let file = try result.get()
            #expect(file != nil)
        }
    }

    @Test func `only a file that was asked for must be there`() async throws {
        try await Self.read(nil, isNeeded: false) { _, result in
            let file = try result.get()
            #expect(file == nil)
        }
        try await Self.read(nil) { path, result in
            let fault = #expect(throws: SettingFault.self) { _ = try result.get() }
            #expect(fault?.description == "\(path) cannot be opened: No such file or directory")
        }
        try await Self.read("# nothing\n") { _, result in
            let file = try result.get()
            #expect(file != nil)
        }
    }
}
