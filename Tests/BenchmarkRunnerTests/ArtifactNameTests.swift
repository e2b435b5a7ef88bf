import Testing

@testable import BenchmarkRunner

/// Names of files made of what strangers named.
@Suite struct ArtifactNameTests {
    struct Naming: Sendable {
        let texts: [String]
        let isKept: Bool
    }

    @Test(arguments: [
        Naming(texts: ["a.json", "b-1_2.+=,@"], isKept: true),
        Naming(texts: ["a b.json", "a_b.json"], isKept: false),
        Naming(
            texts: [
                String(repeating: "x", count: 100) + "1", String(repeating: "x", count: 100) + "2",
            ], isKept: false),
        Naming(texts: [".", "..", "_.", ""], isKept: false),
    ])
    func `names of files stay apart, and plain ones stay as they are`(_ naming: Naming) {
        let names = naming.texts.map { ArtifactName.part($0) }
        #expect(Set(names).count == names.count)
        #expect((names == naming.texts) == naming.isKept)
        for name in names {
            #expect(name.count <= 100 && !name.isEmpty && name != "." && name != "..")
            #expect(!name.contains("/") && !name.contains(" "))
        }
        #expect(ArtifactName.part("a b.json").hasSuffix(".json"))
    }
}
