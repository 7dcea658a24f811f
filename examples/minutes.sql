-- minutes.sql: for each minute and processor the mean and the highest load, out of the database that sqlite.sh makes.
--
--   sqlite3 -csv -header sdr.db < minutes.sql
--
-- Needs: the view cpurec (sdr cat data cpurec | sqlite.sh sdr.db cpurec).
select
  strftime('%Y-%m-%dT%H:%MZ', time, 'unixepoch') as minute,
  device,
  count(cpu_pct) as samples,
  round(avg(cpu_pct), 2) as mean_pct,
  max(cpu_pct) as max_pct
from cpurec
group by minute, device
order by minute, device;
