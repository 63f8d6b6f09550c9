import Support
import TelemetryCatalog

/// The elements that an agent runs for, in their order.
struct ItemSource: Sendable {
    private let elements: [JSONValue]
    /// The members' keys, where the elements are those of an object.
    private let keys: [ExactString]?
    /// The path that the agent's redactions see an element at, but for its last segment.
    private let path: [String]

    /// Reads the elements from the blackboard.
    ///
    /// - Throws: a failure that no other attempt can mend.
    init(_ each: ForEach, in snapshot: ContextSnapshot) throws(Failure) {
        path = each.path.segments
        switch snapshot.value(at: each.path) {
        case .array(let list)?: (elements, keys) = (list, nil)
        case .object(let members)?:
            let sorted = members.sorted { $0.key < $1.key }
            (elements, keys) = (sorted.map(\.value), sorted.map(\.key))
        case nil, .null?:
            throw Self.failure(
                "there is nothing at \(each.path), for whose elements the agent is run; "
                    + "let it need the agent that writes there, or give the job the list")
        case let other?:
            throw Self.failure(
                "\(each.path), for whose elements the agent is run, holds a value of kind \(other.kindName); "
                    + "write a list or an object there")
        }
        guard elements.count <= each.atMost else {
            throw Self.failure(
                "\(each.path) has \(elements.count) elements, and the agent is run for \(each.atMost) at most; "
                    + "raise at_most, or shorten the list")
        }
    }

    var count: Int { elements.count }

    /// The key of an element, where the elements are those of an object.
    func key(of index: Int) -> String? { keys?[index].string }

    /// One element, with what the role hides masked.
    func item(_ index: Int, _ mask: RedactionMask) -> AttemptItem {
        let key = keys?[index].string
        return AttemptItem(
            index: index, key: key, value: mask.apply(to: elements[index], at: path + [key ?? String(index)]))
    }

    private static func failure(_ message: String) -> Failure {
        Failure(failureClass: .permanent, errorType: ErrorType.invalidInput, message: message)
    }
}
