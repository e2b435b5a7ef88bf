import Testing

@Suite struct BannedTests {
    struct Case {
        let text: String
        let count: Int
    }

    @Test(arguments: [
        Case(text: "a!", count: 1), Case(text: "a()!.b", count: 1), Case(text: "a[0]!", count: 1),
        Case(text: "\"a\".first!", count: 1), Case(text: "a as! B", count: 1),
        Case(text: "try! a()", count: 1), Case(text: "var a: Int!", count: 1),
        Case(text: "\"\\(a!)\"", count: 1), Case(text: "fatalError()", count: 1),
        Case(text: "a != b", count: 0), Case(text: "a!=b", count: 0), Case(text: "!a", count: 0),
        Case(text: "f(!a)", count: 0), Case(text: "\"a!\" // b!", count: 0),
        Case(text: "#if !DEBUG", count: 0),
    ])
    func `what traps on purpose is found`(_ given: Case) {
        #expect(BannedCode.traps(in: SourceText(path: "a.swift", given.text)).count == given.count)
    }

    @Test(arguments: [
        Case(text: "Task.detached { }", count: 1), Case(text: "a.detached()", count: 0),
        Case(text: "public struct A {}", count: 1), Case(text: "open class A {}", count: 1),
        Case(text: "case .public: a", count: 0), Case(text: "if open { }", count: 0),
        Case(text: "x(open)\nfunc a() {}", count: 0),
        Case(text: "class A: @unchecked Sendable {}", count: 1),
        Case(text: "/// A lock guards it.\nclass A: @unchecked Sendable {}", count: 0),
        Case(text: "class A: @unchecked Sendable {} // a lock guards it", count: 0),
        Case(text: "nonisolated(unsafe) var a = 1", count: 1),
        Case(text: "// Set once.\nnonisolated(unsafe) var a = 1", count: 0),
    ])
    func `ways of access and concurrency are found`(_ given: Case) {
        #expect(BannedCode.habits(in: SourceText(path: "a.swift", given.text)).count == given.count)
    }

    @Test func `only the product that others embed is public`() {
        let path = "Controller/FleetmarkController/Controller.swift"
        let source = SourceText(path: path, "public struct A {}")
        #expect(BannedCode.habits(in: source).isEmpty)
    }

    @Test(arguments: [
        Case(text: "// TODO later", count: 1), Case(text: "/* FIXME: a\n b */", count: 1),
        Case(text: "// TODO #12 later", count: 0), Case(text: "let TODO = 1", count: 0),
        Case(text: "// a todo list", count: 0),
    ])
    func `plans without an issue are found`(_ given: Case) {
        let source = SourceText(path: "a.swift", given.text)
        #expect(BannedCode.loosePlans(in: source).count == given.count)
    }

    @Test(arguments: [
        Case(text: "struct RunManager {}", count: 1), Case(text: "enum StringUtils {}", count: 1),
        Case(text: "actor RowData {}", count: 1), Case(text: "struct Run {}", count: 0),
        Case(text: "let runManager = 1", count: 0),
    ])
    func `types with empty names are found`(_ given: Case) {
        #expect(BannedNames.violations(in: SourceText(path: "a", given.text)).count == given.count)
    }

    @Test(arguments: [
        Case(text: "Shared/A/RunHelpers.swift", count: 1),
        Case(text: "Shared/A/Utils/Run.swift", count: 1),
        Case(text: "Shared/A/RowData+Text.swift", count: 1),
        Case(text: "Shared/A/Run.swift", count: 0),
    ])
    func `paths with empty names are found`(_ given: Case) {
        #expect(BannedNames.violations(inPath: given.text).count == given.count)
    }
}
