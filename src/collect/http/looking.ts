/** `GET /healthz` for whoever watches over services, `GET /metrics` for Prometheus. */
import { metricsText, metricsType } from '../metrics.ts';
import type { Exchange } from './exchange.ts';

/** Without a token: it tells nothing but this. */
export function health(exchange: Exchange): void {
  const { trouble } = exchange.service;
  const body = trouble === null ? { ok: true } : { ok: false, error: trouble };
  exchange.answer(trouble === null ? 200 : 503, `${JSON.stringify(body)}\n`);
}

/** Of the hosts, those that the token is for. */
export function metrics(exchange: Exchange): void {
  const { service, visitor } = exchange;
  const grant = exchange.grant();
  const { stats } = service.keeper;
  service.hosts.all().then(
    (all) => {
      const hosts = all.filter(({ host }) => service.mayLook(visitor, grant, host) === '');
      exchange.answer(200, metricsText({ service, stats, hosts }), metricsType);
    },
    (error: unknown) => exchange.refuse(error),
  );
}
