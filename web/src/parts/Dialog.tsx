import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./Button";

/** The browser's own modal dialog: it keeps the focus, ends with Escape and gives the focus back. */
export function Dialog({ title, isOpen, onClose, children, isWide }:
  { title: string; isOpen: boolean; onClose: () => void; children: ComponentChildren; isWide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (isOpen && !element.open) element.showModal();
    if (!isOpen && element.open) element.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog} class={isWide ? "wide" : undefined} aria-labelledby={name} onClose={onClose}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }}
    >
      {isOpen && (
        <div class="dialog-inner">
          <header>
            <h2 id={name}>{title}</h2>
            <Button kind="quiet" icon="x" label="Close" onClick={onClose} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, isOpen, onClose, onConfirm, action, isDanger, isBusy, children }: {
  title: string; isOpen: boolean; onClose: () => void; onConfirm: () => void; action: string; isDanger?: boolean;
  isBusy?: boolean; children: ComponentChildren;
}) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <div class="stack">{children}</div>
      <footer class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind={isDanger ? "danger" : "primary"} isBusy={isBusy} onClick={onConfirm}>{action}</Button>
      </footer>
    </Dialog>
  );
}
