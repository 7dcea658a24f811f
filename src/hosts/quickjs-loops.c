/*
 * The loops of a sample: what src/{parse,text,growth,formula}.ts and src/proc/{keys,table}.ts do over single bytes and numbers, and an
 * interpreter a hundred times slower. Each gives the same as the function it replaces, bit by bit: test/system/quickjs/loops.ts asks
 * both. So nothing here may fuse a multiplication with an addition: scripts/quickjs.ts tells the compiler (-ffp-contract=off).
 */
#include "quickjs-host.h"

#include <math.h>
#include <string.h>

/* Above this a double no longer holds every integer. */
#define SAFE 9007199254740991.0
/* How far a key is looked for around its last place, bytes: `near` of src/proc/keys.ts. */
#define NEAR 48

/* The elements of a typed array of this width; NULL with an error thrown for anything else. */
static void *elements(JSContext *ctx, JSValueConst array, size_t width, size_t *count)
{
    size_t start, length, have, whole;
    JSValue buffer = JS_GetTypedArrayBuffer(ctx, array, &start, &length, &have);
    if (JS_IsException(buffer))
        return NULL;
    uint8_t *bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
    JS_FreeValue(ctx, buffer);
    if (bytes && have == width) {
        *count = length / width;
        return bytes + start;
    }
    if (bytes)
        JS_ThrowTypeError(ctx, "no array of elements of %d bytes", (int)width);
    return NULL;
}

/* A position in an array of `count`; -1 with an error thrown when there is none such. */
static int64_t place(JSContext *ctx, JSValueConst value, size_t count)
{
    int64_t at;
    if (JS_ToInt64(ctx, &at, value))
        return -1;
    if (at >= 0 && (uint64_t)at <= count)
        return at;
    JS_ThrowRangeError(ctx, "no such place in this buffer");
    return -1;
}

/* What a counter grew by; NaN when that cannot be told: growth() of src/growth.ts. */
static double growth(double now, double before, double slack, int wraps)
{
    double grown = now - before, wrapped = grown + 4294967296.0;
    if (grown >= 0)
        return grown;
    if (-grown < slack)
        return 0;
    return wraps && before > 2147483648.0 && before < 4294967296.0 && wrapped < 2147483648.0 ? wrapped : NAN;
}

/* Whether two doubles are one to Object.is(): all NaN are, 0 and -0 are not. */
static int same(double a, double b)
{
    return a == b ? signbit(a) == signbit(b) : a != a && b != b;
}

/* difference(now, before, delta, slack, wraps, hasBase): native.difference of src/growth.ts. */
JSValue host_difference(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t count[5];
    (void)this, (void)argc;
    const double *now = elements(ctx, argv[0], sizeof(double), &count[0]);
    const double *before = now ? elements(ctx, argv[1], sizeof(double), &count[1]) : NULL;
    double *delta = before ? elements(ctx, argv[2], sizeof(double), &count[2]) : NULL;
    const double *slack = delta ? elements(ctx, argv[3], sizeof(double), &count[3]) : NULL;
    const uint8_t *wraps = slack ? elements(ctx, argv[4], 1, &count[4]) : NULL;
    if (!wraps)
        return JS_EXCEPTION;
    for (int i = 1; i < 5; i++)
        if (count[i] < count[0])
            return JS_ThrowRangeError(ctx, "arrays of different lengths");
    int base = JS_ToBool(ctx, argv[5]), still = base;
    for (size_t i = 0; i < count[0]; i++) {
        delta[i] = base && slack[i] >= 0 ? growth(now[i], before[i], slack[i], wraps[i]) : NAN;
        still = still && same(now[i], before[i]) && !(now[i] > SAFE);
    }
    return JS_NewBool(ctx, still);
}

/* blank(values): native.blank of src/growth.ts. */
JSValue host_blank(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t count;
    (void)this, (void)argc;
    double *values = elements(ctx, argv[0], sizeof(double), &count);
    if (!values)
        return JS_EXCEPTION;
    for (size_t i = 0; i < count; i++)
        values[i] = NAN;
    return JS_UNDEFINED;
}

