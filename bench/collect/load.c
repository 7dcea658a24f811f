/* Drives a server with rows and counts what it acknowledges. One thread and epoll: Node would need more of the CPU
   than the server that it measures.
     load to=PORT [mode=http|tcp] [tls=1] [shape=sdr|csv|victoria|influx] [connections=N] [hosts=N]
          [rows=N] [most=N] [seconds=S] [warm=S] [pace=S] [ramp=S] [run=N] [token=T]
   Closed loop: each connection sends its next request when the last one is answered. With pace=S: one request every
   S seconds on each connection, evenly spread; a latency counts from when the request was due. A request has `rows`
   rows, or between `rows` and `most`. A file of a host belongs to one connection, so offsets are always right.
   Prints `open` when all connections stand and every file has its first rows, `begin`, and one line of JSON. */
#include "connection.h"
#include "latency.h"

static int rows_of_next(void) { return most > rows ? rows + rand() % (most - rows + 1) : rows; }

static void send_request(struct connection *c) {
  size_t length;
  struct stream *s = &streams[c->stream];
  c->rows = rows_of_next();
  char *bytes = request(s, shape, http, c->rows, token, &length);
  c->state = WAITING;
  push(c, bytes, length);
}

static void ready(struct connection *c) {
  c->state = IDLE;
  starting--;
  opened++;
  if (c->due == 0) c->due = now();
  send_request(c);
}

static void greet(struct connection *c) {
  watch(c, EPOLLIN, EPOLL_CTL_MOD);
  if (http) return ready(c);
  char line[512];
  int length = snprintf(line, sizeof line, "AUTH %s\n", *token ? token : "-");
  c->state = GREETING;
  push(c, line, (size_t)length);
}

static void shake(struct connection *c) {
#ifdef WITH_TLS
  ERR_clear_error();
  int done = SSL_connect(c->ssl);
  if (done == 1) return greet(c);
  int why = SSL_get_error(c->ssl, done);
  if (why == SSL_ERROR_WANT_READ) watch(c, EPOLLIN, EPOLL_CTL_MOD);
  else if (why == SSL_ERROR_WANT_WRITE) watch(c, EPOLLOUT, EPOLL_CTL_MOD);
  else die("TLS handshake: %s", ERR_error_string(ERR_get_error(), NULL));
#else
  (void)c;
#endif
}

static void connected(struct connection *c) {
  int error = 0;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  if (error != 0) die("connect: %s", strerror(error));
  if (!tls) return greet(c);
#ifdef WITH_TLS
  c->ssl = SSL_new(context);
  SSL_set_fd(c->ssl, c->fd);
  c->state = SHAKING;
  shake(c);
#endif
}

/* Length of the whole answer, or 0 when it is not all there. */
static size_t whole_answer(struct connection *c, int *status) {
  c->answer[c->have] = 0;
  if (!http) {
    char *end = memchr(c->answer, '\n', c->have);
    *status = strncmp(c->answer, "ACK ", 4) == 0 ? 200 : atoi(c->answer + 4);
    return end ? (size_t)(end - c->answer) + 1 : 0;
  }
  char *end = strstr(c->answer, "\r\n\r\n");
  if (!end) return 0;
  *status = atoi(c->answer + 9);
  size_t head = (size_t)(end - c->answer) + 4;
  char *length = strcasestr(c->answer, "content-length:");
  if (length && length < end) {
    size_t whole = head + (size_t)atol(length + 15);
    return c->have >= whole ? whole : 0;
  }
  if (*status == 204) return head;
  char *last = strstr(end, "\r\n0\r\n\r\n"); /* chunked */
  return last ? (size_t)(last - c->answer) + 7 : 0;
}

/* Whether what is acknowledged is just what was sent. */
static int is_right(struct connection *c, int status) {
  if (status == 204 && shape != SDR) return 1;
  if (status != 200) return 0;
  if (shape != SDR) return 1;
  const struct stream *s = &streams[c->stream];
  char wanted[128];
  snprintf(wanted, sizeof wanted, http ? "\"h%05d/load%d-20261121r%04d.csv\":%llu" : "ACK h%05d/load%d-20261121r%04d.csv %llu\n",
           s->host, s->file, run_number, (unsigned long long)s->offset);
  return strstr(c->answer, wanted) != NULL;
}

static void answered(struct connection *c, int status, size_t length) {
  uint64_t at = now();
  if (!is_right(c, status)) {
    if (status != 429 && status != 503) die("not acknowledged: %.*s", (int)length, c->answer);
    /* Told to come again: the same rows after a rest. */
    take_back(c);
    busy++;
    resting++;
    c->state = RESTING;
    c->again = at + AGAIN_NS;
  } else {
    count_latency(at - c->due);
    acknowledged += (uint64_t)c->rows;
    requests++;
    if (streams[c->stream].rows == (uint64_t)c->rows) untouched--;
    c->stream = c->stream + connections < stream_count ? c->stream + connections : (int)(c - all);
    c->state = IDLE;
  }
  memmove(c->answer, c->answer + length, c->have - length);
  c->have -= length;
  if (c->state != IDLE || pace > 0) return;
  c->due = at;
  send_request(c);
}

static void take(struct connection *c) {
  do {
    ssize_t got = get(c, c->answer + c->have, ANSWER - 1 - c->have);
    if (got < 0) return lost(c);
    if (got == 0) return;
    c->have += (size_t)got;
    c->answer[c->have] = 0;
    int status = 0;
    size_t length = 0;
    if (c->state == GREETING) {
      if (!strchr(c->answer, '\n')) continue;
      if (strncmp(c->answer, "OK sdr/1", 8) != 0) die("expected OK sdr/1, got %s", c->answer);
      c->have = 0;
      ready(c);
    } else if (c->state == WAITING && (length = whole_answer(c, &status)) > 0) {
      answered(c, status, length);
    } else if (c->have == ANSWER - 1) {
      die("an answer too long: %s", c->answer);
    }
  } while (tls); /* a record may hold more than was asked for */
}

