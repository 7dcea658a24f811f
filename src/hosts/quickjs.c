/*
 * The module `sdr:posix`: what src/hosts/quickjs.ts needs of Linux to keep the contracts of src/host.ts, and no more.
 * sdr-posix.d.ts declares its functions for TypeScript. Every failed call throws an Error whose `code` is the errno's
 * name.
 */
#include "quickjs-host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define ERRNOS(X) \
    X(E2BIG) X(EACCES) X(EADDRINUSE) X(EADDRNOTAVAIL) X(EAFNOSUPPORT) X(EAGAIN) X(EALREADY) X(EBADF) X(EBADFD) \
    X(EBADMSG) \
    X(EBUSY) X(ECANCELED) X(ECHILD) X(ECOMM) X(ECONNABORTED) X(ECONNREFUSED) X(ECONNRESET) X(EDEADLK) X(EDESTADDRREQ) \
    X(EDOM) X(EDQUOT) X(EEXIST) X(EFAULT) X(EFBIG) X(EHOSTDOWN) X(EHOSTUNREACH) X(EHWPOISON) X(EIDRM) X(EILSEQ) \
    X(EINPROGRESS) X(EINTR) X(EINVAL) X(EIO) X(EISCONN) X(EISDIR) X(EISNAM) X(EKEYEXPIRED) X(EKEYREJECTED) \
    X(EKEYREVOKED) \
    X(ELOOP) X(EMEDIUMTYPE) X(EMFILE) X(EMLINK) X(EMSGSIZE) X(EMULTIHOP) X(ENAMETOOLONG) X(ENETDOWN) X(ENETRESET) \
    X(ENETUNREACH) X(ENFILE) X(ENOBUFS) X(ENODATA) X(ENODEV) X(ENOENT) X(ENOEXEC) X(ENOKEY) X(ENOLCK) X(ENOLINK) \
    X(ENOMEDIUM) X(ENOMEM) X(ENOMSG) X(ENONET) X(ENOPROTOOPT) X(ENOSPC) X(ENOSR) X(ENOSTR) X(ENOSYS) X(ENOTBLK) \
    X(ENOTCONN) X(ENOTDIR) X(ENOTEMPTY) X(ENOTRECOVERABLE) X(ENOTSOCK) X(ENOTTY) X(ENOTUNIQ) X(ENXIO) X(EOPNOTSUPP) \
    X(EOVERFLOW) X(EOWNERDEAD) X(EPERM) X(EPFNOSUPPORT) X(EPIPE) X(EPROTO) X(EPROTONOSUPPORT) X(EPROTOTYPE) X(ERANGE) \
    X(EREMCHG) X(EREMOTE) X(EREMOTEIO) X(ERESTART) X(EROFS) X(ESHUTDOWN) X(ESOCKTNOSUPPORT) X(ESPIPE) X(ESRCH) \
    X(ESTALE) \
    X(ESTRPIPE) X(ETIME) X(ETIMEDOUT) X(ETOOMANYREFS) X(ETXTBSY) X(EUCLEAN) X(EUNATCH) X(EUSERS) X(EXDEV) X(EXFULL)

static const struct {
    int number;
    const char *name;
} errnos[] = {
#define ROW(NAME) { NAME, #NAME },
    ERRNOS(ROW)
#undef ROW
};

