import HTTPTypes
import Hummingbird
import Storage
import WebSupport

/// Puts content into its template and the frame, and sends it with the pages' own policy.
struct PageRenderer: Sendable {
    let templates: Templates
    let stylesheet: Stylesheet
    let scripts: Scripts
    let counts: FleetCountStore

    /// No script and no style in the page itself, nothing from elsewhere.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    /// Waits for the figures in the navigation, which no page fails without.
    func response(
        _ content: PageContent, for viewer: Viewer, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let seen = viewer.seesWholeFleet ? try? await counts.counts() : nil
        let frame = PageFrame(
            content, navigation: Navigation(content, viewer: viewer, counts: seen),
            stylesheet: stylesheet.path, theme: scripts.path(.theme),
            scripts: content.scripts.map(scripts.path))
        let text = templates.render(content.template, frame: frame, model: content.model)
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: Self.contentSecurityPolicy,
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    func response(to outcome: ActionOutcome, for viewer: Viewer) async throws -> Response {
        switch outcome {
        case .seeOther(let address, let cookie):
            var response = Response(
                status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
            if let cookie { response.headers[.setCookie] = cookie }
            return response
        case .page(let content, let status, let retryAfter):
            var response = try await response(content, for: viewer, status: status)
            if let retryAfter {
                response.headers[.retryAfter] = "\(max(1, retryAfter.components.seconds))"
            }
            return response
        }
    }
}
