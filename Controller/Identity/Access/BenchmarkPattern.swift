import Patterns

/// The regular expression that limits a credential to some benchmarks.
///
/// It is searched for anywhere in a name (`web-` finds `my-web-x`), in linear time whatever it is.
/// One that cannot be compiled restricts to nothing at all: it stays a value, since a stored key
/// must be listed and revoked, and every use of it is refused. Source: perfgate-api §3.4.
package struct BenchmarkPattern: Sendable, Equatable {
    /// Longer ones are refused where a key is made.
    package static let maximumBytes = 1_000

    package let text: String
    private let compiled: Result<LinearPattern, LinearPattern.Fault>

    package init(_ text: String) {
        self.text = text
        do {
            compiled = .success(try LinearPattern(text))
        } catch {
            compiled = .failure(error)
        }
    }

    /// Why it can match nothing; nil for a good one.
    package var fault: String? {
        guard case .failure(let fault) = compiled else { return nil }
        return fault.reason
    }

    /// Nil when the pattern is broken.
    package func matches(_ benchmark: String) -> Bool? {
        guard case .success(let pattern) = compiled else { return nil }
        return pattern.firstMatch(in: Array(benchmark.utf8)) != nil
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.text == rhs.text }
}