/* Throws an Error with `code` and the message `code: text`. */
static JSValue throw_code(JSContext *ctx, const char *code, const char *text)
{
    char message[512];
    JSValue error = JS_NewError(ctx);
    snprintf(message, sizeof(message), "%s: %s", code, text);
    JS_DefinePropertyValueStr(ctx, error, "message", JS_NewString(ctx, message),
                              JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    JS_DefinePropertyValueStr(ctx, error, "code", JS_NewString(ctx, code), JS_PROP_C_W_E);
    /* What a call refuses is an answer like another: a start gets fifty of them, and the engine would write down each one's stack. */
    JS_DefinePropertyValueStr(ctx, error, "stack", JS_NewString(ctx, message), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    return JS_Throw(ctx, error);
}

/* The name of an errno; of one that has none, `E` and its number in `number`. */
const char *host_errno_name(int err, char number[24])
{
    snprintf(number, 24, "E%d", err);
    for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
        if (errnos[i].number == err)
            return errnos[i].name;
    return number;
}

/* Throws `ENOSPC: no space left on device, write 'path'`, as Node words it; an unknown errno is named by its number. */
JSValue host_fail(JSContext *ctx, int err, const char *call, const char *path)
{
    char number[24], text[400], first;
    const char *code = host_errno_name(err, number), *words = strerror(err);
    /* "Is a directory" begins a sentence there and none here; "RFS specific error" stays. */
    first = words[0] >= 'A' && words[0] <= 'Z' && words[1] >= 'a' ? (char)(words[0] + 32) : words[0];
    snprintf(text, sizeof(text), path ? "%c%s, %s '%.200s'" : "%c%s, %s", first, words + 1, call, path);
    return throw_code(ctx, code, text);
}

/* A path argument. NULL, with an error thrown, when it is no text or has a NUL, which would name another file. */
const char *host_path(JSContext *ctx, JSValueConst value)
{
    size_t length;
    const char *path = JS_ToCStringLen(ctx, &length, value);
    if (path && strlen(path) != length) {
        JS_FreeCString(ctx, path);
        host_fail(ctx, EINVAL, "path", NULL);
        return NULL;
    }
    return path;
}

/* The bytes `offset` to `offset + length` of a typed array; NULL with an error thrown when it has not as many. */
static uint8_t *get_bytes(JSContext *ctx, JSValueConst array, JSValueConst from, JSValueConst count, size_t *length)
{
    size_t start, have, width, whole;
    int64_t offset, wanted;
    if (JS_ToInt64(ctx, &offset, from) || JS_ToInt64(ctx, &wanted, count))
        return NULL;
    JSValue buffer = JS_GetTypedArrayBuffer(ctx, array, &start, &have, &width);
    if (JS_IsException(buffer))
        return NULL;
    uint8_t *bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
    JS_FreeValue(ctx, buffer);
    if (!bytes)
        return NULL;
    if (offset < 0 || wanted < 0 || (uint64_t)offset > have || (uint64_t)wanted > have - (uint64_t)offset) {
        JS_ThrowRangeError(ctx, "no such bytes in this buffer");
        return NULL;
    }
    *length = (size_t)wanted;
    return bytes + start + offset;
}

/*
 * open(path, mode, permissions): a descriptor; mode 0 reads, 1 appends, 2 creates, 3 replaces (see OpenMode), 4 reads a file that
 * somebody else could have put there: it follows no link, and waits for no writer of a pipe.
 */
static JSValue posix_open(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    static const int flags[] = {
        O_RDONLY,
        O_WRONLY | O_APPEND | O_NOFOLLOW,
        O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW,
        O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
        O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
    };
    uint32_t mode, permissions;
    (void)this, (void)argc;
    if (JS_ToUint32(ctx, &mode, argv[1]) || JS_ToUint32(ctx, &permissions, argv[2]))
        return JS_EXCEPTION;
    if (mode > 4)
        return JS_ThrowRangeError(ctx, "no such mode");
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    int fd, err;
    /* musl's open() asks for O_CLOEXEC a second time, by a call of its own; its openat() does not. */
    do
        fd = openat(AT_FDCWD, path, flags[mode] | O_CLOEXEC | O_NOCTTY, (mode_t)permissions);
    while (fd < 0 && errno == EINTR);
    err = errno;
    JSValue result = fd < 0 ? host_fail(ctx, err, "open", path) : JS_NewInt32(ctx, fd);
    JS_FreeCString(ctx, path);
    return result;
}

/* read(fd, into, offset, length, position): how many bytes came; position -1 reads where the descriptor stands. */
static JSValue posix_read(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t fd;
    int64_t position;
    size_t length;
    ssize_t count;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt64(ctx, &position, argv[4]))
        return JS_EXCEPTION;
    uint8_t *bytes = get_bytes(ctx, argv[1], argv[2], argv[3], &length);
    if (!bytes)
        return JS_EXCEPTION;
    do
        count = position < 0 ? read(fd, bytes, length) : pread(fd, bytes, length, position);
    while (count < 0 && errno == EINTR);
    return count < 0 ? host_fail(ctx, errno, "read", NULL) : JS_NewInt64(ctx, count);
}

/* write(fd, from, offset, length): one write(2); returns how many bytes went. */
static JSValue posix_write(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t fd;
    size_t length;
    ssize_t count;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    const uint8_t *bytes = get_bytes(ctx, argv[1], argv[2], argv[3], &length);
    if (!bytes)
        return JS_EXCEPTION;
    do
        count = write(fd, bytes, length);
    while (count < 0 && errno == EINTR);
    return count < 0 ? host_fail(ctx, errno, "write", NULL) : JS_NewInt64(ctx, count);
}

enum { CLOSE, FSYNC, ISATTY };

/* close(fd), fsync(fd), isTerminal(fd). */
static JSValue posix_fd(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv, int magic)
{
    int32_t fd;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (magic == ISATTY)
        return JS_NewBool(ctx, isatty(fd));
    /* After EINTR Linux has closed the descriptor all the same. */
    if (magic == CLOSE)
        return close(fd) < 0 && errno != EINTR ? host_fail(ctx, errno, "close", NULL) : JS_UNDEFINED;
    return fsync(fd) < 0 ? host_fail(ctx, errno, "fsync", NULL) : JS_UNDEFINED;
}

/* ftruncate(fd, length). */
static JSValue posix_ftruncate(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t fd;
    int64_t length;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt64(ctx, &length, argv[1]))
        return JS_EXCEPTION;
    return ftruncate(fd, length) < 0 ? host_fail(ctx, errno, "ftruncate", NULL) : JS_UNDEFINED;
}

