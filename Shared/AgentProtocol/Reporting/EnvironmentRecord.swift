/// What the measurement ran on and with; once before `measure`, again if it changed.
package struct EnvironmentRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let fingerprint: [String: FingerprintLayer]
    package let toolchain: JSONValue
    package let variables: [String: String]

    package init(
        at: Nanoseconds, fingerprint: [String: FingerprintLayer], toolchain: JSONValue,
        variables: [String: String]
    ) {
        self.at = at
        self.fingerprint = fingerprint
        self.toolchain = toolchain
        self.variables = variables
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case fingerprint
        case toolchain
        case variables
    }
}

extension EnvironmentRecord {
    func validate() throws(FieldProblem) {
        for name in fingerprint.keys { try FieldCheck.name("fingerprint", name) }
        for name in variables.keys { try FieldCheck.name("variables", name) }
    }
}
