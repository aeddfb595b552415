import { useData } from "../api/useData";
import type { Attempt, Delivery } from "../api/types";
import { milliseconds } from "../format";
import { Chip } from "../parts/Chip";
import { Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { failureWords } from "./words";

/** Every try of one delivery: when, how long, and what came back. */
export function Attempts({ delivery }: { delivery: Delivery }) {
  const data = useData<Delivery>(`/deliveries/${delivery.id}`, {}, delivery.state === "pending" ? 5 : 0);
  return (
    <div class="attempts">
      <Loaded value={data.value} fault={data.fault} onRetry={data.reload} rows={Math.min(3, delivery.attempt_count)}>
        {(found) => (
          <>
            <AttemptTable attempts={found.attempts ?? []} />
            {found.state === "pending" && found.due_at && (
              <p class="hint">
                Next try <Time at={found.due_at} kind="ago" />
              </p>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

export function AttemptTable({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <p class="quiet">It was not tried yet.</p>;
  return (
    <table class="attempt-table">
      <thead>
        <tr>
          <th scope="col">Try</th>
          <th scope="col" class="not-narrow">Time</th>
          <th scope="col" class="figure not-narrow">Took</th>
          <th scope="col">Outcome</th>
          <th scope="col" class="not-narrow">Answer</th>
        </tr>
      </thead>
      <tbody>{attempts.map((attempt) => <Row key={attempt.number} attempt={attempt} />)}</tbody>
    </table>
  );
}

function Row({ attempt }: { attempt: Attempt }) {
  const answer = attempt.answer ? <pre class="answer">{attempt.answer}</pre> : <span class="quiet">–</span>;
  return (
    <tr>
      <td class="figures">{attempt.number}</td>
      <td class="not-narrow nowrap"><Time at={attempt.at} /></td>
      <td class="figure not-narrow">{milliseconds(attempt.duration_ms)}</td>
      <td>
        <Outcome attempt={attempt} />
        <span class="narrow-only quiet"><Time at={attempt.at} /> · {milliseconds(attempt.duration_ms)}</span>
        {attempt.answer && <span class="narrow-only">{answer}</span>}
      </td>
      <td class="not-narrow">{answer}</td>
    </tr>
  );
}

function Outcome({ attempt }: { attempt: Attempt }) {
  const text = attempt.failure === null ? "Delivered" : failureWords(attempt.failure);
  return (
    <span class="outcome">
      <Chip tone={attempt.failure === null ? "good" : "bad"} icon={attempt.failure === null ? "check" : "x"}>
        {attempt.status === null ? text : `${attempt.status} ${text}`}
      </Chip>
      {attempt.detail && <span class="hint">{attempt.detail}</span>}
    </span>
  );
}
