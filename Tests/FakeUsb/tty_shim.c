// Makes umockdev's fake ttys, which are links to pseudo-terminals, look like the real ports libserialport expects.
// Preloaded before libumockdev-preload.so.0, which it needs only for the paths.
//
// - TIOCMGET, which pseudo-terminals lack, answers "no lines"; termios calls go straight to the kernel.
// - TIOCGSERIAL and TIOCSSERIAL keep their flags, so that ASYNC_LOW_LATENCY can be set and read back.
// - realpath and the links in /proc/N/fd name the fake device and not the pseudo-terminal behind it.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <linux/serial.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static ssize_t real_readlink(const char *path, char *buffer, size_t size) {
    return syscall(SYS_readlink, path, buffer, size);
}

static const char *bench(void) { return getenv("UMOCKDEV_DIR"); }

/// The fake device that is a link to the pseudo-terminal `pts`.
static int fake_name(const char *pts, char *name, size_t size) {
    char folder[PATH_MAX], path[PATH_MAX + 300], target[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/dev", bench());
    DIR *stream = opendir(folder);
    int found = 0;
    for (struct dirent *entry; stream && !found && (entry = readdir(stream));) {
        if (strncmp(entry->d_name, "tty", 3)) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ssize_t count = real_readlink(path, target, sizeof target - 1);
        if (count <= 0) continue;
        target[count] = 0;
        if (!strcmp(target, pts)) found = snprintf(name, size, "/dev/%s", entry->d_name) > 0;
    }
    if (stream) closedir(stream);
    return found;
}

static int is_fake(int fd) {
    char link[64], pts[PATH_MAX], name[300];
    if (!bench()) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t count = real_readlink(link, pts, sizeof pts - 1);
    if (count <= 0) return 0;
    pts[count] = 0;
    // gone from the testbed, but still the port it was
    return !strncmp(pts, "/dev/pts/", 9) && (strstr(pts, "(deleted)") || fake_name(pts, name, sizeof name));
}

int ioctl(int fd, unsigned long request, ...) {
    static struct serial_struct settings[1024];
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (((request >> 8) & 0xFF) == 'T') {
        int modem = request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC;
        int serial = request == TIOCGSERIAL || request == TIOCSSERIAL;
        if ((modem || serial || request == TIOCEXCL) && fd >= 0 && fd < 1024 && is_fake(fd)) {
            if (request == TIOCMGET) *(int *)argument = 0;
            if (request == TIOCGSERIAL) *(struct serial_struct *)argument = settings[fd];
            if (request == TIOCSSERIAL) settings[fd] = *(struct serial_struct *)argument;
            return 0; // the mark of TIOCEXCL would outlive us on a pseudo-terminal
        }
        return (int)syscall(SYS_ioctl, fd, request, argument);
    }
    int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return next(fd, request, argument);
}

char *realpath(const char *path, char *resolved) {
    if (bench() && !strncmp(path, "/dev/", 5)) {
        char place[PATH_MAX], target[PATH_MAX], prefix[PATH_MAX];
        snprintf(prefix, sizeof prefix, "%s/dev/", bench());
        snprintf(place, sizeof place, "%s%s", bench(), path);
        for (int steps = 0; steps < 8; steps++) {
            ssize_t count = real_readlink(place, target, sizeof target - 1);
            if (count <= 0) break;
            target[count] = 0;
            if (strncmp(target, prefix, strlen(prefix))) {
                // the pseudo-terminal: what links to it is the device
                char *result = resolved ? resolved : malloc(PATH_MAX);
                return strcpy(result, place + strlen(bench()));
            }
            strcpy(place, target);
        }
    }
    char *(*next)(const char *, char *) = dlsym(RTLD_NEXT, "realpath");
    return next(path, resolved);
}

ssize_t readlink(const char *path, char *buffer, size_t size) {
    ssize_t (*next)(const char *, char *, size_t) = dlsym(RTLD_NEXT, "readlink");
    ssize_t count = next(path, buffer, size);
    if (bench() && count > 9 && (size_t)count < size && !strncmp(path, "/proc/", 6) && !strncmp(buffer, "/dev/pts/", 9)) {
        char name[300];
        buffer[count] = 0;
        if (fake_name(buffer, name, sizeof name) && strlen(name) < size) {
            strcpy(buffer, name);
            return (ssize_t)strlen(name);
        }
    }
    return count;
}
