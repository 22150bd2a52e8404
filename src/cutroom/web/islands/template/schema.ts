// Reads a JSON Schema (2020-12) as far as completion needs it: what may stand at a place of a document.

import { isMembers, type Json, type Members } from "./model";

/** Says which `type` the object at each level has, so that the right branch is taken. */
export type TypeOf = (level: number) => string | null;

export interface Choice {
  text: string; // as JSON
  description: string;
}

const MOST_STEPS = 60; // of references, should they go in a circle

export class Schema {
  constructor(private readonly root: Members) {}

  /** Return every schema that a value at a place must meet, or may. */
  at(steps: (string | number)[], typeOf: TypeOf): Members[] {
    let found = this.open([this.root], typeOf(0));
    steps.forEach((step, index) => {
      const inner = found.flatMap((each) => child(each, step));
      found = this.open(inner, typeOf(index + 1));
    });
    return found;
  }

  /** Return the members that an object may have. */
  members(found: Members[]): Map<string, { schema: Members; isRequired: boolean }> {
    const members = new Map<string, { schema: Members; isRequired: boolean }>();
    for (const each of found) {
      const required = Array.isArray(each["required"]) ? each["required"] : [];
      for (const [name, schema] of Object.entries(isMembers(each["properties"]) ? each["properties"] : {})) {
        const isRequired = required.includes(name) || (members.get(name)?.isRequired ?? false);
        const known = members.get(name)?.schema;
        if (isMembers(schema)) members.set(name, { schema: known?.["description"] ? known : schema, isRequired });
      }
    }
    return members;
  }

  /** Return the values that are named one by one. */
  choices(found: Members[]): Choice[] {
    const choices = new Map<string, string>();
    const add = (value: Json, schema: Members): void => {
      const text = JSON.stringify(value);
      if (!choices.get(text)) choices.set(text, described(schema));
    };
    for (const each of found) {
      if (each["const"] !== undefined) add(each["const"], each);
      if (Array.isArray(each["enum"])) for (const value of each["enum"]) add(value, each);
      if (each["type"] === "boolean") for (const value of [true, false]) add(value, each);
      if (each["default"] !== undefined) add(each["default"], each);
    }
    return [...choices].map(([text, description]) => ({ text, description }));
  }

  /** Return what a value begins with: quotes, braces, or nothing. */
  shell(schema: Members): [string, string] {
    const kinds = new Set(this.open([schema], null).map((each) => each["type"]));
    if (kinds.has("object") && !kinds.has("string") && !kinds.has("number")) return ["{", "}"];
    if (kinds.has("array") && !kinds.has("number")) return ["[", "]"];
    if (kinds.has("string") && !kinds.has("number") && !kinds.has("integer") && !kinds.has("boolean")) return ['"', '"'];
    return ["", ""];
  }

  /** Follow references and branches. */
  private open(schemas: Members[], type: string | null): Members[] {
    const opened: Members[] = [];
    const waiting = [...schemas];
    for (let count = 0; waiting.length && count < MOST_STEPS * 10; count += 1) {
      const each = waiting.shift()!;
      if (isPlaceholder(each)) continue;
      const reference = each["$ref"];
      if (typeof reference === "string") waiting.push(...this.follow(reference));
      for (const key of ["anyOf", "oneOf", "allOf"]) {
        const branches = each[key];
        if (Array.isArray(branches)) waiting.push(...branches.filter(isMembers));
      }
      if (isMembers(each["if"]) && isMembers(each["then"]) && type !== null && constOf(each["if"]) === type) waiting.push(each["then"]);
      opened.push(each);
    }
    return opened;
  }

  private follow(reference: string): Members[] {
    let value: Json | undefined = this.root;
    for (const step of reference.replace(/^#\//, "").split("/")) value = isMembers(value) ? value[step] : undefined;
    return isMembers(value) ? [value] : [];
  }
}

export function described(schema: Members): string {
  return typeof schema["description"] === "string" ? schema["description"] : "";
}

function isPlaceholder(schema: Members): boolean {
  return schema["$ref"] === "#/$defs/Placeholder";
}

function constOf(condition: Members): Json | undefined {
  const type = isMembers(condition["properties"]) ? condition["properties"]["type"] : undefined;
  return isMembers(type) ? type["const"] : undefined;
}

function child(schema: Members, step: string | number): Members[] {
  if (typeof step === "string") {
    const own = isMembers(schema["properties"]) ? schema["properties"][step] : undefined;
    const other = own ?? schema["additionalProperties"];
    return isMembers(other) ? [other] : [];
  }
  const fixed = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"][step] : undefined;
  const item = fixed ?? schema["items"];
  return isMembers(item) ? [item] : [];
}