/* grow(values, from, columns, base, slack, wraps, totals, broken, busiest): native.grow of src/proc/sums.ts. */
JSValue host_grow(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t have, n, count[5];
    int32_t busiest;
    double most = 0;
    (void)this, (void)argc;
    const double *values = elements(ctx, argv[0], sizeof(double), &have);
    const uint16_t *columns = values ? elements(ctx, argv[2], sizeof(uint16_t), &n) : NULL;
    double *base = columns ? elements(ctx, argv[3], sizeof(double), &count[0]) : NULL;
    const double *slack = base ? elements(ctx, argv[4], sizeof(double), &count[1]) : NULL;
    const uint8_t *wraps = slack ? elements(ctx, argv[5], 1, &count[2]) : NULL;
    double *totals = wraps ? elements(ctx, argv[6], sizeof(double), &count[3]) : NULL;
    uint8_t *broken = totals ? elements(ctx, argv[7], 1, &count[4]) : NULL;
    int64_t from = broken ? place(ctx, argv[1], have) : -1;
    if (from < 0 || JS_ToInt32(ctx, &busiest, argv[8]))
        return JS_EXCEPTION;
    for (int i = 0; i < 5; i++)
        if (count[i] < n + (i == 4))
            return JS_ThrowRangeError(ctx, "arrays of different lengths");
    for (size_t i = 0; i < n; i++) {
        double now = columns[i] < have - (size_t)from ? values[(size_t)from + columns[i]] : NAN;
        double grown = growth(now, base[i], slack[i], wraps[i]);
        base[i] = now;
        if (grown > 0) {
            totals[i] += grown;
            if ((int64_t)i == busiest)
                most = grown;
        } else if (grown != 0) {
            broken[i] = broken[n] = 1;
        }
    }
    return JS_NewFloat64(ctx, most);
}

/* share(values, from, base, slack, wraps, idle, waiting): native.share of src/proc/sums.ts. */
JSValue host_share(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t have, n, guards, wrapping;
    int32_t idle, waiting;
    double all = 0, rest = 0;
    (void)this, (void)argc;
    const double *values = elements(ctx, argv[0], sizeof(double), &have);
    double *base = values ? elements(ctx, argv[2], sizeof(double), &n) : NULL;
    const double *slack = base ? elements(ctx, argv[3], sizeof(double), &guards) : NULL;
    const uint8_t *wraps = slack ? elements(ctx, argv[4], 1, &wrapping) : NULL;
    int64_t from = wraps ? place(ctx, argv[1], have) : -1;
    if (from < 0 || JS_ToInt32(ctx, &idle, argv[5]) || JS_ToInt32(ctx, &waiting, argv[6]))
        return JS_EXCEPTION;
    if (guards < n || wrapping < n || have - (size_t)from < n)
        return JS_ThrowRangeError(ctx, "arrays of different lengths");
    for (size_t i = 0; i < n; i++) {
        double now = values[(size_t)from + i];
        double grown = now == now ? growth(now, base[i], slack[i], wraps[i]) : 0;
        base[i] = now;
        all += grown;
        if ((int64_t)i == idle || (int64_t)i == waiting)
            rest += grown;
    }
    return JS_NewFloat64(ctx, all > 0 ? (all - rest) / all : NAN);
}

/* The kinds of columns, as src/formula.ts numbers them. */
enum { LEVEL, PART, RATE, SHARE, MEAN, OWN, TEXT };

/* A program of src/formula.ts and what it computes from. */
typedef struct {
    const uint16_t *kind, *first, *middle, *where;
    const double *times, *min, *max, *factor;
    const double *delta, *now;
    size_t fields;
} Program;

/* A sum of terms in base units; NaN when a term is none of the fields. */
static double sum(const Program *p, const double *values, size_t from, size_t until)
{
    double total = 0;
    for (size_t i = from; i < until; i++)
        total += p->factor[i] * (p->where[i] < p->fields ? values[p->where[i]] : NAN);
    return total;
}

/* The value of column `i`; NaN for what is left to a recorder's own arithmetic. */
static double column(const Program *p, size_t i, double seconds)
{
    uint16_t kind = p->kind[i];
    const double *values = kind < RATE ? p->now : p->delta;
    double value = p->times[i] * sum(p, values, p->first[i], p->middle[i]);
    if (kind == OWN || kind == TEXT)
        return NAN;
    if (kind == RATE) {
        value /= seconds;
    } else if (kind != LEVEL) {
        double whole = sum(p, values, p->middle[i], p->first[i + 1]);
        value = whole > 0 ? value / whole : NAN;
    }
    return value > p->max[i] ? p->max[i] : value < p->min[i] ? p->min[i] : value;
}

