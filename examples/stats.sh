#!/bin/sh
# stats.sh: count, mean, 95th percentile and maximum of columns for each device, with Miller.
#
#   sdr cat data cpurec --since 1h | stats.sh cpu_pct iowait_pct
#   stats.sh cpu_pct < data/cpurec-20261121.csv
#
# Prints CSV, one line per device. Miller leaves empty cells out by itself.
# KEY=name names the key column of a recorder of your own. Needs: mlr (Miller 6).
set -eu

die() {
  echo "stats.sh: $1" >&2
  exit 1
}

[ $# -gt 0 ] || die 'usage: stats.sh COLUMN... < CSV'
command -v mlr >/dev/null || die 'mlr is not installed: apt install miller'

IFS= read -r header || die 'no input: expected what sdr record or sdr cat prints'
has() { case ",$header," in *",$1,"*) ;; *) return 1 ;; esac }
columns=
for column; do
  has "$column" || die "no column $column"
  columns=$columns${columns:+,}$column
done
key=
for name in ${KEY:-device mount domain sensor item}; do
  if has "$name"; then key=$name && break; fi
done

{ printf '%s\n' "$header" && cat; } | mlr --icsv --ocsv stats1 -a count,mean,p95,max -f "$columns" ${key:+-g "$key"}
