import Database

extension RunRecord {
    /// The configuration fingerprints of a suite's entries: what begins a new series when it
    /// changes (project file, §3).
    package struct Configurations: Hashable, Sendable {
        package let entries: [Entry]

        package struct Entry: Codable, Hashable, Sendable {
            package let benchmark: String
            /// What the names begin with that the entry's tool gives.
            package let prefix: String
            package let digest: String

            package init(benchmark: String, prefix: String, digest: String) {
                self.benchmark = benchmark
                self.prefix = prefix
                self.digest = digest
            }
        }

        package static let none = Configurations([])

        package init(_ entries: [Entry]) { self.entries = entries }

        /// Of the entry of the result's name, else of the longest prefix; empty without one.
        package func digest(of result: String) -> String {
            if let named = entries.first(where: { $0.benchmark == result }) { return named.digest }
            let prefixed = entries.filter { result.hasPrefix($0.prefix) }
            let longest = prefixed.max { $0.prefix.utf8.count < $1.prefix.utf8.count }
            return longest?.digest ?? ""
        }

        var text: String {
            StoredJSON.text(of: entries)
        }
    }
}

extension Row {
    func configurations(_ column: String) throws(DatabaseFailure) -> RunRecord.Configurations {
        RunRecord.Configurations(try StoredJSON.read(try text(column), of: column))
    }
}
