/* The same as reference.c in the plainest way: a thread for each connection. Whoever waits while no flush is under way
   flushes for all who wait.
     reference-threads DIR PORT… */
#include "reference.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t committed = PTHREAD_COND_INITIALIZER;
static unsigned long long batch_number; /* of the batch that is being filled */
static unsigned long long durable;      /* batches that are */
static int is_syncing;

/* Returns when the batch of that number is durable; holds the mutex. */
static void wait_for(unsigned long long number) {
  while (durable <= number) {
    if (is_syncing) {
      pthread_cond_wait(&committed, &mutex);
      continue;
    }
    is_syncing = 1;
    swap_batches();
    batch_number++;
    pthread_mutex_unlock(&mutex);
    sync_batch();
    apply(syncing);
    empty(syncing);
    pthread_mutex_lock(&mutex);
    is_syncing = 0;
    durable++;
    pthread_cond_broadcast(&committed);
  }
}

/* A connection has one request under way here, so its entry can be kept beside the batch. */
static void *serve(void *from) {
  struct connection *c = from;
  char *buffer = malloc(CHUNK + 1);
  for (;;) {
    /* Blocks outside the mutex; nothing is taken twice, because only this thread reads this connection. */
    if (c->have > 0) memcpy(buffer, c->bytes, c->have);
    ssize_t got = recv(c->fd, buffer + c->have, CHUNK - c->have, 0);
    if (got <= 0) break;
    pthread_mutex_lock(&mutex);
    int before = filling->count;
    take_all(c, buffer, c->have + (size_t)got);
    if (filling->count > before) {
      struct entry mine = filling->entries[filling->count - 1];
      wait_for(batch_number);
      pthread_mutex_unlock(&mutex);
      answer(&mine);
    } else {
      pthread_mutex_unlock(&mutex);
    }
  }
  close(c->fd);
  free(buffer);
  forget(c);
  return NULL;
}

static pthread_attr_t small;

static void *accept_all(void *port) {
  int listener = listen_on(atoi(port), 0);
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0;) {
    pthread_t thread;
    if (pthread_create(&thread, &small, serve, connection_of(fd)) != 0) die("pthread_create");
  }
  die("accept");
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "reference-threads: wanted DIR PORT...\n"), 64;
  dir = argv[1];
  raise_limit();
  open_journal();
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
  for (int i = 3; i < argc; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &small, accept_all, argv[i]) != 0) die("pthread_create");
  }
  accept_all(argv[2]);
}
