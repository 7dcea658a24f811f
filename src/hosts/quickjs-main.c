/*
 * The program around the bytecode of the recorder edition: start, modules, and one loop of timers, signals, pipes
 * and promise jobs.
 *
 * QuickJS's own quickjs-libc is left out on purpose: its loop looks at signals before select() and not during it, so a
 * signal that arrives in between waits for the next timer; it wakes every 10 s for nothing; its timers count whole
 * milliseconds.
 */
#include "quickjs-host.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* sysexits' EX_SOFTWARE: what src/errors.ts calls `bug`. */
#define EXIT_BUG 70
/* Longest sleep: any deadline beyond is reached in slices, so no time is too far away for ppoll. */
#define SLICE_MS 86400000.0
/* After as many turns of the loop all that a program does again and again has been done. */
#define STARTED 8u
/* So many turns lie between two looks at what has gathered, and so many bytes are worth a collection, which takes a millisecond. */
#define STEADY 64u
#define GARBAGE 65536u

typedef struct {
    double deadline;
    uint64_t order;
    JSValue then;
} Timer;

typedef struct {
    const char *name;
    int number;
    /* Whether `then` is there. */
    int heard;
    JSValue then;
} Signal;

/* A descriptor, and what to do when something can be read from it, or written to it too. */
typedef struct {
    int fd;
    short events;
    JSValue then;
} Watch;

typedef struct {
    JSValue promise;
    JSValue reason;
} Rejection;

int host_argc;
char **host_argv;

/* Kept here, not on the stack, so that a leak checker sees at exit what is still reachable. */
static JSRuntime *runtime;
static JSContext *context;

static Timer *timers;
static size_t timer_count, timer_room;
static uint64_t timer_order;

static Watch *watches;
static size_t watch_count, watch_room;
/* What ppoll looks at: the pipe of signals, then the watches. */
static struct pollfd *polled;
static size_t polled_room;

static Signal signals[] = {
    { .name = "INT", .number = SIGINT },
    { .name = "TERM", .number = SIGTERM },
    { .name = "HUP", .number = SIGHUP },
    { .name = "USR2", .number = SIGUSR2 },
    { .name = "CHLD", .number = SIGCHLD },
};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))
static int wake_pipe[2] = { -1, -1 };
static volatile sig_atomic_t arrived[SIGNALS];

/* The modules that were read, as `host_modules` counts them. */
static JSModuleDef **loaded;

static Rejection *rejections;
static size_t rejection_count, rejection_room;

/* CLOCK_MONOTONIC or CLOCK_REALTIME in milliseconds with a fraction. */
double host_milliseconds(int clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Grows an array to hold one more element; on no memory there is nothing left to do but to say so. */
static void *room_for_one(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 8;
    array = realloc(array, *room * size);
    if (!array) {
        fputs("sdr: out of memory\n", stderr);
        exit(EXIT_BUG);
    }
    return array;
}

/* Prints what was thrown, with its stack, and ends the program: nobody is left to catch it. Takes `thrown`. */
static void die(JSContext *ctx, JSValue thrown)
{
    const char *text = JS_ToCString(ctx, thrown);
    JSValue stack = JS_IsError(ctx, thrown) ? JS_GetPropertyStr(ctx, thrown, "stack") : JS_UNDEFINED;
    const char *trace = JS_IsString(stack) ? JS_ToCString(ctx, stack) : NULL;
    fprintf(stderr, "sdr: a fault in sdr itself: %s\n%s", text ? text : "?", trace ? trace : "");
    JS_FreeCString(ctx, text);
    JS_FreeCString(ctx, trace);
    JS_FreeValue(ctx, stack);
    JS_FreeValue(ctx, thrown);
    exit(EXIT_BUG);
}

/* Somebody listens to the promise of rejection `i`, or nobody can. */
static void forget_rejection(JSContext *ctx, size_t i)
{
    JS_FreeValue(ctx, rejections[i].promise);
    JS_FreeValue(ctx, rejections[i].reason);
    rejections[i] = rejections[--rejection_count];
}

/* Remembers promises that were rejected with nobody listening, until somebody listens. */
static void track_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque)
{
    (void)opaque;
    if (!handled) {
        rejections = room_for_one(rejections, rejection_count, &rejection_room, sizeof(*rejections));
        rejections[rejection_count++] = (Rejection){ JS_DupValue(ctx, promise), JS_DupValue(ctx, reason) };
        return;
    }
    for (size_t i = 0; i < rejection_count; i++) {
        if (JS_VALUE_GET_PTR(rejections[i].promise) != JS_VALUE_GET_PTR(promise))
            continue;
        forget_rejection(ctx, i);
        return;
    }
}

