/* A disk that tells, fills up and dawdles: preloaded into the server, it stands before libc.
 *
 *   DISK_DIR    the folder that is watched (files whose path begins with it, shared memory excepted)
 *   DISK_LOG    where every change, every sync and every answer 201/200 is recorded, in one order
 *   DISK_FULL   while this file exists, writes to watched files fail with ENOSPC
 *   DISK_DELAY_US   time added to every fsync and fdatasync
 *
 * A record is: op (1 byte), file (1), unused (2), length (4), offset (8), then the bytes. Offset and
 * length are native. A sync is two records with one number as offset: what was written before SYNC is
 * durable at SYNCED. Two threads may sync one file at once, and the later sync may return first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NAME = 1, WRITE, TRUNCATE, SYNC, SYNCED, UNLINK, ANSWER };
enum { FILES = 64, DESCRIPTORS = 65536, PATHS = 512 };

struct record {
    uint8_t op, file;
    uint16_t unused;
    uint32_t length;
    uint64_t offset;
};

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static char names[FILES][PATHS];
static uint8_t file_of[DESCRIPTORS]; /* 0: not watched, else index + 1 */
static int file_count, log_fd = -1;
static uint64_t syncs;
static const char *dir, *full;
static long delay_us;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_close)(int), (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void)
{
    real_open = REAL(open);
    real_pwrite = REAL(pwrite);
    real_write = REAL(write);
    real_writev = REAL(writev);
    real_sendmsg = REAL(sendmsg);
    real_ftruncate = REAL(ftruncate);
    real_fsync = REAL(fsync);
    real_fdatasync = REAL(fdatasync);
    real_close = REAL(close);
    real_unlink = REAL(unlink);
    dir = getenv("DISK_DIR");
    full = getenv("DISK_FULL");
    const char *text = getenv("DISK_DELAY_US");
    delay_us = text ? atol(text) : 0;
    const char *path = getenv("DISK_LOG");
    if (path)
        log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(int op, int file, uint64_t offset, const void *bytes, size_t length)
{
    if (log_fd < 0)
        return;
    struct record head = {(uint8_t)op, (uint8_t)file, 0, (uint32_t)length, offset};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)bytes, length}};
    if (real_writev(log_fd, parts, 2) != (ssize_t)(sizeof head + length))
        abort(); /* a log with a hole would prove nothing */
}

static int watched_path(const char *path)
{
    if (!dir || strncmp(path, dir, strlen(dir)) != 0)
        return 0;
    size_t length = strlen(path);
    return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static int number_of(const char *path) /* with `order` held */
{
    for (int i = 0; i < file_count; i++)
        if (strcmp(names[i], path) == 0)
            return i + 1;
    if (file_count == FILES || strlen(path) >= PATHS)
        abort();
    strcpy(names[file_count++], path);
    put(NAME, file_count, 0, path, strlen(path));
    return file_count;
}

static int watch(int fd, const char *path, int flags)
{
    if (fd < 0 || fd >= DESCRIPTORS)
        return fd;
    pthread_mutex_lock(&order);
    file_of[fd] = 0;
    if (watched_path(path)) {
        file_of[fd] = (uint8_t)number_of(path);
        if (flags & O_TRUNC)
            put(TRUNCATE, file_of[fd], 0, NULL, 0);
    }
    pthread_mutex_unlock(&order);
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return watch(real_open(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return watch(real_open(path, flags, mode), path, flags);
}

int close(int fd)
{
    if (fd >= 0 && fd < DESCRIPTORS)
        file_of[fd] = 0;
    return real_close(fd);
}

static int watched(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? file_of[fd] : 0;
}

static int is_full(void)
{
    return full && access(full, F_OK) == 0;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    int file = watched(fd);
    if (!file)
        return real_pwrite(fd, bytes, length, offset);
    if (is_full()) {
        errno = ENOSPC;
        return -1;
    }
    pthread_mutex_lock(&order);
    ssize_t done = real_pwrite(fd, bytes, length, offset);
    int error = errno;
    if (done > 0)
        put(WRITE, file, (uint64_t)offset, bytes, (size_t)done);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
    return pwrite(fd, bytes, length, offset);
}

/* An answer counts from the moment at which the server begins to send it. */
static void note_answer(const struct iovec *parts, int count)
{
    static const char good[] = "HTTP/1.1 20";
    if (log_fd < 0 || count < 1 || parts[0].iov_len < sizeof good || memcmp(parts[0].iov_base, good, sizeof good - 1))
        return;
    char bytes[16384];
    size_t length = 0;
    for (int i = 0; i < count && length + parts[i].iov_len <= sizeof bytes; i++) {
        memcpy(bytes + length, parts[i].iov_base, parts[i].iov_len);
        length += parts[i].iov_len;
    }
    pthread_mutex_lock(&order);
    put(ANSWER, 0, 0, bytes, length);
    pthread_mutex_unlock(&order);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    int file = watched(fd);
    if (file) {
        off_t at = lseek(fd, 0, SEEK_CUR);
        ssize_t done = pwrite(fd, bytes, length, at);
        if (done > 0)
            lseek(fd, at + done, SEEK_SET);
        return done;
    }
    struct iovec part = {(void *)bytes, length};
    note_answer(&part, 1);
    return real_write(fd, bytes, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    note_answer(parts, count);
    return real_writev(fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    note_answer(message->msg_iov, (int)message->msg_iovlen);
    return real_sendmsg(fd, message, flags);
}

int ftruncate(int fd, off_t length)
{
    int file = watched(fd);
    if (!file)
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&order);
    int done = real_ftruncate(fd, length);
    if (done == 0)
        put(TRUNCATE, file, (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&order);
    return done;
}

int ftruncate64(int fd, off_t length)
{
    return ftruncate(fd, length);
}

static int synced(int fd, int (*call)(int))
{
    int file = watched(fd);
    if (!file)
        return call(fd);
    pthread_mutex_lock(&order);
    uint64_t number = ++syncs;
    put(SYNC, file, number, NULL, 0);
    pthread_mutex_unlock(&order);
    int done = call(fd);
    if (delay_us)
        usleep((useconds_t)delay_us);
    pthread_mutex_lock(&order);
    if (done == 0)
        put(SYNCED, file, number, NULL, 0);
    pthread_mutex_unlock(&order);
    return done;
}

int fsync(int fd)
{
    return synced(fd, real_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, real_fdatasync);
}

int unlink(const char *path)
{
    if (!watched_path(path))
        return real_unlink(path);
    pthread_mutex_lock(&order);
    int done = real_unlink(path);
    if (done == 0)
        put(UNLINK, number_of(path), 0, NULL, 0);
    pthread_mutex_unlock(&order);
    return done;
}
