/// One command of a build.
package struct BuildStep: Sendable, Equatable {
    package enum Command: Sendable, Equatable {
        /// A program and its arguments, run as they are.
        case program([String])
        /// Run by `/bin/sh -eu -c`.
        case shell(String)
    }

    package let command: Command
    /// Relative to the checkout; symbolic links are resolved and must stay inside.
    package let directory: String
    /// On top of the build's environment.
    package let environment: [String: String]
    /// For this step alone; the build's own limit holds besides.
    package let timeout: Duration?

    package init(
        _ command: Command, directory: String = ".", environment: [String: String] = [:],
        timeout: Duration? = nil
    ) {
        self.command = command
        self.directory = directory
        self.environment = environment
        self.timeout = timeout
    }

    var arguments: [String] {
        switch command {
        case .program(let words): words
        case .shell(let text): ["/bin/sh", "-eu", "-c", text]
        }
    }

    /// For a message; at most 200 characters.
    var summary: String {
        let text =
            switch command {
            case .program(let words): words.joined(separator: " ")
            case .shell(let text): text
            }
        return text.count > 200 ? text.prefix(200) + "…" : text
    }
}

/// What a suite wants built (project file, §2.2, `build`).
package struct BuildPlan: Sendable, Equatable {
    /// Run first, with the network.
    package var prefetch: [BuildStep]
    package var commands: [BuildStep]
    /// For all steps; names and values are not checked again.
    package var environment: [String: String]
    /// For the whole build, prefetch included.
    package var timeout: Duration
    /// Longest time without output.
    package var silence: Duration
    /// Whether `commands` have the network, which `prefetch` always has.
    package var hasNetwork: Bool

    package init(
        prefetch: [BuildStep] = [], commands: [BuildStep], environment: [String: String] = [:],
        timeout: Duration = .seconds(1800), silence: Duration = .seconds(600),
        hasNetwork: Bool = false
    ) {
        self.prefetch = prefetch
        self.commands = commands
        self.environment = environment
        self.timeout = timeout
        self.silence = silence
        self.hasNetwork = hasNetwork
    }
}
