/* Many readers of one event stream: when did the first and the last of them have each call?
 *
 *   fan PORT READERS SECONDS PATH KEY
 *
 * Prints "ready" once every reader has had its first bytes, and after SECONDS one line for each
 * `ticket.called`: its seq, its `at`, the first and the last arrival (CLOCK_REALTIME, ns), how many
 * readers had it. The last line is "lost N": readers whose stream ended early.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 8192, EVENTS = 100000 };

struct reader {
    int fd, got, called, began;
    long seq;
    char text[ROOM];
};
struct event {
    long seq, count;
    int64_t first, last;
    char at[32];
};

static struct event *events;
static long event_count, lost, begun;

static int64_t wall(void)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static struct event *event_of(long seq, const char *data)
{
    for (long i = event_count - 1; i >= 0; i--)
        if (events[i].seq == seq)
            return &events[i];
    if (event_count == EVENTS)
        exit(3);
    struct event *one = &events[event_count++];
    one->seq = seq;
    const char *at = strstr(data, "\"at\":\"");
    snprintf(one->at, sizeof one->at, "%.24s", at ? at + 6 : "");
    return one;
}

static void line(struct reader *one, const char *text)
{
    if (strncmp(text, "id: ", 4) == 0) {
        one->seq = atol(text + 4);
    } else if (strncmp(text, "event: ", 7) == 0) {
        one->called = strcmp(text + 7, "ticket.called") == 0;
    } else if (strncmp(text, "data: ", 6) == 0 && one->called) {
        struct event *event = event_of(one->seq, text);
        int64_t now = wall();
        if (event->count++ == 0)
            event->first = now;
        event->last = now;
        one->called = 0;
    } else if (text[0] == ':' && !one->began) {
        one->began = 1;
        begun++;
    }
}

static void hear(struct reader *one)
{
    ssize_t more = recv(one->fd, one->text + one->got, (size_t)(ROOM - 1 - one->got), 0);
    if (more <= 0) {
        if (more < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        close(one->fd);
        lost++;
        return;
    }
    one->got += (int)more;
    one->text[one->got] = 0;
    char *from = one->text, *end;
    while ((end = strchr(from, '\n'))) {
        *end = 0;
        line(one, from);
        from = end + 1;
    }
    one->got = (int)strlen(from);
    memmove(one->text, from, (size_t)one->got);
}

static void join(struct reader *one, int poll, int port, const char *path, const char *key)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    one->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (one->fd < 0 || connect(one->fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    char head[1024];
    int length = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer %s\r\n\r\n", path, key);
    if (send(one->fd, head, (size_t)length, MSG_NOSIGNAL) != length)
        die("send");
    fcntl(one->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    epoll_ctl(poll, EPOLL_CTL_ADD, one->fd, &event);
}

static void listen_for(int poll, int64_t until, long wanted)
{
    struct epoll_event found[512];
    while (wall() < until && (wanted == 0 || begun < wanted)) {
        int count = epoll_wait(poll, found, 512, 50);
        for (int i = 0; i < count; i++)
            hear(found[i].data.ptr);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: fan PORT READERS SECONDS PATH KEY\n");
        return 2;
    }
    int count = atoi(argv[2]), poll = epoll_create1(0);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    events = calloc(EVENTS, sizeof *events);
    struct reader *all = calloc((size_t)count, sizeof *all);
    for (int i = 0; i < count; i++) {
        join(&all[i], poll, atoi(argv[1]), argv[4], argv[5]);
        if (i % 100 == 99)
            listen_for(poll, wall() + 1000000000, i + 1 - 50);
    }
    listen_for(poll, wall() + 20000000000LL, count);
    if (begun != count) {
        fprintf(stderr, "%ld of %d readers have a stream\n", begun, count);
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    listen_for(poll, wall() + (int64_t)(atof(argv[3]) * 1e9), 0);
    for (long i = 0; i < event_count; i++)
        printf("%ld %s %lld %lld %ld\n", events[i].seq, events[i].at, (long long)events[i].first, (long long)events[i].last, events[i].count);
    printf("lost %ld\n", lost);
    return 0;
}
