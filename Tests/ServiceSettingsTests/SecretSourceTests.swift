import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import ServiceSettings

/// Documents of secrets: where they are read, in which forms, and what is said when they are wrong.
@Suite struct SecretSourceTests {
    private static let lists = ["keys", "api_keys"]

    private static func written(
        _ text: String, _ folder: String, mode: Int = 0o600
    ) throws -> SecretSource {
        let file = folder + "/document"
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return .file(file)
    }

    struct Form: Sendable {
        let text: String
        let records: [[String: String]]
    }

    private static let one = [["id": "a", "secret": "s"]]

    @Test(arguments: [
        Form(text: "", records: []), Form(text: " \n\t\n", records: []),
        Form(text: "[]", records: []), Form(text: "# nobody yet\n", records: []),
        Form(text: "keys = []\n", records: []), Form(text: #"{"api_keys": []}"#, records: []),
        Form(text: #"[{"id": "a", "secret": "s", "project": null}]"#, records: one),
        Form(text: #" [ {"id":"a","secret":"s"} ] "#, records: one),
        Form(text: #"{"keys": [{"id": "a", "secret": "s"}]}"#, records: one),
        Form(text: #"{"api_keys": [{"id": "a", "secret": "s"}]}"#, records: one),
        Form(text: "[[keys]]\nid = \"a\"\nsecret = 's'\n", records: one),
        Form(text: "api_keys = [{id = \"a\", secret = \"s\"}]", records: one),
        Form(
            text: "[[keys]]\nid = \"a\"\n[[keys]]\nexpires_at = 2027-01-01T00:00:00Z\n",
            records: [["id": "a"], ["expires_at": "2027-01-01T00:00:00Z"]]),
    ])
    func `both forms give the same records`(_ given: Form) async throws {
        try await withTemporaryFolder { folder in
            let found = try Self.written(given.text, folder).records(named: Self.lists)
            #expect(found == given.records)
        }
    }

    @Test(arguments: [
        "{}", #"{"keys": [], "api_keys": []}"#, #"{"others": []}"#, #"[{"id": ["hush"]}]"#,
        #"[{"id": "hush""#, #"["hush"]"#, #"{"keys": {"id": "hush"}}"#, "hush", "keys = hush hush",
        "[[keys]]\nsecret = \"hush\nid = 1\n", "[[keys]]\nsecret = [\"hush\"]\n",
        "other = 1\n[[keys]]\nid = \"hush\"\n", "keys = [\"hush\"]", "[keys]\nid = \"hush\"\n",
        "[[keys]]\nsecret = \"hush\\u12\"\n",
    ])
    func `what is none of them is refused, without its text`(_ text: String) async throws {
        try await withTemporaryFolder { folder in
            let source = try Self.written(text, folder)
            let fault = #expect(throws: SettingFault.self) {
                _ = try source.records(named: Self.lists)
            }
            let said = try #require(fault?.description)
            #expect(said.hasPrefix(folder + "/document: "), "\(said)")
            #expect(!said.contains("hush"), "\(said)")
        }
    }

    @Test func `a file for secrets is not everybody's`() async throws {
        try await withTemporaryFolder { folder in
            let open = try Self.written("[]", folder, mode: 0o644)
            let fault = #expect(throws: SettingFault.self) {
                _ = try open.records(named: Self.lists)
            }
            #expect(fault?.description.contains("chmod o-r") == true)
            let none = SecretSource.file(folder + "/none")
            let missing = #expect(throws: SettingFault.self) {
                _ = try none.records(named: Self.lists)
            }
            #expect(missing?.description.hasPrefix(folder + "/none cannot be opened") == true)
        }
    }

    @Test func `a variable is read once`() throws {
        let name = "FLEETMARK_TEST_DOCUMENT_\(UInt32.random(in: 0..<UInt32.max))"
        setenv(name, #"[{"id": "a", "secret": "s"}]"#, 1)
        let source = SecretSource.variable(name)
        #expect(try source.records(named: Self.lists) == Self.one)
        let fault = #expect(throws: SettingFault.self) {
            _ = try source.records(named: Self.lists)
        }
        #expect(fault?.description == "there is no variable \(name)")
    }

    struct Command: Sendable {
        let text: String
        let fault: String
    }

    @Test(arguments: [
        Command(text: "echo '[]'; exit 3", fault: "the command ended with status 3"),
        Command(text: "kill -9 $$", fault: "the command was ended by signal 9"),
        Command(
            text: "head -c 2000000 /dev/zero | tr '\\0' ' '",
            fault: "the command printed more than 1 MiB"),
        Command(text: "printf '\\377'", fault: "what the command printed is no text in UTF-8"),
        Command(
            text: "echo hush",
            fault: "what the command printed: line 1 of the document is no TOML"),
    ])
    func `a command must end well, and say a document`(_ given: Command) throws {
        let good = SecretSource.command(#"printf '[[keys]]\nid = "a"\nsecret = "s"\n'"#)
        #expect(try good.records(named: Self.lists) == Self.one)
        let fault = #expect(throws: SettingFault.self) {
            _ = try SecretSource.command(given.text).records(named: Self.lists)
        }
        #expect(fault?.description == given.fault)
    }
}
