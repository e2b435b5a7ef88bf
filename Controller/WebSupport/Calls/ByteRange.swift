import HTTPTypes
package import Hummingbird

/// Which bytes a call asks for (RFC 9110, §14).
package enum ByteRange: Equatable {
    /// Nil: all of them.
    case bytes(ClosedRange<Int>?)

    /// One range is answered; several, or one that is malformed, are as none. Nil where the one
    /// asked for is not there.
    package static func of(
        _ request: Request, tag: EntityTag, sizeBytes: Int64
    ) -> ByteRange? {
        if let condition = request.headers[.ifRange], condition != tag.text { return .bytes(nil) }
        return request.headers[.range].map { parse($0, size: Int(clamping: sizeBytes)) }
            ?? .bytes(nil)
    }

    static func parse(_ text: String, size: Int) -> ByteRange? {
        guard text.hasPrefix("bytes="), !text.contains(",") else { return .bytes(nil) }
        let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else {
            return .bytes(nil)
        }
        switch (Int(ends[0]), Int(ends[1])) {
        case (nil, let count?) where ends[0].isEmpty:
            return count > 0 && size > 0 ? .bytes(max(0, size - count)...(size - 1)) : nil
        case (let first?, nil) where ends[1].isEmpty:
            return first < size ? .bytes(first...(size - 1)) : nil
        case (let first?, let last?) where first <= last:
            return first < size ? .bytes(first...min(last, size - 1)) : nil
        default: return .bytes(nil)
        }
    }
}
