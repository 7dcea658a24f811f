#!/bin/sh
# Installs the plain program of sdr on a Linux machine without dpkg: it picks the one for this processor from the folder that it lies
# in, compares it with SHA256SUMS, and installs it with its manual pages, units and completions. `install.sh --help` has the options.
set -eu

usage() {
  cat <<'HELP'
Usage: install.sh [--prefix DIR] [--destdir DIR] [--binary FILE] [--no-units] [--uninstall]

  --prefix DIR     install below DIR (default /usr/local)
  --destdir DIR    into the root of an image: nothing of this machine is changed
  --binary FILE    this program, whatever the processor; it is not compared with SHA256SUMS
  --no-units       no systemd units and no user
  --uninstall      take away what was installed; what was recorded and /etc/sdr stay
HELP
}

fail() {
  echo "install.sh: $1" >&2
  exit "${2:-1}"
}

prefix=/usr/local
destdir=
binary=
units=yes
action=install
while [ $# -gt 0 ]; do
  case $1 in
  --prefix | --destdir | --binary)
    [ $# -ge 2 ] || fail "$1: expected a value" 64
    case $1 in
    --prefix) prefix=$2 ;;
    --destdir) destdir=$2 ;;
    --binary) binary=$2 ;;
    esac
    shift
    ;;
  --prefix=*) prefix=${1#*=} ;;
  --destdir=*) destdir=${1#*=} ;;
  --binary=*) binary=${1#*=} ;;
  --no-units) units=no ;;
  --uninstall) action=uninstall ;;
  -h | --help)
    usage
    exit 0
    ;;
  *) fail "Unknown option \"$1\": see install.sh --help" 64 ;;
  esac
  shift
done
case $prefix in
*[!A-Za-z0-9_./+-]*) fail "--prefix \"$prefix\": expected a path of letters, digits and ._+-/" 64 ;;
/*) ;;
*) fail "--prefix \"$prefix\": expected an absolute path" 64 ;;
esac
prefix=${prefix%/}
root=$destdir$prefix
here=$(cd "$(dirname "$0")" && pwd)
# /usr/bin/sdr belongs with units in /usr/lib, /usr/local/bin/sdr with those in /usr/local/lib: systemd reads both, and no others.
case $prefix in
/usr | /usr/local) unitdir=$root/lib/systemd/system ;;
*) unitdir=$destdir/etc/systemd/system ;;
esac

# The first bytes of a program of this system say whether it is of 32 bits: the kernel may be of 64 all the same.
is32() {
  if command -v getconf >/dev/null 2>&1; then
    [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]
  else
    [ "$(od -An -tu1 -j4 -N1 /bin/sh | tr -d ' ')" = 1 ]
  fi
}

# The name of the program for this machine. On a 64-bit kernel a static program of either size runs, whatever the system is made of:
# of ARM, the smaller one is for a 32-bit system, because a processor of such a kernel knows ARMv7; of x86 there is only one.
choose() {
  machine=$(uname -m)
  case $machine in
  x86_64) echo sdr-linux-x64 ;;
  aarch64 | arm64) if is32; then echo sdr-linux-armv7; else echo sdr-linux-arm64; fi ;;
  armv7* | armv8*) echo sdr-linux-armv7 ;;
  armv6*) echo sdr-linux-armv6 ;;
  *) fail "there is no program for a $machine; there are x86_64, aarch64, armv7l and armv6l" 69 ;;
  esac
}

# Compares a file of this folder with SHA256SUMS.
check() {
  [ -f "$here/SHA256SUMS" ] || fail "there is no SHA256SUMS beside $1"
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$1\$/\1/p" "$here/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS does not know $1"
  found=$(sha256sum <"$here/$1" | cut -d ' ' -f 1)
  [ "$found" = "$wanted" ] || fail "$1 is not what SHA256SUMS says: it is damaged, or of another version"
}

# put MODE FROM TO: a file as a whole, so that a program that runs is not written into.
put() {
  mkdir -p "$(dirname "$3")"
  cp "$2" "$3.new"
  chmod "$1" "$3.new"
  mv -f "$3.new" "$3"
}

# Where the other files lie: in the archive beside this script, in the repository beside its folder.
folder() {
  for candidate in "$here/$1" "$here/../$1" "$here/../packaging/$1"; do
    if [ -d "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
}

install_manual() {
  man=$(folder man)
  [ -n "$man" ] || return 0
  for page in "$man"/*.[1-8]; do
    name=${page##*/}
    put 644 "$page" "$root/share/man/man${name##*.}/$name"
  done
}

