/*
 * What the C files of the QuickJS engine share. quickjs.c is the module `sdr:posix` (files, clock, process, bytes, zlib), with
 * the programs of quickjs-programs.c; quickjs-main.c is the program around it: its start, its loop of timers, signals and
 * pipes, its modules.
 */
#ifndef SDR_QUICKJS_HOST_H
#define SDR_QUICKJS_HOST_H

#include <quickjs.h>

/* One compiled ES module; the build writes the table, the entry first, ended by a null name. */
typedef struct {
    const char *name;
    const uint8_t *code;
    uint32_t size;
} HostModule;

extern const HostModule host_modules[];

/* The command line as the kernel gave it. */
extern int host_argc;
extern char **host_argv;

/* Throws an Error whose `code` is the name of the errno `err`; `call` and `path` (or NULL) go into its message. */
JSValue host_fail(JSContext *ctx, int err, const char *call, const char *path);

/* The name of an errno; of one that has none, `E` and its number in `number`. Safe in a forked child. */
const char *host_errno_name(int err, char number[24]);

/* A path argument. NULL, with an error thrown, when it is no text or has a NUL, which would name another file. */
const char *host_path(JSContext *ctx, JSValueConst value);

/* CLOCK_MONOTONIC or CLOCK_REALTIME in milliseconds with a fraction. */
double host_milliseconds(int clock);

/* The functions of quickjs-main.c that the module exports: at, cancel, watch, onSignal, load, loadNow, loadFile. */
JSValue host_at(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_cancel(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_watch(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_on_signal(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_load_file(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_load_now(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_load(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);

/* The functions of quickjs-programs.c that the module exports: spawn, reap, killGroup, isProgram. */
JSValue host_spawn(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_reap(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_kill_group(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_is_program(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);

/* The functions of quickjs-net.c that the module exports: dial, dialed, memory, checksum. */
JSValue host_dial(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_dialed(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_memory_file(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_checksum(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);

/* Says the addresses of a host on stdout, a line each, or why there are none; for a child process. */
void host_tell_addresses(const char *name);

/* The functions of quickjs-loops.c that the module exports: each is a loop of the TypeScript it is named after. */
JSValue host_numbers(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_latin(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_cells(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_lead(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_difference(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_compute(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_again(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_behind(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_number(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_copy(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_under(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_blank(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_grow(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_share(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_decimal(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_totals(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_row(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);
JSValue host_backlog(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv);

/* The engine's memory, of quickjs-memory.c; not for a build with a checker, which looks at each block itself. */
extern const JSMallocFunctions host_memory;
/* Bytes that the engine has in use, garbage that waits for its collection included. */
size_t host_memory_used(void);

/* Makes the module `sdr:posix`. */
JSModuleDef *host_posix_module(JSContext *ctx);

#endif
