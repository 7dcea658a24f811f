/*
 * What the network takes, for the module `sdr:posix`: names to addresses in a process of their own, connections that nothing waits
 * for, bytes that only a file in memory holds. Reading, writing and time limits are TypeScript's (quickjs-net.ts).
 */
#include "quickjs-host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

/* All bytes of a typed array; NULL with an error thrown when it is none. */
static const uint8_t *all_bytes(JSContext *ctx, JSValueConst array, size_t *length)
{
    size_t start, width, whole;
    JSValue buffer = JS_GetTypedArrayBuffer(ctx, array, &start, length, &width);
    if (JS_IsException(buffer))
        return NULL;
    const uint8_t *bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
    JS_FreeValue(ctx, buffer);
    return bytes ? bytes + start : NULL;
}

/* Says the addresses of a host, a line each, in the order to try them; in a child process, which may wait for them. */
void host_tell_addresses(const char *name)
{
    struct addrinfo wish = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *all = NULL;
    char text[INET6_ADDRSTRLEN + IFNAMSIZ + 2];
    int failed = getaddrinfo(name, NULL, &wish, &all);
    if (failed)
        dprintf(1, "%s\n", failed == EAI_AGAIN ? "EAI_AGAIN" : "ENOTFOUND");
    for (struct addrinfo *each = all; each; each = each->ai_next)
        if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
            dprintf(1, "%s\n", text);
}

/* Reads `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`; how long the address is, 0 when it is none. */
static socklen_t parse_address(const char *text, int port, struct sockaddr_storage *address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    char plain[INET6_ADDRSTRLEN];
    const char *scope = strchr(text, '%');
    size_t length = scope ? (size_t)(scope - text) : strlen(text);
    memset(address, 0, sizeof(*address));
    if (length >= sizeof(plain))
        return 0;
    memcpy(plain, text, length);
    plain[length] = 0;
    if (inet_pton(AF_INET, plain, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return sizeof(*four);
    }
    if (inet_pton(AF_INET6, plain, &six->sin6_addr) != 1)
        return 0;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    six->sin6_scope_id = scope ? if_nametoindex(scope + 1) : 0;
    return sizeof(*six);
}

/*
 * dial(address, port): a socket on its way to a TCP port, to be read and written without waiting. Once it can be written to, dialed()
 * says what became of it.
 */
JSValue host_dial(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    struct sockaddr_storage address;
    int32_t port;
    int on = 1;
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &port, argv[1]))
        return JS_EXCEPTION;
    const char *text = JS_ToCString(ctx, argv[0]);
    if (!text)
        return JS_EXCEPTION;
    socklen_t length = parse_address(text, port, &address);
    JS_FreeCString(ctx, text);
    if (!length)
        return host_fail(ctx, EINVAL, "address", NULL);
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return host_fail(ctx, errno, "socket", NULL);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (connect(fd, (struct sockaddr *)&address, length) == 0 || errno == EINPROGRESS)
        return JS_NewInt32(ctx, fd);
    int err = errno;
    close(fd);
    return host_fail(ctx, err, "connect", NULL);
}

/* dialed(fd): throws why a socket did not reach its port. */
JSValue host_dialed(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    int32_t fd;
    int err = 0;
    socklen_t length = sizeof(err);
    (void)this, (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &length) < 0)
        err = errno;
    return err ? host_fail(ctx, err, "connect", NULL) : JS_UNDEFINED;
}

/* memory(bytes): a descriptor of a file with these bytes that has no name and is gone with it. */
JSValue host_memory_file(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, done = 0;
    (void)this, (void)argc;
    const uint8_t *bytes = all_bytes(ctx, argv[0], &length);
    if (!bytes)
        return JS_EXCEPTION;
    int fd = memfd_create("sdr", MFD_CLOEXEC);
    while (fd >= 0 && done < length) {
        ssize_t count = write(fd, bytes + done, length - done);
        if (count <= 0 && errno != EINTR) {
            int err = errno;
            close(fd);
            return host_fail(ctx, err, "write", NULL);
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return fd < 0 ? host_fail(ctx, errno, "memfd_create", NULL) : JS_NewInt32(ctx, fd);
}

/* checksum(bytes): their CRC-32. */
JSValue host_checksum(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length;
    (void)this, (void)argc;
    const uint8_t *bytes = all_bytes(ctx, argv[0], &length);
    return bytes ? JS_NewUint32(ctx, (uint32_t)crc32(0, bytes, (uInt)length)) : JS_EXCEPTION;
}
