/// One thing that is wrong, or odd, in a project file.
package struct ProjectFileProblem: Error, Hashable, Sendable {
    package enum Severity: String, Sendable {
        case error, warning
    }

    package let code: Code
    /// The key, as in `benchmarks[0].repetitions`; empty for the file as a whole.
    package let path: String
    package let place: TextPlace
    package let message: String
    /// What to do instead, as half a sentence: "did you mean `repetitions`?".
    package let suggestion: String?

    package var severity: Severity { code.severity }
    package var line: Int { place.line }
    package var column: Int { place.column }
    package var length: Int { place.length }

    package init(
        _ code: Code, path: String, place: TextPlace, message: String, suggestion: String? = nil
    ) {
        self.code = code
        self.path = path
        self.place = place
        self.message = message
        self.suggestion = suggestion
    }
}

extension ProjectFileProblem {
    /// The codes of project-file.md section 4; the raw value is what people and programs read.
    package enum Code: String, Sendable, CaseIterable {
        case notUTF8 = "not_utf8"
        case tooLarge = "too_large"
        case tooDeep = "too_deep"
        case tooManyNodes = "too_many_nodes"
        case yamlSyntax = "yaml_syntax"
        case duplicateKey = "duplicate_key"
        case forbiddenYAML = "forbidden_yaml"
        case unsupportedVersion = "unsupported_version"
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case wrongType = "wrong_type"
        case wrongValue = "wrong_value"
        case outOfRange = "out_of_range"
        case unknownFormat = "unknown_format"
        case unknownMetric = "unknown_metric"
        case unknownPlaceholder = "unknown_placeholder"
        case badPattern = "bad_pattern"
        case badCommand = "bad_command"
        case shellNeeded = "shell_needed"
        case badPath = "bad_path"
        case nameTaken = "name_taken"
        case emptyMatrix = "empty_matrix"
        case conflict
        case autoFormat = "auto_format"
        case unusedAxis = "unused_axis"
        case neverMatches = "never_matches"
        case watchWithoutBetter = "watch_without_better"
        case budgetTooSmall = "budget_too_small"

        package var severity: Severity {
            switch self {
            case .autoFormat, .unusedAxis, .neverMatches, .watchWithoutBetter, .budgetTooSmall:
                .warning
            default: .error
            }
        }
    }
}
