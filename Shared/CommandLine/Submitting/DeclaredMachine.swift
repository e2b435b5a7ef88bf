import FoundationEssentials
import Glibc

/// The machine that results were measured on, as its sender declares it.
struct DeclaredMachine: Sendable {
    /// What the controller is sent.
    let members: [String: JSONTree]

    /// This machine, under another name if one is given.
    static func own(named name: String?) -> DeclaredMachine {
        var system = utsname()
        _ = uname(&system)
        let memory = Int64(clamping: ProcessInfo.processInfo.physicalMemory)
        return DeclaredMachine(members: [
            "name": .string(name ?? Self.plain(Self.text(of: system.nodename))),
            "arch": .string(Self.text(of: system.machine)), "os": .string(Self.system),
            "kernel": .string(Self.text(of: system.release)),
            "cpu_model": .string(Self.processor),
            "cpu_count": .integer(Int64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))),
            "memory_bytes": .integer(memory),
        ])
    }

    /// The description in a file: an object with `arch`, `os` and what else is known.
    static func described(
        in path: String, named name: String?
    ) throws -> DeclaredMachine {
        let bytes = try TextFile.bytes(path, limitBytes: 1 << 20)
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(bytes)),
            case .object(var members) = tree
        else {
            throw CommandFailure.usage(
                "\(path) is no JSON object", try: #"{"arch": "x86_64", "os": "debian-12"}"#)
        }
        if let name { members["name"] = .string(name) }
        guard members["name"]?.string != nil else {
            throw CommandFailure.usage("\(path) names no host", try: "--host-name NAME")
        }
        return DeclaredMachine(members: members)
    }

    /// What a host's name may consist of.
    private static func plain(_ name: String) -> String {
        let plain = name.map { character in
            let isPlain = character.isLetter || character.isNumber || "._-".contains(character)
            return character.isASCII && isPlain ? character : "-"
        }
        return plain.isEmpty ? "unnamed" : String(plain.prefix(64))
    }

    /// `debian-12`.
    private static var system: String {
        var found: [String: String] = [:]
        for line in text(of: "/etc/os-release").split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            found[String(parts[0])] = String(parts[1].filter { $0 != "\"" })
        }
        let parts = [found["ID"] ?? "linux", found["VERSION_ID"]].compactMap { $0 }
        return parts.joined(separator: "-")
    }

    private static var processor: String {
        let line = text(of: "/proc/cpuinfo").split(separator: "\n").first {
            $0.hasPrefix("model name") || $0.hasPrefix("Model")
        }
        guard let line, let colon = line.firstIndex(of: ":") else { return "" }
        return String(line[line.index(after: colon)...].drop { $0 == " " }.prefix(255))
    }

    /// Empty where there is none: what is not known is not declared.
    private static func text(of path: String) -> String {
        (try? TextFile.read(path, limitBytes: 1 << 20)) ?? ""
    }

    private static func text(of field: some Any) -> String {
        withUnsafeBytes(of: field) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
