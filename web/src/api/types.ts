// What the API answers, by domain: members as DOCS.md calls them.

// Events
export interface EventRow {
  cursor?: string;
  event_type: string;
  received_at: string;
  received_at_ms: number;
  event_id: string;
  payment_id: string | null;
  source: string;
  sequence: number;
  conflict_count: number;
  duplicate_count?: number;
  reused_event_id?: boolean;
  batch?: number;
  origin?: string;
}

export interface EventList { events: EventRow[]; next: string | null }

export interface StoredBody {
  payload?: unknown;
  /** Null where it cannot be shown without personal data. */
  body?: string | null;
  body_base64?: string;
  masked?: boolean;
}

export interface EventConflict extends StoredBody {
  kind: "other_body" | "possible_replay";
  received_at: string;
  event_id: string;
}

export interface EventDetail extends EventRow, StoredBody {
  verification?: { verdict: string; provider: string | null; secret_number: number | null; identity: string };
  headers?: Record<string, string>;
  conflicts?: EventConflict[];
  others_with_this_id?: EventRow[];
  last_duplicate_at?: string | null;
}

export interface RawEvent {
  event_id: string;
  source: string;
  sequence: number;
  headers: Record<string, string>;
  body_base64: string;
}

// Destinations, deliveries and replays
export interface DestinationCondition { path: string; operator?: string; value?: string | number | boolean | null }

export interface DestinationFilter {
  types?: string[];
  sources?: string[];
  providers?: string[];
  statuses?: string[];
  where?: DestinationCondition | null;
}

export interface Destination {
  id: number;
  name: string;
  state: "active" | "paused" | "disabled";
  state_reason: string | null;
  pending: number;
  dead: number;
  next_due_at: string | null;
  cursor: string;
  from_file: boolean;
  revision: number;
  created_at: string;
  updated_at: string;
  /** Stands in the place of the settings where a newer program wrote them. */
  fault?: string;
  sink?: "http" | "nats";
  url?: string;
  filter?: DestinationFilter;
  body?: string;
  timeout_seconds?: number;
  concurrency_limit?: number;
  rate_limit_per_second?: number;
  retry?: { first_seconds: number; longest_seconds: number; give_up_after_hours: number };
  ordering?: string;
  ordering_wait_seconds?: number | null;
  subject?: string;
  nats?: { user?: string; password?: string; token?: string } | null;
  secrets?: string[];
  headers?: Record<string, string>;
  backlog?: number;
  breaker?: "closed" | "open" | "half_open" | null;
  breaker_until?: string | null;
  attempts_24h?: number;
  success_share_24h?: number | null;
  oldest_pending_at?: string | null;
  dead_by_failure?: Record<string, number>;
}

export interface DestinationWithSecret extends Destination { secret?: string | null }

export interface Attempt {
  number: number;
  at: string;
  duration_ms: number;
  status: number | null;
  failure: string | null;
  detail: string | null;
  answer: string | null;
}

export interface AttemptOfTest { destination: string; taken: boolean; attempt: Attempt }

export interface Delivery {
  id: number;
  destination: string;
  event_id: string;
  event_type: string;
  source: string;
  event_sequence: number;
  state: "pending" | "delivered" | "dead" | "cancelled";
  attempt_count: number;
  first_attempt_at: string | null;
  due_at: string | null;
  failure: string | null;
  changed_at: string;
  attempts?: Attempt[];
}

export interface DeliveryList { deliveries: Delivery[]; next: number | null }

export interface Replay {
  id: number;
  destination: string | null;
  state: "running" | "done" | "cancelled";
  filter: Record<string, unknown>;
  event_count: number;
  planned_count: number;
  passed_count?: number;
  done?: number;
  rate_limit_per_second: number | null;
  created_by: string;
  created_at: string;
}

export interface ReplayList { replays: Replay[]; next: number | null }

export interface ReplayPlan {
  dry_run: boolean;
  event_count: number;
  destinations: { name: string; state: string; replay?: number; note?: string }[];
}


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
