#!/bin/sh
# Installs the Debian packages that `npm run binaries` builds with, and that the system tests and `npm run verify` compare with:
# one list, here. Needs root.
set -eu

packages='
  sysstat iproute2 procps util-linux coreutils bsdutils
  gawk mawk busybox-static original-awk
  miller datamash sqlite3 r-base-core gnuplot-nox rrdtool jq influxdb prometheus-node-exporter
  strace faketime logrotate cron zsh fish libxml2-utils
  gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf gcc-arm-linux-gnueabi libstdc++6-arm64-cross
  qemu-user qemu-user-static binutils
  debootstrap lintian shellcheck systemd systemd-container
  openssl prometheus curl e2fsprogs perl-base
  gcc libc6-dev make xz-utils dpkg-dev fio mandoc groff-base man-db
'

missing=
for package in $packages; do
  case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
echo "Installing$missing"
# An index that cannot be refreshed now may still do.
apt-get update -qq || echo 'apt-get update failed: going on with the lists that are here' >&2
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