/* Whether a program of `n` columns is as long as it says and speaks of terms that it has. */
static int is_whole(const Program *p, size_t n, size_t codes, size_t numbers)
{
    if (codes < 3 * n + 1 || numbers < 3 * n || codes - (3 * n + 1) != numbers - 3 * n)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (p->first[i] > p->middle[i] || p->middle[i] > p->first[i + 1])
            return 0;
    return p->first[n] <= numbers - 3 * n;
}

/* compute(codes, numbers, delta, now, seconds, cells): native.compute of src/formula.ts. */
JSValue host_compute(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t codes, numbers, n, deltas, nows;
    double seconds;
    (void)this, (void)argc;
    const uint16_t *code = elements(ctx, argv[0], sizeof(uint16_t), &codes);
    const double *number = code ? elements(ctx, argv[1], sizeof(double), &numbers) : NULL;
    const double *delta = number ? elements(ctx, argv[2], sizeof(double), &deltas) : NULL;
    const double *now = delta ? elements(ctx, argv[3], sizeof(double), &nows) : NULL;
    double *cells = now ? elements(ctx, argv[5], sizeof(double), &n) : NULL;
    if (!cells || JS_ToFloat64(ctx, &seconds, argv[4]))
        return JS_EXCEPTION;
    const Program program = {
        .kind = code, .first = code + n, .middle = code + 2 * n + 1, .where = code + 3 * n + 1,
        .times = number, .min = number + n, .max = number + 2 * n, .factor = number + 3 * n,
        .delta = delta, .now = now, .fields = deltas < nows ? deltas : nows,
    };
    if (!is_whole(&program, n, codes, numbers))
        return JS_ThrowRangeError(ctx, "a program of another length");
    int some = 0;
    for (size_t i = 0; i < n; i++) {
        cells[i] = column(&program, i, seconds);
        some |= cells[i] == cells[i];
    }
    return JS_NewBool(ctx, some);
}

/* Text that is walked over. */
typedef struct {
    const uint8_t *bytes;
    size_t pos, end;
} Walk;

/* Moves over blanks. */
static void skip_blanks(Walk *walk)
{
    while (walk->pos < walk->end && (walk->bytes[walk->pos] == ' ' || walk->bytes[walk->pos] == '\t'))
        walk->pos++;
}

/* Scan.number() of src/parse.ts: an unsigned decimal number behind blanks; NaN when there is none here. */
static double number(Walk *walk)
{
    double n = 0;
    skip_blanks(walk);
    size_t from = walk->pos;
    for (; walk->pos < walk->end; walk->pos++) {
        unsigned digit = (unsigned)walk->bytes[walk->pos] - '0';
        if (digit > 9)
            break;
        n = n * 10 + digit;
    }
    return walk->pos == from ? NAN : n;
}

/* Moves behind the next LF, or to the end. */
static void next_line(Walk *walk)
{
    const uint8_t *line = walk->pos < walk->end ? memchr(walk->bytes + walk->pos, '\n', walk->end - walk->pos) : NULL;
    walk->pos = line ? (size_t)(line - walk->bytes) + 1 : walk->end;
}

/* What the rows of a table look like: native.again of src/proc/table.ts. */
typedef struct {
    int32_t lead, end, stride, least;
} Shape;

/* Reads one row called `name`; false when it is anything else. Sets `moved` when a number is not what it was. */
static int read_row(Walk *walk, const uint8_t *name, size_t length, const Shape *shape, double *values, int *moved)
{
    for (int32_t i = 0; i < shape->lead; i++)
        if (!(number(walk) >= 0))
            return 0;
    skip_blanks(walk);
    if (walk->end - walk->pos <= length || memcmp(walk->bytes + walk->pos, name, length) ||
        walk->bytes[walk->pos + length] != shape->end)
        return 0;
    walk->pos += length + 1;
    for (int32_t i = 0; i < shape->stride; i++) {
        double value = i > 0 && !(values[i - 1] >= 0) ? NAN : number(walk);
        *moved |= !same(value, values[i]);
        values[i] = value;
        if (values[i] > SAFE || (i < shape->least && !(values[i] >= 0)))
            return 0;
    }
    next_line(walk);
    return 1;
}

