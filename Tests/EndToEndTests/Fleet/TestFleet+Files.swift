import AgentProtocol

extension TestFleet {
    /// A file that a run left.
    struct LeftFile {
        let id: String
        let name: String
        let attempt: String
        let kind: String
        let role: String
        let sizeBytes: Int64
        let tool: String?
    }

    func artifacts(of run: String) async throws -> [LeftFile] {
        try await api.get("/runs/\(run)/artifacts").items.map { item in
            guard let id = item["id"]?.text, let name = item["name"]?.text,
                let attempt = item["attempt_id"]?.text, let kind = item["kind"]?.text,
                let size = item["size_bytes"]?.wholeNumber
            else { throw FleetProblem("\(item)") }
            return LeftFile(
                id: id, name: name, attempt: attempt, kind: kind,
                role: item["revision_role"]?.text ?? "", sizeBytes: size,
                tool: item["facts"]?["tool"]?.text)
        }
    }
}
