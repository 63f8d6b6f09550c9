import Coordinator
import CoordinatorTestKit
import CurlClient
import JobFile
import Logging
import Processes
import Support
import TestSupport
import Testing

@testable import ExternalAgents

/// What people are told of a job, and what becomes of a notice that does not arrive.
@Suite(.timeLimit(.minutes(5))) struct JobNotifiers {
    /// Takes notices, after as many failures as it is told.
    private final class Receiver: NoticeSender {
        let address = "the receiver"
        private let failures: Int
        private let isFinal: Bool
        private let state = Locked((tries: 0, notices: [JobNotice]()))

        init(failures: Int = 0, isFinal: Bool = false) {
            self.failures = failures
            self.isFinal = isFinal
        }

        var tries: Int { state.withLock { $0.tries } }
        var notices: [JobNotice] { state.withLock { $0.notices } }

        func send(_ notice: JobNotice) async throws {
            try state.withLock { state in
                state.tries += 1
                if state.tries <= failures { throw NoticeFailure(isFinal: isFinal, "it is down") }
                state.notices.append(notice)
            }
        }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func approving(_ id: String = "job-1") throws -> JobCoordinator {
        let coordinator = JobCoordinator(JobContext(id: id, artifacts: ["patch": "secret"]), workflow: "release")
        try coordinator.register(
            AgentTask("ask", asking: ApprovalAgent("May it go?", show: ["artifacts.patch"])))
        return coordinator
    }

    @Test func peopleAreToldOfApprovalsAndEnds() async throws {
        let receiver = Receiver()
        let coordinator = try approving()
        let notifier = JobNotifier([receiver], logger: logger)
        notifier.start(coordinator.events, workflow: coordinator.workflow)
        let answerer = Answerer(coordinator) { _, _ in ApprovalAnswer("approve") }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        await notifier.finish()
        #expect(receiver.notices.map(\.kind) == [.approvalWaiting, .jobEnded] && notifier.isDone)
        #expect(answerer.refusals.isEmpty && notifier.undelivered.count == 0)
        let asked = try #require(receiver.notices.first?.json)
        #expect(asked["schema_version"] == 1 && asked["job_id"] == "job-1" && asked["workflow"] == "release")
        #expect(
            asked["agent"] == "ask" && asked["question"] == "May it go?" && asked["choices"] == ["approve", "reject"])
        #expect(asked["digest"]?.stringValue?.hasPrefix("sha256:") == true)
        #expect(try !asked.json().contains("secret"))
        #expect(receiver.notices.last?.json["status"] == "succeeded")
        #expect(Set(receiver.notices.map(\.id)).count == 2)
    }

    @Test func noticeThatDoesNotArriveIsTriedAgainAfterLongerAndLongerPauses() async throws {
        let clock = ManualClock()
        let receiver = Receiver(failures: 3)
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
        let notifier = JobNotifier([receiver], logger: logger, clock: clock)
        notifier.start(coordinator.events, workflow: coordinator.workflow)
        // The job is over long before anybody was told.
        #expect(try await coordinator.executeParallel().status == .succeeded)
        var due = Duration.zero
        for (tries, pause) in [(1, 1), (2, 4), (3, 16)] {
            try await eventually { receiver.tries == tries }
            due += .seconds(pause)
            await clock.waitForSleeper(until: due)
            clock.advance(by: .seconds(pause))
        }
        try await eventually { notifier.isDone }
        #expect(receiver.tries == 4 && receiver.notices.map(\.kind) == [.jobEnded])
    }

    @Test func noticeIsGivenUpAfterAsManyTries() async throws {
        let clock = ManualClock()
        let receiver = Receiver(failures: .max)
        let delivery = NoticeDelivery(sender: receiver, logger: logger, clock: clock, lost: Locked(.init()))
        let notice = try #require(try await endNotice())
        let work = Task { await delivery.deliver(notice) }
        var due = Duration.zero
        for pause in [1, 4, 16, 30] {
            due += .seconds(pause)
            await clock.waitForSleeper(until: due)
            clock.advance(by: .seconds(pause))
        }
        await work.value
        #expect(receiver.tries == JobNotifier.mostTries)
        let lost = delivery.lost.withLock { $0 }
        #expect(lost.count == 1 && lost.last == "the receiver was not told of job_ended: it is down")
    }

    @Test func noticeThatCannotArriveIsNotTriedAgain() async throws {
        let receiver = Receiver(failures: .max, isFinal: true)
        let delivery = NoticeDelivery(
            sender: receiver, logger: logger, clock: ManualClock(), lost: Locked(.init()))
        await delivery.deliver(try #require(try await endNotice()))
        #expect(receiver.tries == 1 && delivery.lost.withLock { $0.count } == 1)
    }

    @Test func processWaitsForNoticesNoLongerThanTheLimit() async throws {
        let clock = ManualClock()
        let receiver = Receiver(failures: .max)
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
        let notifier = JobNotifier([receiver], logger: logger, clock: clock)
        notifier.start(coordinator.events, workflow: coordinator.workflow)
        _ = try await coordinator.executeParallel()
        try await eventually { receiver.tries == 1 }
        let finished = Task { await notifier.finish(atMost: .milliseconds(500)) }
        await clock.waitForSleeper(until: .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        await finished.value
        #expect(notifier.undelivered.count == 1 && receiver.tries == 1)
    }

    /// The notice of a job's end.
    private func endNotice() async throws -> JobNotice? {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
        _ = try await coordinator.executeParallel()
        var last: JobNotice?
        for try await event in coordinator.events { last = JobNotice(event, workflow: "w") ?? last }
        return last
    }

    // MARK: the two ways

    @Test func serviceGetsTheNoticeSignedByTheSharedKey() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(204))
        let sender = HTTPNoticeSender(
            url: server.url("/hook"), key: SigningKey("It's a secret"), client: try HTTPClient())
        let notice = try #require(try await endNotice())
        try await sender.send(notice)
        let request = try #require(try server.requests().first)
        #expect(request.method == "POST" && request.path == "/hook" && request.bodyBytes == notice.body)
        let code = HMAC.hexDigits(of: request.bodyBytes, key: Array("It's a secret".utf8))
        #expect(request.values(of: "X-Coordinator-Signature") == ["sha256=\(code)"])
        #expect(request.values(of: "idempotency-key") == [notice.id])
        #expect("\(SigningKey("It's a secret"))" == "<hidden>")
    }

    @Test(arguments: [(500, false), (503, false), (429, false), (400, true), (404, true), (302, true)])
    func answerOfAServiceSaysWhetherAnotherTryHelps(status: Int, isFinal: Bool) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(status))
        let sender = HTTPNoticeSender(url: server.url("/hook"), key: nil, client: try HTTPClient())
        let notice = try #require(try await endNotice())
        let failure = await #expect(throws: NoticeFailure.self) { try await sender.send(notice) }
        #expect(failure?.isFinal == isFinal)
        #expect(try server.requests().first?.values(of: "x-coordinator-signature") == [])
    }

    @Test func programGetsTheNoticeOnStandardInput() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("notice.json").path
        let notifier = try JobNotifier(
            [.command(["sh", "-c", "cat > \"$1\"", "sh", file], variables: [])], folder: folder.url.path,
            environment: ProgramVariables.ofThisProcess, client: SharedHTTPClient(), runner: ProgramRunner(),
            logger: logger)
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
        notifier.start(coordinator.events, workflow: coordinator.workflow)
        _ = try await coordinator.executeParallel()
        await notifier.finish()
        let written = try JSONValue(json: Array(try String(contentsOfFile: file, encoding: .utf8).utf8))
        #expect(written["kind"] == "job_ended" && written["status"] == "succeeded")
        #expect(notifier.undelivered.count == 0)
    }

    @Test func programThatFailsSaysWhy() async throws {
        let sender = CommandNoticeSender(
            command: ["sh", "-c", "echo no mail today >&2; exit 3"], folder: nil,
            environment: ProgramVariables.passed, runner: ProgramRunner())
        let notice = try #require(try await endNotice())
        let failure = await #expect(throws: NoticeFailure.self) { try await sender.send(notice) }
        #expect(failure?.isFinal == false && failure?.message == "it exited with 3: no mail today")
        let missing = CommandNoticeSender(
            command: ["no-such-program-here"], folder: nil, environment: ProgramVariables.passed,
            runner: ProgramRunner())
        let final = await #expect(throws: NoticeFailure.self) { try await missing.send(notice) }
        #expect(final?.isFinal == true)
    }

    @Test func notifierWithoutItsKeyIsNotMade() {
        let targets = [NotificationTarget.http(url: "http://h", keyVariable: "NOTIFY_KEY")]
        for environment in [[:], ["NOTIFY_KEY": ""]] {
            let error = #expect(throws: NoticeFailure.self) {
                try JobNotifier(
                    targets, folder: "/", environment: environment, client: SharedHTTPClient(), runner: ProgramRunner(),
                    logger: logger)
            }
            #expect(error?.message.contains("NOTIFY_KEY") == true)
        }
    }
}