/* Runs promise jobs until there are none; a rejection that nobody took by then is a bug. */
static void run_jobs(JSContext *ctx)
{
    JSContext *other;
    int result;
    while ((result = JS_ExecutePendingJob(JS_GetRuntime(ctx), &other)) != 0)
        if (result < 0)
            die(other, JS_GetException(other));
    if (rejection_count > 0)
        die(ctx, rejections[0].reason);
}

/* Calls a callback of ours and what follows from it. Takes `then`. */
static void call(JSContext *ctx, JSValue then)
{
    JSValue result = JS_Call(ctx, then, JS_UNDEFINED, 0, NULL);
    JS_FreeValue(ctx, then);
    if (JS_IsException(result))
        die(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, result);
    run_jobs(ctx);
}

/*
 * at(deadline, then): calls `then` once when the monotonic clock has reached `deadline` (milliseconds), never earlier; a number
 * for cancel().
 */
JSValue host_at(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    double deadline;
    (void)this, (void)argc;
    if (JS_ToFloat64(ctx, &deadline, argv[0]))
        return JS_EXCEPTION;
    if (deadline != deadline || !JS_IsFunction(ctx, argv[1]))
        return JS_ThrowTypeError(ctx, "at() expects a time and a function");
    timers = room_for_one(timers, timer_count, &timer_room, sizeof(*timers));
    timers[timer_count++] = (Timer){ deadline, timer_order++, JS_DupValue(ctx, argv[1]) };
    return JS_NewInt64(ctx, (int64_t)timers[timer_count - 1].order);
}

/* cancel(number): what at() was told to do is not done any more. */
JSValue host_cancel(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int64_t order;
    (void)this, (void)argc;
    if (JS_ToInt64(ctx, &order, argv[0]))
        return JS_EXCEPTION;
    for (size_t i = 0; i < timer_count; i++) {
        if (timers[i].order != (uint64_t)order)
            continue;
        JS_FreeValue(ctx, timers[i].then);
        timers[i] = timers[--timer_count];
        break;
    }
    return JS_UNDEFINED;
}

/* The index of the timer that is due first; those of one deadline in the order they were set. There must be one. */
static size_t first_timer(void)
{
    size_t first = 0;
    for (size_t i = 1; i < timer_count; i++) {
        const Timer *a = &timers[i], *b = &timers[first];
        if (a->deadline < b->deadline || (a->deadline == b->deadline && a->order < b->order))
            first = i;
    }
    return first;
}

/* Runs the timers that were due and set before now: one that sets itself anew for now lets signals pass first. */
static void run_timers(JSContext *ctx)
{
    double now = host_milliseconds(CLOCK_MONOTONIC);
    uint64_t until = timer_order;
    while (timer_count > 0) {
        size_t first = first_timer();
        JSValue then = timers[first].then;
        if (timers[first].deadline > now || timers[first].order >= until)
            return;
        timers[first] = timers[--timer_count];
        call(ctx, then);
    }
}

/* The signal handler: notes which, and wakes ppoll through the pipe. A full pipe is awake already. */
static void note_signal(int number)
{
    int saved = errno;
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i].number == number)
            arrived[i] = 1;
    if (write(wake_pipe[1], "", 1) < 0)
        errno = saved;
    errno = saved;
}

/*
 * onSignal(name, then): calls `then` from the loop after each INT, TERM, HUP, USR2 or CHLD; several at once may count as
 * one.
 */
