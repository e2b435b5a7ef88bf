import Testing

@Suite struct StoreRulesTests {
    private func found(_ files: [String], list: [String], embedded: [String]? = nil) -> Int {
        MigrationRules.violations(
            files: files, list: list.map { "Migration(name: \"\($0)\", sql: x)" }.joined(),
            embedded: Set((embedded ?? files).map { "Migrations/\($0)" })
        ).count
    }

    @Test func `steps in a row pass`() {
        #expect(found(["m0002_b.sql", "m0001_a.sql"], list: ["m0001_a", "m0002_b"]) == 0)
    }

    @Test func `a gap, a foreign name, a forgotten step and a missing embedding are found`() {
        #expect(found(["m0002_b.sql"], list: ["m0002_b"]) == 1)
        #expect(found(["0001_a.sql"], list: ["0001_a"]) == 1)
        #expect(found(["m0001_A.sql"], list: ["m0001_A"]) == 1)
        #expect(found(["m0001_a.sql"], list: []) == 1)
        #expect(found(["m0001_a.sql", "m0002_b.sql"], list: ["m0002_b", "m0001_a"]) == 1)
        #expect(found(["m0001_a.sql"], list: ["m0001_a"], embedded: []) == 1)
    }

    @Test func `tables and columns are read from the schema`() {
        let sql = """
            -- CREATE TABLE none (
            CREATE TABLE run (
                id TEXT NOT NULL PRIMARY KEY,
                -- why
                job_id TEXT NOT NULL REFERENCES job (id),
                PRIMARY KEY (id, job_id)
            );
            CREATE INDEX run_id ON run (id);
            CREATE TABLE IF NOT EXISTS step (
                name TEXT
            );
            """
        #expect(SchemaRules.tables(inSQL: sql) == ["run": ["id", "job_id"], "step": ["name"]])
    }

    @Test func `tables and columns are read from the page`() {
        let page = "### `run`\ntext with `code`\n| `id`, `job_id` | of `x` |\n## End\n| `no` |\n"
        #expect(SchemaRules.tables(inPage: page) == ["run": ["id", "job_id"]])
    }

    @Test func `differences between schema and page are found both ways`() {
        let found = SchemaRules.violations(
            schema: ["a": ["x", "y"], "b": []], page: ["a": ["x", "z"], "c": []])
        #expect(
            found == [
                "a.y is not described", "a.z is described, but not there", "b is not described",
                "c is described, but not there",
            ])
    }
}