/* again(bytes, pos, until, names, lead, end, values, stride, least, changes, turn): native.again of src/proc/table.ts. */
JSValue host_again(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, names, room, rows;
    uint32_t turn;
    Shape shape;
    (void)this, (void)argc;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    const uint8_t *name = bytes ? elements(ctx, argv[3], 1, &names) : NULL;
    double *values = name ? elements(ctx, argv[6], sizeof(double), &room) : NULL;
    uint32_t *change = values ? elements(ctx, argv[9], sizeof(uint32_t), &rows) : NULL;
    int64_t until = change ? place(ctx, argv[2], length) : -1;
    int64_t pos = until < 0 ? -1 : place(ctx, argv[1], (size_t)until);
    if (pos < 0 || JS_ToUint32(ctx, &turn, argv[10]) || JS_ToInt32(ctx, &shape.lead, argv[4]) ||
        JS_ToInt32(ctx, &shape.end, argv[5]) || JS_ToInt32(ctx, &shape.stride, argv[7]) || JS_ToInt32(ctx, &shape.least, argv[8]))
        return JS_EXCEPTION;
    if (shape.stride < 1)
        return JS_ThrowRangeError(ctx, "no such rows");
    Walk walk = { bytes, (size_t)pos, (size_t)until };
    const uint8_t *last = name + names;
    while (name < last) {
        const uint8_t *stop = memchr(name, '\n', (size_t)(last - name));
        int moved = 0;
        if (!stop || room < (size_t)shape.stride || rows-- == 0 ||
            !read_row(&walk, name, (size_t)(stop - name), &shape, values, &moved))
            return JS_NewInt32(ctx, -1);
        if (moved)
            *change = turn;
        change++;
        name = stop + 1;
        values += shape.stride;
        room -= (size_t)shape.stride;
    }
    return JS_NewInt64(ctx, (int64_t)walk.pos);
}

/* The arguments (bytes, pos, end, out) of a function that reads `count` numbers: where to put them; NULL with an exception. */
static double *room_for(JSContext *ctx, JSValueConst *argv, size_t count, Walk *walk)
{
    size_t length, room;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    double *out = bytes ? elements(ctx, argv[3], sizeof(double), &room) : NULL;
    int64_t end = out ? place(ctx, argv[2], length) : -1;
    int64_t pos = end < 0 ? -1 : place(ctx, argv[1], (size_t)end);
    if (pos < 0)
        return NULL;
    if (room < count) {
        JS_ThrowRangeError(ctx, "no such place in this buffer");
        return NULL;
    }
    *walk = (Walk){ bytes, (size_t)pos, (size_t)end };
    return out;
}

/* number(bytes, pos, end, out): native.number of src/parse.ts. Returns where it stands behind the number. */
JSValue host_number(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    Walk walk;
    (void)this, (void)argc;
    double *out = room_for(ctx, argv, 1, &walk);
    if (!out)
        return JS_EXCEPTION;
    out[0] = number(&walk);
    return JS_NewInt64(ctx, (int64_t)walk.pos);
}

/* decimal(bytes, pos, end, out): native.decimal of src/parse.ts. Returns where it stands behind the number. */
JSValue host_decimal(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    Walk walk;
    (void)this, (void)argc;
    double *out = room_for(ctx, argv, 1, &walk);
    if (!out)
        return JS_EXCEPTION;
    skip_blanks(&walk);
    int minus = walk.pos < walk.end && walk.bytes[walk.pos] == '-';
    walk.pos += (size_t)minus;
    double value = number(&walk);
    if (value == value && walk.pos < walk.end && walk.bytes[walk.pos] == '.') {
        size_t from = ++walk.pos;
        double fraction = number(&walk);
        if (walk.pos > from)
            value += fraction / pow(10, (double)(walk.pos - from));
    }
    out[0] = minus ? -value : value;
    return JS_NewInt64(ctx, (int64_t)walk.pos);
}

