import AgentProtocol
import Foundation

/// The recorded messages of one protocol version, read beside this file.
enum GoldenMessage {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/v1.0")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name + ".json")))
    }

    static func value(_ bytes: [UInt8]) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    static var names: Set<String> {
        get throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            return Set(files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) })
        }
    }

    /// The same value with a field in each object that no version knows.
    static func strewn(_ value: JSONValue, at path: String = "") -> JSONValue {
        switch value {
        case .object(let members):
            // In these objects any key has a meaning, so a strange one would be kept.
            let open: Set<Substring> = ["params", "facts", "details", "signals"]
            guard !open.contains(path.split(separator: "/").last ?? "") else { return value }
            var strewn = members.reduce(into: [String: JSONValue]()) { result, member in
                result[member.key] = Self.strewn(member.value, at: path + "/" + member.key)
            }
            guard !path.hasSuffix("/fingerprint") else { return .object(strewn) }
            strewn["x_unheard_of"] = .object(["deep": .array([1, "two"])])
            return .object(strewn)
        case .array(let items): return .array(items.map { Self.strewn($0, at: path + "/0") })
        default: return value
        }
    }
}
