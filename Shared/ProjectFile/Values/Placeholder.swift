/// What stands between `{{` and `}}`.
package enum Placeholder: Hashable, Sendable {
    case matrix(String)
    case parameter(String)
    /// Known when the execution starts, on its host.
    case cpus, workspace, results, repetition

    init?(_ text: String) {
        switch text {
        case "cpus": self = .cpus
        case "workspace": self = .workspace
        case "results": self = .results
        case "repetition": self = .repetition
        default:
            if text.hasPrefix("matrix."), text.utf8.count > 7 {
                self = .matrix(String(text.dropFirst(7)))
            } else if text.hasPrefix("param."), text.utf8.count > 6 {
                self = .parameter(String(text.dropFirst(6)))
            } else {
                return nil
            }
        }
    }

    package var text: String {
        switch self {
        case .matrix(let axis): "matrix.\(axis)"
        case .parameter(let name): "param.\(name)"
        case .cpus: "cpus"
        case .workspace: "workspace"
        case .results: "results"
        case .repetition: "repetition"
        }
    }
}
