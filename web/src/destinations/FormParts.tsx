import type { ComponentChildren } from "preact";
import { Button } from "../parts/Button";
import { Field, Select } from "../parts/Field";
import { bodyForms } from "./inWords";
import { usualSubject, type Form, type HeaderField } from "./form";

export interface PartProps { form: Form; set: (changes: Partial<Form>) => void }

export function Part({ title, children, isOpen }: { title: string; children: ComponentChildren; isOpen?: boolean }) {
  return (
    <details class="form-part" open={isOpen}>
      <summary><h3>{title}</h3></summary>
      <div class="stack">{children}</div>
    </details>
  );
}

export function WhereTo({ form, set, isNew }: PartProps & { isNew: boolean }) {
  const isNats = form.sink === "nats";
  return (
    <div class="stack">
      {isNew && (
        <div class="pair">
          <Field label="Name" value={form.name} onInput={(name) => set({ name })} isRequired isMono placeholder="orders"
            hint="Small letters, digits and -. It cannot be changed." />
          <Select label="Kind" value={form.sink} options={[["http", "HTTP endpoint"], ["nats", "NATS JetStream"]]}
            onChange={(sink) => set({ sink: sink as Form["sink"] })} />
        </div>
      )}
      <Field label="Address" value={form.url} onInput={(url) => set({ url })} isRequired isMono
        placeholder={isNats ? "tls://host:4222" : "https://orders.example.com/hooks"} />
      {isNats && <Nats form={form} set={set} />}
    </div>
  );
}

function Nats({ form, set }: PartProps) {
  const ways: [string, string][] = [["none", "No login"], ["user", "User and password"], ["token", "Token"]];
  if (form.login === "keep") ways.unshift(["keep", "As it is"]);
  return (
    <>
      <Field
        label="Subject"
        value={form.subject}
        onInput={(subject) => set({ subject })}
        isMono
        placeholder={usualSubject}
        hint="{source}, {provider} and {type} stand for the event’s."
      />
      <Select
        label="Login"
        value={form.login}
        options={ways}
        onChange={(login) => set({ login: login as Form["login"] })}
      />
      {form.login === "user" && (
        <div class="pair">
          <Field label="User" value={form.user} onInput={(user) => set({ user })} autocomplete="off" />
          <Field
            label="Password"
            type="password"
            value={form.password}
            onInput={(password) => set({ password })}
            autocomplete="new-password"
          />
        </div>
      )}
      {form.login === "token" && (
        <Field
          label="Token"
          type="password"
          value={form.token}
          onInput={(token) => set({ token })}
          autocomplete="new-password"
        />
      )}
    </>
  );
}

export function HowSent({ form, set }: PartProps) {
  return (
    <>
      <Select label="Body" value={form.body} options={bodyForms} onChange={(body) => set({ body })} />
      <div class="pair">
        <Select label="Order" value={form.ordering} onChange={(ordering) => set({ ordering })}
          options={[["none", "As fast as it goes"], ["payment", "One payment’s events one after another"]]} />
        {form.ordering === "payment" && (
          <Field label="Wait for the one before, seconds" type="number" min={1} value={form.orderingWait}
            onInput={(orderingWait) => set({ orderingWait })} placeholder="no end" />
        )}
      </div>
      <div class="triple">
        <Field
          label="Timeout, seconds"
          value={form.timeout}
          onInput={(timeout) => set({ timeout })}
          hint="0.1 to 120"
        />
        <Field
          label="At once"
          value={form.concurrency}
          onInput={(concurrency) => set({ concurrency })}
          hint="1 to 1,000"
        />
        <Field
          label="A second at most"
          value={form.rate}
          onInput={(rate) => set({ rate })}
          hint="0: as many as it takes"
        />
      </div>
      <fieldset>
        <legend>Tried again</legend>
        <div class="triple">
          <Field
            label="First after, seconds"
            value={form.first}
            onInput={(first) => set({ first })}
            hint="0.1 to 3,600"
          />
          <Field
            label="Longest wait, seconds"
            value={form.longest}
            onInput={(longest) => set({ longest })}
            hint="Up to 86,400"
          />
          <Field
            label="Given up after, hours"
            value={form.giveUp}
            onInput={(giveUp) => set({ giveUp })}
            hint="0 to 720"
          />
        </div>
      </fieldset>
    </>
  );
}

export function Headers({ form, set }: PartProps) {
  const change = (i: number, changes: Partial<HeaderField>) =>
    set({ headers: form.headers.map((h, at) => at === i ? { ...h, ...changes } : h) });
  return (
    <>
      <p class="quiet">Sent with every delivery, such as Authorization. Values are never shown again.</p>
      {form.headers.map((header, i) => (
        <div class="header-row" key={i}>
          <Field
            label={`Name of header ${i + 1}`}
            value={header.name}
            isDisabled={header.isKept}
            isMono
            onInput={(name) => change(i, { name })}
          />
          <Field
            label={`Value of header ${i + 1}`}
            value={header.value}
            isMono
            placeholder={header.isKept ? "stays as it is" : undefined}
            autocomplete="off"
            onInput={(value) => change(i, { value })}
          />
          <Button
            kind="quiet"
            icon="trash"
            label={`Remove header ${i + 1}`}
            onClick={() => set({ headers: form.headers.filter((_, at) => at !== i) })}
          />
        </div>
      ))}
      <span>
        <Button
          icon="plus"
          disabled={form.headers.length >= 20}
          onClick={() => set({ headers: [...form.headers, { name: "", value: "", isKept: false }] })}
        >
          Add a header
        </Button>
      </span>
    </>
  );
}

export function Beginning({ form, set }: PartProps) {
  return (
    <>
      {form.sink === "http" && (
        <Select
          label="Signing secret"
          value={form.secret}
          onChange={(secret) => set({ secret: secret as Form["secret"] })}
          options={[
            ["make", "Make one, shown once"],
            ["own", "One that I have"],
            ["none", "None: do not sign"],
          ]}
        />
      )}
      {form.sink === "http" && form.secret === "own" && (
        <Field label="Secret" type="password" value={form.ownSecret} onInput={(ownSecret) => set({ ownSecret })} isMono
          autocomplete="new-password" hint="whsec_ and Base64 of 24 to 64 bytes" />
      )}
      <Select label="Begins with" value={form.from} onChange={(from) => set({ from: from as Form["from"] })}
        options={[["now", "Events from now on"], ["start", "All events there are"]]} />
    </>
  );
}
