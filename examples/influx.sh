#!/bin/sh
# influx.sh: InfluxDB line protocol, which VictoriaMetrics, QuestDB and Telegraf read too.
#
#   sdr cat data cpurec --since 1h | influx.sh cpurec host="$(hostname)" |
#     curl -sSf 'http://127.0.0.1:8086/write?db=sdr&precision=ms' --data-binary @-
#   sdr record cpurec 10 | influx.sh -p s cpurec > cpurec.lp
#
# One point for each row: the recorder is the measurement, the device and what you name on the command line are tags, all other
# columns fields. Empty cells are left out, and so is a row without any value. Times are whole: ms, or s with -p s; say the same
# `precision=` to the server, or the points land in 1970.
# Tags are escaped, though names arrive percent-encoded and have nothing to escape. hdwrec, whose values are text in quotes, is
# not for this. KEY=name names the key column of a recorder of your own. Needs: any awk.
set -eu

die() {
  echo "influx.sh: $1" >&2
  exit 1
}

precision=ms
if [ "${1:-}" = -p ] && [ $# -gt 1 ]; then precision=$2 && shift 2; fi
[ $# -ge 1 ] || die 'usage: influx.sh [-p s|ms] RECORDER [TAG=VALUE...] < CSV'
case $precision in s | ms) ;; *) die "cannot use the precision $precision: expected s or ms" ;; esac
case $1 in '' | *[!a-z0-9_]*) die "cannot name a measurement $1: expected a recorder" ;; esac
measurement=$1
shift

# In a tag commas, blanks and equals signs follow a backslash.
tags=
for tag; do
  case $tag in
    *\\) die "cannot use the tag $tag: no value may end in a backslash" ;;
    ?*=?*) ;;
    *) die "cannot use the tag $tag: expected NAME=VALUE" ;;
  esac
  escaped=$(printf %s "${tag#*=}" | sed 's/[,= ]/\\&/g')
  tags=$tags,${tag%%=*}=$escaped
done

IFS= read -r header || die 'no input: expected what sdr record or sdr cat prints'
case $header in time,*) ;; *) die 'no column time: expected what sdr record or sdr cat prints' ;; esac
case ",$header," in *,item,*) die 'hdwrec has no numbers to send' ;; esac

# mawk gathers its input unless told otherwise, and a live pipe would stand still.
case $(awk -W version 2>&1 </dev/null) in mawk*) live='-W interactive' ;; *) live='' ;; esac

# The environment hands over backslashes as they are; -v would take them away.
# shellcheck disable=SC2016,SC2086
{ printf '%s\n' "$header" && cat; } |
  TAGS=$tags LC_ALL=C awk $live -v measurement="$measurement" -v precision="$precision" \
    -v key="${KEY:-device mount domain sensor}" '
    BEGIN { FS = ","; keys = split(key, candidates, " ") }
    $1 == "time" {
      split("", name)
      for (i = 1; i <= NF; i++) name[i] = $i
      split("", isTag)
      for (i = 1; i <= NF; i++) for (k = 1; k <= keys; k++) if ($i == candidates[k]) isTag[i]
      next
    }
    # The digits as they came: numbers of this size would be rounded by some awks.
    function stamp(time, parts) {
      split(time, parts, ".")
      if (precision == "ms") return parts[1] substr(parts[2] "000", 1, 3)
      if (parts[2] + 0 == 0) return parts[1]
      print "influx.sh: cannot write " time " in seconds: leave out -p s" > "/dev/stderr"
      exit 1
    }
    {
      line = ""
      tags = ENVIRON["TAGS"]
      for (i = 2; i <= NF; i++) {
        if ($i == "") continue
        if (i in isTag) { gsub(/[,= ]/, "\\\\&", $i); tags = tags "," name[i] "=" $i; continue }
        number = $i ~ /^-?[0-9]+([.][0-9]*)?$/
        line = line (line == "" ? "" : ",") name[i] "=" (number ? $i : "\"" $i "\"")
      }
      if (line == "") next
      print measurement tags " " line " " stamp($1)
      fflush()
    }'
