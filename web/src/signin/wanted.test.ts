import { expect, it } from "vitest";
import { linkOf, wantedPath, wayBack } from "./wanted";

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
