import AgentProtocol
import Foundation

/// What a page asked the network for, out of the browser's performance log.
/// Source: Chrome DevTools Protocol, domain Network.
struct TrafficLog: Sendable {
    /// The status of the page itself; nil when it did not answer.
    let status: Int64?
    let failures: [Finding]

    /// Takes the log's entries since the page was opened at this address.
    init(_ entries: [JSONValue], of address: String) {
        var status: Int64?
        var failures: [Finding] = []
        var addresses: [String: String] = [:]
        for entry in entries {
            guard let text = entry["message"]?.text,
                let whole = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
                let message = whole["message"], let method = message["method"]?.text,
                let parameters = message["params"], let id = parameters["requestId"]?.text
            else { continue }
            switch method {
            case "Network.requestWillBeSent":
                addresses[id] = parameters["request"]?["url"]?.text
            case "Network.responseReceived":
                let code = parameters["response"]?["status"]?.wholeNumber ?? 0
                let asked = parameters["response"]?["url"]?.text ?? ""
                if parameters["type"]?.text == "Document" {
                    status = code
                } else if code >= 400 {
                    failures.append(Finding(.request, "\(code) \(asked)"))
                }
            case "Network.loadingFailed" where parameters["canceled"] != .bool(true):
                let reason = parameters["errorText"]?.text ?? "failed"
                failures.append(Finding(.request, "\(reason) \(addresses[id] ?? "?")"))
            default: break
            }
        }
        self.status = status
        self.failures = failures
    }
}
