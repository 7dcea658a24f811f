/* Two small things that a shell would do with a cost of its own.
   launch --join FILE COMMAND...     enters the control group whose cgroup.procs is FILE ("-": none), becomes COMMAND
   launch --rusage FILE COMMAND...   runs COMMAND, waits for it and for all that it left behind, and writes to FILE the
                                     user and system time of all of them in microseconds, and COMMAND's exit code */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long microseconds(struct timeval t) { return t.tv_sec * 1000000L + t.tv_usec; }

static int join(const char *file, char **command) {
  if (strcmp(file, "-") != 0) {
    FILE *procs = fopen(file, "w");
    if (!procs || fprintf(procs, "%d\n", getpid()) < 0 || fclose(procs) != 0) return perror(file), 74;
  }
  execvp(*command, command);
  return perror(*command), 127;
}

static int measure(const char *file, char **command) {
  /* A daemon that left its parent comes back to us, so that its time counts too. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t child = fork();
  if (child < 0) return perror("fork"), 71;
  if (child == 0) {
    execvp(*command, command);
    _exit(127);
  }
  int status, code = 0;
  for (pid_t pid; (pid = wait4(-1, &status, 0, NULL)) > 0;)
    if (pid == child) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  struct rusage used;
  getrusage(RUSAGE_CHILDREN, &used);
  FILE *out = fopen(file, "w");
  if (!out) return perror(file), 74;
  fprintf(out, "%ld %d\n", microseconds(used.ru_utime) + microseconds(used.ru_stime), code);
  return fclose(out) == 0 ? 0 : 74;
}

int main(int argc, char **argv) {
  if (argc >= 4 && strcmp(argv[1], "--join") == 0) return join(argv[2], argv + 3);
  if (argc >= 4 && strcmp(argv[1], "--rusage") == 0) return measure(argv[2], argv + 3);
  return fprintf(stderr, "launch: wanted --join FILE COMMAND... or --rusage FILE COMMAND...\n"), 64;
}
