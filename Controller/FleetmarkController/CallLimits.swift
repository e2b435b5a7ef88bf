import Pipeline
import Storage
import WebSupport

extension ControllerConfiguration {
    /// What callers of the listeners may take. Source: API contract, §1, Limits and Time-outs.
    public struct Limits: Sendable {
        /// Of an ordinary body.
        public var bodyBytes = 2 << 20
        /// Of a trigger, which may have a patch in it.
        public var patchBodyBytes = 12 << 20
        /// Of results that were measured elsewhere.
        public var resultsBodyBytes = 64 << 20
        /// Of all header fields of a call, of either listener. HTTP/2 takes 16 KiB at most.
        public var headerBytes = 32 << 10
        public var headerFields = 100
        /// Of a call's path with its query.
        public var addressBytes = 8 << 10
        /// Until a connection has sent the head of its first call.
        public var headTime = Duration.seconds(10)
        /// What a body must come with; 0 lets it come as slowly as it will.
        public var bodyBytesPerSecond = 1024
        /// Of one credential; 0 does not count them.
        public var callsPerMinute = 600
        /// Of one address without a credential; 0 does not count them.
        public var anonymousCallsPerMinute = 120
        /// How many of them may come at once.
        public var callBurst = 100
        /// Live streams of one caller, and of all.
        public var streamsPerUser = 6
        public var streams = 1000
        /// How long a call waits for a change at most.
        public var longestPoll = Duration.seconds(50)
        /// For calls with bodies that may be larger than ordinary ones.
        public var uploadTime = Duration.seconds(600)
        /// For replies that are written in pieces.
        public var exportTime = Duration.seconds(600)
        /// Until somebody takes a piece of such a reply.
        public var exportStall = Duration.seconds(30)

        public init() {}
    }
}

extension ControllerConfiguration.Limits {
    var connection: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.head = headTime
        limits.bodyBytesPerSecond = bodyBytesPerSecond
        limits.headerBytes = headerBytes
        limits.headerCount = headerFields
        return limits
    }

    var streamPlaces: EventStreams { EventStreams(perOwner: streamsPerUser, inAll: streams) }

    /// `ordinary`: for all other calls.
    func times(ordinary: Duration) -> TimeLimits {
        var times = TimeLimits()
        times.ordinary = ordinary
        times.upload = uploadTime
        times.export = exportTime
        times.exportStall = exportStall
        times.longestPoll = longestPoll
        return times
    }

    var rates: CallLimit.Rates {
        var rates = CallLimit.Rates()
        rates.perMinute = callsPerMinute
        rates.anonymousPerMinute = anonymousCallsPerMinute
        rates.burst = callBurst
        return rates
    }

    func set(in policy: inout SurfacePolicy) {
        policy.maximumBodyBytes = bodyBytes
        policy.maximumAddressBytes = addressBytes
        policy.headerBytes = headerBytes
        policy.headerCount = headerFields
    }
}
