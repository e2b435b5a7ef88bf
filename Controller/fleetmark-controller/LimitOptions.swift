import ArgumentParser
import FleetmarkController

/// What callers may take of the controller. Source: API contract, §1, Limits and Time-outs.
struct LimitOptions: ParsableArguments {
    @OptionGroup var sizes: SizeOptions
    @OptionGroup var calls: CallOptions
    @OptionGroup var times: TimeOptions

    func configure(_ limits: inout ControllerConfiguration.Limits) {
        sizes.configure(&limits)
        calls.configure(&limits)
        times.configure(&limits)
    }
}

/// How large a call may be.
struct SizeOptions: ParsableArguments {
    @Option(help: "MiB that an ordinary body may have.")
    var bodyMib = 2
    @Option(help: "MiB that the body of a trigger may have, with a patch in it.")
    var patchBodyMib = 12
    @Option(help: "MiB that the body of results measured elsewhere may have.")
    var resultsBodyMib = 64
    @Option(help: "KiB that all header fields of a call may have; HTTP/2 takes 16 at most.")
    var headerKib = 32
    @Option(help: "Header fields that a call may have.")
    var headerFields = 100
    @Option(help: "KiB that the address of a call may have.")
    var addressKib = 8

    mutating func validate() throws {
        for (name, size) in [
            ("body", bodyMib), ("patch-body", patchBodyMib), ("results-body", resultsBodyMib),
        ] where !(1...1024).contains(size) {
            throw ValidationError("--\(name)-mib is 1 to 1024.")
        }
        guard (1...1024).contains(headerKib) else {
            throw ValidationError("--header-kib is 1 to 1024.")
        }
        guard (10...1000).contains(headerFields) else {
            throw ValidationError("--header-fields is 10 to 1000.")
        }
        guard (1...64).contains(addressKib) else {
            throw ValidationError("--address-kib is 1 to 64.")
        }
    }

    func configure(_ limits: inout ControllerConfiguration.Limits) {
        limits.bodyBytes = bodyMib << 20
        limits.patchBodyBytes = patchBodyMib << 20
        limits.resultsBodyBytes = resultsBodyMib << 20
        limits.headerBytes = headerKib << 10
        limits.headerFields = headerFields
        limits.addressBytes = addressKib << 10
    }
}

/// How many calls there may be.
struct CallOptions: ParsableArguments {
    @Option(help: "Calls that one credential may make in a minute; 0 counts none.")
    var callsPerMinute = 600
    @Option(help: "Calls that one address may make in a minute without credentials; 0 counts none.")
    var anonymousCallsPerMinute = 120
    @Option(help: "How many of them may come at once.")
    var callBurst = 100
    @Option(help: "Live streams that one caller may have open.")
    var streamsPerUser = 6
    @Option(help: "Live streams that all callers together may have open.")
    var streamsMax = 1000

    mutating func validate() throws {
        for (name, rate) in [
            ("calls-per-minute", callsPerMinute),
            ("anonymous-calls-per-minute", anonymousCallsPerMinute),
        ] where !(0...1_000_000).contains(rate) {
            throw ValidationError("--\(name) is a number from 0 to 1000000.")
        }
        for (name, count) in [
            ("call-burst", callBurst), ("streams-per-user", streamsPerUser),
            ("streams-max", streamsMax),
        ] where !(1...100_000).contains(count) {
            throw ValidationError("--\(name) is a number from 1 to 100000.")
        }
        guard streamsPerUser <= streamsMax else {
            throw ValidationError("--streams-per-user is more than --streams-max.")
        }
    }

    func configure(_ limits: inout ControllerConfiguration.Limits) {
        limits.callsPerMinute = callsPerMinute
        limits.anonymousCallsPerMinute = anonymousCallsPerMinute
        limits.callBurst = callBurst
        limits.streamsPerUser = streamsPerUser
        limits.streams = streamsMax
    }
}

/// How long a call may take; `--timeout` is that of ordinary ones.
struct TimeOptions: ParsableArguments {
    @Option(help: "Seconds until a connection has sent the head of its first call.")
    var headTimeout = 10
    @Option(help: "Bytes a second with which a body must come; 0 waits for any.")
    var bodyBytesPerSecond = 1024
    @Option(help: "Seconds that a call waits for a change at most; longer waits end with 204.")
    var longPollMax = 50
    @Option(help: "Seconds for calls whose bodies may be larger than ordinary ones.")
    var uploadTimeout = 600
    @Option(help: "Seconds in which an export is written.")
    var exportTimeout = 600
    @Option(help: "Seconds without a byte taken after which an export or a download is cut off.")
    var exportStallTimeout = 30

    mutating func validate() throws {
        for (name, seconds) in [
            ("head", headTimeout), ("upload", uploadTimeout), ("export", exportTimeout),
            ("export-stall", exportStallTimeout),
        ] where !(1...86_400).contains(seconds) {
            throw ValidationError("--\(name)-timeout is 1 to 86400 seconds.")
        }
        guard (0...(1 << 30)).contains(bodyBytesPerSecond) else {
            throw ValidationError("--body-bytes-per-second is 0 to 1073741824.")
        }
        guard (1...50).contains(longPollMax) else {
            throw ValidationError("--long-poll-max is 1 to 50 seconds.")
        }
    }

    func configure(_ limits: inout ControllerConfiguration.Limits) {
        limits.headTime = .seconds(headTimeout)
        limits.bodyBytesPerSecond = bodyBytesPerSecond
        limits.longestPoll = .seconds(longPollMax)
        limits.uploadTime = .seconds(uploadTimeout)
        limits.exportTime = .seconds(exportTimeout)
        limits.exportStall = .seconds(exportStallTimeout)
    }
}
