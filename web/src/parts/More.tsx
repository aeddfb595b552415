import { useEffect, useRef } from "preact/hooks";
import type { Pages } from "../api/useData";
import { Button } from "./Button";
import { Fault } from "./States";

/** The end of a long list: it loads the next page when it comes into view, or by its button. */
export function More<T>({ pages, noun }: { pages: Pages<T>; noun: string }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(pages.more);
  more.current = pages.more;
  useEffect(() => {
    if (!pages.hasMore || pages.fault) return;
    const seen = new IntersectionObserver(
      (entries) => { if (entries.some((e) => e.isIntersecting)) more.current(); }, { rootMargin: "400px" });
    seen.observe(end.current!);
    return () => seen.disconnect();
  }, [pages.hasMore, pages.items.length, pages.fault]);
  return (
    <div ref={end} class="more-end">
      {pages.fault && pages.items.length > 0 && <Fault fault={pages.fault} onRetry={pages.more} />}
      {pages.hasMore && !pages.fault &&
        <Button kind="quiet" isBusy={pages.isLoading} onClick={pages.more}>Load more {noun}</Button>}
      {!pages.hasMore && pages.items.length > 0 &&
        <span class="quiet">
          {pages.items.length === 1 ? "That is the only one." : `That is all, ${pages.items.length} ${noun}.`}
        </span>}
    </div>
  );
}
