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
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty {
                name = nil
            } else if line.starts(with: "Package: ".utf8) {
                let text = String(decoding: line.dropFirst(9), as: UTF8.self)
                name = wanted.contains(text) ? text : nil
                isInstalled = false
            } else if name != nil, line.elementsEqual("Status: install ok installed".utf8) {
                isInstalled = true
            } else if let known = name, isInstalled, line.starts(with: "Version: ".utf8) {
                found[known] = found[known] ?? String(decoding: line.dropFirst(9), as: UTF8.self)
            }
        }
        return found
    }
}
