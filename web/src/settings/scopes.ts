/** What a key may do, and how that is told. */
export const scopes: readonly (readonly [scope: string, text: string])[] = [
  ["read", "Read events, payments, rejections, destinations and deliveries, personal data masked"],
  ["pii", "See personal data in what it may read"],
  ["consume", "Make, move and delete consumers that pull events by a name"],
  ["replay", "Send events again"],
  ["operate", "Acknowledge what needs attention, pause, resume and test destinations, send mock events"],
  ["admin", "Everything of operate, and keys, destinations, the password and the audit log"],
];

export const expiries: readonly (readonly [days: string, text: string])[] = [
  ["30", "In 30 days"], ["90", "In 90 days"], ["365", "In a year"], ["", "Never"],
];
