import { defineConfig } from "vite";

// The listener that `npm run dev` talks to.
const listener = process.env.PAYHOOK ?? "http://127.0.0.1:8000";
const routes = [
  "events", "payments", "rejections", "destinations", "deliveries", "replays", "attention", "stats", "sources", "keys",
  "audit", "about", "session", "consumers", "health", "webhook", "openapi.json", "reference",
];

export default defineConfig({
  base: "/dashboard/",
  build: {
    target: "es2022",
    // Small images and fonts stay files: the policy of the page allows no data: sources for fonts.
    assetsInlineLimit: 0,
    cssTarget: "esnext",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(routes.map((route) => [`^/${route}`, { target: listener }])) },
  test: { include: ["src/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
