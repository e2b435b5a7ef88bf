import Glibc

/// Takes secrets out of what the kernel shows of this process: its arguments, which everybody may
/// read, and its variables, which programs that it starts would inherit.
///
/// Source: proc(5), `arg_start` to `env_end` of `/proc/PID/stat`: where the kernel finds them in
/// this process's own memory, whatever copies a runtime has made.
package enum ProcessSecrets {
    /// Overwrites the arguments that are, or end in, one of these texts.
    package static func hide(arguments: [String]) {
        guard let area = area(from: 48) else { return }
        overwrite(in: area) { text in
            arguments.first { !$0.isEmpty && text.count >= $0.utf8.count && text.ends(with: $0) }
                .map { text.count - $0.utf8.count }
        }
    }

    /// Removes variables, and overwrites what the process was started with.
    package static func hide(variables: [String]) {
        if let area = area(from: 50) {
            overwrite(in: area) { text in
                variables.first { text.starts(with: ($0 + "=").utf8) }.map { $0.utf8.count + 1 }
            }
        }
        for name in variables { unsetenv(name) }
    }

    /// The bytes between two addresses that `stat` gives, the first being its `field`th.
    private static func area(from field: Int) -> UnsafeMutableRawBufferPointer? {
        guard let text = stat(), let end = text.lastIndex(of: ")") else { return nil }
        // The first field after the program's name is the third.
        let fields = text[end...].split(separator: " ").dropFirst()
        guard fields.count > field - 2,
            let start = UInt(fields[fields.startIndex + field - 3]),
            let stop = UInt(fields[fields.startIndex + field - 2]), start > 0, stop > start
        else { return nil }
        return UnsafeMutableRawBufferPointer(
            start: UnsafeMutableRawPointer(bitPattern: start), count: Int(stop - start))
    }

    private static func stat() -> String? {
        let descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    /// Writes `x` over each text of an area from where `start` says.
    private static func overwrite(
        in area: UnsafeMutableRawBufferPointer, from start: (ArraySlice<UInt8>) -> Int?
    ) {
        let bytes = [UInt8](area)
        for text in bytes.split(separator: 0) {
            guard let first = start(text) else { continue }
            for index in (text.startIndex + first)..<text.endIndex {
                area[index] = UInt8(ascii: "x")
            }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool {
        suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
