/* What the two references share: the journal, the files, and requests taken from what a connection sent. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOURNAL = 16 << 20, CHUNK = 1 << 18, FILES = 1 << 12, NAME = 320 };

struct connection {
  int fd, http;
  int waiting; /* requests that are not answered yet */
  char *bytes; /* of a request that is not whole yet */
  size_t have, size;
};

/* Where the bytes of a frame lie in the batch, and who waits for them. */
struct entry {
  struct connection *from;
  size_t at, length;
  unsigned long long offset;
  char key[NAME];
};

struct batch {
  char *bytes;
  size_t length, size;
  struct entry *entries;
  int count, room;
};

static const char *dir;
static int journal;
static size_t journal_at;
static struct batch batches[2], *filling = &batches[0], *syncing = &batches[1];
static struct file { int fd; char key[NAME]; } files[FILES];

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "reference: ");
  vfprintf(stderr, format, list);
  fprintf(stderr, ": %s\n", strerror(errno));
  exit(1);
}

static void *grown(void *memory, size_t length) {
  void *more = realloc(memory, length);
  if (!more) die("realloc");
  return more;
}

/* The files: */

static int file_of(const char *key) {
  unsigned hash = 5381;
  for (const char *c = key; *c; c++) hash = hash * 33 + (unsigned char)*c;
  struct file *file = &files[hash % FILES];
  if (file->fd > 0 && strcmp(file->key, key) == 0) return file->fd;
  if (file->fd > 0) close(file->fd);
  char path[2 * NAME];
  snprintf(path, sizeof path, "%s/%s", dir, key);
  file->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file->fd < 0) {
    char *slash = strrchr(path, '/');
    *slash = 0;
    mkdir(path, 0755);
    *slash = '/';
    file->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  }
  if (file->fd < 0) die("%s", path);
  strcpy(file->key, key);
  return file->fd;
}

static void apply(const struct batch *batch) {
  for (const struct entry *e = batch->entries; e < batch->entries + batch->count; e++)
    if (pwrite(file_of(e->key), batch->bytes + e->at, e->length, (off_t)e->offset) != (ssize_t)e->length) die("%s", e->key);
}

/* The journal: */

static void open_journal(void) {
  char path[NAME];
  snprintf(path, sizeof path, "%s/journal", dir);
  journal = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (journal < 0) die("%s", path);
  char *zeros = calloc(1, 1 << 20);
  for (int i = 0; i < JOURNAL >> 20; i++)
    if (write(journal, zeros, 1 << 20) != 1 << 20) die("%s", path);
  free(zeros);
  fsync(journal);
}

/* One write and one fdatasync for all of a batch. */
static void sync_batch(void) {
  if (journal_at + syncing->length > JOURNAL) {
    if (syncfs(journal) != 0) die("syncfs");
    journal_at = 0;
  }
  if (pwrite(journal, syncing->bytes, syncing->length, (off_t)journal_at) != (ssize_t)syncing->length) die("journal");
  if (fdatasync(journal) != 0) die("journal");
  journal_at += syncing->length;
}

static void swap_batches(void) {
  struct batch *full = filling;
  filling = syncing;
  syncing = full;
}

static void empty(struct batch *batch) {
  batch->count = 0;
  batch->length = 0;
}

/* The requests: */


static void add(struct connection *c, const char *key, unsigned long long offset, const char *frame, size_t head, size_t length) {
  struct batch *b = filling;
  if (b->length + head + length > b->size) b->bytes = grown(b->bytes, b->size = 2 * (b->length + head + length));
  if (b->count == b->room) b->entries = grown(b->entries, (size_t)(b->room = 2 * b->room + 64) * sizeof *b->entries);
  struct entry *e = &b->entries[b->count++];
  c->waiting++;
  *e = (struct entry){.from = c, .at = b->length + head, .length = length, .offset = offset};
  strcpy(e->key, key);
  memcpy(b->bytes + b->length, frame, head + length);
  b->length += head + length;
}

/* Takes a frame; returns its length, or 0 when it is not all there. */
static size_t take_frame(struct connection *c, const char *at, size_t have) {
  const char *end = memchr(at, '\n', have);
  if (!end) return 0;
  char host[201], file[101], key[NAME];
  unsigned long long offset;
  size_t length, head = (size_t)(end - at) + 1;
  if (sscanf(at, "#sdr %200s %*s %*s %100s %llu %zu", host, file, &offset, &length) != 4)
    die("no frame: %.*s", (int)head, at);
  if (have < head + length) return 0;
  snprintf(key, sizeof key, "%s/%s", host, file);
  add(c, key, offset, at, head, length);
  return head + length;
}

static size_t take_http(struct connection *c, const char *at, size_t have) {
  const char *end = memmem(at, have, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t head = (size_t)(end - at) + 4;
  const char *field = strcasestr(at, "content-length:");
  size_t length = field && field < end ? (size_t)atol(field + 15) : 0;
  if (have < head + length) return 0;
  for (size_t done = 0, frame; done < length; done += frame)
    if ((frame = take_frame(c, at + head + done, length - done)) == 0) die("half a frame");
  return head + length;
}

static void reply(const struct connection *c, const char *text, size_t length) {
  /* Whoever is gone needs no answer. */
  if (c->fd >= 0 && send(c->fd, text, length, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) die("send");
}

static size_t take(struct connection *c, const char *at, size_t have) {
  if (c->http < 0) c->http = *at == 'P';
  if (c->http) return take_http(c, at, have);
  if (*at == '#') return take_frame(c, at, have);
  const char *end = memchr(at, '\n', have);
  if (end) reply(c, "OK sdr/1\n", 9);
  return end ? (size_t)(end - at) + 1 : 0;
}

static void answer(const struct entry *e) {
  char text[2 * NAME + 256], body[NAME + 64];
  unsigned long long next = e->offset + e->length;
  int length = sprintf(body, e->from->http ? "{\"next\":{\"%s\":%llu}}" : "ACK %s %llu\n", e->key, next);
  e->from->waiting--;
  if (!e->from->http) return reply(e->from, body, (size_t)length);
  length = sprintf(text, "HTTP/1.1 200 OK\r\nSdr-Wire: 1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body);
  reply(e->from, text, (size_t)length);
}

/* Takes all whole requests of what is there; the rest is kept. */
static void take_all(struct connection *c, char *buffer, size_t have) {
  size_t used = 0, step;
  buffer[have] = 0;
  while (used < have && (step = take(c, buffer + used, have - used)) > 0) used += step;
  c->have = have - used;
  if (c->have == CHUNK) die("a request too long");
  if (c->have > c->size) c->bytes = grown(c->bytes, c->size = c->have);
  if (c->have > 0) memcpy(c->bytes, buffer + used, c->have);
}

static struct connection *connection_of(int fd) {
  struct connection *c = calloc(1, sizeof *c);
  if (!c) die("calloc");
  c->fd = fd;
  c->http = -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  return c;
}

static void forget(struct connection *c) {
  free(c->bytes);
  free(c);
}

static void raise_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static int listen_on(int port, int how) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | how, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 4096) != 0) die("port %d", port);
  return listener;
}
