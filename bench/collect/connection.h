/* Connections of the load, plain or TLS: opened, written to, read from, given up. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

#include "rows.h"

enum { ANSWER = 4096, AT_ONCE = 128, AGAIN_NS = 100000000 };
enum state { CLOSED, CONNECTING, SHAKING, GREETING, IDLE, WAITING, RESTING };

struct connection {
  int fd;
  enum state state;
  size_t have;
  char *rest; /* of a request that the socket did not take whole */
  size_t rest_from, rest_length;
  int stream, rows;
  uint64_t due, again;
  char *answer;
#ifdef WITH_TLS
  SSL *ssl;
#endif
};

static int port, http = 1, tls, connections = 32, hosts = 20, rows = 10, most;
static enum shape shape = SDR;
static double seconds = 3, warm = 0.5, pace, ramp;
static const char *token = "";

static struct connection *all;
static struct stream *streams;
static int stream_count, opened, starting, poller, resting;
static uint64_t acknowledged, requests, busy, reconnects, late, untouched;
#ifdef WITH_TLS
static SSL_CTX *context;
#endif

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "load: ");
  vfprintf(stderr, format, list);
  fprintf(stderr, "\n");
  exit(1);
}

static void watch(struct connection *c, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(poller, how, c->fd, &event) != 0) die("epoll_ctl: %s", strerror(errno));
}

static void drop(struct connection *c) {
#ifdef WITH_TLS
  if (c->ssl) SSL_free(c->ssl);
  c->ssl = NULL;
#endif
  close(c->fd);
  free(c->rest);
  c->rest = NULL;
  c->have = 0;
  c->state = CLOSED;
}

static void open_connection(struct connection *c) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket: %s", strerror(errno));
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  c->state = CONNECTING;
  starting++;
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) die("connect: %s", strerror(errno));
  watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

/* The rows of the request under way are to be sent again. */
static void take_back(struct connection *c) {
  struct stream *s = &streams[c->stream];
  s->rows -= (uint64_t)c->rows;
  s->offset = s->rows == 0 ? 0 : header_length + s->rows * ROW;
}

/* A server may close a connection that was idle for long, also at the moment when a request is on its way. */
static void lost(struct connection *c) {
  if (c->have > 0 || (c->state != IDLE && c->state != WAITING))
    die("connection lost (state %d): %.*s", c->state, (int)c->have, c->answer);
  int again = c->state == WAITING || pace == 0;
  if (c->state == WAITING) take_back(c);
  drop(c);
  if (++reconnects > (uint64_t)connections) die("the server closes connections");
  if (again) open_connection(c);
}

/* Bytes written or read; 0: later; -1: the other side is gone. */
static ssize_t put(struct connection *c, const char *at, size_t length) {
#ifdef WITH_TLS
  if (c->ssl) {
    int done = SSL_write(c->ssl, at, (int)length);
    if (done > 0) return done;
    int why = SSL_get_error(c->ssl, done);
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? 0 : -1;
  }
#endif
  ssize_t done = send(c->fd, at, length, MSG_NOSIGNAL);
  return done >= 0 ? done : errno == EAGAIN ? 0 : -1;
}

static ssize_t get(struct connection *c, char *at, size_t length) {
#ifdef WITH_TLS
  if (c->ssl) {
    int done = SSL_read(c->ssl, at, (int)length);
    if (done > 0) return done;
    return SSL_get_error(c->ssl, done) == SSL_ERROR_WANT_READ ? 0 : -1;
  }
#endif
  ssize_t done = recv(c->fd, at, length, 0);
  return done > 0 ? done : done < 0 && errno == EAGAIN ? 0 : -1;
}

static void push(struct connection *c, const char *at, size_t length) {
  while (length > 0) {
    ssize_t done = put(c, at, length);
    if (done < 0) die("write: %s", strerror(errno));
    if (done == 0) {
      char *rest = malloc(length);
      memcpy(rest, at, length);
      c->rest = rest;
      c->rest_from = 0;
      c->rest_length = length;
      watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
      return;
    }
    at += done;
    length -= (size_t)done;
  }
}

static void push_rest(struct connection *c) {
  ssize_t done;
  while ((done = put(c, c->rest + c->rest_from, c->rest_length - c->rest_from)) > 0) {
    c->rest_from += (size_t)done;
    if (c->rest_from < c->rest_length) continue;
    free(c->rest);
    c->rest = NULL;
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
    return;
  }
  if (done < 0) die("write: %s", strerror(errno));
}
