// What the call of an attempt's agent tells the attempt.

extension SupervisedAttempt: AttemptCallObserver {
    func lateWrite(_ contribution: Contribution) {
        job.counts.lateWrite()
        run.instruments.lateWrites.increment()
        post(
            .lateWrite(
                .init(
                    // A literal that is no path could not be read again from the log.
                    paths: contribution.paths.filter { !$0.isUnreadable },
                    message: "the attempt had finished before it returned; nothing was written")))
    }

    func wasAbandoned() {
        run.instruments.abandoned.increment()
        job.counts.abandonedBegan(step.index, self, at: runtime.now)
    }

    func abandonedCodeEnded() {
        let overrun = job.counts.abandonedEnded(step.index, self, at: runtime.now)
        run.instruments.abandoned.decrement()
        runtime.attemptAges.end(run.instruments.age, self)
        post(.attemptCodeEnded(.init(overrunMS: overrun.inMilliseconds)))
    }
}
