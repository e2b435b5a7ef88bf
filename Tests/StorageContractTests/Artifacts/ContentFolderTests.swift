import Foundation
import Storage
import TestSupport
import Testing

/// Bytes on disk under their own digest.
@Suite struct ContentFolderTests {
    private static let bytes = Array("0123456789abcdef".utf8)

    private static func key(of bytes: [UInt8]) throws -> ContentKey {
        try #require(ContentKey(hex: SHA256Text.of(bytes)))
    }

    @Test func `parts in any order become content under their digest`() async throws {
        try await withTemporaryFolder { path in
            let folder = try ContentFolder(path: path + "/artifacts")
            let key = try Self.key(of: Self.bytes)
            try await folder.write(Array(Self.bytes[8...]), at: 8, of: "u")
            #expect(try await !folder.matches("u", key, sizeBytes: 16))
            try await folder.write(Array(Self.bytes[..<8]), at: 0, of: "u")
            // The same part again.
            try await folder.write(Array(Self.bytes[8...]), at: 8, of: "u")
            #expect(try await folder.matches("u", key, sizeBytes: 16))
            #expect(try await !folder.matches("u", key, sizeBytes: 15))
            #expect(!folder.has(key, sizeBytes: 16))
            try await folder.keep("u", as: key)
            #expect(folder.has(key, sizeBytes: 16))
            #expect(!folder.has(key, sizeBytes: 17))
            let stored = try Data(contentsOf: URL(filePath: folder.place(of: key)))
            #expect(Array(stored) == Self.bytes)
            try folder.remove(key)
            try folder.remove(key)
            #expect(!folder.has(key, sizeBytes: 16))
        }
    }

    @Test func `other bytes do not match, and what is not there is said to be absent`()
        async throws
    {
        try await withTemporaryFolder { path in
            let folder = try ContentFolder(path: path)
            let key = try Self.key(of: Self.bytes)
            try await folder.write(Array(Self.bytes.reversed()), at: 0, of: "u")
            #expect(try await !folder.matches("u", key, sizeBytes: 16))
            try await folder.drop("u")
            await #expect(throws: ContentFailure.absent(path + "/incoming/u")) {
                _ = try await folder.matches("u", key, sizeBytes: 16)
            }
        }
    }

    @Test func `nothing at all is content too`() async throws {
        try await withTemporaryFolder { path in
            let folder = try ContentFolder(path: path)
            let key = try Self.key(of: [])
            #expect(try await folder.matches("u", key, sizeBytes: 0))
            try await folder.keep("u", as: key)
            #expect(folder.has(key, sizeBytes: 0))
        }
    }

    @Test func `contents are listed by folder once they are old`() async throws {
        try await withTemporaryFolder { path in
            let folder = try ContentFolder(path: path)
            let key = try Self.key(of: Self.bytes)
            try await folder.write(Self.bytes, at: 0, of: "u")
            try await folder.keep("u", as: key)
            let number = try #require(UInt8(key.hex.prefix(2), radix: 16))
            #expect(try await folder.contents(inFolder: number, olderThan: 3600).isEmpty)
            #expect(try await folder.contents(inFolder: number, olderThan: -60) == [key])
            #expect(try await folder.contents(inFolder: ~number, olderThan: -60).isEmpty)
        }
    }

    @Test func `uploads that nobody goes on with are removed`() async throws {
        try await withTemporaryFolder { path in
            let folder = try ContentFolder(path: path)
            try await folder.write([1], at: 0, of: "old")
            try await folder.write([1], at: 0, of: "new")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)],
                ofItemAtPath: path + "/incoming/old")
            #expect(folder.lastGrowth(of: "old") == 1)
            #expect(try await folder.dropStale(olderThan: 3600) == 1)
            #expect(folder.lastGrowth(of: "old") == nil)
            #expect(FileManager.default.fileExists(atPath: path + "/incoming/new"))
            #expect(!FileManager.default.fileExists(atPath: path + "/incoming/old"))
        }
    }

    @Test(arguments: ["sha256:", "", "sha256:xyz", "md5:" + String(repeating: "a", count: 64)])
    func `only whole digests are keys`(_ text: String) {
        #expect(ContentKey(text) == nil)
    }
}
