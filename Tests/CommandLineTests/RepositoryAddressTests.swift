import Testing

@testable import CommandLine

@Suite struct RepositoryAddressTests {
    @Test(arguments: [
        ["https://git.example.org/lantern.git", "git@git.example.org:lantern.git"],
        ["ssh://git@git.example.org/lantern", "https://git.example.org/lantern/"],
        ["file:///srv/git/sample", "/srv/git/sample/", "/srv/git/sample/.git"],
    ])
    func `one repository's addresses are the same`(_ addresses: [String]) {
        #expect(Set(addresses.map(RepositoryAddress.normal)).count == 1)
    }

    @Test func `different ones are not`() {
        let addresses = ["https://a.example/x", "https://b.example/x", "https://a.example/y"]
        #expect(Set(addresses.map(RepositoryAddress.normal)).count == 3)
    }
}