/* Sets a number as a property. */
static void set_number(JSContext *ctx, JSValueConst object, const char *name, double value)
{
    JS_DefinePropertyValueStr(ctx, object, name, JS_NewFloat64(ctx, value), JS_PROP_C_W_E);
}

/* A Stat of src/host.ts. */
static JSValue stat_object(JSContext *ctx, const struct stat *st)
{
    const char *kind = S_ISREG(st->st_mode) ? "file" : S_ISDIR(st->st_mode) ? "directory" : "other";
    JSValue object = JS_NewObject(ctx);
    set_number(ctx, object, "dev", (double)st->st_dev);
    set_number(ctx, object, "ino", (double)st->st_ino);
    set_number(ctx, object, "size", (double)st->st_size);
    set_number(ctx, object, "mtime", (double)st->st_mtim.tv_sec * 1e3 + (double)st->st_mtim.tv_nsec / 1e6);
    set_number(ctx, object, "mode", st->st_mode & 07777);
    JS_DefinePropertyValueStr(ctx, object, "kind", JS_NewString(ctx, kind), JS_PROP_C_W_E);
    return object;
}

/* fstat(fd). */
static JSValue posix_fstat(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t fd;
    struct stat st;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    return fstat(fd, &st) < 0 ? host_fail(ctx, errno, "fstat", NULL) : stat_object(ctx, &st);
}

/* stat(path). */
static JSValue posix_stat(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct stat st;
    (void)this, (void)argc;
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    JSValue result = stat(path, &st) < 0 ? host_fail(ctx, errno, "stat", path) : stat_object(ctx, &st);
    JS_FreeCString(ctx, path);
    return result;
}

enum { LINK, RENAME };

