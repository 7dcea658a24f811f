#!/bin/sh
# Runs inside the booted system, as a service of its own; what is on stdout and in /report the test looks at.
# shellcheck disable=SC2016
set -u
mkdir -p /report
show() { systemctl show -p "$2" --value "$1"; }
# Waits until a line of sh holds, for at most so many seconds.
await() {
  n=0
  while ! sh -c "$2" >/dev/null 2>&1; do
    n=$((n + 1))
    [ $n -lt $(($1 * 5)) ] || return 1
    sleep 0.2
  done
}

# The service as it is configured here: everything that a container can record, once a second.
systemctl start sdr.service
await 20 '[ -s /var/lib/sdr/hdwrec-*.csv ] && [ -s /var/lib/sdr/sysrec-*.csv ] && [ -s /var/lib/sdr/fsrec-*.csv ]'
pid=$(show sdr.service MainPID)
cat "/proc/$pid/status" >/report/status
setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'cat /var/lib/sdr/cpurec-*.csv' >/report/nobody 2>&1
systemctl reload sdr.service
echo "$? $(show sdr.service ActiveState) $([ "$pid" = "$(show sdr.service MainPID)" ] && echo same)" >/report/reload
# The same without any confinement.
timeout -s INT 3 sdr record -o /plain
for recorder in sysrec cpurec diskrec nicrec fsrec hdwrec; do
  sdr cat /plain $recorder >/report/$recorder.plain
  sdr cat /var/lib/sdr $recorder >/report/$recorder.service
done

# A kill is an accident; a mistake in the configuration is none.
kill -KILL "$pid"
await 10 '[ "$(systemctl show -p SubState --value sdr.service)" = auto-restart ]'
show sdr.service SubState >/report/killed
systemctl stop sdr.service
systemctl start sdr@nosuch.service sdr-xen.service sdr@xenrec.service
for unit in sdr@nosuch sdr-xen sdr@xenrec; do
  await 10 "[ \$(systemctl show -p SubState --value $unit) = failed ]"
  echo "$unit $(show $unit SubState) $(show $unit ExecMainStatus) $(show $unit NRestarts)" >>/report/failed
done
stat -c '%U %a' /var/lib/sdr-xen >/report/xen

# What sdr unit prints, and words that systemd could take for something else.
sdr unit cpurec 1 -o '/srv/a b%$HOME' --flush 1s >/etc/systemd/system/odd.service
install -d -o sdr '/srv/a b%$HOME'
systemctl daemon-reload
systemctl start odd.service words.service
await 20 '[ -s "/srv/a b%\$HOME"/cpurec-*.csv ]'
ls '/srv/a b%$HOME' >/report/odd
systemctl stop odd.service

# A token and a key that only root may read reach a service of another user.
echo secret >/etc/sdr/token
echo key >/etc/sdr/key
chmod 600 /etc/sdr/token /etc/sdr/key
sdr unit cpurec 1 -o /var/lib/sent --flush 1s --to http://127.0.0.1:9 --token-file /etc/sdr/token \
  >/etc/systemd/system/sent.service
sdr unit cpurec 1 --to https://127.0.0.1:9 --cert /etc/sdr/cert --key /etc/sdr/key |
  sed 's|^ExecStart=.* --key \([^ ]*\).*|ExecStart=/usr/bin/cat \1|; s/^Type=.*/Type=oneshot/; s/^Restart=.*//;
    s|^\[Service\]|&\nStandardOutput=file:/report/key|' >/etc/systemd/system/key.service
systemctl daemon-reload
systemctl start sent.service key.service
await 20 '[ -s /var/lib/sent/cpurec-*.csv ]'
ls /var/lib/sent >/report/sent
show sent.service SubState >>/report/sent
systemctl stop sent.service

# An upgrade starts again what runs, and nothing else.
systemctl start sdr@cpurec.service
before=$(show sdr@cpurec.service MainPID)
dpkg -i /opt/second.deb >/report/upgrade 2>&1
after=$(show sdr@cpurec.service MainPID)
echo "$([ "$before" != "$after" ] && echo another) $(show sdr@cpurec.service ActiveState) $(show sdr.service ActiveState)" >/report/upgraded
dpkg -r sdr >/report/remove 2>&1
show sdr@cpurec.service ActiveState >/report/removed
touch /report/end
systemctl poweroff --force