/* The number behind the last `total=` of a line, which ends at `end`; NaN when there is none. */
static double total_of(const uint8_t *line, const uint8_t *end, const uint8_t *last)
{
    static const char label[] = "total=";
    const size_t length = sizeof(label) - 1;
    for (size_t left = (size_t)(end - line); left >= length; left--) {
        const uint8_t *at = line + left - length;
        if (memcmp(at, label, length))
            continue;
        Walk walk = { at, length, (size_t)(last - at) };
        return number(&walk);
    }
    return NAN;
}

/* totals(bytes, pos, end, totals): native.totals of src/proc/pressure.ts. */
JSValue host_totals(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    Walk walk;
    (void)this, (void)argc;
    double *totals = room_for(ctx, argv, 2, &walk);
    if (!totals)
        return JS_EXCEPTION;
    totals[1] = NAN;
    for (int i = 0; i < 2 && (i == 0 || walk.pos < walk.end); i++) {
        const uint8_t *line = walk.bytes + walk.pos;
        next_line(&walk);
        totals[i] = total_of(line, walk.bytes + walk.pos, walk.bytes + walk.end);
        if (totals[i] != totals[i])
            return JS_FALSE;
    }
    return JS_TRUE;
}

/* copy(from, at, count, into): native.copy of src/proc/table.ts. */
JSValue host_copy(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t have, room;
    (void)this, (void)argc;
    const double *from = elements(ctx, argv[0], sizeof(double), &have);
    double *into = from ? elements(ctx, argv[3], sizeof(double), &room) : NULL;
    int64_t at = into ? place(ctx, argv[1], have) : -1;
    int64_t count = at < 0 ? -1 : place(ctx, argv[2], room);
    if (count < 0)
        return JS_EXCEPTION;
    if ((size_t)count > have - (size_t)at)
        return JS_ThrowRangeError(ctx, "no such place in this buffer");
    memmove(into, from + at, (size_t)count * sizeof(double));
    return JS_UNDEFINED;
}

/* Whether a byte is there and ends no word. */
static int in_word(const Walk *walk)
{
    uint8_t c = walk->pos < walk->end ? walk->bytes[walk->pos] : ' ';
    return c != ' ' && c != '\t' && c != '\n';
}

/* Whether a text stands here. */
static int stands(const Walk *walk, const uint8_t *text, size_t length)
{
    return length <= walk->end - walk->pos && !memcmp(walk->bytes + walk->pos, text, length);
}

/* The number under `name`: numberUnder() of src/proc/small.ts. */
static double number_under(Walk walk, size_t numbers, const uint8_t *name, size_t length)
{
    int64_t index = 0;
    for (;;) {
        size_t from = walk.pos;
        while (in_word(&walk))
            walk.pos++;
        if (walk.pos - from == length && !memcmp(walk.bytes + from, name, length))
            break;
        if (walk.pos >= walk.end || walk.bytes[walk.pos] == '\n')
            return NAN;
        walk.pos++, index++;
    }
    for (walk.pos = numbers; index > 0; index--) {
        while (in_word(&walk))
            walk.pos++;
        skip_blanks(&walk);
    }
    return number(&walk);
}

/* under(bytes, pos, end, label, names, values): native.under of src/proc/small.ts. */
JSValue host_under(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, wide, size, count;
    (void)this, (void)argc;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    const uint8_t *label = bytes ? elements(ctx, argv[3], 1, &wide) : NULL;
    const uint8_t *name = label ? elements(ctx, argv[4], 1, &size) : NULL;
    double *values = name ? elements(ctx, argv[5], sizeof(double), &count) : NULL;
    int64_t end = values ? place(ctx, argv[2], length) : -1;
    int64_t pos = end < 0 ? -1 : place(ctx, argv[1], (size_t)end);
    if (pos < 0)
        return JS_EXCEPTION;
    Walk walk = { bytes, (size_t)pos, (size_t)end };
    while (walk.pos < walk.end && !stands(&walk, label, wide))
        next_line(&walk);
    Walk heads = walk;
    next_line(&walk);
    if (walk.pos >= walk.end || !stands(&walk, label, wide))
        return JS_FALSE;
    heads.pos += wide;
    const uint8_t *last = name + size;
    for (size_t i = 0; i < count && name < last; i++) {
        const uint8_t *next = name + 1 < last ? memchr(name + 1, '\n', (size_t)(last - name - 1)) : NULL;
        values[i] = number_under(heads, walk.pos + wide, name + 1, (size_t)((next ? next : last) - name - 1));
        name = next ? next : last;
    }
    return JS_TRUE;
}

