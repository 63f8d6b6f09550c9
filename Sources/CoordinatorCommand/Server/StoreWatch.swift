#if Server
    import Logging
    import Metrics
    import SQLiteStore
    import ServiceLifecycle
    import TelemetryCatalog

    /// Shows how large a store is, and how many of its jobs nobody takes up, until the server ends.
    struct StoreWatch: Service {
        /// How often it looks: as often as metrics are scraped by the shipped configuration.
        static let interval: Duration = .seconds(15)

        let store: SQLiteStore
        let logger: Logger

        func run() async throws {
            let factory = MetricsSystem.factory
            func size(_ file: String) -> any MeterHandler {
                factory.makeMeter(label: Instruments.storeSize.name, dimensions: [(AttributeKey.storeFile, file)])
            }
            let (database, wal) = (size(StoreFileName.database), size(StoreFileName.wal))
            let suspended = factory.makeMeter(label: Instruments.jobsSuspended.name, dimensions: [])
            try? await cancelWhenGracefulShutdown {
                var isTold = false
                while true {
                    do {
                        let figures = try await store.statistics()
                        database.set(Double(figures.storeBytes))
                        wal.set(Double(figures.walBytes))
                        suspended.set(Double(figures.jobs[.suspended] ?? 0))
                        isTold = false
                    } catch let error where !Task.isCancelled {
                        // Once for each time that it begins: the gauges keep what was seen last.
                        if !isTold {
                            logger.warning("the store's figures cannot be read", metadata: ["reason": "\(error)"])
                        }
                        isTold = true
                    }
                    try await Task.sleep(for: Self.interval)
                }
            }
        }
    }
#endif
