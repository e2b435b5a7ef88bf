import HTTPTypes
import Hummingbird
import WebSupport

/// Puts content into its template and the frame, and sends it with the pages' own policy.
struct PageRenderer: Sendable {
    let templates: Templates
    let stylesheet: Stylesheet
    let scripts: Scripts

    /// No script and no style in the page itself, nothing from elsewhere.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    func response(
        _ content: PageContent, for viewer: Viewer, status: HTTPResponse.Status = .ok
    ) -> Response {
        let frame = PageFrame(
            content, viewer: viewer, stylesheet: stylesheet.path,
            scripts: content.scripts.map(scripts.path))
        let text = templates.render(content.template, frame: frame, model: content.model)
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: Self.contentSecurityPolicy,
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
