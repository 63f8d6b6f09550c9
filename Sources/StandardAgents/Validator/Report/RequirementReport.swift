/// The findings on one requirement.
package struct RequirementReport: Sendable, Hashable, Codable {
    /// What is known of a requirement.
    package enum Status: String, Sendable, Hashable, Codable {
        /// Every command that the task names for it passed; or, where it names none, a model said so and cited a place that
        /// is there.
        case verified
        /// A command that the task names for it ran and did not pass.
        case failed
        /// Nothing shows whether it holds.
        case unverified
    }

    /// The requirement's sentence.
    package var text: String
    package var status: Status
    /// The reason for the status, in one sentence.
    package var reason: String
    /// The commands that the task names for it; the report's `commands` say how they ended.
    package var verify: [[String]]
    /// The places that a model cites for its opinion, each seen to be there.
    package var evidence: [Evidence]
    /// Places that have words of the requirement, the likeliest first. They are where to look, and show nothing.
    package var places: [Evidence]
    /// Words of the requirement that appear nowhere.
    package var missingWords: [String]

    enum CodingKeys: String, CodingKey {
        case text, status, reason, verify, evidence, places
        case missingWords = "missing_words"
    }
}
