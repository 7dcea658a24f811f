#!/bin/sh
# rrd-graph.sh: a picture of one column, a line for each RRD, with mean and maximum in the legend.
#
#   rrd-graph.sh cpu.png cpu_pct end-1h now rrd/cpurec-*.rrd
#   rrd-graph.sh cpu.png cpu_pct 1795190400 1795194000 rrd/cpurec-*.rrd
#
# FROM and TO are rrdtool's: epoch seconds, `now`, `end-1h`. Time is UTC. What is unknown is a gap.
# A name that ends in .svg makes an SVG. Needs: rrdtool, and RRDs of rrd-create.sh.
set -eu

die() {
  echo "rrd-graph.sh: $1" >&2
  exit 1
}

[ $# -ge 5 ] || die 'usage: rrd-graph.sh PICTURE.png|PICTURE.svg COLUMN FROM TO FILE.rrd...'
command -v rrdtool >/dev/null || die 'rrdtool is not installed: apt install rrdtool'
picture=$1 column=$2 from=$3 to=$4
shift 4
source=${column%_per_s}
source=$(echo "${source%_total}" | cut -c 1-19)

case $column in *_pct) limits='--upper-limit 100 --vertical-label %' ;; *) limits='--vertical-label '$column ;; esac
case $picture in *.svg) format=SVG ;; *) format=PNG ;; esac

# Each file's words go behind those of the files before it; the file itself leaves the front.
i=0
width=0
for file; do
  name=$(basename "$file" .rrd)
  [ ${#name} -le "$width" ] || width=${#name}
done
for file; do
  [ -r "$file" ] || die "no file $file"
  rrdtool info "$file" | grep -qF "ds[$source].type" || die "no column $column in $file"
  set -- 0072B2 D55E00 009E73 CC79A7 E69F00 56B4E9 000000 "$@"
  shift $((i % 7)) && colour=$1 && shift $((7 - i % 7))
  shift
  path=$(echo "$file" | sed 's/:/\\:/g')
  name=$(basename "$file" .rrd)
  name=$(printf "%-${width}s" "$name" | sed 's/:/\\:/g')
  dashes=
  [ $((i / 7 % 2)) -eq 0 ] || dashes=:dashes
  set -- "$@" "DEF:a$i=$path:$source:AVERAGE" "DEF:m$i=$path:$source:MAX" "LINE1.3:a$i#$colour:$name$dashes" \
    "GPRINT:a$i:AVERAGE:mean %8.2lf%s" "GPRINT:m$i:MAX:max %8.2lf%s\\l"
  i=$((i + 1))
done

# shellcheck disable=SC2086
TZ=UTC LC_ALL=C rrdtool graph "$picture" --imgformat $format --start "$from" --end "$to" --title "$column" \
  --watermark 'time is UTC' --width 800 --height 220 --lower-limit 0 $limits "$@" >/dev/null
