/// The bytes of one file, piece by piece, so that a file of lines need not be held whole.
package final class ByteSource {
    private let read: (_ atMost: Int) throws -> [UInt8]
    private var isAtEnd = false
    /// What made reading stop early.
    private(set) var failure: (any Error)?

    /// How much is asked for at once.
    static let pieceBytes = 256 << 10

    /// - Parameter read: the next bytes; none at the end of the file.
    package init(reading read: @escaping (_ atMost: Int) throws -> [UInt8]) { self.read = read }

    /// A file that is in memory.
    package convenience init(_ bytes: [UInt8]) {
        var rest: [UInt8]? = bytes
        self.init { _ in
            defer { rest = nil }
            return rest ?? []
        }
    }

    /// The next piece; empty at the end, and once reading has failed.
    func next() -> [UInt8] {
        guard !isAtEnd else { return [] }
        do {
            let piece = try read(Self.pieceBytes)
            isAtEnd = piece.isEmpty
            return piece
        } catch {
            failure = error
            isAtEnd = true
            return []
        }
    }
}
