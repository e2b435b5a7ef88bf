// A program of its own that runs a controller: here until its standard input ends.
//
//     embedded-controller FOLDER

import FleetmarkController
import Logging

@main
struct EmbeddedController {
    static func main() async throws {
        guard let folder = CommandLine.arguments.dropFirst().first else {
            print("usage: embedded-controller FOLDER")
            return
        }
        var configuration = ControllerConfiguration(stateDirectory: folder)
        configuration.store = .sqliteInState
        configuration.publicListener.host = "127.0.0.1"
        configuration.publicListener.port = 0
        configuration.publicListener.isPlain = true
        // No hosts measure for it: it keeps what others have measured.
        configuration.agentsListener.isOpen = false
        let controller = try await Controller.prepare(
            configuration, logger: Logger(label: "embedded"))
        // Signals stay the program's own.
        try await controller.run(handlingSignals: false) { started in
            print("listening on \(started.publicURL)")
            while readLine() != nil {}
            await controller.stop()
        }
        print("stopped")
    }
}