install_completions() {
  # Another machine's program cannot be asked; it has the command all the same.
  "$root/bin/sdr" completion bash >/dev/null 2>&1 || return 0
  for place in bash:share/bash-completion/completions/sdr zsh:share/zsh/site-functions/_sdr \
    fish:share/fish/vendor_completions.d/sdr.fish; do
    mkdir -p "$(dirname "$root/${place#*:}")"
    "$root/bin/sdr" completion "${place%%:*}" >"$root/${place#*:}"
  done
}

install_units() {
  systemd=$(folder systemd)
  [ -n "$systemd" ] || return 0
  for unit in "$systemd"/*.service; do
    mkdir -p "$unitdir"
    sed "s|/usr/bin/sdr|$prefix/bin/sdr|" "$unit" >"$unitdir/${unit##*/}.new"
    chmod 644 "$unitdir/${unit##*/}.new"
    mv -f "$unitdir/${unit##*/}.new" "$unitdir/${unit##*/}"
  done
  for part in "$systemd"/*.conf; do
    put 644 "$part" "$root/share/sdr/systemd/${part##*/}"
  done
  configuration=${systemd%/*}/sdr.toml
  if [ -f "$configuration" ] && [ ! -e "$destdir/etc/sdr/sdr.toml" ]; then
    put 644 "$configuration" "$destdir/etc/sdr/sdr.toml"
  fi
  # An image gets its user and directory when it first boots.
  if [ -n "$destdir" ]; then
    for part in sysusers.d tmpfiles.d; do
      put 644 "${systemd%/*}/$part/sdr.conf" "$destdir/usr/lib/$part/sdr.conf"
    done
    return 0
  fi
  make_user
  # For sdr in cron, which no service makes the directory for.
  if [ ! -e /var/lib/sdr ]; then
    mkdir -p /var/lib/sdr
    chown sdr:sdr /var/lib/sdr
  fi
  reload
}

make_user() {
  if grep -q '^sdr:' /etc/passwd; then
    return 0
  elif command -v useradd >/dev/null 2>&1; then
    useradd --system --user-group --home-dir /var/lib/sdr --no-create-home --shell /usr/sbin/nologin sdr
  elif command -v adduser >/dev/null 2>&1; then
    addgroup -S sdr 2>/dev/null || true
    adduser -S -D -H -h /var/lib/sdr -s /sbin/nologin -G sdr sdr
  else
    fail 'neither useradd nor adduser is here: make a user sdr, and start this again'
  fi
}

reload() {
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

remove() {
  if [ -z "$destdir" ] && [ -d /run/systemd/system ] && [ -e "$unitdir/sdr.service" ]; then
    systemctl disable --quiet --now sdr.service sdr-xen.service 2>/dev/null || true
    systemctl stop 'sdr@*.service' 2>/dev/null || true
  fi
  rm -f "$root/bin/sdr" "$unitdir/sdr.service" "$unitdir/sdr@.service" "$unitdir/sdr-xen.service"
  rm -f "$root/share/bash-completion/completions/sdr" "$root/share/zsh/site-functions/_sdr" \
    "$root/share/fish/vendor_completions.d/sdr.fish"
  rm -rf "$root/share/sdr"
  if [ -n "$destdir" ]; then rm -f "$destdir/usr/lib/sysusers.d/sdr.conf" "$destdir/usr/lib/tmpfiles.d/sdr.conf"; fi
  man=$(folder man)
  [ -n "$man" ] || fail 'there is no folder man beside this script: the pages of the manual stay'
  for page in "$man"/*.[1-8]; do
    name=${page##*/}
    rm -f "$root/share/man/man${name##*.}/$name"
  done
  if [ -z "$destdir" ]; then reload; fi
  echo "sdr is gone from $root; /etc/sdr, what was recorded, and the user sdr are still there"
}

if [ -z "$destdir" ] && command -v dpkg >/dev/null 2>&1 && dpkg -S "$prefix/bin/sdr" >/dev/null 2>&1; then
  fail "$prefix/bin/sdr belongs to a package: dpkg -r sdr removes it"
fi
if [ $action = uninstall ]; then
  remove
  exit 0
fi
if [ -z "$binary" ]; then
  name=$(choose)
  [ -f "$here/$name" ] || fail "there is no $name in $here"
  check "$name"
  binary=$here/$name
fi
umask 022
put 755 "$binary" "$root/bin/sdr" || fail "cannot write to $root"
if [ -z "$destdir" ]; then
  version=$("$root/bin/sdr" --version) || fail "$root/bin/sdr does not run here"
  echo "$version is installed as $prefix/bin/sdr"
fi
install_manual
install_completions
if [ $units = yes ]; then
  install_units
  if [ -n "$destdir" ] || command -v systemctl >/dev/null 2>&1; then
    echo "It records nothing yet. To record what /etc/sdr/sdr.toml says: systemctl enable --now sdr"
  else
    echo "It records nothing yet. To record from cron: sdr help install"
  fi
fi
