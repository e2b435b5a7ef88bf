import Storage
import Testing

@testable import Dashboard

/// What the run's page says of launches that were not measured.
@Suite struct LaunchReceiptTests {
    private static func receipts(_ bodies: [String]) -> [LaunchReceipt] {
        bodies.compactMap { LaunchReceipt(MeasurementStore.Receipt(kind: "isolation", body: $0)) }
    }

    @Test func `each kind of launch is named once with its side and network`() {
        let all = Self.receipts([
            #"{"phase":"fetch","role":"base","level_reached":"partial","network":"on"}"#,
            #"{"phase":"fetch","role":"base","level_reached":"partial","network":"on"}"#,
            #"{"phase":"build","role":"base","level_reached":"partial","network":"off"}"#,
            #"{"phase":"measure","role":"base","level_reached":"full","network":"off"}"#,
            #"{"phase":"profile","role":"base","level_reached":"full"}"#,
            "[", "{}",
        ])
        #expect(all.count == 5)
        #expect(
            LaunchReceipt.others(all)
                == "fetch base: partial, network on; build base: partial, network off; "
                + "profile base: full")
        #expect(all.last(where: \.isOfMeasuring)?.reached == "full")
        #expect(all.map(\.isOfMeasuring) == [false, false, false, true, false])
    }

    @Test func `of an earlier agent what names a benchmark was measured`() {
        let all = Self.receipts([
            #"{"level_reached":"partial","network":"off"}"#,
            #"{"benchmark":"parse","level_reached":"full"}"#,
        ])
        #expect(all.map(\.isOfMeasuring) == [false, true])
        #expect(LaunchReceipt.others(all) == nil)
    }
}
