import Testing

@Suite struct SchemaTests {
    private static let folder = "Controller/Storage/Migrations/"

    private let repository = Repository.shared

    private var files: [String] {
        repository.paths.filter { $0.hasPrefix(Self.folder) && $0.hasSuffix(".sql") }
            .map { String($0.dropFirst(Self.folder.count)) }
    }

    @Test func `migrations are numbered, listed and embedded without a gap`() throws {
        let storage = try Manifest(parsing: repository.manifest).targets
            .first { $0.name == "Storage" }
        let list = repository.text(Self.folder + "StorageMigrations.swift")
        let found = MigrationRules.violations(
            files: files, list: list, embedded: storage?.embedded ?? [])
        found.map { Violation(Self.folder, $0) }.fail()
    }

    @Test func `the schema's page describes every table and column`() {
        var schema: SchemaRules.Tables = [:]
        for file in files.sorted() {
            schema = SchemaRules.tables(
                inSQL: repository.text(Self.folder + file), after: schema)
        }
        let page = SchemaRules.tables(inPage: repository.text("docs/schema.md"))
        SchemaRules.violations(schema: schema, page: page)
            .map { Violation("docs/schema.md", $0) }.fail()
    }
}
