/** Answers of the API, as far as the pages read them. */

// Overview, start
export interface AttentionItem {
  id: string;
  kind: string;
  at: string;
  source: string | null;
  provider: string | null;
  destination?: string;
  payment_id: string | null;
  explanation: string;
  action: string;
  deadline: string | null;
  evidence: Record<string, unknown>;
  acknowledged: { by: string; at: string; note: string | null } | null;
}

export interface AttentionList {
  counts: Record<string, number>;
  counts_cut?: boolean;
  items: AttentionItem[];
  next: string | null;
}

export interface StatsNumbers {
  count: number;
  p50_ms: number | null;
  p99_ms: number | null;
}

export interface StatsGroup extends StatsNumbers {
  source?: string;
  outcome?: string;
  destination?: string;
}

export interface StatsBucket extends StatsNumbers {
  at: string;
  groups?: StatsGroup[];
}

export interface Stats {
  from: string;
  until: string;
  bucket: "minute" | "hour" | "day";
  totals: StatsNumbers & { groups?: StatsGroup[] };
  sources?: { source: string; provider: string }[];
  buckets: StatsBucket[];
}

export interface SourceAnswer {
  name: string;
  provider: string;
  provider_name: string;
  address: string;
  common_address: boolean;
  secret_count: number;
  retired_secret_count: number;
  uses_default_secret: boolean;
  parameter: string | null;
  tolerance_seconds: number | null;
  sandbox: boolean;
  allowed_ips: string[];
  body_limit_bytes: number | null;
  by_body: boolean;
  origin: string;
  mocks: string[];
  last_event_at: string | null;
  count_24h: number;
  count_1h: number;
  usual_1h: number | null;
  rejected_24h: number;
  rejected_share_24h: number | null;
  state: string;
}

/** Of a destination, what the overview shows. */
export interface DestinationState {
  name: string;
  state: string;
  state_reason: string | null;
  pending: number;
  dead: number;
  backlog?: number;
  breaker?: string | null;
  attempts_24h?: number;
  success_share_24h?: number | null;
}

export interface ArrivedEvent {
  event_id: string;
  event_type: string;
  received_at: string;
  payment_id: string | null;
  source: string;
  sequence: number;
}

export interface MockAnswer {
  status: number;
  event_id: string | null;
  payment_id: string | null;
  command: string;
}

// Payments
export interface Payment {
  payment_id: string;
  provider: string;
  source: string;
  account: string | null;
  status: string;
  mode: string;
  currency: string | null;
  currency_exponent: number | null;
  amount: number | null;
  authorized: number;
  captured: number;
  refunded: number;
  refund_pending: number;
  disputed_open: number;
  dispute_lost: number;
  order_id: string | null;
  merchant_reference: string | null;
  email: string | null;
  first_event_at: string;
  last_event_at: string;
  event_count: number;
}

export interface PaymentChild {
  id: string;
  status: string;
  amount: number;
  at: string | null;
  reason?: string;
  respond_by?: string;
  reversal?: boolean;
}

export interface PaymentChange {
  at: string;
  change: string;
  amount?: number;
  id?: string;
  reason?: string;
  status: string;
  event_id: string;
  event_type: string;
  sequence: number;
  received_at: string;
  late?: boolean;
}

export interface PaymentEvent {
  event_id: string;
  event_type: string;
  source: string;
  sequence: number;
  received_at: string;
  in_timeline: boolean;
}

export interface PaymentDetail extends Payment {
  failure_reason: string | null;
  gaps: string[];
  names: { kind: string; id: string }[];
  captures: PaymentChild[];
  refunds: PaymentChild[];
  disputes: PaymentChild[];
  timeline: PaymentChange[];
  events: PaymentEvent[];
  events_cut?: boolean;
  others?: { payment_id: string; provider: string; account: string }[];
}

// Rejections
export interface RejectionCount {
  source: string;
  reason: string;
  cause: string | null;
  count: number;
  last_at: string;
}

export interface Rejection {
  sequence: number;
  received_at: string;
  source: string;
  reason: string;
  cause: string | null;
  explanation: string | null;
  body_bytes: number;
  headers: [name: string, value: string][];
  promoted_at: string | null;
  promoted_sequence: number | null;
}

export interface RejectionDetail extends Rejection {
  body: string | null;
  masked?: boolean;
}

export interface RejectionList {
  counts: RejectionCount[];
  rejections: Rejection[];
  next: number | null;
}

// Settings
export interface ApiKey {
  id: number;
  prefix: string;
  name: string;
  scopes: string[];
  state: string;
  created_at: string;
  created_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface NewApiKey extends ApiKey { key: string }

export interface AuditEntry {
  sequence: number;
  at: string;
  actor: string;
  act: string;
  target: string;
  detail: string;
}

export interface About {
  version: string;
  store: {
    kind: string; name: string; engine_version: string; schema_version: number; size_bytes: number | null;
  };
  started_at: string;
  now: string;
  healthy: boolean;
  warnings: string[];
  settings: { name: string; value: string | null; default: string; sentence: string; is_secret: boolean }[];
  events: number;
  payments: number;
}
