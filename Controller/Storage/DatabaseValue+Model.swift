package import Database
package import FleetModel

extension DatabaseValue {
    package static func id<Kind>(_ identifier: Identifier<Kind>) -> Self {
        .text(identifier.text)
    }

    package static func id<Kind>(_ identifier: Identifier<Kind>?) -> Self {
        .text(identifier?.text)
    }

    package static func time(_ time: ServerTime) -> Self { .integer(time.microseconds) }

    package static func time(_ time: ServerTime?) -> Self { .integer(time?.microseconds) }

    package static func word<Word: RawRepresentable<String>>(_ word: Word) -> Self {
        .text(word.rawValue)
    }

    package static func word<Word: RawRepresentable<String>>(_ word: Word?) -> Self {
        .text(word?.rawValue)
    }
}
