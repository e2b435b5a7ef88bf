import Glibc
import ProjectFile

/// Where a service reads a document of secrets from, once, at its start.
package enum SecretSource: Sendable, Equatable {
    /// That nobody but its owner and its group may read.
    case file(String)
    /// The variable's value; it is taken out of the process's environment.
    case variable(String)
    /// What `sh -c` prints, which must end with status 0. What it complains of goes where the
    /// service's own complaints go.
    case command(String)

    private static let maximumBytes = 1 << 20

    /// A list of flat records in JSON or TOML, under one of these names if under any.
    /// - Throws: what is wrong, with its place and nothing of its text.
    package func records(named lists: [String]) throws(SettingFault) -> [[String: String]] {
        let text = try text()
        do throws(RecordDocument.Refusal) {
            return try RecordDocument.parse(text, listsNamed: lists).records
        } catch {
            throw SettingFault("\(place): \(error)")
        }
    }

    /// As people are told.
    package var place: String {
        switch self {
        case .file(let path): path
        case .variable(let name): "the variable \(name)"
        case .command: "what the command printed"
        }
    }

    private func text() throws(SettingFault) -> String {
        let bytes =
            switch self {
            case .file(let path): try Self.bytes(ofFile: path)
            case .variable(let name): try Self.bytes(ofVariable: name)
            case .command(let command): try Self.bytes(printedBy: command)
            }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingFault("\(place) is no text in UTF-8")
        }
        return text
    }

    private static func bytes(ofFile path: String) throws(SettingFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SettingFault("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IROTH == 0 else {
            throw SettingFault(
                "everybody may read \(path), which is for secrets: chmod o-r \(path)")
        }
        return try SettingsFile.bytes(of: descriptor, path)
    }

    private static func bytes(ofVariable name: String) throws(SettingFault) -> [UInt8] {
        guard let value = getenv(name) else {
            throw SettingFault("there is no variable \(name)")
        }
        let bytes = Array(String(cString: value).utf8)
        ProcessSecrets.hide(variables: [name])
        return bytes
    }

    private static func bytes(printedBy command: String) throws(SettingFault) -> [UInt8] {
        guard let stream = popen(command, "re") else {
            throw SettingFault("the command cannot be run: \(String(cString: strerror(errno)))")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        var isTooLarge = false
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            guard count > 0 else { break }
            // Read to its end all the same, so that the command can end.
            isTooLarge = isTooLarge || bytes.count + count > maximumBytes
            if !isTooLarge { bytes += chunk[..<count] }
        }
        let status = pclose(stream)
        guard status == 0 else {
            let isOver = status & 0x7F == 0
            throw SettingFault(
                isOver
                    ? "the command ended with status \(status >> 8 & 0xFF)"
                    : "the command was ended by signal \(status & 0x7F)")
        }
        guard !isTooLarge else { throw SettingFault("the command printed more than 1 MiB") }
        return bytes
    }
}
