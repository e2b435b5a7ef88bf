import FoundationEssentials

/// Renames a file or folder, so that nothing is found at its path.
func moveAway(_ path: String) throws {
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
}
