/// One signal over one span: a number, or why this host gives none. A missing source is never 0.
package struct SignalFinding: Sendable, Equatable {
    /// A slug that ends in its unit.
    package let name: String
    package let value: Double?
    /// What a share or a rate stands for, in milliseconds or in events: rules leave alone what is
    /// too little for its source to tell.
    package let amount: Double?
    /// Set where there is no value.
    package let absence: String?

    package init(_ name: String, _ value: Double, amount: Double? = nil) {
        self.name = name
        self.value = value.isFinite ? value : nil
        self.amount = amount
        absence = value.isFinite ? nil : "the number is not finite"
    }

    package init(_ name: String, absent reason: String) {
        self.name = name
        value = nil
        amount = nil
        absence = reason
    }
}

/// Why a source says nothing.
package struct SignalAbsence: Error, Sendable, Equatable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
