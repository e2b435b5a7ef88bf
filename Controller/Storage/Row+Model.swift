package import Database
package import FleetModel

extension Row {
    package func id<Kind>(_ column: String) throws(DatabaseFailure) -> Identifier<Kind> {
        let text = try text(column)
        guard let identifier = Identifier<Kind>(text) else {
            throw .wrongType(column: column, expected: "an identifier", found: text)
        }
        return identifier
    }

    package func optionalID<Kind>(
        _ column: String
    ) throws(DatabaseFailure) -> Identifier<Kind>? {
        try optionalText(column) == nil ? nil : id(column)
    }

    package func time(_ column: String) throws(DatabaseFailure) -> ServerTime {
        ServerTime(microseconds: try integer(column))
    }

    package func optionalTime(_ column: String) throws(DatabaseFailure) -> ServerTime? {
        try optionalInteger(column).map { ServerTime(microseconds: $0) }
    }

    package func word<Word: RawRepresentable<String>>(
        _ column: String
    ) throws(DatabaseFailure) -> Word {
        let text = try text(column)
        guard let word = Word(rawValue: text) else {
            throw .wrongType(column: column, expected: "a word of \(Word.self)", found: text)
        }
        return word
    }

    package func optionalWord<Word: RawRepresentable<String>>(
        _ column: String
    ) throws(DatabaseFailure) -> Word? {
        try optionalText(column) == nil ? nil : word(column)
    }

    package func commit(_ column: String) throws(DatabaseFailure) -> CommitHash {
        let text = try text(column)
        guard let commit = CommitHash(text) else {
            throw .wrongType(column: column, expected: "a commit", found: text)
        }
        return commit
    }

    package func optionalCommit(_ column: String) throws(DatabaseFailure) -> CommitHash? {
        try optionalText(column) == nil ? nil : commit(column)
    }

    package func fence(_ column: String) throws(DatabaseFailure) -> Fence {
        let number = try integer(column)
        guard let fence = Fence(number) else {
            throw .wrongType(column: column, expected: "a fence", found: "\(number)")
        }
        return fence
    }

    /// The failure in columns `PREFIX_class`, `…_detail`, `…_message`; nil when there is none.
    package func failure(_ prefix: String = "failure") throws(DatabaseFailure) -> Failure? {
        guard let failureClass: FailureClass = try optionalWord(prefix + "_class") else {
            return nil
        }
        return Failure(
            failureClass, try optionalWord(prefix + "_detail") ?? .other,
            try optionalText(prefix + "_message") ?? "")
    }
}

extension Connection {
    /// The time that decides leases.
    package func now() throws(DatabaseFailure) -> ServerTime {
        ServerTime(microseconds: try nowMicroseconds())
    }

    /// What locks the rows of a SELECT until the end of the transaction: nothing in SQLite, whose
    /// writers are alone.
    package var forUpdate: String { dialect == .postgres ? " FOR UPDATE" : "" }
}
