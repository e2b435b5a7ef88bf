import Glibc

/// Ordinary files, read whole and within a limit.
enum TextFile {
    static func bytes(_ path: String, limitBytes: Int) throws(CommandFailure) -> [UInt8] {
        let pieces = try FilePieces(path)
        var bytes: [UInt8] = []
        while true {
            let piece = try pieces.next(atMost: 65_536)
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= limitBytes else {
                throw CommandFailure(
                    .usage, "file_too_large", "\(path) is larger than it may be",
                    why: "at most \(limitBytes) bytes are read")
            }
        }
    }

    static func read(_ path: String, limitBytes: Int) throws(CommandFailure) -> String {
        String(decoding: try bytes(path, limitBytes: limitBytes), as: UTF8.self)
    }
}

/// The file that `--output` names; it is made anew.
struct FileSink: TextSink {
    let descriptor: Int32

    init(creating path: String) throws(CommandFailure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .usage, "not_writable", "\(path) could not be written",
                why: String(cString: strerror(errno)))
        }
    }

    func write(_ bytes: [UInt8]) throws(OutputFailure) {
        try DescriptorSink(descriptor).write(bytes)
    }

    /// - Throws: when what was written did not reach the file.
    func close() throws(OutputFailure) {
        guard Glibc.close(descriptor) == 0 else { throw .failed(errno: errno) }
    }
}
