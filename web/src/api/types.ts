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

export interface DeliveryStats {
  bucket: string;
  totals: { count: number; groups?: { outcome: string | null; count: number }[] };
  buckets: { at: string; count: number; groups?: { outcome: string | null; count: number }[] }[];
}

// Sources, as far as filters need them
export interface SourceName { name: string; provider: string; provider_name: string }
