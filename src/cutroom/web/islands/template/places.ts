// Where the paths of faults stand in the text: along the syntax tree, as far as it goes.

import type { SyntaxNode, Tree } from "@lezer/common";

export type Step = string | number;
type Slice = (from: number, to: number) => string;

export interface Place {
  from: number;
  to: number;
}

const VALUES = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);
const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

/** Read a path such as `$.tracks[0].clips[2].opacity`. */
export function readPath(path: string): Step[] {
  return [...path.matchAll(STEP)].map(([, name, number, quoted]) => name ?? (number === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(number)));
}

/** Return the part of the text that a path means, or the part around it that is there. */
export function findPlace(tree: Tree, slice: Slice, steps: Step[]): Place {
  let node = valueIn(tree.topNode);
  let label: SyntaxNode | null = null;
  for (const step of steps) {
    const next = typeof step === "number" ? itemsOf(node)[step] : propertyOf(node, slice, step);
    if (!next) return mark(node, label);
    label = next.name === "Property" ? next.getChild("PropertyName") : null;
    node = next.name === "Property" ? (valueIn(next) ?? next) : next;
  }
  return mark(node, label);
}

/** Return the whole of a value; null when it is not there. */
export function valuePlace(tree: Tree, slice: Slice, steps: Step[]): Place | null {
  let node = valueIn(tree.topNode);
  for (const step of steps) {
    const next = typeof step === "number" ? itemsOf(node)[step] : propertyOf(node, slice, step);
    if (!next) return null;
    node = next.name === "Property" ? valueIn(next) : next;
  }
  return node && { from: node.from, to: node.to };
}

/** Return the steps from the document to a node, and the objects and lists on the way. */
export function stepsTo(node: SyntaxNode, slice: Slice): { steps: Step[]; holders: SyntaxNode[] } {
  const steps: Step[] = [];
  const holders: SyntaxNode[] = [];
  for (let each: SyntaxNode | null = node; each; each = each.parent) {
    const { parent } = each;
    if (each.name === "Property") {
      steps.unshift(nameOf(each, slice) ?? "");
      if (parent) holders.unshift(parent);
    } else if (parent?.name === "Array" && VALUES.has(each.name)) {
      steps.unshift(itemsOf(parent).findIndex((item) => item.from === each.from));
      holders.unshift(parent);
    }
  }
  return { steps, holders };
}

/**
 * Return the names that an object has already. While one of them is being written the tree behind it is broken:
 * lines that begin as far from the edge as that one count too.
 */
export function namesIn(node: SyntaxNode, slice: Slice, indent: string): string[] {
  const names = node.getChildren("Property").map((property) => nameOf(property, slice) ?? "");
  const lines = slice(node.from, node.to).matchAll(/\n([ \t]*)"(\w+)"[ \t]*:/g);
  return [...names, ...[...lines].filter((line) => line[1] === indent).map((line) => line[2] ?? "")];
}

/** Return a text that an object holds under a name. */
export function textIn(node: SyntaxNode | undefined, slice: Slice, name: string): string | null {
  const property = node && propertyOf(node, slice, name);
  const value = property && valueIn(property);
  return value?.name === "String" ? read(slice(value.from, value.to)) : null;
}

function itemsOf(node: SyntaxNode | null): SyntaxNode[] {
  const items: SyntaxNode[] = [];
  if (node?.name !== "Array") return items;
  for (let each = node.firstChild; each; each = each.nextSibling) if (VALUES.has(each.name)) items.push(each);
  return items;
}

function propertyOf(node: SyntaxNode | null, slice: Slice, name: string): SyntaxNode | undefined {
  return node?.name === "Object" ? node.getChildren("Property").find((each) => nameOf(each, slice) === name) : undefined;
}

function nameOf(property: SyntaxNode, slice: Slice): string | null {
  const name = property.getChild("PropertyName");
  return name && read(slice(name.from, name.to));
}

function valueIn(node: SyntaxNode): SyntaxNode | null {
  for (let each = node.lastChild; each; each = each.prevSibling) if (VALUES.has(each.name)) return each;
  return null;
}

function read(text: string): string | null {
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}

/** Mark a value; of what goes over many lines its name, or where it begins. */
function mark(node: SyntaxNode | null, label: SyntaxNode | null): Place {
  if (!node) return { from: 0, to: 1 };
  if (node.name !== "Object" && node.name !== "Array") return { from: node.from, to: node.to };
  return label ? { from: label.from, to: label.to } : { from: node.from, to: node.from + 1 };
}
