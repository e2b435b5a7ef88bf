// fleetmark: the entry point. All that the program does is in CommandLine.

import CommandLine
import Glibc

@main
struct Fleetmark {
    static func main() async {
        // A reader that has gone is an error of the write, which ends the program quietly.
        signal(SIGPIPE, SIG_IGN)
        let status = await FleetmarkProgram.run(
            Array(Swift.CommandLine.arguments.dropFirst()), in: .ofProcess(), watchesSignals: true)
        exit(status.rawValue)
    }
}
