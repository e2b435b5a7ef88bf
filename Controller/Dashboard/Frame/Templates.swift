import Mustache

/// The pages' templates, parsed once at start.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// One per page; the frame and the parts that pages share are known to the templates alone.
    enum Name: String, CaseIterable, Sendable {
        case projects, project, run, request, series, serieslist, compare, signin, queue, hosts
        case host, hostdiff, people, error
    }

    /// - Throws: the parser's error, which is a mistake in our own template.
    init() throws {
        MustacheContentTypes.register(EscapedHTML(), named: "PAGE")
        var library = MustacheLibrary()
        for (name, bytes) in Self.sources {
            let text = String(decoding: bytes, as: UTF8.self)
            try library.register("{{% CONTENT_TYPE:PAGE}}" + text, named: name)
        }
        self.library = library
    }

    /// The page as text; empty when the template is missing, which a test rules out.
    func render(_ name: Name, frame: PageFrame, model: any Sendable) -> String {
        library.render(Rendering(frame: frame, model: model), withTemplate: name.rawValue) ?? ""
    }

    static let sources: [String: [UInt8]] = [
        "frame": PackageResources.frame_mustache,
        "mark": PackageResources.mark_mustache,
        "state": PackageResources.state_mustache,
        "sentence": PackageResources.sentence_mustache,
        "runs": PackageResources.runs_mustache,
        "projects": PackageResources.projects_mustache,
        "project": PackageResources.project_mustache,
        "run": PackageResources.run_mustache,
        "request": PackageResources.request_mustache,
        "series": PackageResources.series_mustache,
        "serieslist": PackageResources.serieslist_mustache,
        "runsteps": PackageResources.runsteps_mustache,
        "runcells": PackageResources.runcells_mustache,
        "runlog": PackageResources.runlog_mustache,
        "samples": PackageResources.samples_mustache,
        "dotplot": PackageResources.dotplot_mustache,
        "quality": PackageResources.quality_mustache,
        "artifacts": PackageResources.artifacts_mustache,
        "compare": PackageResources.compare_mustache,
        "order": PackageResources.order_mustache,
        "signin": PackageResources.signin_mustache,
        "queue": PackageResources.queue_mustache,
        "hosts": PackageResources.hosts_mustache,
        "host": PackageResources.host_mustache,
        "hostdiff": PackageResources.hostdiff_mustache,
        "people": PackageResources.people_mustache,
        "error": PackageResources.error_mustache,
    ]

    private struct Rendering {
        let frame: PageFrame
        let model: any Sendable
    }
}

/// Escapes by Unicode scalar. The library's own type escapes by character, and so lets a quotation
/// mark pass that is followed by a combining mark.
struct EscapedHTML: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
