/// A part of a request that a service may refuse while it could answer without it.
struct RequestOption: Sendable, Hashable {
    /// A way to send the option.
    struct Form: Sendable, Hashable {
        let name: String
        /// The words of a refusal after which this form is tried; `nil` when it is tried after any.
        var after: [String]?
    }

    /// The member of the request's body, or a name of our own.
    let name: String
    /// The words by which refusals name it, in snake case.
    var words: [String]
    /// What refusals say of it in several words, in lower case and without quotes.
    var phrases: [String] = []
    /// The ways to send it, the best first; after the last it is left out.
    var forms: [Form] = []
    /// Whether its name is a word that sentences about other things hold too, so that it counts only in quotes or where
    /// the error has a member for the name.
    var isCommonWord = false
    /// Whether it is a limit, for which a service may name a smaller number.
    var isLimit = false
    /// Whether there is no request without it, so that it is lowered only.
    var isRequired = false

    init(
        _ name: String, words: [String] = [], phrases: [String] = [], forms: [Form] = [], isCommonWord: Bool = false,
        isLimit: Bool = false, isRequired: Bool = false
    ) {
        self.name = name
        self.words = [name] + words
        self.phrases = phrases
        self.forms = forms
        self.isCommonWord = isCommonWord
        self.isLimit = isLimit
        self.isRequired = isRequired
    }

    /// The option that a member of a body is when nothing else is known of it.
    init(member: String) { self.init(member, isCommonWord: member.count < 5) }
}
