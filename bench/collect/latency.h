/* Latencies in buckets no wider than 3 % of their value. */
#include <stdint.h>
#include <string.h>

enum { STEPS = 32, BUCKETS = 40 * STEPS };

static uint64_t buckets[BUCKETS], counted, longest; /* longest in ns */

static void forget_latencies(void) {
  memset(buckets, 0, sizeof buckets);
  counted = longest = 0;
}

static void count_latency(uint64_t ns) {
  uint64_t us = ns / 1000;
  int shift = 0;
  while (us >> shift >= 2 * STEPS) shift++;
  int bucket = shift * STEPS + (int)(us >> shift);
  buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
  counted++;
  if (ns > longest) longest = ns;
}

/* In milliseconds; the upper end of its bucket. */
static double latency(double share) {
  uint64_t wanted = (uint64_t)(share * (double)counted), seen = 0;
  for (int bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket];
    if (seen == 0 || seen <= wanted) continue;
    int shift = bucket < 2 * STEPS ? 0 : bucket / STEPS - 1;
    return (double)((uint64_t)(bucket - shift * STEPS + 1) << shift) / 1000;
  }
  return (double)longest / 1e6;
}
