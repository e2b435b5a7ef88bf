import Testing

@Suite struct SourceRulesTests {
    private func found(_ texts: String...) -> [String] {
        SourceRules.unsourced(
            texts.enumerated().map { SourceText(path: "File\($0.offset).swift", $0.element) }
        ).map { "\($0.path):\($0.line)" }
    }

    @Test func `a type, its members and what extends it elsewhere share its source`() {
        #expect(
            found(
                """
                /// Places.
                ///
                /// Source: Student 1908.
                package struct Place: Hashable {
                    package init(_ value: Double) {}

                    package struct Part {
                        package func half() -> Double { 0 }
                    }
                }
                """, "extension Place { }", "extension Place {\n    package func far() {}\n}") == []
        )
    }

    @Test func `what is offered without one is found, by its line`() {
        #expect(
            found(
                """
                /// Places.
                package struct Place {
                    package init(_ value: Double) {}
                }
                """) == ["File0.swift:2", "File0.swift:3"])
        #expect(found("extension Double {\n    package func far() {}\n}") == ["File0.swift:2"])
        #expect(found("package enum Kind<A> {\n}") == ["File0.swift:1"])
    }

    @Test func `a member's own source, or the extension's, will do`() {
        #expect(
            found(
                """
                extension Double {
                    /// Far.
                    /// Source: Fieller 1954.
                    package static func far() {}
                }
                """,
                """
                /// Source: Fieller 1954.
                extension Double {
                    @inlinable
                    package func far() {}
                }
                """) == [])
    }

    @Test func `what is not offered needs none`() {
        #expect(found("struct Place {\n    func far() {}\n    package var x: Int { 0 }\n}") == [])
        #expect(found("/// About package func none().\nenum Kind {}") == [])
    }
}
