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

    mutating func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout is 1 to 3600 seconds.")
        }
    }

    func configure(_ listener: inout ControllerConfiguration.PublicListener) {
        listener.timeLimit = .seconds(timeout)
        listener.admitsOtherOrigins = !noCors
        listener.isFleetOpen = openFleet
    }
}
