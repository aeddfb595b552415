// A made-up shop on each of the two stores, and a browser that looks at it.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { adminKey, startDemo } from "./demo.mjs";
import { startPostgres } from "./postgres.mjs";
import { post, razorpay } from "./shop.mjs";

export const password = "a password of the tests";
const paymentsOfDemo = 40;

/** Calls `tests` for each store with what its tests need; `demo` and `browser` are there once they run. */
export function onEveryStore(tests) {
  let browser, postgres;
  before(async () => {
    postgres = await startPostgres();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    postgres?.stop();
  });
  const stores = { SQLite: () => ({}), PostgreSQL: () => ({ DATABASE_URL: postgres.createDatabase() }) };
  for (const [name, variables] of Object.entries(stores)) {
    describe(`on ${name}`, () => {
      const stage = stageOf(name, variables);
      before(async () => {
        stage.browser = browser;
        stage.demo = await startDemo({ ADMIN_PASSWORD: password, ...variables() }, 0, paymentsOfDemo);
      });
      after(() => stage.demo?.stop());
      tests(stage);
    });
  }
}

function stageOf(name, variables) {
  let number = 1000;
  return {
    name,
    /** The settings of a store that nobody has used. */
    variables,
    /** A page of somebody who is signed in. */
    async visit(path, options = {}) {
      const page = await openPage(this.browser, this.demo.base, { key: adminKey, ...options });
      await page.goto(path);
      return page;
    },
    /** The end of a page, in which nothing may have gone wrong. */
    async done(page) {
      assert.deepEqual(page.faults, []);
      await page.context().close();
    },
    /** Posts an event of a payment that there was not before. */
    async send(event = "payment.captured") {
      const answer = await post(this.demo.base, "razorpay", razorpay(event, ++number));
      assert.equal(answer.status, 200, answer.text);
      return JSON.parse(answer.text);
    },
    async keyWith(...scopes) {
      return (await this.demo.ask("POST", "/keys", { name: scopes.join(" "), scopes })).key;
    },
  };
}
