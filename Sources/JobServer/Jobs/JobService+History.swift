#if Server
    import Coordinator
    import JobReport
    import Hummingbird
    import Support

    // What is known of jobs, whether they run or not.

    extension JobService {
        /// The most events that are read of a journal at once.
        private static let pageOfEvents = 500

        /// What the jobs are kept in.
        func stored() throws(Problem) -> JobKeeping {
            guard let keeping else { throw .noStore }
            return keeping
        }

        /// Asks the store, in the words of the API.
        func asked<Value: Sendable>(_ question: () async throws -> Value) async throws(Problem) -> Value {
            do {
                return try await question()
            } catch let problem as Problem {
                throw problem
            } catch let refusal as JournalRefusal {
                throw Problem(refusal)
            } catch let error as JobCursorError {
                throw .badCursor(error.cursor)
            } catch let error as ContextError {
                throw Problem(.internalServerError, "the store holds no sound journal of the job: \(error)")
            } catch {
                throw Problem(
                    .serviceUnavailable, "the store did not do it: \(error)", headers: [.retryAfter: "5"])
            }
        }

        /// Whether the store answers in time; without one there is nothing to wait for.
        var storeAnswers: Bool {
            get async {
                guard let store = keeping?.store else { return true }
                let answer = OneShot<Bool>()
                let question = Task {
                    answer.set((try? await store.jobs(JobQuery(limit: 1))) != nil)
                }
                let timer = Task {
                    if (try? await clock.sleep(for: limits.storeTime)) != nil { answer.set(false) }
                }
                defer {
                    question.cancel()
                    timer.cancel()
                }
                return await answer.value
            }
        }

        func list(_ query: JobQuery) async throws(Problem) -> JobListDocument {
            if let store = keeping?.store {
                let page = try await asked { try await store.jobs(query) }
                return JobListDocument(
                    jobs: page.jobs.map { ListedJob($0, isOwned: record($0.jobID)?.isRunning == true) },
                    next: page.next,
                    damaged: page.damaged)
            }
            var bound: Int?
            if let cursor = query.cursor {
                guard let number = Int(cursor), number > 0 else { throw .badCursor(cursor) }
                bound = number
            }
            let (records, next) = page(query, below: bound)
            return JobListDocument(jobs: records.map { ListedJob($0) }, next: next.map { "\($0)" })
        }

        /// A job as a row of a list.
        func row(_ id: String) async throws(Problem) -> ListedJob {
            let record = record(id)
            guard let store = keeping?.store else {
                guard let record else { throw .unknown(id) }
                return ListedJob(record)
            }
            guard let summary = try await asked({ try await store.summary(of: id) }) else { throw .unknown(id) }
            return ListedJob(summary, isOwned: record?.isRunning == true)
        }

        /// What a store keeps of a job, after as many events as it had when it was asked, or up to a version.
        ///
        /// - Parameters:
        ///   - version: the last version of the blackboard that is wanted; `nil` for the latest.
        func journal(of id: String, upTo version: Int? = nil) async throws(Problem) -> JournaledJob {
            let store = try stored().store
            return try await asked {
                try await readers.read {
                    var job = JournaledJob()
                    reading: while true {
                        let page = try await store.events(
                            of: id, after: job.summary.lastSequence, limit: Self.pageOfEvents)
                        if page.isEmpty { break }
                        for event in page {
                            if let version, event.version > version { break reading }
                            try job.apply(event)
                        }
                    }
                    guard job.summary.lastSequence > 0 else { throw Problem.unknown(id) }
                    return job
                }
            }
        }
    }

    extension Problem {
        static let noStore = Problem(
            .notImplemented,
            "this server keeps jobs in memory alone, and so cannot do this; start it with --store FILE")

        static func unknown(_ id: String) -> Problem {
            Problem(.notFound, "there is no job '\(ForeignText.line(id))'; GET /v1/jobs lists those that there are")
        }

        static func badCursor(_ cursor: String) -> Problem {
            Problem(
                .badRequest,
                "cursor=\(ForeignText.line(cursor)) is none of this server; give what 'next' of the page before says, or "
                    + "none for the first page")
        }

        init(_ refusal: JournalRefusal) {
            switch refusal {
            case .unknown(let job): self = .unknown(job)
            case .ended, .exists, .notOwner, .notAfter, .claimed: self.init(.conflict, refusal.description)
            }
        }

        init(_ refusal: JobService.Refusal) {
            switch refusal {
            case .full: self.init(.serviceUnavailable, refusal.description, headers: [.retryAfter: "5"])
            case .draining:
                self.init(
                    .serviceUnavailable, refusal.description,
                    headers: [.retryAfter: "30", .connection: "close"])
            case .running: self.init(.conflict, refusal.description)
            case .unusable: self.init(.unprocessableContent, refusal.description)
            case .unavailable:
                self.init(.serviceUnavailable, refusal.description, headers: [.retryAfter: "30"])
            }
        }
    }
#endif
