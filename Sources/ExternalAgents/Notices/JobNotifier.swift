import Coordinator
import Logging
import Support

/// Tells people what a job waits for, and how it ended, by its stream of events.
///
/// It never holds the job up and never fails it: each receiver has a queue of its own, a notice that does not arrive is
/// tried again a few times, and one that is given up is counted and logged.
package final class JobNotifier: Sendable {
    /// How often a notice is sent at most.
    package static let mostTries = 5
    /// The pause before the second try; each further one is four times as long, up to ``longestPause``.
    package static let firstPause = Duration.seconds(1)
    /// The longest pause between two tries.
    package static let longestPause = Duration.seconds(30)
    /// The most notices that wait for one receiver; further ones are given up.
    package static let mostWaiting = 1_000
    /// How long a process waits at its end for notices that are under way.
    package static let finishLimit = Duration.seconds(10)

    private let senders: [any NoticeSender]
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let lost = Locked(Lost())
    private let work = Locked<Task<Void, Never>?>(nil)
    private let done = Flag()

    /// Makes a notifier of one job.
    ///
    /// - Parameters:
    ///   - senders: one for each receiver.
    ///   - logger: where notices are named that are given up.
    ///   - clock: the clock of the pauses.
    package init(_ senders: [any NoticeSender], logger: Logger, clock: any Clock<Duration> = ContinuousClock()) {
        self.senders = senders
        self.logger = logger
        self.clock = clock
    }

    /// The notices that were given up.
    package struct Lost: Sendable {
        /// How many, over all receivers.
        package var count = 0
        /// What happened to the last one.
        package var last = ""
    }

    /// The notices that were given up so far.
    package var undelivered: Lost { lost.withLock { $0 } }

    /// Whether everybody has been told of everything.
    package var isDone: Bool { done.isUp }

    /// Follows a job's events until they end; to be called once.
    ///
    /// - Parameters:
    ///   - events: those that people have not been told of; of a job that was taken up again, those from then on.
    ///   - earlier: events of before of which people are told once more, since a notice may have ended with its process; it
    ///     has the same id, by which receivers know it.
    ///   - workflow: the job's workflow.
    package func start(_ events: JobEvents, earlier: [JobEvent] = [], workflow: String) {
        guard !senders.isEmpty else { return }
        let task = Task { [senders, logger, clock, lost, done] in
            defer { _ = done.raise() }
            await withDiscardingTaskGroup { group in
                let queues = senders.map { sender in
                    let (notices, queue) = AsyncStream.makeStream(
                        of: JobNotice.self, bufferingPolicy: .bufferingOldest(Self.mostWaiting))
                    let delivery = NoticeDelivery(sender: sender, logger: logger, clock: clock, lost: lost)
                    group.addTask { for await notice in notices { await delivery.deliver(notice) } }
                    return (queue, delivery)
                }
                defer { for (queue, _) in queues { queue.finish() } }
                func tell(_ event: JobEvent) {
                    guard let notice = JobNotice(event, workflow: workflow) else { return }
                    for (queue, delivery) in queues {
                        if case .dropped = queue.yield(notice) { delivery.giveUp(notice, "too many wait already") }
                    }
                }
                for event in earlier { tell(event) }
                do {
                    for try await event in events { tell(event) }
                } catch {
                    logger.warning("people are told no more of the job: \(error)")
                }
            }
        }
        work.withLock { $0 = task }
    }

    /// Waits until everybody has been told, or until the limit has passed; what is under way then is given up.
    package func finish(atMost limit: Duration = finishLimit) async {
        guard let task = work.withLock({ $0.take() }) else { return }
        let clock = clock
        await withDiscardingTaskGroup { group in
            group.addTask {
                guard (try? await clock.sleep(for: limit)) != nil else { return }
                task.cancel()
            }
            await task.value
            group.cancelAll()
        }
    }
}

/// Brings notices to one receiver, one after the other.
struct NoticeDelivery: Sendable {
    let sender: any NoticeSender
    let logger: Logger
    let clock: any Clock<Duration>
    let lost: Locked<JobNotifier.Lost>

    /// Sends a notice, again after a pause while that may help.
    func deliver(_ notice: JobNotice) async {
        var pause = JobNotifier.firstPause
        var tries = 1
        while true {
            do {
                try await sender.send(notice)
                return
            } catch {
                if Task.isCancelled { return giveUp(notice, "there was no time left for it") }
                let isFinal = (error as? NoticeFailure)?.isFinal ?? false
                guard !isFinal, tries < JobNotifier.mostTries else { return giveUp(notice, "\(error)") }
            }
            guard (try? await clock.sleep(for: pause)) != nil else {
                return giveUp(notice, "there was no time left for another try")
            }
            tries += 1
            pause = min(JobNotifier.longestPause, pause * 4)
        }
    }

    func giveUp(_ notice: JobNotice, _ reason: String) {
        let message = "\(sender.address) was not told of \(notice.kind.rawValue): \(reason)"
        lost.withLock { lost in
            lost.count += 1
            lost.last = message
        }
        logger.warning("\(message)", metadata: ["notice": "\(notice.id)"])
    }
}
