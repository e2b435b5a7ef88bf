import Testing

@Suite struct CodeTests {
    private let repository = Repository.shared

    private var swift: [SourceText] {
        repository.sources.filter { $0.path.hasSuffix(".swift") }
    }

    @Test func `nothing that is delivered traps on purpose`() {
        repository.products.filter { $0.path.hasSuffix(".swift") }
            .flatMap(BannedCode.traps).fail()
    }

    @Test func `no file leaves the house's ways of access and concurrency`() {
        swift.flatMap(BannedCode.habits).fail()
    }

    @Test func `each plan in a comment names its issue`() {
        repository.sources.flatMap(BannedCode.loosePlans).fail()
    }

    @Test func `what the statistics offer says where it comes from`() {
        SourceRules.unsourced(swift.filter { $0.path.hasPrefix("Shared/Statistics/") }).fail()
    }

    @Test func `types and files have names that say something`() {
        let paths = repository.sources.map(\.path)
        (paths.flatMap(BannedNames.violations(inPath:)) + swift.flatMap(BannedNames.violations))
            .fail()
    }
}
