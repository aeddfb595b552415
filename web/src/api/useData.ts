import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get, type Values, url } from "./client";

export interface Data<T> {
  /** The latest answer; what is there stays while the next is on its way. */
  value: T | null;
  fault: ApiError | null;
  isLoading: boolean;
  reload: () => void;
  /** Puts in a value that is known already, such as the answer of a change. */
  set: (value: T) => void;
}

/**
 * Asks the API, again when the address changes, and every so many seconds while somebody looks at the page.
 * A path of null asks nothing.
 */
export function useData<T>(path: string | null, values: Values = {}, everySeconds = 0): Data<T> {
  const target = path === null ? null : url(path, values);
  const [state, setState] = useState<{ target: string | null; value: T | null; fault: ApiError | null }>(
    { target: null, value: null, fault: null });
  const [round, setRound] = useState(0);
  const [isLoading, setIsLoading] = useState(target !== null);
  const asked = useRef<AbortController | null>(null);

  useEffect(() => {
    asked.current?.abort();
    if (target === null) return;
    const abort = new AbortController();
    asked.current = abort;
    setIsLoading(true);
    get<T>(target, {}, abort.signal).then(
      (value) => { setState({ target, value, fault: null }); setIsLoading(false); },
      (fault) => {
        if (abort.signal.aborted) return;
        // What was there stays while the listener is away for a moment, but not under another address.
        setState((old) => ({ target, value: old.target === target ? old.value : null, fault: asApiError(fault) }));
        setIsLoading(false);
      });
    return () => abort.abort();
  }, [target, round]);

  useEffect(() => {
    if (everySeconds <= 0 || target === null) return;
    const timer = setInterval(() => { if (!document.hidden) setRound((r) => r + 1); }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [target, everySeconds]);

  const reload = useCallback(() => setRound((r) => r + 1), []);
  const set = useCallback((value: T) => setState({ target, value, fault: null }), [target]);
  const isCurrent = state.target === target;
  return {
    value: path === null ? null : state.value,
    fault: isCurrent ? state.fault : null,
    isLoading, reload, set,
  };
}

/** Whether there is something to show, be it a fault. */
export const isAnswered = (data: Pick<Data<unknown>, "value" | "fault">): boolean =>
  data.value !== null || data.fault !== null;

export const asApiError = (fault: unknown): ApiError =>
  fault instanceof ApiError ? fault : new ApiError(0, "", (fault as Error).message);

export interface Pages<T> {
  items: T[];
  hasMore: boolean;
  isLoading: boolean;
  fault: ApiError | null;
  more: () => void;
  reload: () => void;
}

/**
 * A long list, page by page: `read` takes an answer apart into its items and the cursor of the next page, which the
 * API takes as `parameter`.
 */
export function usePages<A, T>(
  path: string | null, values: Values, read: (answer: A) => { items: T[]; next: string | number | null },
  parameter: "after" | "before" = "after",
): Pages<T> {
  const target = path === null ? null : url(path, values);
  const [state, setState] = useState<{ items: T[]; next: string | number | null; fault: ApiError | null }>(
    { items: [], next: null, fault: null });
  const [isLoading, setIsLoading] = useState(true);
  const [round, setRound] = useState(0);
  const asked = useRef<AbortController | null>(null);

  const load = (after: string | number | null) => {
    if (target === null) return;
    asked.current?.abort();
    const abort = new AbortController();
    asked.current = abort;
    setIsLoading(true);
    const address = after === null
      ? target
      : `${target}${target.includes("?") ? "&" : "?"}${parameter}=${encodeURIComponent(String(after))}`;
    get<A>(address, {}, abort.signal).then(
      (answer) => {
        const page = read(answer);
        setState((old) => ({
          items: after === null ? page.items : [...old.items, ...page.items], next: page.next, fault: null,
        }));
        setIsLoading(false);
      },
      (fault) => {
        if (abort.signal.aborted) return;
        setState((old) => ({ ...old, items: after === null ? [] : old.items, fault: asApiError(fault) }));
        setIsLoading(false);
      });
  };

  useEffect(() => {
    load(null);
    return () => asked.current?.abort();
  }, [target, round]);

  return {
    items: state.items,
    hasMore: state.next !== null,
    isLoading,
    fault: state.fault,
    more: () => { if (!isLoading && state.next !== null) load(state.next); },
    reload: () => setRound((r) => r + 1),
  };
}
