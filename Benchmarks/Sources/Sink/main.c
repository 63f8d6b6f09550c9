/*
 * A minimal collector for measurements: takes OTLP requests over HTTP/1.1, counts them and answers with success.
 *
 *     Sink [MILLISECONDS]
 *
 * prints its port, answers each POST after MILLISECONDS, answers GET with the totals as JSON and resets them, and ends
 * at the end of its standard input. Each connection has a thread. Spans are counted by walking over the lengths in an
 * ExportTraceServiceRequest.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long requests, wire_bytes, body_bytes, spans;
static useconds_t answer_delay;

/*
 * Reads the field at `at`: returns its number and sets the range of its content. Returns zero at the end, and for a
 * field without a length.
 */
static int field(const uint8_t **at, const uint8_t *end, const uint8_t **content, const uint8_t **content_end) {
    uint64_t numbers[2] = {0, 0};
    for (int index = 0; index < 2; index++) {
        for (int shift = 0;; shift += 7) {
            if (*at >= end || shift > 63) return 0;
            uint8_t byte = *(*at)++;
            numbers[index] |= (uint64_t)(byte & 0x7F) << shift;
            if (!(byte & 0x80)) break;
        }
        if (index == 0 && (numbers[0] & 7) != 2) return 0;
    }
    if (numbers[1] > (uint64_t)(end - *at)) return 0;
    *content = *at;
    *content_end = *at += numbers[1];
    return (int)(numbers[0] >> 3);
}

/* Counts the spans of a request: ResourceSpans (1) hold ScopeSpans (2), which hold Spans (2). */
static long count_spans(const uint8_t *at, const uint8_t *end, int depth) {
    long count = 0;
    int number;
    const uint8_t *content, *content_end;
    while ((number = field(&at, end, &content, &content_end))) {
        if (number != (depth == 0 ? 1 : 2)) continue;
        count += depth == 2 ? 1 : count_spans(content, content_end, depth + 1);
    }
    return count;
}

static int answer(int connection, const char *body) {
    char text[512];
    int length = snprintf(text, sizeof text,
                          "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                          *body ? "application/json" : "application/x-protobuf", strlen(body), body);
    return write(connection, text, (size_t)length) == length;
}

static int report(int connection) {
    char text[256];
    snprintf(text, sizeof text, "{\"requests\": %ld, \"wire_bytes\": %ld, \"body_bytes\": %ld, \"spans\": %ld}\n",
             atomic_exchange(&requests, 0), atomic_exchange(&wire_bytes, 0), atomic_exchange(&body_bytes, 0),
             atomic_exchange(&spans, 0));
    return answer(connection, text);
}

static void *serve(void *argument) {
    int connection = (int)(intptr_t)argument;
    size_t capacity = 1 << 20, filled = 0;
    char *buffer = malloc(capacity + 1);
    while (buffer) {
        buffer[filled] = 0;
        char *head_end = filled ? strstr(buffer, "\r\n\r\n") : NULL;
        size_t needed = filled + 1;
        if (head_end) {
            const char *length = strcasestr(buffer, "\r\ncontent-length:");
            size_t body = length && length < head_end ? strtoul(length + 17, NULL, 10) : 0;
            needed = (size_t)(head_end + 4 - buffer) + body;
            if (filled >= needed) {
                if (!strncmp(buffer, "GET", 3)) {
                    if (!report(connection)) break;
                } else {
                    const uint8_t *start = (const uint8_t *)head_end + 4;
                    requests++;
                    wire_bytes += (long)needed;
                    body_bytes += (long)body;
                    spans += count_spans(start, start + body, 0);
                    if (answer_delay) usleep(answer_delay);
                    if (!answer(connection, "")) break;
                }
                memmove(buffer, buffer + needed, filled - needed);
                filled -= needed;
                continue;
            }
        }
        if (needed > capacity) {
            capacity = needed * 2;
            char *larger = realloc(buffer, capacity + 1);
            if (!larger) break;
            buffer = larger;
        }
        ssize_t count = read(connection, buffer + filled, capacity - filled);
        if (count <= 0) break;
        filled += (size_t)count;
    }
    free(buffer);
    close(connection);
    return NULL;
}

static void *accept_all(void *argument) {
    int listener = (int)(intptr_t)argument;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) continue;
        int on = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection) == 0) pthread_detach(thread);
        else close(connection);
    }
    return NULL;
}

int main(int count, char **arguments) {
    answer_delay = count > 1 ? (useconds_t)atoi(arguments[1]) * 1000 : 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("Sink");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    if (pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)listener)) return 1;
    char ignored[64];
    while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {}
    return 0;
}
