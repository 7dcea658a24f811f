# busiest.awk: mean and maximum of one column for each device, the busiest first.
#
#   LC_ALL=C awk -v column=cpu_pct -f busiest.awk data/cpurec-*.csv
#   sdr cat data diskrec --since 1h | LC_ALL=C awk -v column=util_pct -f busiest.awk
#
# Prints CSV: device,rows,mean,max,max_time. Several files may have different headers. Empty cells were not measured and count
# for nothing. Names arrive percent-encoded: no comma, quote or blank is ever in one.
# Needs: any awk (gawk, mawk, busybox awk, original-awk). LC_ALL=C, because mawk cuts 1.5 to 1 where the decimal mark is a comma.

function fail(text) {
  print "busiest.awk: " text > "/dev/stderr"
  failed = 1
  exit 1
}

BEGIN {
  FS = ","
  if (column == "") fail("usage: awk -v column=NAME [-v key=NAME] -f busiest.awk [FILE...]")
  if ("1.5" + 0 != 1.5) fail("this awk cuts decimals in this locale: set LC_ALL=C")
  keys = split(key == "" ? "device mount domain sensor item" : key, names, " ")
}

# A header, of this file or of one that was appended to it.
$1 == "time" {
  split("", at)
  for (i = 1; i <= NF; i++) at[$i] = i
  named = 0
  for (i = keys; i >= 1; i--) if (names[i] in at) named = at[names[i]]
  if (column in at) found = 1
  next
}

(column in at) && $at[column] != "" {
  device = named ? $named : "all"
  value = $at[column] + 0
  rows[device]++
  sum[device] += value
  if (rows[device] == 1 || value > max[device]) {
    max[device] = value
    time[device] = $1
  }
}

END {
  if (failed) exit 1
  if (!found) fail("no column " column)
  print "device,rows,mean,max,max_time"
  fflush()
  sort = "sort -t, -k3,3nr -k1,1"
  for (device in rows)
    printf "%s,%d,%.2f,%.2f,%s\n", device, rows[device], sum[device] / rows[device], max[device], time[device] | sort
}
