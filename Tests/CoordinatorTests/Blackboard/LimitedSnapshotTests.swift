import Testing

@testable import Coordinator

/// Snapshots without the wide parts that a role may read nothing of.
@Suite(.timeLimit(.minutes(10))) struct LimitedSnapshots {
    private static func context() -> JobContext {
        let context = JobContext(id: "j", artifacts: ["code": ["A.swift": "a"], "patch": "p"])
        context.updateAgentState(AgentState(name: "a", phase: .running, attempt: 1))
        return context
    }

    @Test(arguments: [
        [], ["task"], ["agents"], ["agents.a"], ["agents.b"], ["artifacts"], ["artifacts.code"], ["artifacts.*"],
        ["*"], ["**"], ["*.code"], ["*.a.phase"], ["task", "agents.a.phase", "artifacts.patch"],
    ]) func aRoleSeesTheSameInIt(reads: [String]) throws {
        let role = Role(name: "r", reads: try reads.map { try ContextPattern($0) })
        let snapshot = Self.context().snapshot
        let all = try RoleView(snapshot, role: role) { _ in }
        let limited = try RoleView(snapshot.limited(to: role), role: role) { _ in }
        #expect(limited.json == all.json)
        #expect(limited.version == all.version)
        for path: ContextPath in ["agents", "agents.a", "agents.a.phase", "artifacts", "artifacts.code", "task"] {
            #expect((try? limited.value(at: path)) == (try? all.value(at: path)), "\(path)")
        }
    }

    @Test func whatTheRoleMayNotReadIsNotHeld() {
        let limited = Self.context().snapshot.limited(to: Role(name: "r", reads: ["task"]))
        #expect(limited.value(at: "agents.a") == nil)
        #expect(limited.value(at: "artifacts.patch") == nil)
        #expect(limited.value(at: "task") != nil)
    }
}
