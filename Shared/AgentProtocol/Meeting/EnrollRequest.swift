/// What a host sends once to join the fleet.
package struct EnrollRequest: WireMessage {
    /// One-time token, 128 bits, made by an operator.
    package let token: Secret
    /// Certificate signing request in PEM; its key never leaves the host.
    package let csr: String
    package let host: EnrollHost
    package let agentVersion: String
    package let offeredVersions: ProtocolRange

    package init(
        token: Secret, csr: String, host: EnrollHost, agentVersion: String,
        offeredVersions: ProtocolRange
    ) {
        self.token = token
        self.csr = csr
        self.host = host
        self.agentVersion = agentVersion
        self.offeredVersions = offeredVersions
    }

    private enum CodingKeys: String, CodingKey {
        case token
        case csr
        case host
        case agentVersion = "agent_version"
        case offeredVersions = "protocol"
    }
}

extension EnrollRequest {
    package func validate() throws(FieldProblem) {
        guard !token.revealed.isEmpty else { throw FieldProblem("/token", "The token is empty.") }
        try FieldCheck.text("token", token.revealed)
        try FieldCheck.text("csr", csr, limit: 16_384)
        try FieldCheck.name("agent_version", agentVersion)
        do throws(FieldProblem) {
            try host.validate()
        } catch {
            throw error.below("/host")
        }
    }
}

/// What a host says about itself before the controller knows it.
package struct EnrollHost: Codable, Sendable, Equatable {
    package let name: String
    /// Digest of the machine id, which itself stays on the host.
    package let machineIDHash: String
    package let boardSerialHash: String?
    package let architecture: String
    package let operatingSystem: String
    package let kernel: String
    package let cpuModel: String
    package let cores: Int
    package let memoryBytes: Int64

    package init(
        name: String, machineIDHash: String, boardSerialHash: String? = nil, architecture: String,
        operatingSystem: String, kernel: String, cpuModel: String, cores: Int, memoryBytes: Int64
    ) {
        self.name = name
        self.machineIDHash = machineIDHash
        self.boardSerialHash = boardSerialHash
        self.architecture = architecture
        self.operatingSystem = operatingSystem
        self.kernel = kernel
        self.cpuModel = cpuModel
        self.cores = cores
        self.memoryBytes = memoryBytes
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case machineIDHash = "machine_id_hash"
        case boardSerialHash = "board_serial_hash"
        case architecture = "arch"
        case operatingSystem = "os"
        case kernel
        case cpuModel = "cpu_model"
        case cores
        case memoryBytes = "memory_bytes"
    }
}

extension EnrollHost {
    func validate() throws(FieldProblem) {
        try FieldCheck.name("name", name)
        try FieldCheck.name("machine_id_hash", machineIDHash)
        try FieldCheck.text("board_serial_hash", boardSerialHash ?? "")
        try FieldCheck.name("arch", architecture)
        try FieldCheck.text("os", operatingSystem)
        try FieldCheck.text("kernel", kernel)
        try FieldCheck.text("cpu_model", cpuModel)
        try FieldCheck.count("cores", cores)
        try FieldCheck.count("memory_bytes", memoryBytes)
    }
}
