#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *thread_entry(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    // without real-time priority the kernel may let timers come 50 us late to save power
    prctl(PR_SET_TIMERSLACK, 1);
    start.body(start.context);
    return NULL;
}

int cplatform_start_realtime_thread(const char *name, int priority, void (*body)(void *), void *context,
                                    bool *granted, unsigned long *thread) {
    struct thread_start *start = malloc(sizeof *start);
    if (!start) return ENOMEM;
    *start = (struct thread_start){body, context};
    pthread_t created;
    int failure = pthread_create(&created, NULL, thread_entry, start);
    if (failure) {
        free(start);
        return failure;
    }
    pthread_setname_np(created, name);
    struct sched_param parameter = {.sched_priority = priority};
    *granted = priority > 0 && pthread_setschedparam(created, SCHED_FIFO, &parameter) == 0;
    *thread = (unsigned long)created;
    return 0;
}

int cplatform_join_thread(unsigned long thread) { return pthread_join((pthread_t)thread, NULL); }

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif
int cplatform_lock_memory(void) { return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ? errno : 0; }

int cplatform_forbid_deep_sleep(void) {
    int descriptor = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    int32_t microseconds = 0;
    if (write(descriptor, &microseconds, sizeof microseconds) == sizeof microseconds) return descriptor;
    int reason = errno;
    close(descriptor);
    return -reason;
}

int cplatform_pin_thread(int processor) {
    cpu_set_t chosen;
    if (processor < 0 || processor >= CPU_SETSIZE) return EINVAL;
    CPU_ZERO(&chosen);
    CPU_SET(processor, &chosen);
    return pthread_setaffinity_np(pthread_self(), sizeof chosen, &chosen);
}

int cplatform_sleep_until(int64_t deadline) {
    struct timespec when = {deadline / 1000000000, deadline % 1000000000};
    int failure;
    do failure = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    while (failure == EINTR);
    return failure;
}

static int64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t cplatform_monotonic_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }
int64_t cplatform_realtime_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }

int cplatform_wait_for_descriptor(int descriptor, short events, int64_t deadline) {
    struct pollfd watched = {.fd = descriptor, .events = events};
    for (;;) {
        int64_t left = deadline - nanoseconds(CLOCK_MONOTONIC);
        if (left < 0) left = 0;
        struct timespec timeout = {left / 1000000000, left % 1000000000};
        int ready = ppoll(&watched, 1, &timeout, NULL);
        if (ready >= 0) return ready ? watched.revents : 0;
        if (errno != EINTR) return -errno;
    }
}

int cplatform_set_low_latency(int descriptor) {
    struct serial_struct settings;
    if (ioctl(descriptor, TIOCGSERIAL, &settings)) return errno;
    settings.flags |= ASYNC_LOW_LATENCY;
    return ioctl(descriptor, TIOCSSERIAL, &settings) ? errno : 0;
}

int cplatform_take_exclusively(int descriptor) { return ioctl(descriptor, TIOCEXCL) ? errno : 0; }

int cplatform_open_pty(char *slavePath, int capacity, int *slaveDescriptor) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -errno;
    if (grantpt(master) || unlockpt(master) || ptsname_r(master, slavePath, (size_t)capacity)) goto failed;
    int slave = open(slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) goto failed;
    struct termios settings;
    if (tcgetattr(slave, &settings)) {
        close(slave);
        goto failed;
    }
    cfmakeraw(&settings);
    tcsetattr(slave, TCSANOW, &settings);
    *slaveDescriptor = slave;
    return master;
failed:;
    int reason = errno;
    close(master);
    return -reason;
}

int cplatform_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

unsigned cplatform_user_id(void) { return geteuid(); }

int cplatform_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) ? errno : 0; }

static int unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) return ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

int cplatform_listen_unix(const char *path, unsigned mode) {
    struct sockaddr_un address;
    int failure = unix_address(path, &address);
    if (failure) return -failure;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -errno;
    mode_t before = umask(~mode & 0777);
    failure = bind(descriptor, (struct sockaddr *)&address, sizeof address) || listen(descriptor, 256) ? errno : 0;
    umask(before);
    if (failure) close(descriptor);
    return failure ? -failure : descriptor;
}

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif
int cplatform_unix_peer(int descriptor, struct cplatform_peer *peer, unsigned *groups, int capacity) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length)) return -errno;
    *peer = (struct cplatform_peer){credentials.pid, credentials.uid, credentials.gid};
    length = (socklen_t)(sizeof *groups * (size_t)capacity);
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length)) return -errno;
    return (int)(length / sizeof *groups);
}

int cplatform_connect_unix(const char *path, int64_t nanoseconds) {
    struct sockaddr_un address;
    int failure = unix_address(path, &address);
    if (failure) return -failure;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    // a listener that accepts nobody keeps callers waiting for as long as they may write
    struct timeval timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000 / 1000};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    failure = errno;
    close(descriptor);
    return -failure;
}

int cplatform_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int64_t cplatform_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return -errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit)) return -errno;
    return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

int64_t cplatform_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return -errno;
    return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

void cplatform_return_memory(void) {
#ifdef __GLIBC__
    // glibc raises this by itself after the first large block, and then keeps blocks of up to 32 MiB
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    malloc_trim(0);
#endif
}

int cplatform_probe_unix(const char *path) {
    int descriptor = cplatform_connect_unix(path, 1000000000);
    if (descriptor >= 0) close(descriptor);
    return descriptor >= 0 || descriptor == -EAGAIN;
}

int cplatform_wait_any_readable(const int *descriptors, int count, int64_t nanoseconds) {
    struct pollfd watched[16];
    struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    if (count > 16) count = 16;
    for (int i = 0; i < count; i++) watched[i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
    int ready = ppoll(watched, (nfds_t)count, &timeout, NULL);
    return ready < 0 ? -errno : ready;
}

int cplatform_wait_readable(int descriptor, int64_t nanoseconds) {
    struct pollfd watched = {.fd = descriptor, .events = POLLIN};
    struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int ready = ppoll(&watched, 1, &timeout, NULL);
    return ready < 0 ? -errno : ready;
}
