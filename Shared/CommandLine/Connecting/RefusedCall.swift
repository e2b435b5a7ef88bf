import FoundationEssentials

/// An answer that is not a good one.
struct RefusedCall {
    let status: Int
    let path: String
    let body: [UInt8]

    var failure: CommandFailure {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let reply = try? decoder.decode(ErrorReply.self, from: Data(body))
        let reason = reply?.details?.reason ?? reply?.code ?? "http_\(status)"
        var failure = CommandFailure(
            exitStatus, reason,
            reply?.message?.asMessage ?? "the server answered \(status) to \(path)",
            why: reply?.cause, try: advice(reason))
        failure.requestID = reply?.error?.requestId
        return failure
    }

    private var exitStatus: CommandStatus {
        status == 401 || status >= 500 ? .notReachable : .failed
    }

    private func advice(_ reason: String) -> String? {
        switch reason {
        case "range_too_long": "a shorter range, or --every N for each N-th commit"
        case "unknown_ref": "push it first; the controller knows what the remote has"
        case "unknown_project": "fleetmark project list"
        case "no_eligible_host":
            "fleetmark hosts list, ask for less in `requires`, or leave it out (--matrix, "
                + "--benchmark)"
        case "queue_full": "fleetmark runs --state queued, then fleetmark cancel RUN"
        case "locked_out": "check the key: fleetmark login --status; then wait"
        case "name_taken": "another name"
        case "not_comparable":
            "measure both on one host; or each in turns with one base, then --across-hosts"
        case "no_base": "fleetmark trigger --commit REV --wait measures it"
        default: adviceByStatus
        }
    }

    private var adviceByStatus: String? {
        switch status {
        case 401: "fleetmark login, or set FLEETMARK_API_KEY"
        case 403: "a key with more rights, or the right --project"
        // A controller says what it did not find.
        case 404 where body.isEmpty:
            "check --server: the controller's public address, not the one of its agents"
        case 404: "check the name; what a key may not see is answered as not found"
        case 429: "wait a minute"
        case 502: "check that the remote repository can be reached from the controller"
        case 500...: "try again later; the request id helps the operator to find the cause"
        default: nil
        }
    }
}