/* link(from, to), rename(from, to). */
static JSValue posix_two(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv, int magic)
{
    const char *from = host_path(ctx, argv[0]);
    const char *to = from ? host_path(ctx, argv[1]) : NULL;
    JSValue result = JS_EXCEPTION;
    (void)this, (void)argc;
    if (to && (magic == LINK ? link(from, to) : rename(from, to)) < 0)
        result = host_fail(ctx, errno, magic == LINK ? "link" : "rename", to);
    else if (to)
        result = JS_UNDEFINED;
    JS_FreeCString(ctx, from);
    JS_FreeCString(ctx, to);
    return result;
}

enum { UNLINK, MKDIR };

/* unlink(path), mkdir(path, permissions). */
static JSValue posix_one(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv, int magic)
{
    uint32_t permissions = 0;
    (void)this, (void)argc;
    if (magic == MKDIR && JS_ToUint32(ctx, &permissions, argv[1]))
        return JS_EXCEPTION;
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    int failed = magic == UNLINK ? unlink(path) : mkdir(path, (mode_t)permissions);
    JSValue result = failed ? host_fail(ctx, errno, magic == UNLINK ? "unlink" : "mkdir", path) : JS_UNDEFINED;
    JS_FreeCString(ctx, path);
    return result;
}

/* The names in an open directory, or an error. */
static JSValue entries(JSContext *ctx, DIR *dir, const char *path)
{
    JSValue list = JS_NewArray(ctx);
    uint32_t count = 0;
    struct dirent *entry;
    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            JS_DefinePropertyValueUint32(ctx, list, count++, JS_NewString(ctx, entry->d_name), JS_PROP_C_W_E);
    }
    if (errno == 0)
        return list;
    int err = errno;
    JS_FreeValue(ctx, list);
    return host_fail(ctx, err, "scandir", path);
}

/* names(path): the entries of a directory without `.` and `..`. */
static JSValue posix_names(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    (void)this, (void)argc;
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    DIR *dir = opendir(path);
    JSValue result = dir ? entries(ctx, dir, path) : host_fail(ctx, errno, "scandir", path);
    if (dir)
        closedir(dir);
    JS_FreeCString(ctx, path);
    return result;
}

/* space(path): bytes in all, free for root and free for everybody; inodes, and those that are free. */
static JSValue posix_space(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct statvfs fs;
    JSValue result;
    (void)this, (void)argc;
    const char *path = host_path(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    if (statvfs(path, &fs) < 0) {
        result = host_fail(ctx, errno, "statfs", path);
    } else {
        result = JS_NewObject(ctx);
        set_number(ctx, result, "totalBytes", (double)fs.f_frsize * (double)fs.f_blocks);
        set_number(ctx, result, "freeBytes", (double)fs.f_frsize * (double)fs.f_bfree);
        set_number(ctx, result, "availableBytes", (double)fs.f_frsize * (double)fs.f_bavail);
        set_number(ctx, result, "inodes", (double)fs.f_files);
        set_number(ctx, result, "inodesFree", (double)fs.f_ffree);
    }
    JS_FreeCString(ctx, path);
    return result;
}

/* arch(): what `uname -m` says. */
static JSValue posix_arch(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct utsname name;
    (void)this, (void)argc, (void)argv;
    return uname(&name) < 0 ? host_fail(ctx, errno, "uname", NULL) : JS_NewString(ctx, name.machine);
}

/* How many bits of a network mask are set. */
static int mask_bits(const struct sockaddr *mask)
{
    const uint8_t *bytes;
    int count = 0, length = 4;
    if (!mask)
        return 0;
    if (mask->sa_family == AF_INET6) {
        bytes = (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)mask)->sin6_addr;
        length = 16;
    } else {
        bytes = (const uint8_t *)&((const struct sockaddr_in *)(const void *)mask)->sin_addr;
    }
    for (int i = 0; i < length * 8; i++)
        count += bytes[i / 8] >> (7 - i % 8) & 1;
    return count;
}

