// Identity: who may do what. Credential texts and certificate files enter; validated credentials,
// digests for storage and certificates for the listeners leave.

/// Text that must not be printed.
///
/// Its descriptions are `•••`; only `exposed` gives the text, so a search for that word finds each
/// place where a secret leaves.
package struct Secret: Sendable {
    package let exposed: String

    package init(_ text: String) { exposed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
