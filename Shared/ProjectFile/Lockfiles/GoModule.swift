import FleetModel

/// `go.mod`, which since Go 1.17 names every module that is built in, with the sums of `go.sum`.
enum GoModule {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let sums = sums(source.companion ?? [])
        var replaced: [String: (name: String, version: String)] = [:]
        var required: [(name: String, version: String, isDirect: Bool)] = []
        for (directive, line) in statements(try source.lines()) {
            let words = line.code.split { $0 == " " || $0 == "\t" }.map(unquoted)
            switch directive {
            case "require" where words.count >= 2:
                required.append((words[0], words[1], !line.isIndirect))
            case "replace":
                let sides = words.split(separator: "=>").map(Array.init)
                guard sides.count == 2, let old = sides[0].first, let new = sides[1].first
                else { continue }
                // A folder has no version of its own.
                replaced[old] = (new, sides[1].dropFirst().first ?? "local")
            default: continue
            }
        }
        return required.map { module in
            let used = replaced[module.name] ?? (module.name, module.version)
            return LockedDependency(
                .golang, used.name, used.version, digest: sums["\(used.name) \(used.version)"],
                isDirect: module.isDirect)
        }
    }

    private struct Line {
        let code: Substring
        let isIndirect: Bool
    }

    /// Each line with the word that it stands under, alone or in a block.
    private static func statements(_ lines: [Substring]) -> [(String, Line)] {
        var block: String?
        var found: [(String, Line)] = []
        for line in lines {
            let parts = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)
            let code = parts[0].trimmingBlanks
            let isIndirect = parts.count > 1 && parts[1].trimmingBlanks.hasPrefix("indirect")
            if let name = block {
                if code == ")" {
                    block = nil
                } else {
                    found.append((name, Line(code: code, isIndirect: isIndirect)))
                }
                continue
            }
            guard let directive = code.split(separator: " ").first else { continue }
            let rest = code.dropFirst(directive.count).trimmingBlanks
            if rest == "(" {
                block = String(directive)
            } else {
                found.append((String(directive), Line(code: rest, isIndirect: isIndirect)))
            }
        }
        return found
    }

    /// "module version" → hash; the sums of go.mod files are left out.
    private static func sums(_ bytes: [UInt8]) -> [String: String] {
        var sums: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, !words[1].hasSuffix("/go.mod") else { continue }
            sums["\(words[0]) \(words[1])"] = String(words[2])
        }
        return sums
    }

    private static func unquoted(_ word: Substring) -> String {
        word.count > 1 && word.first == "\"" ? String(word.dropFirst().dropLast()) : String(word)
    }
}
