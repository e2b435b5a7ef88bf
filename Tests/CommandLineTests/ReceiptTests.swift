import Testing

@testable import CommandLine

/// What `show --receipt` says of how a run was kept apart.
@Suite struct ReceiptTests {
    @Test func `a receipt says what was in force, and what was missing and why`() async throws {
        let receipt = #"""
            {"type":"isolation","benchmark":"parse","level_asked":"full","level_reached":"partial",
             "cpus":[2,3],"network":"off","layout":{"policy":"random","seed":7},"home":"view",
             "disk_max_bytes":1073741824,"pids_max":64,"tuning_profile":"default",
             "tuning":[{"knob":"turbo","want":"1","found":"0","ok":false}],
             "missing":[{"item":"tuning","reason":"the operator allows default",
             "advice":"start the agent with --tuning strict"}]}
            """#
        let fetch = #"""
            {"type":"isolation","phase":"fetch","role":"base","level_asked":"partial",
             "level_reached":"partial","cpus":[0],"pinning":"soft","network":"on","tuning":[],
             "missing":[]}
            """#
        let path = "/attempts/01a1fd0c-60a2-7e62-99b4-94ceed56e1f6/receipts"
        let controller = try SampleController([
            "GET \(path)": .json(#"{"items":[{"type":"counters"},\#(fetch),\#(receipt)]}"#)
        ])
        let ended = try await withController(controller.script) { server in
            var program = Program(server: server)
            program.environment["FLEETMARK_PROJECT"] = "sample"
            return await program.run(["show", SampleController.regressed, "--receipt", "--utc"])
        }
        #expect(ended.status == .done, "\(ended.notices)")
        for words in [
            "fetch, base", "soft", "measure, from parse on", "partial, asked: full", "2, 3",
            "random, seed 7", "1.00 GiB",
            "turbo: wanted 1, found 0",
            "tuning: the operator allows default", "→ start the agent with --tuning strict",
        ] {
            #expect(ended.answer.contains(words), "\(words)")
        }
    }
}
