#!/bin/sh
# wide.sh: from one row per device to one column per device, with Miller: for spreadsheets, and to put devices side by side.
#
#   sdr cat data cpurec --since 1h | wide.sh cpu_pct > cpu.csv
#
# Prints CSV: time and the column of each device. A device that was not there at a time has an empty cell.
# KEY=name names the key column of a recorder of your own. Needs: mlr (Miller 6), and memory for all rows.
set -eu

die() {
  echo "wide.sh: $1" >&2
  exit 1
}

[ $# -eq 1 ] || die 'usage: wide.sh COLUMN < CSV'
command -v mlr >/dev/null || die 'mlr is not installed: apt install miller'

IFS= read -r header || die 'no input: expected what sdr record or sdr cat prints'
has() { case ",$header," in *",$1,"*) ;; *) return 1 ;; esac }
has "$1" || die "no column $1"
key=
for name in ${KEY:-device mount domain sensor item}; do
  if has "$name"; then key=$name && break; fi
done
[ -n "$key" ] || die 'no devices here: this recorder has one row a sample'

# Without the cut every other column would keep the rows of a sample apart; `then` is Miller's word.
# shellcheck disable=SC1010
{ printf '%s\n' "$header" && cat; } | mlr --icsv --ocsv cut -f "time,$key,$1" then reshape -s "$key,$1" then unsparsify
