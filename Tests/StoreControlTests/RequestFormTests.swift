import Coordinator
import StoreControl
import Testing

/// Requests on their way through the control socket.
@Suite struct RequestForms {
    @Test func requestsAboutCallsComeThroughAsTheyAre() throws {
        let run = RunIdentity(agent: "talks", round: 2, item: 3)
        let actions: [StoreRequest.Action] = [
            .approve(run, ApprovalAnswer("approve", remark: "r", digest: "d", call: "c1")),
            .resolveCall(run, call: "c1", .succeeded, ["issue": 12]), .resolveCall(run, call: "c1", .failed, .null),
            .resolveCall(run, call: "c1", .retry, .null), .resolve(run, .retry, nil),
        ]
        for action in actions {
            let request = StoreRequest(job: "j", action)
            let json = try JSONValue(encoding: request)
            #expect(try json.decoded(as: StoreRequest.self) == request)
            if case .resolveCall = action {
                #expect(json["command"] == "resolve_call", "an earlier version takes it for nothing else")
            }
        }
    }
}
