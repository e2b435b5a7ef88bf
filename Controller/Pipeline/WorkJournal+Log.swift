import FleetModel
package import Logging
package import Storage

extension WorkJournal {
    /// One line per change, with the identifiers by which it is looked for.
    package init(_ logger: Logger) {
        self.init { change in
            var facts: Logger.Metadata = ["run": "\(change.run)", "state": "\(change.state)"]
            if let job = change.job { facts["job"] = "\(job)" }
            if let attempt = change.attempt { facts["attempt"] = "\(attempt)" }
            if change.cancel != .none { facts["cancel"] = "\(change.cancel.rawValue)" }
            if let failure = change.failure {
                facts["class"] = "\(failure.failureClass.rawValue)"
                facts["detail"] = "\(failure.detail.rawValue)"
            }
            switch change.subject {
            case .job: logger.info("job changed", metadata: facts)
            case .attempt: logger.info("attempt changed", metadata: facts)
            }
        }
    }
}
