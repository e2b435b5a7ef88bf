import Testing

@testable import Isolation

@Suite struct LauncherReportTests {
    @Test func `a record of another kind or size is refused`() {
        for packet in [[], [1], [9, 0, 0, 0], [UInt8](repeating: 2, count: 15)] as [[UInt8]] {
            #expect(throws: LaunchFailure.self) { try LauncherReport(packet) }
        }
        #expect(throws: LaunchFailure.self) {
            try LauncherReport([3, 0, 0, 0, 99, 0, 0, 0] + [UInt8](repeating: 0, count: 8))
        }
    }

    @Test func `any bytes at all are read without a trap`() {
        var state: UInt64 = 42
        for _ in 0..<2000 {
            let sizes = [4, 16, 96, LauncherReport.receiveBytes - 1]
            var packet = (0..<sizes[Int(state >> 40) % 4]).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            packet.replaceSubrange(0..<4, with: [UInt8(state >> 50 & 3) + 1, 0, 0, 0])
            _ = try? LauncherReport(packet)
        }
    }

    @Test func `a failed step carries its errno`() throws {
        let packet: [UInt8] = [3, 0, 0, 0, 13, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
        #expect(try LauncherReport(packet) == .failed(.user, errno: 1))
    }
}
