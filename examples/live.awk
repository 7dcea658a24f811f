# live.awk: an alarm on a live pipe, when a column stays above a limit, and a line when that is over.
#
#   sdr record cpurec 1 | gawk -v column=cpu_pct -v above=90 -v rows=3 -f live.awk
#   sdr record cpurec 1 | mawk -W interactive -v column=cpu_pct -v above=90 -v rows=3 -f live.awk
#   sdr record diskrec 5 | gawk -v column=await_ms -v above=50 -f live.awk | while read -r line; do logger -t sdr "$line"; done
#
# `rows` is how many rows in sequence make an alarm (1); a row with an empty cell changes nothing.
# sdr writes each sample at once, and fflush() below does so too. mawk is the one awk that gathers its input before it looks at
# it: without `-W interactive` alarms come minutes late. `awk` is mawk on Debian and Raspberry Pi OS.
# Needs: any awk. LC_ALL=C where the decimal mark is a comma.

function fail(text) {
  print "live.awk: " text > "/dev/stderr"
  exit 1
}

function say(text) {
  print $1, device, column, $at[column] ": " text
  fflush()
}

BEGIN {
  FS = ","
  if (column == "" || above == "") fail("usage: awk -v column=NAME -v above=LIMIT [-v rows=1] [-v key=NAME] -f live.awk")
  if ("1.5" + 0 != 1.5) fail("this awk cuts decimals in this locale: set LC_ALL=C")
  if (rows == "") rows = 1
  keys = split(key == "" ? "device mount domain sensor item" : key, names, " ")
}

$1 == "time" {
  split("", at)
  for (i = 1; i <= NF; i++) at[$i] = i
  if (!(column in at)) fail("no column " column)
  named = 0
  for (i = keys; i >= 1; i--) if (names[i] in at) named = at[names[i]]
  next
}

$at[column] != "" {
  device = named ? $named : "all"
  if ($at[column] + 0 > above + 0) {
    if (++high[device] == rows) say("above " above " for " rows (rows == 1 ? " row" : " rows"))
  } else {
    if (high[device] >= rows) say("no longer above " above)
    high[device] = 0
  }
}
