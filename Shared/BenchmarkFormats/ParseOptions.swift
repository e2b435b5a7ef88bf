/// What a caller says about a file besides its format.
package struct ParseOptions: Sendable {
    package var limits: ParseLimits
    /// Iterations up to this one, in every invocation, are warm-up; for formats that number them.
    package var skipIterations: Int
    /// Files that lie beside the file to read, which some formats look into.
    package var beside: [ResultFile]
    /// What the format `rules` goes by.
    package var rules: RuleSet?

    package init(
        limits: ParseLimits = ParseLimits(), skipIterations: Int = 0, beside: [ResultFile] = [],
        rules: RuleSet? = nil
    ) {
        self.limits = limits
        self.skipIterations = skipIterations
        self.beside = beside
        self.rules = rules
    }
}

/// One file of a folder, or one that stands beside the file to read.
package struct ResultFile: Sendable {
    /// Relative to the folder, with slashes.
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
