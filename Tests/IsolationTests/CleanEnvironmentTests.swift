import Isolation
import Testing

@Suite struct CleanEnvironmentTests {
    @Test func `nothing comes from the agent`() {
        let variables = CleanEnvironment.base(home: "/w/home", temporary: "/w/tmp")
        #expect(
            variables == [
                "PATH": CleanEnvironment.standardPath, "HOME": "/w/home", "TMPDIR": "/w/tmp",
                "USER": "bench", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "TERM": "dumb", "FLEETMARK_RUN": "1", "NO_COLOR": "1",
            ])
    }

    @Test func `the job's variables win`() {
        let variables = CleanEnvironment.base(
            home: "/h", profile: .deterministic, extra: ["PYTHONHASHSEED": "7", "X": "y"])
        #expect(variables["PYTHONHASHSEED"] == "7")
        #expect(variables["SWIFT_DETERMINISTIC_HASHING"] == "1")
        #expect(variables["X"] == "y")
    }
}
