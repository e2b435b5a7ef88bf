import Hummingbird
import WebSupport

/// `wait_s` and `after` of a call that waits for a change.
struct LongPollQuery {
    let limit: Duration
    /// The revision that the caller has; −1 answers at once.
    let after: Int64

    static let parameters: [QueryParameter] = [
        .one("wait_s", .integer(0...50).usually(0), "Waits so long for a change."),
        .one("after", .integer(from: 0), "The revision that the caller has."),
    ]

    init(_ request: Request, in context: some FleetContext) throws(APIError) {
        let query = try QueryParameters(request)
        limit = try query.patience(in: context)
        after = Int64(try query.integer("after", in: 0...Int.max) ?? -1)
    }
}

extension QueryParameters {
    /// `wait_s`, as far as calls of the listener may wait.
    func patience(in context: some FleetContext) throws(APIError) -> Duration {
        min(.seconds(try integer("wait_s", in: 0...50) ?? 0), context.times.longestPoll)
    }

    /// The beginning of a commit, at least seven digits, in lower case; 400 for another text.
    func commitPrefix(_ name: String) throws(APIError) -> String? {
        guard let text = try single(name)?.lowercased() else { return nil }
        guard CommitPrefix.isOne(text) else {
            throw APIError(
                .invalidValue, "\(name) is 7 to 64 hexadecimal digits.",
                details: ["parameter": .string(name)])
        }
        return text
    }

    /// A parameter that is one of a list of words; 400 for another one.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(APIError) -> Word? {
        guard let text = try single(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                .invalidValue, "\(name) is one of \(known).",
                details: ["parameter": .string(name)])
        }
        return word
    }
}