JSValue host_on_signal(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct sigaction action = { .sa_handler = note_signal, .sa_flags = SA_RESTART };
    const char *name = JS_ToCString(ctx, argv[0]);
    (void)this, (void)argc;
    if (!name)
        return JS_EXCEPTION;
    for (size_t i = 0; i < SIGNALS; i++) {
        if (strcmp(signals[i].name, name) || !JS_IsFunction(ctx, argv[1]))
            continue;
        JS_FreeCString(ctx, name);
        if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
            return host_fail(ctx, errno, "pipe2", NULL);
        if (signals[i].heard)
            JS_FreeValue(ctx, signals[i].then);
        signals[i].then = JS_DupValue(ctx, argv[1]);
        signals[i].heard = 1;
        if (sigaction(signals[i].number, &action, NULL) < 0)
            return host_fail(ctx, errno, "sigaction", NULL);
        return JS_UNDEFINED;
    }
    JS_FreeCString(ctx, name);
    return JS_ThrowTypeError(ctx, "onSignal() expects INT, TERM, HUP, USR2 or CHLD and a function");
}

/* Calls the callbacks of the signals that have arrived. */
static void run_signals(JSContext *ctx)
{
    char bytes[512];
    /* One read, not until the pipe is empty: under a storm of signals it never would be. */
    if (read(wake_pipe[0], bytes, sizeof(bytes)) < 0)
        return;
    for (size_t i = 0; i < SIGNALS; i++) {
        if (!arrived[i])
            continue;
        arrived[i] = 0;
        call(ctx, JS_DupValue(ctx, signals[i].then));
    }
}

/*
 * watch(fd, then, writes): calls `then` from the loop whenever a read from `fd` would not wait, or with true for `writes` a write
 * would not; with null for `then` no more.
 */
JSValue host_watch(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int fd;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    for (size_t i = 0; i < watch_count; i++) {
        if (watches[i].fd != fd)
            continue;
        JS_FreeValue(ctx, watches[i].then);
        watches[i] = watches[--watch_count];
        break;
    }
    if (JS_IsFunction(ctx, argv[1])) {
        watches = room_for_one(watches, watch_count, &watch_room, sizeof(*watches));
        short events = argc > 2 && JS_ToBool(ctx, argv[2]) ? POLLIN | POLLOUT : POLLIN;
        watches[watch_count++] = (Watch){ fd, events, JS_DupValue(ctx, argv[1]) };
    }
    return JS_UNDEFINED;
}

/* Sleeps until the first timer is due, a signal comes or something can be read; how many are in `polled`. */
static size_t sleep_until_due(void)
{
    double rest = timers[first_timer()].deadline - host_milliseconds(CLOCK_MONOTONIC);
    struct timespec time = { 0, 0 };
    if (rest > SLICE_MS)
        rest = SLICE_MS;
    if (rest > 0) {
        /* One nanosecond more, since the division may round down and wake too early. */
        int64_t nanoseconds = (int64_t)(rest * 1e6) + 1;
        time.tv_sec = nanoseconds / 1000000000;
        time.tv_nsec = nanoseconds % 1000000000;
    }
    while (polled_room <= watch_count)
        polled = room_for_one(polled, polled_room, &polled_room, sizeof(*polled));
    /* ppoll skips a descriptor of -1. */
    polled[0] = (struct pollfd){ .fd = wake_pipe[0], .events = POLLIN };
    for (size_t i = 0; i < watch_count; i++)
        polled[i + 1] = (struct pollfd){ .fd = watches[i].fd, .events = watches[i].events };
    return ppoll(polled, watch_count + 1, &time, NULL) > 0 ? watch_count + 1 : 0;
}

/* Calls those who watch what was found readable, and who still watch it then. */
static void run_watches(JSContext *ctx, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t which = 0;
        while (polled[i].revents && which < watch_count && watches[which].fd != polled[i].fd)
            which++;
        if (polled[i].revents && which < watch_count)
            call(ctx, JS_DupValue(ctx, watches[which].then));
    }
}

#ifndef __SANITIZE_ADDRESS__
/*
 * Lets go of the pages of code and bytecode, half a megabyte of which only a start needs: those that are wanted after all come back
 * from the kernel's cache of the file, without a read. For dl_iterate_phdr().
 */
static int let_go(struct dl_phdr_info *info, size_t size, void *opaque)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size, (void)opaque;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const uintptr_t from = (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr) & -page;
        const uintptr_t until = (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz) & -page;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && !(info->dlpi_phdr[i].p_flags & PF_W) && until > from)
            madvise((void *)from, until - from, MADV_DONTNEED);
    }
    return 0;
}
#endif