/* A hexadecimal number behind blanks; NaN when there is none here. */
static double hexadecimal(Walk *walk)
{
    double n = 0;
    skip_blanks(walk);
    size_t from = walk->pos;
    for (; walk->pos < walk->end; walk->pos++) {
        uint8_t c = walk->bytes[walk->pos];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            break;
        n = n * 16 + digit;
    }
    return walk->pos == from ? NAN : n;
}

/* backlog(bytes, pos, end, sums): native.backlog of src/proc/small.ts. */
JSValue host_backlog(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    Walk walk;
    (void)this, (void)argc;
    double *sums = room_for(ctx, argv, 2, &walk);
    if (!sums)
        return JS_EXCEPTION;
    int32_t lines = 0;
    sums[0] = sums[1] = 0;
    for (; walk.pos < walk.end; lines++) {
        double first = hexadecimal(&walk);
        sums[0] += hexadecimal(&walk);
        sums[1] += hexadecimal(&walk);
        if (first != first || sums[0] != sums[0] || sums[1] != sums[1])
            return JS_NewInt32(ctx, -1);
        next_line(&walk);
    }
    return JS_NewInt32(ctx, lines);
}

/* Whether `word` stands at `at`; at -1 its first byte, an LF, is thought. */
static int matches(const Walk *text, const uint8_t *word, size_t length, int64_t at)
{
    size_t skip = at < 0;
    if (at + (int64_t)length > (int64_t)text->end || at < -1)
        return 0;
    return !memcmp(text->bytes + (size_t)(at + (int64_t)skip), word + skip, length - skip);
}

/* Where a word stands: find() of src/proc/keys.ts. */
static int64_t find(const Walk *text, const uint8_t *word, size_t length, int64_t hint)
{
    const int64_t end = (int64_t)text->end;
    if (hint >= -1) {
        if (matches(text, word, length, hint))
            return hint;
        int64_t last = hint + NEAR < end - (int64_t)length ? hint + NEAR : end - (int64_t)length;
        for (int64_t at = hint - NEAR > -1 ? hint - NEAR : -1; at <= last; at++)
            if (matches(text, word, length, at))
                return at;
    }
    for (int64_t at = -1; at < end - 1;) {
        if (matches(text, word, length, at))
            return at;
        const uint8_t *line = memchr(text->bytes + at + 1, '\n', (size_t)(end - at - 1));
        if (!line)
            return -2;
        at = line - text->bytes;
    }
    return -2;
}

/* behind(bytes, end, words, places, values): native.behind of src/proc/keys.ts. */
JSValue host_behind(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, size, count, room;
    (void)this, (void)argc;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    const uint8_t *word = bytes ? elements(ctx, argv[2], 1, &size) : NULL;
    double *places = word ? elements(ctx, argv[3], sizeof(double), &count) : NULL;
    double *values = places ? elements(ctx, argv[4], sizeof(double), &room) : NULL;
    int64_t end = values ? place(ctx, argv[1], length) : -1;
    if (end < 0)
        return JS_EXCEPTION;
    if (room < count)
        return JS_ThrowRangeError(ctx, "arrays of different lengths");
    Walk text = { bytes, 0, (size_t)end };
    const uint8_t *last = word + size;
    int32_t found = 0;
    for (size_t i = 0; i < count && word < last; i++) {
        const uint8_t *next = word + 1 < last ? memchr(word + 1, '\n', (size_t)(last - word - 1)) : NULL;
        size_t wide = (size_t)((next ? next : last) - word);
        /* What is no place is none to look at. */
        int64_t hint = places[i] >= -1 && places[i] < SAFE ? (int64_t)places[i] : -2;
        int64_t at = find(&text, word, wide, hint);
        places[i] = (double)at;
        text.pos = at < -1 ? text.end : (size_t)(at + (int64_t)wide);
        values[i] = at < -1 ? NAN : number(&text);
        found += values[i] == values[i];
        word += wide;
    }
    return JS_NewInt32(ctx, found);
}

