/// Where a reader goes after signing in: a page of this site, whatever the form said.
struct ReturnAddress: Hashable, Sendable {
    let text: String

    private static let limit = 2000

    /// Anything that is not a plain path of this site becomes the list of projects: `//host` and
    /// `/\host` are other sites to browsers. Source: WHATWG URL Standard, §4.4.
    init(_ given: String?) {
        let home = PagePath.projects.text
        guard let given, given.utf8.count <= Self.limit, given.hasPrefix("/"),
            given.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            given.dropFirst().first != "/", !given.hasPrefix("/sign-in")
        else {
            text = home
            return
        }
        text = given
    }
}
