/// Something that this host cannot give, and what its operator can do about it.
///
/// Source: isolation-and-counters.md, section 7. The same list is what `doctor` prints, what the
/// controller hears at registration, and what stands with each result.
package struct Degradation: Hashable, Sendable {
    /// A word that programs may compare: `no-pmu`, `cgroup-v1`, `denied-paranoid`.
    package let code: String
    /// What it is about: an event, a file, a namespace, a setting.
    package let subject: String
    /// The kernel's answer, where there was one.
    package let errno: Int32?
    /// What was found instead of what is wanted, as the host words it.
    package let actual: String?
    /// One sentence for a person.
    package let message: String
    /// What to change; empty where nothing can be done.
    package let advice: String

    package init(
        _ code: String, subject: String, errno: Int32? = nil, actual: String? = nil,
        message: String, advice: String = ""
    ) {
        self.code = code
        self.subject = subject
        self.errno = errno
        self.actual = actual
        self.message = message
        self.advice = advice
    }
}
