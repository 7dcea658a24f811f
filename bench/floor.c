/* The floor: reads the kernel files that sdr reads, held open, at an absolute pace, and does nothing with them.
   floor INTERVAL_SECONDS COUNT        (COUNT 0: until it is told to stop) */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The first WHOLE of them the kernel gives to one read: no second one is needed to see the end. */
static const char *paths[] = {
  "/proc/stat", "/proc/meminfo", "/proc/loadavg", "/proc/uptime", "/proc/net/snmp", "/proc/pressure/cpu",
  "/proc/pressure/memory", "/proc/pressure/io",
  "/proc/vmstat", "/proc/diskstats", "/proc/net/dev", "/proc/net/softnet_stat",
};
enum { WHOLE = 8, FILES = sizeof paths / sizeof *paths };

static char buffer[65536];

static void sample(const int *files) {
  for (int i = 0; i < FILES; i++) {
    /* To the end: the kernel gives the others in pieces of 4 KiB. */
    off_t at = 0;
    ssize_t got;
    while (files[i] >= 0 && (got = pread(files[i], buffer, sizeof buffer, at)) > 0) {
      at += got;
      if (i < WHOLE && (size_t)got < sizeof buffer) break;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "floor: wanted INTERVAL_SECONDS COUNT\n"), 64;
  long step = (long)(atof(argv[1]) * 1e9), count = atol(argv[2]);
  int files[FILES];
  for (int i = 0; i < FILES; i++) files[i] = open(paths[i], O_RDONLY | O_CLOEXEC);

  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (long done = 0; count == 0 || done < count; done++) {
    sample(files);
    next.tv_nsec += step % 1000000000;
    next.tv_sec += step / 1000000000 + next.tv_nsec / 1000000000;
    next.tv_nsec %= 1000000000;
    if (done + 1 != count) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  return 0;
}
