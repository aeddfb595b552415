import { useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import type { AttentionItem, AttentionList } from "../api/types";
import { useData, type Data } from "../api/useData";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { Chip } from "../parts/Chip";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Card } from "../parts/Page";
import { Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { tell, tellFault } from "../parts/Toasts";
import { useNow } from "../parts/useNow";
import { query, setQuery } from "../router";
import { actionOf, kindName, linksOf, splitMoments, timeLeft } from "./attention";

const few = 3;

const wanted = () => {
  const kind = query.value.get("kind") ?? "";
  return { kind, isAll: query.value.get("show") === "all" || kind !== "" };
};

/** It is the most expensive question of the page, so it is asked seldom. */
export function useAttention(): Data<AttentionList> {
  const { kind, isAll } = wanted();
  return useData<AttentionList>("/attention", { kind, limit: isAll ? 500 : 50 }, 30);
}

/** What somebody must act on. */
export function Attention({ attention: { value, fault, reload } }: { attention: Data<AttentionList> }) {
  const { kind, isAll } = wanted();
  const [asked, ask] = useState<AttentionItem | null>(null);
  const total = value ? Object.values(value.counts).reduce((a, b) => a + b, 0) : 0;
  if (value && total === 0) return <Calm />;
  return (
    <Card title={value ? `${plural(total, "item")} ${total === 1 ? "needs" : "need"} attention` : "Needs attention"}
      isFlush actions={value && <Counts counts={value.counts} kind={kind} />}>
      <div class="padded-if-empty">
        <Loaded value={value} fault={fault} onRetry={reload} rows={few}>
          {(list) => (
            <>
              <ul class="attention">
                {(isAll ? list.items : list.items.slice(0, few)).map((item) => (
                  <Item key={item.id} item={item} onAcknowledge={() => ask(item)} />
                ))}
              </ul>
              {kind === "" && total > few && (
                <div class="more-end">
                  <Button kind="quiet" aria-expanded={isAll} onClick={() => setQuery({ show: isAll ? null : "all" })}>
                    {isAll ? `Show the latest ${few}` : `Show all ${total}`}
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </div>
      <Acknowledge item={asked} onClose={() => ask(null)} onDone={reload} />
    </Card>
  );
}

function Calm() {
  return (
    <section class="card calm">
      <span class="calm-icon"><Icon name="check" size={18} /></span>
      <div>
        <h2>Nothing needs attention</h2>
        <p class="quiet">Payments, sources and destinations are as they should be.</p>
      </div>
    </section>
  );
}

function Counts({ counts, kind }: { counts: Record<string, number>; kind: string }) {
  const some = Object.entries(counts).filter(([, n]) => n > 0);
  if (some.length < 2 && kind === "") return null;
  return (
    <div class="toggles" role="group" aria-label="Only of this kind">
      {some.map(([name, n]) => (
        <button key={name} type="button" class="toggle" aria-pressed={kind === name}
          onClick={() => setQuery({ kind: kind === name ? null : name })}>
          {kindName(name)} <b>{n}</b>
        </button>
      ))}
    </div>
  );
}

function Item({ item, onAcknowledge }: { item: AttentionItem; onAcknowledge: () => void }) {
  const now = useNow(30);
  const left = item.deadline === null ? null : timeLeft(item.deadline, now);
  return (
    <li>
      <div class="attention-head">
        <h3>{kindName(item.kind)}</h3>
        {left && <Chip tone={left.isUrgent ? "bad" : "warn"} icon="clock">{left.text}</Chip>}
        <span class="quiet attention-at"><Time at={item.at} kind="ago" /></span>
      </div>
      <div class="attention-text">
        <p><Told text={item.explanation} /></p>
        <p class="attention-links">
          <span class="quiet"><Told text={actionOf(item)} /></span>
          {linksOf(item).map((link) => <a key={link.href} href={link.href}>{link.text}</a>)}
        </p>
      </div>
      {may("operate") && (
        <div class="attention-act">
          <Button icon="check" onClick={onAcknowledge} aria-label={`Acknowledge: ${kindName(item.kind)}`}>
            Acknowledge
          </Button>
        </div>
      )}
    </li>
  );
}

/** A text of the listener, its moments in the zone of whoever reads. */
function Told({ text }: { text: string }) {
  return <>{splitMoments(text).map((p, i) => p.isMoment ? <Time key={i} at={p.text} /> : p.text)}</>;
}

function Acknowledge({ item, onClose, onDone }: {
  item: AttentionItem | null; onClose: () => void; onDone: () => void;
}) {
  const [note, setNote] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const act = async () => {
    setIsBusy(true);
    try {
      await post(`/attention/${encodeURIComponent(item!.id)}/acknowledge`, note.trim() ? { note: note.trim() } : {});
      tell("Acknowledged. It comes back only with something new.");
      setNote("");
      onClose();
      onDone();
    } catch (fault) {
      tellFault(fault);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={item ? `Acknowledge: ${kindName(item.kind)}` : ""} isOpen={item !== null} onClose={onClose}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void act(); }}>
        <p>{item && <Told text={item.explanation} />}</p>
        <Field label="Note (optional)" autofocus value={note} onInput={setNote} placeholder="What was done about it"
          hint="Kept in the audit log, with your name. At most 500 characters." />
        <footer class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>Acknowledge</Button>
        </footer>
      </form>
    </Dialog>
  );
}
