package import FleetModel

/// Reads the lockfiles of a project (project-file.md section 2.6): bytes in, versions out.
package enum Lockfile {
    /// Bytes of one lockfile.
    package static let byteLimit = 32 << 20
    /// Versions in one lockfile.
    package static let countLimit = 50_000
    /// Folders below the project's root in which lockfiles are looked for by default.
    package static let searchDepth = 4

    /// Whether a file of this name is one.
    package static func isKnown(_ name: String) -> Bool { format(of: name) != nil }

    /// The file in the same folder that tells what is asked for directly, where the lockfile
    /// itself does not.
    package static func companion(of name: String) -> String? { format(of: name)?.companion }

    /// Whether a search leaves a folder out: what is in it was fetched or built, not written.
    package static func isPassedOver(folder name: String) -> Bool {
        name.hasPrefix(".") || foreignFolders.contains(name)
    }

    private static let foreignFolders: Set<String> = [
        "node_modules", "bower_components", "vendor", "third_party", "target", "build", "dist",
        "out", "obj", "venv", "site-packages", "DerivedData", "Pods",
    ]

    /// Every version that the file pins, once each, by name and version, and what was left out.
    ///
    /// `name`: the file's own name, without folders. `companion`: the bytes of its companion.
    package static func read(
        name: String, bytes: [UInt8], companion: [UInt8]? = nil
    ) throws(LockfileFailure) -> LockfileReading {
        guard let format = format(of: name) else { throw .unknownName(name) }
        guard bytes.count <= byteLimit else {
            throw .tooLarge("\(bytes.count) bytes, and \(byteLimit) are allowed")
        }
        var reading = try format.read(LockfileSource(bytes: bytes, companion: companion))
        let found = reading.versions
            .filter { isSound($0.name) && isSound($0.version) && ($0.digest?.count ?? 0) <= 255 }
            .merged()
        guard found.count <= countLimit else {
            throw .tooLarge("\(found.count) versions, and \(countLimit) are allowed")
        }
        reading.versions = found
        return reading
    }

    /// What a record of the protocol can hold: 1 to 255 characters, none of them a control.
    private static func isSound(_ text: String) -> Bool {
        (1...255).contains(text.unicodeScalars.count)
            && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    private static func format(of name: String) -> LockfileFormat? {
        LockfileCatalogue.all.first { format in
            guard let star = format.name.firstIndex(of: "*") else { return format.name == name }
            let tail = format.name[format.name.index(after: star)...]
            return name.count >= format.name.count - 1 && name.hasPrefix(format.name[..<star])
                && name.hasSuffix(tail)
        }
    }
}

/// What one lockfile says.
package struct LockfileReading: Sendable, Equatable {
    package internal(set) var versions: [LockedDependency]
    /// What was left out, and why, for people.
    package internal(set) var notes: [String] = []
}

package enum LockfileFailure: Error, Equatable, CustomStringConvertible {
    case unknownName(String)
    case tooLarge(String)
    /// `line`: from 1, where it is known.
    case malformed(String, line: Int?)
    /// A layout newer than those that are known.
    case unknownVersion(String)

    package var description: String {
        switch self {
        case .unknownName(let name): "\(name) is no lockfile that is known"
        case .tooLarge(let size): "it has \(size)"
        case .malformed(let why, let line): (line.map { "line \($0): " } ?? "") + why
        case .unknownVersion(let version): "its version \(version) is not known"
        }
    }
}