/* addresses(): an array of lines `eth0 192.0.2.2/24` of the interfaces that are up, in the order of the kernel. */
static JSValue posix_addresses(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct ifaddrs *all;
    uint32_t count = 0;
    (void)this, (void)argc, (void)argv;
    if (getifaddrs(&all) < 0)
        return host_fail(ctx, errno, "getifaddrs", NULL);
    JSValue lines = JS_NewArray(ctx);
    for (struct ifaddrs *each = all; each; each = each->ifa_next) {
        char text[INET6_ADDRSTRLEN], line[IFNAMSIZ + sizeof(text) + 8];
        const unsigned up = IFF_UP | IFF_RUNNING;
        const struct sockaddr *address = (each->ifa_flags & up) == up ? each->ifa_addr : NULL;
        const void *bytes = NULL;
        if (address && address->sa_family == AF_INET)
            bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
        if (address && address->sa_family == AF_INET6)
            bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        if (!bytes || !inet_ntop(address->sa_family, bytes, text, sizeof(text)))
            continue;
        snprintf(line, sizeof(line), "%s %s/%d", each->ifa_name, text, mask_bits(each->ifa_netmask));
        JS_SetPropertyUint32(ctx, lines, count++, JS_NewString(ctx, line));
    }
    freeifaddrs(all);
    return lines;
}

/* wall() and monotonic(): milliseconds with a fraction; the magic is the clock. */
static JSValue posix_clock(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv, int magic)
{
    (void)this, (void)argc, (void)argv;
    return JS_NewFloat64(ctx, host_milliseconds(magic));
}

enum { PID, UID };

/* pid() and uid(). */
static JSValue posix_id(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv, int magic)
{
    (void)this, (void)argc, (void)argv;
    return JS_NewInt64(ctx, magic == PID ? (int64_t)getpid() : (int64_t)getuid());
}

/* isAlive(pid): EPERM counts, a process group (0 and below) does not. */
static JSValue posix_is_alive(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t pid;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &pid, argv[0]))
        return JS_EXCEPTION;
    return JS_NewBool(ctx, pid > 0 && (kill(pid, 0) == 0 || errno == EPERM));
}

/* env(name): undefined when it is not set. */
static JSValue posix_env(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    (void)this, (void)argc;
    const char *name = JS_ToCString(ctx, argv[0]);
    if (!name)
        return JS_EXCEPTION;
    const char *value = getenv(name);
    JSValue result = value ? JS_NewString(ctx, value) : JS_UNDEFINED;
    JS_FreeCString(ctx, name);
    return result;
}

/* args(): the words of the command line, the program's name first. */
static JSValue posix_args(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    JSValue list = JS_NewArray(ctx);
    (void)this, (void)argc, (void)argv;
    for (int i = 0; i < host_argc; i++)
        JS_DefinePropertyValueUint32(ctx, list, (uint32_t)i, JS_NewString(ctx, host_argv[i]), JS_PROP_C_W_E);
    return list;
}

/* exit(code): ends the process at once. */
static JSValue posix_exit(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t code;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &code, argv[0]))
        return JS_EXCEPTION;
    exit(code);
}

/* encode(text): its UTF-8 bytes; half a surrogate pair becomes U+FFFD, which has as many bytes. */
static JSValue posix_encode(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length;
    (void)this, (void)argc;
    const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
    if (!text)
        return JS_EXCEPTION;
    JSValue buffer = JS_NewArrayBufferCopy(ctx, (const uint8_t *)text, length);
    JS_FreeCString(ctx, text);
    uint8_t *bytes = JS_IsException(buffer) ? NULL : JS_GetArrayBuffer(ctx, &length, buffer);
    for (size_t i = 0; bytes && i + 2 < length; i++)
        if (bytes[i] == 0xed && bytes[i + 1] >= 0xa0)
            memcpy(bytes + i, "\xef\xbf\xbd", 3);
    /* Three arguments whatever the count says: the constructor behind it reads offset and length unasked. */
    JSValueConst arguments[3] = { buffer, JS_UNDEFINED, JS_UNDEFINED };
    JSValue array = JS_NewTypedArray(ctx, 3, arguments, JS_TYPED_ARRAY_UINT8);
    JS_FreeValue(ctx, buffer);
    return array;
}

