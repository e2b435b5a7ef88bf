import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebSupport

@Suite struct LatencySketchTests {
    @Test func `quantiles are within one in a hundred`() throws {
        var sketch = LatencySketch()
        for millisecond in 1...1000 { sketch.add(seconds: Double(millisecond) / 1000) }
        #expect(sketch.count == 1000)
        #expect(abs(sketch.sum - 500.5) < 1e-9)
        for (share, value) in [(0.5, 0.5), (0.9, 0.9), (0.99, 0.99)] {
            let found = try #require(sketch.quantile(share))
            #expect(abs(found / value - 1) < 0.012)
        }
    }

    @Test func `the ends of the range and what is no duration are borne`() throws {
        var sketch = LatencySketch()
        #expect(sketch.quantile(0.5) == nil)
        for odd in [-1, .nan, .infinity] as [Double] { sketch.add(seconds: odd) }
        #expect(sketch.count == 0)
        sketch.add(seconds: 0)
        #expect(try #require(sketch.quantile(1)) <= 1e-5)
        sketch.add(seconds: 1e9)
        #expect(try #require(sketch.quantile(1)) >= 900)
    }
}

@Suite struct MetricTextTests {
    @Test func `families have help, type and samples`() {
        var text = MetricText()
        text.add("up", .gauge, help: "Is it up?\nYes.", [.init(1)])
        text.add("empty", .counter, help: "Nothing", [])
        text.add(
            "calls", .summary, help: "c",
            [
                .init(0.25, labels: [("path", "a\"b\\c\nd"), ("quantile", "0.5")]),
                .init(2, labels: [("path", "x")], suffix: "_count"), .init(.infinity),
            ])
        #expect(
            text.text == #"""
                # HELP up Is it up?\nYes.
                # TYPE up gauge
                up 1
                # HELP calls c
                # TYPE calls summary
                calls{path="a\"b\\c\nd",quantile="0.5"} 0.25
                calls_count{path="x"} 2
                calls +Inf

                """#)
    }
}

@Suite struct CallMeterTests {
    @Test func `calls are told by route and status, not by address`() async throws {
        let fixture = SurfaceFixture()
        try await fixture.test { client in
            for address in ["/one", "/two"] {
                try await client.execute(uri: "/api/v1/widgets" + address, method: .get) {
                    _ in
                }
            }
            try await client.execute(uri: "/nowhere/7", method: .get) { _ in }
        }
        var text = MetricText()
        fixture.meter.write(to: &text)
        #expect(text.text.contains(#"path="/api/v1/widgets/:project",status="401"} 2"#))
        #expect(text.text.contains(#"path="NotFound",status="404"} 1"#))
        #expect(!text.text.contains("nowhere"))
        #expect(!text.text.contains("/one"))
        #expect(text.text.contains("http_requests_in_flight 0"))
        #expect(text.text.contains("perfgate_server_requests_total{"))
    }

    @Test func `methods that nobody knows are one figure`() async throws {
        let fixture = SurfaceFixture()
        try await fixture.test { client in
            for number in 1...20 {
                let method = try #require(HTTPRequest.Method("GROW\(number)"))
                try await client.execute(uri: "/nowhere", method: method) { _ in }
            }
        }
        var text = MetricText()
        fixture.meter.write(to: &text)
        #expect(!text.text.contains("GROW"))
        let wanted = #"http_requests_total{method="other",path="NotFound",status="404"} 20"#
        #expect(text.text.contains(wanted))
    }
}
