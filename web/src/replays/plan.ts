import { useEffect, useState } from "preact/hooks";
import { post, url, type ApiError, type Values } from "../api/client";
import { asApiError } from "../api/useData";
import type { ReplayPlan } from "../api/types";

/** Without values for it, or without a destination, there is nothing to plan. */
export const planOf = (values: Values, dryRun: boolean): Promise<ReplayPlan> =>
  post<ReplayPlan>("/replays", undefined, { ...values, dry_run: dryRun });

/** What a replay would do, asked again when its filter changes and nothing was typed for a moment. */
export function usePlan(values: Values | null): { plan: ReplayPlan | null; fault: ApiError | null } {
  const target = values && url("/replays", values);
  const [state, setState] = useState<{ target: string | null; plan: ReplayPlan | null; fault: ApiError | null }>(
    { target: null, plan: null, fault: null });
  useEffect(() => {
    if (!values) return;
    let isOld = false;
    const timer = setTimeout(() => {
      planOf(values, true).then(
        (plan) => { if (!isOld) setState({ target, plan, fault: null }); },
        (fault) => { if (!isOld) setState({ target, plan: null, fault: asApiError(fault) }); });
    }, 300);
    return () => { isOld = true; clearTimeout(timer); };
  }, [target]);
  return state.target === target ? state : { plan: null, fault: null };
}
