import AgentProtocol
import BenchmarkRunner
import FleetModel
import HostFacts

/// Spells the runner's events as records of a batch.
enum EventRecords {
    static func record(_ event: RunnerEvent, at nanoseconds: Int64) -> BatchRecord {
        let at = Nanoseconds(.nanoseconds(nanoseconds))
        return switch event {
        case .phase(let event): .phase(phase(event, at))
        case .measurement(let values): .measurement(measurement(values, at))
        case .caseEnded(let end): .case(ended(end, at))
        case .isolation(let facts): .isolation(isolation(facts, at))
        case .counters(let facts): .counters(counters(facts, at))
        case .environment(let facts):
            .environment(
                EnvironmentRecord(
                    at: at, fingerprint: fingerprint(facts.fingerprint),
                    toolchain: toolchain(facts.toolchains), variables: facts.variables,
                    calibration: facts.calibration.map(calibration)))
        case .dependencies(let facts):
            .dependencies(
                DependenciesRecord(
                    at: at, role: facts.role, lockfile: facts.lockfile,
                    items: facts.versions.map(DependenciesRecord.Item.init)))
        case .signals(let facts): .signals(signals(facts, at))
        case .canary(let point): .canary(canary(point, at))
        case .note(let note):
            .note(
                NoteRecord(at: at, level: level(note.level), text: note.text, code: note.code))
        }
    }

    private static func phase(_ event: PhaseEvent, _ at: Nanoseconds) -> PhaseRecord {
        let moment: PhaseRecord.Event =
            switch event.moment {
            case .start: .start
            case .end: .end
            case .fail: .fail
            }
        return PhaseRecord(
            at: at, phase: event.phase, event: moment, role: event.role,
            benchmark: event.benchmark,
            duration: event.durationNanoseconds.map { Nanoseconds(.nanoseconds($0)) },
            exitStatus: event.exitStatus, signal: event.signal,
            message: event.message.map(plain))
    }

    private static func measurement(
        _ values: MeasuredValues, _ at: Nanoseconds
    ) -> MeasurementRecord {
        let marks = values.marks.map {
            SampleMark(iteration: $0.iteration, validity: $0.validity, reason: $0.reason)
        }
        let started = values.startedNanoseconds.map { Nanoseconds(.nanoseconds($0)) }
        let counter = values.counter
        return MeasurementRecord(
            at: at, benchmark: values.of.benchmark, parameters: values.of.parameters,
            metric: values.metric.name, unit: values.metric.unit, better: values.metric.better,
            provider: values.metric.provider, pmu: values.metric.pmu, role: values.of.role,
            visit: values.visit, pass: values.pass, phase: values.isWarmup ? .warmup : .measure,
            iteration: values.iteration, values: values.values.compactMap(number),
            marks: marks.isEmpty ? nil : marks,
            counter: counter.flatMap { CounterState(rawValue: $0.state) }
                .map(AgentProtocol.CounterReading.init),
            enabled: counter.map { [duration($0.enabledNanoseconds)] },
            running: counter.map { [duration($0.runningNanoseconds)] },
            started: started.isEmpty ? nil : started,
            tool: values.tool.map { ToolIdentity(name: $0.name, version: $0.version) })
    }

    /// `[{name, version}]` (API contract, Environment).
    static func toolchain(_ found: [Toolchain]) -> JSONValue {
        .array(
            found.map { .object(["name": .string($0.name), "version": .string($0.version)]) })
    }

    private static func signals(_ facts: SignalFacts, _ at: Nanoseconds) -> SignalsRecord {
        SignalsRecord(
            at: at, benchmark: facts.of.benchmark, parameters: facts.of.parameters,
            iteration: facts.iteration, role: facts.of.role, signals: facts.signals,
            validity: facts.validity, reasons: facts.reasons,
            others: facts.others.isEmpty
                ? nil
                : facts.others.map {
                    .init(
                        group: String(plain($0.group).prefix(SignalsRecord.groupLimit)),
                        milliseconds: $0.milliseconds)
                })
    }

    static func canary(_ point: CanaryPoint, _ at: Nanoseconds) -> CanaryRecord {
        CanaryRecord(
            at: at, name: point.reading.name, values: point.reading.values,
            median: point.median, mad: point.mad, instructions: point.reading.instructions,
            z: point.z, state: point.state.rawValue, low: point.limits?.lowerBound,
            high: point.limits?.upperBound, reason: point.reason.map(plain))
    }

    static func calibration(_ found: HostCalibration) -> Calibration {
        Calibration(noiseFloor: found.noiseFloor, counterOverhead: found.counterOverhead)
    }

