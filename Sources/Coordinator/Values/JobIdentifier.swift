/// Ids of jobs: readable, sortable, unique.
package enum JobIdentifier {
    /// A new id, such as `review-20260131-090500-3f9c21d7`: the workflow, the time, and 32 random bits.
    ///
    /// - Parameters:
    ///   - workflow: characters that are neither ASCII letters nor digits become dashes, and 40 are kept.
    ///   - at: when the job was submitted.
    package static func make(workflow: String, at: Timestamp = .now) -> String {
        let name = String(workflow.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(40))
        let digits = at.description.prefix(19).filter { $0.isNumber }
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        let suffix = String(repeating: "0", count: 8 - random.count) + random
        return "\(name)-\(digits.prefix(8))-\(digits.suffix(6))-\(suffix)"
    }
}