static void handle(struct connection *c, uint32_t events) {
  if (c->state == CONNECTING) return connected(c);
  if (c->state == SHAKING) return shake(c);
  if (c->rest && events & EPOLLOUT) push_rest(c);
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take(c);
}

/* Sends what is due on a connection; a server may have closed one that was idle for long. */
static void send_due(struct connection *c, uint64_t due) {
  if (c->state != IDLE && c->state != CLOSED) {
    late++;
    return;
  }
  c->due = due;
  if (c->state == IDLE) send_request(c);
  else open_connection(c);
}

static void wake_resting(uint64_t at) {
  for (int i = 0; resting > 0 && i < connections; i++) {
    if (all[i].state != RESTING || all[i].again > at) continue;
    resting--;
    send_request(&all[i]);
  }
}

static void say(const char *what) {
  printf("%s\n", what);
  fflush(stdout);
}

static void finish(double lasted) {
  /* Who still waits has waited so long at least: a stall must not look like silence. */
  for (int i = 0; pace > 0 && i < connections; i++)
    if (all[i].state == WAITING) count_latency(now() - all[i].due);
  printf("{\"seconds\":%.4f,\"rows\":%llu,\"requests\":%llu,\"busy\":%llu,\"reconnects\":%llu,\"late\":%llu,"
         "\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n",
         lasted, (unsigned long long)acknowledged, (unsigned long long)requests, (unsigned long long)busy,
         (unsigned long long)reconnects, (unsigned long long)late, latency(0.5), latency(0.99), (double)longest / 1e6);
  exit(0);
}

static void serve(int timeout) {
  struct epoll_event events[256];
  int count = epoll_wait(poller, events, 256, timeout);
  for (int i = 0; i < count; i++) handle(events[i].data.ptr, events[i].events);
}

static uint64_t at_once_or(double spread, uint64_t nth) {
  return (uint64_t)(spread * 1e9 * (double)nth / connections);
}

static void open_all(void) {
  uint64_t start = now();
  for (int launched = 0; launched < connections || starting > 0 || untouched > 0; serve(1)) {
    while (launched < connections && starting < AT_ONCE && now() - start >= at_once_or(ramp, (uint64_t)launched))
      open_connection(&all[launched++]);
    wake_resting(now());
  }
  /* Between the opening and the measuring, closed loops go on and paced ones wait. */
  say("open");
}

static void run(void) {
  uint64_t start = now(), begin = start + (uint64_t)(warm * 1e9), end = 0, paced = 0;
  for (;; serve(pace > 0 ? 1 : 10)) {
    uint64_t at = now();
    if (end == 0 && at >= begin) {
      acknowledged = requests = busy = reconnects = late = 0;
      forget_latencies();
      say("begin");
      begin = now();
      end = begin + (uint64_t)(seconds * 1e9);
    }
    if (end != 0 && at >= end) finish((double)(at - begin) / 1e9);
    for (; pace > 0 && at - start >= at_once_or(pace, paced); paced++)
      send_due(&all[paced % (uint64_t)connections], start + at_once_or(pace, paced));
    wake_resting(at);
  }
}

static void option(const char *word) {
  const char *value = strchr(word, '=');
  if (!value) die("expected NAME=VALUE, got %s", word);
  value++;
#define IS(name) (strncmp(word, name "=", sizeof name) == 0)
  if (IS("to")) port = atoi(value);
  else if (IS("mode")) http = strcmp(value, "tcp") != 0;
  else if (IS("tls")) tls = atoi(value);
  else if (IS("shape")) shape = *value == 's' ? SDR : *value == 'c' ? CSV : *value == 'v' ? VICTORIA : INFLUX;
  else if (IS("connections")) connections = atoi(value);
  else if (IS("hosts")) hosts = atoi(value);
  else if (IS("rows")) rows = atoi(value);
  else if (IS("most")) most = atoi(value);
  else if (IS("seconds")) seconds = atof(value);
  else if (IS("warm")) warm = atof(value);
  else if (IS("pace")) pace = atof(value);
  else if (IS("ramp")) ramp = atof(value);
  else if (IS("run")) run_number = atoi(value);
  else if (IS("token")) token = value;
  else die("unknown option %s", word);
}

static void prepare(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (rows < 1 || rows > MOST_ROWS || most > MOST_ROWS) die("expected 1 to %d rows a request", MOST_ROWS);
#ifdef WITH_TLS
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
#else
  if (tls) die("compiled without TLS");
#endif
  prepare_rows();
  first_time = (uint64_t)time(NULL) - 2 * 86400;
  poller = epoll_create1(EPOLL_CLOEXEC);
  stream_count = connections > hosts ? connections : hosts;
  untouched = (uint64_t)stream_count;
  all = calloc((size_t)connections, sizeof *all);
  streams = calloc((size_t)stream_count, sizeof *streams);
  char *answers = malloc((size_t)connections * ANSWER);
  if (!all || !streams || !answers) die("no memory");
  for (int i = 0; i < stream_count; i++) streams[i] = (struct stream){.host = i % hosts, .file = i / hosts};
  for (int i = 0; i < connections; i++) {
    all[i].stream = i;
    all[i].answer = answers + (size_t)i * ANSWER;
  }
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) option(argv[i]);
  signal(SIGPIPE, SIG_IGN);
  prepare();
  open_all();
  run();
}
