/* Closed-loop or paced HTTP load over kept connections: one thread, epoll, percentiles as JSON.
 *
 *   load PORT CONNECTIONS SECONDS RATE < scripts        (RATE 0: as fast as answers come)
 *
 * Input: a line with the number of scripts; for each a line with the number of its requests; for
 * each request a line "MEASURED LENGTH" and then that many bytes. Connection i goes through script
 * i modulo their number, over and over. A run of 16 "@" becomes a number never used before.
 * With a rate, a request is timed from the moment at which it was due, not at which it was sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 65536, SAMPLES = 4000000, STATUSES = 600 };

struct request {
    int measured, length;
    char *bytes, *mark;
};
struct script {
    int count;
    struct request *requests;
};
struct connection {
    int fd, script, at, got, busy;
    double since;
    char answer[ROOM];
};

static struct script *scripts;
static int script_count;
static double *samples;
static long sampled, by_status[STATUSES], unmeasured;
static uint64_t serial;

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void read_scripts(void)
{
    if (scanf("%d", &script_count) != 1)
        die("scripts");
    scripts = calloc((size_t)script_count, sizeof *scripts);
    for (int s = 0; s < script_count; s++) {
        if (scanf("%d", &scripts[s].count) != 1)
            die("script");
        scripts[s].requests = calloc((size_t)scripts[s].count, sizeof(struct request));
        for (int r = 0; r < scripts[s].count; r++) {
            struct request *one = &scripts[s].requests[r];
            if (scanf("%d %d", &one->measured, &one->length) != 2 || getchar() != '\n')
                die("request");
            one->bytes = malloc((size_t)one->length + 1);
            if (fread(one->bytes, 1, (size_t)one->length, stdin) != (size_t)one->length)
                die("bytes");
            one->bytes[one->length] = 0;
            one->mark = strstr(one->bytes, "@@@@@@@@@@@@@@@@");
        }
    }
}

static void ask(struct connection *one, double since)
{
    struct request *request = &scripts[one->script].requests[one->at];
    if (request->mark) {
        char digits[17];
        snprintf(digits, sizeof digits, "%016llx", (unsigned long long)serial++);
        memcpy(request->mark, digits, 16);
    }
    one->since = since;
    one->got = 0;
    one->busy = 1;
    if (send(one->fd, request->bytes, (size_t)request->length, MSG_NOSIGNAL) != request->length)
        die("send");
}

/* Whether the whole answer is here; bodies have a Content-Length or none at all. */
static int complete(const struct connection *one, int *status)
{
    const char *end = memmem(one->answer, (size_t)one->got, "\r\n\r\n", 4);
    if (!end)
        return 0;
    *status = atoi(one->answer + 9);
    const char *length = memmem(one->answer, (size_t)(end - one->answer), "content-length: ", 16);
    long body = length ? atol(length + 16) : 0;
    return one->got >= end + 4 - one->answer + body;
}

static int hear(struct connection *one) /* 1 when an answer is complete */
{
    ssize_t more = recv(one->fd, one->answer + one->got, (size_t)(ROOM - one->got), 0);
    if (more <= 0)
        die("the server hung up");
    one->got += (int)more;
    int status = 0;
    if (!complete(one, &status))
        return 0;
    struct script *script = &scripts[one->script];
    if (script->requests[one->at].measured) {
        by_status[status]++;
        if (sampled < SAMPLES)
            samples[sampled++] = now() - one->since;
    } else {
        unmeasured++;
    }
    one->at = (one->at + 1) % script->count;
    one->busy = 0;
    return 1;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double percentile(double share)
{
    return sampled ? samples[(long)((double)(sampled - 1) * share)] * 1000 : 0;
}

static int connected(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void run(struct connection *all, int count, double seconds, double rate)
{
    int poll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
    }
    double begun = now(), until = begun + seconds, due = begun;
    int turn = 0, open = 0;
    for (int i = 0; rate == 0 && i < count; i++, open++)
        ask(&all[i], now());
    while (now() < until || open > 0) {
        if (now() > until + 10)
            die("answers are missing");
        while (rate > 0 && due <= now() && due < until) {
            int tried = 0;
            while (all[turn % count].busy && tried++ < count)
                turn++;
            if (tried > count)
                break; /* all are busy: the request is late, and its time runs */
            ask(&all[turn++ % count], due);
            due += 1 / rate;
            open++;
        }
        struct epoll_event events[256];
        int found = epoll_wait(poll, events, 256, rate > 0 ? 1 : 100);
        for (int i = 0; i < found; i++) {
            struct connection *one = events[i].data.ptr;
            if (!hear(one))
                continue;
            if (rate == 0 && now() < until)
                ask(one, now());
            else
                open--;
        }
    }
    double took = (now() < until ? until : now()) - begun;
    qsort(samples, (size_t)sampled, sizeof *samples, ascending);
    printf("{\"measured\": %ld, \"others\": %ld, \"seconds\": %.4f, \"per_s\": %.2f, ", sampled, unmeasured, took, (double)sampled / took);
    printf("\"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f, ", percentile(.5), percentile(.95), percentile(.99));
    printf("\"max_ms\": %.3f, \"status\": {", percentile(1));
    const char *comma = "";
    for (int status = 0; status < STATUSES; status++)
        if (by_status[status]) {
            printf("%s\"%d\": %ld", comma, status, by_status[status]);
            comma = ", ";
        }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS RATE < scripts\n");
        return 2;
    }
    int count = atoi(argv[2]);
    read_scripts();
    if (getrandom(&serial, sizeof serial, 0) != sizeof serial)
        die("getrandom");
    samples = malloc(sizeof(double) * SAMPLES);
    struct connection *all = calloc((size_t)count, sizeof *all);
    for (int i = 0; i < count; i++) {
        all[i].fd = connected(atoi(argv[1]));
        all[i].script = i % script_count;
    }
    run(all, count, atof(argv[3]), atof(argv[4]));
    return 0;
}
