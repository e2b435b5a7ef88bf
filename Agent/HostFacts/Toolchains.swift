import Glibc
import LinuxSystem

/// A compiler, interpreter or library of this host.
package struct Toolchain: Sendable, Hashable {
    package let name: String
    package let version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}

extension HostReader {
    /// Packages whose change can change a benchmark: name on the page, names in the list.
    private static let watched: [(name: String, packages: [String])] = [
        ("glibc", ["libc6"]), ("libstdc++", ["libstdc++6"]), ("gcc", ["gcc"]), ("g++", ["g++"]),
        ("clang", ["clang"]), ("llvm", ["llvm"]), ("binutils", ["binutils"]), ("make", ["make"]),
        ("cmake", ["cmake"]), ("go", ["golang-go"]), ("rustc", ["rustc"]), ("cargo", ["cargo"]),
        ("python3", ["python3"]), ("node", ["nodejs"]), ("openjdk", ["default-jdk-headless"]),
        ("valgrind", ["valgrind"]), ("git", ["git"]),
    ]

    /// What was asked, and the package list of Debian and Ubuntu (dpkg(1)) for the rest. By name.
    package var toolchains: [Toolchain] {
        let installed = packageVersions
        let asked = Set(askedToolchains.map(\.name))
        let listed = Self.watched.compactMap { name, packages in
            packages.compactMap { installed[$0] }.first.map { Toolchain(name: name, version: $0) }
        }
        return (askedToolchains + listed.filter { !asked.contains($0.name) })
            .sorted { $0.name < $1.name }
    }

    /// `glibc 2.36-9+deb12u10`; `nil` where no package list says.
    var libraryVersion: FactValue? {
        packageVersions["libc6"].map { .text("glibc \($0)") }
    }

    /// By package; those of foreign architectures are left out.
    private var packageVersions: [String: String] {
        guard let bytes = try? tree.bytes("/var/lib/dpkg/status", limitBytes: 32 << 20) else {
            return [:]
        }
        let wanted = Set(Self.watched.flatMap(\.packages))
        var found: [String: String] = [:]
        var name: String?
        var isInstalled = false
        Self.forEachLine(of: bytes) { line in
            // The list has megabytes: what a line says is looked at only where it may matter.
            switch line.first {
            case nil: name = nil
            case UInt8(ascii: "P") where line.starts(with: "Package: ".utf8):
                let text = String(decoding: line.dropFirst(9), as: UTF8.self)
                name = wanted.contains(text) ? text : nil
                isInstalled = false
            case UInt8(ascii: "S") where name != nil:
                isInstalled = isInstalled || line.elementsEqual("Status: install ok installed".utf8)
            case UInt8(ascii: "V") where isInstalled && line.starts(with: "Version: ".utf8):
                guard let name, found[name] == nil else { break }
                found[name] = String(decoding: line.dropFirst(9), as: UTF8.self)
            default: break
            }
        }
        return found
    }

    private static func forEachLine(
        of bytes: [UInt8], _ body: (Slice<UnsafeRawBufferPointer>) -> Void
    ) {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var start = 0
            while start < buffer.count {
                let mark = memchr(base + start, CInt(UInt8(ascii: "\n")), buffer.count - start)
                let end = mark.map { UnsafeRawPointer($0) - base } ?? buffer.count
                body(buffer[start..<end])
                start = end + 1
            }
        }
    }
}
