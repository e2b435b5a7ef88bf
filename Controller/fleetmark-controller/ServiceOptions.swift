import ArgumentParser
import FleetmarkController

/// What the public listener lets others do.
struct ServiceOptions: ParsableArguments {
    @Option(help: "Seconds within which an ordinary call is answered, or refused with 503.")
    var timeout = 30
    @Flag(help: "No Access-Control-Allow-Origin: pages of other sites cannot read replies.")
    var noCors = false
    @Flag(help: "Dependency events and alerts of all projects without credentials.")
    var openFleet = false

    @Option(
        help: """
            Wrong keys within a minute after which an address is refused with 429, for a minute \
            and then twice as long each time, up to an hour; 0 refuses none.
            """)
    var wrongKeysPerMinute = ControllerConfiguration.usualWrongKeys

    mutating func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout is 1 to 3600 seconds.")
        }
        guard (0...100_000).contains(wrongKeysPerMinute) else {
            throw ValidationError("--wrong-keys-per-minute is a number from 0 to 100000.")
        }
    }

    func configure(_ listener: inout ControllerConfiguration.PublicListener) {
        listener.timeLimit = .seconds(timeout)
        listener.admitsOtherOrigins = !noCors
        listener.isFleetOpen = openFleet
        listener.wrongKeysPerMinute = wrongKeysPerMinute
    }
}
