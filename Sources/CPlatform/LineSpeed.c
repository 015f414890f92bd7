// Apart from the rest: the kernel's own termios and that of the C library cannot be named in one file.
#include "CPlatform.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>

int ioctl(int descriptor, unsigned long request, ...);

int cplatform_set_line_speed(int descriptor, unsigned bitsPerSecond) {
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings)) return errno;
    settings.c_cflag = (settings.c_cflag & ~(CBAUD | CIBAUD)) | BOTHER | BOTHER << IBSHIFT;
    settings.c_ispeed = settings.c_ospeed = bitsPerSecond;
    return ioctl(descriptor, TCSETS2, &settings) ? errno : 0;
}

unsigned cplatform_line_speed(int descriptor) {
    struct termios2 settings;
    return ioctl(descriptor, TCGETS2, &settings) ? 0 : settings.c_ospeed;
}
