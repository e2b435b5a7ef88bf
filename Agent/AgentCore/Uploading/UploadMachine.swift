package import AgentProtocol

/// Decides what of one attempt is sent next; touches neither disk nor network.
///
/// Batches go in order of number, the log in order of offset, the end when both are through. A
/// call that is repeated after a lost answer is harmless, since the controller answers it the same
/// way. Source: API contract, §4.6, §4.8, §4.10.
package struct UploadMachine: Sendable, Equatable {
    /// What the spool holds.
    package struct Levels: Sendable, Equatable {
        package var lastSequence: Int64
        package var acknowledgedSequence: Int64
        package var logLength: Int64
        package var hasEnd: Bool
        package var openArtifacts: Int

        package init(
            lastSequence: Int64, acknowledgedSequence: Int64, logLength: Int64, hasEnd: Bool,
            openArtifacts: Int = 0
        ) {
            self.lastSequence = lastSequence
            self.acknowledgedSequence = acknowledgedSequence
            self.logLength = logLength
            self.hasEnd = hasEnd
            self.openArtifacts = openArtifacts
        }
    }

    package enum Step: Sendable, Equatable {
        case wait
        /// The batch with the lowest number above.
        case batch(after: Int64)
        case log(from: Int64)
        /// The oldest file that waits. They go last: nothing is measured then that so many bytes
        /// could disturb.
        case artifact
        case finish
        case ended(Ending)
    }

    package enum Ending: Sendable, Equatable {
        /// The controller has everything, or wants no more: the spool may go.
        case discard
        /// Nothing more can be sent in this session; the spool stays and is offered again.
        case keep(String)
    }

    package enum Call: Sendable, Equatable {
        case batch(Int64)
        case log
        /// The number of the file in the spool.
        case artifact(Int64)
        case finish

        var isArtifact: Bool { if case .artifact = self { true } else { false } }
    }

    /// What the spool or the session has to do before the next step.
    package enum Repair: Sendable, Equatable {
        case none
        case replaceRecord(index: Int, batch: Int64, why: String)
        /// The attempt ends without the file.
        case leaveArtifactOut(why: String)
        /// These digests must be sent again.
        case reopenArtifacts(Set<String>)
        case renewSession
        case stopAgent
    }

    /// Refusals of the end with demands that were met already, past which it is given up.
    static let incompleteLimit = 5

    /// The controller holds all batches up to here.
    package private(set) var sentSequence: Int64
    package private(set) var sentLog: Int64
    private var incompletes = 0
    /// The attempt is over for the controller: only its end still matters.
    private var skipsArtifacts = false
    /// Files whose bytes came out wrong on the other side, once each.
    private var repeatedArtifacts: Set<Int64> = []
    private var ending: Ending?

    package init(acknowledgedSequence: Int64, logLength: Int64) {
        sentSequence = acknowledgedSequence
        sentLog = logLength
    }

    package func next(_ levels: Levels) -> Step {
        if let ending { return .ended(ending) }
        if sentSequence < levels.lastSequence { return .batch(after: sentSequence) }
        if sentLog < levels.logLength { return .log(from: sentLog) }
        guard levels.hasEnd else { return .wait }
        return levels.openArtifacts > 0 && !skipsArtifacts ? .artifact : .finish
    }

    package mutating func batchStored(_ sequence: Int64, _ reply: BatchReply) {
        sentSequence = max(sentSequence, sequence)
    }

    /// `end`: of the chunk that was sent.
    package mutating func logStored(through end: Int64, _ reply: LogReply) {
        sentLog = max(sentLog, min(end, reply.length))
        // A controller that holds less than it was sent and took would go in circles.
        if reply.length < end { sentLog = reply.length }
    }

    package mutating func finished(_ reply: FinishReply) {
        ending =
            reply.mayDiscard
            ? .discard : .keep("the controller does not let go of the attempt yet")
    }

    /// The controller's word in a new session.
    package mutating func resume(nextSequence: Int64, logLength: Int64, levels: Levels) {
        rewind(to: nextSequence, levels)
        sentLog = min(max(0, logLength), levels.logLength)
    }

    package mutating func abandon() { ending = .discard }

    package mutating func giveUp(_ reason: String) { ending = .keep(reason) }

    package mutating func refused(
        _ call: Call, _ refusal: CallRefusal, levels: Levels
    ) -> Repair {
        switch refusal.reason {
        case .unknownSession: return .renewSession
        case .sessionSuperseded: return .stopAgent
        case .uploadWindowClosed: ending = .discard
        case .expectedSeq: rewind(to: refusal.details["expected_seq"]?.wholeNumber, levels)
        case .recordInvalid: return repair(call, refusal)
        case .logGap:
            sentLog = within(refusal.details["length"]?.wholeNumber, levels.logLength, refusal)
        case .incomplete: return demand(refusal, levels)
        case .fenced where call.isArtifact, .terminal where call.isArtifact:
            skipsArtifacts = true
        case .badDigest where isFirst(call): break
        // A file must never hold up what was measured.
        case _ where call.isArtifact: return .leaveArtifactOut(why: refusal.description)
        case .fenced where call == .finish && refusal.details["may_discard"] == .bool(true):
            ending = .discard
        case .fenced where call != .finish && levels.hasEnd:
            // Only the answer to the end says whether the spool may go.
            sentSequence = levels.lastSequence
            sentLog = levels.logLength
        default: ending = .keep(refusal.description)
        }
        return .none
    }

    /// A file whose bytes were wrong is announced once more: the controller then asks for all.
    private mutating func isFirst(_ call: Call) -> Bool {
        guard case .artifact(let number) = call else { return false }
        return repeatedArtifacts.insert(number).inserted
    }

    private mutating func repair(_ call: Call, _ refusal: CallRefusal) -> Repair {
        guard case .batch(let sequence) = call,
            let index = refusal.details["index"]?.wholeNumber.flatMap({ Int(exactly: $0) })
        else {
            ending = .keep(refusal.description)
            return .none
        }
        return .replaceRecord(index: index, batch: sequence, why: refusal.message)
    }

    /// Goes back to a batch that the controller lacks.
    private mutating func rewind(to sequence: Int64?, _ levels: Levels) {
        guard let sequence, sequence >= 1, sequence - 1 <= levels.lastSequence else {
            ending = .keep("the controller wants a batch that does not exist")
            return
        }
        guard sequence > levels.acknowledgedSequence else {
            ending = .keep("the controller lacks batch \(sequence), which it had acknowledged")
            return
        }
        sentSequence = sequence - 1
    }

    private mutating func demand(_ refusal: CallRefusal, _ levels: Levels) -> Repair {
        incompletes += 1
        let missing = refusal.details["missing"]
        let sequence = missing?["from_seq"]?.wholeNumber
        let offset = missing?["log_from"]?.wholeNumber
        let artifacts = Self.digests(missing?["artifacts"])
        guard incompletes <= Self.incompleteLimit,
            sequence != nil || offset != nil || !artifacts.isEmpty
        else {
            ending = .keep(refusal.description)
            return .none
        }
        if let sequence { rewind(to: sequence, levels) }
        if let offset { sentLog = within(offset, levels.logLength, refusal) }
        return artifacts.isEmpty ? .none : .reopenArtifacts(artifacts)
    }

    private static func digests(_ contents: JSONValue?) -> Set<String> {
        guard case .array(let contents)? = contents else { return [] }
        return Set(contents.compactMap { $0["digest"]?.text })
    }

    private mutating func within(
        _ offset: Int64?, _ length: Int64, _ refusal: CallRefusal
    ) -> Int64 {
        if let offset, (0...length).contains(offset) { return offset }
        ending = .keep(refusal.description)
        return sentLog
    }
}
