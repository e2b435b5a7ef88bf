import Testing

@testable import FleetModel

@Suite struct FenceTests {
    @Test(arguments: [Int64.min, -1, 0])
    func `numbers begin at 1`(_ number: Int64) {
        #expect(Fence(number) == nil)
    }

    @Test func `a later claim has the greater fence`() throws {
        let first = try #require(Fence(1))
        let last = try #require(Fence(.max))
        #expect(first < last)
        #expect(!(last < first))
        #expect(first != last)
    }
}
