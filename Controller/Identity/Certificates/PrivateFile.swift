import Glibc

/// Small files of the state folder: whole reads, and writes that are there entirely or not at all.
struct PrivateFile {
    let path: String

    /// Larger files are no certificates or keys.
    static let maximumBytes = 1 << 20

    var exists: Bool { access(path, F_OK) == 0 }

    /// The mode's last nine bits.
    func permissions() throws(CertificateFailure) -> UInt32 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("read the mode of", errno) }
        return status.st_mode & 0o777
    }

    func read() throws(CertificateFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", errno) }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Self.maximumBytes else {
                throw .init(operation: "read", path: path, reason: "larger than 1 MiB")
            }
        }
    }

    /// Writes beside the file, syncs, renames over it and syncs the folder. What root writes is the
    /// folder's owner's: a service must be able to read what its operator made for it.
    func replace(with bytes: [UInt8], mode: mode_t) throws(CertificateFailure) {
        let temporary = path + ".new"
        _ = unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("create", errno) }
        do throws(CertificateFailure) {
            defer { _ = close(descriptor) }
            try write(bytes, to: descriptor)
            if geteuid() == 0 { try handOver(descriptor) }
            guard fsync(descriptor) == 0 else { throw failure("sync", errno) }
        } catch {
            _ = unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw failure("rename", errno) }
        try syncFolder()
    }

    /// Takes the place of the other file, which is gone then.
    func move(over other: PrivateFile) throws(CertificateFailure) {
        guard rename(path, other.path) == 0 else { throw failure("rename", errno) }
        try syncFolder()
    }

    /// A missing file is no failure.
    func remove() throws(CertificateFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", errno) }
    }

    private func write(_ bytes: [UInt8], to descriptor: CInt) throws(CertificateFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", errno) }
            written += count
        }
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func handOver(_ descriptor: CInt) throws(CertificateFailure) {
        var status = stat()
        guard stat(folder, &status) == 0 else { throw failure("find the owner of", errno) }
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
            throw failure("give the folder's owner", errno)
        }
    }

    private func syncFolder() throws(CertificateFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open the folder of", errno) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync the folder of", errno) }
    }

    private func failure(_ operation: String, _ code: CInt) -> CertificateFailure {
        CertificateFailure(
            operation: operation, path: path, reason: String(cString: strerror(code)))
    }
}