/* How many of the bytes at `at` are one whole character; `*bad` says that they begin one and do not finish it. */
static size_t character(const uint8_t *at, size_t length, int *bad)
{
    uint8_t c = at[0], low = 0x80, high = 0xbf;
    size_t need = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (c == 0xe0) low = 0xa0;
    if (c == 0xed) high = 0x9f;
    if (c == 0xf0) low = 0x90;
    if (c == 0xf4) high = 0x8f;
    *bad = need == 0;
    for (size_t i = 1; i < need; i++, low = 0x80, high = 0xbf) {
        if (i < length && at[i] >= low && at[i] <= high)
            continue;
        *bad = 1;
        return i;
    }
    return need ? need : 1;
}

/* decode(bytes, offset, length): UTF-8 as text; what is none becomes U+FFFD as often as in any TextDecoder. */
static JSValue posix_decode(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, used = 0, step;
    int bad;
    (void)this, (void)argc;
    const uint8_t *bytes = get_bytes(ctx, argv[0], argv[1], argv[2], &length);
    if (!bytes)
        return JS_EXCEPTION;
    char *text = js_malloc(ctx, length * 3 + 1);
    if (!text)
        return JS_EXCEPTION;
    for (size_t i = 0; i < length; i += step) {
        step = character(bytes + i, length - i, &bad);
        memcpy(text + used, bad ? (const void *)"\xef\xbf\xbd" : bytes + i, bad ? 3 : step);
        used += bad ? 3 : step;
    }
    JSValue result = JS_NewStringLen(ctx, text, used);
    js_free(ctx, text);
    return result;
}

typedef struct {
    z_stream z;
    int inflating;
} Zip;

static JSClassID zip_class;

/* Gives a zip stream back; the engine calls it. */
static void zip_free(JSRuntime *rt, JSValue object)
{
    Zip *zip = JS_GetOpaque(object, zip_class);
    if (!zip)
        return;
    if (zip->inflating)
        inflateEnd(&zip->z);
    else
        deflateEnd(&zip->z);
    js_free_rt(rt, zip);
}

static const JSClassDef zip_definition = { "Zip", .finalizer = zip_free };

/* zip(level): a stream that makes gzip (level 1 to 9) or, with level 0, reads it. */
static JSValue posix_zip(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    const int gzip = 15 + 16;
    int32_t level;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &level, argv[0]))
        return JS_EXCEPTION;
    Zip *zip = js_mallocz(ctx, sizeof(*zip));
    if (!zip)
        return JS_EXCEPTION;
    zip->inflating = level == 0;
    int result = zip->inflating ? inflateInit2(&zip->z, gzip)
                                : deflateInit2(&zip->z, level, Z_DEFLATED, gzip, 8, Z_DEFAULT_STRATEGY);
    if (result != Z_OK) {
        js_free(ctx, zip);
        return host_fail(ctx, result == Z_MEM_ERROR ? ENOMEM : EINVAL, "zip", NULL);
    }
    JSValue object = JS_NewObjectClass(ctx, (int)zip_class);
    if (JS_IsException(object)) {
        zip->inflating ? inflateEnd(&zip->z) : deflateEnd(&zip->z);
        js_free(ctx, zip);
        return object;
    }
    JS_SetOpaque(object, zip);
    return object;
}

