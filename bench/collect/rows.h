/* What the load sends: rows of 147 bytes, each a function of its number, so that the bytes before any offset can be
   made again instead of being kept; and the frames and requests around them, a shape for each kind of server. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW = 147, VALUES = 17, POOL = 64, BEFORE = 4096, MOST_ROWS = 1000, HEAD_ROOM = 1024 };
enum shape { SDR, CSV, VICTORIA, INFLUX };

static char header[256];
static size_t header_length;
static char pool[POOL][ROW]; /* a row without its time: ",12.345,…\n" */
static char fields[POOL][512]; /* the same for InfluxDB: " v1=12.345,v2=…" */
static size_t fields_length[POOL];

static uint32_t crc_table[8][256];

static void prepare_rows(void) {
  for (uint32_t n = 0; n < 256; n++) {
    uint32_t c = n;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? (c >> 1) ^ 0xedb88320 : c >> 1;
    crc_table[0][n] = c;
  }
  for (int slice = 1; slice < 8; slice++)
    for (int n = 0; n < 256; n++)
      crc_table[slice][n] = (crc_table[slice - 1][n] >> 8) ^ crc_table[0][crc_table[slice - 1][n] & 255];
  header_length = (size_t)sprintf(header, "time");
  for (int v = 1; v <= VALUES; v++) header_length += (size_t)sprintf(header + header_length, ",v%d_pct", v);
  header[header_length++] = '\n';
  srand(1);
  for (int p = 0; p < POOL; p++) {
    char *row = pool[p], *field = fields[p];
    for (int v = 1; v <= VALUES; v++) {
      int whole = 1000 + rand() % 9000, part = rand() % 100;
      row += sprintf(row, ",%d.%02d", whole, part);
      field += sprintf(field, "%cv%d=%d.%02d", v == 1 ? ' ' : ',', v, whole, part);
    }
    *row = '\n';
    fields_length[p] = (size_t)(field - fields[p]);
  }
}

/* As gzip has it, eight bytes a step. */
static uint32_t crc32_of(const unsigned char *at, size_t length) {
  uint32_t crc = ~0u;
  for (; length >= 8; at += 8, length -= 8) {
    uint32_t low, high;
    memcpy(&low, at, 4);
    memcpy(&high, at + 4, 4);
    low ^= crc;
    crc = crc_table[7][low & 255] ^ crc_table[6][low >> 8 & 255] ^ crc_table[5][low >> 16 & 255] ^
          crc_table[4][low >> 24] ^ crc_table[3][high & 255] ^ crc_table[2][high >> 8 & 255] ^
          crc_table[1][high >> 16 & 255] ^ crc_table[0][high >> 24];
  }
  for (; length > 0; at++, length--) crc = crc_table[0][(crc ^ *at) & 255] ^ (crc >> 8);
  return ~crc;
}

static char *put_time(char *out, uint64_t time) {
  for (int digit = 9; digit >= 0; digit--, time /= 10) out[digit] = (char)('0' + time % 10);
  return out + 10;
}

/* One file of one host, of which one connection sends the rows in order. */
struct stream {
  int host, file;
  uint64_t rows, offset; /* sent so far */
};

static int run_number;
static uint64_t first_time;

static char *put_rows(char *out, uint64_t from, int count) {
  for (uint64_t row = from; row < from + (uint64_t)count; row++) {
    out = put_time(out, first_time + row);
    memcpy(out, pool[row % POOL], ROW - 10);
    out += ROW - 10;
  }
  return out;
}

/* Of the at most 4096 bytes before what comes next. */
static uint32_t crc_before(const struct stream *s) {
  static unsigned char last[512 + 29 * ROW];
  unsigned char *end = last;
  uint64_t rows = BEFORE / ROW + 1;
  if (s->rows < rows) {
    if (s->offset == 0) return 0;
    memcpy(last, header, header_length);
    end += header_length;
    rows = s->rows;
  }
  end = (unsigned char *)put_rows((char *)end, s->rows - rows, (int)rows);
  size_t length = (size_t)(end - last);
  if (length > BEFORE) length = BEFORE;
  return crc32_of(end - length, length);
}

static char *put_frame(char *out, struct stream *s, int count) {
  static char body[512 + MOST_ROWS * ROW];
  size_t head = s->offset == 0 ? header_length : 0;
  memcpy(body, header, head);
  size_t length = (size_t)(put_rows(body + head, s->rows, count) - body);
  out += sprintf(out, "#sdr h%05d %016x 00000000000be9c4 load%d-20261121r%04d.csv %llu %zu %08x\n", s->host,
                 s->host + 1, s->file, run_number, (unsigned long long)s->offset, length, crc_before(s));
  memcpy(out, body, length);
  s->offset += length;
  return out + length;
}

static char *put_influx(char *out, const struct stream *s, int count) {
  char tags[64];
  size_t length = (size_t)sprintf(tags, "load,host=h%05d,file=%d-%d", s->host, s->file, run_number);
  for (uint64_t row = s->rows; row < s->rows + (uint64_t)count; row++) {
    memcpy(out, tags, length);
    memcpy(out + length, fields[row % POOL], fields_length[row % POOL]);
    out += length + fields_length[row % POOL];
    *out++ = ' ';
    out = put_time(out, first_time + row);
    *out++ = '\n';
  }
  return out;
}

static int put_path(char *out, enum shape shape, const struct stream *s) {
  if (shape == SDR) return sprintf(out, "/v1/append");
  if (shape == CSV) return sprintf(out, "/h%05d", s->host);
  if (shape == INFLUX) return sprintf(out, "/write?db=bench&precision=s");
  char *at = out + sprintf(out, "/api/v1/import/csv?format=1:time:unix_s");
  for (int v = 1; v <= VALUES; v++) at += sprintf(at, ",%d:metric:v%d", v + 1, v);
  return (int)(at - out) + sprintf(at, "&extra_label=host=h%05d&extra_label=file=%d-%d", s->host, s->file, run_number);
}

/* The next request with that many rows, in memory of its own until the next call. */
static char *request(struct stream *s, enum shape shape, int http, int count, const char *token, size_t *length) {
  static char space[HEAD_ROOM + 1024 + MOST_ROWS * 512];
  char *body = space + HEAD_ROOM, *end = body, head[HEAD_ROOM], *at = head;
  if (shape == SDR) end = put_frame(body, s, count);
  else if (shape == INFLUX) end = put_influx(body, s, count);
  else end = put_rows(body, s->rows, count);
  s->rows += (uint64_t)count;
  if (http) {
    at += sprintf(at, "POST ");
    at += put_path(at, shape, s);
    at += sprintf(at, " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
                  shape == SDR ? "application/vnd.sdr.append" : "text/plain", (size_t)(end - body));
    if (*token) at += sprintf(at, "Authorization: Bearer %s\r\n", token);
    at += sprintf(at, "\r\n");
  }
  char *begin = body - (at - head);
  memcpy(begin, head, (size_t)(at - head));
  *length = (size_t)(end - begin);
  return begin;
}
