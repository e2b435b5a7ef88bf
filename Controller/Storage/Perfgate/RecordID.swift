import FleetModel

/// Identifiers of perfgate's records: random UUIDs without dashes (perfgate contract, §2.5).
package enum RecordID {
    package static func make() -> String {
        var random = SystemRandomNumberGenerator()
        // Version 4 and variant of RFC 9562.
        let high = random.next() & ~0xF000 | 0x4000
        let low = random.next() & ~(0b11 << 62) | 0b10 << 62
        return Hexadecimal.text(high, digits: 16) + Hexadecimal.text(low, digits: 16)
    }
}
