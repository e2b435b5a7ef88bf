import NIOCore
import NIOPosix
import NIOSSL

/// Finds the authority that an operator named among the certificates that a server presents.
///
/// Nothing is sent and the handshake is given up; that the server really holds the key of a
/// certificate below the authority is proven by the next connection, which verifies it in full.
enum AuthorityPeek {
    static func authority(
        of address: ControllerAddress, fingerprint: CertificateFingerprint
    ) async throws(TransportFailure) -> [UInt8] {
        let chain: [[UInt8]]
        do {
            chain = try await presented(by: address)
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            throw .unreachable("\(error)")
        }
        for certificate in chain
        where CertificateFingerprint(of: certificate) == fingerprint {
            return certificate
        }
        let found = chain.map { CertificateFingerprint(of: $0).description }
        throw .untrusted(
            "it presents no certificate \(fingerprint) but \(found.joined(separator: ", "))")
    }

    /// The certificates of the handshake, the server's own first.
    private static func presented(by address: ControllerAddress) async throws -> [[UInt8]] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        // What is shown here is compared with the fingerprint and trusted for nothing else.
        configuration.certificateVerification = .noHostnameVerification
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let found = loop.makePromise(of: [[UInt8]].self)
        let timer = loop.scheduleTask(in: .seconds(15)) {
            found.fail(TransportFailure.unreachable("no TLS handshake within 15 s"))
        }
        defer { timer.cancel() }
        let name = address.isNumeric ? nil : address.host
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try NIOSSLClientHandler(
                            context: context, serverHostname: name
                        ) { certificates, verdict in
                            found.succeed(certificates.map { (try? $0.toDERBytes()) ?? [] })
                            verdict.succeed(NIOSSLVerificationResult.failed)
                        }
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch {
            // A promise must not be dropped without a result.
            found.fail(error)
            _ = try? await found.futureResult.get()
            throw error
        }
        channel.closeFuture.whenComplete { _ in
            found.fail(TransportFailure.untrusted("it does not speak TLS 1.3"))
        }
        defer { channel.close(promise: nil) }
        return try await found.futureResult.get()
    }
}
