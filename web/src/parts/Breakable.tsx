/** A name of an event may be broken after its dots and lines, so that it is not broken in the middle of a word. */
export function Breakable({ text }: { text: string }) {
  const parts = text.split(/(?<=[._:-])/);
  return <>{parts.map((part, i) => i === 0 ? part : [<wbr key={i} />, part])}</>;
}
