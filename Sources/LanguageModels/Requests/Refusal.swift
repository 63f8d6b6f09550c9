/// What a service said when it rejected a request as invalid, as far as it can name a part of the request.
struct Refusal: Sendable, Hashable {
    /// The paths that the error's own members name, such as `["response_format", "type"]`.
    var paths: [[String]] = []
    /// Everything else it said.
    var text = ""
}
