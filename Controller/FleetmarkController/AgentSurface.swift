import API
import Hummingbird
import Pipeline
import Storage
import WebSupport

/// Everything that agents reach; but for enrolment, each call needs a certificate.
struct AgentSurface {
    let composition: Composition
    let meter: CallMeter

    func responder() -> some HTTPResponder<CallContext> {
        let database = composition.database
        let leases = composition.configuration.leases
        let issuing = CertificateIssuing(
            authorities: composition.authorities, now: Composition.now)
        let router = Router(context: CallContext.self)
        let open = router.group("agent/v1").add(middleware: StoreErrors())
        EnrolmentRoutes(
            enrolments: EnrolmentStore(database), issuing: issuing, now: Composition.now
        ).add(to: open)
        let certificates = CertificateStore(database)
        let known = router.group("agent/v1")
            .add(middleware: StoreErrors())
            .add(
                middleware: AgentMiddleware(
                    CertificateAuthenticator(
                        certificates: certificates, authorities: composition.authorities,
                        now: Composition.now)))
        RenewalRoutes(certificates: certificates, issuing: issuing).add(to: known)
        SessionRoutes(
            sessions: SessionStore(database, settings: leases, journal: composition.journal),
            hosts: HostStore(database),
            queue: queue, polls: composition.polls, settings: leases,
            artifacts: composition.artifacts.limits, now: Composition.now
        ).add(to: known)
        ArtifactIntakeRoutes(
            intake: ArtifactIntake(store: composition.artifacts, folder: composition.content),
            now: Composition.now
        ).add(to: known)
        AttemptRoutes(queue: queue).add(to: known)
        CanaryReportRoutes(hosts: HostStore(database)).add(to: known)
        return FleetResponder(
            router.buildResponder(), policy: .agentSurface(version: ServerService.version),
            meter: meter)
    }

    private var queue: JobQueue {
        let database = composition.database
        let leases = composition.configuration.leases
        let journal = composition.journal
        return JobQueue(
            claims: ClaimStore(database, settings: leases, journal: journal),
            attempts: AttemptStore(database, settings: leases, journal: journal),
            finishes: FinishStore(database, settings: leases, journal: journal),
            ingest: IngestStore(database, settings: leases, journal: journal))
    }
}
