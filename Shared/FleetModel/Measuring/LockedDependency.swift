/// One version that a lockfile pins.
package struct LockedDependency: Sendable, Hashable {
    /// Where the name means something: a type of package URL (purl-spec), `cargo` or `npm`.
    package let ecosystem: String
    package let name: String
    package let version: String
    /// As the lockfile writes it.
    package let digest: String?
    /// Asked for by the project itself and not by one of its dependencies. Where a lockfile does
    /// not tell, nothing is.
    package let isDirect: Bool

    package init(
        ecosystem: String, name: String, version: String, digest: String? = nil,
        isDirect: Bool = false
    ) {
        self.ecosystem = ecosystem
        self.name = name
        self.version = version
        self.digest = digest
        self.isDirect = isDirect
    }
}
