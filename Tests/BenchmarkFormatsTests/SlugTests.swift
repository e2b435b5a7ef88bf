import Testing

@testable import BenchmarkFormats

@Suite struct SlugTests {
    struct Case { let text: String; let slug: String }

    @Test(arguments: [
        Case(text: "Gen0Collects", slug: "gen0_collects"),
        Case(text: "task-clock", slug: "task_clock"),
        Case(text: "F1 score", slug: "f1_score"),
        Case(text: "peak memory", slug: "peak_memory"),
        Case(text: "instructions:u", slug: "instructions_u"),
        Case(text: "DHAT", slug: "dhat"),
        Case(text: "·gc.alloc.rate", slug: "gc_alloc_rate"),
        Case(text: "__a__B__", slug: "a_b"),
        Case(text: "HTTPServer", slug: "httpserver"),
        Case(text: "µ", slug: ""),
        Case(text: "", slug: ""),
    ])
    func `a metric name becomes lower-case words`(_ given: Case) {
        #expect(Slug.of(given.text) == given.slug)
    }
}
