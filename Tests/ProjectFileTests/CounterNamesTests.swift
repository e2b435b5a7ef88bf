import Testing

@testable import ProjectFile

/// Names of counters as a project file spells them.
@Suite struct CounterNamesTests {
    @Test(arguments: [
        "core", "topdown", "energy", "none", "instructions", "instructions:u", "cycles:k",
        "energy.pkg", "cpu/event=0x3c/", "cpu_core/event=60,umask=0x1,inv/", "msr/tsc/",
        "uncore_imc_0/data_reads/", "armv8_pmuv3/inst_retired/",
    ])
    func `what can be counted is taken`(_ name: String) throws {
        try CounterNames.check(name)
    }

    @Test(
        arguments: [
            ("coer", "is no counter"), ("cpu/event=0x3c", "one `/`"), ("cpu/event=1/u", "one `/`"),
            ("a/b/c/", "one `/`"), ("/event=1/", "no counting unit"), ("../x/", "no counting unit"),
            (".cpu/x/", "no counting unit"), ("cp u/x/", "no counting unit"),
            ("cpu//", "no `name=value`"), ("cpu/a=1,,b/", "no `name=value`"),
            ("cpu/=3/", "no `name=value`"), ("cpu/a=1=2/", "no `name=value`"),
            ("cpu/event=/", "without a number"), ("cpu/event=0x/", "without a number"),
            ("cpu/event=x3/", "without a number"), ("cpu/event=+3/", "without a number"),
            ("cpu/event=0x10000000000000000/", "without a number"),
            ("cpu/" + String(repeating: "e", count: 196) + "/", "longer than 200"),
        ] as [(String, String)])
    func `what cannot be counted is refused with what is wrong`(_ name: String, words: String) {
        let fault = #expect(throws: TextFault.self) { try CounterNames.check(name) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test func `the place of a malformed raw event is the item`() {
        let parsed = Sample.parse(Sample.file("measure: {counters: [core, cpu/=1/]}\n"))
        #expect(parsed.problems.map(\.code) == [.wrongValue])
        #expect(parsed.problems.first?.line == 3 && parsed.problems.first?.column == 28)
        #expect(parsed.file == nil)
    }

    @Test func `a raw event of a command is a metric that can be watched`() {
        let text = Sample.entry(
            "measure: {counters: [cpu/event=0x3c/]}\n    watch: [cpu_event_0x3c]")
        #expect(Sample.parse(text).report.contains("cpu_event_0x3c") == false)
    }
}
