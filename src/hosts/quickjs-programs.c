/*
 * Programs, for the module `sdr:posix`: started in a group of their own, watched through pipes, and never left behind. Reading
 * along is TypeScript's (quickjs-system.ts).
 */
#include "quickjs-host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Groups that have not been reaped, 0 where none is. A fixed table, because a signal handler reads it; full, it keeps processes
 * that not even SIGKILL ends (a dead NFS server) from gathering.
 */
static volatile pid_t groups[256];
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

/* What a child process does instead of our work: it becomes a program, or asks what may never answer. */
typedef struct {
    const char *path;
    /* NULL: `tell` is asked of `path`. */
    char **argv;
    void (*tell)(const char *path);
    /* The ends that the child writes to. */
    int out, err, failed;
} Child;

/* SIGKILL for a child and all that it has started; one that has no group yet has started nothing. */
static void kill_group(pid_t pid)
{
    if (kill(-pid, SIGKILL) < 0)
        kill(pid, SIGKILL);
}

/* SIGKILL for all that was started. Safe in a signal handler. */
static void kill_groups(void)
{
    for (size_t i = 0; i < GROUPS; i++)
        if (groups[i] > 0)
            kill_group(groups[i]);
}

/* Handles a signal that nobody else handles: what was started ends with us. */
static void end_with(int number)
{
    kill_groups();
    signal(number, SIG_DFL);
    raise(number);
}

/* From the first program on, no end of ours but SIGKILL leaves one behind; the child itself dies even then. */
static void leave_none_behind(void)
{
    static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
    static int done;
    struct sigaction action = { .sa_handler = end_with, .sa_flags = SA_NODEFER }, before;
    if (done)
        return;
    done = 1;
    atexit(kill_groups);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(ends[i], &action, NULL);
}

/* Says what statvfs(2) answers: a line of numbers, or the errno's name. A file system that hangs must keep nothing of ours open. */
static void tell_space(const char *path)
{
    struct statvfs fs;
    char number[24];
    if (syscall(SYS_close_range, 3u, ~0u, 0u) < 0)
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
    if (statvfs(path, &fs) < 0)
        dprintf(1, "%s\n", host_errno_name(errno, number));
    else
        dprintf(1, "%.0f %.0f %.0f %.0f %.0f\n", (double)fs.f_frsize * (double)fs.f_blocks,
                (double)fs.f_frsize * (double)fs.f_bfree, (double)fs.f_frsize * (double)fs.f_bavail, (double)fs.f_files,
                (double)fs.f_ffree);
}

/*
 * The child's side: a session of its own, so that nothing asks at the terminal, that dies with `parent`; no signal handled or
 * blocked, nothing on stdin.
 */