/* latin(bytes, from, until): native.latin of src/parse.ts: a byte a character. */
JSValue host_latin(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length;
    (void)this, (void)argc;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    int64_t until = bytes ? place(ctx, argv[2], length) : -1;
    int64_t from = until < 0 ? -1 : place(ctx, argv[1], length);
    if (from < 0)
        return JS_EXCEPTION;
    if (from >= until)
        return JS_NewStringLen(ctx, "", 0);
    char *text = js_malloc(ctx, (size_t)(until - from) * 2), *end = text;
    if (!text)
        return JS_EXCEPTION;
    for (int64_t i = from; i < until; i++) {
        if (bytes[i] >= 0x80)
            *end++ = (char)(0xc0 | bytes[i] >> 6);
        *end++ = (char)(bytes[i] < 0x80 ? bytes[i] : 0x80 | (bytes[i] & 63));
    }
    JSValue string = JS_NewStringLen(ctx, text, (size_t)(end - text));
    js_free(ctx, text);
    return string;
}

/*
 * numbers(bytes, pos, end, out, at, max): native.numbers of src/parse.ts. Returns the position behind the last number; those that
 * are not there become NaN.
 */
JSValue host_numbers(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t length, room;
    int64_t max;
    (void)this, (void)argc;
    const uint8_t *bytes = elements(ctx, argv[0], 1, &length);
    double *out = bytes ? elements(ctx, argv[3], sizeof(double), &room) : NULL;
    int64_t end = out ? place(ctx, argv[2], length) : -1;
    int64_t pos = end < 0 ? -1 : place(ctx, argv[1], length);
    int64_t at = pos < 0 ? -1 : place(ctx, argv[4], room);
    if (at < 0 || JS_ToInt64(ctx, &max, argv[5]))
        return JS_EXCEPTION;
    if (max < 0 || max > (int64_t)room - at)
        return JS_ThrowRangeError(ctx, "no such place in this buffer");
    Walk walk = { bytes, (size_t)pos, (size_t)end };
    for (int64_t n = at; n < at + max; n++) {
        out[n] = n > at && out[n - 1] != out[n - 1] ? NAN : number(&walk);
        if (out[n] == out[n])
            pos = (int64_t)walk.pos;
    }
    return JS_NewInt64(ctx, pos);
}

/* How many bytes a comma and a number take at most. */
#define WIDEST 24

/*
 * Spells a finite number with this many decimals (0 to 9), rounded half away from zero; at most 23 bytes. Returns how many, or
 * -1 when it has more digits than a double is sure of.
 */
static int spell(uint8_t *out, double value, int decimals)
{
    static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
    double exact = (value < 0 ? -value : value) * powers[decimals];
    if (!(exact <= SAFE))
        return -1;
    /* Math.round: the whole part, and one more from a half on. */
    uint64_t scaled = (uint64_t)exact;
    if (exact - (double)scaled >= 0.5)
        scaled++;
    char text[20];
    int n = 0, length = 0;
    for (uint64_t rest = scaled; n <= decimals || rest > 0; rest /= 10, n++)
        text[n] = (char)('0' + rest % 10);
    if (value < 0 && scaled > 0)
        out[length++] = '-';
    while (n > 0) {
        if (n == decimals)
            out[length++] = '.';
        out[length++] = (uint8_t)text[--n];
    }
    return length;
}

/* Writes a comma and a number, the comma alone for NaN and infinity; NULL when it has too many digits. */
static uint8_t *cell(uint8_t *out, double value, int decimals)
{
    *out++ = ',';
    if (value - value != 0)
        return out;
    int length = decimals < 0 || decimals > 9 ? -1 : spell(out, value, decimals);
    return length < 0 ? NULL : out + length;
}

/* cells(bytes, at, values, decimals): native.cells of src/text.ts. Returns the end of it, or -1. */
JSValue host_cells(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t room, count, places;
    (void)this, (void)argc;
    uint8_t *bytes = elements(ctx, argv[0], 1, &room);
    const double *values = bytes ? elements(ctx, argv[2], sizeof(double), &count) : NULL;
    const uint8_t *decimals = values ? elements(ctx, argv[3], 1, &places) : NULL;
    int64_t at = decimals ? place(ctx, argv[1], room) : -1;
    if (at < 0)
        return JS_EXCEPTION;
    if (places < count || (room - (size_t)at) / WIDEST < count)
        return JS_ThrowRangeError(ctx, "no such place in this buffer");
    uint8_t *end = bytes + at;
    for (size_t i = 0; end && i < count; i++)
        end = cell(end, values[i], decimals[i]);
    return JS_NewInt64(ctx, end ? end - bytes : -1);
}

