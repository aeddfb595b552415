import { useRef, useState } from "preact/hooks";
import { fetchAnswer, url, type Values } from "../api/client";
import { bytes } from "../format";
import { Button } from "./Button";
import { Menu } from "./Menu";
import { tell, tellFault } from "./Toasts";

const forms = { csv: "text/csv", ndjson: "application/x-ndjson" } as const;

/** Everything that matches, as a file. What kind it is tells a header, so a plain link cannot ask for it. */
export function ExportMenu({ path, values, name }: { path: string; values: Values; name: string }) {
  const [received, setReceived] = useState<number | null>(null);
  const abort = useRef<AbortController | null>(null);

  const download = async (form: keyof typeof forms) => {
    abort.current = new AbortController();
    setReceived(0);
    try {
      const file = await readAll(url(path, values), forms[form], abort.current.signal, setReceived);
      save(file, `${name}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${form}`);
      tell(`Saved ${bytes(file.size)}`);
    } catch (e) {
      if (!abort.current.signal.aborted) tellFault(e);
    } finally {
      setReceived(null);
    }
  };

  if (received !== null)
    return <Button icon="x" onClick={() => abort.current?.abort()}>{`Stop the export (${bytes(received)})`}</Button>;
  return (
    <Menu label="Export" icon="download">
      <Button kind="quiet" onClick={() => void download("csv")}>As a table (CSV)</Button>
      <Button kind="quiet" onClick={() => void download("ndjson")}>As JSON lines (NDJSON)</Button>
    </Menu>
  );
}

async function readAll(
  target: string,
  type: string,
  signal: AbortSignal,
  tellSize: (size: number) => void,
): Promise<Blob> {
  const response = await fetchAnswer(target, { signal, headers: { Accept: type } });
  const parts: BlobPart[] = [];
  let size = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type });
    parts.push(value);
    size += value.length;
    tellSize(size);
  }
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