/*
 * pump(zip, from, offset, length, into, last): feeds bytes, fills `into`; says how many it took, how many it made and
 * whether the stream is at its end. `last` says that no more bytes come. A reading stream at its end begins the next
 * member.
 */
static JSValue posix_pump(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, room;
    int32_t size;
    (void)this, (void)argc;
    Zip *zip = JS_GetOpaque2(ctx, argv[0], zip_class);
    if (!zip)
        return JS_EXCEPTION;
    JSValue zero = JS_NewInt32(ctx, 0), bytes = JS_GetPropertyStr(ctx, argv[4], "length");
    if (JS_ToInt32(ctx, &size, bytes))
        return JS_EXCEPTION;
    uint8_t *from = get_bytes(ctx, argv[1], argv[2], argv[3], &length);
    uint8_t *into = from ? get_bytes(ctx, argv[4], zero, JS_NewInt32(ctx, size), &room) : NULL;
    if (!into)
        return JS_EXCEPTION;
    z_stream *z = &zip->z;
    z->next_in = from, z->avail_in = (uInt)length, z->next_out = into, z->avail_out = (uInt)room;
    int result = zip->inflating ? inflate(z, Z_NO_FLUSH) : deflate(z, JS_ToBool(ctx, argv[5]) ? Z_FINISH : Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return throw_code(ctx, result == Z_MEM_ERROR ? "Z_MEM_ERROR" : "Z_DATA_ERROR", z->msg ? z->msg : "not gzip");
    JSValue report = JS_NewObject(ctx);
    set_number(ctx, report, "took", (double)(length - z->avail_in));
    set_number(ctx, report, "made", (double)(room - z->avail_out));
    JS_DefinePropertyValueStr(ctx, report, "ended", JS_NewBool(ctx, result == Z_STREAM_END), JS_PROP_C_W_E);
    if (zip->inflating && result == Z_STREAM_END)
        inflateReset(z);
    return report;
}

/* fail(code, text): throws a SystemError made in TypeScript. */
static JSValue posix_fail(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    const char *code = JS_ToCString(ctx, argv[0]);
    const char *text = code ? JS_ToCString(ctx, argv[1]) : NULL;
    (void)this, (void)argc;
    if (text)
        throw_code(ctx, code, text);
    JS_FreeCString(ctx, code);
    JS_FreeCString(ctx, text);
    return JS_EXCEPTION;
}

static const JSCFunctionListEntry exports[] = {
    JS_CFUNC_DEF("open", 3, posix_open),
    JS_CFUNC_DEF("read", 5, posix_read),
    JS_CFUNC_DEF("write", 4, posix_write),
    JS_CFUNC_MAGIC_DEF("close", 1, posix_fd, CLOSE),
    JS_CFUNC_MAGIC_DEF("fsync", 1, posix_fd, FSYNC),
    JS_CFUNC_MAGIC_DEF("isTerminal", 1, posix_fd, ISATTY),
    JS_CFUNC_DEF("ftruncate", 2, posix_ftruncate),
    JS_CFUNC_DEF("fstat", 1, posix_fstat),
    JS_CFUNC_DEF("stat", 1, posix_stat),
    JS_CFUNC_MAGIC_DEF("link", 2, posix_two, LINK),
    JS_CFUNC_MAGIC_DEF("rename", 2, posix_two, RENAME),
    JS_CFUNC_MAGIC_DEF("unlink", 1, posix_one, UNLINK),
    JS_CFUNC_MAGIC_DEF("mkdir", 2, posix_one, MKDIR),
    JS_CFUNC_DEF("names", 1, posix_names),
    JS_CFUNC_DEF("space", 1, posix_space),
    JS_CFUNC_DEF("spawn", 2, host_spawn),
    JS_CFUNC_DEF("reap", 1, host_reap),
    JS_CFUNC_DEF("killGroup", 1, host_kill_group),
    JS_CFUNC_DEF("isProgram", 1, host_is_program),
    JS_CFUNC_DEF("dial", 2, host_dial),
    JS_CFUNC_DEF("dialed", 1, host_dialed),
    JS_CFUNC_DEF("memory", 1, host_memory_file),
    JS_CFUNC_DEF("checksum", 1, host_checksum),
    JS_CFUNC_DEF("arch", 0, posix_arch),
    JS_CFUNC_DEF("addresses", 0, posix_addresses),
    JS_CFUNC_MAGIC_DEF("wall", 0, posix_clock, CLOCK_REALTIME),
    JS_CFUNC_MAGIC_DEF("monotonic", 0, posix_clock, CLOCK_MONOTONIC),
    JS_CFUNC_MAGIC_DEF("pid", 0, posix_id, PID),
    JS_CFUNC_MAGIC_DEF("uid", 0, posix_id, UID),
    JS_CFUNC_DEF("isAlive", 1, posix_is_alive),
    JS_CFUNC_DEF("env", 1, posix_env),
    JS_CFUNC_DEF("args", 0, posix_args),
    JS_CFUNC_DEF("exit", 1, posix_exit),
    JS_CFUNC_DEF("numbers", 6, host_numbers),
    JS_CFUNC_DEF("latin", 3, host_latin),
    JS_CFUNC_DEF("cells", 4, host_cells),
    JS_CFUNC_DEF("lead", 5, host_lead),
    JS_CFUNC_DEF("difference", 6, host_difference),
    JS_CFUNC_DEF("compute", 6, host_compute),
    JS_CFUNC_DEF("again", 9, host_again),
    JS_CFUNC_DEF("behind", 5, host_behind),
    JS_CFUNC_DEF("number", 4, host_number),
    JS_CFUNC_DEF("copy", 4, host_copy),
    JS_CFUNC_DEF("under", 6, host_under),
    JS_CFUNC_DEF("backlog", 4, host_backlog),
    JS_CFUNC_DEF("blank", 1, host_blank),
    JS_CFUNC_DEF("grow", 9, host_grow),
    JS_CFUNC_DEF("share", 7, host_share),
    JS_CFUNC_DEF("decimal", 4, host_decimal),
    JS_CFUNC_DEF("totals", 4, host_totals),
    JS_CFUNC_DEF("row", 8, host_row),
    JS_CFUNC_DEF("encode", 1, posix_encode),
    JS_CFUNC_DEF("decode", 3, posix_decode),
    JS_CFUNC_DEF("zip", 1, posix_zip),
    JS_CFUNC_DEF("pump", 6, posix_pump),
    JS_CFUNC_DEF("fail", 2, posix_fail),
    JS_CFUNC_DEF("at", 2, host_at),
    JS_CFUNC_DEF("cancel", 1, host_cancel),
    JS_CFUNC_DEF("watch", 3, host_watch),
    JS_CFUNC_DEF("onSignal", 2, host_on_signal),
    JS_CFUNC_DEF("load", 1, host_load),
    JS_CFUNC_DEF("loadNow", 1, host_load_now),
    JS_CFUNC_DEF("loadFile", 2, host_load_file),
    JS_PROP_STRING_DEF("version", QUICKJS_VERSION, 0),
};
#define EXPORTS ((int)(sizeof(exports) / sizeof(exports[0])))

/* Fills the module with its functions when it is first imported. */
static int fill(JSContext *ctx, JSModuleDef *module)
{
    JS_NewClassID(&zip_class);
    if (JS_NewClass(JS_GetRuntime(ctx), zip_class, &zip_definition) < 0)
        return -1;
    return JS_SetModuleExportList(ctx, module, exports, EXPORTS);
}

/* Makes the module `sdr:posix`. */
JSModuleDef *host_posix_module(JSContext *ctx)
{
    JSModuleDef *module = JS_NewCModule(ctx, "sdr:posix", fill);
    if (module)
        JS_AddModuleExportList(ctx, module, exports, EXPORTS);
    return module;
}
