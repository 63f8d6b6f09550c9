import ExternalAgents
import Support

/// The notifiers of the jobs of one composer, which bring notices to people while the jobs run and a little longer.
final class RunningNotifiers: Sendable {
    private let notifiers = Locked<[JobNotifier]>([])

    func add(_ notifier: JobNotifier) {
        notifiers.withLock { notifiers in
            notifiers.removeAll(where: \.isDone)
            notifiers.append(notifier)
        }
    }

    /// Waits until everybody has been told, or until the limit has passed.
    ///
    /// - Returns: for each notifier that gave up notices, how many and what happened to the last one.
    func finish(atMost limit: Duration) async -> [JobNotifier.Lost] {
        let all = notifiers.withLock { notifiers in
            defer { notifiers = [] }
            return notifiers
        }
        await withDiscardingTaskGroup { group in
            for notifier in all { group.addTask { await notifier.finish(atMost: limit) } }
        }
        return all.map(\.undelivered).filter { $0.count > 0 }
    }
}