/*
 * Objects in a circle are freed by a collection alone, which the engine begins when it has half as much again as after the last one:
 * half a megabyte that a recorder would gather in an hour.
 */
static void collect_garbage(JSContext *ctx)
{
    static size_t settled;
    if (host_memory_used() < settled + GARBAGE)
        return;
    JS_RunGC(JS_GetRuntime(ctx));
    settled = host_memory_used();
}

/* The program's loop: ends when no timer is set. A signal handler alone keeps nothing alive, as on Node. */
static void run_loop(JSContext *ctx)
{
    run_jobs(ctx);
    for (unsigned turns = 0; timer_count > 0; turns++) {
        if (turns % STEADY == STARTED)
            collect_garbage(ctx);
#ifndef __SANITIZE_ADDRESS__
        if (turns == STARTED)
            dl_iterate_phdr(let_go, NULL);
#endif
        size_t count = sleep_until_due();
        run_watches(ctx, count);
        if (count > 0 && polled[0].revents)
            run_signals(ctx);
        run_timers(ctx);
    }
}

/* Resolves an import: the compiled module of that name, read from its bytecode only when it is first asked for. */
static JSModuleDef *find_module(JSContext *ctx, const char *name, void *opaque)
{
    (void)opaque;
    if (!strcmp(name, "sdr:posix"))
        return host_posix_module(ctx);
    for (size_t i = 0; host_modules[i].name; i++) {
        if (strcmp(host_modules[i].name, name))
            continue;
        if (loaded[i])
            return loaded[i];
        JSValue object = JS_ReadObject(ctx, host_modules[i].code, host_modules[i].size, JS_READ_OBJ_BYTECODE);
        if (JS_IsException(object))
            return NULL;
        loaded[i] = JS_VALUE_GET_PTR(object);
        /* The module list of the context keeps it. */
        JS_FreeValue(ctx, object);
        return loaded[i];
    }
    JS_ThrowReferenceError(ctx, "no module %s in this edition", name);
    return NULL;
}

/* Makes room for what find_module() has found. */
static int open_modules(void)
{
    size_t count = 0;
    while (host_modules[count].name)
        count++;
    loaded = calloc(count + 1, sizeof(*loaded));
    return loaded != NULL;
}

/*
 * loadNow(name): the namespace of a compiled module, evaluated before this returns: none of ours awaits anything at its top. Throws
 * what the module throws.
 */
JSValue host_load_now(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    const char *name = JS_ToCString(ctx, argv[0]);
    (void)this, (void)argc;
    JSModuleDef *found = name ? find_module(ctx, name, NULL) : NULL;
    JS_FreeCString(ctx, name);
    if (!found)
        return JS_EXCEPTION;
    JSValue module = JS_DupValue(ctx, JS_MKPTR(JS_TAG_MODULE, found));
    if (JS_ResolveModule(ctx, module) < 0) {
        JS_FreeValue(ctx, module);
        return JS_EXCEPTION;
    }
    JSValue evaluated = JS_EvalFunction(ctx, module);
    if (JS_IsException(evaluated))
        return evaluated;
    JSPromiseStateEnum state = JS_PromiseState(ctx, evaluated);
    JSValue thrown = state == JS_PROMISE_REJECTED ? JS_PromiseResult(ctx, evaluated) : JS_UNDEFINED;
    JS_FreeValue(ctx, evaluated);
    if (state == JS_PROMISE_PENDING)
        return JS_ThrowInternalError(ctx, "a module awaits something at its top");
    return state == JS_PROMISE_REJECTED ? JS_Throw(ctx, thrown) : JS_GetModuleNamespace(ctx, found);
}

/* load(name): what `import('./name')` means here; stripped bytecode does not know which module it is in. */
JSValue host_load(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    const char *name = JS_ToCString(ctx, argv[0]);
    (void)this, (void)argc;
    if (!name)
        return JS_EXCEPTION;
    JSValue promise = JS_LoadModule(ctx, NULL, name);
    JS_FreeCString(ctx, name);
    return promise;
}

