import FoundationEssentials
import Glibc

/// The work tree that holds this test, read once.
struct Repository {
    /// What git keeps out, and git itself; `.build-*` stands for every name that begins so.
    private static let ignored: Set<String> = [".git", ".build", ".swiftpm"]

    let root: String
    /// All files, relative to the root, sorted.
    let paths: [String]
    /// The Swift and C sources of `Shared`, `Agent`, `Controller` and `Tests`, and the manifest.
    let sources: [SourceText]
    let manifest: String

    static let shared = Repository()

    private init() {
        root = Self.findRoot()
        paths = Self.list(root)
        manifest = Self.text(root + "/Package.swift")
        sources = Self.read(
            paths.filter { path in
                path == "Package.swift"
                    || ["Shared/", "Agent/", "Controller/", "Tests/"].contains {
                        path.hasPrefix($0)
                    }
            }, under: root)
    }

    /// Sources that are delivered: all but tests and the manifest.
    var products: [SourceText] {
        sources.filter { !$0.path.hasPrefix("Tests/") && $0.path != "Package.swift" }
    }

    func text(_ path: String) -> String { Self.text(root + "/" + path) }

    func bytes(_ path: String) -> [UInt8] {
        FileManager.default.contents(atPath: root + "/" + path).map { [UInt8]($0) } ?? []
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// Upwards from this file, links resolved, to the first folder with a manifest.
    private static func findRoot() -> String {
        var folder = #filePath
        if let resolved = realpath(folder, nil) {
            folder = String(cString: resolved)
            free(resolved)
        }
        while let cut = folder.lastIndex(of: "/") {
            folder = String(folder[..<cut])
            if FileManager.default.fileExists(atPath: folder + "/Package.swift") { return folder }
        }
        return ""
    }

    private static func list(_ root: String) -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)
            for name in names ?? []
            where !ignored.contains(name) && !name.hasPrefix(".build-") {
                let path = folder.isEmpty ? name : folder + "/" + name
                var isFolder = false
                guard
                    FileManager.default.fileExists(
                        atPath: root + "/" + path, isDirectory: &isFolder)
                else { continue }
                if isFolder { waiting.append(path) } else { found.append(path) }
            }
        }
        return found.sorted()
    }

    private static func read(_ paths: [String], under root: String) -> [SourceText] {
        paths.compactMap { path in
            let isSwift = path.hasSuffix(".swift")
            guard isSwift || path.hasSuffix(".c") || path.hasSuffix(".h"),
                let contents = FileManager.default.contents(atPath: root + "/" + path)
            else { return nil }
            return SourceText(
                path: path, raw: [UInt8](contents), language: isSwift ? .swift : .c)
        }
    }
}
