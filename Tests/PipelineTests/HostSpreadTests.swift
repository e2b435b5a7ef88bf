import FleetModel
import JobPlanning
import ProjectFile
import Testing

@testable import Pipeline

@Suite struct HostSpreadTests {
    private static let hosts = [
        host("default", offers(cores: 4)), host("large", offers(cores: 64)),
        host("large", offers(cores: 8)), host("arm", offers(cores: 64, "aarch64")),
        host("small", offers(cores: 1)),
    ]

    private static func host(_ name: String, _ offers: HostOffers) -> HostSpread.Host {
        var random = SystemRandomNumberGenerator()
        return HostSpread.Host(
            id: HostID(at: ServerTime(microseconds: 1), using: &random), name: name,
            hostClass: name, offers: offers)
    }

    private static func offers(cores: Int, _ architecture: String = "x86_64") -> HostOffers {
        HostOffers(
            labels: [:], capabilities: [], architecture: architecture, cores: cores,
            memoryBytes: 1 << 34)
    }

    private static func places(
        _ text: String, isNamed: Bool = false, _ narrowing: MeasuringWish.Narrowing = .init()
    ) throws -> [HostSpread.Place] {
        let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
        let file = try #require(parsed.file, "\(parsed.report)")
        return HostSpread(hosts: hosts, usual: "default", isNamed: isNamed)
            .places(for: file, MeasuringWish(narrowing: narrowing))
    }

    private static let each = """
        version: 1
        requires: {cpus: 2, on: each}
        benchmarks:
          - {name: a, command: ./a}
          - {name: b, command: ./b, requires: {cpus: 2, on: one}}
        """

    @Test func `each class with a host that fits is a place, the usual one first`() throws {
        let found = try Self.places(Self.each)
        #expect(found.map(\.hostClass) == ["default", "arm", "large"])
        #expect(found.map { $0.further?.count } == [nil, 1, 1])
    }

    @Test func `only where somebody asks for it, and nobody named a class`() throws {
        let one = Self.each.replacing("on: each", with: "on: one")
        #expect(try Self.places(one).map(\.hostClass) == ["default"])
        #expect(try Self.places(Self.each, isNamed: true).map(\.hostClass) == ["default"])
        let narrowed = try Self.places(Self.each, .init(benchmarks: ["b"]))
        #expect(narrowed.map(\.hostClass) == ["default"])
    }

    @Test func `a class has the cells that one of its hosts can measure`() throws {
        let found = try Self.places(
            """
            version: 1
            matrix: {axes: {kind: [any, arm]}}
            requires: {on: each}
            benchmarks:
              - {name: a, command: './a {{matrix.kind}}', only: {kind: [any]}}
              - {name: b, command: ./b, only: {kind: [arm]}, requires: {arch: aarch64, on: each}}
            """)
        let cells = found.map { $0.further?.map(\.text) }
        #expect(found.map(\.hostClass) == ["arm", "default", "large", "small"])
        #expect(cells == [nil, ["kind=any"], ["kind=any"], ["kind=any"]])
    }

    @Test func `what the usual class cannot take goes to a class that can`() throws {
        let one = Self.each.replacing("on: each", with: "on: one")
            .replacing("{cpus: 2,", with: "{cpus: 16,")
        #expect(try Self.places(one).map(\.hostClass) == ["arm"])
        #expect(try Self.places(one, isNamed: true).map(\.hostClass) == ["default"])
        let never = one.replacing("cpus: 16", with: "cpus: 512")
        #expect(try Self.places(never).map(\.hostClass) == ["default"])
    }
}
