import Glibc

/// Runs a system call again while a signal interrupts it (signal(7), EINTR).
///
/// `body`: returns what the call returned; negative means that `errno` is set.
package func retryingOnInterrupt<Result: SignedInteger>(
    _ call: String, path: String? = nil, _ body: () -> Result
) throws(SystemCallFailure) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        guard code == EINTR else { throw SystemCallFailure(call, path: path, errno: code) }
    }
}
