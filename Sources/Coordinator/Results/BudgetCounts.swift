import Support

/// What a job's attempts have used of its budget, and what is set aside for the attempts and calls that run.
///
/// A reservation is made before anything is spent, and is replaced by what was used. So agents that run in parallel
/// cannot exceed the budget together by more than a call exceeds its own reservation.
struct BudgetCounts: Sendable {
    /// What was counted as used so far.
    private(set) var usage = Contribution.Usage()
    private var reserved = Contribution.Usage()
    private var attemptsStarted = 0
    /// Running attempts that have reserved calls of their own.
    private var calls: [ObjectIdentifier: AttemptCalls] = [:]

    /// Counts what attempts used, and how many were started, before the job's process ended.
    mutating func restore(_ used: Contribution.Usage, attempts: Int) {
        usage += used
        attemptsStarted += attempts
    }

    /// Reserves one attempt; returns why not, if the budget does not cover it.
    mutating func reserveAttempt(
        _ budget: JobLimits.Budget, _ reservation: Contribution.Usage, elapsed: Duration
    ) -> String? {
        if let limit = budget.attempts, attemptsStarted >= limit {
            return "the job's budget of \(limit) attempts is spent"
        }
        if let refusal = reserveResumption(budget, reservation, elapsed: elapsed) { return refusal }
        attemptsStarted += 1
        return nil
    }

    /// Reserves what an attempt may use that goes on after a suspension, and was counted before; returns why not, if the
    /// budget does not cover it.
    mutating func reserveResumption(
        _ budget: JobLimits.Budget, _ reservation: Contribution.Usage, elapsed: Duration
    ) -> String? {
        if let limit = budget.wallTime, elapsed >= limit {
            return "the job's budget of \(Interruption.text(limit)) is spent"
        }
        // The amount neither used nor reserved must cover the attempt, and must not be zero.
        let taken = usage + reserved
        if let limit = budget.tokens, taken.tokens.addingSaturated(max(1, reservation.tokens)) > limit {
            return "the job's budget of \(limit) tokens does not cover another attempt" + shares(\.tokens, reservation)
        }
        if let limit = budget.costUSD, taken.costUSD >= limit || taken.costUSD + reservation.costUSD > limit {
            return "the job's budget of \(limit) USD does not cover another attempt" + shares(\.costUSD, reservation)
        }
        reserved += reservation
        return nil
    }

    /// Reserves one call of a running attempt: from what the attempt holds, and from the job's budget what that lacks.
    ///
    /// - Parameters:
    ///   - attempt: the attempt, which lives as long as its calls.
    ///   - most: the most that the call may use.
    ///   - held: what was reserved when the attempt started.
    /// - Returns: the call's number in its attempt; or why the budget does not cover it.
    mutating func reserveCall(
        of attempt: ObjectIdentifier, _ most: Contribution.Usage, _ budget: JobLimits.Budget, held: Contribution.Usage
    ) -> Result<Int, Refusal> {
        var own = calls[attempt] ?? AttemptCalls(held: held)
        let lacking = own.lacking(for: most)
        let taken = usage + reserved
        if let limit = budget.tokens, lacking.tokens > 0, taken.tokens.addingSaturated(lacking.tokens) > limit {
            let what = "the job's budget of \(limit) tokens does not cover the call"
            return .failure(Refusal(reason: what + shares(\.tokens, lacking)))
        }
        if let limit = budget.costUSD, lacking.costUSD > 0, taken.costUSD + lacking.costUSD > limit {
            let what = "the job's budget of \(limit) USD does not cover the call"
            return .failure(Refusal(reason: what + shares(\.costUSD, lacking)))
        }
        reserved += lacking
        let number = own.begin(most, with: lacking)
        calls[attempt] = own
        return .success(number)
    }

    /// Replaces a call's reservation by what it used. A call that is never settled counts as having used all of it.
    mutating func settleCall(_ number: Int, of attempt: ObjectIdentifier, used: Contribution.Usage) {
        calls[attempt]?.settle(number, used: used)
    }

    /// Gives back what an attempt has reserved, and counts what it used.
    ///
    /// - Parameter usage: the usage that the agent reported; `nil` when it reported none. Then its calls count, and where
    ///   it reserved no calls, the whole reservation: a call that timed out was paid for all the same.
    /// - Parameter kept: the least that counts: what the attempt has kept of its conversation was paid for.
    /// - Returns: what was counted.
    mutating func release(
        _ attempt: ObjectIdentifier, _ reservation: Contribution.Usage, used usage: Contribution.Usage?,
        kept: Contribution.Usage? = nil
    ) -> Contribution.Usage {
        var (usage, reservation) = (usage, reservation)
        if !calls.isEmpty, let own = calls.removeValue(forKey: attempt) {
            usage = usage.map { own.used.atLeast($0) } ?? own.used
            reservation = own.held
        }
        reserved -= reservation
        var counted = usage ?? reservation
        if let kept { counted = counted.atLeast(kept) }
        self.usage += counted
        return counted
    }

    private func shares(
        _ amount: KeyPath<Contribution.Usage, some Any>, _ needed: Contribution.Usage
    ) -> String {
        " (\(Self.shown(usage[keyPath: amount])) used, \(Self.shown(reserved[keyPath: amount])) reserved by running attempts, "
            + "\(Self.shown(needed[keyPath: amount])) needed)"
    }

    /// Sums of money to a millionth, without the remainders that floating point leaves in them; what is less stays as it is.
    private static func shown(_ amount: some Any) -> String {
        guard let sum = amount as? Double else { return "\(amount)" }
        let rounded = (sum * 1e6).rounded() / 1e6
        return rounded == 0 || !rounded.isFinite ? "\(sum)" : "\(rounded)"
    }

    /// Why a call is not covered.
    struct Refusal: Error, Hashable { let reason: String }
}

/// The calls of one attempt that are paid from its job's budget.
private struct AttemptCalls: Sendable {
    /// What the attempt has reserved in the budget.
    private(set) var held: Contribution.Usage
    private var settled = Contribution.Usage()
    /// What calls under way may use, by their numbers.
    private var open: [Int: Contribution.Usage] = [:]
    private var count = 0

    init(held: Contribution.Usage) { self.held = held }

    /// What all calls so far have used; the whole reservation of those that are not settled.
    var used: Contribution.Usage { open.values.reduce(settled, +) }

    /// What the attempt must reserve beyond what it holds before it may make a call.
    func lacking(for most: Contribution.Usage) -> Contribution.Usage {
        (used + most - held).atLeast(Contribution.Usage())
    }

    mutating func begin(_ most: Contribution.Usage, with more: Contribution.Usage) -> Int {
        held += more
        count += 1
        open[count] = most
        return count
    }

    mutating func settle(_ number: Int, used: Contribution.Usage) {
        guard open.removeValue(forKey: number) != nil else { return }
        settled += used
    }
}
