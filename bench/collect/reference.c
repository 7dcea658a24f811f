/* What a collector cannot do without, in C: reads frames over HTTP or TCP, journals, answers. No tokens, no offsets
   compared, no recovery: the cost below which no collector that keeps its promise comes.
     reference DIR PORT…
   One thread reads, applies and answers; another writes and syncs the journal, one write and one fdatasync for all
   requests that wait. The journal is allocated beforehand and overwritten from its start whenever 16 MiB are full,
   after one syncfs for the files. HTTP and TCP are told apart by the first byte. */
#include "reference.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int poller, done, wanted, listeners[16];

static void *keep_syncing(void *nothing) {
  for (eventfd_t times;;) {
    eventfd_read(wanted, &times);
    sync_batch();
    eventfd_write(done, 1);
  }
  return nothing;
}

/* Reads into a buffer of CHUNK + 1 bytes; false at the end of the connection. */
static int receive(struct connection *c, char *buffer) {
  if (c->have > 0) memcpy(buffer, c->bytes, c->have);
  ssize_t got = recv(c->fd, buffer + c->have, CHUNK - c->have, 0);
  if (got < 0 && errno == EAGAIN) return 1;
  if (got <= 0) return 0;
  take_all(c, buffer, c->have + (size_t)got);
  return 1;
}

static void hang_up(struct connection *c) {
  close(c->fd);
  c->fd = -1;
  if (c->waiting == 0) forget(c);
}

static void committed(void) {
  eventfd_t times;
  eventfd_read(done, &times);
  for (struct entry *e = syncing->entries; e < syncing->entries + syncing->count; e++) {
    answer(e);
    if (e->from->fd < 0 && e->from->waiting == 0) forget(e->from);
  }
  apply(syncing);
  empty(syncing);
}

static void accept_all(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = connection_of(fd)});
}

int main(int argc, char **argv) {
  static char buffer[CHUNK + 1];
  if (argc < 3 || argc > 16) return fprintf(stderr, "reference: wanted DIR PORT...\n"), 64;
  dir = argv[1];
  raise_limit();
  open_journal();
  poller = epoll_create1(EPOLL_CLOEXEC);
  done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  wanted = eventfd(0, EFD_CLOEXEC);
  for (int i = 2; i < argc; i++) {
    listeners[i] = listen_on(atoi(argv[i]), SOCK_NONBLOCK);
    epoll_ctl(poller, EPOLL_CTL_ADD, listeners[i], &(struct epoll_event){.events = EPOLLIN, .data.ptr = &listeners[i]});
  }
  epoll_ctl(poller, EPOLL_CTL_ADD, done, &(struct epoll_event){.events = EPOLLIN, .data.ptr = &done});
  pthread_t thread;
  if (pthread_create(&thread, NULL, keep_syncing, NULL) != 0) die("pthread_create");
  for (int is_syncing = 0;;) {
    struct epoll_event events[512];
    int count = epoll_wait(poller, events, 512, -1);
    for (int i = 0; i < count; i++) {
      void *from = events[i].data.ptr;
      if (from >= (void *)listeners && from < (void *)(listeners + 16)) accept_all(*(int *)from);
      else if (from == &done) committed(), is_syncing = 0;
      else if (!receive(from, buffer)) hang_up(from);
    }
    if (is_syncing || filling->count == 0) continue;
    swap_batches();
    is_syncing = 1;
    eventfd_write(wanted, 1);
  }
}
