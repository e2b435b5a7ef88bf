import HostFacts

/// Waits until a host that an execution has heated is near the temperature that it began with.
///
/// Bounded: a host that stays hotter for the whole wait begins anew from there, so that one cold
/// start does not make every execution wait.
struct TemperatureGate {
    private static let look = Duration.seconds(1)

    let watch: NoiseWatch
    let pause: @Sendable (Duration) async -> Void
    let cancellation: AttemptCancellation
    let recorder: EventRecorder

    /// `limit`: what is left of the attempt's time.
    func pass(within limit: Duration) async throws(RunnerStop) {
        let profile = watch.profile
        let longest = min(profile.temperatureWait, limit)
        var waited = Duration.zero
        while let excess = watch.temperatureExcess(), excess > profile.temperatureBand {
            if cancellation.isCancelled { throw .cancelled }
            guard waited + Self.look <= longest else {
                watch.acceptTemperature()
                let text =
                    "The processor stayed \(Int(excess.rounded())) °C above its temperature at "
                    + "the start for \(waited.components.seconds) s; the measurement goes on."
                try recorder.note(.warning, text, code: "temperature")
                return
            }
            await pause(Self.look)
            waited += Self.look
        }
        if waited > .zero {
            recorder.say("waited \(waited.components.seconds) s for the processor to cool")
        }
    }
}
