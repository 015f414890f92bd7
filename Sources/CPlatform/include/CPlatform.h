#ifndef FORESIGHT_CPLATFORM_H
#define FORESIGHT_CPLATFORM_H
// The few things Swift cannot express: variadic ioctl, thread attributes, memory locking, code for several processors.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Waits until one of at most 16 descriptors is readable, or so many nanoseconds have passed.
/// Returns how many are, or a negative errno.
int cplatform_wait_any_readable(const int *descriptors, int count, int64_t nanoseconds);

/// Sets a terminal's rate, any number of bits per second; also a pseudo-terminal's, which keeps it. Returns 0 or an errno.
int cplatform_set_line_speed(int descriptor, unsigned bitsPerSecond);
/// A terminal's rate in bits per second; at the master of a pseudo-terminal that of its slave. 0 if there is none.
unsigned cplatform_line_speed(int descriptor);
/// Runs `body(context)` on a new thread, SCHED_FIFO at `priority` where permitted.
/// Returns 0, or an errno when no thread could be made at all.
/// `*granted` tells whether the real-time priority was granted.
int cplatform_start_realtime_thread(const char *name, int priority, void (*body)(void *), void *context,
                                    bool *granted, unsigned long *thread);
/// Joins a thread made by `cplatform_start_realtime_thread`.
int cplatform_join_thread(unsigned long thread);
/// Locks touched memory in RAM (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT). Returns 0 or an errno.
int cplatform_lock_memory(void);
/// Keeps the processors out of deep sleep until the returned descriptor is closed (0 µs in /dev/cpu_dma_latency).
/// Returns a descriptor or -errno.
int cplatform_forbid_deep_sleep(void);
/// Ties the calling thread, and those it makes from now on, to one processor (0 = the first). Returns 0 or an errno.
int cplatform_pin_thread(int processor);
/// Sleeps until `deadlineNanoseconds` on CLOCK_MONOTONIC. Returns 0 or an errno.
int cplatform_sleep_until(int64_t deadlineNanoseconds);
/// Waits until `descriptor` has one of `events` (POLLIN, POLLOUT) or CLOCK_MONOTONIC reaches the deadline.
/// Returns what poll reported, 0 when the deadline passed, or -errno.
int cplatform_wait_for_descriptor(int descriptor, short events, int64_t deadlineNanoseconds);
/// CLOCK_MONOTONIC in nanoseconds.
int64_t cplatform_monotonic_nanoseconds(void);
/// CLOCK_REALTIME in nanoseconds.
int64_t cplatform_realtime_nanoseconds(void);
/// Sets ASYNC_LOW_LATENCY on a serial port. Returns 0 or an errno.
int cplatform_set_low_latency(int descriptor);
/// Takes the port for this process alone (TIOCEXCL). Returns 0 or an errno.
int cplatform_take_exclusively(int descriptor);
/// Opens a new pseudo-terminal pair in raw mode; writes the slave's path. Returns the master or -errno.
int cplatform_open_pty(char *slavePath, int capacity, int *slaveDescriptor);
/// Waits until `descriptor` can be read or the time has passed. 1 readable, 0 not, or -errno.
int cplatform_wait_readable(int descriptor, int64_t nanoseconds);
/// The effective user id.
unsigned cplatform_user_id(void);
/// Takes an exclusive lock on an open file without waiting (flock). Returns 0 or an errno.
int cplatform_try_lock(int descriptor);
/// Binds and listens on a Unix socket that the users of `mode` (0660, 0666) may open. Returns the descriptor or -errno.
int cplatform_listen_unix(const char *path, unsigned mode);
/// Connects to a Unix socket within so many nanoseconds. Returns the descriptor or -errno: -EAGAIN when nobody accepted.
int cplatform_connect_unix(const char *path, int64_t nanoseconds);
/// Accepts a connection, whose calls do not block. Returns the descriptor or -errno.
int cplatform_accept(int listener);
/// Lets this process open as many descriptors as its hard limit allows (RLIMIT_NOFILE). Returns the limit or -errno.
int64_t cplatform_raise_descriptor_limit(void);
/// How many descriptors this process may open now. Returns the limit or -errno.
int64_t cplatform_descriptor_limit(void);
/// Gives memory that was freed back to the system, and keeps large blocks from staying in the heap from now on.
void cplatform_return_memory(void);
/// Whether somebody listens at a Unix socket. 1 yes, 0 no.
int cplatform_probe_unix(const char *path);
/// Who is at the other end of a connected Unix socket, as the kernel saw it when the connection was made.
struct cplatform_peer {
    int process;
    unsigned user;
    unsigned group;
};
/// Fills `peer` and at most `capacity` of its supplementary groups. Returns how many groups, or -errno: -ERANGE when
/// there are more than `capacity`.
int cplatform_unix_peer(int descriptor, struct cplatform_peer *peer, unsigned *groups, int capacity);
/// Width in columns of the terminal on `descriptor`, or 0 if there is none.
int cplatform_terminal_columns(int descriptor);
/// log Σ exp(values), within 1e-6 of exact: what turns a vocabulary's logits into log-probabilities. At least one value.
double cplatform_log_sum_exp(const float *values, size_t count);

#endif