/* Copies a text; NULL when it is more than ASCII, or there is no room for it and a number. */
static uint8_t *copy_ascii(JSContext *ctx, JSValueConst value, uint8_t *out, const uint8_t *last)
{
    size_t length;
    const char *text = JS_ToCStringLen(ctx, &length, value);
    int fits = text && length + WIDEST <= (size_t)(last - out);
    for (size_t i = 0; fits && i < length; i++) {
        fits = (uint8_t)text[i] < 0x80;
        out[i] = (uint8_t)text[i];
    }
    JS_FreeCString(ctx, text);
    return fits ? out + length : NULL;
}

/* What a function answers that writes up to `end`: where that is, or -1 when it could not. An exception when there is one. */
static JSValue written(JSContext *ctx, const uint8_t *bytes, const uint8_t *end)
{
    if (!end && JS_HasException(ctx))
        return JS_EXCEPTION;
    return JS_NewInt64(ctx, end ? end - bytes : -1);
}

/* lead(bytes, at, text, value, decimals): native.lead of src/text.ts. Returns the end of it, or -1. */
JSValue host_lead(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t room;
    double value = 0;
    int32_t decimals;
    (void)this, (void)argc;
    uint8_t *bytes = elements(ctx, argv[0], 1, &room);
    int64_t at = bytes ? place(ctx, argv[1], room) : -1;
    int hasValue = !JS_IsNull(argv[3]);
    if (at < 0 || JS_ToInt32(ctx, &decimals, argv[4]) || (hasValue && JS_ToFloat64(ctx, &value, argv[3])))
        return JS_EXCEPTION;
    uint8_t *end = copy_ascii(ctx, argv[2], bytes + at, bytes + room);
    if (end && hasValue)
        end = cell(end, value, decimals);
    return written(ctx, bytes, end);
}

/* row(bytes, at, text, key, value, values, decimals, spelled): native.row of src/text.ts. Returns the end of it, or -1. */
JSValue host_row(JSContext *ctx, JSValueConst this, int argc, JSValueConst *argv)
{
    size_t room, count, places, length = 0;
    double value = 0;
    (void)this, (void)argc;
    const int hasKey = !JS_IsNull(argv[3]), hasValue = !JS_IsNull(argv[4]), isSpelled = !JS_IsNull(argv[7]);
    uint8_t *bytes = elements(ctx, argv[0], 1, &room);
    const double *values = bytes ? elements(ctx, argv[5], sizeof(double), &count) : NULL;
    const uint8_t *decimals = values ? elements(ctx, argv[6], 1, &places) : NULL;
    const uint8_t *spelled = isSpelled && decimals ? elements(ctx, argv[7], 1, &length) : decimals;
    int64_t at = spelled ? place(ctx, argv[1], room) : -1;
    if (at < 0 || (hasValue && JS_ToFloat64(ctx, &value, argv[4])))
        return JS_EXCEPTION;
    const uint8_t *last = bytes + room;
    uint8_t *end = copy_ascii(ctx, argv[2], bytes + at, last);
    if (end && hasKey) {
        *end++ = ',';
        end = copy_ascii(ctx, argv[3], end, last);
    }
    if (end && hasValue)
        end = cell(end, value, 3);
    if (!end)
        return written(ctx, bytes, end);
    if (isSpelled && length > count * WIDEST)
        return JS_NewInt32(ctx, -1);
    if (places < count || (size_t)(last - end) <= count * WIDEST)
        return JS_ThrowRangeError(ctx, "no such place in this buffer");
    if (isSpelled) {
        memcpy(end, spelled, length);
        end += length;
    }
    for (size_t i = 0; !isSpelled && end && i < count; i++)
        end = cell(end, values[i], decimals[i]);
    if (end)
        *end++ = '\n';
    return written(ctx, bytes, end);
}
