import Glibc
import LinuxSystem

/// Makes a cancellation readable for poll(2), for as long as it lives.
struct CancellationBell: ~Copyable {
    private let pipe: OwnedDescriptor.Pair
    private let cancellation: LaunchCancellation

    init(for cancellation: LaunchCancellation) throws(SystemCallFailure) {
        let pipe = try OwnedDescriptor.pipe()
        try pipe.first.setNonBlocking()
        try pipe.second.setNonBlocking()
        let rope = pipe.second.rawValue
        self.pipe = pipe
        self.cancellation = cancellation
        cancellation.onCancel {
            // A full pipe is readable, which is all that matters.
            var byte: UInt8 = 1
            _ = unsafe write(rope, &byte, 1)
        }
    }

    deinit { cancellation.onCancel(nil) }

    var descriptor: CInt { pipe.first.rawValue }

    var urgency: LaunchCancellation.Urgency? { cancellation.urgency }

    /// Silences the bell until the next cancellation.
    borrowing func silence() { _ = try? pipe.first.read(upTo: 64) }
}
