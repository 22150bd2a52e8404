// What fits at the caret: names of members, values that the schema names, inputs, whole layers.

import { type Completion, type CompletionContext, type CompletionResult, type CompletionSource } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";
import { isMembers, type Members } from "./model";
import { namesIn, stepsTo, textIn } from "./places";
import { described, Schema, type TypeOf } from "./schema";
import type { Layers } from "./server";

/** Return a source of completions. */
export function completions(known: Layers, document: () => Members | null): CompletionSource {
  const schema = new Schema(known.schema);
  return (context) => {
    const place = readPlace(context);
    if (!place) return null;
    return place.isName ? names(schema, context, place) : values(schema, known, document, context, place);
  };
}

interface CaretPlace {
  node: SyntaxNode; // the token at the caret, or the object or list around it
  holder: SyntaxNode;
  isName: boolean;
  from: number;
  to: number;
}

function readPlace(context: CompletionContext): CaretPlace | null {
  const { state, pos } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const word = context.matchBefore(/[\w"{#.-]*/);
  const from = word?.from ?? pos;
  if (!context.explicit && from === pos) return null;
  if (node.name === "PropertyName" && node.parent?.parent) return { node, holder: node.parent.parent, isName: true, from: node.from, to: node.to };
  if (["String", "Number", "True", "False", "Null"].includes(node.name)) return { node, holder: node.parent!, isName: false, from: node.from, to: node.to };
  const holder = holderOf(node);
  if (!holder) return null;
  if (holder.name === "Object") return { node, holder, isName: true, from, to: pos };
  return { node, holder, isName: false, from, to: pos };
}

/** Return the object, list or member that a broken or empty place belongs to. */
function holderOf(node: SyntaxNode): SyntaxNode | null {
  for (let each: SyntaxNode | null = node; each; each = each.parent) {
    if (["Object", "Array"].includes(each.name)) return each;
    if (each.name === "Property" && each.getChild("PropertyName")) return each;
  }
  return null;
}

function names(schema: Schema, context: CompletionContext, place: CaretPlace): CompletionResult | null {
  const { state } = context;
  const slice = (from: number, to: number): string => state.sliceDoc(from, to);
  const { steps, holders } = stepsTo(place.holder, slice);
  const path = [...holders, place.holder];
  const members = schema.members(schema.at(steps, typesOf(path, slice)));
  const indent = /^\s*/.exec(state.doc.lineAt(place.from).text)?.[0] ?? "";
  const taken = new Set(namesIn(place.holder, slice, indent));
  const typed = slice(place.from, place.to).replaceAll('"', "");
  const options: Completion[] = [];
  for (const [name, { schema: member, isRequired }] of members) {
    if (taken.has(name) && name !== typed) continue;
    options.push({
      label: name,
      type: "property",
      boost: isRequired ? 2 : 0,
      info: described(member),
      apply: (view) => putName(view, name, schema.shell(member), place),
    });
  }
  return offer(options, context, place);
}

/** Offer what fits to the letters behind a quote. */
function offer(options: Completion[], context: CompletionContext, place: CaretPlace): CompletionResult | null {
  const isQuoted = context.state.sliceDoc(place.from, place.from + 1) === '"' && context.pos > place.from;
  return options.length ? { from: isQuoted ? place.from + 1 : place.from, options } : null;
}

function putName(view: EditorView, name: string, [open, close]: [string, string], { from, to }: CaretPlace): void {
  const hasColon = /^\s*:/.test(view.state.sliceDoc(to, to + 20));
  const label = JSON.stringify(name);
  const insert = hasColon ? label : `${label}: ${open}${close}`;
  const anchor = from + (hasColon ? label.length : label.length + 2 + open.length);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor }, userEvent: "input.complete" });
}

function values(schema: Schema, known: Layers, document: () => Members | null, context: CompletionContext, place: CaretPlace): CompletionResult | null {
  const { state } = context;
  const slice = (from: number, to: number): string => state.sliceDoc(from, to);
  const isItem = place.holder.name === "Array";
  const { steps, holders } = stepsTo(place.holder, slice);
  const path = [...holders, place.holder];
  const found = schema.at(isItem ? [...steps, 0] : steps, typesOf(path, slice));
  const options: Completion[] = schema.choices(found).map(({ text, description }) => ({
    label: text.replaceAll('"', ""),
    apply: (view) => putValue(view, text, place),
    type: "enum",
    info: description,
    boost: 1,
  }));
  if (isItem && steps.at(-1) === "clips") options.push(...layers(known, place));
  options.push(...placeholders(document(), place));
  return offer(options, context, place);
}

function layers(known: Layers, place: CaretPlace): Completion[] {
  return Object.entries(known.layers).map(([name, layer]) => ({
    label: name,
    detail: layer.title,
    info: layer.summary,
    type: "class",
    boost: 3,
    apply: (view) => putLayer(view, JSON.stringify(layer.example, null, 2), place),
  }));
}

function putLayer(view: EditorView, text: string, place: CaretPlace): void {
  const indent = /^\s*/.exec(view.state.doc.lineAt(place.from).text)?.[0] ?? "";
  putValue(view, text.replaceAll("\n", `\n${indent}`), place);
}

function putValue(view: EditorView, insert: string, { from, to }: CaretPlace): void {
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
}

function placeholders(document: Members | null, place: CaretPlace): Completion[] {
  const inputs = document?.["inputs"];
  if (!isMembers(inputs)) return [];
  return Object.entries(inputs).map(([name, definition]) => ({
    label: `{{${name}}}`,
    apply: (view) => putValue(view, `"{{${name}}}"`, place),
    type: "variable",
    detail: isMembers(definition) && typeof definition["type"] === "string" ? definition["type"] : "",
    info: isMembers(definition) && typeof definition["label"] === "string" ? definition["label"] : "",
  }));
}

function typesOf(path: SyntaxNode[], slice: (from: number, to: number) => string): TypeOf {
  return (level) => textIn(path[level], slice, "type");
}
