#!/bin/sh
# rrd-update.sh: rows into RRDs, live from a pipe or from files; one RRD for each device, made when the device is first seen.
#
#   sdr record cpurec 1 | rrd-update.sh rrd cpurec 1 cpu_pct iowait_pct
#   sdr cat data cpurec | rrd-update.sh rrd cpurec 1 cpu_pct iowait_pct
#
# Makes and fills rrd/cpurec-cpu0.rrd and so on (rrd/sysrec.rrd where there are no devices); a `/` in a name is %2F there. Start it
# again whenever you like, also over the same files: what an RRD already has is left out. An empty cell is U, unknown.
# Samples below a second become one update for each whole second, once it is over: rrdtool takes a U of less than a second for 0.
# The step is that of rrd-create.sh, which has to lie beside this script.
# Names arrive percent-encoded: none can end a command line of rrdtool or of sh.
# KEY=name names the key column of a recorder of your own. Needs: rrdtool, any awk.
set -eu

die() {
  echo "rrd-update.sh: $1" >&2
  exit 1
}

[ $# -ge 4 ] || die 'usage: rrd-update.sh DIRECTORY RECORDER STEP COLUMN... < CSV'
command -v rrdtool >/dev/null || die 'rrdtool is not installed: apt install rrdtool'
directory=$1 recorder=$2 step=$3
shift 3
case $directory$recorder in
  *[!A-Za-z0-9_./-]*) die "cannot use the directory $directory: rrdtool splits its lines at blanks" ;;
esac
mkdir -p "$directory"

IFS= read -r header || die 'no input: expected what sdr record or sdr cat prints'
for column; do
  case ",$header," in *",$column,"*) ;; *) die "no column $column" ;; esac
done

# mawk gathers its input unless told otherwise, and a live pipe would stand still.
case $(awk -W version 2>&1 </dev/null) in mawk*) live='-W interactive' ;; *) live='' ;; esac

# shellcheck disable=SC2016,SC2086
{ printf '%s\n' "$header" && cat; } | {
  LC_ALL=C awk $live -v directory="$directory" -v recorder="$recorder" -v step="$step" -v columns="$*" -v \
    create="$(dirname "$0")/rrd-create.sh" -v key="${KEY:-device mount domain sensor item}" '
    # Where this device is kept; made now if it is new.
    function rrdOf(device, file, start) {
      if (device in rrd) return rrd[device]
      file = device
      gsub("/", "%2F", file)
      if (file ~ /[^A-Za-z0-9_.:@%+-]/) return rrd[device] = ""
      file = directory "/" recorder (file == "" ? "" : "-" file) ".rrd"
      start = second[device] - step
      if (system("test -e \047" file "\047") != 0)
        if (system("\047" create "\047 \047" file "\047 " step " --start " start " " columns) != 0) file = ""
      return rrd[device] = file
    }
    # What this second came to: the mean of its samples, the last state of a counter.
    function update(device, file, line, i, n) {
      file = rrdOf(device)
      line = "update --skip-past-updates " file " " second[device]
      for (i = 1; i <= wanted; i++) {
        n = count[device, i]
        line = line ":" (n == 0 ? "U" : n == 1 || names[i] ~ /_total$/ ? last[device, i] : sum[device, i] / n)
        count[device, i] = sum[device, i] = 0
      }
      # rrdtool answers what it does not understand with an error, and the last awk counts errors.
      print (file == "" ? "no-rrd-for " device : line)
      fflush()
      delete second[device]
    }
    BEGIN { FS = ","; CONVFMT = "%.15g"; wanted = split(columns, names, " "); keys = split(key, candidates, " ") }
    $1 == "time" {
      split("", at)
      for (i = 1; i <= NF; i++) at[$i] = i
      named = 0
      for (i = keys; i >= 1; i--) if (candidates[i] in at) named = at[candidates[i]]
      next
    }
    {
      device = named ? $named : ""
      end = int($1) + ($1 > int($1))
      if (device in second && end > second[device]) update(device)
      second[device] = end
      for (i = 1; i <= wanted; i++) if (names[i] in at && $at[names[i]] != "") {
        count[device, i]++
        sum[device, i] += last[device, i] = $at[names[i]]
      }
      if ($1 == end) update(device)
    }' || echo awk-failed
} |
  LC_ALL=C rrdtool - |
  awk '/^ERROR/ { print "rrd-update.sh: " $0 > "/dev/stderr"; bad = 1 } END { exit bad }'
