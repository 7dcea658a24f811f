#!/bin/sh
# rrd-create.sh: an RRD with one data source for each column of a recorder.
#
#   rrd-create.sh rrd/cpurec-cpu0.rrd 10 cpu_pct iowait_pct
#   rrd-create.sh rrd/cpurec-cpu0.rrd 10 --start 1795190399 cpu_pct      # for rows from files: before the first of them
#
# STEP is in seconds, at least 1: samples below a second are averaged. Kept are every step for a day, minutes for a week and hours
# for two years, as mean and maximum. A value holds for two steps at most: a longer silence is unknown.
# A data source has the column's name without _per_s or _total: RRDtool takes 19 letters. Counters (_total) become rates (DDERIVE,
# where one that starts anew is unknown for a step), all others are what they are (GAUGE).
# Needs: rrdtool 1.5 or later (package rrdtool).
set -eu

die() {
  echo "rrd-create.sh: $1" >&2
  exit 1
}

[ $# -ge 3 ] || die 'usage: rrd-create.sh FILE.rrd STEP [--start EPOCH] COLUMN...'
command -v rrdtool >/dev/null || die 'rrdtool is not installed: apt install rrdtool'
file=$1 step=$2
shift 2
case $step in '' | 0* | *[!0-9]*) die "cannot use the step $step: expected whole seconds" ;; esac
start=now-1day
[ "$1" = --start ] && start=$2 && shift 2

sources=
for column; do
  case $column in '' | *[!a-z0-9_]*) die "cannot use the column $column" ;; esac
  name=${column%_per_s}
  name=$(echo "${name%_total}" | cut -c 1-19)
  case $column in
    *_total) sources="$sources DS:$name:DDERIVE:$((2 * step)):0:U" ;;
    *) sources="$sources DS:$name:GAUGE:$((2 * step)):U:U" ;;
  esac
done

# How many steps make a row, and how many rows are kept.
archives=
keep() { archives="$archives RRA:AVERAGE:0.5:$1:$2 RRA:MAX:0.5:$1:$2"; }
at_least_one() { echo $(($1 > 0 ? $1 : 1)); }
keep 1 $((86400 / step + 1))
keep "$(at_least_one $((60 / step)))" 10080
keep "$(at_least_one $((3600 / step)))" 17520

# shellcheck disable=SC2086
rrdtool create "$file" --no-overwrite --start "$start" --step "$step" $sources $archives
