import HTTPTypes
import Hummingbird
import Identity
import WebSupport

/// What a form of a page does.
protocol PageAction: Sendable {
    /// In the router's form, such as `/runs/:run/cancel`.
    var pattern: RouterPath { get }

    /// Whether the form is for readers who are not signed in.
    var isOpen: Bool { get }

    /// - Throws: `APIError` for what may not be done, the stores' failures.
    func perform(_ call: FormCall) async throws -> Outcome
}

extension PageAction {
    typealias Outcome = ActionOutcome

    var isOpen: Bool { false }
}

/// What follows a form.
enum ActionOutcome: Sendable {
    /// The browser goes on to an address of this site; a cookie may go with it.
    case seeOther(String, cookie: String?)
    /// The form stands there again, with what was wrong.
    case page(PageContent, HTTPResponse.Status, retryAfter: Duration?)
}

/// A form that was sent.
struct FormCall: Sendable {
    let viewer: Viewer
    let fields: QueryParameters
    let context: any FleetContext
    /// Of the session cookie, for the form that ends it.
    let sessionText: String?

    private static let limit = 16 << 10

    /// - Throws: 403 `csrf_failed` for a form of another site or without the session's token, 401
    ///   for one without a session, unless the form is open.
    init(_ request: Request, _ context: some FleetContext, isOpen: Bool) async throws {
        guard !request.comesFromElsewhere(in: context) else { throw APIError.formRefused }
        let body = try await request.bodyBytes(upTo: Self.limit)
        let fields = try QueryParameters(String(buffer: body))
        if let session = context.session {
            guard let token = try fields.single("token") ?? (isOpen ? session.formToken : nil),
                constantTimeEqual(token, session.formToken)
            else { throw APIError.formRefused }
        } else if !isOpen {
            throw APIError.credentialsMissing
        }
        viewer = Viewer(context, address: request.uri.string)
        self.fields = fields
        self.context = context
        sessionText = request.sessionText(in: context)
    }

    /// A reason as the API takes it: one line of 1 to 500 characters.
    func reason() throws(APIError) -> String {
        let reason = try fields.single("reason") ?? ""
        guard (1...500).contains(reason.count), !reason.contains(where: \.isNewline) else {
            throw APIError(.invalidValue, "A reason is one line of 1 to 500 characters.")
        }
        return reason
    }
}
