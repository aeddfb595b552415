import { useEffect, useRef, useState } from "preact/hooks";

/** What is typed goes into the address when the typing rests, and follows the address when that changes otherwise. */
export function useTyped(value: string, take: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  const timer = useRef(0);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [typed, (next) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => { told.current = next.trim(); take(next.trim()); }, 350);
  }];
}
