// APIContract: the served OpenAPI document enters; what calls and replies do against it leaves.

package import WebSupport

/// Holds calls and their answers against the description that the controller itself serves.
package struct DescriptionCheck: Sendable {
    private let operations: [DescribedOperation]
    private let forms: FormCheck

    package init(_ document: JSONValue) {
        forms = FormCheck(definitions: document.at("components", "schemas"))
        operations = document.at("paths").sortedMembers.flatMap { path, methods in
            methods.sortedMembers.map {
                DescribedOperation(method: $0.uppercased(), path: path, value: $1)
            }
        }
    }

    /// Every described path with its methods, in capitals.
    package var methods: [String: Set<String>] {
        Dictionary(grouping: operations, by: \.path).mapValues { Set($0.map(\.method)) }
    }

    package var all: [DescribedOperation] { operations }

    /// What was sent and answered, as far as the description speaks of it.
    package struct Call: Sendable {
        let method: String
        let path: String
        let body: JSONValue?
        let status: Int
        let mediaType: String?
        let reply: [UInt8]

        package init(
            _ method: String, _ address: String, _ body: JSONValue?, status: Int,
            mediaType: String?, reply: [UInt8]
        ) {
            self.method = method == "HEAD" ? "GET" : method
            path = String(address.prefix { $0 != "?" })
            self.body = body
            self.status = status
            self.mediaType = mediaType.map { String($0.prefix { $0 != ";" }) }
            self.reply = method == "HEAD" ? [] : reply
        }
    }

    /// Everything in which the call is not as described.
    package func faults(of call: Call) -> [String] {
        let here = operations.compactMap { operation in
            operation.match(call.path).map { (literals: $0, operation: operation) }
        }
        guard call.method != "OPTIONS", let most = here.map(\.literals).max() else {
            return call.status == 404 || call.method == "OPTIONS"
                ? [] : ["\(call.path) is not described"]
        }
        let path = here.first { $0.literals == most }?.operation.path
        guard
            let operation = here.map(\.operation).first(where: {
                $0.path == path && $0.method == call.method
            })
        else {
            return [401, 405, 429].contains(call.status)
                ? [] : ["\(call.method) \(path ?? "") is not described"]
        }
        return faults(of: call, as: operation).map { "\(call.method) \(operation.path): \($0)" }
    }

    private func faults(of call: Call, as operation: DescribedOperation) -> [String] {
        let answer = operation.value.at("responses", "\(call.status)")
        guard answer != .null else { return ["the status \(call.status) is not described"] }
        var found: [String] = []
        if (200..<300).contains(call.status), let body = call.body {
            let form = operation.bodyForm
            if form != .null {
                found += forms.faults(of: body, as: form, .call).map { "body \($0)" }
            }
        }
        return found + faults(of: call, against: answer)
    }

    private func faults(of call: Call, against answer: JSONValue) -> [String] {
        let content = answer.at("content")
        guard !call.reply.isEmpty else { return [] }
        guard content != .null else { return ["\(call.status) has a body"] }
        let form = [call.mediaType ?? "", "*/*"].map { content.at($0) }.first { $0 != .null }
        guard let form else { return ["the type \(call.mediaType ?? "") is not described"] }
        guard call.mediaType == "application/json" else { return [] }
        guard let value = try? JSONParser.parse(call.reply) else { return ["is no JSON"] }
        return forms.faults(of: value, as: form.at("schema"), .reply)
            .map { "\(call.status) \($0)" }
    }
}

/// One method of one path.
package struct DescribedOperation: Sendable {
    package let method: String
    package let path: String
    package let value: JSONValue

    /// Null where it takes none.
    package var bodyForm: JSONValue {
        value.at("requestBody", "content", "application/json", "schema")
    }

    /// Whether somebody without credentials is let in.
    package var admitsEverybody: Bool {
        value.at("security").listed.allSatisfy { $0 == .object([:]) }
            || value.at("security").listed.contains(.object([:]))
    }

    /// How many parts are equal to the letter; nil when the path is another one.
    func match(_ address: String) -> Int? {
        Self.match(path.split(separator: "/")[...], address.split(separator: "/")[...])
    }

    /// A benchmark's name may have several parts.
    private static func match(
        _ parts: ArraySlice<Substring>, _ given: ArraySlice<Substring>
    ) -> Int? {
        guard let part = parts.first else { return given.isEmpty ? 0 : nil }
        guard let first = given.first else { return nil }
        if !part.hasPrefix("{") {
            return part == first ? match(parts.dropFirst(), given.dropFirst()).map { $0 + 1 } : nil
        }
        let most = part == "{benchmark}" ? given.count : 1
        return (1...most).lazy.compactMap { match(parts.dropFirst(), given.dropFirst($0)) }.first
    }
}
