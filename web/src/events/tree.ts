import { childCount, leafText, type JsonNode } from "./json";

/** A line of the tree: a value with its name. */
export interface Line {
  /** The places on the way to it: "0/3/1". The root is "". */
  key: string;
  /** The way to it in names, as filters write it: `payment.items[0].id`. */
  path: string;
  name: string;
  depth: number;
  node: JsonNode;
  isOpen: boolean;
}

const childrenOf = (node: JsonNode, path: string): [name: string, path: string, child: JsonNode][] =>
  node.kind === "object"
    ? node.members.map(([name, child]) => [name, path === "" ? name : `${path}.${name}`, child])
    : node.kind === "array" ? node.items.map((child, i) => [`${i}`, `${path}[${i}]`, child]) : [];

const childKey = (key: string, index: number): string => key === "" ? `${index}` : `${key}/${index}`;

export const parentKey = (key: string): string | null =>
  key === "" ? null : key.includes("/") ? key.slice(0, key.lastIndexOf("/")) : "";

/** The lines that are seen where these are open; of a root that has parts, the parts. */
export function linesOf(root: JsonNode, open: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const walk = (node: JsonNode, key: string, path: string, depth: number) => {
    childrenOf(node, path).forEach(([name, childPath, child], i) => {
      const own = childKey(key, i);
      const isOpen = open.has(own) && childCount(child) > 0;
      lines.push({ key: own, path: childPath, name, depth, node: child, isOpen });
      if (isOpen) walk(child, own, childPath, depth + 1);
    });
  };
  if (childCount(root) === 0) lines.push({ key: "", path: "", name: "", depth: 0, node: root, isOpen: false });
  else walk(root, "", "", 0);
  return lines;
}

/** Opens level by level for as long as the lines stay few enough to look at. */
export function openAtFirst(root: JsonNode, lineBudget = 400): Set<string> {
  const open = new Set<string>();
  let level: [string, JsonNode][] = [["", root]];
  let lines = childCount(root);
  while (level.length > 0) {
    const next: [string, JsonNode][] = [];
    for (const [key, node] of level)
      childrenOf(node, "").forEach(([, , child], i) => {
        if (childCount(child) > 0) next.push([childKey(key, i), child]);
      });
    for (const [key, node] of next) {
      if (lines + childCount(node) > lineBudget) return open;
      lines += childCount(node);
      open.add(key);
    }
    level = next;
  }
  return open;
}

export function openAll(root: JsonNode): Set<string> {
  return openAtFirst(root, Number.POSITIVE_INFINITY);
}

/** The keys of what has this text in its name or its value, in the order of the lines. */
export function find(root: JsonNode, text: string, limit = 1000): string[] {
  const wanted = text.toLowerCase();
  const found: string[] = [];
  const walk = (node: JsonNode, key: string) => {
    childrenOf(node, "").forEach(([name, , child], i) => {
      if (found.length >= limit) return;
      const own = childKey(key, i);
      const hasIt = (node.kind === "object" && name.toLowerCase().includes(wanted))
        || leafText(child).toLowerCase().includes(wanted);
      if (hasIt) found.push(own);
      walk(child, own);
    });
  };
  if (wanted !== "") walk(root, "");
  return found;
}

/** The same, and all that holds this line open. */
export function opened(open: ReadonlySet<string>, key: string): Set<string> {
  const more = new Set(open);
  for (let parent = parentKey(key); parent; parent = parentKey(parent)) more.add(parent);
  return more;
}
