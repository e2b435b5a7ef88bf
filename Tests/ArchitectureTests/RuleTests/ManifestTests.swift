import Testing

@Suite struct ManifestTests {
    private let text = """
        let house: [SwiftSetting] = [.enableUpcomingFeature("X")]
        func room(_ name: String) -> Target { .target(name: name, path: "\\(name)") }
        let sqlite = product("GRDB", "GRDB.swift")
        let package = Package(
            name: "p",
            targets: [
                // a comment, with room("X", in: "Y")
                room("Model", in: "Shared"),
                room(
                    "Shelf", in: "Controller", ["Model", sqlite, product("Yams", "Yams")],
                    resources: [.embedInCode("M/m0001_a.sql")], settings: [.strict()] + house),
                .executableTarget(name: "go", path: "Agent/go", linker: [.unsafe(["-s"])]),
                room("Page", in: "Controller", resources: ["a", "b"].map { .embed("R/\\($0)") }),
                .target(
                    name: "Desk", dependencies: ["Model", .product(name: "GRDB", package: "g")],
                    path: "Controller/Desk"),
                tests(of: "Shelf", ["Model"]),
            ],
            swiftLanguageModes: [.v6]
        )
        """

    @Test func `targets are read with paths and dependencies`() throws {
        let targets = try Manifest(parsing: text).targets
        #expect(targets.map(\.name) == ["Model", "Shelf", "go", "Page", "Desk", "ShelfTests"])
        #expect(
            targets.map(\.path) == [
                "Shared/Model", "Controller/Shelf", "Agent/go", "Controller/Page",
                "Controller/Desk",
                "Tests/ShelfTests",
            ])
        #expect(targets[1].targets == ["Model"])
        #expect(targets[1].products == ["GRDB", "Yams"])
        #expect(targets[1].embedded == ["M/m0001_a.sql"])
        #expect(targets[4].products == ["GRDB"])
        #expect(targets.map(\.isTest) == [false, false, false, false, false, true])
    }

    @Test(arguments: [
        "let package = Package(name: \"p\")",
        "let package = Package(targets: [cellar(\"Wine\")])",
        "let package = Package(targets: [room(\"A\", in: \"B\", [mystery])])",
    ])
    func `what is not understood is an error`(_ text: String) {
        #expect(throws: ManifestProblem.self) { try Manifest(parsing: text) }
    }

    @Test func `declared and imported must be the same`() throws {
        let map = CodeMap(
            rooms: [
                Room("Model", .shared), Room("Shelf", .controller, ["Model"]),
                Room("Desk", .controller, ["Model"]), Room("go", .agent),
                Room("Page", .controller),
            ], exceptions: [])
        let doors = [Door(["GRDB"], .only(["Shelf", "Desk"])), Door(["Yams"], .only(["Model"]))]
        let found = ManifestRules.violations(
            of: try Manifest(parsing: text), map: map, doors: doors,
            imports: ["Shelf": ["GRDB", "CYaml"], "Desk": ["Model", "GRDB"], "Model": ["Desk"]])
        #expect(
            Set(found.map(\.reason)) == [
                "Shelf may not import Yams: its door is elsewhere",
                "Shelf imports CYaml, which is on no list of rooms or doors",
                "Shelf declares Model and never imports it",
                "Model imports Desk without declaring it",
            ])
    }

    @Test func `a target that the map does not know is refused`() throws {
        let found = ManifestRules.violations(
            of: try Manifest(parsing: text), map: CodeMap(rooms: [], exceptions: []), doors: [],
            imports: [:])
        #expect(found.count == 5)
    }
}
