import FoundationEssentials
import Glibc

/// What a command sees of the process it runs in. Tests give their own.
package struct Surroundings: Sendable {
    /// Of the process; secrets in it are read from here and given to no child.
    package var environment: [String: String]
    package var directory: String
    package var answer: any TextSink
    package var notices: any TextSink
    package var terminal: Terminal
    /// All of standard input, at most so many bytes.
    package var readInput: @Sendable (_ limitBytes: Int) throws -> [UInt8]
    /// The next bytes of standard input, as soon as some are there; none at its end.
    package var readInputPart: @Sendable () throws -> [UInt8]
    /// Microseconds since 1970 UTC.
    package var nowMicroseconds: @Sendable () -> Int64
    package var pause: @Sendable (Duration) async throws -> Void
    package var signals: SignalRecord
    /// Where this program lies; nothing where other programs beside it are none of ours.
    package var programFolder: String?

    /// Which streams are a terminal, and what it can show.
    package struct Terminal: Sendable {
        /// Columns of standard output; nothing when it is no terminal.
        package var width: Int?
        package var noticesAreTerminal: Bool
        package var inputIsTerminal: Bool

        package init(width: Int? = nil, noticesAreTerminal: Bool, inputIsTerminal: Bool) {
            self.width = width
            self.noticesAreTerminal = noticesAreTerminal
            self.inputIsTerminal = inputIsTerminal
        }
    }

    package init(
        environment: [String: String], directory: String, answer: any TextSink,
        notices: any TextSink, terminal: Terminal
    ) {
        self.environment = environment
        self.directory = directory
        self.answer = answer
        self.notices = notices
        self.terminal = terminal
        readInput = { try StandardInput.read(limitBytes: $0) }
        readInputPart = { try StandardInput.readPart() }
        nowMicroseconds = { Int64(Date().timeIntervalSince1970 * 1_000_000) }
        pause = { try await Task.sleep(for: $0) }
        signals = SignalRecord()
    }

    /// Of this process.
    package static func ofProcess() -> Surroundings {
        var size = winsize()
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        var surroundings = Surroundings(
            environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath,
            answer: DescriptorSink(STDOUT_FILENO), notices: DescriptorSink(STDERR_FILENO),
            terminal: Terminal(
                width: isTerminal ? (hasSize ? Int(size.ws_col) : 80) : nil,
                noticesAreTerminal: isatty(STDERR_FILENO) == 1,
                inputIsTerminal: isatty(STDIN_FILENO) == 1))
        surroundings.programFolder = ownFolder
        return surroundings
    }

    private static var ownFolder: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        let path = String(
            decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}

extension Surroundings {
    /// A path as a command was given it, seen from the command's folder.
    func path(_ text: String) -> String {
        text.hasPrefix("/") || directory.isEmpty ? text : "\(directory)/\(text)"
    }
}

/// Reads descriptor 0.
enum StandardInput {
    static func read(limitBytes: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try readPart()
            if part.isEmpty { return bytes }
            bytes += part
            guard bytes.count <= limitBytes else {
                throw CommandFailure(
                    .usage, "input_too_large", "standard input is longer than it may be",
                    why: "at most \(limitBytes) bytes are read")
            }
        }
    }

    /// What is there, waiting for something; nothing at the end.
    static func readPart() throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            while true {
                let read = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
                if read >= 0 {
                    count = read
                    return
                }
                guard errno == EINTR else {
                    throw CommandFailure(
                        .failed, "input", "standard input could not be read",
                        why: String(cString: strerror(errno)))
                }
            }
        }
    }
}
