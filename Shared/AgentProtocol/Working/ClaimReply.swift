package import FleetModel

/// A lease and the job that it is for.
package struct ClaimReply: WireMessage {
    package let claimID: ClaimID
    package let lease: Lease
    /// The bytes of a `JobDescription`, exactly as they were signed.
    package let job: Base64Bytes
    /// Absent until job descriptions are signed.
    package let signature: JobSignature?

    package init(
        claimID: ClaimID, lease: Lease, job: Base64Bytes, signature: JobSignature? = nil
    ) {
        self.claimID = claimID
        self.lease = lease
        self.job = job
        self.signature = signature
    }

    private enum CodingKeys: String, CodingKey {
        case claimID = "claim_id"
        case lease
        case job
        case signature
    }
}

extension ClaimReply {
    /// The right to work on one job for a time.
    package struct Lease: Codable, Sendable, Equatable {
        package let attemptID: AttemptID
        package let jobID: JobID
        package let fence: Fence
        package let length: Nanoseconds
        package let until: ServerTime
        /// Time left for the whole job.
        package let deadline: Nanoseconds
        package let nextSequence: Int64

        package init(
            attemptID: AttemptID, jobID: JobID, fence: Fence, length: Nanoseconds,
            until: ServerTime, deadline: Nanoseconds, nextSequence: Int64 = 1
        ) {
            self.attemptID = attemptID
            self.jobID = jobID
            self.fence = fence
            self.length = length
            self.until = until
            self.deadline = deadline
            self.nextSequence = nextSequence
        }

        private enum CodingKeys: String, CodingKey {
            case attemptID = "attempt_id"
            case jobID = "job_id"
            case fence
            case length = "lease_ns"
            case until = "lease_until_us"
            case deadline = "deadline_ns"
            case nextSequence = "next_seq"
        }
    }
}

/// A signature over the decoded bytes of a job description.
package struct JobSignature: Codable, Sendable, Equatable {
    package let keyID: String
    /// `ed25519`.
    package let algorithm: String
    package let value: Base64Bytes

    package init(
        keyID: String, algorithm: String, value: Base64Bytes
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
        case algorithm = "alg"
        case value
    }
}
