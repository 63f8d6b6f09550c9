import Foundation

/// The target that COORDINATOR_FUZZ_TARGET names.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["COORDINATOR_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        print("COORDINATOR_FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
        exit(2)
    }
    return target
}()

/// The function that libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let done = DispatchSemaphore(value: 0)
    Task {
        do {
            try await target.check(input)
        } catch {
            FileHandle.standardError.write(Data("BROKEN: \(error)\n".utf8))
            abort()
        }
        done.signal()
    }
    // libFuzzer's own thread waits; it is none of those that run tasks.
    done.wait()
    return 0
}
