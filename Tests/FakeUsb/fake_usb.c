// A table on which fake USB adapters are plugged in and out, for programs that run under umockdev's preload library.
//
// usage: LD_PRELOAD=libumockdev-preload.so.0 fake_usb FIFO
//
// Prints the testbed's folder (for $UMOCKDEV_DIR), then obeys the lines that come through the FIFO and answers each:
//   plug FILE DEVICE [BEHIND]  a device description; what is written to DEVICE comes back with every bit turned over,
//                              or goes to and comes from the terminal BEHIND
//   unplug DEVICE SYSPATH...   the device hangs up, then udev says that it and its parents are gone
//   quit
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// of libumockdev 0.17, whose headers the Debian package of the tools does not hold
typedef struct UMockdevTestbed UMockdevTestbed;
UMockdevTestbed *umockdev_testbed_new(void);
char *umockdev_testbed_get_root_dir(UMockdevTestbed *);
int umockdev_testbed_add_from_file(UMockdevTestbed *, const char *, void **error);
int umockdev_testbed_get_dev_fd(UMockdevTestbed *, const char *);
void umockdev_testbed_uevent(UMockdevTestbed *, const char *, const char *action);
void umockdev_testbed_remove_device(UMockdevTestbed *, const char *);
void g_object_unref(void *);

enum { places = 8 };
static struct { char name[64]; int master, behind; } ports[places];

static void send_all(int fd, const unsigned char *bytes, ssize_t count) {
    while (count > 0) {
        ssize_t sent = write(fd, bytes, (size_t)count);
        if (sent < 0) return;
        bytes += sent;
        count -= sent;
    }
}

static void carry(int from, int to, int turn) {
    unsigned char bytes[4096];
    struct pollfd state = {.fd = from, .events = POLLIN};
    if (poll(&state, 1, 0) <= 0 || !(state.revents & POLLIN)) return;
    ssize_t count = read(from, bytes, sizeof bytes);
    if (count <= 0) return;
    if (turn) for (ssize_t i = 0; i < count; i++) bytes[i] = (unsigned char)~bytes[i];
    send_all(to, bytes, count);
}

static void plug(UMockdevTestbed *bed, const char *file, const char *device, const char *behind) {
    void *error = NULL;
    if (!umockdev_testbed_add_from_file(bed, file, &error)) {
        printf("refused %s\n", file);
        return;
    }
    for (int i = 0; i < places; i++) {
        if (ports[i].name[0]) continue;
        snprintf(ports[i].name, sizeof ports[i].name, "%s", device);
        ports[i].master = umockdev_testbed_get_dev_fd(bed, device);
        ports[i].behind = -1;
        if (behind) {
            ports[i].behind = open(behind, O_RDWR | O_NOCTTY);
            struct termios settings;
            tcgetattr(ports[i].behind, &settings);
            cfmakeraw(&settings);
            tcsetattr(ports[i].behind, TCSANOW, &settings);
        }
        printf("plugged %s %d\n", device, ports[i].master >= 0 && (!behind || ports[i].behind >= 0));
        return;
    }
}

/// What udev's rules would do.
static void unlink_names(const char *root, const char *device) {
    const char *folders[] = {"by-id", "by-path"};
    char folder[512], path[1024], target[1024], wanted[512];
    snprintf(wanted, sizeof wanted, "%s%s", root, device);
    for (int i = 0; i < 2; i++) {
        snprintf(folder, sizeof folder, "%s/dev/serial/%s", root, folders[i]);
        DIR *stream = opendir(folder);
        for (struct dirent *entry; stream && (entry = readdir(stream));) {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            ssize_t count = readlink(path, target, sizeof target - 1);
            if (count <= 0) continue;
            target[count] = 0;
            if (!strcmp(target, wanted)) unlink(path);
        }
        if (stream) closedir(stream);
    }
}

static void unplug(UMockdevTestbed *bed, const char *device, char **syspaths) {
    for (int i = 0; i < places; i++) {
        if (strcmp(ports[i].name, device)) continue;
        // libumockdev forgets this link, and the next pseudo-terminal may get the same number
        char link[512], *name = ptsname(ports[i].master);
        for (char *at = name; at && *at; at++) if (*at == '/') *at = '_';
        snprintf(link, sizeof link, "%s/dev/.ptymap/%s", umockdev_testbed_get_root_dir(bed), name ? name : "");
        unlink(link);
        close(ports[i].master);
        if (ports[i].behind >= 0) close(ports[i].behind);
        ports[i].name[0] = 0;
    }
    for (; *syspaths; syspaths++) {
        umockdev_testbed_uevent(bed, *syspaths, "remove");
        umockdev_testbed_remove_device(bed, *syspaths);
    }
    unlink_names(umockdev_testbed_get_root_dir(bed), device);
    printf("unplugged %s\n", device);
}

static int obey(UMockdevTestbed *bed, char *line) {
    char *word[8] = {0};
    int count = 0;
    for (char *part = strtok(line, " \n"); part && count < 7; part = strtok(NULL, " \n")) word[count++] = part;
    if (count >= 3 && !strcmp(word[0], "plug")) plug(bed, word[1], word[2], word[3]);
    if (count >= 3 && !strcmp(word[0], "unplug")) unplug(bed, word[1], word + 2);
    return count && !strcmp(word[0], "quit");
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int orders = count == 2 ? open(arguments[1], O_RDWR) : -1;
    if (orders < 0) return 64;
    UMockdevTestbed *bed = umockdev_testbed_new();
    printf("testbed %s\n", umockdev_testbed_get_root_dir(bed));
    char line[1024];
    size_t filled = 0;
    for (int done = 0; !done;) {
        struct pollfd states[1 + 2 * places] = {{.fd = orders, .events = POLLIN}};
        int watched = 1, alone = 0;
        for (int i = 0; i < places; i++) {
            if (!ports[i].name[0] || ports[i].master < 0) continue;
            // a master whose other end nobody holds says "hung up" without end: it is looked at again a little later
            struct pollfd state = {.fd = ports[i].master, .events = POLLIN};
            if (poll(&state, 1, 0) > 0 && !(state.revents & POLLIN)) alone = 1;
            else states[watched++] = state;
            if (ports[i].behind >= 0) states[watched++] = (struct pollfd){.fd = ports[i].behind, .events = POLLIN};
        }
        poll(states, (nfds_t)watched, alone ? 2 : 200);
        for (int i = 0; i < places; i++) {
            if (!ports[i].name[0] || ports[i].master < 0) continue;
            carry(ports[i].master, ports[i].behind < 0 ? ports[i].master : ports[i].behind, ports[i].behind < 0);
            if (ports[i].behind >= 0) carry(ports[i].behind, ports[i].master, 0);
        }
        if (!(states[0].revents & POLLIN)) continue;
        char byte;
        if (read(orders, &byte, 1) != 1) continue;
        if (filled < sizeof line - 1) line[filled++] = byte;
        if (byte != '\n') continue;
        line[filled] = 0;
        filled = 0;
        done = obey(bed, line);
    }
    g_object_unref(bed);
    return 0;
}
