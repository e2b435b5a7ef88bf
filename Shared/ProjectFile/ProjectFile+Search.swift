extension ProjectFile {
    /// A folder has both of the files that it may have.
    package struct TwoFiles: Error, Equatable {
        package let paths: [String]
    }

    /// The nearest file in a folder or one above it; nothing where there is none.
    ///
    /// `directory`: absolute. `isThere`: whether a path leads to a file.
    package static func nearest(
        from directory: String, isThere: (String) -> Bool
    ) throws(TwoFiles) -> String? {
        var folder = directory
        while true {
            let base = folder.hasSuffix("/") ? folder : folder + "/"
            let found = candidatePaths.map { base + $0 }.filter(isThere)
            guard found.count < 2 else { throw TwoFiles(paths: found) }
            if let only = found.first { return only }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }
}
