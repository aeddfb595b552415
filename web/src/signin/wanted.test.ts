import { expect, it } from "vitest";
import { linkOf, refusalOf, wantedPath, wayBack } from "./wanted";

it("finds the token of a link", () => {
  expect(linkOf("#link=abc_-1")).toBe("abc_-1");
  expect(linkOf("#content")).toBeNull();
  expect(linkOf("")).toBeNull();
});

it("goes to pages of the dashboard only", () => {
  expect(wantedPath("/events", "/dashboard/events?type=a", null)).toBe("/dashboard/events?type=a");
  expect(wantedPath("/sign-in", "/dashboard/sign-in", null)).toBe("/");
  expect(wantedPath("/sign-in", "/dashboard/sign-in", "/dashboard/payments")).toBe("/dashboard/payments");
  expect(wantedPath("/sign-in", "/dashboard/sign-in", "//evil.example")).toBe("/");
  expect(wantedPath("/sign-in", "/dashboard/sign-in", "/dashboards")).toBe("/");
  expect(wayBack("/?range=6h")).toBe("/dashboard/?range=6h");
});

it("tells why the provider's sign-in came to nothing, and nothing where it did not", () => {
  expect(refusalOf("#refused=no-role")).toMatch(/no role/);
  expect(refusalOf("#refused=<b>")).toBe("Signing in at the provider came to nothing. Try again.");
  expect(refusalOf("#link=abc")).toBeNull();
});