    private static func duration(_ nanoseconds: UInt64) -> Nanoseconds {
        Nanoseconds(.nanoseconds(Int64(clamping: nanoseconds)))
    }

    private static func counters(_ facts: CounterFacts, _ at: Nanoseconds) -> CountersRecord {
        CountersRecord(
            at: at,
            events: facts.events.map { event in
                let (state, reason) = availability(event.finding)
                return CountersRecord.Event(
                    event: event.name, pmu: event.unit, state: state, reason: reason)
            },
            groups: facts.groups, passes: facts.passes,
            isSeparate: facts.isSeparate ? true : nil)
    }

    static func availability(
        _ finding: CounterFacts.Finding
    ) -> (CounterAvailability, reason: String?) {
        switch finding {
        case .available: (.available, nil)
        case .missing(let reason): (.missing, reason)
        case .stubbed(let reason): (.stubbed, reason)
        }
    }

    private static func number(_ value: Double) -> MeasuredNumber? { MeasuredNumber(value) }

    private static func ended(_ end: CaseEnd, _ at: Nanoseconds) -> CaseRecord {
        let headlines = end.headlines.mapValues {
            CaseRecord.Headline(value: $0.value, statistic: $0.statistic)
        }
        return CaseRecord(
            at: at, benchmark: end.of.benchmark, parameters: end.of.parameters, role: end.of.role,
            state: end.state, errorClass: end.errorClass, message: end.message.map(plain),
            iterations: end.iterations, stop: end.stop, halfWidthShare: end.halfWidthShare,
            firstVisit: end.firstVisit,
            headline: headlines.isEmpty ? nil : headlines)
    }

    private static func isolation(_ facts: IsolationFacts, _ at: Nanoseconds) -> IsolationRecord {
        IsolationRecord(
            at: at, phase: facts.phase, role: facts.role, benchmark: facts.benchmark,
            levelAsked: .init(rawValue: facts.levelAsked) ?? .none,
            levelReached: .init(rawValue: facts.levelReached) ?? .none,
            cgroup: .init(version: facts.groupVersion, path: facts.groupPath),
            cpus: facts.cpus, pinning: facts.pinning,
            siblingsIdle: facts.siblingsAreIdle, numaNode: facts.node,
            namespaces: facts.namespaces, uid: facts.uid, capabilities: facts.capabilities,
            seccomp: facts.seccomp, noNewPrivileges: facts.noNewPrivileges,
            network: facts.network, addressRandomisation: facts.randomisesAddresses ? "on" : "off",
            layout: facts.layout.map(layout), scheduler: facts.scheduler,
            memoryMaxBytes: facts.memoryMaxBytes, processesMax: facts.processesMax,
            diskMaxBytes: facts.diskMaxBytes, deterministic: facts.fixesSeeds,
            pageCache: facts.isCold.map { $0 ? .cold : .warm },
            home: facts.home.flatMap { .init(rawValue: $0) }, tuningProfile: facts.tuningProfile,
            tuning: facts.tuning.map(knob),
            missing: facts.missing.map {
                .init(item: $0.item, reason: $0.reason, advice: $0.advice)
            })
    }

    private static func layout(_ policy: LayoutPolicy) -> IsolationRecord.Layout {
        switch policy.kind {
        case .fixed: .init(policy: .fixed)
        case .random: .init(policy: .random, seed: policy.seed)
        case .host: .init(policy: .host)
        }
    }

    private static func knob(_ knob: TunedKnob) -> IsolationRecord.Knob {
        .init(
            knob: knob.name, original: knob.original, wanted: knob.wanted, found: knob.found,
            holds: knob.holds)
    }

    static func fingerprint(_ host: HostFingerprint) -> [String: FingerprintLayer] {
        var layers: [String: FingerprintLayer] = [:]
        for (level, layer) in host.layers {
            layers[level.rawValue] = FingerprintLayer(
                digest: layer.digest, facts: layer.facts.mapValues(value))
        }
        return layers
    }

    private static func value(_ fact: FactValue) -> JSONValue {
        switch fact {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .list(let items): .array(items.map { .string($0) })
        }
    }

    private static func level(_ level: RunnerNote.Level) -> NoteRecord.Level {
        switch level {
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }

    /// At most as many scalars as the wire allows, without NUL: foreign programs write messages.
    static func plain(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { $0.value != 0 }.prefix(Failure.messageLimit)
        return String(String.UnicodeScalarView(kept))
    }
}
