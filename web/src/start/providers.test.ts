import { expect, it } from "vitest";
import { isLocal, mockCommand, placeOf } from "./providers";

it("knows which addresses no provider reaches", () => {
  for (const host of ["localhost", "shop.localhost", "127.0.0.1", "[::1]"]) expect(isLocal(host)).toBe(true);
  for (const host of ["pay.example.com", "10.0.0.1", "localhost.example.com"]) expect(isLocal(host)).toBe(false);
});

it("names the command of a mock event", () => {
  expect(mockCommand({ name: "razorpay", provider: "razorpay" }, "captured"))
    .toBe("payhook send --mock captured --unique");
  expect(mockCommand({ name: "shop", provider: "stripe" }, "failed"))
    .toBe("payhook send --provider stripe --source shop --mock failed --unique");
});

it("says something of every provider", () => expect(placeOf("tap")).toMatch(/secret/));
