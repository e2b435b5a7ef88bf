package import JobPlanning

/// What somebody wants measured on this machine, without a controller.
package struct LocalOrder: Sendable {
    /// What is measured: a suite of a folder, or one command with no file about it.
    package enum Subject: Sendable {
        /// The project file, absolute; `nil` for the nearest one above the working folder.
        case suite(file: String?)
        case command([String])
    }

    package var subject: Subject
    /// Absolute.
    package var workingFolder: String
    /// `nil` for the files as they lie there.
    package var revision: String?
    /// The base of an interleaved comparison.
    package var against: String?
    package var wish: MeasuringWish
    /// Whole cores for each execution; `nil` leaves it to the file.
    package var cores: Int?
    /// `full`, `partial` or `none`; `nil` leaves it to the file.
    package var isolation: String?
    /// Without, the files are taken as they lie there, also those that git ignores.
    package var builds: Bool
    package var warmsUp: Bool
    /// Whether the host may be tuned as the file asks.
    package var tunes: Bool
    /// Of the caller; programs find their tools by its PATH.
    package var environment: [String: String]
    /// Where profiles go, absolute; `nil` keeps none.
    package var artifacts: String?

    package init(_ subject: Subject, workingFolder: String, environment: [String: String]) {
        self.subject = subject
        self.workingFolder = workingFolder
        self.environment = environment
        wish = MeasuringWish()
        builds = true
        warmsUp = true
        tunes = false
    }
}

/// Why nothing was measured, with the program's exit status.
package struct LocalFailure: Error, Equatable, CustomStringConvertible {
    package let status: Int32
    package let description: String

    /// A mistake of the caller, or a file that is not valid.
    static func usage(_ text: String) -> LocalFailure { LocalFailure(status: 2, description: text) }
    /// Nothing could be done.
    static func failed(_ text: String) -> LocalFailure {
        LocalFailure(status: 4, description: text)
    }
}
