/// Numbers of drawings, as short as their precision lets them be.
enum Coordinate {
    /// To a tenth: `12`, `12.5`.
    static func tenths(_ number: Double) -> String {
        let tenths = Int64((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }

    /// To a hundredth.
    static func hundredths(_ number: Double) -> String {
        let hundredths = Int64((number * 100).rounded())
        return hundredths % 100 == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
    }
}
