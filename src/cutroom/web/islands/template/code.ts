// The editor of the JSON. It lives in a shadow root: there its styles need no permission of the page's policy.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, ensureSyntaxTree, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import type { Tree } from "@lezer/common";
import { tags } from "@lezer/highlight";
import { completions } from "./completion";
import { type Fault, isMembers, type Json, type Members } from "./model";
import { findPlace, type Place, readPath, valuePlace } from "./places";
import type { Layers } from "./server";

const PARSE_MILLISECONDS = 200;

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: "var(--soft)" },
]);

const LOOKS = EditorView.theme({
  "&": { backgroundColor: "var(--card)", color: "var(--ink)", fontSize: ".82rem", height: "100%" },
  "&.cm-focused": { outline: "0" }, // the host shows the focus
  ".cm-scroller": { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace', lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 9%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 30%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 18%, transparent)" },
  ".cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)", outline: "0" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "8px", overflow: "hidden" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", maxHeight: "14em" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".8" },
  ".cm-completionInfo": { maxWidth: "20rem", padding: ".4rem .6rem" },
  ".cm-diagnostic": { padding: ".35rem .6rem", maxWidth: "30rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-panels input, .cm-panels button": { color: "var(--ink)", backgroundColor: "var(--card)", backgroundImage: "none", border: "1px solid var(--edge)", borderRadius: "6px" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--accent-pale)", color: "var(--ink)", border: "0" },
});

export interface CodeWishes {
  changed(): void;
  save(): void;
}

export class Code {
  private readonly view: EditorView;
  private readonly completing = new Compartment();
  private isQuiet = false;

  constructor(
    private readonly area: HTMLTextAreaElement,
    private readonly wishes: CodeWishes,
  ) {
    const host = document.createElement("div");
    host.className = "code-host";
    area.before(host);
    area.hidden = true;
    const root = host.attachShadow({ mode: "open" });
    this.view = new EditorView({ root, parent: root, state: this.begin(area.value) });
    this.view.dom.style.height = "100%";
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Return the document; null where the text is no JSON object. */
  get document(): Members | null {
    try {
      const value: unknown = JSON.parse(this.text);
      return isMembers(value) ? value : null;
    } catch {
      return null;
    }
  }

  /** Offer what the schema knows. */
  learn(known: Layers): void {
    this.view.dispatch({ effects: this.completing.reconfigure(autocompletion({ override: [completions(known, () => this.document)], icons: false })) });
  }

  /** Write the default of an input; false when it is this already, or has no place. */
  putDefault(name: string, value: Json): boolean {
    const { state } = this.view;
    const slice = (from: number, to: number): string => state.sliceDoc(from, to);
    const place = valuePlace(this.tree, slice, ["inputs", name]);
    const known = valuePlace(this.tree, slice, ["inputs", name, "default"]);
    if (!place) return false;
    if (known && JSON.stringify(JSON.parse(slice(known.from, known.to))) === JSON.stringify(value)) return false;
    const line = state.doc.lineAt(place.from);
    const indent = `${/^\s*/.exec(line.text)?.[0] ?? ""}  `;
    const text = written(value, indent);
    if (known) {
      this.view.dispatch({ changes: { ...known, insert: text }, userEvent: "input" });
      return true;
    }
    const isOneLine = !slice(place.from, place.to).includes("\n");
    const end = state.doc.sliceString(place.from, place.to - 1).trimEnd().length + place.from;
    const insert = isOneLine ? `, "default": ${text}` : `,\n${indent}"default": ${text}`;
    this.view.dispatch({ changes: { from: end, insert }, userEvent: "input" });
    return true;
  }

  /** Show what is wrong where it is written; returns where the text itself cannot be read. */
  mark(faults: Fault[]): Fault[] {
    const broken = jsonParseLinter()(this.view);
    const found: Diagnostic[] = broken.length
      ? broken
      : faults.map((fault) => ({ ...this.find(fault.path), severity: "error", message: `${fault.path} ${fault.message}.${fault.hint ? ` ${fault.hint}` : ""}` }));
    found.sort((one, other) => one.from - other.from);
    this.isQuiet = true;
    this.view.dispatch(setDiagnostics(this.view.state, found));
    this.isQuiet = false;
    return broken.map((each) => {
      const line = this.view.state.doc.lineAt(each.from);
      const message = each.message.replace(/( in JSON)? at (position|line) \d+.*$/s, "").replace(/^JSON\.parse: /, "");
      return { path: `Line ${line.number}, column ${each.from - line.from + 1}:`, message };
    });
  }

  /** Show a place and put the caret there. */
  reveal(path: string, isFocused: boolean): void {
    const line = /^Line (\d+), column (\d+)/.exec(path);
    const place = line ? this.placeOf(Number(line[1]), Number(line[2])) : this.find(path);
    this.view.dispatch({ selection: { anchor: place.from }, effects: EditorView.scrollIntoView(place.from, { y: "center" }) });
    if (isFocused) this.view.focus();
  }

  private placeOf(line: number, column: number): Place {
    const at = this.view.state.doc.line(line).from + column - 1;
    return { from: at, to: at };
  }

  private find(path: string): Place {
    const { state } = this.view;
    const place = findPlace(this.tree, (from, to) => state.sliceDoc(from, to), readPath(path));
    return { from: Math.min(place.from, state.doc.length), to: Math.min(place.to, state.doc.length) };
  }

  private get tree(): Tree {
    const { state } = this.view;
    return ensureSyntaxTree(state, state.doc.length, PARSE_MILLISECONDS) ?? syntaxTree(state);
  }

  private begin(text: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        this.completing.of(autocompletion({ icons: false })),
        json(),
        syntaxHighlighting(COLORS),
        LOOKS,
        EditorView.contentAttributes.of({ "aria-label": "JSON of the template", tabindex: "0" }),
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => (this.wishes.save(), true) },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || this.isQuiet) return;
          this.area.value = this.text;
          this.wishes.changed();
        }),
      ],
    });
  }
}

/** Write a value as people do: in one line where it fits. */
function written(value: Json, indent: string): string {
  const plain = JSON.stringify(value);
  return plain.length < 70 ? plain : JSON.stringify(value, null, 2).replaceAll("\n", `\n${indent}`);
}
