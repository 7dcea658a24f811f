#!/bin/sh
# sqlite.sh: records into an SQLite database, where an empty cell is NULL and a number is a number.
#
#   sdr cat data cpurec | sqlite.sh sdr.db cpurec
#   sqlite3 -csv -header sdr.db < minutes.sql
#
# Makes the view `cpurec` anew, over the table `cpurec_rows` that holds the cells as they came: .import makes an empty cell
# the text '', which avg() would take for 0. The view adds `utc`, the time in words.
# KEY=name names the key column of a recorder of your own. Needs: sqlite3 (3.32 or later).
set -eu

die() {
  echo "sqlite.sh: $1" >&2
  exit 1
}

[ $# -eq 2 ] || die 'usage: sqlite.sh DATABASE RECORDER < CSV'
command -v sqlite3 >/dev/null || die 'sqlite3 is not installed: apt install sqlite3'
case $2 in '' | *[!a-z0-9_]*) die "cannot name a table $2: expected a recorder" ;; esac

IFS= read -r header || die 'no input: expected what sdr record or sdr cat prints'
typed=''
cells=''
for name in $(echo "$header" | tr , ' '); do
  case " ${KEY:-} device mount domain sensor item state value " in
    *" $name "*) type=text ;;
    *) type=numeric ;;
  esac
  typed="$typed, \"$name\" $type"
  cells="$cells, nullif(\"$name\", '') as \"$name\""
done

sqlite3 -bail "$1" "drop view if exists $2; drop table if exists $2_rows; create table $2_rows (${typed#, });
  create view $2 as select strftime('%Y-%m-%d %H:%M:%f', time, 'unixepoch') as utc$cells from $2_rows;" \
  ".import --csv '|cat' $2_rows"
