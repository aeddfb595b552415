import { csrfToken, forgetSession } from "./session";

export type Values = Record<string, string | number | boolean | null | undefined>;

/** What the listener answers instead of what was asked for. */
export class ApiError extends Error {
  readonly status: number;
  /** The end of the problem's type, such as `unknown-event`; empty where there was no answer. */
  readonly problem: string;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: string, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A path of the API with its parameters; empty ones are left out. */
export function url(path: string, values: Values = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export const get = <T>(path: string, values?: Values, signal?: AbortSignal): Promise<T> =>
  ask<T>(url(path, values), { signal });

export const post = <T>(path: string, body?: unknown, values?: Values): Promise<T> =>
  send<T>("POST", url(path, values), body);

export const put = <T>(path: string, body?: unknown): Promise<T> => send<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown, tag?: string): Promise<T> =>
  send<T>("PATCH", path, body, tag ? { "If-Match": tag } : {});
export const remove = <T>(path: string): Promise<T> => send<T>("DELETE", path);

/** For answers that are not JSON, or of which a header matters. */
export async function fetchAnswer(target: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(target, { credentials: "same-origin", ...init });
  } catch (e) {
    if (init.signal?.aborted) throw e;
    throw new ApiError(0, "", "The listener does not answer. It may be stopped, or the network is away.");
  }
  if (response.ok) return response;
  throw await errorOf(response);
}

function send<T>(method: string, target: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { ...more };
  if (csrfToken()) headers["X-CSRF-Token"] = csrfToken()!;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return ask<T>(target, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function ask<T>(target: string, init: RequestInit): Promise<T> {
  const response = await fetchAnswer(target, init);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

async function errorOf(response: Response): Promise<ApiError> {
  let problem = "";
  let message = `The listener answered ${response.status}.`;
  try {
    const told = await response.json();
    problem = String(told.type ?? "").split(":").pop()!;
    message = told.detail ?? told.error ?? told.title ?? message;
  } catch {
    // not one of ours: a proxy answered
  }
  if (response.status === 401 && !response.url.includes("/session")) forgetSession();
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, problem, message, wait > 0 ? wait : null);
}
