import Database
import FleetModel
import FoundationEssentials
import Identity
import Storage

/// What an operator does with the audit and the keys on the database itself (command line, §7). A
/// controller may run meanwhile.
package struct AuditKeeping: Sendable {
    private let database: any Database

    /// Opens the database of a controller, as it is.
    /// - Throws: `StartFailure`.
    package static func open(_ configuration: ControllerConfiguration) async throws -> Self {
        try configuration.requireLasting()
        let state = StateFolder(path: configuration.stateDirectory)
        let file: String? =
            switch configuration.store {
            case .sqliteInState: state.database
            case .sqlite(let path): path
            case .memory, .postgres: nil
            }
        if let file, !FileManager.default.fileExists(atPath: file) {
            throw StartFailure(.surroundings, "there is no database at \(file)")
        }
        do {
            let database = try await Composition.open(configuration, in: state)
            return Self(over: database)
        } catch {
            throw StartFailure(error, listening: "")
        }
    }

    init(over database: any Database) { self.database = database }

    /// What came of a look at the chain.
    package struct Verdict: Sendable, Equatable {
        package let isGood: Bool
        /// For a person, or as one JSON document.
        package let text: String
    }

    /// Begins at the event of this id, else at the first. `head` is a digest that was noted down
    /// and must still be there.
    package func verify(
        from start: String?, head: String?, asJSON: Bool
    ) async throws -> Verdict {
        var wish = AuditVerification.Wish()
        wish.from = start
        wish.head = head
        let report: AuditVerification.Report
        do {
            report = try await AuditVerification(database).run(wish)
        } catch {
            throw StartFailure(error, listening: "")
        }
        return Verdict(
            isGood: report.fault == nil,
            text: asJSON ? try Self.document(report) : Self.lines(report))
    }

    private static func lines(_ report: AuditVerification.Report) -> String {
        let rows = report.checked == 1 ? "1 row is" : "\(report.checked) rows are"
        guard let fault = report.fault else {
            return "\(rows) right; note the digest of the last one:\n\(report.digest)\n"
        }
        return "\(fault)\n\(rows) right before that\n"
    }

    private struct Document: Encodable {
        let schema = "fleetmark.audit-verify.v1"
        let ok: Bool
        let rows: Int64
        let head: String
        let fault: String?
    }

    private static func document(_ report: AuditVerification.Report) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            ok: report.fault == nil, rows: report.checked, head: report.digest,
            fault: report.fault?.description)
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    /// Makes a key for the first sign-in, or in place of a lost one.
    /// - Returns: the key's text, which is not stored.
    package func createKey(role: String, project: String) async throws -> String {
        guard let role = Role(rawValue: role) else {
            throw StartFailure(.usage, "--role is one of \(Role.words)")
        }
        guard !project.isEmpty else { throw StartFailure(.usage, "--project is empty") }
        let text = APIKeyText.generate()
        var random = SystemRandomNumberGenerator()
        let key = KeyStore.Key(
            id: KeyID(at: Composition.now(), using: &random), name: "made by an operator",
            prefix: text.displayPrefix, role: role.rawValue, project: project, expiresAt: nil)
        do {
            try await KeyStore(database).create(key, digest: text.digest.hex) {
                AuditEvent(by: "operator", "create", "key", $0.id.text, in: project)
            }
        } catch {
            throw StartFailure(error, listening: "")
        }
        return text.secret.exposed
    }
}