/* loadFile(path, text): a module of the user's, whose text is given: [the promise of its evaluation, its namespace]. */
JSValue host_load_file(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length;
    JSValue result = JS_EXCEPTION;
    (void)this, (void)argc;
    const char *path = JS_ToCString(ctx, argv[0]);
    const char *text = path ? JS_ToCStringLen(ctx, &length, argv[1]) : NULL;
    if (text) {
        /* Its pages of the compiler stay on disk until somebody brings a recorder along. */
        JS_AddIntrinsicEval(ctx);
        JSValue module = JS_Eval(ctx, text, length, path, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
        if (!JS_IsException(module) && JS_ResolveModule(ctx, module) == 0) {
            JSModuleDef *found = JS_VALUE_GET_PTR(module);
            size_t before = rejection_count;
            JSValue evaluated = JS_EvalFunction(ctx, module);
            /* A module that throws rejects a promise of the engine's own as well, which nobody can listen to. */
            for (size_t i = rejection_count; !JS_IsException(evaluated) && i-- > before;)
                if (JS_VALUE_GET_PTR(rejections[i].promise) != JS_VALUE_GET_PTR(evaluated))
                    forget_rejection(ctx, i);
            result = JS_IsException(evaluated) ? evaluated : JS_NewArray(ctx);
            if (!JS_IsException(result)) {
                JS_SetPropertyUint32(ctx, result, 0, evaluated);
                JS_SetPropertyUint32(ctx, result, 1, JS_GetModuleNamespace(ctx, found));
            }
        } else {
            JS_FreeValue(ctx, module);
        }
    }
    JS_FreeCString(ctx, text);
    JS_FreeCString(ctx, path);
    return result;
}

/* What of ECMAScript there is at the start: all but eval, whose compiler a recorder seldom has a use for. */
static JSContext *new_context(JSRuntime *rt)
{
    JSContext *ctx = JS_NewContextRaw(rt);
    if (!ctx)
        return NULL;
    JS_AddIntrinsicBaseObjects(ctx);
    JS_AddIntrinsicDate(ctx);
    JS_AddIntrinsicStringNormalize(ctx);
    JS_AddIntrinsicRegExpCompiler(ctx);
    JS_AddIntrinsicRegExp(ctx);
    JS_AddIntrinsicJSON(ctx);
    JS_AddIntrinsicProxy(ctx);
    JS_AddIntrinsicMapSet(ctx);
    JS_AddIntrinsicTypedArrays(ctx);
    JS_AddIntrinsicPromise(ctx);
    JS_AddIntrinsicWeakRef(ctx);
    return ctx;
}

#ifdef __SANITIZE_ADDRESS__
/* Gives everything back, so that the leak checker sees what was forgotten. Otherwise the kernel is quicker. */
static void free_everything(void)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i].heard)
            JS_FreeValue(context, signals[i].then);
    free(timers);
    for (size_t i = 0; i < watch_count; i++)
        JS_FreeValue(context, watches[i].then);
    free(watches);
    free(polled);
    free(rejections);
    free(loaded);
    JS_FreeContext(context);
    JS_FreeRuntime(runtime);
}
#endif

/* Starts the entry module and runs until nothing is left to do. */
int main(int argc, char **argv)
{
    host_argc = argc;
    host_argv = argv;
    /* So that a reader of stdout that goes away is EPIPE, an error among others. */
    signal(SIGPIPE, SIG_IGN);
#ifdef __SANITIZE_ADDRESS__
    runtime = JS_NewRuntime();
#else
    runtime = JS_NewRuntime2(&host_memory, NULL);
#endif
    context = runtime ? new_context(runtime) : NULL;
    if (!context || !open_modules()) {
        fputs("sdr: out of memory\n", stderr);
        return EXIT_BUG;
    }
    /* A start allocates 1 MB and drops no cycles: collecting them meanwhile cost 0.3 ms for nothing. */
    JS_SetGCThreshold(runtime, 2u << 20);
    JS_SetModuleLoaderFunc(runtime, NULL, find_module, NULL);
    JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
    JSValue started = JS_LoadModule(context, NULL, host_modules[0].name);
    if (JS_IsException(started))
        die(context, JS_GetException(context));
    run_jobs(context);
    if (JS_PromiseState(context, started) == JS_PROMISE_REJECTED)
        die(context, JS_PromiseResult(context, started));
    JS_FreeValue(context, started);
    run_loop(context);
#ifdef __SANITIZE_ADDRESS__
    free_everything();
#endif
    return 0;
}
