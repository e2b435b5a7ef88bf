import Testing

/// Controller and agent may not import each other, and both must refuse the same addresses.
@Suite struct SharedRulesTests {
    @Test(
        arguments: [
            "RemoteURL", "RemoteURLParts", "GitCredential", "GuardedGit", "FileRemoteTrust",
        ])
    func `controller and agent hold the same rules`(_ name: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let controller = try text("/\(root)/Controller/CommitGraph/Remote/\(name).swift")
        let agent = try text("/\(root)/Agent/Workspaces/Remote/\(name).swift")
        #expect(controller == agent)
    }
}
