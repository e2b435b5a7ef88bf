/// Addresses of the controller's pages, for people.
struct PageAddress: Sendable {
    private let root: String?

    /// The `url` is a request's, as the trigger's reply gives it; it says what the controller's own
    /// addresses begin with.
    init(_ server: ServerAddress?, url: String? = nil) {
        let own = url.flatMap { url -> String? in
            guard let end = url.lastRange(of: "/requests/"), url.contains("://") else { return nil }
            return String(url[..<end])
        }
        root = own ?? server?.page("")
    }

    func run(_ id: String) -> String? { root.map { "\($0)/runs/\(PercentText.encode(id))" } }

    func request(_ id: String) -> String? {
        root.map { "\($0)/requests/\(PercentText.encode(id))" }
    }
}

extension String {
    fileprivate func lastRange(of text: String) -> String.Index? {
        var index = endIndex
        while index > startIndex {
            index = self.index(before: index)
            if self[index...].hasPrefix(text) { return index }
        }
        return nil
    }
}
