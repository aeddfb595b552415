import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const place = "payhook-theme";

function read(): Theme {
  try {
    const kept = localStorage.getItem(place);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system"; // a browser that keeps nothing
  }
}

export const theme = signal<Theme>(read());

effect(() => {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

export function setTheme(value: Theme): void {
  theme.value = value;
  try {
    if (value === "system") localStorage.removeItem(place);
    else localStorage.setItem(place, value);
  } catch {
    // it holds until the page is closed
  }
}
