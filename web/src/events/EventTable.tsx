import { Component } from "preact";
import type { EventRow } from "../api/types";
import { Breakable } from "../parts/Breakable";
import { Time } from "../parts/Time";
import { go, toEvent, toPayment } from "../router";
import type { Item } from "./feed";
import { Marks } from "./Marks";

/** Another event with the same id is told apart by its number. */
export const hrefOf = (event: EventRow): string =>
  toEvent(event.event_id) + (event.reused_event_id ? `?sequence=${event.sequence}` : "");

interface RowProps { item: Item; isSelected: boolean; onSelect: (key: string) => void }

/** A row is made anew only when it changed itself: there are thousands, and new ones come several times a second. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps) {
    return next.item !== this.props.item || next.isSelected !== this.props.isSelected;
  }

  override render({ item, isSelected, onSelect }: RowProps) {
    if (item.kind === "gap")
      return <tr class="gap-row"><td colSpan={6}>More came than can be shown</td></tr>;
    const { event } = item;
    const open = (click: MouseEvent) => {
      if (!(click.target as Element).closest("a, button") && !getSelection()?.toString()) go(hrefOf(event));
    };
    return (
      <tr
        class={`leads${item.isNew ? " is-new" : ""}${isSelected ? " is-selected" : ""}`} data-key={item.key}
        onClick={open} onFocusCapture={() => onSelect(item.key)}
      >
        <td class="nowrap"><Time at={event.received_at_ms} /></td>
        <td class="event-type">
          <a class="row-link" href={hrefOf(event)}><Breakable text={event.event_type} /></a>
          <span class="narrow-only quiet">{event.source}{event.payment_id && ` · ${event.payment_id}`}</span>
          <span class="narrow-only"><Marks event={event} /></span>
        </td>
        <td class="not-narrow">{event.source}</td>
        <td class="not-narrow cut mono">
          {event.payment_id ? (
            <a href={toPayment(event.payment_id)}>{event.payment_id}</a>
          ) : (
            <span class="quiet">–</span>
          )}
        </td>
        <td class="only-wide cut mono" title={event.event_id}>{event.event_id}</td>
        <td class="not-narrow"><Marks event={event} /></td>
      </tr>
    );
  }
}

export function EventTable({ items, selected, onSelect }:
  { items: Item[]; selected: string | null; onSelect: (key: string) => void }) {
  return (
    <table class="event-table">
      <thead>
        <tr>
          <th scope="col">Received</th>
          <th scope="col">Type</th>
          <th scope="col" class="not-narrow">Source</th>
          <th scope="col" class="not-narrow">Payment</th>
          <th scope="col" class="only-wide">Event id</th>
          <th scope="col" class="not-narrow">Marks</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => <Row key={item.key} item={item} isSelected={item.key === selected} onSelect={onSelect} />)}
      </tbody>
    </table>
  );
}
