#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A value that one thread at a time may touch, behind a POSIX mutex.
///
/// It has the interface of `Synchronization.Mutex` and is used instead of that for two reasons, both of Linux: an
/// unlocked `Synchronization.Mutex` goes to the next thread in line, so that two threads which meet at a busy lock go
/// on switching at every turn; and ThreadSanitizer does not see it. The price is one allocation.
public struct Locked<Value>: @unchecked Sendable {  // The value is reached only with the mutex held.
    @usableFromInline final class Storage: ManagedBuffer<Value, pthread_mutex_t> {
        deinit {
            withUnsafeMutablePointerToElements { mutex in
                let status = pthread_mutex_destroy(mutex)
                assert(status == 0, "a lock dies while it is held")
            }
        }
    }

    @usableFromInline let storage: ManagedBuffer<Value, pthread_mutex_t>

    /// Puts a value behind a lock of its own.
    @inlinable public init(_ value: sending Value) {
        storage = Storage.create(minimumCapacity: 1) { storage in
            storage.withUnsafeMutablePointerToElements { mutex in
                // POSIX: with valid attributes it can fail for want of memory only, and glibc needs none.
                var attributes = pthread_mutexattr_t()
                var status = pthread_mutexattr_init(&attributes)
                #if canImport(Glibc)
                    // Spins a moment before it sleeps: the work under these locks takes less time than waking a thread.
                    status |= pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
                #endif
                status |= pthread_mutex_init(mutex, &attributes)
                assert(status == 0)
            }
            return value
        }
    }

    /// Calls the closure with the value while no other thread has it.
    ///
    /// Not recursive: a closure that comes back to the same lock waits for ever.
    @inlinable public func withLock<Result>(
        _ body: (inout sending Value) throws -> sending Result
    ) rethrows -> sending Result {
        let (value, mutex) = storage.withUnsafeMutablePointers { (LockedPointer($0), $1) }
        // Neither can fail on a mutex of the default type that was initialised and is not held by this thread.
        pthread_mutex_lock(mutex)
        defer {
            pthread_mutex_unlock(mutex)
            withExtendedLifetime(storage) {}
        }
        return try body(&value.pointer.pointee)
    }
}

/// Tells the compiler what the mutex guarantees: no other thread uses the value that is pointed at.
@usableFromInline struct LockedPointer<Value>: @unchecked Sendable {  // Used only with the mutex held.
    @usableFromInline let pointer: UnsafeMutablePointer<Value>

    @usableFromInline init(_ pointer: UnsafeMutablePointer<Value>) { self.pointer = pointer }
}
