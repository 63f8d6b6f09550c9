/// What a service takes of the options of requests, as far as its refusals have shown.
struct RequestForm: Sendable, Hashable {
    /// The options that are left out.
    private(set) var leftOut: Set<String> = []
    /// The most tokens of an answer that the service takes; `nil` when it has named none.
    private(set) var outputLimit: Int?
    private var chosen: [String: String] = [:]

    /// The same form, in which these are sent whatever was refused before.
    func sending(_ options: [String]) -> RequestForm {
        var form = self
        form.leftOut.subtract(options)
        return form
    }

    func sends(_ option: String) -> Bool { !leftOut.contains(option) }

    /// How an option is sent; `nil` when it is left out or has one form only.
    func form(of option: RequestOption) -> String? {
        sends(option.name) ? chosen[option.name] ?? option.forms.first?.name : nil
    }

    /// A limit, lowered to what the service takes.
    func limited(_ tokens: Int) -> Int { min(tokens, outputLimit ?? tokens) }

    /// The form in which to ask again.
    ///
    /// Each step leaves an option out, or goes to a later form of it, or lowers a limit for the first time: there are no
    /// more steps than forms and options.
    ///
    /// - Parameters:
    ///   - refusal: what the service said.
    ///   - options: what was sent and can be left out.
    ///   - limit: the most tokens of an answer that were asked for.
    /// - Returns: `nil` when the refusal names none of the options.
    func after(_ refusal: Refusal, of options: [RequestOption], limit: Int?) -> RequestForm? {
        let named = refusal.named(of: options)
        guard !named.isEmpty else { return nil }
        var next = self
        for option in named { next.step(option, refusal, limit) }
        return next == self ? nil : next
    }

    private mutating func step(_ option: RequestOption, _ refusal: Refusal, _ limit: Int?) {
        let current = form(of: option)
        let later = option.forms.drop { $0.name != current }.dropFirst()
        if let form = later.first(where: { $0.after.map(refusal.mentions) ?? true }) {
            chosen[option.name] = form.name
        } else if option.isLimit, outputLimit == nil, let limit, let lower = refusal.largestNumber(below: limit) {
            outputLimit = lower
        } else if !option.isRequired {
            leftOut.insert(option.name)
        }
    }

    /// The options that are sent in another way than in an earlier form, or not at all, in words.
    func differences(from earlier: RequestForm) -> [String] {
        let gone = leftOut.subtracting(earlier.leftOut)
        let changed = chosen.filter { earlier.chosen[$0.key] != $0.value && !leftOut.contains($0.key) }
        let lowered = outputLimit == earlier.outputLimit ? [] : outputLimit.map { ["at most \($0) tokens"] } ?? []
        return gone.sorted() + changed.map { "\($0.key) other than \($0.value)" }.sorted() + lowered
    }

    /// What both forms know together.
    func merged(with other: RequestForm, of options: [RequestOption]) -> RequestForm {
        var both = self
        both.leftOut.formUnion(other.leftOut)
        both.outputLimit = [outputLimit, other.outputLimit].compactMap(\.self).min()
        for option in options {
            guard let own = chosen[option.name], let theirs = other.chosen[option.name] else {
                both.chosen[option.name] = chosen[option.name] ?? other.chosen[option.name]
                continue
            }
            both.chosen[option.name] = option.forms.last { $0.name == own || $0.name == theirs }?.name
        }
        return both
    }
}
