import APIContract
import Testing

@testable import WebSupport

/// The check that holds every call against the description finds what is not in it.
@Suite struct DescriptionCheckTests {
    private static let document: JSONValue = [
        "paths": [
            "/a/{name}": [
                "post": [
                    "requestBody": [
                        "content": [
                            "application/json": [
                                "schema": [
                                    "type": "object", "additionalProperties": false,
                                    "properties": ["n": ["type": "integer"]],
                                ]
                            ]
                        ]
                    ],
                    "responses": [
                        "200": [
                            "content": [
                                "application/json": [
                                    "schema": ["$ref": "#/components/schemas/It"]
                                ]
                            ]
                        ], "204": [:],
                    ],
                ]
            ]
        ],
        "components": [
            "schemas": [
                "It": [
                    "type": "object", "required": ["id"],
                    "properties": [
                        "id": ["type": "string", "enum": ["a", "b"]],
                        "more": ["anyOf": [["type": "number"], ["type": "null"]]],
                    ],
                ]
            ]
        ],
    ]

    struct Case: Sendable {
        var method = "POST"
        var path = "/a/b"
        var body: JSONValue? = ["n": 1]
        var status = 200
        var type = "application/json; charset=utf-8"
        var reply = #"{"id":"a","more":null}"#
    }

    private func faults(_ given: Case) -> [String] {
        DescriptionCheck(Self.document).faults(
            of: .init(
                given.method, given.path, given.body, status: given.status,
                mediaType: given.type, reply: Array(given.reply.utf8)))
    }

    @Test(arguments: [
        Case(), Case(reply: #"{"id":"b","more":0.5}"#), Case(status: 204, reply: ""),
        Case(method: "DELETE", status: 405, reply: ""),
        Case(path: "/b", status: 404, reply: ""),
    ])
    func `what is described passes`(_ given: Case) { #expect(faults(given) == []) }

    @Test(arguments: [
        Case(path: "/b"), Case(method: "DELETE"), Case(status: 202), Case(type: "text/plain"),
        Case(reply: #"{"id":"c"}"#), Case(reply: #"{"more":1}"#), Case(reply: #"{"id":1}"#),
        Case(reply: #"{"id":"a","other":1}"#), Case(reply: #"{"id":"a","more":"1"}"#),
        Case(body: ["n": 1, "m": 1]), Case(body: ["n": "1"]), Case(status: 204),
        Case(reply: "none"),
    ])
    func `what is not described is a fault`(_ given: Case) { #expect(faults(given) != []) }
}
