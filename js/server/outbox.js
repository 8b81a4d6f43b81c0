// What the world outside is to be told: written with what happened, sent by whoever runs beside it.
/** Something for the world outside, under a name that can't come twice. */
export function tellOutside(tx, tenant, { event, kind, body, nowMs }) {
  tx.run('INSERT INTO outbox (tenant, event, kind, body, at_ms) VALUES (?, ?, ?, ?, ?) '
    + 'ON CONFLICT DO NOTHING', tenant, event, kind, JSON.stringify(body), nowMs);
}
