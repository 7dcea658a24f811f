# gaps.awk: one column as gnuplot likes it: a data set for each device, an empty line where samples are missing or a cell is empty.
#
#   LC_ALL=C awk -v column=cpu_pct -f gaps.awk cpurec.csv > cpurec.dat
#
# Each data set begins with the device's name, for `title columnheader(1)`; two empty lines lie between data sets (`index`).
# A device of which nothing was measured has none.
# A gap is more than one and a half of the steps that are most common. Needs: any awk, and memory for the column.

function fail(text) {
  print "gaps.awk: " text > "/dev/stderr"
  failed = 1
  exit 1
}

BEGIN {
  FS = ","
  if (column == "") fail("usage: awk -v column=NAME [-v key=NAME] -f gaps.awk [FILE...]")
  keys = split(key == "" ? "device mount domain sensor item" : key, names, " ")
}

$1 == "time" {
  split("", at)
  for (i = 1; i <= NF; i++) at[$i] = i
  named = 0
  for (i = keys; i >= 1; i--) if (names[i] in at) named = at[names[i]]
  if (column in at) found = 1
  next
}

column in at {
  device = named ? $named : column
  if ($at[column] != "" && !(device in known)) {
    known[device]
    order[++devices] = device
  }
  n = ++rows[device]
  time[device, n] = $1
  value[device, n] = $at[column]
}

# The step that is most common, in ms.
function usual(device, i, step, many, best) {
  split("", many)
  for (i = 2; i <= rows[device]; i++) {
    step = int((time[device, i] - time[device, i - 1]) * 1000 + 0.5)
    if (++many[step] > many[best]) best = step
  }
  return best
}

function write(device, i, step, open) {
  step = usual(device)
  open = 0
  for (i = 1; i <= rows[device]; i++) {
    if (i > 1 && (time[device, i] - time[device, i - 1]) * 1000 > 1.5 * step || value[device, i] == "") {
      if (open) print ""
      open = 0
    }
    if (value[device, i] == "") continue
    print time[device, i], value[device, i]
    open = 1
  }
}

END {
  if (failed) exit 1
  if (!found) fail("no column " column)
  if (devices == 0) fail("no value of " column)
  for (d = 1; d <= devices; d++) {
    print (d > 1 ? "\n\n" : "") order[d]
    write(order[d])
  }
}
