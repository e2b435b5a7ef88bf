import Testing

@Suite struct MapRulesTests {
    private let map = CodeMap(
        rooms: [
            Room("Model", .shared), Room("Desk", .controller, ["Model"]),
            Room("Shelf", .controller, ["Model"]),
        ], exceptions: [MapException("Desk", "Shelf", record: "0001")])

    private let doors = [
        Door(["Glibc"], .anywhere), Door(["Logging"], .notInShared),
        Door(["GRDB"], .only(["Shelf"]), exceptions: ["Desk": "0002"]),
    ]

    struct Case {
        let room: String
        let line: String
        let isAllowed: Bool
    }

    @Test(arguments: [
        Case(room: "Desk", line: "import Model", isAllowed: true),
        Case(room: "Desk", line: "package import Shelf", isAllowed: true),
        Case(room: "Shelf", line: "import Desk", isAllowed: false),
        Case(room: "Model", line: "@preconcurrency internal import Desk", isAllowed: false),
        Case(room: "Model", line: "import struct Desk.Chair", isAllowed: false),
        Case(room: "Model", line: "// import Desk", isAllowed: true),
        Case(room: "Model", line: "import Glibc", isAllowed: true),
        Case(room: "Model", line: "import Logging", isAllowed: false),
        Case(room: "Shelf", line: "import GRDB", isAllowed: true),
        Case(room: "Desk", line: "import GRDB", isAllowed: true),
        Case(room: "Model", line: "import GRDB", isAllowed: false),
        Case(room: "Model", line: "import Unheard", isAllowed: false),
    ])
    func `only listed arrows and doors are open`(_ given: Case) throws {
        let room = try #require(map.room(given.room))
        let found = ImportRules.violations(
            in: SourceText(path: "a.swift", given.line), of: room, map: map, doors: doors)
        #expect(found.isEmpty == given.isAllowed)
    }

    @Test func `a room is found by its folder`() {
        #expect(ImportRules.room(of: "Controller/Desk/A.swift", in: map)?.name == "Desk")
        #expect(ImportRules.room(of: "Controller/DeskTop/A.swift", in: map) == nil)
        #expect(ImportRules.room(of: "Shared/Desk/A.swift", in: map) == nil)
    }

    @Test func `a cycle, a foreign house and an unknown room are found`() {
        let rooms = [
            Room("A", .agent, ["B"]), Room("B", .agent, ["A"]), Room("C", .controller),
            Room("S", .shared, ["C"]), Room("D", .controller, ["Nowhere"]),
        ]
        let found = MapRules.violations(of: CodeMap(rooms: rooms, exceptions: []))
        #expect(
            found == [
                "S → C: Shared may not visit that house", "D → Nowhere: no such room",
                "A lies on a cycle, or leads to one", "B lies on a cycle, or leads to one",
            ])
    }
}
