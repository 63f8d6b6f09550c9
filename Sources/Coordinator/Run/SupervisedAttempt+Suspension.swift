import Support
import TelemetryCatalog
import Tracing

extension SupervisedAttempt {
    /// Gives back what the attempt reserved and has not used, and stops its clocks.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func suspend(_ suspension: Suspension, _ figures: Figures) -> SuspendedAttempt {
        let now = runtime.now
        run.conversation.load()?.suspended()
        leave()
        span.span.addEvent(SpanEvent(name: EventName.attemptSuspended, at: runtime.timestamp(at: now)))
        return SuspendedAttempt(self, suspension, since: now, figures: figures)
    }

    /// Counts the attempt as one that does not run, before it gives back its slots.
    func leave() {
        job.counts.attemptLeft(step.index, self)
        run.instruments.active.decrement()
        runtime.attemptAges.end(run.instruments.age, self)
    }

    /// Ends the attempt while it is suspended.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func end(_ suspended: SuspendedAttempt, _ failure: Failure) -> AttemptEnd {
        let ended = runtime.now
        let result = AttemptResult(failure: failure)
        let record = record(
            result, ended: ended, suspended.figures, suspended: self.suspended + (ended - suspended.since))
        finish(
            result, record, at: runtime.timestamp(at: ended), version: job.context.snapshot.version, isRunning: false)
        return AttemptEnd(record: record, failure: failure)
    }

    /// What the event says of an attempt whose agent is called again.
    func resumed(_ goesOn: AttemptResumption, viewVersion: Int, rate: Duration) -> JobEvent.AttemptResumed {
        let reservation = step.task.reservation
        return JobEvent.AttemptResumed(
            suspendedMS: goesOn.suspended.inMilliseconds, queueMS: goesOn.queued.inMilliseconds,
            rateMS: rate.inMilliseconds, viewVersion: viewVersion,
            reservation: reservation == Contribution.Usage() ? nil : reservation)
    }
}
