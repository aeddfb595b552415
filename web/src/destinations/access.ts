import { may } from "../api/session";

/** Why a destination cannot be changed by whoever looks; undefined where it can. */
export const whyNoChange = (isOfFile = false): string | undefined =>
  !may("admin") ? "Only an administrator changes destinations"
    : isOfFile ? "It is set up in payhook.json: change it there" : undefined;
