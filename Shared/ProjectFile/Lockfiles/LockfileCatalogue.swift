import FleetModel

/// One kind of lockfile.
struct LockfileFormat: Sendable {
    /// The file's name; a `*` stands for any text.
    let name: String
    /// The file in the same folder that tells what the lockfile itself does not.
    let companion: String?
    let read: @Sendable (LockfileSource) throws(LockfileFailure) -> LockfileReading

    init(
        _ name: String, companion: String? = nil,
        _ read:
            @escaping @Sendable (LockfileSource) throws(LockfileFailure) -> [LockedDependency]
    ) {
        self.init(
            name,
            noting: { source throws(LockfileFailure) in
                LockfileReading(versions: try read(source))
            }, companion: companion)
    }

    /// With a reader that may leave something out and say so.
    init(
        _ name: String,
        noting read:
            @escaping @Sendable (LockfileSource) throws(LockfileFailure) -> LockfileReading,
        companion: String? = nil
    ) {
        self.name = name
        self.companion = companion
        self.read = read
    }
}

/// Every lockfile that is read: add one here.
enum LockfileCatalogue {
    static let all: [LockfileFormat] = [
        LockfileFormat("Package.resolved", SwiftLock.read),
        LockfileFormat("Cargo.lock", CargoLock.read),
        LockfileFormat("go.mod", companion: "go.sum", GoModule.read),
        LockfileFormat("package-lock.json", companion: "package.json", NodeLock.read),
        LockfileFormat("npm-shrinkwrap.json", companion: "package.json", NodeLock.read),
        LockfileFormat("yarn.lock", companion: "package.json", YarnLock.read),
        LockfileFormat("pnpm-lock.yaml", PnpmLock.read),
        LockfileFormat("poetry.lock", companion: "pyproject.toml", PoetryLock.read),
        LockfileFormat("uv.lock", UvLock.read),
        LockfileFormat("requirements*.txt", RequirementsText.read),
        LockfileFormat("Gemfile.lock", GemLock.read),
        LockfileFormat("composer.lock", companion: "composer.json", ComposerLock.read),
        LockfileFormat("packages.lock.json", NuGetLock.read),
        LockfileFormat("gradle.lockfile", GradleLock.read),
        LockfileFormat("pom.xml", noting: MavenPOM.read),
        LockfileFormat("conan.lock", ConanLock.read),
        LockfileFormat("vcpkg.json", VcpkgManifest.read),
    ]
}
