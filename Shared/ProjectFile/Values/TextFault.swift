/// Why a written text is no value of its type; the place is added by the caller.
struct TextFault: Error, Equatable {
    let code: ProjectFileProblem.Code
    /// Follows the path of the key: "is no duration".
    let message: String
    let suggestion: String?

    init(_ code: ProjectFileProblem.Code, _ message: String, suggestion: String? = nil) {
        self.code = code
        self.message = message
        self.suggestion = suggestion
    }
}
