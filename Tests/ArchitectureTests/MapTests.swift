import Testing

@Suite struct MapTests {
    private let repository = Repository.shared
    private let map = CodeMap.fleetmark

    @Test func `each import follows the map`() {
        var found: [Violation] = []
        for source in repository.products where source.path.hasSuffix(".swift") {
            guard let room = ImportRules.room(of: source.path, in: map) else {
                found.append(Violation(source.path, "lies in no room of the map"))
                continue
            }
            found += ImportRules.violations(
                in: source, of: room, map: map, doors: OutsideDoors.all)
        }
        found.fail()
    }

    @Test func `each declared dependency follows the map`() throws {
        var imports: [String: Set<String>] = [:]
        for source in repository.products where source.path.hasSuffix(".swift") {
            guard let room = ImportRules.room(of: source.path, in: map) else { continue }
            imports[room.name, default: []].formUnion(
                ImportRules.imports(of: source).map(\.module))
        }
        let found = ManifestRules.violations(
            of: try Manifest(parsing: repository.manifest), map: map, doors: OutsideDoors.all,
            imports: imports)
        found.fail()
    }

    @Test func `each folder of sources is a declared target`() throws {
        let declared = try Manifest(parsing: repository.manifest).targets.map { $0.path + "/" }
        let orphans = repository.sources.map(\.path).filter { path in
            path != "Package.swift" && !declared.contains { path.hasPrefix($0) }
        }
        let folders = Set(orphans.map { $0.split(separator: "/").prefix(2).joined(separator: "/") })
        folders.map { Violation($0, "is no target of the manifest") }.fail()
    }

    @Test func `the map has no cycle and keeps the houses apart`() {
        #expect(MapRules.violations(of: map) == [])
    }

    @Test func `each exception has its decision record`() {
        let numbers =
            map.exceptions.map(\.record) + OutsideDoors.all.flatMap { $0.exceptions.values }
        for number in Set(numbers) {
            let record = "docs/decisions/\(number)-"
            #expect(repository.paths.contains { $0.hasPrefix(record) }, "no \(record)….md")
        }
    }
}
