import FleetModel
import Foundation
import Testing

@testable import ProjectFile

@Suite struct LockfileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/Lockfiles")

    private static let examples = try? FileManager.default
        .contentsOfDirectory(atPath: folder.path).sorted()

    /// The lockfile of an example, and what stands beside it.
    private struct Example {
        let name: String
        let bytes: [UInt8]
        let expected: [String]
        let folder: URL

        init(_ example: String) throws {
            folder = LockfileTests.folder.appending(path: example)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            // A repository may ignore a file of the very name.
            let file = try #require(
                files.first { Lockfile.isKnown($0.replacing(".example", with: "")) })
            name = file.replacing(".example", with: "")
            bytes = try Array(Data(contentsOf: folder.appending(path: file)))
            expected = try String(
                contentsOf: folder.appending(path: "expected.txt"), encoding: .utf8
            ).split(separator: "\n").map(String.init)
        }

        func read(_ bytes: [UInt8]? = nil) throws(LockfileFailure) -> LockfileReading {
            try Lockfile.read(
                name: name, bytes: bytes ?? self.bytes,
                companion: Lockfile.companion(of: name).flatMap { other in
                    (try? Data(contentsOf: folder.appending(path: other))).map(Array.init)
                })
        }
    }

    @Test(arguments: try #require(examples))
    func `versions, digests and what is direct are read`(_ name: String) throws {
        let example = try Example(name)
        let reading = try example.read()
        let found = reading.versions.map { dependency in
            let words = [
                dependency.ecosystem, dependency.name, dependency.version,
                dependency.isDirect ? "direct" : "-", dependency.digest ?? "",
            ]
            return words.filter { !$0.isEmpty }.joined(separator: " ")
        }
        #expect(found + reading.notes.map { "note: \($0)" } == example.expected)
    }

    @Test func `every kind of the catalogue has an example`() throws {
        let names = try (Self.examples ?? []).map { try Example($0).name }
        for format in LockfileCatalogue.all where format.name != "npm-shrinkwrap.json" {
            let parts = format.name.split(separator: "*")
            #expect(
                names.contains { name in
                    parts.count == 1
                        ? name == format.name
                        : name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
                }, "\(format.name)")
        }
    }

    /// Hostile bytes give a failure or a list, never a trap.
    @Test(arguments: try #require(examples))
    func `no bytes make the reader fall over`(_ name: String) throws {
        let example = try Example(name)
        var generator = SplitMix(seed: 20_261_121)
        for _ in 0..<300 {
            var bytes = example.bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 7))
                case 2: bytes.insert(contentsOf: Array("[{\"'\\=@:".utf8), at: place)
                default: bytes = Array(bytes[..<place])
                }
                if bytes.isEmpty { bytes = [0x5B] }
            }
            _ = try? example.read(bytes)
        }
    }

    @Test(arguments: [
        ("Cargo.lock", "version = 3\n[[package]\nname = 1\n", "line 2: the header is not closed"),
        ("Cargo.lock", "version = 99\n", "its version 99 is not known"),
        ("poetry.lock", "[[package]]\nname = \"a\nb\"", "line 2: the string is not closed"),
        ("uv.lock", "a = 1\na = 2\n", "line 2: `a` is there twice"),
        ("yarn.lock", "ms@1\n  version \"1\"\n", "line 1: `:` is missing at the end"),
        ("package-lock.json", "{\"lockfileVersion\": 9}", "its version 9 is not known"),
        ("package-lock.json", "{", "this is not JSON"),
        ("composer.lock", "{}", "`packages` is missing"),
        ("gradle.lockfile", "a:b\n", "line 1: this is not `group:name:version=…`"),
        ("pom.xml", "<project>\n<a></b></project>", "line 2: this tag closes another element"),
        (
            "pom.xml", "<!DOCTYPE p [<!ENTITY a 'b'>]><project/>",
            "line 1: a document type or entity, which is not read"
        ),
        ("pom.xml", "<settings/>", "the outermost element is not <project>"),
        ("pnpm-lock.yaml", "packages: {}\n", "its version (none) is not known"),
        ("unknown.lock", "", "unknown.lock is no lockfile that is known"),
    ])
    func `what is wrong is said with its place`(
        _ name: String, _ text: String, _ message: String
    ) {
        #expect {
            _ = try Lockfile.read(name: name, bytes: Array(text.utf8))
        } throws: { error in "\(error)" == message }
    }

    @Test(arguments: ["[", "a = [", "a = {b = ", "a."])
    func `nesting has an end`(_ part: String) {
        let text = String(repeating: part, count: 100_000)
        #expect(throws: LockfileFailure.self) {
            _ = try Lockfile.read(name: "Cargo.lock", bytes: Array(text.utf8))
        }
    }

    /// A property that doubles itself a hundred times, and two that name each other.
    @Test func `properties have an end`() throws {
        let doubling = (0..<100).map { "<p\($0)>${p\($0 + 1)}${p\($0 + 1)}</p\($0)>" }.joined()
        let text = """
            <project><properties>\(doubling)<x>${y}</x><y>${x}</y></properties><dependencies>
            <dependency><groupId>g</groupId><artifactId>a</artifactId><version>${p0}</version>
            </dependency><dependency><groupId>g</groupId><artifactId>b</artifactId>
            <version>${x}</version></dependency></dependencies></project>
            """
        let reading = try Lockfile.read(name: "pom.xml", bytes: Array(text.utf8))
        #expect(reading.versions.isEmpty)
        #expect(reading.notes.first?.hasPrefix("g:a and 1 more: no version is pinned") == true)
    }

    @Test func `a file that is too long is not read`() {
        let bytes = [UInt8](repeating: 0x20, count: Lockfile.byteLimit + 1)
        #expect(throws: LockfileFailure.self) {
            _ = try Lockfile.read(name: "Cargo.lock", bytes: bytes)
        }
    }

    @Test func `a search passes over what was fetched or built`() {
        for name in ["node_modules", ".git", ".build", "target", "vendor"] {
            #expect(Lockfile.isPassedOver(folder: name))
        }
        #expect(!Lockfile.isPassedOver(folder: "packages"))
    }
}
