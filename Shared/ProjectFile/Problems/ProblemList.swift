/// Collects problems while a file is read; holds at most `limit` errors and as many warnings.
struct ProblemList {
    /// project-file.md section 4: at most 50 errors in one pass.
    static let limit = 50

    private var errors: Set<ProjectFileProblem> = []
    private var warnings: Set<ProjectFileProblem> = []

    var hasErrors: Bool { !errors.isEmpty }

    /// Whether an error at this place would be kept: one that is not need not be worked out.
    func keeps(errorAt place: TextPlace) -> Bool {
        errors.count < Self.limit || errors.contains { !($0.place < place) }
    }

    /// Keeps the problem; of too many, those nearest to the top of the file stay.
    mutating func add(_ problem: ProjectFileProblem) {
        switch problem.severity {
        case .error: Self.insert(problem, into: &errors)
        case .warning: Self.insert(problem, into: &warnings)
        }
    }

    mutating func add(
        _ code: ProjectFileProblem.Code, _ path: SettingPath, _ place: TextPlace, _ message: String,
        suggestion: String? = nil
    ) {
        add(
            ProjectFileProblem(
                code, path: path.text, place: place, message: message, suggestion: suggestion))
    }

    /// Errors and warnings by place, then by code.
    var sorted: [ProjectFileProblem] { errors.union(warnings).sorted(by: Self.stands) }

    private static func insert(
        _ problem: ProjectFileProblem, into kept: inout Set<ProjectFileProblem>
    ) {
        kept.insert(problem)
        guard kept.count > limit, let last = kept.max(by: stands) else { return }
        kept.remove(last)
    }

    private static func stands(
        _ lhs: ProjectFileProblem, before rhs: ProjectFileProblem
    ) -> Bool {
        guard lhs.place == rhs.place else { return lhs.place < rhs.place }
        return (lhs.code.rawValue, lhs.path, lhs.message)
            < (rhs.code.rawValue, rhs.path, rhs.message)
    }
}