static void become(const Child *child, pid_t parent)
{
    sigset_t none;
    char number[24];
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* Above 2, where nothing that follows closes them: ours may have been closed when we began. */
    int out = fcntl(child->out, F_DUPFD_CLOEXEC, 3), err = fcntl(child->err, F_DUPFD_CLOEXEC, 3);
    int failed = fcntl(child->failed, F_DUPFD_CLOEXEC, 3);
    close(0);
    if (open("/dev/null", O_RDONLY) != 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(127);
    if (child->argv) {
        setenv("LC_ALL", "C", 1);
        execvp(child->path, child->argv);
        dprintf(failed, "%s", host_errno_name(errno, number));
        _exit(127);
    }
    child->tell(child->path);
    _exit(0);
}

/* Starts a child; its pid, or -1 with errno set. No signal is handled in it before it has become what it should. */
static pid_t begin(const Child *child)
{
    sigset_t all, before;
    size_t slot = 0;
    while (slot < GROUPS && groups[slot] != 0)
        slot++;
    if (slot == GROUPS) {
        errno = EAGAIN;
        return -1;
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(child, parent);
    int err = errno;
    if (pid > 0)
        groups[slot] = pid;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = err;
    return pid;
}

/* Frees the words of get_words(), also when the last could not be had. */
static void free_words(JSContext *ctx, char **words)
{
    for (char **word = words; word && *word; word++)
        JS_FreeCString(ctx, *word);
    free(words);
}

/* An argv of the program's path and an array of words; NULL with an error thrown. */
static char **get_words(JSContext *ctx, JSValueConst path, JSValueConst array)
{
    uint32_t count;
    if (JS_ToUint32(ctx, &count, JS_GetPropertyStr(ctx, array, "length")))
        return NULL;
    char **words = calloc((size_t)count + 2, sizeof(*words));
    if (!words) {
        JS_ThrowOutOfMemory(ctx);
        return NULL;
    }
    for (uint32_t i = 0; i <= count; i++) {
        JSValue word = i == 0 ? JS_DupValue(ctx, path) : JS_GetPropertyUint32(ctx, array, i - 1);
        words[i] = (char *)host_path(ctx, word);
        JS_FreeValue(ctx, word);
        if (words[i])
            continue;
        free_words(ctx, words);
        return NULL;
    }
    return words;
}

enum { OUT, ERR, FAILED, PIPES };

/* A pipe whose end of ours is read without waiting; both ends are -1 and errno is set when there is none to be had. */
static int open_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    ends[0] = ends[1] = -1;
    return -1;
}

/*
 * spawn(path, words): runs a program, or with null for `words` asks for the space at `path`, with false for the addresses of a host. [pid, stdout, stderr, failed]:
 * three pipes to read without waiting. `failed` says the errno's name when the program could not begin.
 */
JSValue host_spawn(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    Child child = { .path = host_path(ctx, argv[0]), .tell = JS_IsNull(argv[1]) ? tell_space : host_tell_addresses };
    int pipes[PIPES][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
    pid_t pid = -1;
    JSValue result = JS_EXCEPTION;
    (void)this, (void)argc;
    if (!child.path || (JS_IsObject(argv[1]) && !(child.argv = get_words(ctx, argv[0], argv[1]))))
        goto done;
    if (open_pipe(pipes[OUT]) == 0 && open_pipe(pipes[ERR]) == 0 && open_pipe(pipes[FAILED]) == 0) {
        child.out = pipes[OUT][1], child.err = pipes[ERR][1], child.failed = pipes[FAILED][1];
        leave_none_behind();
        pid = begin(&child);
    }
    int err = errno;
    for (int i = 0; i < PIPES; i++) {
        close(pipes[i][1]);
        if (pid < 0)
            close(pipes[i][0]);
    }
    if (pid < 0) {
        host_fail(ctx, err, "spawn", child.path);
        goto done;
    }
    result = JS_NewArray(ctx);
    JS_SetPropertyUint32(ctx, result, 0, JS_NewInt32(ctx, pid));
    for (uint32_t i = 0; i < PIPES; i++)
        JS_SetPropertyUint32(ctx, result, i + 1, JS_NewInt32(ctx, pipes[i][0]));
done:
    free_words(ctx, child.argv);
    JS_FreeCString(ctx, child.path);
    return result;
}

/*
 * reap(pid): undefined while it runs, its exit status when it has ended, null when a signal has ended it. What it started and
 * left in its group gets SIGKILL first, while the number is still its own.
 */
JSValue host_reap(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int pid, status;
    siginfo_t info = { .si_pid = 0 };
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &pid, argv[0]))
        return JS_EXCEPTION;
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return host_fail(ctx, errno, "waitid", NULL);
    if (info.si_pid != pid)
        return JS_UNDEFINED;
    kill(-pid, SIGKILL);
    for (size_t i = 0; i < GROUPS; i++)
        if (groups[i] == pid)
            groups[i] = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? JS_NewInt32(ctx, WEXITSTATUS(status)) : JS_NULL;
}

/* killGroup(pid): SIGKILL for a child that was not reaped yet, and for all that it has started. */
JSValue host_kill_group(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int pid;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &pid, argv[0]))
        return JS_EXCEPTION;
    for (size_t i = 0; i < GROUPS; i++)
        if (pid > 0 && groups[i] == pid)
            kill_group(pid);
    return JS_UNDEFINED;
}

/* isProgram(path): whether it is a file that we may run. */
JSValue host_is_program(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct stat st;
    (void)this, (void)argc;
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    JSValue result = JS_NewBool(ctx, access(path, X_OK) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode));
    JS_FreeCString(ctx, path);
    return result;
}
