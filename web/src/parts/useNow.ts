import { useEffect, useState } from "preact/hooks";

/** The time, moved on every so many seconds while somebody looks. */
export function useNow(everySeconds: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) setNow(new Date()); }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  return now;
}
