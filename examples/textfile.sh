#!/bin/sh
# textfile.sh: the last sample of each recorder for the textfile collector of Prometheus' node_exporter.
#
#   textfile.sh /var/lib/sdr /var/lib/prometheus/node-exporter/sdr.prom sysrec cpurec diskrec nicrec
#
# Run it every minute, from cron or a timer. Names and help are those of `sdr describe RECORDER`; empty cells and samples older
# than AGE (5m) are left out, so that a recorder that stands still is seen as missing and not as its last value for ever.
# The file is written beside its place and then moved there: node_exporter never sees half of it. No timestamps: it refuses them.
# Names arrive percent-encoded: a label has nothing to escape. Needs: sdr, jq, any awk.
set -eu

die() {
  echo "textfile.sh: $1" >&2
  exit 1
}

sdr=${SDR:-sdr}
[ $# -ge 3 ] || die 'usage: textfile.sh DIRECTORY FILE.prom RECORDER...'
command -v "$sdr" >/dev/null || die 'sdr is not installed: set SDR to where it is'
command -v jq >/dev/null || die 'jq is not installed: apt install jq'
directory=$1 file=$2
shift 2

# The collector reads what ends in .prom.
part=$(mktemp "$file.XXXXXX") || die "cannot write beside $file"
trap 'rm -f "$part"' EXIT
trap 'exit 1' HUP INT TERM

for recorder; do
  description=$("$sdr" describe "$recorder" --json) || die "no recorder $recorder"
  rows=$("$sdr" cat "$directory" "$recorder" --since "${AGE:-5m}") || die "no files of $recorder in $directory"
  # First the names: column, metric, type, help; then, behind an empty line, the rows.
  {
    printf '%s\n' "$description" | jq -r '.columns[] | [.name, .prometheus // "",
      if (.name | endswith("_total")) then "counter" else "gauge" end, .meaning] | @tsv'
    echo
    printf '%s\n' "$rows"
  } | LC_ALL=C awk '
    BEGIN { FS = "\t" }
    !inRows && $0 == "" { inRows = 1; FS = ","; next }
    !inRows { metric[$1] = $2; type[$1] = $3; help[$1] = $4; isKey[$1] = $2 == "" && $1 != "time"; next }
    $1 == "time" {
      columns = NF
      for (i = 1; i <= NF; i++) name[i] = $i
      next
    }
    $1 != time { time = $1; samples = 0 }
    { sample[++samples] = $0 }
    END {
      for (i = 2; i <= columns; i++) {
        if (metric[name[i]] == "") continue
        said = 0
        for (s = 1; s <= samples; s++) {
          split(sample[s], cell, ",")
          if (cell[i] == "") continue
          if (!said++) printf "# HELP %s %s\n# TYPE %s %s\n", metric[name[i]], help[name[i]], metric[name[i]], type[name[i]]
          label = isKey[name[2]] ? "{" name[2] "=\"" cell[2] "\"}" : ""
          print metric[name[i]] label " " cell[i]
        }
      }
    }' >>"$part"
done

chmod 644 "$part"
mv "$part" "$file"
