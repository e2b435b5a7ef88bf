import Glibc
import ProjectFile

/// A service's configuration file, read and judged.
package struct SettingsFile: Sendable {
    let name: String
    let document: SettingsDocument

    /// Larger files configure nothing.
    private static let maximumBytes = 1 << 20

    /// Nil where there is no file; that is a failure when it `isNeeded`, as is everything that is
    /// wrong in it, which is told by line and column.
    package static func read(
        _ path: String, for options: [ServiceOption], rules: SettingRules, isNeeded: Bool
    ) throws(SettingFault) -> SettingsFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT, !isNeeded { return nil }
            throw SettingFault("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let bytes = try bytes(of: descriptor, path)
        let document: SettingsDocument
        do throws(SettingsDocument.Refusal) {
            document = try .parse(bytes: bytes, fileName: path, keys: options.map(\.key))
        } catch {
            throw SettingFault(error.description)
        }
        let file = SettingsFile(name: path, document: document)
        try file.checkMode(descriptor, options, rules)
        return file
    }

    static func bytes(
        of descriptor: CInt, _ path: String
    ) throws(SettingFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else {
                throw SettingFault(
                    "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximumBytes else {
                throw SettingFault("\(path) is larger than 1 MiB")
            }
        }
    }

    /// A file with a secret in it is its owner's and its group's alone.
    private func checkMode(
        _ descriptor: CInt, _ options: [ServiceOption], _ rules: SettingRules
    ) throws(SettingFault) {
        let names = Dictionary(options.map { ($0.key, $0.name) }) { first, _ in first }
        var status = stat()
        let secret = document.entries.first { entry in
            entry.values.contains { rules.masked(names[entry.key] ?? "", $0) != nil }
        }
        guard let entry = secret, fstat(descriptor, &status) == 0, status.st_mode & S_IROTH != 0
        else { return }
        throw SettingFault(
            "\(name):\(entry.line): `\(entry.key)` is a secret, and everybody may "
                + "read the file: chmod o-r \(name)")
    }
}
