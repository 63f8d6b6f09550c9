import Coordinator
import JobReport

/// What is told of a job that has not ended when its process does.
struct WaitingNotice {
    let held: HeldStore
    let result: JobResult

    /// Prints how the job goes on; nothing for one that has ended.
    func print() async {
        switch result.status {
        case .waiting:
            Console.error(
                "Nothing is left of the job but waiting for somebody, so it was given up for now; nothing of it is lost."
                    + (await waits()))
            Console.error("Then it goes on with:\n  \(held.file.resume(result.jobID))")
        case .interrupted:
            Console.error(
                "The job was given up before its end; what was finished is not done again. It goes on with:\n  "
                    + held.file.resume(result.jobID))
        case .succeeded, .partial, .failed, .cancelled: break
        }
    }

    private func waits() async -> String {
        // The journal has it all: without it the command `show` tells the same.
        guard let reading = try? await JobReading.read(result.jobID, from: held.store) else { return "" }
        return "\n" + WaitText.text(reading.waits, job: result.jobID, options: held.file.words)
    }
}
