/* An SD card's flush for any program whose C library does it: each fdatasync, fsync and syncfs takes SDR_SLOW_MS
   (25) longer, one at a time. LD_PRELOAD=slow-sync.so. Programs that make their own system calls (Go) are not slowed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t card = PTHREAD_MUTEX_INITIALIZER;

static int slowed(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const char *text = getenv("SDR_SLOW_MS");
  long ms = text ? atol(text) : 25;
  struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
  pthread_mutex_lock(&card);
  nanosleep(&wait, NULL);
  int result = real(fd);
  pthread_mutex_unlock(&card);
  return result;
}

int fdatasync(int fd) { return slowed("fdatasync", fd); }
int fsync(int fd) { return slowed("fsync", fd); }
int syncfs(int fd) { return slowed("syncfs", fd); }
