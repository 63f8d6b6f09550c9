#if Server
    import Coordinator
    import JobReport
    import ServiceContextModule

    // Jobs that a store keeps and that nobody runs.

    extension JobService {
        /// How often is asked whether a slot has become free for a job that is taken up at start.
        private static let slotPause = Duration.milliseconds(200)

        /// Goes on with the jobs that had not ended when their process did, the oldest first, as slots become free. Those
        /// that cannot be taken up are named in the log, and stay as they are.
        ///
        /// - Throws: what the store throws when it is asked for them: a server that does not know its jobs does not serve.
        func takeUpUnended() async throws {
            guard let keeping else { return }
            let (jobs, damaged) = try await Self.unended(in: keeping.store)
            for id in damaged {
                logger.error(
                    "a kept job is not taken up",
                    metadata: ["job": "\(id)", "reason": "the store's record of it is damaged"])
            }
            for job in jobs {
                // A command may have written to the job while it was made again; then it is read once more.
                for isLast in [false, true] {
                    do throws(Problem) {
                        while try await !takeUpIfRoom(job.jobID) {
                            guard (try? await clock.sleep(for: Self.slotPause)) != nil else { return }
                        }
                        break
                    } catch {
                        guard isReady else { return }
                        guard isLast else { continue }
                        logger.warning(
                            "a kept job is not taken up",
                            metadata: ["job": "\(job.jobID)", "reason": "\(error.detail)"])
                    }
                }
            }
        }

        /// - Returns: whether there was room for it.
        private func takeUpIfRoom(_ id: String) async throws(Problem) -> Bool {
            do throws(Refusal) {
                try reserve(id)
            } catch {
                switch error {
                case .full: return false
                // A caller was faster.
                case .running: return true
                case .draining, .unusable, .unavailable: throw Problem(error)
                }
            }
            _ = try await takeUp(inSlotOf: id, JobKeeping.Consent())
            return true
        }

        private static func unended(in store: any JobStore) async throws -> ([JobSummary], damaged: [String]) {
            let statuses = Set(JobSummary.Status.allCases.filter { !$0.hasEnded })
            var query = JobQuery(statuses: statuses, limit: JobQuery.largestLimit)
            var found: [JobSummary] = []
            var damaged: [String] = []
            repeat {
                let page = try await store.jobs(query)
                found += page.jobs
                damaged += page.damaged
                query.cursor = page.next
            } while query.cursor != nil
            return (found.reversed(), damaged)
        }

        /// Goes on with a job that a caller names.
        func resume(_ id: String, _ consent: JobKeeping.Consent) async throws(Problem) -> ListedJob {
            let keeping = try stored()
            do throws(Refusal) {
                try reserve(id)
            } catch {
                throw Problem(error)
            }
            let record = try await takeUp(inSlotOf: id, consent)
            let kept = try await asked { try await keeping.store.summary(of: id) }
            return kept.map { ListedJob($0, isOwned: true) } ?? ListedJob(record)
        }

        private func takeUp(inSlotOf id: String, _ consent: JobKeeping.Consent) async throws(Problem) -> JobRecord {
            let history: JobHistory
            let coordinator: JobCoordinator
            do throws(Problem) {
                history = try await self.history(of: id)
                coordinator = try await remake(history, consent)
            } catch {
                giveBack(id)
                throw error
            }
            let summary = history.summary
            let record = JobRecord(
                id: id, workflow: summary.workflow ?? coordinator.workflow, agents: summary.agents,
                submittedAt: summary.submittedAt, state: .running(coordinator))
            do throws(Refusal) {
                return try await start(record, coordinator, context: .topLevel, isNew: false)
            } catch {
                throw Problem(error)
            }
        }

        private func history(of id: String) async throws(Problem) -> JobHistory {
            let keeping = try stored()
            return try await asked { try await JobHistory.load(id, from: keeping.store) }
        }

        private func remake(
            _ history: JobHistory, _ consent: JobKeeping.Consent
        ) async throws(Problem) -> JobCoordinator {
            let id = history.summary.jobID
            // One that is to be suspended now is marked so when it is taken up.
            guard history.summary.status(isOwned: false) != .suspended || consent.forces else {
                throw Problem(
                    .conflict,
                    "job '\(id)' is suspended: its resumptions ended their process, and no agent finished; to take it up all "
                        + "the same, POST {\"force\": true} to /v1/jobs/\(id)/resume")
            }
            do {
                return try await stored().remake(history, consent)
            } catch let change as JobKeeping.Changed {
                throw Problem(
                    .conflict,
                    "job '\(id)' was made of other things than there are now: \(change.words); to go on all the same, POST "
                        + "{\"accept_changes\": true} to /v1/jobs/\(id)/resume")
            } catch {
                throw Problem(.unprocessableContent, "job '\(id)' cannot be made again: \(error)")
            }
        }

        /// Ends a job that nobody runs: it is taken up, and calls nobody.
        func cancelUnowned(_ id: String, reason: String, by name: String) async throws(Problem) -> ListedJob {
            do throws(Refusal) {
                try reserve(id)
            } catch {
                throw Problem(error)
            }
            defer { giveBack(id) }
            // Whatever it was made of need not be there any more.
            let kept = try stored().store
            do {
                try await UnheldJob(id, in: kept).cancel(reason: reason, by: name)
            } catch JournalRefusal.unknown {
                throw .unknown(id)
            } catch {
                throw Problem(.serviceUnavailable, "job '\(id)' was not cancelled: \(error)")
            }
            guard let kept = try await asked({ try await stored().store.summary(of: id) }) else { throw .unknown(id) }
            return ListedJob(kept, isOwned: false)
        }
    }
#endif
