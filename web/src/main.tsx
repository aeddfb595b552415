import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/events.css";
import "./styles/destinations.css";
import "./styles/overview.css";
import "./styles/pages.css";
import { App } from "./App";

const root = document.getElementById("app")!;
root.replaceChildren();
render(<App />, root);
